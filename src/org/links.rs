//! Which texts of an answer are links, and where each may lead.
//!
//! `enter` follows what only reads: addresses under `/services/data/` and the identity. Pages for people are for the
//! browser, after asking. What acts, and what pretends to be somebody else's address, is refused with the reason.

use super::guard::write_reason;
use super::ids;
use std::collections::HashMap;
use url::Url;

/// What a text of an answer leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// An address for the address bar: a path on the org, or the id URL in full.
    Follow(String),
    /// A page for the browser, after asking.
    Browser(Url),
    /// A record; `path` where its object is known.
    Record {
        /// 15 or 18 characters, as it stands.
        id: String,
        /// `/services/data/v67.0/sobjects/Account/001…`
        path: Option<String>,
    },
    /// An address that is not followed, and why.
    Refused(String),
}

/// What links are judged by.
#[derive(Debug, Clone, Copy)]
pub struct LinkBase<'a> {
    /// The org.
    pub instance: &'a Url,
    /// The id URL of the token.
    pub id_url: &'a Url,
    /// As `67.0`.
    pub version: &'a str,
    /// sObject names by key prefix, as `001` → `Account`.
    pub prefixes: &'a HashMap<String, String>,
}

/// Longer texts are prose, not addresses.
const LONGEST: usize = 2_048;

/// What this text leads to; `None` where it is no link. Cheap for texts that are none.
pub fn link_of(text: &str, base: &LinkBase<'_>) -> Option<Link> {
    // What would be a variable in the address bar is no address: an org's text must not become a template of ours.
    if text.contains("{{") {
        return None;
    }
    if text.len() < 13 || text.len() > LONGEST || text.bytes().any(|b| b.is_ascii_whitespace() || b.is_ascii_control())
    {
        return None;
    }
    if matches!(text.len(), 15 | 18) && ids::is_id(text) {
        return record(text, base);
    }
    if text.starts_with("/services/data") {
        let address = format!("{}{}", base.instance.origin().ascii_serialization(), filled(text, base));
        return on_instance(&Url::parse(&address).ok()?);
    }
    let scheme = text.get(..8).map(str::to_ascii_lowercase)?;
    if scheme.starts_with("https://") || scheme.starts_with("http://") {
        return absolute(text, base);
    }
    None
}

fn filled(text: &str, base: &LinkBase<'_>) -> String {
    text.replace("{version}", base.version)
}

/// An id of 15 characters could be a word: its object has to be known.
fn record(id: &str, base: &LinkBase<'_>) -> Option<Link> {
    let object = ids::key_prefix(id).and_then(|prefix| base.prefixes.get(prefix));
    let empty = id.bytes().take(15).all(|b| b == b'0');
    let words_only = !id.bytes().any(|b| b.is_ascii_digit());
    if empty || words_only || (id.len() == 15 && object.is_none()) {
        return None;
    }
    let path = object.map(|object| format!("/services/data/v{}/sobjects/{object}/{id}", base.version));
    Some(Link::Record { id: id.to_owned(), path })
}

fn absolute(text: &str, base: &LinkBase<'_>) -> Option<Link> {
    let url = Url::parse(&filled(text, base)).ok()?;
    url.host_str()?;
    if !url.username().is_empty() || url.password().is_some() {
        return Some(Link::Refused(format!(
            "it hides its host {} behind a user name",
            url.host_str().unwrap_or_default()
        )));
    }
    let identity = url.path().starts_with("/id/") || url.path().trim_end_matches('/') == "/services/oauth2/userinfo";
    if url.origin() == base.instance.origin() {
        return if identity { Some(Link::Follow(path_of(&url))) } else { on_instance(&url) };
    }
    if url.origin() == base.id_url.origin() && identity {
        return Some(Link::Follow(url.as_str().to_owned()));
    }
    Some(Link::Browser(url))
}

/// A link on the org itself.
fn on_instance(url: &Url) -> Option<Link> {
    let path = url.path();
    if path.contains("%7B") || path.contains('{') {
        return Some(Link::Refused("it is a pattern: put a value in place of the braces".to_owned()));
    }
    if let Some(reason) = write_reason(&http::Method::GET, url, &[], Some(b"")) {
        return Some(Link::Refused(format!("it acts: {reason}")));
    }
    if path == "/services/data" || path.starts_with("/services/data/") {
        return Some(Link::Follow(path_of(url)));
    }
    if path.starts_with("/services/") {
        return Some(Link::Refused("it is a service for programs, not a page or a REST resource".to_owned()));
    }
    Some(Link::Browser(url.clone()))
}

/// Path and query, which mean the same org whoever asks.
fn path_of(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Link> {
        let instance = Url::parse("https://acme.my.salesforce.com").unwrap();
        let id_url = Url::parse("https://login.salesforce.com/id/00D000000000001EAA/005000000000001AAA").unwrap();
        let prefixes = HashMap::from([("001".to_owned(), "Account".to_owned())]);
        link_of(text, &LinkBase { instance: &instance, id_url: &id_url, version: "67.0", prefixes: &prefixes })
    }

    fn follow(text: &str) -> Option<Link> {
        Some(Link::Follow(text.to_owned()))
    }

    #[test]
    fn what_is_followed() {
        assert_eq!(of("/services/data/v67.0/limits"), follow("/services/data/v67.0/limits"));
        assert_eq!(of("/services/data/v67.0/query/01g-2000?x=1"), follow("/services/data/v67.0/query/01g-2000?x=1"));
        assert_eq!(
            of("https://acme.my.salesforce.com/services/data/v{version}/sobjects/"),
            follow("/services/data/v67.0/sobjects/")
        );
        let id = "https://login.salesforce.com/id/00D000000000001EAA/005000000000001AAA";
        assert_eq!(of(id), follow(id));
        assert_eq!(of("https://acme.my.salesforce.com/id/00D/005"), follow("/id/00D/005"));
        assert_eq!(of("HTTPS://ACME.my.salesforce.com:443/services/data"), follow("/services/data"));
    }

    #[test]
    fn what_is_for_the_browser() {
        for text in [
            "https://acme.my.salesforce.com/lightning/r/Account/001A0000006Vm9rIAC/view",
            "https://acme.my.salesforce.com/001A0000006Vm9rIAC",
            "https://acme.file.force.com/profilephoto/005/F",
            "https://evil.example/services/data/v67.0/limits",
            "https://acme.my.salesforce.com:8443/services/data",
            "https://аcme.my.salesforce.com/services/data",
            "https://login.salesforce.com/services/data",
        ] {
            assert!(matches!(of(text), Some(Link::Browser(_))), "{text}: {:?}", of(text));
        }
    }

    #[test]
    fn what_is_refused() {
        for text in [
            "https://acme.my.salesforce.com@evil.example/services/data",
            "https://acme.my.salesforce.com/services/oauth2/revoke?token=x",
            "/services/data/v67.0/tooling/executeAnonymous/?anonymousBody=x",
            "/services/data/v67.0/sobjects/Account/001?_HttpMethod=DELETE",
            "/services/data/../apexrest/x",
            "/services/data/v67.0/sobjects/Account/{ID}",
            "https://acme.my.salesforce.com/services/Soap/u/67.0/00D",
        ] {
            assert!(matches!(of(text), Some(Link::Refused(_))), "{text}: {:?}", of(text));
        }
    }

    #[test]
    fn what_is_no_link() {
        for text in [
            "/services/data/v67.0/limits?t={{accessToken}}",
            "https://acme.my.salesforce.com/services/data/{{accessToken}}",
            "",
            "limits",
            "hello world and more",
            "/services/other",
            "javascript:alert(1)//",
            "ftp://acme.example/x",
            "//evil.example/x/y",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn record_ids() {
        let path = Some("/services/data/v67.0/sobjects/Account/001A0000006Vm9rIAC".to_owned());
        assert_eq!(of("001A0000006Vm9rIAC"), Some(Link::Record { id: "001A0000006Vm9rIAC".into(), path }));
        assert!(matches!(of("001A0000006Vm9r"), Some(Link::Record { .. })));
        assert_eq!(of("a0X000000000001"), None, "15 characters of an unknown object may be a word");
        assert!(matches!(of("003A0000006Vm9rIAC"), Some(Link::Record { path: None, .. })));
        assert_eq!(of("000000000000000AAA"), None);
        assert_eq!(of("internationalisati"), None);
    }

    proptest::proptest! {
        /// A link that is followed stays on the org or is the identity, whatever an org writes; and nothing panics.
        #[test]
        fn what_is_followed_is_ours(
            start in proptest::sample::select(vec!["", "/services/data", "https://acme.my.salesforce.com", "https://login.salesforce.com/id/", "//", "http://"]),
            rest in "[a-z0-9/:@?#.%;{}\\\\-]{0,40}",
        ) {
            if let Some(Link::Follow(address)) = of(&format!("{start}{rest}")) {
                let ours = address.starts_with("/services/data") || address.starts_with("/id/") || address.starts_with("/services/oauth2/userinfo");
                proptest::prop_assert!(ours || address.starts_with("https://login.salesforce.com/"), "{}", address);
                let url = Url::parse("https://acme.my.salesforce.com").unwrap().join(&address).unwrap();
                proptest::prop_assert_eq!(write_reason(&http::Method::GET, &url, &[], None), None);
            }
        }
    }
}
