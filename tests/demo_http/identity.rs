//! The identity URL in both its forms, userinfo, revoke and introspect.

use crate::support::{Answer, Fixture, read};
use serde_json::Value;

async fn get(fixture: &Fixture, url: &str, token: Option<&str>) -> Answer {
    let mut request = fixture.http.get(url);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    read(request.send().await.unwrap()).await
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

const KEYS: [&str; 30] = [
    "id",
    "asserted_user",
    "user_id",
    "organization_id",
    "username",
    "nick_name",
    "display_name",
    "email",
    "email_verified",
    "first_name",
    "last_name",
    "timezone",
    "photos",
    "addr_street",
    "addr_city",
    "addr_state",
    "addr_country",
    "addr_zip",
    "mobile_phone",
    "mobile_phone_verified",
    "is_lightning_login_user",
    "status",
    "urls",
    "active",
    "user_type",
    "language",
    "locale",
    "utcOffset",
    "last_modified_date",
    "is_app_installed",
];

#[tokio::test]
async fn the_first_orgs_identity_lies_behind_a_redirect() {
    let fixture = Fixture::new().await;
    let login = fixture.log_in(0, "admin").await;
    let (id, token) = (text(&login, "id"), text(&login, "access_token"));
    let sent_on = get(&fixture, &format!("{id}?version=latest"), Some(token)).await;
    assert_eq!(sent_on.status, 302);
    let path = id.strip_prefix(fixture.demo.login_host()).unwrap();
    let target = format!("{}{path}", fixture.org(0).instance_url);
    assert_eq!(sent_on.header("location"), format!("{target}?version=latest"));
    let lost = get(&fixture, &target, None).await;
    assert_eq!((lost.status, lost.text()), (403, "Missing_OAuth_Token"));
    let answer = get(&fixture, &target, Some(token)).await;
    assert_eq!(answer.status, 200);
    let identity = answer.json();
    assert_eq!(identity.as_object().unwrap().keys().collect::<Vec<_>>(), KEYS);
    assert_eq!(text(&identity, "id"), id);
    assert_eq!(identity["asserted_user"], true);
    assert_eq!(text(&identity, "username"), fixture.username(0, "admin"));
    assert!(id.ends_with(text(&identity, "user_id")));
}

#[tokio::test]
async fn the_second_orgs_identity_answers_at_once() {
    let fixture = Fixture::new().await;
    let login = fixture.log_in(1, "sales").await;
    let (id, token) = (text(&login, "id"), text(&login, "access_token"));
    let identity = get(&fixture, id, Some(token)).await.json();
    assert_eq!(text(&identity, "username"), fixture.username(1, "sales"));
    let urls = identity["urls"].as_object().unwrap();
    assert_eq!(urls.len(), 17);
    assert!(text(&identity["urls"], "query").ends_with("/services/data/v{version}/query/"));
    for (asked, version) in [("latest", "67.0"), ("40.0", "40.0")] {
        let filled = get(&fixture, &format!("{id}?version={asked}"), Some(token)).await.json();
        let instance = &fixture.org(1).instance_url;
        assert_eq!(text(&filled["urls"], "query"), format!("{instance}/services/data/v{version}/query/"));
    }
    // Another user of the org is shown, and marked as not the one who asks.
    let other = text(&fixture.log_in(1, "admin").await, "id").to_owned();
    assert_eq!(get(&fixture, &other, Some(token)).await.json()["asserted_user"], false);
}

#[tokio::test]
async fn identity_refuses_in_plain_text() {
    let fixture = Fixture::new().await;
    let login = fixture.log_in(1, "admin").await;
    let (id, token) = (text(&login, "id"), text(&login, "access_token"));
    let foreign = fixture.token(0, "admin").await;
    let unknown = format!("{}/id/00D000000000000AAA/005000000000000AAA", fixture.org(1).instance_url);
    let nobody = id.replace(id.rsplit('/').next().unwrap(), "005000000000000AAA");
    let short = id.get(..id.len() - 3).unwrap();
    for (url, token, status, words) in [
        (id, None, 403, "Missing_OAuth_Token"),
        (id, Some("00D!nonsense"), 403, "Bad_OAuth_Token"),
        (id, Some(foreign.as_str()), 403, "Wrong_Org"),
        (unknown.as_str(), Some(token), 404, "Bad_Id"),
        (nobody.as_str(), Some(token), 404, "Bad_Id"),
    ] {
        let answer = get(&fixture, url, token).await;
        assert_eq!((answer.status, answer.text()), (status, words), "{url}");
        assert!(answer.header("content-type").starts_with("text/plain"));
    }
    assert_eq!(get(&fixture, short, Some(token)).await.status, 200);
    fixture.demo.expire_all();
    assert_eq!(get(&fixture, id, Some(token)).await.text(), "Bad_OAuth_Token");
}

#[tokio::test]
async fn a_token_in_the_query_is_taken_and_not_carried_over() {
    let fixture = Fixture::new().await;
    let login = fixture.log_in(1, "api").await;
    let (id, token) = (text(&login, "id"), text(&login, "access_token"));
    assert_eq!(get(&fixture, &format!("{id}?format=json&oauth_token={token}"), None).await.status, 200);
    let login = fixture.log_in(0, "api").await;
    let (id, token) = (text(&login, "id"), text(&login, "access_token"));
    let sent_on = get(&fixture, &format!("{id}?format=json&oauth_token={token}"), None).await;
    assert_eq!(sent_on.status, 302);
    assert!(sent_on.header("location").ends_with("?format=json"));
}

#[tokio::test]
async fn userinfo_tells_the_same_person() {
    let fixture = Fixture::new().await;
    let login = fixture.log_in(0, "sales").await;
    let token = text(&login, "access_token");
    let url = format!("{}/services/oauth2/userinfo", fixture.org(0).instance_url);
    let info = get(&fixture, &url, Some(token)).await.json();
    assert_eq!(text(&info, "preferred_username"), fixture.username(0, "sales"));
    assert_eq!(text(&info, "sub"), text(&login, "id"));
    assert_eq!(info.as_object().unwrap().len(), 23);
    let posted = read(fixture.http.post(&url).bearer_auth(token).send().await.unwrap()).await;
    assert_eq!(posted.json(), info);
    assert_eq!(get(&fixture, &url, None).await.text(), "Missing_OAuth_Token");
    assert_eq!(get(&fixture, &url, Some("x")).await.text(), "Bad_OAuth_Token");
    let photo = get(&fixture, text(&info, "picture"), Some(token)).await;
    assert_eq!(photo.header("content-type"), "image/png");
    assert!(photo.body.starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn revoked_tokens_are_over() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let other = fixture.token(0, "admin").await;
    let url = format!("{}/services/oauth2/revoke", fixture.org(0).instance_url);
    let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("token", &token).finish();
    assert_eq!(fixture.post_form(&url, form.clone()).await.status, 200);
    assert_eq!(fixture.data(0, &token, "limits").await.code(), "INVALID_SESSION_ID");
    let again = fixture.post_form(&url, form).await;
    assert_eq!((again.status, text(&again.json(), "error").to_owned()), (400, "invalid_token".to_owned()));
    assert_eq!(fixture.post_form(&url, String::new()).await.json()["error"], "unsupported_token_type");
    assert_eq!(fixture.data(0, &other, "limits").await.status, 200);
    fixture.demo.revoke_user(&fixture.username(0, "admin"));
    assert_eq!(fixture.data(0, &other, "limits").await.status, 401);
}

#[tokio::test]
async fn introspection_wants_a_secret_that_no_app_has() {
    let fixture = Fixture::new().await;
    let url = format!("{}/services/oauth2/introspect", fixture.org(0).instance_url);
    let answer = fixture.post_form(&url, format!("token=x&client_id={}", fixture.org(0).client_id)).await;
    assert_eq!((answer.status, answer.json()["error"].as_str()), (401, Some("invalid_client")));
}

#[tokio::test]
async fn the_identity_and_the_records_are_one_persons() {
    let fixture = Fixture::new().await;
    for (org, alias) in [(0, "admin"), (0, "sales"), (0, "api"), (1, "admin")] {
        let login = fixture.log_in(org, alias).await;
        let token = text(&login, "access_token");
        let path = text(&login, "id").split_once("/id/").unwrap().1.to_owned();
        let url = format!("{}/id/{path}", fixture.org(org).instance_url);
        let identity = get(&fixture, &url, Some(token)).await.json();
        let soql = format!(
            "SELECT Id, Username, Name, Email, TimeZoneSidKey, LocaleSidKey, IsActive FROM User WHERE Id = '{}'",
            text(&identity, "user_id")
        );
        let user = fixture.query(org, token, &soql).await.json()["records"][0].clone();
        for (in_identity, in_record) in [
            ("username", "Username"),
            ("display_name", "Name"),
            ("email", "Email"),
            ("timezone", "TimeZoneSidKey"),
            ("locale", "LocaleSidKey"),
            ("active", "IsActive"),
        ] {
            assert_eq!(identity[in_identity], user[in_record], "{in_identity} of {alias}");
        }
        let found = fixture.query(org, token, "SELECT Id, IsSandbox FROM Organization").await.json();
        assert_eq!(found["records"][0]["Id"], identity["organization_id"]);
        assert_eq!(found["records"][0]["IsSandbox"], org == 1);
    }
}

#[tokio::test]
async fn whatever_a_session_made_tells_the_use_of_the_api() {
    let fixture = Fixture::new().await;
    let login = fixture.log_in(0, "admin").await;
    let (id, token) = (text(&login, "id"), text(&login, "access_token"));
    let instance = fixture.org(0).instance_url.clone();
    let home = id.replace(fixture.demo.login_host(), &instance);
    let photo = get(&fixture, &home, Some(token)).await.json()["photos"]["picture"].as_str().unwrap().to_owned();
    fixture.data(0, token, "limits").await;
    // None of these is a call of an API: they tell the use and add nothing to it.
    let userinfo = format!("{instance}/services/oauth2/userinfo");
    let at_login = format!("{}/services/oauth2/userinfo", fixture.demo.login_host());
    for (url, status) in [(id, 302), (&home, 200), (&userinfo, 200), (&at_login, 200), (&photo, 200)] {
        let answer = get(&fixture, url, Some(token)).await;
        assert_eq!((answer.status, answer.header("sforce-limit-info")), (status, "api-usage=1/100000"), "{url}");
    }
    // Calls are, of whichever API, and the parts of a batch each.
    let part = serde_json::json!({ "method": "GET", "url": "v67.0/limits" });
    let batch = fixture
        .request(0, reqwest::Method::POST, token, "/services/data/v67.0/composite/batch")
        .header("content-type", "application/json")
        .body(serde_json::json!({ "batchRequests": [part, part, part] }).to_string());
    assert_eq!(read(batch.send().await.unwrap()).await.header("sforce-limit-info"), "api-usage=4/100000");
    let jobs =
        fixture.http.get(format!("{instance}/services/async/67.0/job/750000000000000")).header("x-sfdc-session", token);
    assert_eq!(read(jobs.send().await.unwrap()).await.header("sforce-limit-info"), "api-usage=5/100000");
    let gone = get(&fixture, &format!("{instance}/services/data/v20.0/limits"), Some(token)).await;
    assert_eq!((gone.status, gone.header("sforce-limit-info")), (410, "api-usage=5/100000"));
    // Nobody's session, nobody's use.
    let other = &fixture.org(1).instance_url;
    let foreign = id.replace(fixture.demo.login_host(), other);
    let versions = format!("{instance}/services/data");
    for (url, token) in [(id, None), (id, Some("00D!guess")), (&foreign, Some(token)), (&versions, Some(token))] {
        assert_eq!(get(&fixture, url, token).await.header("sforce-limit-info"), "", "{url}");
    }
}
