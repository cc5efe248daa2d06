//! The doctor on the way to the host and at its door: names, connections, proxies, certificates, clocks, audiences.

use crate::doctor::{DATE, Practice, is, line, org};
use crate::fixtures::{KEY, claims, granted_for, refused};
use crate::listener::{Listener, Seen, Step, answer};
use crate::proxies::{Connector, HOST};
use crate::tls::Authority;
use orgdeck::org::doctor::{Check, Outcome, Report, Standing};
use orgdeck::profile::Kind;
use orgdeck::wire::Settings;

const LOGIN: &str = "https://login.salesforce.com";
const TEST: &str = "https://test.salesforce.com";

fn practice(settings: Settings) -> Practice {
    Practice { settings, ..Practice::new() }
}

/// All between the step that failed and the login says what is in the way.
fn cut_off_after(report: &Report, check: Check) {
    assert_eq!(report.outcome(), Outcome::Network);
    let behind = report.lines.iter().skip_while(|line| line.check != check).skip(1);
    for line in behind {
        assert_eq!(line.standing, Standing::Skipped, "{line:?}");
    }
    is(report, Check::Login, Standing::Skipped, &format!("{} is in the way", check.name()));
}

#[tokio::test]
async fn a_name_that_has_no_address() {
    // No name server is asked for a label of this length.
    let report = Practice::new().examine(&format!("https://{}.example", "x".repeat(64)), |_| {}).await;
    is(&report, Check::Dns, Standing::Failed, "no address found for xxxx");
    cut_off_after(&report, Check::Dns);
    is(&report, Check::Host, Standing::Warning, "no host of Salesforce's");
}

#[tokio::test]
async fn a_host_that_refuses() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let report = Practice::new().examine(&format!("http://{free}"), |_| {}).await;
    is(&report, Check::Tcp, Standing::Failed, "Nobody answers there");
    cut_off_after(&report, Check::Tcp);
    let listener = Listener::start(|seen, _| org(seen)).await;
    let report = Practice::new().examine(&format!("http://localhost:{}", listener.port), |_| {}).await;
    is(&report, Check::Dns, Standing::Ok, "localhost is this machine");
    is(&report, Check::Login, Standing::Ok, "granted");
}

#[tokio::test]
async fn a_host_that_hangs_up() {
    let listener = Listener::start(|_, _| vec![Step::Close]).await;
    let report = Practice::new().examine(listener.url("/").as_str(), |_| {}).await;
    is(&report, Check::Tcp, Standing::Ok, "connected");
    is(&report, Check::Answer, Standing::Failed, "");
    is(&report, Check::Clock, Standing::Skipped, "no answer");
    is(&report, Check::Login, Standing::Skipped, "answer is in the way");
    let listener = Listener::start(|seen, _| match seen.target.as_str() {
        "/services/data" => answer(503, &[DATE], "down"),
        _ => org(seen),
    });
    let report = Practice::new().examine(listener.await.url("/").as_str(), |_| {}).await;
    is(&report, Check::Answer, Standing::Warning, "503");
}

#[tokio::test]
async fn certificates_of_the_host() {
    let authority = Authority::new();
    let listener = Listener::start_tls(authority.acceptor(&["localhost"], &[]), |seen, _| org(seen)).await;
    let url = format!("https://localhost:{}", listener.port);
    let report = Practice::new().examine(&url, |_| {}).await;
    is(&report, Check::Tls, Standing::Failed, "UnknownIssuer; its certificate is issued by rcgen self signed cert");
    is(&report, Check::Tls, Standing::Failed, "ca_file");
    cut_off_after(&report, Check::Tls);
    assert!(listener.seen().is_empty(), "something was sent over a connection that nobody trusts");

    let report = practice(authority.settings()).examine(&url, |_| {}).await;
    is(&report, Check::Tls, Standing::Ok, "issued by rcgen self signed cert");
    is(&report, Check::Login, Standing::Ok, "granted");

    let other = Listener::start_tls(authority.acceptor(&["other.example"], &[]), |seen, _| org(seen)).await;
    let report = practice(authority.settings()).examine(&format!("https://localhost:{}", other.port), |_| {}).await;
    is(&report, Check::Tls, Standing::Failed, "calls itself something else");

    let plain = Listener::start(|seen, _| org(seen)).await;
    let report = Practice::new().examine(&format!("https://localhost:{}", plain.port), |_| {}).await;
    is(&report, Check::Tls, Standing::Failed, "");
}

#[tokio::test]
async fn a_proxy_and_what_it_does_to_certificates() {
    let authority = Authority::new();
    let target = Listener::start_tls(authority.acceptor(&[HOST], &[]), |seen, _| salesforce(seen)).await;
    let proxy = Connector::start(target.port, None, 200, None).await;
    let url = format!("https://{HOST}");
    let report = practice(proxy.settings(&authority)).examine(&url, |_| {}).await;
    is(&report, Check::Dns, Standing::Skipped, "an address already");
    is(&report, Check::Proxy, Standing::Ok, "settings.toml names it");
    is(&report, Check::Tls, Standing::Warning, "is no public authority");
    is(&report, Check::Login, Standing::Ok, "granted");
    is(&report, Check::Host, Standing::Ok, "a My Domain");

    let closed = Connector::start(target.port, Some("Basic nobody"), 200, None).await;
    let report = practice(closed.settings(&authority)).examine(&url, |_| {}).await;
    is(&report, Check::Tcp, Standing::Ok, "connected to 127.0.0.1");
    is(&report, Check::Proxy, Standing::Failed, "407");
    cut_off_after(&report, Check::Proxy);

    let unwilling = Connector::start(target.port, None, 502, None).await;
    let report = practice(unwilling.settings(&authority)).examine(&url, |_| {}).await;
    is(&report, Check::Proxy, Standing::Failed, "would not connect");
}

/// An org at `HOST`, as the certificates say.
fn salesforce(seen: &Seen) -> Vec<Step> {
    match seen.target.as_str() {
        "/services/oauth2/token" => granted_for(&format!("https://{HOST}"), "00Dxx0000000001EAA", "005xx0000000001AAA"),
        _ => org(seen),
    }
}

#[tokio::test]
async fn the_clock() {
    for (date, standing, word) in [
        ("Thu, 01 Jan 2026 00:00:20 GMT", Standing::Ok, "within 20 s"),
        ("Thu, 01 Jan 2026 00:01:35 GMT", Standing::Warning, "95 s behind"),
        ("Wed, 31 Dec 2025 23:00:00 GMT", Standing::Failed, "3600 s ahead of"),
        ("sometime", Standing::Skipped, "does not tell its time"),
    ] {
        let listener = Listener::start(move |seen, _| match seen.target.as_str() {
            "/services/data" => answer(200, &[("date", date)], r#"[{"version":"67.0"}]"#),
            _ => org(seen),
        })
        .await;
        let report = Practice::new().examine(listener.url("/").as_str(), |_| {}).await;
        is(&report, Check::Clock, standing, word);
        // What the clock comes to is seen at the login: it is tried.
        is(&report, Check::Login, Standing::Ok, "granted");
    }
}

#[tokio::test]
async fn the_host_and_what_the_profile_says_of_it() {
    let (unwilling, authority) = (Connector::start(1, None, 502, None).await, Authority::new());
    let practice = practice(unwilling.settings(&authority));
    for (url, kind, standing, word) in [
        (LOGIN, Kind::Production, Standing::Ok, "production"),
        (TEST, Kind::Sandbox, Standing::Ok, "sandbox"),
        (TEST, Kind::Production, Standing::Warning, "the profile says production"),
        (LOGIN, Kind::Sandbox, Standing::Warning, "the profile says sandbox"),
        (LOGIN, Kind::Demo, Standing::Warning, "no demo's"),
        ("https://acme.lightning.force.com", Kind::Production, Standing::Failed, "https://acme.my.salesforce.com"),
        ("https://sf.corp.example", Kind::Production, Standing::Warning, "no host of Salesforce's"),
        ("http://acme.my.salesforce.com", Kind::Production, Standing::Failed, "plain http"),
    ] {
        let report = practice.examine(url, |app| app.kind = kind).await;
        is(&report, Check::Host, standing, word);
    }
    for (url, audience, standing, word) in [
        (LOGIN, None, Standing::Ok, "told from login_url"),
        (LOGIN, Some(LOGIN), Standing::Ok, "login_url implies"),
        (LOGIN, Some(TEST), Standing::Warning, "login_url implies https://login.salesforce.com"),
        (LOGIN, Some("https://acme.my.salesforce.com"), Standing::Warning, "neither login's"),
        (
            "https://sf.corp.example",
            Some(LOGIN),
            Standing::Failed,
            "set audience of acme to \"https://sf.corp.example\"",
        ),
    ] {
        let report = practice.examine(url, |app| app.audience = audience.map(str::to_owned)).await;
        is(&report, Check::Audience, standing, word);
    }
}

/// Examines who logs in at `HOST`; the audiences that were sent.
async fn at_salesforce(
    audience: Option<&str>,
    token: impl Fn(&Seen, &str) -> Vec<Step> + Send + Sync + 'static,
) -> (Report, Vec<String>) {
    let authority = Authority::new();
    let aud = |seen: &Seen| claims(seen, &KEY.public)["aud"].as_str().unwrap().to_owned();
    let listener = Listener::start_tls(authority.acceptor(&[HOST], &[]), move |seen, _| match seen.target.as_str() {
        "/services/oauth2/token" => token(seen, &aud(seen)),
        _ => org(seen),
    })
    .await;
    let proxy = Connector::start(listener.port, None, 200, None).await;
    let report = practice(proxy.settings(&authority))
        .examine(&format!("https://{HOST}"), |app| app.audience = audience.map(str::to_owned))
        .await;
    let seen = listener.seen();
    let sent = seen.iter().filter(|seen| seen.target.contains("oauth2")).map(aud).collect();
    (report, sent)
}

#[tokio::test]
async fn which_audience_works_is_found_out_and_told() {
    let only_test = |seen: &Seen, aud: &str| match aud {
        TEST => salesforce(seen),
        _ => refused("invalid_grant", "audience is invalid"),
    };
    let (report, sent) = at_salesforce(None, only_test).await;
    assert_eq!(sent, [LOGIN, TEST]);
    is(&report, Check::Login, Standing::Warning, "audience = \"https://test.salesforce.com\"");
    assert_eq!(report.outcome(), Outcome::Fine);
    let (report, sent) = at_salesforce(Some(LOGIN), only_test).await;
    assert_eq!(sent, [LOGIN, TEST]);
    is(
        &report,
        Check::Login,
        Standing::Failed,
        "refused with audience https://login.salesforce.com, which the profile names",
    );
    is(&report, Check::Identity, Standing::Ok, "Ada");
    assert_eq!(report.outcome(), Outcome::Login);
    let (report, sent) = at_salesforce(Some(TEST), only_test).await;
    assert_eq!(sent, [TEST]);
    is(&report, Check::Login, Standing::Ok, "granted");
}

#[tokio::test]
async fn few_logins_are_made_and_none_that_makes_no_sense() {
    for (error, description, most, word) in [
        ("invalid_grant", "audience is invalid", 2, "no audience works: https://login.salesforce.com and"),
        ("invalid_grant", "inactive user", 1, "activate or unfreeze"),
        ("invalid_grant", "user hasn't approved this consumer", 1, "pre-authorized"),
        ("invalid_app_access", "user is not admin approved to access this app", 1, "assign the app"),
        ("invalid_grant", "invalid assertion", 1, "upload to the app the certificate"),
        ("invalid_client_id", "client identifier invalid", 1, "10 minutes"),
        ("LOGIN_RATE_EXCEEDED", "LOGIN_RATE_EXCEEDED", 1, "too often"),
        ("unknown_error", "retry your request", 2, "wait a minute"),
        ("invalid_moon", "the moon is full", 2, "no audience works"),
    ] {
        let (report, sent) = at_salesforce(None, move |_, _| refused(error, description)).await;
        assert_eq!(sent.len(), most, "{description}: {sent:?}");
        is(&report, Check::Login, Standing::Failed, word);
        assert!(line(&report, Check::Login).1.contains(description));
        is(&report, Check::Api, Standing::Skipped, "there is no login");
        assert_eq!(report.outcome(), Outcome::Login);
    }
    // Refused for the rate at the second one: there is no third.
    let (report, sent) = at_salesforce(Some("https://acme.my.salesforce.com"), |_, aud| match aud {
        LOGIN => refused("LOGIN_RATE_EXCEEDED", "LOGIN_RATE_EXCEEDED"),
        _ => refused("invalid_grant", "audience is invalid"),
    })
    .await;
    assert_eq!(sent, ["https://acme.my.salesforce.com", LOGIN]);
    is(&report, Check::Login, Standing::Failed, "too often");
}
