//! The SOAP door: logins where they are allowed, the few calls behind them, and faults in SOAP's own form.

use crate::support::{Answer, Fixture, read};
use orgdeck::demo::{Fault, Flow, Options};
use reqwest::Method;

async fn allowing() -> Fixture {
    Fixture::with(Options { allow: vec![Flow::SoapLogin], ..Options::default() }).await
}

async fn post(fixture: &Fixture, url: &str, session: Option<&str>, operation: &str) -> Answer {
    let header = session.map(|token| {
        format!("<e:Header><u:SessionHeader xmlns:u='urn:partner.soap.sforce.com'><u:sessionId>{token}</u:sessionId></u:SessionHeader></e:Header>")
    });
    let body = format!(
        "<?xml version='1.0'?><e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'>{}<e:Body>{operation}</e:Body></e:Envelope>",
        header.unwrap_or_default()
    );
    let request = fixture.http.post(url).header("content-type", "text/xml").header("soapaction", "\"\"").body(body);
    read(request.send().await.unwrap()).await
}

async fn log_in(fixture: &Fixture, origin: &str, version: &str, username: &str, password: &str) -> Answer {
    let url = format!("{origin}/services/Soap/u/{version}");
    let operation = format!(
        "<n1:login xmlns:n1='urn:partner.soap.sforce.com'><n1:username>{username}</n1:username><n1:password><![CDATA[{password}]]></n1:password></n1:login>"
    );
    post(fixture, &url, None, &operation).await
}

/// What stands in the first element of this name, as clients look for it.
fn inside<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let text = answer.text();
    let Some((_, rest)) = text.split_once(&format!("<{name}>")) else { panic!("no {name} in {text}") };
    rest.split_once(&format!("</{name}>")).unwrap().0
}

fn both(fixture: &Fixture, org: usize, user: usize) -> String {
    let user = &fixture.org(org).users[user];
    [&user.password, &user.security_token].map(|part| part.as_ref().unwrap().expose()).concat()
}

#[tokio::test]
async fn a_login_by_soap_gives_a_session_for_rest() {
    let fixture = allowing().await;
    for (origin, org) in [(fixture.demo.login_host().to_owned(), 0), (fixture.org(1).login_url.clone(), 1)] {
        let user = &fixture.org(org).users[0];
        let answer = log_in(&fixture, &origin, "59.0", &user.username, &both(&fixture, org, 0)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(answer.header("content-type").starts_with("text/xml"));
        let token = inside(&answer, "sessionId");
        assert!(
            inside(&answer, "serverUrl")
                .starts_with(&format!("{}/services/Soap/u/59.0/00D", fixture.org(org).instance_url))
        );
        assert_eq!(inside(&answer, "sandbox"), (org == 1).to_string());
        assert_eq!(inside(&answer, "userName"), user.username);
        assert_eq!(inside(&answer, "organizationName"), "Acme Harbour Works");
        assert!(inside(&answer, "profileId").starts_with("00e"));
        assert_eq!(fixture.data(org, token, "limits").await.status, 200);
    }
}

#[tokio::test]
async fn logins_are_refused_with_salesforces_codes() {
    let fixture = allowing().await;
    let origin = fixture.org(0).login_url.clone();
    let user = &fixture.org(0).users[0];
    let right = both(&fixture, 0, 0);
    let without = user.password.as_ref().unwrap().expose().to_owned();
    for (version, username, password, code) in [
        ("59.0", user.username.as_str(), "wrong", "INVALID_LOGIN"),
        ("59.0", "nobody@x.example", &right, "INVALID_LOGIN"),
        ("59.0", &user.username, &without, "LOGIN_MUST_USE_SECURITY_TOKEN"),
        ("59.0", &fixture.username(0, "gone"), &both(&fixture, 0, 3), "INVALID_LOGIN"),
        ("65.0", &user.username, &right, "INVALID_OPERATION"),
        ("20.0", &user.username, &right, "UNSUPPORTED_API_VERSION"),
    ] {
        let answer = log_in(&fixture, &origin, version, username, password).await;
        assert_eq!((answer.status, inside(&answer, "faultcode")), (500, format!("sf:{code}").as_str()));
        assert_eq!(inside(&answer, "sf:exceptionCode"), code);
        assert!(inside(&answer, "faultstring").starts_with(&format!("{code}: ")));
        assert!(!answer.text().contains(&right));
    }
    let closed = Fixture::new().await;
    let answer = log_in(&closed, &closed.org(0).login_url, "59.0", &user.username, &right).await;
    assert_eq!(inside(&answer, "sf:exceptionMessage"), "SOAP API login() is disabled by default in this org.");
}

#[tokio::test]
async fn a_session_of_oauth_serves_for_soap() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "sales").await;
    let url = format!("{}/services/Soap/u/67.0/00D5i000004RkQw", fixture.org(0).instance_url);
    let ask = async |operation: &str| post(&fixture, &url, Some(&token), operation).await;
    let info = ask("<getUserInfo xmlns='urn:partner.soap.sforce.com'/>").await;
    assert_eq!(inside(&info, "userName"), fixture.username(0, "sales"));
    assert_eq!(inside(&info, "current"), "1");
    let stamp = ask("<getServerTimestamp/>").await;
    assert!(inside(&stamp, "timestamp").ends_with('Z'));
    let page = ask("<query><queryString>SELECT Id, Name, Owner.Name FROM Contact</queryString></query>").await;
    assert_eq!(inside(&page, "sf:type"), "Contact");
    // The same rows as REST's, for he sees no more here than there.
    let rest = fixture.query(0, &token, "SELECT COUNT() FROM Contact").await.json();
    assert_eq!(inside(&page, "size"), rest["totalSize"].to_string());
    let broken = ask("<query><queryString>SELECT Nme FROM Contact</queryString></query>").await;
    assert_eq!((broken.status, inside(&broken, "sf:exceptionCode")), (500, "INVALID_FIELD"));
    let unknown = ask("<undoEverything/>").await;
    assert!(inside(&unknown, "faultstring").contains("No operation available for request"));
    assert_eq!(ask("<logout/>").await.status, 200);
    let over = ask("<getUserInfo/>").await;
    assert_eq!(inside(&over, "faultcode"), "sf:INVALID_SESSION_ID");
    assert_eq!(fixture.data(0, &token, "limits").await.status, 401);
}

#[tokio::test]
async fn pages_go_on_by_their_locator() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let url = format!("{}/services/Soap/u/67.0", fixture.org(0).instance_url);
    let soql = "SELECT Id FROM Opportunity";
    let operation = format!("<query><queryString>{soql}</queryString></query>");
    let body = format!(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Header><SessionHeader><sessionId>{token}</sessionId></SessionHeader>\
         <QueryOptions><batchSize>200</batchSize></QueryOptions></e:Header><e:Body>{operation}</e:Body></e:Envelope>"
    );
    let first = read(fixture.http.post(&url).body(body).send().await.unwrap()).await;
    assert_eq!(inside(&first, "done"), "false");
    let mut rows = first.text().matches("<records ").count();
    assert_eq!(rows, 200);
    let mut locator = inside(&first, "queryLocator").to_owned();
    loop {
        let more = format!("<queryMore><queryLocator>{locator}</queryLocator></queryMore>");
        let page = post(&fixture, &url, Some(&token), &more).await;
        rows += page.text().matches("<records ").count();
        if inside(&page, "done") == "true" {
            assert_eq!(rows.to_string(), inside(&page, "size"));
            break;
        }
        locator = inside(&page, "queryLocator").to_owned();
    }
}

#[tokio::test]
async fn bad_days_are_faults_here() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let url = format!("{}/services/Soap/u/67.0", fixture.org(0).instance_url);
    for (fault, code) in [
        (Fault::Unavailable, "sf:SERVER_UNAVAILABLE"),
        (Fault::ServerError, "sf:UNKNOWN_EXCEPTION"),
        (Fault::ApiDisabled, "sf:API_DISABLED_FOR_ORG"),
        (Fault::LimitExceeded, "sf:REQUEST_LIMIT_EXCEEDED"),
    ] {
        fixture.demo.set_fault(Some(fault));
        let answer = post(&fixture, &url, Some(&token), "<getUserInfo/>").await;
        assert_eq!((answer.status, inside(&answer, "faultcode")), (500, code));
    }
    fixture.demo.set_rules(vec!["500,user=admin".parse().unwrap()]);
    assert_eq!(post(&fixture, &url, Some(&token), "<getUserInfo/>").await.status, 500);
    let sales = fixture.token(0, "sales").await;
    assert_eq!(post(&fixture, &url, Some(&sales), "<getUserInfo/>").await.status, 200);
}

#[tokio::test]
async fn what_is_no_soap_is_told_so() {
    let fixture = Fixture::new().await;
    let origin = fixture.org(0).instance_url.clone();
    let token = fixture.token(0, "admin").await;
    let url = format!("{origin}/services/Soap/u/67.0");
    let broken = read(fixture.http.post(&url).body("hello").send().await.unwrap()).await;
    assert_eq!((broken.status, inside(&broken, "faultcode")), (500, "soapenv:Client"));
    assert_eq!(read(fixture.http.get(&url).send().await.unwrap()).await.status, 405);
    for (path, status) in [("/services/Soap/x/67.0", 404), ("/services/Soap", 404), ("/services/Soap/u/v67.0", 500)] {
        let answer = fixture.request(0, Method::POST, &token, path).body("").send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
    let metadata = post(&fixture, &format!("{origin}/services/Soap/m/67.0"), Some(&token), "<describeMetadata/>").await;
    assert!(inside(&metadata, "faultstring").contains("{http://soap.sforce.com/2006/04/metadata}describeMetadata"));
    // Another org's session is none here.
    let foreign = fixture.token(1, "admin").await;
    let answer = post(&fixture, &url, Some(&foreign), "<getUserInfo/>").await;
    assert_eq!(inside(&answer, "faultcode"), "sf:INVALID_SESSION_ID");
}

#[tokio::test]
async fn records_come_back_out_of_the_recycle_bin() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let url = format!("{}/services/Soap/u/67.0", fixture.org(0).instance_url);
    let create = fixture.request(0, Method::POST, &token, "/services/data/v67.0/sobjects/Account");
    let create = create.header("content-type", "application/json").body(r#"{"Name":"Gone and back"}"#);
    let made = read(create.send().await.unwrap()).await;
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let path = format!("sobjects/Account/{id}");
    let delete = fixture.request(0, Method::DELETE, &token, &format!("/services/data/v67.0/{path}"));
    assert_eq!(delete.send().await.unwrap().status(), 204);
    assert_eq!(fixture.data(0, &token, &path).await.status, 404);
    let operation = format!("<undelete><ids>{id}</ids><ids>001000000000000AAA</ids></undelete>");
    let answer = post(&fixture, &url, Some(&token), &operation).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = answer.text();
    assert!(text.contains(&format!("<result><id>{id}</id><success>true</success></result>")), "{text}");
    assert!(text.contains("<success>false</success>") && text.contains("<statusCode>"), "{text}");
    assert_eq!(fixture.data(0, &token, &path).await.json()["Name"], "Gone and back");
    let many =
        post(&fixture, &url, Some(&token), &format!("<undelete>{}</undelete>", "<ids>x</ids>".repeat(201))).await;
    assert_eq!(inside(&many, "faultcode"), "sf:EXCEEDED_ID_LIMIT");
}
