//! The way to the login host: its name as written, and every step until it answers. What is asked there needs no login and
//! carries none.

use super::super::facts::host_says_test;
use super::super::failures;
use super::super::plain;
use super::super::read::since;
use super::Patient;
use super::report::Check;
use super::scribe::Scribe;
use crate::auth::{audience_for, audiences, check_recipient, is_salesforce_host};
use crate::profile::Kind;
use crate::wire::{self, Clearance, Incoming, Presented, Route, WireError};
use jiff::Timestamp;
use std::time::Duration;

/// A clock difference up to this many seconds is no news.
const SKEW: i64 = 30;
/// One beyond this makes an assertion, which is good for three minutes, worthless; in seconds.
const SKEW_MOST: i64 = 150;

/// Words of authorities that everybody trusts, as they call themselves in certificates. Another one before a host of
/// Salesforce's is somebody's own.
const PUBLIC: [&str; 14] = [
    "DigiCert",
    "Sectigo",
    "USERTRUST",
    "Let's Encrypt",
    "ISRG",
    "GlobalSign",
    "Amazon",
    "Google Trust Services",
    "Entrust",
    "IdenTrust",
    "SSL Corp",
    "GoDaddy",
    "Microsoft Corporation",
    "Certum",
];

/// What is in the way of all that is behind it.
const WAY: [Check; 5] = [Check::Host, Check::Dns, Check::Tcp, Check::Proxy, Check::Tls];

/// The login URL, and whether it fits to what the profile says it reaches.
pub(super) fn host(patient: &Patient<'_>, scribe: &mut Scribe<'_>) {
    const CHECK: Check = Check::Host;
    let app = &patient.profile.app;
    let host = app.login_url.host_str().unwrap_or_default().to_ascii_lowercase();
    if let Err(error) = wire::check(&app.login_url, &Clearance::Free) {
        return scribe.failure(CHECK, failures::wire(&error, false));
    }
    for page in [".lightning.force.com", ".my.salesforce-setup.com"] {
        if let Some(domain) = host.strip_suffix(page) {
            let cure = vec![format!("set login_url of {} to \"https://{domain}.my.salesforce.com\"", app.name)];
            return scribe.fail(CHECK, format!("{host} shows pages to people; nobody logs in there by key"), cure);
        }
    }
    if wire::is_loopback(&app.login_url) {
        return scribe.ok(CHECK, format!("{host}: this machine"));
    }
    if !is_salesforce_host(&host) {
        let cure = vec!["if it is the org's, fine: it gets assertions for itself alone, and no other".to_owned()];
        return scribe.warn(CHECK, format!("{host} is no host of Salesforce's"), cure);
    }
    let generic = matches!(host.as_str(), "login.salesforce.com" | "test.salesforce.com");
    let is = if generic { "for orgs of its kind" } else { "a My Domain, or a host of one org" };
    match (app.kind, host_says_test(&app.login_url)) {
        (Kind::Production, true) => scribe.warn(
            CHECK,
            format!("{host} is a sandbox's or scratch org's, and the profile says production"),
            vec![format!(
                "set kind of {} to \"sandbox\" or \"scratch\", or login_url to the production org's",
                app.name
            )],
        ),
        (Kind::Sandbox | Kind::Scratch, false) => scribe.warn(
            CHECK,
            format!("{host} is production's as far as its name tells, and the profile says {}", app.kind.as_str()),
            vec![
                format!("set login_url of {} to \"sandbox\", or to the sandbox's My Domain", app.name),
                "or set kind to \"production\", if that is what it is".to_owned(),
            ],
        ),
        (Kind::Demo, _) => scribe.warn(
            CHECK,
            format!("{host} is no demo's"),
            vec![format!("take kind out of {}, so that it is told from login_url", app.name)],
        ),
        _ => scribe.ok(CHECK, format!("{host}: {is}, {}", app.kind.as_str())),
    }
}

/// The audience that a login sends first.
pub(super) fn audience(patient: &Patient<'_>, scribe: &mut Scribe<'_>) {
    const CHECK: Check = Check::Audience;
    let app = &patient.profile.app;
    let implied = audience_for(&app.login_url);
    let Some(named) = &app.audience else {
        return scribe.ok(CHECK, format!("{implied}, told from login_url"));
    };
    if let Err(error) = check_recipient(&app.login_url, named) {
        let cure = vec![format!("set audience of {} to \"{implied}\", or take it out", app.name)];
        return scribe.fail(CHECK, format!("{named}, which the profile names: {error}"), cure);
    }
    let same = |one: &String| one.trim_end_matches('/') == named.trim_end_matches('/');
    if same(&implied) {
        return scribe.ok(CHECK, format!("{named}, which the profile names and login_url implies"));
    }
    let known = audiences(app).iter().skip(1).any(same);
    let cure = vec![format!("if the login fails, take audience out of {}, or set it to \"{implied}\"", app.name)];
    let odd = if known { "" } else { ", and it is neither login's, nor test's, nor the host's own" };
    scribe.warn(CHECK, format!("{named}, which the profile names; login_url implies {implied}{odd}"), cure);
}

/// The whole way, as far as it leads.
pub(super) async fn way(patient: &Patient<'_>, scribe: &mut Scribe<'_>) {
    let wire = &patient.org.inner.wire;
    let url = &patient.profile.app.login_url;
    let route = match wire.route(url) {
        Ok(route) if scribe.first_bad(&[Check::Host]).is_none() => route,
        _ => return cut_off(scribe),
    };
    let addresses = match wire.look_up(&route).await {
        Ok(addresses) => addresses,
        Err(error) => {
            scribe.failure(Check::Dns, failures::wire(&error, false));
            return cut_off(scribe);
        }
    };
    let all: Vec<String> = addresses.iter().take(4).map(|address| address.ip().to_string()).collect();
    match route.name() {
        None => scribe.skip(Check::Dns, format!("{} is an address already", route.place())),
        Some(name) if route.is_pinned() => scribe.ok(Check::Dns, format!("{name} is this machine, unasked")),
        Some(name) => scribe.ok(Check::Dns, format!("{name} has {}", all.join(", "))),
    }
    let began = (patient.org.inner.clock)();
    let (stream, address) = match wire.connect(&route, &addresses).await {
        Ok(connected) => connected,
        Err(error) => {
            scribe.failure(Check::Tcp, failures::wire(&error, false));
            return cut_off(scribe);
        }
    };
    let took = since(&patient.org.inner, began);
    scribe.ok(Check::Tcp, format!("connected to {address} in {} ms", took.as_millis()));
    let presented = wire.present(&route, stream).await;
    let began = (patient.org.inner.clock)();
    let hello = plain::send(patient.org, plain::versions(url), None, Clearance::Free).await;
    let arrived = (patient.org.inner.clock)();
    let took = since(&patient.org.inner, began);
    proxy(&route, &presented, &hello, scribe);
    tls(patient, &route, presented, &hello, scribe);
    answer(&hello, took, scribe);
    clock(&hello, arrived, scribe);
}

/// What is behind the step that failed.
fn cut_off(scribe: &mut Scribe<'_>) {
    let bad = scribe.first_bad(&WAY).unwrap_or(Check::Host);
    let behind = Check::ALL.iter().skip_while(|check| **check != bad.max_of(Check::Audience)).skip(1);
    for check in behind.take_while(|check| **check != Check::Login) {
        scribe.skip(*check, format!("{} is in the way", bad.name()));
    }
}

impl Check {
    /// The later one of both.
    fn max_of(self, other: Self) -> Self {
        let place = |check: Self| Self::ALL.iter().position(|one| *one == check);
        if place(self) >= place(other) { self } else { other }
    }
}

fn proxy(
    route: &Route,
    presented: &Result<Option<Presented>, WireError>,
    hello: &Result<Incoming, WireError>,
    scribe: &mut Scribe<'_>,
) {
    let Some((place, from_settings)) = route.proxy() else {
        return scribe.ok(Check::Proxy, "none, the way is direct");
    };
    let refused = presented.as_ref().err().into_iter().chain(hello.as_ref().err());
    if let Some(error) = refused.into_iter().find(|error| matches!(error, WireError::Proxy(_))) {
        return scribe.failure(Check::Proxy, failures::wire(error, false));
    }
    let named = if from_settings { "settings.toml names it" } else { "the environment names it" };
    scribe.ok(Check::Proxy, format!("{place} leads there; {named}"));
}

fn tls(
    patient: &Patient<'_>,
    route: &Route,
    presented: Result<Option<Presented>, WireError>,
    hello: &Result<Incoming, WireError>,
    scribe: &mut Scribe<'_>,
) {
    const CHECK: Check = Check::Tls;
    if !route.is_tls() {
        return scribe.skip(CHECK, "plain http, which never leaves this machine");
    }
    let seen = presented.as_ref().ok().and_then(Option::as_ref);
    let by = seen.map(|seen| format!("; its certificate is issued by {}", seen.issuer)).unwrap_or_default();
    let own = match patient.ca_file {
        Some(file) => format!(" or one of {}", file.display()),
        None => String::new(),
    };
    match (hello, presented) {
        (Err(WireError::Proxy(_)), _) | (_, Err(WireError::Proxy(_))) => scribe.skip(CHECK, "proxy is in the way"),
        (Err(WireError::Tls { detail, .. }), _) => {
            scribe.fail(CHECK, format!("{detail}{by}"), untrusted(detail, route));
        }
        (Err(_), Err(error)) => scribe.failure(CHECK, failures::wire(&error, false)),
        (_, Ok(Some(seen))) => {
            let until = Timestamp::from_second(seen.not_after).unwrap_or_default().strftime("%Y-%m-%d");
            let public = |name: &str| PUBLIC.iter().any(|word| name.contains(word));
            let salesforce = patient.profile.app.login_url.host_str().is_some_and(is_salesforce_host);
            if salesforce && !public(&seen.issuer) && !public(&seen.root) {
                let what = format!(
                    "trusted, but issued by {}, which is no public authority: a company's proxy or a virus scanner \
                     replaces certificates on the way",
                    seen.issuer
                );
                let cure = vec![
                    "whoever runs it can read logins and answers: that is right in a company's network, and nowhere else"
                        .to_owned(),
                ];
                return scribe.warn(CHECK, what, cure);
            }
            let what = format!("issued by {}, until {until}; trusted by the system's authorities{own}", seen.issuer);
            scribe.ok(CHECK, what);
        }
        (_, Ok(None) | Err(_)) => scribe.ok(CHECK, format!("trusted by the system's authorities{own}")),
    }
}

/// What to do about a host that could not prove who it is.
fn untrusted(detail: &str, route: &Route) -> Vec<String> {
    let detail: String = detail.to_ascii_lowercase().chars().filter(|c| *c != ' ').collect();
    if detail.contains("unknownissuer") {
        let through = match route.proxy() {
            Some((place, _)) => format!("the proxy {place} may replace certificates"),
            None => "a proxy or firewall on the way may replace certificates".to_owned(),
        };
        return vec![
            format!("{through}: ask who runs it for the file of its authority, in PEM form"),
            "name that file in settings.toml: [network] ca_file = \"company.pem\"".to_owned(),
        ];
    }
    if detail.contains("expired") || detail.contains("notvalidyet") {
        return vec![
            "is this machine's clock right? The clock check tells".to_owned(),
            "else the host's certificate is out of date: whoever runs it has to renew it".to_owned(),
        ];
    }
    if detail.contains("notvalidforname") {
        return vec!["the host calls itself something else: check login_url, and who answers in its place".to_owned()];
    }
    vec!["check login_url, and whether something on the way replaces certificates".to_owned()]
}

fn answer(hello: &Result<Incoming, WireError>, took: Duration, scribe: &mut Scribe<'_>) {
    const CHECK: Check = Check::Answer;
    match hello {
        Ok(incoming) if incoming.status >= 500 || incoming.status == 420 => {
            let cure = vec!["the org may be under maintenance: see https://status.salesforce.com".to_owned()];
            scribe.warn(CHECK, format!("{} in {} ms", incoming.status, took.as_millis()), cure);
        }
        Ok(incoming) => {
            let what = format!("{}, {} in {} ms", incoming.version, incoming.status, took.as_millis());
            scribe.ok(CHECK, what);
        }
        Err(error @ (WireError::Tls { .. } | WireError::Proxy(_))) => {
            let bad = if matches!(error, WireError::Tls { .. }) { Check::Tls } else { Check::Proxy };
            scribe.skip(CHECK, format!("{} is in the way", bad.name()));
        }
        Err(error) => scribe.failure(CHECK, failures::wire(error, false)),
    }
}

fn clock(hello: &Result<Incoming, WireError>, arrived: Timestamp, scribe: &mut Scribe<'_>) {
    const CHECK: Check = Check::Clock;
    let Ok(incoming) = hello else { return scribe.skip(CHECK, "there is no answer to compare it with") };
    let date = incoming.header("date").and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
    let Some(theirs) = date else { return scribe.skip(CHECK, "the host does not tell its time") };
    let skew = theirs.timestamp().as_second() - arrived.as_second();
    let side = if skew > 0 { "behind" } else { "ahead of" };
    let what = format!("this machine's clock is {} s {side} the host's", skew.unsigned_abs());
    let cure = vec!["set it, best by the network's time: an assertion is good for three minutes".to_owned()];
    match skew.abs() {
        0..=SKEW => scribe.ok(CHECK, format!("within {} s of the host's", skew.abs().max(1))),
        31..=SKEW_MOST => scribe.warn(CHECK, what, cure),
        _ => scribe.fail(CHECK, what, cure),
    }
}
