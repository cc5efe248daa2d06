//! Where an assertion must not go, and which token answers must not be believed.

use crate::fixtures::{KEY, TOKEN, clock, granted_for, profile, with};
use crate::listener::{Listener, answer, client};
use crate::proxies::Connector;
use crate::tls::Authority;
use orgdeck::auth::{LoginError, log_in};
use orgdeck::wire::{Client, WireError};

#[tokio::test]
async fn an_assertion_for_salesforce_goes_to_no_stranger() {
    let authority = Authority::new();
    let evil = "login.salesforce.com.evil.example";
    let listener = Listener::start_tls(authority.acceptor(&[evil], &[]), |_, _| answer(200, &[], "")).await;
    let proxy = Connector::start(listener.port, None, 200, None).await;
    let wire = Client::new(&proxy.settings(&authority)).unwrap();
    for (login_url, audience) in [
        (format!("https://{evil}"), "https://login.salesforce.com"),
        (format!("https://{evil}"), "https://TEST.salesforce.com/"),
        (format!("https://{evil}"), "https://acme.my.salesforce.com"),
        (format!("http://127.0.0.1:{}", listener.port), "https://login.salesforce.com"),
    ] {
        let profile = with(&profile(&login_url, &KEY.path()), |app| app.audience = Some(audience.to_owned()));
        let failed = log_in(&wire, &profile, None, &clock()).await.unwrap_err();
        assert!(matches!(&failed, LoginError::Wire(WireError::Stranger { .. })), "{failed:?}");
    }
    assert!(listener.seen().is_empty());
    assert!(proxy.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_stranger_gets_an_assertion_for_itself_only() {
    let authority = Authority::new();
    let listener =
        Listener::start_tls(authority.acceptor(&["evil.example"], &[]), |_, _| answer(400, &[], "thanks")).await;
    let proxy = Connector::start(listener.port, None, 200, None).await;
    let wire = Client::new(&proxy.settings(&authority)).unwrap();
    let profile = profile("https://evil.example/login.salesforce.com", &KEY.path());
    log_in(&wire, &profile, None, &clock()).await.unwrap_err();
    let seen = listener.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(crate::fixtures::claims(&seen[0], &KEY.public)["aud"], "https://evil.example");
}

#[tokio::test]
async fn a_login_url_in_plain_http_or_with_user_info_is_refused() {
    for (login_url, plain) in [
        ("http://acme.my.salesforce.com", true),
        ("https://acme.my.salesforce.com@evil.example", false),
        ("https://u:pa55@acme.my.salesforce.com", false),
    ] {
        let failed = log_in(&client(), &profile(login_url, &KEY.path()), None, &clock()).await.unwrap_err();
        match &failed {
            LoginError::Wire(WireError::Plain(_)) => assert!(plain),
            LoginError::Wire(WireError::Address(_)) => assert!(!plain),
            other => panic!("{other:?}"),
        }
        assert!(!format!("{failed:?}").contains("pa55"));
    }
}

#[tokio::test]
async fn a_token_answer_that_names_a_stranger_is_not_used() {
    for (host, shown) in [
        ("https://evil.example", "https://evil.example"),
        ("https://acme.my.salesforce.com@evil.example", "https://evil.example"),
        ("http://acme.my.salesforce.com", "http://acme.my.salesforce.com"),
        ("https://acme.my.salesforce.com.evil.example", "https://acme.my.salesforce.com.evil.example"),
    ] {
        let listener = Listener::start(move |_, _| granted_for(host, "00D", "005")).await;
        let profile = profile(listener.url("/").as_str(), &KEY.path());
        let failed = log_in(&client(), &profile, None, &clock()).await.unwrap_err();
        let LoginError::Stranger { field, named } = &failed else { panic!("{failed:?}") };
        assert_eq!((*field, named.as_str()), ("instance_url", shown));
        assert!(!format!("{failed:?} {failed}").contains(TOKEN));
    }
    let body = format!(
        r#"{{"access_token":"{TOKEN}","instance_url":"https://acme.my.salesforce.com","id":"https://evil.example/id/1/2"}}"#
    );
    let listener = Listener::start(move |_, _| answer(200, &[], &body)).await;
    let profile = profile(listener.url("/").as_str(), &KEY.path());
    let failed = log_in(&client(), &profile, None, &clock()).await.unwrap_err();
    assert!(matches!(&failed, LoginError::Stranger { field: "id", .. }), "{failed:?}");
}

#[tokio::test]
async fn an_answer_that_is_no_token_is_told() {
    for (body, words) in [
        ("", "empty"),
        ("<html><title>Hello</title></html>", "Hello"),
        ("{}", "no access_token"),
        (r#"{"access_token":"00Dx!secret","id":"https://acme.my.salesforce.com/id/1/2"}"#, "no instance_url"),
        (r#"{"access_token":"00Dx!secret","#, "broken JSON"),
        (r#"{"access_token":17}"#, "broken JSON"),
    ] {
        let listener = Listener::start(move |_, _| answer(200, &[], body)).await;
        let profile = profile(listener.url("/").as_str(), &KEY.path());
        let failed = log_in(&client(), &profile, None, &clock()).await.unwrap_err();
        let LoginError::NotAToken { status: 200, detail } = &failed else { panic!("{failed:?}") };
        assert!(detail.contains(words), "{detail}");
        assert!(!format!("{failed:?}").contains("00Dx!secret"));
    }
}
