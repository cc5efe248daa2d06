//! What an address may look like, and the URL that it means.
//!
//! Nothing here decides where a request may go: it only says where it would go. A path is put behind the org's origin as
//! it stands, never joined to it, so that no trick of spelling (`//host`, `/\host`, `@host`) changes the host.

use super::exchange::Failure;
use super::prepare::{Base, usage};
use super::template::Expanded;
use crate::secret::MASK;
use url::Url;

/// What an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// With a scheme.
    Absolute,
    /// A path on the org: `/services/…`, `services/…`.
    Path,
    /// `v60.0/…`: a path under `/services/data/`.
    Versioned,
    /// A resource of the version in use: `limits`, `sobjects/Account`.
    Resource,
    /// `SELECT …`.
    Query,
    /// `FIND …`.
    Search,
    /// Nothing at all.
    Empty,
}

/// An address made absolute.
#[derive(Clone)]
pub(super) struct Built {
    pub url: Url,
    pub shown: String,
    pub notes: Vec<String>,
}

/// What an address is, by how it begins.
pub fn form(text: &str) -> Form {
    let text = text.trim();
    if text.is_empty() {
        Form::Empty
    } else if begins_with_word(text, "select") {
        Form::Query
    } else if begins_with_word(text, "find") {
        Form::Search
    } else if has_scheme(text) {
        Form::Absolute
    } else if text.starts_with('/') || text.starts_with("services/") {
        Form::Path
    } else if is_version(text.split(['/', '?', '#']).next().unwrap_or_default()) {
        Form::Versioned
    } else {
        Form::Resource
    }
}

/// Whether the text begins with this word and something follows it: `find{x}` and `SELECT\nId`, but not `selected`.
fn begins_with_word(text: &str, word: &str) -> bool {
    let Some((first, rest)) = text.split_at_checked(word.len()) else { return false };
    first.eq_ignore_ascii_case(word) && rest.starts_with(|c: char| c.is_whitespace() || c == '{')
}

fn has_scheme(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once("://") else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// `v67.0`.
fn is_version(segment: &str) -> bool {
    let Some((major, minor)) = segment.strip_prefix('v').and_then(|rest| rest.split_once('.')) else { return false };
    !major.is_empty() && !minor.is_empty() && major.chars().chain(minor.chars()).all(|c| c.is_ascii_digit())
}

/// The URL of an address with its parameters.
pub(super) fn build(address: &Expanded, params: &[(String, Expanded)], base: &Base) -> Result<Built, Failure> {
    let sent: Vec<(&str, &str)> = params.iter().map(|(name, value)| (name.as_str(), value.text.expose())).collect();
    let url = url_of(address.text.expose(), &sent, base).map_err(|why| bad_address(&address.shown, why))?;
    let secret = address.secret || params.iter().any(|(_, value)| value.secret);
    let shown = if secret {
        let masked: Vec<(&str, String)> =
            params.iter().map(|(name, value)| (name.as_str(), stand_in(&value.shown))).collect();
        let masked: Vec<(&str, &str)> = masked.iter().map(|(name, value)| (*name, value.as_str())).collect();
        // A mask in the host has no URL: then the address is shown as it was typed.
        url_of(&stand_in(&address.shown), &masked, base)
            .map(|url| url.as_str().replace(STAND_IN, MASK))
            .unwrap_or_else(|_| address.shown.clone())
    } else {
        url.as_str().to_owned()
    };
    let mut notes = Vec::new();
    let fragment =
        matches!(form(address.text.expose()), Form::Absolute | Form::Path | Form::Versioned | Form::Resource)
            && address.text.expose().contains('#');
    if fragment {
        notes.push("what follows # in the address is never sent; write %23 where it is meant".to_owned());
    }
    Ok(Built { url, shown, notes })
}

/// Letters that a URL keeps as they are, put in place of the mask while the shown URL is built.
const STAND_IN: &str = "orgdeck.masked.0";

fn stand_in(shown: &str) -> String {
    shown.replace(MASK, STAND_IN)
}

/// Why an address has no URL.
enum Bad {
    Empty,
    NoOrg,
    Parse(url::ParseError),
}

fn bad_address(shown: &str, why: Bad) -> Failure {
    const FORMS: &str =
        "write a resource (limits), a path (/services/data), a full address (https://…) or a query (SELECT …)";
    match why {
        Bad::Empty => usage("There is no address", "", [FORMS]),
        Bad::NoOrg => usage(
            "The org's address is known after the login",
            "",
            ["log in first, or write a full address (https://…)"],
        ),
        // The library's words name no part of the address.
        Bad::Parse(error) => usage(format!("{shown} is no address"), error.to_string(), [FORMS]),
    }
}

fn url_of(text: &str, params: &[(&str, &str)], base: &Base) -> Result<Url, Bad> {
    let text = text.trim();
    let form = form(text);
    let mut url = match form {
        Form::Empty => return Err(Bad::Empty),
        Form::Query | Form::Search => {
            let resource = if form == Form::Query { "query" } else { "search" };
            let mut url = on_org(&format!("/services/data/v{}/{resource}", base.version), base)?;
            url.query_pairs_mut().append_pair("q", text);
            url
        }
        Form::Absolute => Url::parse(&tidy(text, base)).map_err(Bad::Parse)?,
        Form::Path if text.starts_with('/') => on_org(&tidy(text, base), base)?,
        Form::Path => on_org(&format!("/{}", tidy(text, base)), base)?,
        Form::Versioned => on_org(&format!("/services/data/{}", tidy(text, base)), base)?,
        Form::Resource => on_org(&format!("/services/data/v{}/{}", base.version, tidy(text, base)), base)?,
    };
    url.set_fragment(None);
    if !params.is_empty() {
        url.query_pairs_mut().extend_pairs(params);
    }
    Ok(url)
}

/// A path behind the org's origin.
fn on_org(path: &str, base: &Base) -> Result<Url, Bad> {
    let instance = base.instance_url.as_ref().ok_or(Bad::NoOrg)?;
    let origin = instance.origin().ascii_serialization();
    // A leading // or /\ would still be a path here, since the origin stands before it.
    Url::parse(&format!("{origin}{path}")).map_err(Bad::Parse)
}

/// Fills `{version}`, and encodes what the URL parser would drop (line breaks) or leave ambiguous (a lone `%`).
fn tidy(text: &str, base: &Base) -> String {
    let text = text.replace("{version}", &base.version).replace("%7Bversion%7D", &base.version);
    let mut out = String::with_capacity(text.len());
    let bytes = text.as_bytes();
    for (at, c) in text.char_indices() {
        let hex = |n: usize| bytes.get(at + n).is_some_and(u8::is_ascii_hexdigit);
        match c {
            '\t' => out.push_str("%09"),
            '\n' => out.push_str("%0A"),
            '\r' => out.push_str("%0D"),
            '%' if !(hex(1) && hex(2)) => out.push_str("%25"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (text, expected) in [
            ("", Form::Empty),
            ("  \n", Form::Empty),
            ("SELECT Id FROM Account", Form::Query),
            ("select\nId from Account", Form::Query),
            ("FIND {x}", Form::Search),
            ("find{x}", Form::Search),
            ("selected/x", Form::Resource),
            ("findings", Form::Resource),
            ("https://a.example/x", Form::Absolute),
            ("HTTP://a", Form::Absolute),
            ("/services/data", Form::Path),
            ("services/data", Form::Path),
            ("//evil.example", Form::Path),
            ("v60.0/limits", Form::Versioned),
            ("v60.0", Form::Versioned),
            ("vx.0/limits", Form::Resource),
            ("limits", Form::Resource),
            ("query?q=a://b", Form::Resource),
        ] {
            assert_eq!(form(text), expected, "{text:?}");
        }
    }
}
