//! Logins against canned answers: what is sent, what a token answer becomes, and the cure for each refusal.

use crate::fixtures::{CONSUMER_KEY, KEY, Key, TOKEN, USERNAME, claims, clock, granted, profile, refused, with};
use crate::listener::{Listener, Seen, Step, answer, client};
use crate::proxies::{Connector, HOST};
use crate::tls::Authority;
use orgdeck::auth::{LoginError, LoginTrouble, PrivateKey, Token, log_in};
use orgdeck::profile::Profile;
use orgdeck::wire::Client;
use std::sync::Arc;

async fn log_in_at(listener: &Listener, change: impl FnOnce(&mut orgdeck::profile::App)) -> Result<Token, LoginError> {
    let profile = with(&profile(listener.url("/").as_str(), &KEY.path()), change);
    log_in(&client(), &profile, None, &clock()).await
}

fn trouble(result: Result<Token, LoginError>) -> LoginTrouble {
    match result {
        Err(LoginError::Refused { trouble }) => *trouble,
        other => panic!("{other:?}"),
    }
}

fn fact<'a>(trouble: &'a LoginTrouble, label: &str) -> &'a str {
    trouble.facts.iter().find(|(name, _)| name.contains(label)).map_or("(none)", |(_, value)| value)
}

#[tokio::test]
async fn the_assertion_says_who_wants_in() {
    let listener = Listener::start(|seen, _| granted(seen)).await;
    let token = log_in_at(&listener, |_| {}).await.unwrap();
    let seen = &listener.seen()[0];
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("POST", "/services/oauth2/token"));
    assert_eq!(seen.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(seen.field("grant_type").unwrap(), "urn:ietf:params:oauth:grant-type:jwt-bearer");
    let audience = format!("http://127.0.0.1:{}", listener.port);
    let expected = serde_json::json!({
        "iss": CONSUMER_KEY, "sub": USERNAME, "aud": audience, "exp": clock()().as_second() + 180,
    });
    assert_eq!(claims(seen, &KEY.public), expected);

    assert_eq!(
        (token.access_token.expose(), token.token_type.as_str(), token.scope.as_str()),
        (TOKEN, "Bearer", "id full")
    );
    assert_eq!((token.instance_url.as_str(), &token.audience), (listener.url("/").as_str(), &audience));
    assert_eq!((token.org_id(), token.user_id()), ("00Dxx0000000001EAA", "005xx0000000001AAA"));
    assert_eq!((token.issued_at, token.audience_guessed), (clock()(), false));
    assert!(token.answer.expose().contains("\"scope\":\"id full\""));
    assert!(!format!("{token:?}").contains(TOKEN));
}

/// Error, description, and a word of the cure.
const ROWS: [(&str, &str, &str); 13] = [
    ("invalid_grant", "user hasn't approved this consumer", "Admin approved users are pre-authorized"),
    ("invalid_app_access", "user is not admin approved to access this app", "permission set of ada"),
    ("invalid_grant", "audience is invalid", "https://test.salesforce.com"),
    ("invalid_grant", "invalid assertion", "certificate that belongs to"),
    ("invalid_grant", "expired authorization code", "clock"),
    ("invalid_grant", "inactive user", "activate or unfreeze ada"),
    ("invalid_grant", "inactive organization", "locked, expired or deleted"),
    ("invalid_client_id", "client identifier invalid", "10 minutes"),
    ("app_not_found", "External client app is not installed in this org", "My Domain"),
    ("invalid_grant", "ip restricted", "IP ranges"),
    ("unknown_error", "retry your request", "tried twice"),
    ("unsupported_grant_type", "grant type not supported", "JWT bearer flow"),
    ("invalid_grant", "LOGIN_RATE_EXCEEDED", "do not try in a loop"),
];

#[tokio::test]
async fn each_known_refusal_has_its_own_cure() {
    let sha256 = PrivateKey::read(&KEY.path(), None).unwrap().public_sha256();
    let mut cures = Vec::new();
    for (error, description, word) in ROWS {
        let listener = Listener::start(move |_, _| refused(error, description)).await;
        let trouble = trouble(log_in_at(&listener, |_| {}).await);
        assert_eq!((trouble.status, trouble.error.as_str(), trouble.description.as_str()), (400, error, description));
        let cure = trouble.cure.join("\n");
        assert!(cure.contains(word), "{description}: {cure}");
        assert_eq!(fact(&trouble, "audience"), format!("http://127.0.0.1:{}", listener.port));
        assert_eq!(fact(&trouble, "iss"), CONSUMER_KEY);
        assert_eq!(fact(&trouble, "sub"), USERNAME);
        assert_eq!(fact(&trouble, "public key SHA-256"), sha256);
        assert_eq!(fact(&trouble, "clock"), "(none)");
        let requests = if error == "unknown_error" { 2 } else { 1 };
        assert_eq!(listener.seen().len(), requests, "{description}");
        cures.push(cure);
    }
    cures.sort();
    cures.dedup();
    assert_eq!(cures.len(), ROWS.len(), "each cause has a cure of its own");
}

#[tokio::test]
async fn an_unknown_refusal_is_shown_as_it_is() {
    let listener = Listener::start(|_, _| refused("invalid_moon", "the moon is\u{1b}[2J full")).await;
    let told = trouble(log_in_at(&listener, |_| {}).await);
    assert_eq!((told.error.as_str(), told.description.as_str()), ("invalid_moon", "the moon is\u{1b}[2J full"));
    assert!(told.cure.is_empty(), "{:?}", told.cure);
    assert_eq!(fact(&told, "sub"), USERNAME);

    let page = "<html><head><style>b{}</style><title>Maintenance</title></head><body>Back at <b>noon</b></body></html>";
    let listener = Listener::start(move |_, _| answer(503, &[("content-type", "text/html")], page)).await;
    let told = trouble(log_in_at(&listener, |_| {}).await);
    assert_eq!((told.status, told.description.as_str()), (503, "Maintenance Back at noon"));
    assert!(told.cure.join(" ").contains("status.salesforce.com"));
}

#[tokio::test]
async fn a_code_without_a_known_description_has_its_cure_too() {
    for (error, word) in
        [("invalid_client_id", "10 minutes"), ("app_not_found", "My Domain"), ("inactive_org", "deleted")]
    {
        let listener = Listener::start(move |_, _| refused(error, "in other words")).await;
        let told = trouble(log_in_at(&listener, |_| {}).await);
        assert!(told.cure.join(" ").contains(word), "{:?}", told.cure);
    }
}

#[tokio::test]
async fn the_clock_is_told_where_it_is_wrong() {
    for (date, words) in [
        ("Thu, 01 Jan 2026 00:01:35 GMT", "95 s behind"),
        ("Wed, 31 Dec 2025 23:00:00 GMT", "3600 s ahead of"),
        ("Thu, 01 Jan 2026 00:00:30 GMT", "(none)"),
        ("sometime", "(none)"),
    ] {
        let listener = Listener::start(move |_, _| {
            let body = r#"{"error":"invalid_grant","error_description":"expired authorization code"}"#;
            answer(400, &[("date", date)], body)
        })
        .await;
        let told = trouble(log_in_at(&listener, |_| {}).await);
        assert!(fact(&told, "clock").starts_with(words), "{date}: {:?}", told.facts);
        assert_eq!(told.cure.join(" ").contains(words), words != "(none)", "{:?}", told.cure);
    }
}

#[tokio::test]
async fn a_named_certificate_is_held_against_the_key() {
    let listener = Listener::start(|_, _| refused("invalid_grant", "invalid assertion")).await;
    let stranger = Key::make();
    for (path, belongs, validity, word) in [
        (stranger.certificate(2040), "no", "valid until 2040-01-01", "does not belong"),
        (KEY.certificate(2025), "yes", "expired 2025-01-01", "expired on 2025-01-01"),
        (KEY.certificate(2040), "yes", "valid until 2040-01-01", "is it the one that the app has"),
    ] {
        let told = trouble(log_in_at(&listener, |app| app.certificate = Some(path.clone())).await);
        assert_eq!(fact(&told, "belongs"), belongs);
        assert!(fact(&told, "validity").starts_with(validity), "{:?}", told.facts);
        assert!(told.cure.join("\n").contains(word), "{:?}", told.cure);
        let sha256 = orgdeck::auth::Certificate::read(&path).unwrap().sha256().to_owned();
        assert_eq!((fact(&told, "certificate SHA-256"), sha256.len()), (sha256.as_str(), 64));
    }
    let told = trouble(log_in_at(&listener, |app| app.certificate = Some("/gone.crt".into())).await);
    assert!(fact(&told, "certificate").contains("cannot be read"), "{:?}", told.facts);
}

#[tokio::test]
async fn a_passing_failure_is_tried_once_more() {
    let listener = Listener::start(|seen, number| match number {
        0 => refused("unknown_error", "retry your request"),
        _ => granted(seen),
    })
    .await;
    assert_eq!(log_in_at(&listener, |_| {}).await.unwrap().access_token.expose(), TOKEN);
    assert_eq!(listener.seen().len(), 2);
}

#[tokio::test]
async fn a_login_on_a_connection_that_was_closed_is_sent_again() {
    let listener = Listener::start(|seen, number| match number {
        0 => vec![Step::Close],
        _ => granted(seen),
    })
    .await;
    assert!(log_in_at(&listener, |_| {}).await.is_ok());
    let dead = Listener::start(|_, _| vec![Step::Close]).await;
    let failed = log_in_at(&dead, |_| {}).await.unwrap_err();
    assert!(matches!(&failed, LoginError::Wire(orgdeck::wire::WireError::Cut { .. })), "{failed:?}");
    assert_eq!((listener.seen().len(), dead.seen().len()), (2, 2));
}

#[tokio::test]
async fn a_token_with_another_good_status_is_a_token_and_is_shown_nowhere() {
    let listener = Listener::start(|seen, number| {
        let Some(Step::Send(bytes)) = granted(seen).into_iter().next() else { panic!() };
        // The status of a proxy that changed something, and one that no login should have.
        let status = if number == 0 { "203 Non-Authoritative" } else { "400 Bad" };
        let text = String::from_utf8(bytes).unwrap();
        vec![Step::Send(text.replacen("200 Whatever", status, 1).into_bytes())]
    })
    .await;
    assert_eq!(log_in_at(&listener, |_| {}).await.unwrap().access_token.expose(), TOKEN);
    let failed = log_in_at(&listener, |_| {}).await.unwrap_err();
    assert!(matches!(&failed, LoginError::Refused { trouble } if trouble.status == 400), "{failed:?}");
    assert!(!format!("{failed:?} {failed}").contains(TOKEN), "{failed:?}");
    let empty = Listener::start(|_, _| answer(204, &[], "")).await;
    let failed = log_in_at(&empty, |_| {}).await.unwrap_err();
    assert!(matches!(failed, LoginError::NotAToken { status: 204, .. }), "{failed:?}");
}

#[tokio::test]
async fn a_redirect_is_shown_and_not_followed() {
    let there = Listener::start(|seen, _| granted(seen)).await;
    let to = there.url("/services/oauth2/token?assertion=s3cret").to_string();
    let listener = Listener::start(move |_, _| answer(302, &[("location", &to)], "")).await;
    let told = trouble(log_in_at(&listener, |_| {}).await);
    assert_eq!(told.status, 302);
    assert!(told.description.contains(&format!("127.0.0.1:{}", there.port)), "{}", told.description);
    assert!(!told.description.contains("s3cret") && told.cure.join(" ").contains("login_url"));
    assert!(there.seen().is_empty());
}

#[tokio::test]
async fn an_answer_that_quotes_the_assertion_does_not_bring_it_on_the_screen() {
    let listener =
        Listener::start(|seen, _| refused("bad", &format!("you sent {}", seen.field("assertion").unwrap()))).await;
    let failed = log_in_at(&listener, |_| {}).await.unwrap_err();
    let assertion = listener.seen()[0].field("assertion").unwrap();
    assert!(!format!("{failed:?} {failed}").contains(&assertion));
    assert!(failed.to_string().starts_with("you sent •"));
}

/// Logs in at `HOST` or another host of Salesforce's, as far as the client can tell.
async fn at_salesforce(
    host: &str,
    audience: Option<&str>,
    handler: impl Fn(&Seen, usize) -> Vec<Step> + Send + Sync + 'static,
) -> (Result<Token, LoginError>, Vec<String>) {
    let authority = Authority::new();
    let listener = Listener::start_tls(authority.acceptor(&[host], &[]), handler).await;
    let proxy = Connector::start(listener.port, None, 200, None).await;
    let wire = Client::new(&proxy.settings(&authority)).unwrap();
    let profile: Profile = with(&profile(&format!("https://{host}"), &KEY.path()), |app| {
        app.audience = audience.map(str::to_owned);
    });
    let result = log_in(&wire, &profile, None, &clock()).await;
    let seen = listener.seen();
    let audiences = seen.iter().map(|seen| claims(seen, &KEY.public)["aud"].as_str().unwrap().to_owned());
    (result, audiences.collect())
}

const LOGIN: &str = "https://login.salesforce.com";
const TEST: &str = "https://test.salesforce.com";

#[tokio::test]
async fn the_other_audience_is_tried_once() {
    let (result, audiences) = at_salesforce(HOST, None, |seen, number| match number {
        0 => refused("invalid_grant", "audience is invalid"),
        _ => granted(seen),
    })
    .await;
    let token = result.unwrap();
    assert_eq!((token.audience.as_str(), token.audience_guessed), (TEST, true));
    assert_eq!(audiences, [LOGIN, TEST]);

    let (result, audiences) =
        at_salesforce("test.salesforce.com", None, |_, _| refused("invalid_grant", "audience is invalid")).await;
    let told = trouble(result);
    assert_eq!(audiences, [TEST, LOGIN]);
    assert_eq!((fact(&told, "audience refused first"), fact(&told, "(aud)")), (TEST, LOGIN));
    assert!(told.cure.join("\n").contains("both refused"), "{:?}", told.cure);
}

#[tokio::test]
async fn an_audience_that_was_set_is_not_guessed_about() {
    let (result, audiences) =
        at_salesforce(HOST, Some(TEST), |_, _| refused("invalid_grant", "audience is invalid")).await;
    assert!(trouble(result).cure.join("\n").contains("set audience"));
    assert_eq!(audiences, [TEST]);
}

#[tokio::test]
async fn a_token_that_worked_at_once_was_not_guessed() {
    let (result, audiences) = at_salesforce(HOST, None, |seen, _| granted(seen)).await;
    let token = result.unwrap();
    assert_eq!((token.audience_guessed, token.instance_url.as_str()), (false, "https://acme.my.salesforce.com/"));
    assert_eq!(audiences, [LOGIN]);
}

#[tokio::test]
async fn the_wire_s_own_failures_come_through() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let profile = profile(&format!("http://{free}"), &KEY.path());
    let failed = log_in(&client(), &profile, None, &clock()).await.unwrap_err();
    assert!(matches!(&failed, LoginError::Wire(orgdeck::wire::WireError::Connect { .. })), "{failed:?}");
    let shared: Arc<LoginError> = Arc::new(failed);
    assert!(shared.to_string().contains(&free.to_string()));
}
