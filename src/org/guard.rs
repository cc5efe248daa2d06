//! What counts as a write: decided from the request alone, before it is sent.
//!
//! A GET or HEAD asks, anything else writes, save a named list of POSTs that only ask. Some GETs act all the same. Whatever
//! cannot be seen through (a streamed body, a part whose address depends on another part's answer, a body with the same key
//! twice) counts as a write: the guard asks once too often rather than once too seldom.

use super::parts;
use http::Method;
use std::borrow::Cow;
use url::Url;

/// How deep one collection of requests may lie in another before it counts as a write unseen.
const DEEPEST: usize = 4;

/// Why sending this would be a write; `None` where it only asks. `body` is `None` where it could not be looked into.
pub fn write_reason(method: &Method, url: &Url, headers: &[(&str, &str)], body: Option<&[u8]>) -> Option<String> {
    reason_at(method, url, headers, body, 0)
}

pub(super) fn reason_at(
    method: &Method,
    url: &Url,
    headers: &[(&str, &str)],
    body: Option<&[u8]>,
    depth: usize,
) -> Option<String> {
    if depth > DEEPEST {
        return Some("its parts lie too deep to be looked into".to_owned());
    }
    if let Some(reason) = method_override(url, headers) {
        return Some(reason);
    }
    let path = plain_path(url);
    if let Some(reason) = acts(&path) {
        return Some(reason.to_owned());
    }
    match *method {
        Method::GET | Method::HEAD => None,
        Method::POST => post(&path, url, headers, body, depth),
        ref other => Some(format!("{other} changes something")),
    }
}

/// Servers that take another method from a header or a parameter than the one on the request line.
fn method_override(url: &Url, headers: &[(&str, &str)]) -> Option<String> {
    const NAMES: [&str; 4] = ["x-http-method-override", "x-http-method", "x-method-override", "_httpmethod"];
    let header = headers.iter().find(|(name, _)| NAMES.iter().any(|n| n.eq_ignore_ascii_case(name.trim())));
    if let Some((name, value)) = header {
        return Some(format!("header {name} makes it {value}"));
    }
    let param = url.query_pairs().find(|(name, _)| NAMES.iter().any(|n| n.eq_ignore_ascii_case(name.trim())))?;
    Some(format!("parameter {} makes it {}", param.0, param.1))
}

/// The path in lower case, percent signs resolved (twice, since some servers do), path parameters (`;x=y`) and empty
/// segments dropped, without a slash at its end.
fn plain_path(url: &Url) -> String {
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let decoded = decode(&decode(url.path())).replace('\\', "/").to_lowercase();
    let mut segments: Vec<Cow<'_, str>> = Vec::new();
    for segment in decoded.split('/') {
        let bare = segment.split(';').next().unwrap_or_default().trim();
        match bare {
            "" | "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(Cow::Borrowed(bare)),
        }
    }
    format!("/{}", segments.join("/"))
}

/// Whether it is Apex REST: what answers there is the org's own code, not Salesforce.
pub(super) fn runs_own_code(url: &Url) -> bool {
    is_apex_rest(&plain_path(url))
}

fn is_apex_rest(path: &str) -> bool {
    format!("{path}/").contains("/services/apexrest/")
}

/// What acts whatever its method is.
fn acts(path: &str) -> Option<&'static str> {
    let under = |prefix: &str| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if path.split('/').any(|segment| segment == "executeanonymous") {
        Some("executeAnonymous runs Apex code")
    } else if path.split('/').any(|segment| segment.starts_with("runtests")) {
        Some("runTests runs Apex tests")
    } else if is_apex_rest(path) {
        Some("Apex REST runs the org's own code")
    } else if path.ends_with("/services/oauth2/revoke") {
        Some("revoke ends a session")
    } else if path.ends_with("/services/oauth2/singleaccess") || under("/secur") {
        Some("it opens or ends a session of the browser")
    } else {
        None
    }
}

/// The POSTs that only ask; every other one writes.
fn post(path: &str, url: &Url, headers: &[(&str, &str)], body: Option<&[u8]>, depth: usize) -> Option<String> {
    if matches!(path, "/services/oauth2/userinfo" | "/services/oauth2/introspect") {
        return None;
    }
    let Some(resource) = versioned_resource(path) else { return Some("POST changes something".to_owned()) };
    match resource {
        "parameterizedsearch" | "search" => None,
        "composite" | "composite/batch" | "composite/graph" | "graphql" | "jobs/query" => {
            if let Some(reason) = unreadable(headers) {
                return Some(reason);
            }
            let Some(body) = body else { return Some("its body is too big to be looked into".to_owned()) };
            match resource {
                "composite" => parts::composite(url, body, depth),
                "composite/batch" => parts::batch(url, body, depth),
                "composite/graph" => parts::graph(url, body, depth),
                "graphql" => parts::graphql(body),
                _ => parts::query_job(body),
            }
        }
        _ => Some("POST changes something".to_owned()),
    }
}

/// What follows `/services/data/vNN.N/`.
fn versioned_resource(path: &str) -> Option<&str> {
    let (version, resource) = path.strip_prefix("/services/data/v")?.split_once('/')?;
    version.chars().all(|c| c.is_ascii_digit() || c == '.').then_some(resource)
}

/// A body in another form than plain JSON could say one thing to us and another to the org.
fn unreadable(headers: &[(&str, &str)]) -> Option<String> {
    headers.iter().find_map(|(name, value)| {
        let value = value.to_ascii_lowercase();
        let strange = match name.to_ascii_lowercase().as_str() {
            "content-encoding" => value != "identity",
            "content-type" => {
                !value.contains("json")
                    || value
                        .split_once("charset=")
                        .is_some_and(|(_, set)| !set.trim_matches([' ', '"', ';']).starts_with("utf-8"))
            }
            _ => false,
        };
        strange.then(|| format!("its body cannot be looked into ({name}: {value})"))
    })
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
