//! What is known of an org: by its own word, and how far that lets a profile write.
//!
//! The stricter of what the profile says and what the org shows wins; what is unknown counts as production.

use crate::profile::{Kind, Profile};
use crate::wire;
use url::Url;

/// What an org told of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrgFacts {
    /// `Organization.IsSandbox`.
    pub is_sandbox: Option<bool>,
    /// `Organization.Name`.
    pub name: Option<String>,
    /// `Organization.OrganizationType`, as `Enterprise Edition`.
    pub edition: Option<String>,
    /// `Organization.InstanceName`, as `EU42`.
    pub instance: Option<String>,
    /// `Organization.Id`.
    pub org_id: Option<String>,
}

impl OrgFacts {
    /// Takes over what is known in the other.
    pub fn add(&mut self, other: Self) {
        self.is_sandbox = other.is_sandbox.or(self.is_sandbox);
        self.name = other.name.or_else(|| self.name.take());
        self.edition = other.edition.or_else(|| self.edition.take());
        self.instance = other.instance.or_else(|| self.instance.take());
        self.org_id = other.org_id.or_else(|| self.org_id.take());
    }
}

/// How a profile may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stance {
    /// Without asking.
    Free,
    /// After each write was confirmed.
    Confirm,
    /// Not at all.
    Refuse,
}

/// How this profile may write to this address.
pub fn stance(profile: &Profile, facts: &OrgFacts, url: &Url) -> Stance {
    if profile.app.read_only {
        return Stance::Refuse;
    }
    match profile.app.kind {
        Kind::Production => Stance::Confirm,
        // The demo org lives on loopback only; a profile that calls another host so is mistaken.
        Kind::Demo if wire::is_loopback(url) => Stance::Free,
        Kind::Demo => Stance::Confirm,
        Kind::Sandbox | Kind::Scratch => match (facts.is_sandbox, host_says_test(url)) {
            (Some(true), _) | (None, true) => Stance::Free,
            _ => Stance::Confirm,
        },
    }
}

/// Whether the host is one that only a sandbox or scratch org has: `acme--dev.sandbox.my.salesforce.com`, `cs42.…`.
pub fn host_says_test(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    if !crate::auth::is_salesforce_host(host) {
        return false;
    }
    let mut labels = host.split('.');
    let first = labels.next().unwrap_or_default();
    first.contains("--") && host.contains(".sandbox.")
        || host.contains(".scratch.")
        || first == "test"
        || is_cs_instance(first)
        || labels.any(is_cs_instance)
}

/// `cs42`: the instances on which sandboxes lived.
fn is_cs_instance(label: &str) -> bool {
    label.strip_prefix("cs").is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::profile;
    use super::*;

    const SANDBOX: &str = "https://acme--uat.sandbox.my.salesforce.com/services/data";
    const PRODUCTION: &str = "https://acme.my.salesforce.com/services/data";

    fn of(kind: Kind, is_sandbox: Option<bool>, url: &str) -> Stance {
        let facts = OrgFacts { is_sandbox, ..OrgFacts::default() };
        stance(&profile(kind, false), &facts, &Url::parse(url).unwrap())
    }

    #[test]
    fn the_stricter_of_profile_host_and_org_wins() {
        for (kind, is_sandbox, url, expected) in [
            (Kind::Production, Some(true), SANDBOX, Stance::Confirm),
            (Kind::Sandbox, None, SANDBOX, Stance::Free),
            (Kind::Sandbox, Some(true), SANDBOX, Stance::Free),
            (Kind::Sandbox, Some(false), SANDBOX, Stance::Confirm),
            (Kind::Sandbox, None, PRODUCTION, Stance::Confirm),
            (Kind::Sandbox, Some(true), PRODUCTION, Stance::Free),
            (Kind::Scratch, None, "https://x-1.scratch.my.salesforce.com/", Stance::Free),
            (Kind::Scratch, None, "http://127.0.0.1:1/", Stance::Confirm),
            (Kind::Demo, None, "http://127.0.0.1:1/", Stance::Free),
            (Kind::Demo, Some(true), PRODUCTION, Stance::Confirm),
        ] {
            assert_eq!(of(kind, is_sandbox, url), expected, "{kind:?} {is_sandbox:?} {url}");
        }
        let read_only = profile(Kind::Demo, true);
        let here = Url::parse("http://127.0.0.1:1/").unwrap();
        assert_eq!(stance(&read_only, &OrgFacts::default(), &here), Stance::Refuse);
        assert!(Stance::Free < Stance::Confirm && Stance::Confirm < Stance::Refuse);
    }

    #[test]
    fn hosts_that_only_a_test_org_has() {
        for (host, test) in [
            ("acme--uat.sandbox.my.salesforce.com", true),
            ("acme.cs42.my.salesforce.com", true),
            ("cs42.salesforce.com", true),
            ("test.salesforce.com", true),
            ("acme.my.salesforce.com", false),
            ("css.salesforce.com", false),
            ("acme--x.sandbox.my.salesforce.com.evil.example", false),
            ("sandbox.example", false),
        ] {
            assert_eq!(host_says_test(&Url::parse(&format!("https://{host}/")).unwrap()), test, "{host}");
        }
    }

    #[test]
    fn facts_add_up() {
        let mut facts = OrgFacts { name: Some("Acme".into()), is_sandbox: Some(true), ..OrgFacts::default() };
        facts.add(OrgFacts { is_sandbox: Some(false), edition: Some("Enterprise".into()), ..OrgFacts::default() });
        assert_eq!(
            (facts.name.as_deref(), facts.is_sandbox, facts.edition.as_deref()),
            (Some("Acme"), Some(false), Some("Enterprise"))
        );
    }
}
