//! Media types: what a body is called that came without a name, and what kind of answer is asked for.

use crate::json::Document;
use crate::request::RequestBody;
use std::path::Path;
use url::Url;

/// What a body is called where nobody said it; `None`: there is no body.
pub fn media_of(body: &RequestBody, url: &str) -> Option<&'static str> {
    let url = Url::parse(url).ok()?;
    match body {
        RequestBody::Empty => None,
        RequestBody::Text(text) => Some(of_text(text, &url)),
        RequestBody::File(path) => Some(of_file(path, &url)),
    }
}

/// What a typed body is.
pub(super) fn of_text(text: &str, url: &Url) -> &'static str {
    let trimmed = text.trim();
    if is_bulk_upload(url) {
        "text/csv"
    } else if Document::parse(trimmed.as_bytes().to_vec()).error().is_none() {
        "application/json"
    } else if trimmed.starts_with(['{', '[']) {
        // JSON with a mistake in it: the org tells where.
        "application/json"
    } else if trimmed.starts_with('<') {
        "application/xml"
    } else if is_form(trimmed) {
        "application/x-www-form-urlencoded"
    } else {
        "text/plain; charset=utf-8"
    }
}

/// What a file is, by its name.
pub(super) fn of_file(path: &Path, url: &Url) -> &'static str {
    let extension = path.extension().and_then(|text| text.to_str()).unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        _ if is_bulk_upload(url) => "text/csv",
        "json" => "application/json",
        "csv" => "text/csv",
        "xml" => "application/xml",
        "txt" => "text/plain; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

/// What is asked for: JSON of the REST API, save where it has another form only.
pub(super) fn accept(url: &Url) -> &'static str {
    let path = url.path();
    if !path.starts_with("/services/data") {
        return "*/*";
    }
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let bulk = path.contains("/jobs/") && (last.ends_with("esults") || last == "unprocessedrecords");
    let field = path.contains("/sobjects/") && matches!(last, "Body" | "VersionData" | "BinaryData" | "Document");
    let blob = field || path.contains("/richTextImageFields/") || (path.contains("/files/") && last == "content");
    match (bulk, blob) {
        (true, _) => "text/csv",
        (_, true) => "*/*",
        _ => "application/json",
    }
}

fn is_bulk_upload(url: &Url) -> bool {
    url.path().contains("/jobs/ingest/") && url.path().trim_end_matches('/').ends_with("/batches")
}

/// `k=v&k=v`, in one line without spaces.
fn is_form(text: &str) -> bool {
    let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']' | '%' | '+');
    !text.contains(char::is_whitespace)
        && text
            .split('&')
            .all(|pair| pair.split_once('=').is_some_and(|(key, _)| !key.is_empty() && key.chars().all(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_without_a_name_gets_one() {
        let url = Url::parse("https://a.example/services/data/v67.0/sobjects/Account").unwrap();
        for (text, expected) in [
            (r#" {"a":1} "#, "application/json"),
            ("[1,", "application/json"),
            ("<a/>", "application/xml"),
            ("token=abc%21&x=", "application/x-www-form-urlencoded"),
            ("a = b", "text/plain; charset=utf-8"),
            ("hello", "text/plain; charset=utf-8"),
            ("a=b\nc=d", "text/plain; charset=utf-8"),
            ("12", "application/json"),
        ] {
            assert_eq!(of_text(text, &url), expected, "{text}");
        }
        let bulk = Url::parse("https://a.example/services/data/v67.0/jobs/ingest/750/batches/").unwrap();
        assert_eq!((of_text("Name\nx", &bulk), of_file(Path::new("x.json"), &bulk)), ("text/csv", "text/csv"));
        assert_eq!(of_file(Path::new("a/b.JSON"), &url), "application/json");
    }

    #[test]
    fn what_is_asked_for() {
        for (path, expected) in [
            ("/services/data/v67.0/limits", "application/json"),
            ("/services/data/v67.0/jobs/query/750/results", "text/csv"),
            ("/services/data/v67.0/jobs/ingest/750/failedResults/", "text/csv"),
            ("/services/data/v67.0/sobjects/ContentVersion/068/VersionData", "*/*"),
            ("/services/data/v67.0/connect/files/069/content", "*/*"),
            ("/services/data/v67.0/sobjects/Case/500/richTextImageFields/Notes__c/0EM", "*/*"),
            ("/id/00D/005", "*/*"),
        ] {
            assert_eq!(accept(&Url::parse(&format!("https://a.example{path}")).unwrap()), expected, "{path}");
        }
    }
}
