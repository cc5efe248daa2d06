//! Where secrets stand in a text: known by their look (a session id, a signed token, a private key) or by the name they
//! stand under, in JSON, in a form, in XML, in a header. Only looks; what is done about it is `strip`'s.

use memchr::memmem;
use std::ops::Range;

/// How names of secrets end, in lower case: `access_token`, `sfdcSessionId`, `client_secret`.
const ENDS: [&str; 17] = [
    "token",
    "sessionid",
    "session_id",
    "secret",
    "password",
    "passphrase",
    "passwd",
    "pwd",
    "assertion",
    "privatekey",
    "private_key",
    "apikey",
    "api_key",
    "jwt",
    "authorization",
    "cookie",
    "credentials",
];
/// Names too short to be looked for inside others.
const WHOLE: [&str; 2] = ["sid", "otp"];
/// It ends like a secret, and only tells where the next page begins.
const HARMLESS: &str = "pagetoken";

/// The bytes of all secrets in it, in order, none over another.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    looks(text, &lower, &mut found);
    for end in ENDS {
        let hits = memmem::find_iter(lower.as_bytes(), end).map(|at| at + end.len());
        found.extend(hits.filter_map(|end| value_of(text, &lower, end)));
    }
    for name in WHOLE {
        let alone = |at: &usize| !lower.get(..*at).is_some_and(|before| before.ends_with(is_name));
        let hits = memmem::find_iter(lower.as_bytes(), name).filter(alone).map(|at| at + name.len());
        found.extend(hits.filter_map(|end| value_of(text, &lower, end)));
    }
    found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut last = 0;
    found.retain(|range| {
        let free = range.start >= last && range.start < range.end;
        last = if free { range.end } else { last };
        free
    });
    found
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// How many bytes at the beginning are of this kind.
fn run(text: &str, of: impl Fn(char) -> bool) -> usize {
    text.find(|c| !of(c)).unwrap_or(text.len())
}

fn looks(text: &str, lower: &str, found: &mut Vec<Range<usize>>) {
    let rest = |at: usize| text.get(at..).unwrap_or_default();
    for at in memmem::find_iter(text.as_bytes(), "00D") {
        found.extend(session_id(rest(at)).map(|len| at..at + len));
    }
    for at in memmem::find_iter(text.as_bytes(), "eyJ") {
        let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '=');
        let len = run(rest(at), part);
        let dots = rest(at).get(..len).unwrap_or_default().matches('.').count();
        found.extend((dots >= 2).then_some(at..at + len));
    }
    for at in memmem::find_iter(text.as_bytes(), "-----BEGIN ") {
        let head = rest(at).get(..rest(at).floor_char_boundary(64)).unwrap_or_default();
        if head.contains("PRIVATE KEY-----") {
            let body = rest(at).find("-----END").map_or(text.len(), |end| at + end);
            let len = run(rest(body), |c| c == '-' || c == ' ' || c.is_ascii_uppercase());
            found.push(at..body + len);
        }
    }
    for at in memmem::find_iter(lower.as_bytes(), "bearer ") {
        let from = at + "bearer ".len();
        let part = |c: char| c.is_ascii_alphanumeric() || "_-.~+/=!%".contains(c);
        let value = rest(from).get(..run(rest(from), part)).unwrap_or_default();
        // "bearer authentication" is only said.
        let meant = value.len() >= 8 && value.contains(|c: char| c.is_ascii_digit());
        found.extend(meant.then_some(from..from + value.len()));
    }
}

/// `00D…!…`, the `!` as it is or escaped: how long it is.
fn session_id(text: &str) -> Option<usize> {
    let org = run(text, |c| c.is_ascii_alphanumeric());
    let after = text.get(org..)?;
    let mark = ["!", "%21", "\\u0021", "&#33;"].into_iter().find(|mark| after.starts_with(mark))?;
    let secret = run(after.get(mark.len()..)?, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '%' | '-'));
    (secret > 0).then_some(org + mark.len() + secret)
}

/// The value of a name that ends here, however the two are joined.
fn value_of(text: &str, lower: &str, end: usize) -> Option<Range<usize>> {
    if lower.get(..end)?.ends_with(HARMLESS) {
        return None;
    }
    let rest = text.get(end..)?;
    let value = in_json(rest).or_else(|| in_form(text, rest, end)).or_else(|| in_xml(text, rest, end));
    let value = value.or_else(|| in_header(lower, rest, end))?;
    let value = end + value.start..end + value.end;
    (!is_template(text.get(value.clone())?)).then_some(value)
}

/// `": "value"`, the quotes escaped where JSON stands in a text of JSON; the end may be missing.
fn in_json(rest: &str) -> Option<Range<usize>> {
    let quote = ["\"", "\\\""].into_iter().find(|quote| rest.starts_with(quote))?;
    let value = rest.strip_prefix(quote)?.trim_start().strip_prefix(':')?.trim_start().strip_prefix(quote)?;
    let start = rest.len() - value.len();
    let len = match quote {
        "\"" => closing(value),
        _ => value.find('\\').unwrap_or(value.len()),
    };
    Some(start..start + len)
}

/// Where a JSON text ends: at the quote that no `\` stands before.
fn closing(value: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at,
            _ => {}
        }
    }
    value.len()
}

/// `=value`, where the name begins a field.
fn in_form(text: &str, rest: &str, end: usize) -> Option<Range<usize>> {
    let value = rest.strip_prefix('=')?;
    let before = text.get(..end)?.trim_end_matches(is_name);
    let begins = before.is_empty() || before.ends_with(|c: char| "?&;\"".contains(c) || c.is_whitespace());
    let len = run(value, |c| !"&;\"'<>".contains(c) && !c.is_whitespace());
    (begins && len > 0).then_some(1..1 + len)
}

/// `>value<`, behind `<name` or `<x:name` and what belongs to the tag.
fn in_xml(text: &str, rest: &str, end: usize) -> Option<Range<usize>> {
    let start = rest.find('>')? + 1;
    let tag = rest.get(..start)?;
    let before = text.get(..end)?.trim_end_matches(|c: char| is_name(c) || c == ':');
    let opens = before.ends_with('<') && (tag.len() == 1 || tag.starts_with(char::is_whitespace)) && !tag.contains('<');
    let len = rest.get(start..)?.find('<').unwrap_or(rest.len() - start);
    (opens && len > 0).then_some(start..start + len)
}

/// `Authorization: value`, up to the end of the line.
fn in_header(lower: &str, rest: &str, end: usize) -> Option<Range<usize>> {
    let name = lower.get(..end)?;
    let value = rest.strip_prefix(": ")?;
    let one = name.ends_with("authorization") || name.ends_with("cookie");
    let len = run(value, |c| !matches!(c, '\r' | '\n' | '"' | '\''));
    (one && len > 0).then_some(2..2 + len)
}

/// `{{name}}`, also behind a scheme, as in `Bearer {{accessToken}}`: no value, and worth keeping.
pub(super) fn is_template(value: &str) -> bool {
    let value = value.trim();
    let value = match value.split_once(' ') {
        Some((scheme, rest)) if scheme.chars().all(|c| c.is_ascii_alphabetic()) => rest.trim_start(),
        _ => value,
    };
    let end = value.strip_prefix("{{").and_then(|rest| rest.find("}}"));
    end.is_some_and(|end| end + 4 == value.len())
}
