//! What the session is good for: the identity, the version, the API, how much of it is used. Every request only asks, and
//! the token goes to the org of the login and nowhere else.

use super::super::ask::origin_of;
use super::super::client::Org;
use super::super::errors::Asked;
use super::super::facts::host_says_test;
use super::super::identity::Identity;
use super::super::limits::ApiUse;
use super::super::place::is_id_url;
use super::super::plain::{self, Got};
use super::super::version::{listed, newest_of};
use super::Patient;
use super::report::Check;
use super::scribe::Scribe;
use crate::auth::Token;
use crate::profile::{Kind, VersionChoice};
use crate::request::{Failure, FailureKind};
use crate::wire::{Clearance, Origin};
use http::header::HeaderValue;
use url::Url;

/// From this share of the allowance on it is told, in percent.
const MUCH: u64 = 80;

/// Asks for all of it.
pub(super) async fn ask(patient: &Patient<'_>, token: Option<&Token>, scribe: &mut Scribe<'_>) {
    let Some(token) = token else {
        for check in [Check::Identity, Check::Version, Check::Api, Check::Limits] {
            scribe.skip(check, "there is no login");
        }
        return;
    };
    identity(patient, token, scribe).await;
    let version = version(patient, token, scribe).await;
    api(patient, token, version.as_deref(), scribe).await;
}

/// What to do about an answer that is not an org's.
fn in_its_place() -> Vec<String> {
    vec![
        "something on the way answers in the org's place, or the org is under maintenance: see proxy and tls"
            .to_owned(),
    ]
}

async fn identity(patient: &Patient<'_>, token: &Token, scribe: &mut Scribe<'_>) {
    const CHECK: Check = Check::Identity;
    let got = match identity_answer(patient.org, token).await {
        Ok(got) => got,
        Err(failure) => return scribe.failure(CHECK, failure),
    };
    let Some(found) = got.body.json().and_then(|document| Identity::parse(document)) else {
        return scribe.fail(CHECK, "the id URL answers something that is no identity", in_its_place());
    };
    let app = &patient.profile.app;
    let asked = &patient.profile.user.username;
    let who = format!("{} ({}), {}", found.display_name, found.username, found.user_type);
    if !found.username.eq_ignore_ascii_case(asked) {
        let cure = vec![format!("is {asked} meant? Look at what the org's login history says of it")];
        return scribe.warn(CHECK, format!("the session is of {}, not of {asked}", found.username), cure);
    }
    if found.active == Some(false) {
        return scribe.warn(CHECK, format!("{who}: not active"), vec!["in Setup, Users: activate it".to_owned()]);
    }
    if app.kind == Kind::Production && host_says_test(&token.instance_url) {
        let host = token.instance_url.host_str().unwrap_or_default();
        let cure = vec![format!("set kind of {} to \"sandbox\" or \"scratch\", or use another app", app.name)];
        return scribe.warn(CHECK, format!("{who}, of {host}: no production org, as the profile says"), cure);
    }
    scribe.ok(CHECK, who);
}

/// The id URL's answer, of the login host or by one hop of the instance: the token goes to these two only.
async fn identity_answer(org: &Org, token: &Token) -> Result<Got, Failure> {
    let got = get(org, &token.id_url, Some(token), Asked { rest: false, newest: None }).await?;
    let location = got.head.header("location").map(str::to_owned).filter(|_| (300..400).contains(&got.head.status));
    let Some(location) = location else { return got.good() };
    let to = token.id_url.join(&location).ok().filter(|to| {
        let own = Origin::of(to) == Origin::of(&token.instance_url) && is_id_url(to, token);
        own && to.username().is_empty() && to.password().is_none()
    });
    let Some(mut to) = to else {
        return Err(Failure {
            title: "The id URL leads elsewhere than to the org: not followed".to_owned(),
            hint: in_its_place(),
            kind: FailureKind::Refused,
            ..Failure::default()
        });
    };
    to.set_fragment(None);
    get(org, &to, Some(token), Asked { rest: false, newest: None }).await?.good()
}

/// The version that the API is asked in.
async fn version(patient: &Patient<'_>, token: &Token, scribe: &mut Scribe<'_>) -> Option<String> {
    const CHECK: Check = Check::Version;
    let url = at(token, "/services/data");
    let got = match get(patient.org, &url, None, Asked { rest: true, newest: None }).await.and_then(Got::good) {
        Ok(got) => got,
        Err(failure) => {
            scribe.failure(CHECK, failure);
            return fixed(patient);
        }
    };
    let newest = got.body.json().and_then(|document| newest_of(document));
    let Some(newest) = newest else {
        scribe.fail(CHECK, format!("{} lists no version", origin_of(&token.instance_url)), in_its_place());
        return fixed(patient);
    };
    match &patient.profile.app.version {
        VersionChoice::Newest => scribe.ok(CHECK, format!("v{newest}, the newest of the org")),
        VersionChoice::Fixed(fixed) if got.body.json().is_some_and(|document| listed(document, fixed)) => {
            let note = if *fixed == newest { "the newest" } else { "the newest is" };
            let note = if *fixed == newest { note.to_owned() } else { format!("{note} v{newest}") };
            scribe.ok(CHECK, format!("v{fixed}, which the profile names; {note}"));
            return Some(fixed.clone());
        }
        VersionChoice::Fixed(fixed) => {
            let app = &patient.profile.app.name;
            let cure = vec![format!("set version of {app} to \"newest\" or \"{newest}\"")];
            scribe.fail(CHECK, format!("the org has no v{fixed}: it is retired, or not there yet"), cure);
        }
    }
    Some(newest)
}

fn fixed(patient: &Patient<'_>) -> Option<String> {
    match &patient.profile.app.version {
        VersionChoice::Fixed(version) => Some(version.clone()),
        VersionChoice::Newest => None,
    }
}

async fn api(patient: &Patient<'_>, token: &Token, version: Option<&str>, scribe: &mut Scribe<'_>) {
    let Some(version) = version else {
        scribe.skip(Check::Api, "version is in the way");
        return scribe.skip(Check::Limits, "version is in the way");
    };
    let url = at(token, &format!("/services/data/v{version}/"));
    let got = match get(patient.org, &url, Some(token), Asked { rest: true, newest: None }).await {
        Ok(got) => got,
        Err(failure) => {
            scribe.failure(Check::Api, failure);
            return scribe.skip(Check::Limits, "api is in the way");
        }
    };
    let used = got.head.header("sforce-limit-info").and_then(ApiUse::parse);
    let host = origin_of(&token.instance_url);
    match got.good() {
        Ok(got) if got.body.json().is_some() => scribe.ok(Check::Api, format!("{host} answers for v{version}")),
        Ok(_) => {
            scribe.fail(Check::Api, format!("{host} answers v{version} with something that is no JSON"), in_its_place())
        }
        Err(failure) => scribe.failure(Check::Api, failure),
    }
    let Some(used) = used else {
        return scribe.skip(Check::Limits, "the org does not tell how many calls are used");
    };
    let what = format!("{} of {} API calls of 24 hours used, {} %", used.used, used.max, used.percent());
    let cure = vec!["the limits resource tells more; calls come back 24 hours after they were made".to_owned()];
    match used.percent() {
        100.. => scribe.fail(Check::Limits, what, cure),
        MUCH.. => scribe.warn(Check::Limits, what, cure),
        _ => scribe.ok(Check::Limits, what),
    }
}

fn at(token: &Token, path: &str) -> Url {
    let mut url = token.instance_url.clone();
    url.set_path(path);
    url.set_query(None);
    url
}

/// Asks once; nothing is followed, and no session is renewed. The token goes to the address's own origin alone.
async fn get(org: &Org, url: &Url, token: Option<&Token>, asked: Asked<'_>) -> Result<Got, Failure> {
    let (bearer, clearance) = match token {
        None => (None, Clearance::Free),
        Some(token) => {
            let bearer = zeroize::Zeroizing::new(format!("Bearer {}", token.access_token.expose()));
            let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| Failure {
                title: "The session id holds characters that cannot be sent".to_owned(),
                ..Failure::default()
            })?;
            bearer.set_sensitive(true);
            let own = [Origin::of(&token.instance_url), Origin::of(&token.id_url)];
            (Some(bearer), Clearance::Only(own.into_iter().flatten().collect()))
        }
    };
    plain::whole(org, plain::send(org, url.clone(), bearer, clearance).await, asked).await
}
