//! Logins to find out what works: each audience that makes sense, in the order of likelihood, and few of them.
//!
//! A login counts against the user's limit and stands in the org's login history, so it ends at the first that works, at
//! one that was refused for a reason that no audience cures, and in any case after [`MOST_TRIALS`].

use super::audience::{self, audience_for, check_recipient};
use super::login::log_in_once;
use super::{Clock, LoginError, PrivateKey, Token};
use crate::profile::{App, Profile};
use crate::wire::Client;

/// Logins of one examination.
pub const MOST_TRIALS: usize = 3;

/// One login, and what came of it.
#[derive(Debug)]
pub struct Trial {
    /// The `aud` that was sent.
    pub audience: String,
    /// What came of it.
    pub result: Result<Token, LoginError>,
}

/// The audiences that make sense for an app, the one that a login sends first: what it names, what its login URL implies,
/// a site's own address, and the other one of login and test. None of them would go to a stranger.
pub fn audiences(app: &App) -> Vec<String> {
    let implied = audience_for(&app.login_url);
    let host = app.login_url.host_str().unwrap_or_default();
    let is_site = host.ends_with(".my.site.com") || host.ends_with(".force.com");
    let own = is_site.then(|| app.login_url.origin().ascii_serialization());
    let other = audience::other(&implied).map(str::to_owned);
    let mut wanted: Vec<String> = Vec::new();
    for audience in app.audience.clone().into_iter().chain([implied]).chain(own).chain(other) {
        let known = wanted.iter().any(|one| one.trim_end_matches('/') == audience.trim_end_matches('/'));
        if !known && check_recipient(&app.login_url, &audience).is_ok() {
            wanted.push(audience);
        }
    }
    wanted
}

/// Logs in with one after the other, until one works or there is no sense in going on. The last trial is the one that
/// counts.
pub async fn try_audiences(wire: &Client, profile: &Profile, key: &PrivateKey, clock: &Clock) -> Vec<Trial> {
    let mut trials: Vec<Trial> = Vec::new();
    let mut left = audiences(&profile.app).into_iter();
    let mut next = left.next();
    while let Some(audience) = next.take().filter(|_| trials.len() < MOST_TRIALS) {
        let result = log_in_once(wire, profile, key, &audience, clock).await;
        if let Err(LoginError::Refused { trouble }) = &result {
            let again = trials.last().is_none_or(|before| before.audience != audience);
            next = match (trouble.is_passing() && again, trouble.may_be_audience()) {
                (true, _) => Some(audience.clone()),
                (false, true) => left.next(),
                (false, false) => None,
            };
        }
        trials.push(Trial { audience, result });
    }
    trials
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Kind, Passphrase, User, VersionChoice};

    fn wanted(login_url: &str, audience: Option<&str>) -> Vec<String> {
        let app = App {
            name: "acme".to_owned(),
            client_id: "k".to_owned(),
            private_key: "none.key".into(),
            certificate: None,
            passphrase: Passphrase::Ask,
            login_url: login_url.parse().unwrap(),
            audience: audience.map(str::to_owned),
            version: VersionChoice::Newest,
            kind: Kind::Production,
            read_only: false,
            tokens: crate::profile::Tokens::Memory,
            users: vec![User { username: "ada@acme.example".to_owned(), alias: None }],
            variables: indexmap::IndexMap::new(),
        };
        audiences(&app)
    }

    #[test]
    fn the_likely_ones_come_first_and_no_stranger_gets_any() {
        const LOGIN: &str = "https://login.salesforce.com";
        const TEST: &str = "https://test.salesforce.com";
        const SITE: &str = "https://acme.my.site.com";
        assert_eq!(wanted(LOGIN, None), [LOGIN, TEST]);
        assert_eq!(wanted("https://acme--uat.sandbox.my.salesforce.com", None), [TEST, LOGIN]);
        assert_eq!(wanted(LOGIN, Some(TEST)), [TEST, LOGIN]);
        assert_eq!(wanted(LOGIN, Some("https://login.salesforce.com/")), ["https://login.salesforce.com/", TEST]);
        assert_eq!(wanted(SITE, None), [LOGIN, SITE, TEST]);
        assert_eq!(wanted("http://127.0.0.1:4000", None), ["http://127.0.0.1:4000"]);
        assert_eq!(wanted("http://127.0.0.1:4000", Some(LOGIN)), ["http://127.0.0.1:4000"]);
        assert_eq!(wanted("https://evil.example", Some(TEST)), ["https://evil.example"]);
    }
}
