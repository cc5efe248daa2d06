//! Who an assertion is meant for, and which addresses an answer may name. An assertion is a login: it goes to nobody else.
//!
//! Nothing is sent here.

use super::LoginError;
use crate::profile::SALESFORCE_DOMAINS;
pub use crate::profile::is_salesforce_host;
use crate::wire::{Origin, WireError, is_loopback};
use url::Url;

/// The audience of production, and of every host that does not look like a sandbox.
pub(super) const LOGIN: &str = "https://login.salesforce.com";
/// The audience of sandboxes and scratch orgs.
pub(super) const TEST: &str = "https://test.salesforce.com";

/// The `aud` that a login URL implies: test for a Salesforce host that looks like a sandbox or scratch org, login for
/// any other Salesforce host, and its own origin for a host that is not Salesforce's.
pub fn audience_for(login_url: &Url) -> String {
    let host = login_url.host_str().unwrap_or_default().to_ascii_lowercase();
    if !is_salesforce_host(&host) {
        return login_url.origin().ascii_serialization();
    }
    if looks_like_sandbox(&host) { TEST.to_owned() } else { LOGIN.to_owned() }
}

fn looks_like_sandbox(host: &str) -> bool {
    let old_instance = |label: &str| {
        label.strip_prefix("cs").is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
    };
    host.contains("--")
        || host == "test.salesforce.com"
        || host.split('.').any(|label| label == "sandbox" || label == "scratch" || old_instance(label))
}

/// The audience to try when this one was guessed and is not the org's; `None` where there is no other.
pub(super) fn other(audience: &str) -> Option<&'static str> {
    match audience {
        LOGIN => Some(TEST),
        TEST => Some(LOGIN),
        _ => None,
    }
}

/// An assertion for Salesforce goes to Salesforce only, and one for any other host to that host only: a stranger who
/// got it could log in with it.
///
/// # Errors
/// `Wire(Stranger)`, before anything is signed.
pub fn check_recipient(login_url: &Url, audience: &str) -> Result<(), LoginError> {
    if is_salesforce_host(login_url.host_str().unwrap_or_default()) {
        return Ok(());
    }
    let meant = Url::parse(audience).ok().and_then(|url| Origin::of(&url));
    if meant.is_some() && meant == Origin::of(login_url) {
        return Ok(());
    }
    // However it is written: any host of Salesforce's in it counts.
    let for_salesforce =
        audience.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))).any(is_salesforce_host);
    let allowed = match meant.filter(|_| !for_salesforce) {
        Some(meant) => vec![meant.to_string()],
        None => SALESFORCE_DOMAINS.iter().map(|domain| format!("https://*.{domain}")).collect(),
    };
    Err(LoginError::Wire(WireError::Stranger {
        to: Origin::of(login_url).map_or_else(|| login_url.scheme().to_owned(), |origin| origin.to_string()),
        allowed,
    }))
}

/// An address that a token answer names: https on a Salesforce domain, or on the login URL's own origin.
///
/// One refinement: a login on loopback may name any loopback origin. It is all one machine, and the demo org keeps
/// its login and its instances on ports of their own.
///
/// # Errors
/// `Stranger`, where the token must not be used.
pub(super) fn check_named(login_url: &Url, field: &'static str, named: &str) -> Result<Url, LoginError> {
    let stranger = |named: String| LoginError::Stranger { field, named };
    let Ok(url) = Url::parse(named.trim()) else {
        return Err(stranger(shorten(named)));
    };
    let plain = url.username().is_empty() && url.password().is_none();
    let salesforce = url.scheme() == "https" && url.host_str().is_some_and(is_salesforce_host);
    let same = Origin::of(&url).is_some_and(|origin| Origin::of(login_url) == Some(origin));
    let here = is_loopback(login_url) && is_loopback(&url) && Origin::of(&url).is_some();
    if plain && (salesforce || same || here) {
        return Ok(url);
    }
    // Only where it points: what stands in the rest of an address of a stranger's is nobody's business.
    Err(stranger(Origin::of(&url).map_or_else(|| format!("{}:", url.scheme()), |origin| origin.to_string())))
}

fn shorten(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn the_audience_follows_the_login_host() {
        for (login, audience) in [
            ("https://login.salesforce.com", LOGIN),
            ("https://test.salesforce.com/", TEST),
            ("https://acme.my.salesforce.com", LOGIN),
            ("https://acme--uat.sandbox.my.salesforce.com", TEST),
            ("https://acme--old.my.salesforce.com", TEST),
            ("https://energy-1234.scratch.my.salesforce.com", TEST),
            ("https://cs42.salesforce.com", TEST),
            ("https://acme.cs7.my.salesforce.com", TEST),
            ("https://csx.my.salesforce.com", LOGIN),
            ("https://cs.my.salesforce.com", LOGIN),
            ("http://127.0.0.1:4455/", "http://127.0.0.1:4455"),
            ("https://evil.example/login.salesforce.com", "https://evil.example"),
            ("https://evil--x.sandbox.example", "https://evil--x.sandbox.example"),
        ] {
            assert_eq!(audience_for(&url(login)), audience, "{login}");
        }
    }

    #[test]
    fn salesforce_s_audience_goes_to_salesforce_only() {
        assert!(check_recipient(&url("https://acme.my.salesforce.com"), LOGIN).is_ok());
        for own in ["https://evil.example", "https://website.com", "https://salesforce.com.example:8443"] {
            assert!(check_recipient(&url(own), &audience_for(&url(own))).is_ok(), "{own}");
        }
        for audience in
            [LOGIN, TEST, "https://login.salesforce.com/", "LOGIN.SALESFORCE.COM", " https://acme.my.site.com"]
        {
            for login in ["https://evil.example", "https://login.salesforce.com.evil.example", "http://127.0.0.1:9"] {
                let refused = check_recipient(&url(login), audience);
                assert!(matches!(refused, Err(LoginError::Wire(WireError::Stranger { .. }))), "{login} {audience}");
            }
        }
    }

    #[test]
    fn an_audience_of_any_other_host_goes_to_that_host_only() {
        for (login, audience) in [
            ("https://sf.corp.example", "https://sf.corp.example/site"),
            ("https://SF.corp.example:443", "https://sf.corp.example"),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000/"),
            ("https://acme.my.salesforce.com", "https://site.acme.example"),
        ] {
            assert!(check_recipient(&url(login), audience).is_ok(), "{login} {audience}");
        }
        for (login, audience) in [
            ("https://evil.example", "https://site.acme.example"),
            ("https://evil.example", "https://evil.example:8443"),
            ("https://evil.example", "https://evil.example@site.acme.example"),
            ("https://evil.example", "evil.example"),
            ("https://evil.example", ""),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4001"),
            ("http://127.0.0.1:4000", "https://site.acme.example"),
        ] {
            let refused = check_recipient(&url(login), audience);
            assert!(matches!(refused, Err(LoginError::Wire(WireError::Stranger { .. }))), "{login} {audience}");
        }
    }

    #[test]
    fn an_answer_may_name_only_the_org_itself() {
        let org = url("https://login.salesforce.com");
        let own = url("https://sf.corp.example");
        let here = url("http://127.0.0.1:4000");
        for (login, named) in [
            (&org, "https://acme.my.salesforce.com"),
            (&own, "https://sf.corp.example/id/00D/005"),
            (&own, "https://acme.my.salesforce.com"),
            (&here, "http://127.0.0.1:4001"),
            (&here, "http://localhost:4001/id/00D/005"),
        ] {
            assert!(check_named(login, "id", named).is_ok(), "{named}");
        }
        for (login, named) in [
            (&org, "http://acme.my.salesforce.com"),
            (&org, "https://evil.example"),
            (&org, "https://acme.my.salesforce.com@evil.example"),
            (&org, "https://user@acme.my.salesforce.com"),
            (&org, "http://127.0.0.1:1"),
            (&own, "https://sf.corp.example:8443"),
            (&here, "http://10.0.0.1:4000"),
            (&here, "https://evil.example"),
            (&org, "/relative"),
            (&org, ""),
        ] {
            assert!(matches!(check_named(login, "id", named), Err(LoginError::Stranger { .. })), "{named}");
        }
    }
}
