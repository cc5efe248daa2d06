//! Typed errors of login and wire, told as failures: what failed, what the other side said, what to do.

use crate::auth::LoginError;
use crate::profile::Profile;
use crate::request::{Failure, FailureKind};
use crate::wire::WireError;

/// A login that failed, for this profile.
pub(super) fn login(error: &LoginError, profile: &Profile) -> Failure {
    let who = profile.id();
    let mut failure = Failure { kind: FailureKind::Login, title: format!("{who} cannot log in"), ..Failure::default() };
    match error {
        LoginError::PassphraseNeeded { path, wrong } => {
            failure.kind = FailureKind::Passphrase { wrong: *wrong };
            failure.title = if *wrong {
                format!("The passphrase does not open the private key of {}", profile.app.name)
            } else {
                format!("The private key of {} needs its passphrase", profile.app.name)
            };
            failure.detail = error.to_string();
            failure.facts.push(("key".to_owned(), path.display().to_string()));
            failure.hint.push("type it when asked, or name its source in profiles.toml: passphrase = { env = \"NAME\" } or { command = [\"pass\", \"show\", \"name\"] }".to_owned());
        }
        LoginError::Key { what, cure } => {
            failure.detail.clone_from(what);
            failure.hint.push(cure.clone());
            failure.facts.push(("key".to_owned(), profile.app.private_key.display().to_string()));
        }
        LoginError::Kept { what, cure } => {
            failure.title = format!("{who} cannot log in: its token cannot be kept, as profiles.toml wants it");
            failure.detail.clone_from(what);
            failure.hint.push(cure.clone());
        }
        LoginError::Refused { trouble } => {
            if !trouble.error.is_empty() {
                failure.title = format!("{who} cannot log in: {}", trouble.error);
            }
            failure.detail.clone_from(&trouble.description);
            failure.hint.clone_from(&trouble.cure);
            failure.facts.clone_from(&trouble.facts);
            if failure.facts.iter().all(|(label, _)| label != "status") {
                failure.facts.push(("status".to_owned(), trouble.status.to_string()));
            }
        }
        LoginError::Stranger { field, named } => {
            failure.title = format!("The login of {who} was answered by a stranger");
            failure.detail = error.to_string();
            failure.hint.push("the token was thrown away; check login_url in profiles.toml".to_owned());
            failure.facts.push(((*field).to_owned(), named.clone()));
            failure.facts.push(("login_url".to_owned(), profile.app.login_url.to_string()));
        }
        LoginError::OtherIdentity { before, now } => {
            failure.kind = FailureKind::Refused;
            failure.title = format!("Alarm: the new session of {who} is somebody else's");
            failure.detail = format!("it was {before}, it is {now} now");
            failure.hint = vec![
                "nothing was sent with the new session, which was thrown away: find out who changed the app or its org"
                    .to_owned(),
                "if it is meant, as after a sandbox was refreshed, start orgdeck anew".to_owned(),
            ];
            failure.facts = vec![("before".to_owned(), before.to_string()), ("now".to_owned(), now.to_string())];
        }
        LoginError::NotAToken { .. } => {
            failure.title = format!("{} gave {who} no token", host(profile));
            failure.detail = error.to_string();
            failure.hint.push("check login_url in profiles.toml: it has to be an org's, without a path".to_owned());
        }
        LoginError::Wire(error) => {
            let inner = wire(error, false);
            failure = Failure { title: format!("{who} cannot log in: {}", lower_first(&inner.title)), ..inner };
            failure.facts.push(("login_url".to_owned(), profile.app.login_url.to_string()));
        }
    }
    failure
}

fn host(profile: &Profile) -> String {
    profile.app.login_url.host_str().unwrap_or_default().to_owned()
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// The wire failed; `write` says that a write was under way, which the org may have done all the same.
pub(super) fn wire(error: &WireError, write: bool) -> Failure {
    let (kind, title, hint): (FailureKind, &str, &str) = match error {
        WireError::Stranger { .. } => (
            FailureKind::Refused,
            "Not sent: a secret would have gone to a stranger",
            "a request that holds a token, password or key goes only to its own org: take it out, or ask the org",
        ),
        WireError::Plain(_) => (FailureKind::Refused, "Not sent: plain http", "write https://"),
        WireError::Address(_) => (
            FailureKind::Refused,
            "Not sent: the address cannot be trusted",
            "write https://, the host and the path, and nothing before the host",
        ),
        WireError::Dns { .. } => {
            (FailureKind::Network, "The host is not found", "check the spelling of the host, and the network")
        }
        WireError::Connect { .. } => (
            FailureKind::Network,
            "Nobody answers there",
            "check host and port, the network, and whether a proxy is needed",
        ),
        WireError::Tls { .. } => (
            FailureKind::Network,
            "The host could not prove who it is",
            "behind a company's proxy, name its certificate authority: ca_file in settings.toml",
        ),
        WireError::Proxy(_) => {
            (FailureKind::Network, "The proxy refused", "check the proxy and its login in settings.toml or HTTPS_PROXY")
        }
        WireError::ConnectLimit { .. } => (
            FailureKind::Network,
            "No connection in time",
            "check the network; connect_limit_s in settings.toml sets the limit",
        ),
        WireError::IdleLimit { .. } => {
            (FailureKind::Network, "The org fell silent", "try again; idle_limit_s in settings.toml sets the limit")
        }
        WireError::Cut { .. } => (FailureKind::Network, "The connection was cut", "try again"),
        WireError::File { .. } => (FailureKind::Usage, "The body's file cannot be read", "check its path and its mode"),
        WireError::Other(_) => (FailureKind::Network, "The request failed", "try again"),
    };
    let mut failure = Failure {
        title: title.to_owned(),
        detail: error.to_string(),
        hint: vec![hint.to_owned()],
        facts: Vec::new(),
        kind,
    };
    if let WireError::Stranger { to, allowed } = error {
        failure.facts.push(("would have gone to".to_owned(), to.clone()));
        failure.facts.extend(allowed.iter().map(|origin| ("may go to".to_owned(), origin.clone())));
    }
    if write && may_have_arrived(error) {
        failure.title = format!("Outcome unknown: {}", lower_first(&failure.title));
        failure.hint = vec!["the org may have done it: look before you send it again".to_owned()];
        failure.kind = FailureKind::Unknown;
    }
    failure
}

/// Whether the request may have reached the org before the wire failed.
fn may_have_arrived(error: &WireError) -> bool {
    matches!(error, WireError::IdleLimit { .. } | WireError::Cut { .. } | WireError::Other(_))
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::profile;
    use super::*;
    use crate::auth::LoginTrouble;
    use crate::profile::Kind;
    use std::time::Duration;

    fn told(error: &LoginError) -> Failure {
        login(error, &profile(Kind::Production, false))
    }

    #[test]
    fn a_login_that_was_refused_keeps_salesforce_s_words_the_cure_and_the_facts() {
        let trouble = LoginTrouble {
            status: 400,
            error: "invalid_grant".into(),
            description: "audience is invalid".into(),
            answer: crate::secret::Secret::new(""),
            cure: vec!["set audience".into()],
            facts: vec![("audience".into(), "https://x".into())],
        };
        let failure = told(&LoginError::Refused { trouble: Box::new(trouble) });
        assert_eq!(
            (failure.title.as_str(), failure.detail.as_str()),
            ("acme/ada@acme.example cannot log in: invalid_grant", "audience is invalid")
        );
        assert_eq!((failure.hint.as_slice(), failure.kind), (&["set audience".to_owned()][..], FailureKind::Login));
        assert!(failure.facts.contains(&("status".to_owned(), "400".to_owned())));
    }

    #[test]
    fn every_other_way_in_which_a_login_fails() {
        let needed = |wrong| LoginError::PassphraseNeeded { path: "/keys/acme.key".into(), wrong };
        assert_eq!(told(&needed(false)).kind, FailureKind::Passphrase { wrong: false });
        assert!(told(&needed(true)).title.contains("does not open"));
        let key = told(&LoginError::Key { what: "no such file".into(), cure: "make one".into() });
        assert_eq!(
            (key.kind, key.detail.as_str(), key.hint[0].as_str()),
            (FailureKind::Login, "no such file", "make one")
        );
        let stranger = told(&LoginError::Stranger { field: "id", named: "https://evil.example".into() });
        assert!(stranger.facts.contains(&("id".to_owned(), "https://evil.example".to_owned())));
        let page = told(&LoginError::NotAToken { status: 200, detail: "a page".into() });
        assert_eq!((page.kind, page.title.contains("login.salesforce.com")), (FailureKind::Login, true));
        let dns = told(&LoginError::Wire(WireError::Dns { host: "x".into(), detail: "none".into() }));
        assert_eq!(
            (dns.kind, dns.title.as_str()),
            (FailureKind::Network, "acme/ada@acme.example cannot log in: the host is not found")
        );
    }

    #[test]
    fn only_what_may_have_arrived_has_an_unknown_outcome() {
        let connect = WireError::Connect { host: "x:1".into(), detail: "refused".into() };
        assert_eq!(wire(&connect, true).kind, FailureKind::Network);
        let silent = WireError::IdleLimit { limit: Duration::from_secs(1), received: 0 };
        assert_eq!((wire(&silent, true).kind, wire(&silent, false).kind), (FailureKind::Unknown, FailureKind::Network));
        let stranger =
            WireError::Stranger { to: "https://evil.example".into(), allowed: vec!["https://a.example".into()] };
        let failure = wire(&stranger, true);
        assert_eq!((failure.kind, failure.facts.len()), (FailureKind::Refused, 2));
        for error in
            [WireError::Plain("http://x".into()), WireError::Proxy("407".into()), WireError::Other("odd".into())]
        {
            let failure = wire(&error, false);
            assert!(
                !failure.title.ends_with('.') && !failure.detail.is_empty() && !failure.hint.is_empty(),
                "{failure:?}"
            );
        }
    }
}
