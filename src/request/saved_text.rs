//! A saved request as the text of its file: TOML made to be read, diffed and shared.
//!
//! ```toml
//! name = "Describe an object"
//! description = "All fields, relationships and record types of {{object}}."
//! docs = "https://developer.salesforce.com/…"
//! tags = ["describe"]
//! method = "GET"
//! address = "sobjects/{{object}}/describe"
//! headers = ["If-Modified-Since: {{since}}", "# Sforce-Call-Options: client=x"]
//! params = ["fields=Id,Name"]
//! body = "…"                     # or body_file = "rows.csv"
//! variables = { object = "Account" }
//!
//! [[capture]]
//! set = "firstField"
//! jq = ".fields[0].name"          # or header = "Location", status = true, regex = "id: (.*)"
//! ```
//! Writing changes what differs and keeps the comments and the order of the text that is there. No file is touched here.

use super::saved::{Between, Capture, Saved, Source};
use super::{Pair, Request, RequestBody, Trust};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

/// Why a text is no saved request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {what}")]
pub struct SavedError {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    docs: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default = "get")]
    method: String,
    address: String,
    #[serde(default)]
    params: Vec<String>,
    #[serde(default)]
    headers: Vec<String>,
    body: Option<String>,
    body_file: Option<PathBuf>,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    #[serde(default)]
    capture: Vec<toml::Spanned<CaptureTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaptureTable {
    set: String,
    jq: Option<String>,
    header: Option<String>,
    regex: Option<String>,
    status: Option<bool>,
    #[serde(default)]
    secret: bool,
}

fn get() -> String {
    "GET".to_owned()
}

/// Reads the text of a file; `stem` is the name where the text tells none.
pub fn read(text: &str, stem: &str) -> Result<Saved, SavedError> {
    let file: File = parse(text)?;
    file.saved(text, stem)
}

/// Reads a text that holds a whole folder: its name, its description, and its requests as `[[request]]`.
pub fn read_folder(text: &str) -> Result<(String, String, Vec<Saved>), SavedError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Folder {
        name: String,
        #[serde(default)]
        description: String,
        #[serde(default)]
        request: Vec<File>,
    }
    let folder: Folder = parse(text)?;
    let requests: Result<Vec<Saved>, SavedError> =
        folder.request.into_iter().map(|file| file.saved(text, "")).collect();
    Ok((folder.name, folder.description, requests?))
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, SavedError> {
    toml::from_str(text).map_err(|error| {
        let place = error.span().map_or(0, |span| span.start);
        at(text, place, error.message().to_owned())
    })
}

impl File {
    fn saved(self, text: &str, stem: &str) -> Result<Saved, SavedError> {
        let mut captures = Vec::new();
        for table in self.capture {
            let place = table.span().start;
            captures.push(capture(table.into_inner()).map_err(|what| at(text, place, what.to_owned()))?);
        }
        let body = match (self.body, self.body_file) {
            (Some(_), Some(_)) => return Err(at(text, 0, "body and body_file exclude each other".to_owned())),
            (Some(text), None) if text.is_empty() => RequestBody::Empty,
            (Some(text), None) => RequestBody::Text(text),
            (None, Some(path)) => RequestBody::File(path),
            (None, None) => RequestBody::Empty,
        };
        let pairs = |lines: &[String], between| lines.iter().filter_map(|line| Pair::of_line(line, between)).collect();
        Ok(Saved {
            name: if self.name.trim().is_empty() { stem.to_owned() } else { self.name },
            description: self.description,
            docs: self.docs,
            tags: self.tags,
            variables: self.variables.into_iter().collect(),
            request: Request {
                method: self.method,
                address: self.address,
                params: pairs(&self.params, Between::Equals),
                headers: pairs(&self.headers, Between::Colon),
                body,
                trust: Trust::Nothing,
            },
            captures,
        })
    }
}

fn at(text: &str, offset: usize, what: String) -> SavedError {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    SavedError { line, column, what }
}

fn capture(table: CaptureTable) -> Result<Capture, &'static str> {
    let sources = [
        table.jq.map(Source::Jq),
        table.header.map(Source::Header),
        table.regex.map(Source::Regex),
        table.status.filter(|on| *on).map(|_| Source::Status),
    ];
    let mut named = sources.into_iter().flatten();
    match (named.next(), named.next()) {
        (Some(from), None) => Ok(Capture { variable: table.set, from, secret: table.secret }),
        _ => Err("a capture has one of jq, header, regex and status"),
    }
}

/// The text of a request's file: what `old` says differently is changed, the rest of it stays as it is. A text that
/// cannot be read is replaced.
pub fn write(saved: &Saved, old: Option<&str>) -> String {
    let before = old.and_then(|text| text.parse::<DocumentMut>().ok());
    let mut document = before.unwrap_or_default();
    let table = document.as_table_mut();
    // A program does not write what is so anyway.
    set(table, "name", text(&saved.name));
    set(table, "description", text(&saved.description));
    set(table, "docs", text(&saved.docs));
    set(table, "tags", list(saved.tags.iter().map(String::as_str), false));
    set(table, "method", text(&saved.request.method));
    set(table, "address", Some(Value::from(saved.request.address.as_str())));
    let lines = |pairs: &[Pair], between| list(pairs.iter().map(|pair| pair.line(between)), true);
    set(table, "params", lines(&saved.request.params, Between::Equals));
    set(table, "headers", lines(&saved.request.headers, Between::Colon));
    let (inline, file) = match &saved.request.body {
        RequestBody::Empty => (None, None),
        RequestBody::Text(text) => (Some(Value::from(text.as_str())), None),
        RequestBody::File(path) => (None, Some(Value::from(path.to_string_lossy().as_ref()))),
    };
    set(table, "body", inline);
    set(table, "body_file", file);
    set(table, "variables", variables(&saved.variables));
    captures(table, &saved.captures);
    document.to_string()
}

/// The text of what a folder tells of itself, with another name; empty: its own. `None`: it cannot be read.
pub fn called(old: &str, name: &str) -> Option<String> {
    let mut document = old.parse::<DocumentMut>().ok()?;
    set(document.as_table_mut(), "name", text(name));
    Some(document.to_string())
}

fn text(text: &str) -> Option<Value> {
    (!text.is_empty()).then(|| Value::from(text))
}

fn list<S: AsRef<str>>(items: impl Iterator<Item = S>, each_on_its_line: bool) -> Option<Value> {
    let mut array: Array = items.map(|item| Value::from(item.as_ref())).collect();
    if array.is_empty() {
        return None;
    }
    if each_on_its_line && array.len() > 1 {
        for item in array.iter_mut() {
            item.decor_mut().set_prefix("\n  ");
        }
        array.set_trailing("\n");
        array.set_trailing_comma(true);
    }
    Some(Value::Array(array))
}

fn variables(pairs: &[(String, String)]) -> Option<Value> {
    let table: InlineTable = pairs.iter().map(|(name, value)| (name.as_str(), Value::from(value.as_str()))).collect();
    (!table.is_empty()).then_some(Value::InlineTable(table))
}

/// Sets or removes a key. What means the same already keeps its way of writing, a value that changes keeps the comment
/// behind it.
fn set(table: &mut Table, key: &str, new: Option<Value>) {
    let Some(mut new) = new else {
        table.remove(key);
        return;
    };
    match table.get_mut(key) {
        Some(Item::Value(old)) if same(old, &new) => {}
        Some(item) => {
            if let Some(old) = item.as_value() {
                *new.decor_mut() = old.decor().clone();
            }
            *item = Item::Value(new);
        }
        None => {
            table.insert(key, Item::Value(new));
        }
    }
}

fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.value() == other.value(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other.iter()).all(|(one, other)| same(one, other))
        }
        (Value::InlineTable(one), Value::InlineTable(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        _ => false,
    }
}

fn captures(table: &mut Table, captures: &[Capture]) {
    let there = table.get("capture").and_then(Item::as_array_of_tables).map(ArrayOfTables::len).unwrap_or(0);
    let unchanged = there == captures.len() && there > 0 && read_captures(table).as_deref() == Some(captures);
    if unchanged {
        return;
    }
    if captures.is_empty() {
        table.remove("capture");
        return;
    }
    let mut all = ArrayOfTables::new();
    for capture in captures {
        let mut one = Table::new();
        one.insert("set", value(capture.variable.as_str()));
        let from = match &capture.from {
            Source::Status => value(true),
            other => value(other.text()),
        };
        one.insert(capture.from.key(), from);
        if capture.secret {
            one.insert("secret", value(true));
        }
        all.push(one);
    }
    table.insert("capture", Item::ArrayOfTables(all));
}

fn read_captures(table: &Table) -> Option<Vec<Capture>> {
    let mut document = DocumentMut::new();
    document.as_table_mut().insert("capture", table.get("capture")?.clone());
    document.as_table_mut().insert("address", value(""));
    read(&document.to_string(), "").ok().map(|saved| saved.captures)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Saved {
        Saved {
            name: "Upsert \"by\" key".to_owned(),
            description: "Two\nlines.".to_owned(),
            docs: "https://example.invalid/x".to_owned(),
            tags: vec!["sobjects".to_owned(), "write".to_owned()],
            variables: vec![("key".to_owned(), "A-1".to_owned()), ("object".to_owned(), "Account".to_owned())],
            request: Request {
                method: "PATCH".to_owned(),
                address: "sobjects/{{object}}/Key__c/{{key}}".to_owned(),
                params: vec![Pair::new("updateOnly", "true"), Pair { on: false, ..Pair::new("x", "a=b") }],
                headers: vec![Pair::new("Content-Type", "application/json"), Pair::new("X", "")],
                body: RequestBody::Text("{\n  \"Name\": \"{{name}}\"\n}\n".to_owned()),
                trust: Trust::Nothing,
            },
            captures: vec![
                Capture { variable: "id".to_owned(), from: Source::Jq(".id".to_owned()), secret: false },
                Capture { variable: "key".to_owned(), from: Source::Header("Location".to_owned()), secret: true },
                Capture { variable: "s".to_owned(), from: Source::Status, secret: false },
                Capture { variable: "r".to_owned(), from: Source::Regex("a(\\d+)".to_owned()), secret: false },
            ],
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = write(&full(), None);
        assert_eq!(read(&text, "stem").unwrap(), full(), "{text}");
        assert_eq!(write(&full(), Some(&text)), text, "writing the same changes nothing");
        let small = Saved::new("limits", Request::get("limits"));
        assert_eq!(read(&write(&small, None), "x").unwrap(), small);
    }

    #[test]
    fn comments_and_ways_of_writing_stay() {
        let text = "# ours\nmethod = 'GET' # as ever\naddress = \"limits\"\ntags = [ 'a',  'b' ]\n\n# why\n[[capture]]\nset = \"x\"\njq = '.a'\n";
        let mut saved = read(text, "Limits").unwrap();
        assert_eq!(saved.name, "Limits");
        saved.request.method = "POST".to_owned();
        saved.name = String::new();
        let new = write(&saved, Some(text));
        assert_eq!(new, text.replace("'GET'", "\"POST\""));
    }

    #[test]
    fn a_mistake_has_its_place() {
        for (text, line, what) in [
            ("address = \"x\"\nadress = 1\n", 2, "unknown field `adress`"),
            ("name = \"x\"\n", 1, "missing field `address`"),
            ("address = \"x\"\nbody = \"\"\nbody_file = \"b\"\n", 1, "exclude"),
            ("address = \"x\"\n[[capture]]\nset = \"a\"\n", 2, "one of"),
            ("address = \"x\"\n[[capture]]\nset = \"a\"\njq = \".\"\nstatus = true\n", 2, "one of"),
            ("address = \n", 1, ""),
        ] {
            let error = read(text, "").unwrap_err();
            assert!(error.line == line && error.what.contains(what), "{text}: {error}");
        }
    }
}
