//! The login itself, and which audience works.

use super::super::failures;
use super::Patient;
use super::report::Check;
use super::scribe::Scribe;
use crate::auth::{LoginError, PrivateKey, Token, Trial, try_audiences};

/// What a login cannot do without.
const BEFORE: [Check; 9] = [
    Check::Key,
    Check::Passphrase,
    Check::Host,
    Check::Audience,
    Check::Dns,
    Check::Tcp,
    Check::Proxy,
    Check::Tls,
    Check::Answer,
];

/// Logs in; the token, where one was granted.
pub(super) async fn login(patient: &Patient<'_>, key: Option<&PrivateKey>, scribe: &mut Scribe<'_>) -> Option<Token> {
    const CHECK: Check = Check::Login;
    if let Some(bad) = scribe.first_bad(&BEFORE) {
        scribe.skip(CHECK, format!("{} is in the way", bad.name()));
        return None;
    }
    let Some(key) = key else {
        scribe.skip(CHECK, "the key needs its passphrase first");
        return None;
    };
    let org = &patient.org.inner;
    let mut trials = try_audiences(&org.wire, patient.profile, key, &org.clock).await;
    let last = trials.pop()?;
    let refused = tried(&trials);
    match last.result {
        Ok(token) => {
            scribe.hide(&token.access_token);
            granted(patient, &token, &refused, scribe);
            Some(token)
        }
        Err(error) => {
            let is_rate = matches!(&error, LoginError::Refused { trouble } if trouble.is_rate());
            // Where it was refused for one reason with one audience and for another with the next, the first is the one
            // that the profile's own login meets.
            let first = trials.into_iter().next().filter(|_| !is_rate).and_then(|trial| trial.result.err());
            let mut failure = failures::login(&first.unwrap_or(error), patient.profile);
            // Whose login it is stands over all of it.
            let whose = format!("{} cannot log in: ", patient.profile.id());
            if let Some(rest) = failure.title.strip_prefix(&whose) {
                failure.title = rest.to_owned();
            }
            if let Some(note) = sent_before(&refused, &last.audience) {
                failure.hint.push(note);
            }
            scribe.failure(CHECK, failure);
            None
        }
    }
}

/// The audiences that were refused, each once.
fn tried(trials: &[Trial]) -> Vec<String> {
    let mut refused: Vec<String> = trials.iter().map(|trial| trial.audience.clone()).collect();
    refused.dedup();
    refused
}

fn sent_before(refused: &[String], last: &str) -> Option<String> {
    let all: Vec<&str> = refused.iter().map(String::as_str).filter(|one| *one != last).chain([last]).collect();
    (all.len() > 1).then(|| format!("no audience works: {} were tried", all.join(" and ")))
}

fn granted(patient: &Patient<'_>, token: &Token, refused: &[String], scribe: &mut Scribe<'_>) {
    let app = &patient.profile.app;
    let what = format!(
        "granted in {} ms with audience {}; user {} of org {}",
        token.took.as_millis(),
        token.audience,
        token.user_id(),
        token.org_id()
    );
    let refused: Vec<&str> = refused.iter().map(String::as_str).filter(|one| *one != token.audience).collect();
    if refused.is_empty() {
        return scribe.ok(Check::Login, what);
    }
    let line = vec![format!("write it down in the profile of {}: audience = \"{}\"", app.name, token.audience)];
    let refused = refused.join(" and ");
    match &app.audience {
        Some(named) if refused.contains(named.as_str()) => {
            scribe.fail(Check::Login, format!("refused with audience {named}, which the profile names; {what}"), line);
        }
        _ => scribe.warn(Check::Login, format!("{what}; {refused} was refused first, each time"), line),
    }
}
