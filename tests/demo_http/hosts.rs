//! The names of real orgs: an org answers to its own, calls itself by the form that was used, and answers to no other.

use crate::support::{Answer, Fixture, now, read};
use orgdeck::demo::Options;
use reqwest::Method;
use serde_json::{Value, json};

fn port(fixture: &Fixture, org: usize) -> String {
    fixture.org(org).instance_url.rsplit(':').next().unwrap().to_owned()
}

/// A request to a listener under another name.
async fn ask(fixture: &Fixture, base: &str, host: &str, path: &str, token: Option<&str>) -> Answer {
    let mut request = fixture.http.get(format!("{base}{path}")).header("host", host);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    read(request.send().await.unwrap()).await
}

async fn log_in(fixture: &Fixture, org: usize, base: &str, host: &str, audience: &str) -> Answer {
    let card = fixture.org(org);
    let claims = json!({
        "iss": card.client_id, "sub": fixture.username(org, "admin"), "aud": audience, "exp": now() + 180,
    });
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
        .append_pair("assertion", &fixture.sign(org, &claims))
        .finish();
    let request = fixture.http.post(format!("{base}/services/oauth2/token")).header("host", host);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    read(request.body(form).send().await.unwrap()).await
}

/// Every address in a value that begins with a scheme.
fn addresses(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) if text.starts_with("http") => into.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|one| addresses(one, into)),
        Value::Object(map) => map.values().for_each(|one| addresses(one, into)),
        _ => {}
    }
}

#[tokio::test]
async fn who_comes_by_names_meets_no_numbers() {
    let fixture = Fixture::new().await;
    let (at_org, at_login) = (fixture.org(0).instance_url.clone(), fixture.demo.login_host().to_owned());
    let (port, login_port) = (port(&fixture, 0), at_login.rsplit(':').next().unwrap().to_owned());
    for (tail, scheme) in
        [(format!(".localhost:{port}"), "http"), (format!(":{port}"), "http"), (String::new(), "http")]
    {
        let login_tail = tail.replace(&port, &login_port);
        let (mine, login) = (format!("acme.my.salesforce.com{tail}"), format!("login.salesforce.com{login_tail}"));
        let answer = log_in(&fixture, 0, &at_login, &login, "https://login.salesforce.com").await;
        assert_eq!(answer.status, 200, "{login} {}", answer.text());
        let answer = answer.json();
        assert_eq!(answer["instance_url"], format!("{scheme}://{mine}"));
        let (id, token) = (answer["id"].as_str().unwrap(), answer["access_token"].as_str().unwrap());
        let path = id.strip_prefix(&format!("{scheme}://{login}")).unwrap();
        let sent_on = ask(&fixture, &at_login, &login, &format!("{path}?version=latest"), Some(token)).await;
        assert_eq!(sent_on.header("location"), format!("{scheme}://{mine}{path}?version=latest"));
        let identity = ask(&fixture, &at_org, &mine, path, Some(token)).await.json();
        assert_eq!((&identity["id"], &identity["urls"]["custom_domain"]), (&answer["id"], &answer["instance_url"]));
        let photo = identity["photos"]["picture"].as_str().unwrap().to_owned();
        let files = format!("acme.file.force.com{tail}");
        let picture = photo.strip_prefix(&format!("{scheme}://{files}")).unwrap().to_owned();
        let picture = ask(&fixture, &at_org, &files, &picture, Some(token)).await;
        assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));
        let mut all = Vec::new();
        addresses(&identity, &mut all);
        for path in ["", "tabs", "theme", "ui-api/apps", "connect/users/me", "chatter/users"] {
            let answer = ask(&fixture, &at_org, &mine, &format!("/services/data/v67.0/{path}"), Some(token)).await;
            assert_eq!(answer.status, 200, "{path}");
            addresses(&answer.json(), &mut all);
        }
        for path in ["openid-configuration", "oauth-authorization-server", "auth-configuration"] {
            addresses(&ask(&fixture, &at_org, &mine, &format!("/.well-known/{path}"), None).await.json(), &mut all);
        }
        assert!(all.len() > 60, "{}", all.len());
        let own = [&mine, &login, &files].map(|host| format!("{scheme}://{host}/"));
        for address in all {
            assert!(own.iter().any(|own| format!("{address}/").starts_with(own)), "{address} for {mine}");
        }
    }
}

#[tokio::test]
async fn behind_a_proxy_with_a_certificate_addresses_are_https() {
    let fixture = Fixture::new().await;
    let base = &fixture.org(1).instance_url;
    let asked = |host: &'static str| {
        let request = fixture.http.get(format!("{base}/.well-known/openid-configuration"));
        let request = request.header("host", host).header("x-forwarded-proto", "https");
        async { read(request.send().await.unwrap()).await.json()["issuer"].as_str().unwrap().to_owned() }
    };
    assert_eq!(asked("acme--uat.sandbox.my.salesforce.com").await, "https://acme--uat.sandbox.my.salesforce.com");
    // As sandboxes were once called, and by the instance.
    assert_eq!(asked("acme--uat.dem2s.my.salesforce.com").await, "https://acme--uat.dem2s.my.salesforce.com");
    assert_eq!(asked("dem2s.salesforce.com").await, "https://dem2s.salesforce.com");
}

#[tokio::test]
async fn a_name_of_anybody_elses_is_turned_away_at_every_door() {
    let fixture = Fixture::new().await;
    let (zero, one, login) =
        (fixture.org(0).instance_url.clone(), &fixture.org(1).instance_url, fixture.demo.login_host());
    let token = fixture.token(0, "admin").await;
    for (base, host) in [
        (zero.as_str(), "evil.example"),
        (&zero, "acme--uat.sandbox.my.salesforce.com"),
        (&zero, "login.salesforce.com"),
        (&zero, "other.my.salesforce.com"),
        (&zero, "acme.my.salesforce.com.evil.example"),
        (&zero, "acme.my.salesforce.com:1"),
        (one, "acme.my.salesforce.com"),
        (login, "acme.my.salesforce.com"),
    ] {
        let answer = ask(&fixture, base, host, "/services/data/v67.0/limits", Some(&token)).await;
        assert_eq!((answer.status, answer.header("sforce-limit-info")), (421, ""), "{host}");
    }
}

#[tokio::test]
async fn lightning_sends_programs_on_and_the_login_host_has_no_data() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let (base, port) = (fixture.org(0).instance_url.clone(), port(&fixture, 0));
    for host in ["acme.lightning.force.com", "acme.my.salesforce-setup.com"] {
        let path = "/services/data/v67.0/query?q=SELECT%20Id+FROM+Account&oauth_token=x";
        let answer = ask(&fixture, &base, &format!("{host}.localhost:{port}"), path, Some(&token)).await;
        let mine = format!("http://acme.my.salesforce.com.localhost:{port}");
        let target = format!("{mine}/services/data/v67.0/query?q=SELECT%20Id+FROM+Account");
        assert_eq!((answer.status, answer.header("location")), (302, target.as_str()));
    }
    let files = format!("acme.file.force.com.localhost:{port}");
    assert_eq!(ask(&fixture, &base, &files, "/services/data/v67.0/limits", Some(&token)).await.status, 404);
    let url = format!("{}/services/data/v67.0/limits", fixture.demo.login_host());
    let lost = read(fixture.http.get(&url).bearer_auth(&token).send().await.unwrap()).await;
    assert_eq!((lost.status, lost.code()), (400, "URL_NOT_RESET".to_owned()));
    let nobody = read(fixture.http.get(&url).send().await.unwrap()).await;
    assert_eq!((nobody.status, nobody.code()), (401, "INVALID_SESSION_ID".to_owned()));
}

#[tokio::test]
async fn audiences_are_told_apart_by_kind() {
    let fixture = Fixture::new().await;
    let port = port(&fixture, 1);
    let host = format!("acme--uat.sandbox.my.salesforce.com.localhost:{port}");
    let base = fixture.org(1).instance_url.clone();
    for (audience, status) in [
        ("https://test.salesforce.com".to_owned(), 200),
        ("https://login.salesforce.com".to_owned(), 400),
        (format!("http://{host}"), 200),
        (format!("http://{host}/"), 200),
        (format!("http://acme.my.salesforce.com.localhost:{port}"), 400),
    ] {
        let answer = log_in(&fixture, 1, &base, &host, &audience).await;
        assert_eq!(answer.status, status, "{audience} {}", answer.text());
    }
}

#[tokio::test]
async fn the_card_can_name_hosts() {
    let fixture = Fixture::with(Options { hosts: true, ..Options::default() }).await;
    let card = fixture.demo.card();
    for (org, name) in card.orgs.iter().zip(["acme", "acme--uat.sandbox"]) {
        let expected = format!("http://{name}.my.salesforce.com.localhost:");
        assert!(org.login_url.starts_with(&expected) && org.instance_url == org.login_url, "{}", org.login_url);
    }
    assert!(fixture.demo.login_host().starts_with("http://login.salesforce.com.localhost:"));
    assert!(card.control.url.starts_with("http://127.0.0.1:"));
    // A client that resolves such names as RFC 6761 says logs in by the card alone.
    let here = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let host = url::Url::parse(&card.orgs[0].login_url).unwrap().host_str().unwrap().to_owned();
    let http = reqwest::Client::builder().no_proxy().resolve(&host, here).build().unwrap();
    let named = Fixture { http, ..fixture };
    let login = named.log_in(0, "admin").await;
    assert_eq!(login["instance_url"], named.org(0).instance_url);
    let token = login["access_token"].as_str().unwrap();
    let answer = read(named.request(0, Method::GET, token, "/services/data/v67.0/limits").send().await.unwrap()).await;
    assert_eq!(answer.status, 200);
}
