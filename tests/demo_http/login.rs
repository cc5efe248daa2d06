//! Logins: every fate, every leniency, and what the server gives out and writes.

use crate::support::{Answer, Fixture, now, read, sign_with};
use orgdeck::demo::{DemoError, ExtraCert, Fault, Options};
use serde_json::{Value, json};

fn refusal(answer: &Answer) -> (u16, String, String) {
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), 2, "{body}");
    let text = |key: &str| body[key].as_str().unwrap().to_owned();
    (answer.status, text("error"), text("error_description"))
}

fn is(answer: &Answer, error: &str, description: &str) {
    assert_eq!(refusal(answer), (400, error.to_owned(), description.to_owned()));
}

#[tokio::test]
async fn a_token_answer_is_salesforces() {
    let fixture = Fixture::new().await;
    for org in [0, 1] {
        let answer = fixture.log_in_with(org, &fixture.claims(org, "admin")).await;
        assert_eq!(answer.header("content-type"), "application/json;charset=UTF-8");
        assert!(answer.header("cache-control").contains("no-store"));
        let token = answer.json();
        let keys: Vec<&str> = token.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["access_token", "scope", "instance_url", "id", "token_type"]);
        assert_eq!(token["token_type"], "Bearer");
        assert_eq!(token["scope"], "id full");
        assert_eq!(token["instance_url"], fixture.org(org).instance_url.as_str());
        let access = token["access_token"].as_str().unwrap();
        let (org_id, tail) = access.split_once('!').unwrap();
        assert!(org_id.starts_with("00D") && org_id.len() == 15 && tail.starts_with("AQ") && tail.len() > 90);
        let id_origin = if org == 0 { fixture.demo.login_host() } else { &fixture.org(1).instance_url };
        assert!(token["id"].as_str().unwrap().starts_with(&format!("{id_origin}/id/00D")));
    }
}

#[tokio::test]
async fn users_have_their_fates() {
    let fixture = Fixture::new().await;
    for alias in ["admin", "sales", "api"] {
        fixture.log_in(0, alias).await;
        fixture.log_in(1, alias).await;
    }
    for org in [0, 1] {
        is(&fixture.log_in_with(org, &fixture.claims(org, "gone")).await, "invalid_grant", "inactive user");
    }
    let production = fixture.log_in_with(0, &fixture.claims(0, "new")).await;
    is(&production, "invalid_app_access", "user is not admin approved to access this app");
    let sandbox = fixture.log_in_with(1, &fixture.claims(1, "new")).await;
    is(&sandbox, "invalid_grant", "user hasn't approved this consumer");
}

#[tokio::test]
async fn what_is_wrong_with_an_assertion_is_told() {
    let fixture = Fixture::new().await;
    let good = fixture.claims(0, "admin");
    let with = |key: &str, value: Value| {
        let mut claims = good.clone();
        claims[key] = value;
        claims
    };
    let cases = [
        (with("iss", json!("3MVG9nobody")), "invalid_client_id", "client identifier invalid"),
        (with("sub", json!("nobody@acme.example")), "invalid_grant", "user hasn't approved this consumer"),
        (with("sub", json!(7)), "invalid_grant", "user hasn't approved this consumer"),
        (with("aud", json!("https://test.salesforce.com")), "invalid_grant", "audience is invalid"),
        (with("aud", json!(null)), "invalid_grant", "audience is invalid"),
        (with("aud", json!(fixture.org(1).login_url)), "invalid_grant", "audience is invalid"),
        (with("exp", json!(now() - 1)), "invalid_grant", "expired authorization code"),
        (with("exp", json!((now() - 100).to_string())), "invalid_grant", "expired authorization code"),
        (with("exp", json!("tomorrow")), "invalid_grant", "invalid assertion"),
        (with("iss", json!(null)), "invalid_grant", "invalid assertion"),
    ];
    for (claims, error, description) in cases {
        println!("{claims}");
        is(&fixture.log_in_with(0, &claims).await, error, description);
    }
    // The other org's key, a damaged text, no text at all.
    let foreign = fixture.sign(1, &good);
    is(&fixture.post_assertion(&fixture.org(0).login_url, &foreign).await, "invalid_grant", "invalid assertion");
    let mut damaged = fixture.sign(0, &good);
    damaged.truncate(damaged.len() - 8);
    for text in [damaged.as_str(), "a.b.c", ""] {
        is(&fixture.post_assertion(&fixture.org(0).login_url, text).await, "invalid_grant", "invalid assertion");
    }
}

#[tokio::test]
async fn only_rs256_is_a_signature() {
    let fixture = Fixture::new().await;
    let claims = fixture.claims(0, "admin");
    let key = jsonwebtoken::EncodingKey::from_secret(&std::fs::read(fixture.folder.path().join("acme.crt")).unwrap());
    let forged =
        jsonwebtoken::encode(&jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256), &claims, &key).unwrap();
    is(&fixture.post_assertion(&fixture.org(0).login_url, &forged).await, "invalid_grant", "invalid assertion");
    let signed = fixture.sign(0, &claims);
    let payload = signed.split('.').nth(1).unwrap();
    // {"alg":"none"}
    for tail in ["", "AAAA"] {
        let unsigned = format!("eyJhbGciOiJub25lIn0.{payload}.{tail}");
        is(&fixture.post_assertion(&fixture.org(0).login_url, &unsigned).await, "invalid_grant", "invalid assertion");
    }
}

#[tokio::test]
async fn real_clients_differ_and_get_in() {
    let fixture = Fixture::new().await;
    let good = fixture.claims(0, "admin");
    let origin = fixture.org(0).login_url.clone();
    let port = origin.rsplit(':').next().unwrap();
    let changes = [
        ("exp", json!((now() + 180) * 1000)),
        ("exp", json!((now() + 180).to_string())),
        ("exp", json!(((now() + 180) * 1000).to_string())),
        ("aud", json!(format!("{origin}/"))),
        ("aud", json!("https://login.salesforce.com")),
        ("aud", json!("https://login.salesforce.com/")),
        ("aud", json!(fixture.demo.login_host())),
        ("aud", json!(format!("http://localhost:{port}"))),
        ("aud", json!([origin])),
        ("sub", json!(fixture.username(0, "admin").to_uppercase())),
        ("iat", json!(now())),
    ];
    for (key, value) in changes {
        let mut claims = good.clone();
        claims[key] = value;
        let answer = fixture.log_in_with(0, &claims).await;
        assert_eq!(answer.status, 200, "{claims} {}", answer.text());
    }
    let mut old = good.clone();
    old["prn"] = old.as_object_mut().unwrap().remove("sub").unwrap();
    assert_eq!(fixture.log_in_with(0, &old).await.status, 200);
    let mut sandbox = fixture.claims(1, "admin");
    sandbox["aud"] = json!("https://test.salesforce.com/");
    assert_eq!(fixture.log_in_with(1, &sandbox).await.status, 200);
    sandbox["aud"] = json!("https://login.salesforce.com");
    is(&fixture.log_in_with(1, &sandbox).await, "invalid_grant", "audience is invalid");
}

#[tokio::test]
async fn forms_may_come_in_chunks_in_the_query_and_with_a_slash() {
    let fixture = Fixture::new().await;
    let assertion = fixture.sign(0, &fixture.claims(0, "admin"));
    let form = format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}");
    let url = format!("{}/services/oauth2/token", fixture.org(0).login_url);
    let pieces: Vec<Result<Vec<u8>, std::io::Error>> =
        form.as_bytes().chunks(50).map(|piece| Ok(piece.to_vec())).collect();
    let chunked = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    let request = fixture.http.post(&url).header("content-type", "application/x-www-form-urlencoded").body(chunked);
    assert_eq!(read(request.send().await.unwrap()).await.status, 200);
    assert_eq!(fixture.post_form(&format!("{url}/"), form.clone()).await.status, 200);
    assert_eq!(fixture.post_form(&format!("{url}?{form}"), String::new()).await.status, 200);
}

#[tokio::test]
async fn other_ways_in_are_refused() {
    let fixture = Fixture::new().await;
    let url = format!("{}/services/oauth2/token", fixture.org(0).login_url);
    for form in ["", "grant_type=password&username=a&password=b", "grant_type=client_credentials"] {
        is(&fixture.post_form(&url, form.to_owned()).await, "unsupported_grant_type", "grant type not supported");
    }
    is(&read(fixture.http.get(&url).send().await.unwrap()).await, "invalid_request", "must use HTTP POST");
    assert_eq!(fixture.post_form(&url, "x".repeat(70_000)).await.status, 413);
    let elsewhere =
        fixture.post_form(&format!("{}/services/oauth2/elsewhere", fixture.org(0).login_url), String::new()).await;
    assert_eq!(elsewhere.status, 404);
}

#[tokio::test]
async fn the_login_host_knows_both_apps_and_an_instance_its_own() {
    let fixture = Fixture::new().await;
    for org in [0, 1] {
        let mut claims = fixture.claims(org, "sales");
        claims["aud"] = json!(fixture.demo.login_host());
        let answer = fixture.post_assertion(fixture.demo.login_host(), &fixture.sign(org, &claims)).await;
        assert_eq!(answer.json()["instance_url"], fixture.org(org).instance_url.as_str());
    }
    let foreign = fixture.sign(1, &fixture.claims(1, "admin"));
    let answer = fixture.post_assertion(&fixture.org(0).login_url, &foreign).await;
    is(&answer, "app_not_found", "External client app is not installed in this org");
}

#[tokio::test]
async fn logins_in_parallel_get_tokens_of_their_own() {
    let fixture = Fixture::new().await;
    let assertion = fixture.sign(0, &fixture.claims(0, "sales"));
    let origin = fixture.org(0).login_url.clone();
    let all = futures_util::future::join_all((0..50).map(|_| fixture.post_assertion(&origin, &assertion))).await;
    let mut tokens: Vec<String> =
        all.iter().map(|answer| answer.json()["access_token"].as_str().unwrap().to_owned()).collect();
    let checks = tokens.iter().map(|token| fixture.data(0, token, "limits"));
    assert!(futures_util::future::join_all(checks).await.iter().all(|answer| answer.status == 200));
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), 50);
}

#[tokio::test]
async fn logins_have_a_rate() {
    let fixture = Fixture::with(Options { logins_per_hour: 2, ..Options::default() }).await;
    fixture.log_in(0, "admin").await;
    fixture.log_in(0, "admin").await;
    is(&fixture.log_in_with(0, &fixture.claims(0, "admin")).await, "invalid_grant", "LOGIN_RATE_EXCEEDED");
    fixture.log_in(0, "sales").await;
}

#[tokio::test]
async fn login_faults_have_their_words() {
    let fixture = Fixture::new().await;
    let try_it = || async { fixture.log_in_with(0, &fixture.claims(0, "admin")).await };
    fixture.demo.set_fault(Some(Fault::LoginRate));
    is(&try_it().await, "invalid_grant", "LOGIN_RATE_EXCEEDED");
    fixture.demo.set_fault(Some(Fault::LoginIp));
    is(&try_it().await, "invalid_grant", "ip restricted");
    fixture.demo.set_fault(Some(Fault::InactiveOrg));
    is(&try_it().await, "invalid_grant", "inactive organization");
    fixture.demo.set_fault(Some(Fault::LoginRetry));
    for _ in 0..2 {
        is(&try_it().await, "unknown_error", "retry your request");
        assert_eq!(try_it().await.status, 200);
    }
    fixture.demo.set_fault(None);
    assert_eq!(try_it().await.status, 200);
}

#[tokio::test]
async fn a_certificate_of_ones_own_is_an_app() {
    let made = tempfile::tempdir().unwrap();
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let certificate = rcgen::CertificateParams::new(Vec::new()).unwrap().self_signed(&pair).unwrap();
    let path = made.path().join("mine.crt");
    std::fs::write(&path, certificate.pem()).unwrap();
    let extra = |client_id: &str| {
        let extra_cert = Some(ExtraCert { certificate: path.clone(), client_id: client_id.to_owned() });
        Options { extra_cert, ..Options::default() }
    };
    let fixture = Fixture::with(extra("my.app")).await;
    for (alias, status) in [("admin", 200), ("new", 200), ("gone", 400)] {
        let mut claims = fixture.claims(0, alias);
        claims["iss"] = json!("my.app");
        let assertion = sign_with(pair.serialize_pem().as_bytes(), &claims);
        assert_eq!(fixture.post_assertion(&fixture.org(0).login_url, &assertion).await.status, status, "{alias}");
        let foreign = fixture.sign(0, &claims);
        is(&fixture.post_assertion(&fixture.org(0).login_url, &foreign).await, "invalid_grant", "invalid assertion");
    }
    // A consumer key that is taken, and a file that is no certificate.
    let folder = tempfile::tempdir().unwrap();
    let taken = orgdeck::demo::start(extra(&fixture.org(0).client_id), folder.path()).await;
    assert!(matches!(taken, Err(DemoError::ClientId(_))));
    std::fs::write(&path, "hello").unwrap();
    let refused = orgdeck::demo::start(extra("my.app"), folder.path()).await.err().unwrap();
    assert!(refused.to_string().contains("BEGIN CERTIFICATE"), "{refused}");
}

#[tokio::test]
async fn the_card_has_the_shape_that_tools_read() {
    let fixture = Fixture::new().await;
    let card = serde_json::to_value(fixture.demo.card()).unwrap();
    assert_eq!(card["config"], fixture.folder.path().to_str().unwrap());
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&card), ["config", "orgs", "control"]);
    assert_eq!(keys(&card["control"]), ["url", "secret"]);
    assert_eq!(card["orgs"][0]["kind"], "production");
    assert_eq!(card["orgs"][1]["kind"], "sandbox");
    for org in card["orgs"].as_array().unwrap() {
        assert_eq!(keys(org), ["name", "kind", "login_url", "instance_url", "client_id", "private_key", "users"]);
        assert!(org["client_id"].as_str().unwrap().starts_with("3MVG9"));
        let aliases: Vec<&str> =
            org["users"].as_array().unwrap().iter().map(|user| user["alias"].as_str().unwrap()).collect();
        assert_eq!(aliases, ["admin", "sales", "api", "gone", "new"]);
        for user in org["users"].as_array().unwrap() {
            assert_eq!(keys(user), ["username", "alias", "note"]);
            assert!(user["username"].as_str().unwrap().ends_with(".example"));
            assert!(!user["note"].as_str().unwrap().is_empty());
        }
    }
    assert_ne!(card["orgs"][0]["client_id"], card["orgs"][1]["client_id"]);
}

#[tokio::test]
async fn files_are_for_the_user_alone_and_never_overwritten() {
    let fixture = Fixture::new().await;
    let profiles: toml::Table =
        std::fs::read_to_string(fixture.folder.path().join("profiles.toml")).unwrap().parse().unwrap();
    assert_eq!(profiles["default"].as_str(), Some(format!("acme/{}", fixture.username(0, "admin")).as_str()));
    for name in ["acme", "acme-sandbox"] {
        assert_eq!(profiles["apps"][name]["kind"].as_str(), Some("demo"));
    }
    #[cfg(unix)]
    for entry in std::fs::read_dir(fixture.folder.path()).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.path());
    }
    let again = orgdeck::demo::start(Options::default(), fixture.folder.path()).await.err().unwrap();
    assert!(matches!(again, DemoError::File { .. }), "{again}");
}

#[tokio::test]
async fn a_stopped_demo_frees_its_port_and_a_taken_one_is_told() {
    let fixture = Fixture::new().await;
    let port: u16 = fixture.org(0).instance_url.rsplit(':').next().unwrap().parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let options = Options { port: Some(port), ..Options::default() };
    let taken = orgdeck::demo::start(options.clone(), folder.path()).await.err().unwrap();
    assert!(taken.to_string().contains(&port.to_string()), "{taken}");
    fixture.log_in(0, "admin").await;
    fixture.demo.stop().await;
    let second = orgdeck::demo::start(options, folder.path()).await.unwrap();
    assert_eq!(second.card().orgs[0].instance_url, format!("http://127.0.0.1:{port}"));
}
