//! Answers as XML, for clients that ask for it: any JSON answer of the REST API, by one rule.
//!
//! An object is an element with an element for each key, a list is its element again and again, what an `attributes`
//! object holds are attributes, and nothing is `xsi:nil`. Only the outermost element has a name of its own.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query.htm>

use super::answer::Reply;
use super::ask::Ask;
use axum::http::{HeaderValue, header};
use serde_json::{Map, Value};

const SCHEMA: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Whether the client takes XML and would not as soon have JSON.
pub(super) fn is_wanted(ask: &Ask) -> bool {
    let accept = ask.header(header::ACCEPT).unwrap_or_default();
    let first = accept.split(',').next().unwrap_or_default();
    let kind = first.split(';').next().unwrap_or_default().trim();
    let data = ask.segments.first().is_some_and(|part| part == "services")
        && ask.segments.get(1).is_some_and(|part| part == "data");
    data && ["application/xml", "text/xml"].iter().any(|xml| kind.eq_ignore_ascii_case(xml))
}

/// The answer as XML, if it is JSON; anything else stays as it is.
pub(super) fn pack(mut reply: Reply, ask: &Ask) -> Reply {
    let json = |value: &HeaderValue| value.to_str().is_ok_and(|kind| kind.starts_with("application/json"));
    if !reply.header(&header::CONTENT_TYPE).is_some_and(json) {
        return reply;
    }
    let Ok(value) = serde_json::from_slice::<Value>(&reply.body) else { return reply };
    let parts: Vec<&str> = ask.segments.iter().skip(2).map(String::as_str).collect();
    let (outer, inner) = if reply.status.is_success() { names(&parts) } else { ("Errors", "Error") };
    reply.body = document(&value, outer, inner).into();
    for (name, kind) in &mut reply.headers {
        if *name == header::CONTENT_TYPE {
            *kind = HeaderValue::from_static("application/xml;charset=UTF-8");
        }
    }
    reply
}

/// What the outermost element is called, and those of a list in it.
fn names<'p>(path: &[&'p str]) -> (&'p str, &'p str) {
    match path {
        [] => ("Versions", "Version"),
        [_] => ("urls", "url"),
        [_, "query" | "queryAll", ..] => ("QueryResult", "record"),
        [_, "search" | "parameterizedSearch"] => ("SearchResults", "searchRecord"),
        [_, "limits"] => ("LimitsSnapshot", "limit"),
        [_, "recent"] => ("RecentItems", "RecentItem"),
        [_, "sobjects"] => ("DescribeGlobal", "sobject"),
        [_, "sobjects", name] | [_, "sobjects", name, _] if is_name(name) => (name, "Result"),
        _ => ("Result", "item"),
    }
}

/// A document whose outermost element has this name; `inner`: that of a list in it.
pub(super) fn document(value: &Value, outer: &str, inner: &str) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    match value {
        Value::Array(items) => {
            out.push_str(&format!("<{outer} xmlns:xsi=\"{SCHEMA}\">"));
            items.iter().for_each(|item| element(&mut out, inner, item, ""));
            out.push_str(&format!("</{outer}>"));
        }
        other => element(&mut out, outer, other, &format!(" xmlns:xsi=\"{SCHEMA}\"")),
    }
    out
}

/// One value. `more`: attributes of its element.
fn element(out: &mut String, name: &str, value: &Value, more: &str) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| element(out, name, item, more)),
        Value::Null => open(out, name, &format!("{more} xsi:nil=\"true\""), true),
        Value::Object(map) => {
            open(out, name, &format!("{more}{}", attributes(map)), false);
            for (key, value) in map.iter().filter(|(key, _)| *key != "attributes") {
                element(out, key, value, "");
            }
            close(out, name);
        }
        Value::String(text) => whole(out, name, more, text),
        other => whole(out, name, more, &other.to_string()),
    }
}

fn whole(out: &mut String, name: &str, more: &str, text: &str) {
    open(out, name, more, false);
    out.push_str(&escaped(text));
    close(out, name);
}

/// A key that is no name of XML, such as a record's id, is told in an attribute.
fn open(out: &mut String, name: &str, more: &str, empty: bool) {
    let end = if empty { "/>" } else { ">" };
    match is_name(name) {
        true => out.push_str(&format!("<{name}{more}{end}")),
        false => out.push_str(&format!("<entry key=\"{}\"{more}{end}", escaped(name))),
    }
}

fn close(out: &mut String, name: &str) {
    out.push_str(&format!("</{}>", if is_name(name) { name } else { "entry" }));
}

fn is_name(name: &str) -> bool {
    let letters = |letter: char| letter.is_ascii_alphanumeric() || ['_', '-', '.'].contains(&letter);
    name.chars().all(letters) && name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
}

fn attributes(map: &Map<String, Value>) -> String {
    let all = map.get("attributes").and_then(Value::as_object).into_iter().flatten();
    let named = all.filter(|(key, _)| is_name(key));
    named.filter_map(|(key, value)| Some(format!(" {key}=\"{}\"", escaped(value.as_str()?)))).collect()
}

/// Text for an element or an attribute; characters that XML does not have are left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_query_is_written_as_salesforce_does() {
        let value = json!({
            "totalSize": 1,
            "done": true,
            "records": [{ "attributes": { "type": "Account", "url": "/a/1" }, "Name": "A & <B>", "Phone": null }],
        });
        let (outer, inner) = names(&["v67.0", "query"]);
        let text = document(&value, outer, inner);
        let expected = "<QueryResult xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><totalSize>1</totalSize>\
                        <done>true</done><records type=\"Account\" url=\"/a/1\"><Name>A &amp; &lt;B&gt;</Name>\
                        <Phone xsi:nil=\"true\"/></records></QueryResult>";
        assert_eq!(text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"), Some(expected));
    }

    #[test]
    fn lists_and_odd_keys_stay_well_formed() {
        let value = json!([{ "errorCode": "X", "message": "\u{1}no\u{0}\"" }]);
        let text = document(&value, "Errors", "Error");
        assert!(
            text.ends_with("<Error><errorCode>X</errorCode><message>no&quot;</message></Error></Errors>"),
            "{text}"
        );
        let text = document(&json!({ "001 <x>": { "a": [1, 2] } }), "Result", "item");
        assert!(text.ends_with("<entry key=\"001 &lt;x&gt;\"><a>1</a><a>2</a></entry></Result>"), "{text}");
        assert_eq!(names(&["v67.0", "sobjects", "a<b"]).0, "Result");
    }
}
