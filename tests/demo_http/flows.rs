//! Ways in by a secret: off unless allowed, and then as Salesforce does them. And what hosts tell of themselves.

use crate::support::{Answer, Fixture, read};
use orgdeck::demo::{Flow, Options};
use serde_json::{Value, json};

async fn allowing(allow: Vec<Flow>) -> Fixture {
    Fixture::with(Options { allow, ..Options::default() }).await
}

fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The consumer key and secret of an org's app.
fn client(fixture: &Fixture, org: usize) -> [(&str, &str); 2] {
    let card = fixture.org(org);
    [("client_id", &card.client_id), ("client_secret", card.client_secret.as_ref().unwrap().expose())]
}

/// A user's password with the security token behind it.
fn password(fixture: &Fixture, org: usize, alias: &str) -> String {
    let user = fixture.org(org).users.iter().find(|user| user.alias == alias).unwrap();
    let [word, token] = [&user.password, &user.security_token].map(|part| part.as_ref().unwrap().expose());
    format!("{word}{token}")
}

async fn by_password(fixture: &Fixture, org: usize, username: &str, password: &str) -> Answer {
    let [id, secret] = client(fixture, org);
    let pairs = [("grant_type", "password"), id, secret, ("username", username), ("password", password)];
    fixture.post_form(&format!("{}/services/oauth2/token", fixture.org(org).login_url), form(&pairs)).await
}

fn refused(answer: &Answer) -> (u16, Value, Value) {
    let body = answer.json();
    (answer.status, body["error"].clone(), body["error_description"].clone())
}

fn keys(value: &Value) -> Vec<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn nothing_is_allowed_and_no_secret_made_unless_asked_for() {
    let fixture = Fixture::new().await;
    let card = serde_json::to_string(fixture.demo.card()).unwrap();
    for word in ["client_secret", "password", "security_token", "run_as"] {
        assert!(!card.contains(word), "{word}");
    }
    let one = allowing(vec![Flow::ClientCredentials]).await;
    assert!(one.org(0).users.iter().all(|user| user.password.is_none()));
    let [id, secret] = client(&one, 0);
    let pairs = [("grant_type", "password"), id, secret, ("username", "a"), ("password", "b")];
    let answer = one.post_form(&format!("{}/services/oauth2/token", one.org(0).login_url), form(&pairs)).await;
    assert_eq!(refused(&answer), (400, json!("unsupported_grant_type"), json!("grant type not supported")));
}

#[tokio::test]
async fn a_password_with_its_token_lets_in() {
    let fixture = allowing(vec![Flow::Password]).await;
    let username = fixture.username(0, "admin");
    let right = password(&fixture, 0, "admin");
    let answer = by_password(&fixture, 0, &username, &right).await;
    let body = answer.json();
    assert_eq!(keys(&body), ["access_token", "instance_url", "id", "token_type", "issued_at", "signature"]);
    // The signature is over id and time, by the app's secret.
    let secret = fixture.org(0).client_secret.as_ref().unwrap().expose().as_bytes();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
    let text = format!("{}{}", body["id"].as_str().unwrap(), body["issued_at"].as_str().unwrap());
    let signature =
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, body["signature"].as_str().unwrap());
    aws_lc_rs::hmac::verify(&key, text.as_bytes(), &signature.unwrap()).unwrap();
    assert_eq!(fixture.data(0, body["access_token"].as_str().unwrap(), "limits").await.status, 200);
    let failure = (400, json!("invalid_grant"), json!("authentication failure"));
    let other = password(&fixture, 0, "sales");
    let user = &fixture.org(0).users[0];
    let without = user.password.as_ref().unwrap().expose().to_owned();
    for (name, word) in
        [(&*username, ""), (&username, "x"), (&username, &without), (&username, &other), ("nobody@x", &right)]
    {
        assert_eq!(refused(&by_password(&fixture, 0, name, word).await), failure, "{name} {word}");
    }
    // The user's fate and the app's policy hold here too.
    for (alias, error) in [("gone", "invalid_grant"), ("new", "invalid_app_access")] {
        let answer = by_password(&fixture, 0, &fixture.username(0, alias), &password(&fixture, 0, alias)).await;
        assert_eq!(refused(&answer).1, error, "{alias}");
    }
}

#[tokio::test]
async fn an_app_must_show_its_secret() {
    let fixture = allowing(vec![Flow::ClientCredentials]).await;
    let url = format!("{}/services/oauth2/token", fixture.org(0).login_url);
    let [id, secret] = client(&fixture, 0);
    let grant = ("grant_type", "client_credentials");
    for (pairs, error) in [
        (vec![grant], "invalid_client_id"),
        (vec![grant, ("client_id", "3MVG9nobody"), secret], "invalid_client_id"),
        (vec![grant, id], "invalid_client"),
        (vec![grant, id, ("client_secret", "guess")], "invalid_client"),
        (vec![grant, client(&fixture, 1)[0], client(&fixture, 1)[1]], "app_not_found"),
    ] {
        assert_eq!(refused(&fixture.post_form(&url, form(&pairs)).await).1, error, "{pairs:?}");
    }
    let basic = fixture.http.post(&url).basic_auth(id.1, Some(secret.1)).body(form(&[grant]));
    let basic = basic.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(read(basic.send().await.unwrap()).await.status, 200);
}

#[tokio::test]
async fn client_credentials_run_as_the_user_of_the_card() {
    let fixture = allowing(vec![Flow::ClientCredentials]).await;
    let [id, secret] = client(&fixture, 1);
    let pairs = form(&[("grant_type", "client_credentials"), id, secret]);
    let answer = fixture.post_form(&format!("{}/services/oauth2/token", fixture.org(1).login_url), pairs.clone()).await;
    let body = answer.json();
    for key in ["access_token", "scope", "instance_url", "id", "token_type", "issued_at", "signature"] {
        assert!(body[key].is_string(), "{key} in {body}");
    }
    let token = body["access_token"].as_str().unwrap();
    let info = fixture.get(1, token, "/services/oauth2/userinfo").await.json();
    assert_eq!(info["preferred_username"].as_str(), fixture.org(1).run_as.as_deref());
    assert_eq!(info["preferred_username"], fixture.username(1, "api"));
    let login_host = format!("{}/services/oauth2/token", fixture.demo.login_host());
    let refusal = refused(&fixture.post_form(&login_host, pairs).await);
    assert_eq!(refusal, (400, json!("invalid_grant"), json!("request not supported on this domain")));
}

#[tokio::test]
async fn an_app_introspects_its_own_tokens() {
    let fixture = allowing(vec![Flow::Password]).await;
    let token = fixture.token(0, "sales").await;
    let url = format!("{}/services/oauth2/introspect", fixture.org(0).instance_url);
    let ask = async |org: usize, token: &str| {
        let [id, secret] = client(&fixture, org);
        let pairs = form(&[("token", token), ("token_type_hint", "access_token"), id, secret]);
        fixture
            .post_form(&url.replace(&fixture.org(0).instance_url, &fixture.org(org).instance_url), pairs)
            .await
            .json()
    };
    let told = ask(0, &token).await;
    assert_eq!(keys(&told), ["active", "scope", "client_id", "username", "sub", "token_type", "exp", "iat", "nbf"]);
    assert_eq!((&told["active"], &told["username"]), (&json!(true), &json!(fixture.username(0, "sales"))));
    assert_eq!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap(), 7_200);
    let inactive = json!({ "active": false });
    assert_eq!(ask(1, &token).await, inactive, "another app's");
    assert_eq!(ask(0, "guess").await, inactive);
    fixture.demo.revoke(&token);
    assert_eq!(ask(0, &token).await, inactive);
}

#[tokio::test]
async fn answers_come_in_other_formats_too() {
    let fixture = allowing(vec![Flow::Password]).await;
    let url = format!("{}/services/oauth2/token", fixture.org(0).login_url);
    let xml = fixture.post_form(&url, "grant_type=none&format=xml".to_owned()).await;
    assert!(xml.header("content-type").starts_with("application/xml"));
    let told =
        "<error>unsupported_grant_type</error><error_description>grant type not supported</error_description></OAuth>";
    assert!(xml.text().contains("<OAuth ") && xml.text().ends_with(told), "{}", xml.text());
    let pairs = fixture.post_form(&url, "grant_type=none&format=urlencoded".to_owned()).await;
    assert_eq!(pairs.text(), "error=unsupported_grant_type&error_description=grant+type+not+supported");
    let login = fixture.log_in(1, "admin").await;
    let (id, token) = (login["id"].as_str().unwrap(), login["access_token"].as_str().unwrap());
    let read_as = async |accept: &str, query: &str| {
        read(fixture.http.get(format!("{id}{query}")).bearer_auth(token).header("accept", accept).send().await.unwrap())
            .await
    };
    for answer in [read_as("application/xml", "").await, read_as("*/*", "?format=xml").await] {
        let text = answer.text();
        assert!(
            text.contains("<user ")
                && text.contains("<id>")
                && text.contains("<photos><picture>")
                && text.ends_with("</user>"),
            "{text}"
        );
    }
    assert_eq!(read_as("application/json, text/plain", "").await.json()["id"], id);
}

#[tokio::test]
async fn hosts_tell_their_own_endpoints() {
    let fixture = allowing(vec![Flow::ClientCredentials]).await;
    let hosts = [
        fixture.demo.login_host().to_owned(),
        fixture.org(0).instance_url.clone(),
        fixture.org(1).instance_url.clone(),
    ];
    for host in hosts {
        for name in ["openid-configuration", "oauth-authorization-server"] {
            let told = read(fixture.http.get(format!("{host}/.well-known/{name}")).send().await.unwrap()).await.json();
            assert_eq!(told["issuer"], host.as_str());
            assert_eq!(told["token_endpoint"], format!("{host}/services/oauth2/token"));
            // What is told is there.
            for (key, url) in
                told.as_object().unwrap().iter().filter(|(key, _)| key.ends_with("_endpoint") || *key == "jwks_uri")
            {
                let status = read(fixture.http.get(url.as_str().unwrap()).send().await.unwrap()).await.status;
                assert_ne!(status, 404, "{key}");
            }
        }
        let grants =
            read(fixture.http.get(format!("{host}/.well-known/oauth-authorization-server")).send().await.unwrap())
                .await;
        let grants = grants.json()["grant_types_supported"].clone();
        assert_eq!(grants, json!(["urn:ietf:params:oauth:grant-type:jwt-bearer", "client_credentials"]));
    }
    let told = fixture.get(1, "", "/.well-known/auth-configuration").await.json();
    assert!(told["OrganizationId"].as_str().unwrap().starts_with("00D"));
    assert_eq!(fixture.get(1, "", "/.well-known/nothing").await.status, 404);
    assert_eq!(fixture.get(1, "", "/id/keys").await.json(), json!({ "keys": [] }));
}

#[tokio::test]
async fn a_browser_is_told_what_to_use() {
    let fixture = Fixture::new().await;
    let page = fixture.get(0, "", "/services/oauth2/authorize?response_type=code&client_id=x").await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.text().contains("JWT bearer") && page.text().contains("--allow"));
}
