//! The names a listener answers to, as real orgs have them, and how an answer then calls the demo's hosts.
//!
//! ```text
//!  127.0.0.1:PORT, localhost:PORT          as it is asked for when nothing else is wanted
//!  NAME.my.salesforce.com[:PORT]           behind a proxy of one's own, or a line in /etc/hosts
//!  NAME.my.salesforce.com.localhost:PORT   curl and browsers take it to loopback by themselves
//! ```
//! All addresses in an answer are of the form that was asked by, so that whoever comes by names never meets numbers. A
//! name that is none of these is turned away: a page that made its host name point here does not come in.
//! <https://help.salesforce.com/s/articleView?id=xcloud.domain_name_url_formats.htm>

use super::data::OrgKind;
use super::world::Door;

/// What is behind the name of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Site {
    /// Everything: My Domain, and the common login host.
    Org,
    /// The user interface, which sends programs on to My Domain.
    Interface,
    /// Pictures and nothing else.
    Files,
}

/// A listener: its port, and the names behind which it can be found.
#[derive(Debug)]
pub(super) struct Place {
    door: Door,
    port: u16,
    /// Without `.localhost`; the first is how it calls itself.
    names: Vec<(String, Site)>,
}

/// How a host was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Number,
    Localhost,
    /// By the name of this place in its list.
    Name {
        place: usize,
        local: bool,
    },
}

/// How a request named the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Here {
    door: Door,
    form: Form,
    /// Whether the port was named. Without, no address has one: then a proxy dispatches by name.
    port: bool,
    secure: bool,
    pub(super) site: Site,
}

impl Here {
    /// By number, or by a name that leads to loopback by itself; for what is told before anybody asked.
    pub(super) fn first(door: Door, by_name: bool) -> Self {
        let form = if by_name { Form::Name { place: 0, local: true } } else { Form::Number };
        Self { door, form, port: true, secure: false, site: Site::Org }
    }
}

impl Place {
    /// The common login host.
    pub(super) fn login(port: u16) -> Self {
        let names = ["login.salesforce.com", "test.salesforce.com"].map(|name| (name.to_owned(), Site::Org));
        Self { door: Door::Login, port, names: names.into() }
    }

    /// The hosts of an org. `name`: of its My Domain, `NAME--SANDBOX` for a sandbox; `instance`: where it lives.
    pub(super) fn org(index: usize, port: u16, kind: OrgKind, name: &str, instance: &str) -> Self {
        let part = if kind == OrgKind::Sandbox { ".sandbox" } else { "" };
        let instance = instance.to_ascii_lowercase();
        let mut names = vec![
            (format!("{name}{part}.my.salesforce.com"), Site::Org),
            (format!("{instance}.salesforce.com"), Site::Org),
            (format!("{name}{part}.lightning.force.com"), Site::Interface),
            (format!("{name}{part}.my.salesforce-setup.com"), Site::Interface),
            (format!("{name}{part}.file.force.com"), Site::Files),
        ];
        if kind == OrgKind::Sandbox {
            // As sandboxes were called before they had a part of their own.
            names.push((format!("{name}.my.salesforce.com"), Site::Org));
            names.push((format!("{name}.{instance}.my.salesforce.com"), Site::Org));
        }
        Self { door: Door::Instance(index), port, names }
    }

    /// How this authority, as a `Host` header has it, names the place; `None`: not at all.
    pub(super) fn named(&self, authority: &str, secure: bool) -> Option<Here> {
        let lower = authority.trim().to_ascii_lowercase();
        let (host, port) = match lower.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse::<u16>().ok()?)),
            None => (lower.as_str(), None),
        };
        if port.is_some_and(|port| port != self.port) {
            return None;
        }
        let (form, site) = match host {
            // Who does not name the port means another one.
            "127.0.0.1" if port.is_some() => (Form::Number, Site::Org),
            "localhost" if port.is_some() => (Form::Localhost, Site::Org),
            _ => {
                let (name, local) = host.strip_suffix(".localhost").map_or((host, false), |name| (name, true));
                let place = self.names.iter().position(|(own, _)| own == name)?;
                (Form::Name { place, local }, self.names.get(place)?.1)
            }
        };
        let secure = secure && matches!(form, Form::Name { .. });
        Some(Here { door: self.door, form, port: port.is_some(), secure, site })
    }

    /// The place's origin, for whoever came by `here`: the name he used where it is of this very place, else its first.
    pub(super) fn origin(&self, here: &Here) -> String {
        let name = match here.form {
            Form::Name { place, .. } if here.door == self.door && here.site == Site::Org => place,
            _ => 0,
        };
        self.called(here, name)
    }

    /// Where its pictures lie: with everything else where hosts have no names.
    pub(super) fn files(&self, here: &Here) -> String {
        self.called(here, self.names.iter().position(|(_, site)| *site == Site::Files).unwrap_or(0))
    }

    fn called(&self, here: &Here, name: usize) -> String {
        let name = self.names.get(name).map_or("", |(name, _)| name.as_str());
        let host = match here.form {
            Form::Number => "127.0.0.1".to_owned(),
            Form::Localhost => "localhost".to_owned(),
            Form::Name { local: true, .. } => format!("{name}.localhost"),
            Form::Name { local: false, .. } => name.to_owned(),
        };
        let scheme = if here.secure { "https" } else { "http" };
        if here.port { format!("{scheme}://{host}:{}", self.port) } else { format!("{scheme}://{host}") }
    }

    /// Whether an assertion for this audience is meant for this place. `first`: of two login hosts only the first.
    pub(super) fn is_audience(&self, audience: &str, kind: OrgKind) -> bool {
        let (secure, rest) = match audience.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            _ => return false,
        };
        let Some(here) = self.named(rest, secure) else { return false };
        match here.form {
            Form::Number | Form::Localhost => !secure,
            Form::Name { place, local } => {
                // Production is behind login., sandboxes are behind test.
                let behind = self.door != Door::Login || place == usize::from(kind == OrgKind::Sandbox);
                behind && (secure || local || here.port)
            }
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sandbox() -> Place {
        Place::org(1, 4001, OrgKind::Sandbox, "acme--uat", "DEM2S")
    }

    #[test]
    fn an_address_is_given_in_the_form_that_was_asked_by() {
        let (own, login) = (sandbox(), Place::login(4000));
        for (asked, secure, origin, at_login) in [
            ("127.0.0.1:4001", true, "http://127.0.0.1:4001", "http://127.0.0.1:4000"),
            ("LocalHost:4001", false, "http://localhost:4001", "http://localhost:4000"),
            (
                "ACME--uat.sandbox.my.salesforce.com.localhost:4001",
                false,
                "http://acme--uat.sandbox.my.salesforce.com.localhost:4001",
                "http://login.salesforce.com.localhost:4000",
            ),
            (
                "acme--uat.sandbox.my.salesforce.com",
                true,
                "https://acme--uat.sandbox.my.salesforce.com",
                "https://login.salesforce.com",
            ),
            (
                "acme--uat.dem2s.my.salesforce.com:4001",
                false,
                "http://acme--uat.dem2s.my.salesforce.com:4001",
                "http://login.salesforce.com:4000",
            ),
            (
                "acme--uat.sandbox.lightning.force.com",
                true,
                "https://acme--uat.sandbox.my.salesforce.com",
                "https://login.salesforce.com",
            ),
        ] {
            let here = own.named(asked, secure).unwrap();
            assert_eq!((own.origin(&here), login.origin(&here)), (origin.to_owned(), at_login.to_owned()), "{asked}");
        }
        let here = own.named("acme--uat.sandbox.my.salesforce.com.localhost:4001", false).unwrap();
        assert_eq!(own.files(&here), "http://acme--uat.sandbox.file.force.com.localhost:4001");
        assert_eq!(own.files(&Here::first(Door::Login, false)), "http://127.0.0.1:4001");
        let at_test = login.named("test.salesforce.com.localhost:4000", false).unwrap();
        assert_eq!(login.origin(&at_test), "http://test.salesforce.com.localhost:4000");
        assert_eq!(own.origin(&at_test), "http://acme--uat.sandbox.my.salesforce.com.localhost:4001");
    }

    #[test]
    fn no_other_name_is_its_own() {
        for authority in [
            "",
            ":4001",
            "127.0.0.1",
            "localhost",
            "127.0.0.1:4000",
            "evil.example",
            "evil.example:4001",
            "my.salesforce.com",
            "acme.my.salesforce.com",
            "login.salesforce.com",
            "acme--uat.sandbox.my.salesforce.com:4000",
            "acme--uat.sandbox.my.salesforce.com.evil.example:4001",
            "evil.acme--uat.sandbox.my.salesforce.com:4001",
            "acme--uat.sandbox.my.salesforce.com.localhost.localhost:4001",
            "acme--uat.sandbox.my.salesforce.com.:4001",
            "user@acme--uat.sandbox.my.salesforce.com",
            "127.0.0.1.localhost:4001",
        ] {
            assert_eq!(sandbox().named(authority, false), None, "{authority}");
        }
    }

    #[test]
    fn audiences_are_the_orgs_own_and_the_login_host_of_its_kind() {
        let (own, login) = (sandbox(), Place::login(4000));
        for (audience, kind, fits) in [
            ("https://test.salesforce.com", OrgKind::Sandbox, true),
            ("HTTPS://TEST.salesforce.com", OrgKind::Sandbox, true),
            ("http://test.salesforce.com", OrgKind::Sandbox, false),
            ("https://test.salesforce.com", OrgKind::Production, false),
            ("https://login.salesforce.com", OrgKind::Sandbox, false),
            ("https://login.salesforce.com", OrgKind::Production, true),
            ("http://login.salesforce.com.localhost:4000", OrgKind::Production, true),
            ("http://127.0.0.1:4000", OrgKind::Sandbox, true),
            ("test.salesforce.com", OrgKind::Sandbox, false),
        ] {
            assert_eq!(login.is_audience(audience, kind), fits, "{audience}");
        }
        for (audience, fits) in [
            ("http://127.0.0.1:4001", true),
            ("http://localhost:4001", true),
            ("https://127.0.0.1:4001", false),
            ("https://acme--uat.sandbox.my.salesforce.com", true),
            ("http://acme--uat.sandbox.my.salesforce.com.localhost:4001", true),
            ("https://acme.my.salesforce.com", false),
        ] {
            assert_eq!(own.is_audience(audience, OrgKind::Sandbox), fits, "{audience}");
        }
    }
}
