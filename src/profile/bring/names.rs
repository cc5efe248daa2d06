//! Files of names and values: an environment file, a Postman environment, the article's `default.json`. Each tool has names of
//! its own for the same few things; what a name ends in tells which.

use super::super::{User, values};
use super::draft::{Draft, Found, slug};
use serde_json::Value;
use std::path::{Path, PathBuf};
use url::Url;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    ClientId,
    KeyFile,
    /// The key itself.
    Key,
    LoginUrl,
    TokenUrl,
    Audience,
    Username,
}

/// What names end in, written in small letters without signs. The longer ones come before those that end them.
const MEANINGS: [(&str, Meaning); 21] = [
    ("clientid", Meaning::ClientId),
    ("consumerkey", Meaning::ClientId),
    ("iss", Meaning::ClientId),
    ("issuer", Meaning::ClientId),
    ("privatekeyfile", Meaning::KeyFile),
    ("privatekeypath", Meaning::KeyFile),
    ("jwtkeyfile", Meaning::KeyFile),
    ("keyfile", Meaning::KeyFile),
    ("keypath", Meaning::KeyFile),
    ("privatekey", Meaning::Key),
    ("jwtkey", Meaning::Key),
    ("tokenuri", Meaning::TokenUrl),
    ("tokenurl", Meaning::TokenUrl),
    ("loginuri", Meaning::LoginUrl),
    ("loginurl", Meaning::LoginUrl),
    ("url", Meaning::LoginUrl),
    ("audience", Meaning::Audience),
    ("aud", Meaning::Audience),
    ("username", Meaning::Username),
    ("subject", Meaning::Username),
    ("sub", Meaning::Username),
];

/// The names and values of a text, whichever of the three it is.
///
/// # Errors
/// What it is not.
pub(super) fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    if !text.trim_start().starts_with('{') {
        return Ok(lines(text));
    }
    let value: Value = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))?;
    let mut found = Vec::new();
    match value.get("values").and_then(Value::as_array) {
        // Postman's.
        Some(list) => {
            for one in list.iter().filter(|one| one.get("enabled") != Some(&Value::Bool(false))) {
                let part = |name| one.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                found.push((part("key"), part("value")));
            }
            if let Some(name) = value.get("name").and_then(Value::as_str) {
                found.push(("name".to_owned(), name.to_owned()));
            }
        }
        None => flat(&value, &mut found),
    }
    Ok(found)
}

/// All texts of an object, of those inside of it too.
fn flat(value: &Value, found: &mut Vec<(String, String)>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        match value {
            Value::String(text) => found.push((name.clone(), text.clone())),
            inner => flat(inner, found),
        }
    }
}

/// The lines of an environment file: `export NAME="value" # why`.
fn lines(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (line, mut behind) = rest.split_once('\n').unwrap_or((rest, ""));
        let line = line.trim().strip_prefix("export ").unwrap_or(line.trim());
        if let Some((name, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            let value = value.trim_start();
            match value.chars().next().filter(|quote| matches!(quote, '"' | '\'')) {
                // A quoted value may go on over lines, as a key does.
                Some(quote) => {
                    let begun = rest.find(value).map_or(0, |at| at + 1);
                    let whole = rest.get(begun..).unwrap_or_default();
                    let end = whole.find(quote).unwrap_or(whole.len());
                    let inside = whole.get(..end).unwrap_or_default();
                    found.push((name.trim().to_owned(), inside.replace("\\n", "\n")));
                    let after = whole.get(end..).unwrap_or_default();
                    behind = after.split_once('\n').map_or("", |(_, behind)| behind);
                }
                None => {
                    let value = value.split(" #").next().unwrap_or_default();
                    found.push((name.trim().to_owned(), value.trim().to_owned()));
                }
            }
        }
        rest = behind;
    }
    found
}

fn meaning(name: &str) -> Option<Meaning> {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let fits = |end: &str| match end {
        // Words that end others.
        "url" | "iss" | "aud" | "sub" => plain == end,
        end => plain.ends_with(end),
    };
    MEANINGS.iter().find(|(end, _)| fits(end)).map(|(_, meaning)| *meaning)
}

/// The app that the values tell of.
pub(super) fn found(pairs: &[(String, String)], folder: &Path) -> Found {
    let mut found = Found::default();
    let first = |wanted: Meaning| {
        let own = pairs.iter().filter(|(name, value)| meaning(name) == Some(wanted) && !value.trim().is_empty());
        own.map(|(name, value)| (name.as_str(), value.trim())).next()
    };
    let Some((_, client_id)) = first(Meaning::ClientId) else {
        found.leave("the file", "it names no consumer key");
        return found;
    };
    let Some(login_url) = login_url(&first, &mut found) else { return found };
    let audience = first(Meaning::Audience).map(|(_, text)| text.trim_end_matches('/').to_owned());
    // An audience on another host would not be taken; what the login URL says anyway need not be written.
    let audience = audience.filter(|text| text.starts_with("https://") && *text != origin(&login_url));
    let private_key = match (first(Meaning::KeyFile), first(Meaning::Key)) {
        (Some((_, path)), _) => Some(folder.join(path)),
        (None, Some((_, path))) if !path.contains("-----BEGIN") => Some(folder.join(path)),
        (None, Some((name, _))) => {
            found.leave(name, "it is the key itself: put it into a file of mode 0600, and name that with --key");
            None
        }
        // The article's key lies beside its folder `config`.
        (None, None) => beside(folder),
    };
    let users = first(Meaning::Username).map(|(_, name)| User { username: name.to_owned(), alias: None });
    let named = pairs.iter().find(|(name, _)| name == "name").map(|(_, value)| slug(value));
    found.apps.push(Draft {
        name: named.unwrap_or_else(|| slug("salesforce")),
        client_id: client_id.to_owned(),
        private_key,
        login_url,
        audience,
        kind: None,
        users: users.into_iter().collect(),
    });
    found
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Where to log in: what the values say, else Salesforce's own host for production.
fn login_url<'a>(first: &impl Fn(Meaning) -> Option<(&'a str, &'a str)>, found: &mut Found) -> Option<Url> {
    let mut own = [Meaning::LoginUrl, Meaning::TokenUrl].into_iter().filter_map(first);
    let told = own.find_map(|(name, text)| {
        // Of an address its host is what counts.
        let plain = Url::parse(text).map(|url| url.origin().ascii_serialization());
        match values::login_url(plain.as_deref().unwrap_or(text)) {
            Ok(url) => Some(url),
            Err((what, _)) => {
                found.leave(name, what);
                None
            }
        }
    });
    told.or_else(|| values::login_url("production").ok())
}

/// `server.key` in the file's folder or above it.
fn beside(folder: &Path) -> Option<PathBuf> {
    let places = [folder.join("server.key"), folder.join("..").join("server.key")];
    places.into_iter().find(|place| place.is_file()).map(|place| place.canonicalize().unwrap_or(place))
}
