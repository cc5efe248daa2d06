//! What an answer says went wrong, in every form in which Salesforce says it, verbatim, and what to do about it.
//!
//! Never assumes JSON: errors come as arrays, OAuth objects, plain text, XML, pages for people, and inside answers whose
//! status says that all is well. Where nothing is understood the status speaks alone.

use super::cures::{self, cure};
use super::markup;
use super::partial;
use crate::json::{Document, Kind, NodeId};
use crate::request::{AnswerBody, Failure, FailureKind};

/// What was asked, as far as it matters for telling what went wrong.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// Whether the REST API was asked, which answers no pages for people.
    pub rest: bool,
    /// The newest version of the org, where it is known.
    pub newest: Option<&'a str>,
}

/// Longest text of an org in a failure, in characters.
const LONGEST: usize = 4_000;
/// How far into a text is looked, in bytes.
const FAR: usize = 256 << 10;
/// Most errors of one answer that are told.
const MOST: usize = 50;

/// What went wrong by this answer; `None` where all is well.
pub fn trouble(status: u16, headers: &[(String, String)], body: &AnswerBody, asked: Asked<'_>) -> Option<Failure> {
    let media = media_type(headers);
    let text = beginning(text_of(body));
    // The identity calls its one word text/html.
    let html = markup::is_html(text) || (media.contains("html") && text.contains('<'));
    if (200..300).contains(&status) || status == 304 {
        return hidden(body, html && asked.rest, text);
    }
    let mut failure = match body {
        AnswerBody::Json(document) => from_json(status, document),
        _ if html => Some(from_page(status, text)),
        _ => from_text(status, text),
    }
    .unwrap_or_else(|| Failure { title: status_line(status), detail: clip(text.trim()), ..Failure::default() });
    failure.kind = FailureKind::Org;
    let by_status = cures::by_status(status, asked.newest);
    // What the code says is nearer to the matter than what the status says.
    if failure.hint.is_empty() || matches!(status, 410 | 414 | 420 | 431) {
        failure.hint.extend(by_status);
    }
    if let Some((_, wait)) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after")) {
        failure.facts.push(("Retry-After".to_owned(), wait.clone()));
    }
    if let (405, Some((_, allow))) = (status, headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("allow"))) {
        failure.facts.push(("Allow".to_owned(), allow.clone()));
    }
    Some(failure)
}

/// Trouble in an answer whose status says that all is well.
fn hidden(body: &AnswerBody, page: bool, text: &str) -> Option<Failure> {
    if page {
        let (title, said) = (markup::title(text), markup::words(text));
        let name = title.clone().unwrap_or_else(|| "no title".to_owned());
        return Some(Failure {
            title: format!("The org answered a page for people instead of data: {name}"),
            detail: clip(&said),
            hint: vec!["the org may be under maintenance, or the address is not one of the REST API; see https://status.salesforce.com".to_owned()],
            facts: Vec::new(),
            kind: FailureKind::Org,
        });
    }
    let document = body.json()?;
    if let Some(error) = document.error() {
        return Some(Failure {
            title: "The answer is broken JSON".to_owned(),
            detail: format!("line {}, column {}: {}", error.line, error.column, error.what),
            hint: vec!["send the request again: it may have been cut or changed on the way".to_owned()],
            facts: vec![("offset".to_owned(), error.offset.to_string())],
            kind: FailureKind::Org,
        });
    }
    partial::failed_parts(document).map(|failure| Failure { kind: FailureKind::Org, ..failure })
}

/// `404 Not Found`.
pub(super) fn status_line(status: u16) -> String {
    let reason = match status {
        420 => Some("Gone Elsewhere"),
        _ => http::StatusCode::from_u16(status).ok().and_then(|code| code.canonical_reason()),
    };
    reason.map_or_else(|| status.to_string(), |reason| format!("{status} {reason}"))
}

fn from_json(status: u16, document: &Document) -> Option<Failure> {
    let root = document.root()?;
    match document.kind(root) {
        Kind::Array => from_list(status, document, root),
        Kind::Object => from_object(status, document, root),
        _ => None,
    }
}

/// `[{"message":…,"errorCode":…,"fields":[…]}]`, and the addresses that an external id matches (300).
fn from_list(status: u16, document: &Document, list: NodeId) -> Option<Failure> {
    if status == 300 {
        let found: Vec<_> = document.children(list).take(MOST).map(|node| document.text(node).into_owned()).collect();
        return Some(Failure {
            title: format!("{}: {} records have this external id", status_line(status), document.child_count(list)),
            detail: clip(&found.join("\n")),
            ..Failure::default()
        });
    }
    let errors: Vec<_> = document.children(list).take(MOST).filter_map(|node| one_error(document, node)).collect();
    let first = errors.first()?;
    let mut failure = Failure {
        title: titled(status, &first.code),
        detail: clip(&errors.iter().map(|one| one.message.as_str()).collect::<Vec<_>>().join("\n")),
        ..Failure::default()
    };
    for one in &errors {
        let hint = cure(&one.code, &one.message).map(str::to_owned);
        if let Some(hint) = hint.filter(|hint| !failure.hint.contains(hint)) {
            failure.hint.push(hint);
        }
        if !one.fields.is_empty() {
            failure.facts.push(("fields".to_owned(), one.fields.join(", ")));
        }
        if errors.len() > 1 {
            failure.facts.push(("errorCode".to_owned(), one.code.clone()));
        }
    }
    Some(failure)
}

/// `{"error":…,"error_description":…}`, or one error that is in no list.
fn from_object(status: u16, document: &Document, object: NodeId) -> Option<Failure> {
    let text = |key: &str| {
        document
            .get(object, key)
            .filter(|node| document.kind(*node) == Kind::String)
            .map(|node| document.text(node).into_owned())
    };
    if let Some(error) = text("error") {
        let said = text("error_description").unwrap_or_default();
        let hint = cure(&error, &said).map(str::to_owned).into_iter().collect();
        return Some(Failure { title: titled(status, &error), detail: clip(&said), hint, ..Failure::default() });
    }
    if let Some(failure) = partial::failed_parts(document) {
        return Some(Failure { title: format!("{}: {}", status_line(status), failure.title), ..failure });
    }
    let one = one_error(document, object)?;
    let hint = cure(&one.code, &one.message).map(str::to_owned).into_iter().collect();
    Some(Failure { title: titled(status, &one.code), detail: clip(&one.message), hint, ..Failure::default() })
}

/// One `{errorCode,message,fields}`; families differ in the names.
pub(super) struct OneError {
    pub code: String,
    pub message: String,
    pub fields: Vec<String>,
}

pub(super) fn one_error(document: &Document, node: NodeId) -> Option<OneError> {
    if document.kind(node) != Kind::Object {
        return None;
    }
    let text = |keys: &[&str]| {
        keys.iter().find_map(|key| {
            let value = document.get(node, key)?;
            matches!(document.kind(value), Kind::String | Kind::Number).then(|| document.text(value).into_owned())
        })
    };
    let message = text(&["message", "errorMessage", "error_description"]);
    let code = text(&["errorCode", "statusCode", "error", "code"]);
    if message.is_none() && code.is_none() {
        return None;
    }
    let fields = document.get(node, "fields").filter(|list| document.kind(*list) == Kind::Array);
    let fields = fields.map(|list| document.children(list).map(|field| document.text(field).into_owned()).collect());
    Some(OneError {
        code: code.unwrap_or_default(),
        message: message.unwrap_or_default(),
        fields: fields.unwrap_or_default(),
    })
}

fn titled(status: u16, code: &str) -> String {
    let code = clip(code);
    if code.is_empty() { status_line(status) } else { format!("{status} {code}") }
}

/// XML, or words: the identity answers `Bad_OAuth_Token` and nothing else.
fn from_text(status: u16, text: &str) -> Option<Failure> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if text.starts_with('<') {
        let code = markup::element(text, "errorCode")
            .or_else(|| markup::element(text, "exceptionCode"))
            .or_else(|| markup::element(text, "faultcode"));
        let message =
            ["message", "exceptionMessage", "faultstring"].iter().find_map(|name| markup::element(text, name));
        if code.is_some() || message.is_some() {
            let (code, message) = (code.unwrap_or_default(), message.unwrap_or_default());
            let hint = cure(&code, &message).map(str::to_owned).into_iter().collect();
            return Some(Failure { title: titled(status, &code), detail: clip(&message), hint, ..Failure::default() });
        }
    }
    let word = text.lines().next().filter(|line| line.len() <= 60 && !line.contains(' '));
    let hint = word.and_then(|word| cure(word, "")).map(str::to_owned).into_iter().collect();
    Some(Failure {
        title: word.map_or_else(|| status_line(status), |word| titled(status, word)),
        detail: clip(text),
        hint,
        ..Failure::default()
    })
}

fn from_page(status: u16, text: &str) -> Failure {
    let title = markup::title(text);
    Failure {
        title: title.map_or_else(|| status_line(status), |title| format!("{}: {}", status_line(status), clip(&title))),
        detail: clip(&markup::words(text)),
        ..Failure::default()
    }
}

/// The media type, in lower case, without parameters.
pub(super) fn media_type(headers: &[(String, String)]) -> String {
    let value =
        headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type")).map(|(_, value)| value.as_str());
    value.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The body as text, as far as it is one and is in memory.
fn text_of(body: &AnswerBody) -> &str {
    let bytes = match body {
        AnswerBody::Text(text) => return text,
        AnswerBody::Json(document) => document.bytes(),
        AnswerBody::Spooled(spool) => spool.head.as_slice(),
        AnswerBody::Binary(_) | AnswerBody::Empty => return "",
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // The head of a spooled body may end within a character.
        Err(error) => {
            bytes.get(..error.valid_up_to()).and_then(|good| std::str::from_utf8(good).ok()).unwrap_or_default()
        }
    }
}

/// The beginning of a text, at most [`FAR`] bytes.
fn beginning(text: &str) -> &str {
    let end = (0..=FAR.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// No more of a text than anybody reads.
pub(super) fn clip(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
#[path = "errors_tests.rs"]
mod tests;
