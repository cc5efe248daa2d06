//! What an address of the forwarding server means: whose token goes with it, and where it leads. Pure.
//!
//! ```text
//! /acme/services/data/v67.0/limits            the default user of the app acme
//! /acme~admin/services/data/v67.0/limits      the user with the alias (or username) admin
//! ```
//! A path is matched as it came or refused: nothing is resolved, folded or mended, so that what was matched is what goes out.

use crate::profile::Profile;
use crate::serve::reply::Reply;
use indexmap::IndexMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::collections::HashMap;

/// What stays as it is in a profile's part of an address.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@').remove(b'+');

/// What of an org can be reached. The rest of `/services` gives out sessions, or takes them elsewhere than in a header.
const FAMILIES: [&str; 3] = ["data", "apexrest", "async"];

/// Who can be reached by which name.
#[derive(Debug, Default)]
pub(in crate::serve) struct Names(HashMap<String, Option<usize>>);

impl Names {
    /// Of these people; `defaults`: the username of an app's default user, by the app's name. A name that would mean two is
    /// nobody's.
    pub(in crate::serve) fn of(people: &[Profile], defaults: &IndexMap<String, String>) -> Self {
        let mut names: HashMap<String, Option<usize>> = HashMap::new();
        let mut add = |name: String, at: usize| {
            names.entry(name).and_modify(|known| *known = known.filter(|known| *known == at)).or_insert(Some(at));
        };
        for (at, profile) in people.iter().enumerate() {
            let app = &profile.app.name;
            let first = || profile.app.users.first().map(|user| &user.username);
            if defaults.get(app).or_else(first) == Some(&profile.user.username) {
                add(app.clone(), at);
            }
            let called = [Some(&profile.user.username), profile.user.alias.as_ref()];
            called.into_iter().flatten().for_each(|user| add(format!("{app}~{user}"), at));
        }
        Self(names)
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.0.get(name).copied().flatten()
    }

    /// The address of somebody, as it is written; `None` where every name of his is another's too.
    pub(in crate::serve) fn address(&self, profile: &Profile, at: usize) -> Option<String> {
        let called = [profile.user.short(), &profile.user.username];
        let name = called.map(|user| format!("{}~{user}", profile.app.name)).into_iter();
        let name = name.into_iter().find(|name| self.find(name) == Some(at))?;
        Some(format!("/{}", utf8_percent_encode(&name, PLAIN)))
    }
}

/// Where a request goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address<'a> {
    /// Who, by number.
    pub(super) who: usize,
    /// What stands before the org's own path.
    pub(super) prefix: &'a str,
    /// The org's own path.
    pub(super) path: &'a str,
}

impl<'a> Address<'a> {
    /// Of a path as it came.
    pub(super) fn of(path: &'a str, names: &Names) -> Result<Self, Reply> {
        let odd = |why: &str| Reply::refused(400, "invalid_address", why);
        let rest = path.strip_prefix('/').ok_or_else(|| odd("the address has no path"))?;
        let (name, _) = rest.split_once('/').unwrap_or((rest, ""));
        let decoded = rest.trim_end_matches('/').split('/').map(segment).collect::<Result<Vec<_>, _>>().map_err(odd)?;
        if rest.ends_with("//") {
            return Err(odd("a part of the path is empty"));
        }
        let who = decoded.first().and_then(|name| names.find(name)).ok_or_else(|| {
            Reply::refused(404, "unknown_profile", "no profile has this address: GET / lists those that there are")
        })?;
        let inside: Vec<&str> = decoded.iter().skip(1).map(String::as_str).collect();
        let open = match inside.as_slice() {
            ["services", "oauth2", "userinfo"] => true,
            ["services", family, ..] => FAMILIES.contains(family),
            _ => false,
        };
        let written = path.get(name.len() + 1..).filter(|own| own.starts_with("/services/"));
        match written {
            Some(own) if open => Ok(Self { who, prefix: path.get(..=name.len()).unwrap_or_default(), path: own }),
            _ => Err(Reply::refused(
                404,
                "not_forwarded",
                "only /services/data, /services/apexrest, /services/async and /services/oauth2/userinfo are forwarded",
            )),
        }
    }
}

/// One part of a path, resolved once; why it is refused.
fn segment(text: &str) -> Result<String, &'static str> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,=:@%".contains(&byte);
    if text.is_empty() {
        return Err("a part of the path is empty");
    }
    if !text.bytes().all(allowed) {
        return Err("a sign in the path has to be written with %");
    }
    if percents(text).any(|hex| !hex) {
        return Err("a % in the path means no sign");
    }
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| "the path is no text")?;
    if percents(&decoded).any(|hex| hex) {
        return Err("the path is encoded twice");
    }
    if decoded.contains(|c: char| c.is_control() || matches!(c, '/' | '\\' | ';')) {
        return Err("the path holds a sign that some would split it at");
    }
    if matches!(decoded.trim(), "." | ".." | "") {
        return Err("the path leads upwards");
    }
    Ok(decoded.into_owned())
}

/// Of each % whether two hexadecimal digits follow.
fn percents(text: &str) -> impl Iterator<Item = bool> {
    text.split('%').skip(1).map(|rest| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{App, Kind, Passphrase, Tokens, User, VersionChoice};
    use std::sync::Arc;

    fn people(app: &str, users: &[(&str, Option<&str>)]) -> Vec<Profile> {
        let users: Vec<User> = users
            .iter()
            .map(|(name, alias)| User { username: (*name).to_owned(), alias: alias.map(str::to_owned) })
            .collect();
        let app = Arc::new(App {
            name: app.to_owned(),
            client_id: "k".to_owned(),
            private_key: "none.key".into(),
            certificate: None,
            passphrase: Passphrase::Ask,
            login_url: "https://login.salesforce.com".parse().unwrap(),
            audience: None,
            version: VersionChoice::Newest,
            kind: Kind::Production,
            read_only: false,
            tokens: Tokens::Memory,
            users: users.clone(),
            variables: IndexMap::new(),
        });
        users.into_iter().map(|user| Profile { app: Arc::clone(&app), user }).collect()
    }

    fn names() -> (Vec<Profile>, Names) {
        let mut all = people("acme", &[("ada@acme.example", Some("admin")), ("bob+1@acme.example", None)]);
        all.extend(people("my org", &[("c@x.example", None), ("d@x.example", Some("two"))]));
        let defaults = IndexMap::from([("my org".to_owned(), "d@x.example".to_owned())]);
        let names = Names::of(&all, &defaults);
        (all, names)
    }

    #[test]
    fn a_name_means_one() {
        let (all, names) = names();
        for (name, who) in [
            ("acme", 0),
            ("acme~admin", 0),
            ("acme~ada@acme.example", 0),
            ("acme~ada%40acme.example", 0),
            ("acme~bob%2B1@acme.example", 1),
            ("my%20org", 3),
            ("my%20org~two", 3),
            ("my%20org~c@x.example", 2),
        ] {
            let path = format!("/{name}/services/data/v67.0/limits");
            let address = Address::of(&path, &names).unwrap_or_else(|reply| panic!("{name}: {:?}", reply.told()));
            assert_eq!((address.who, address.path), (who, "/services/data/v67.0/limits"), "{name}");
            assert_eq!(address.prefix, format!("/{name}"));
        }
        let written: Vec<_> = all.iter().enumerate().map(|(at, one)| names.address(one, at).unwrap()).collect();
        assert_eq!(written, ["/acme~admin", "/acme~bob+1@acme.example", "/my%20org~c@x.example", "/my%20org~two"]);
        // An alias that is another's username, an app that is called as somebody is: neither is anybody's.
        let mut both = people("acme", &[("ada@x.example", Some("b")), ("b", Some("c"))]);
        both.extend(people("acme~c", &[("z@x.example", None)]));
        let twice = Names::of(&both, &IndexMap::new());
        for path in ["/acme~b/services/data", "/acme~c/services/data"] {
            assert_eq!(Address::of(path, &twice).unwrap_err().told().status, 404, "{path}");
        }
        assert_eq!(twice.address(&both[0], 0).as_deref(), Some("/acme~ada@x.example"));
        assert_eq!(twice.address(&both[1], 1), None);
    }

    #[test]
    fn what_is_not_written_plainly_is_refused_and_not_mended() {
        let (_, names) = names();
        for (path, status) in [
            ("/acme/services/data", 200),
            ("/acme/services/data/", 200),
            ("/acme/services/data/v67.0/sobjects/Account/Ext__c/50%25%20off", 200),
            ("/acme/services/data/v67.0/sobjects/Account/Ext__c/%C3%A9a...b", 200),
            ("/acme/services/apexrest/own/thing", 200),
            ("/acme/services/async/67.0/job", 200),
            ("/acme/services/oauth2/userinfo", 200),
            ("", 400),
            ("/", 400),
            ("//acme/services/data", 400),
            ("/acme//services/data", 400),
            ("/acme/services//data", 400),
            ("/acme/services/data//", 400),
            ("/acme/services/data/../oauth2/token", 400),
            ("/acme/services/data/./limits", 400),
            ("/acme/services/data/%2e%2e/oauth2/token", 400),
            ("/acme/services/data/.%2E/oauth2/token", 400),
            ("/acme/services/data/%252e%252e/x", 400),
            ("/acme/services/data/%20..%20/x", 400),
            ("/acme/services/data%2f..%2foauth2%2ftoken", 400),
            ("/acme/services/data%5c..%5cx", 400),
            ("/acme/services/data\\..\\x", 400),
            ("/acme/services/data/a%00b", 400),
            ("/acme/services/data/a%0d%0ab", 400),
            ("/acme/services/data/a;x=y", 400),
            ("/acme/services/data/a%3bx=y", 400),
            ("/acme/services/data/a%zzb", 400),
            ("/acme/services/data/a%2", 400),
            ("/acme/services/data/%ff", 400),
            ("/acme/services/data/é", 400),
            ("/acme/services/data/{x}", 400),
            ("/other/services/data", 404),
            ("/ACME/services/data", 404),
            ("/acme~/services/data", 404),
            ("/acme~nobody/services/data", 404),
            ("/acme", 404),
            ("/acme/services", 404),
            ("/acme/Services/data", 404),
            ("/acme/services/Data", 404),
            ("/acme/services/oauth2/token", 404),
            ("/acme/services/oauth2/revoke", 404),
            ("/acme/services/oauth2/singleaccess", 404),
            ("/acme/services/oauth2/userinfo/x", 404),
            ("/acme/services/Soap/u/67.0", 404),
            ("/acme/%73ervices/data", 404),
            ("/acme/id/00Dxx0000000001EAA/005xx0000000001AAA", 404),
            ("/acme/secur/frontdoor.jsp", 404),
            ("/services/data", 404),
        ] {
            let status_of = Address::of(path, &names).map_or_else(|reply| reply.told().status, |_| 200);
            assert_eq!(status_of, status, "{path}");
        }
    }
}
