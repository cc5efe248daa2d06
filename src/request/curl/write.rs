//! A request as a command for curl or HTTPie, or as text of a `.http` file. Whoever calls decides what stands in place of
//! variables and secrets: what is given is written as it is.

use crate::request::multipart::{self, Content, Part};
use crate::request::saved::form_encoded;
use crate::request::{Pair, Request, RequestBody};
use std::fmt::Write;

/// For bash and every other shell with its quotes.
pub fn curl(request: &Request) -> String {
    let mut lines = vec![first_line("curl", request)];
    let parts = parts(request);
    for header in on(&request.headers) {
        // With `-F` curl tells it, with a boundary of its own.
        if parts.is_some() && header.name.eq_ignore_ascii_case("content-type") {
            continue;
        }
        // An empty value is written with a semicolon, or curl would take the header away.
        let text = match header.value.is_empty() {
            true => format!("{};", header.name),
            false => format!("{}: {}", header.name, header.value),
        };
        lines.push(format!("-H {}", quoted(&text)));
    }
    match &request.body {
        RequestBody::Empty => {}
        RequestBody::Text(_) if parts.is_some() => {
            lines.extend(parts.iter().flatten().map(|part| format!("-F {}", quoted(&form_part(part)))));
        }
        // `--data-raw` takes an `@` at the beginning for what it is.
        RequestBody::Text(text) => lines.push(format!("--data-raw {}", quoted(text))),
        RequestBody::File(path) => {
            lines.push(format!("--data-binary {}", quoted(&format!("@{}", path.to_string_lossy()))));
        }
    }
    lines.join(" \\\n  ")
}

/// A body of parts that curl can build by itself.
fn parts(request: &Request) -> Option<Vec<Part>> {
    let RequestBody::Text(text) = &request.body else { return None };
    multipart::read(text, &multipart::boundary(&request.headers)?)
}

fn form_part(part: &Part) -> String {
    let (value, called) = match &part.content {
        Content::Text(text) => (text.clone(), None),
        Content::File { path, called } => {
            (format!("@{path}"), Some(called).filter(|_| Content::file(path) != part.content))
        }
    };
    let kind = part.kind.as_ref().map(|kind| format!(";type={kind}")).unwrap_or_default();
    let called = called.map(|called| format!(";filename={called}")).unwrap_or_default();
    format!("{}={value}{kind}{called}", part.name)
}

fn first_line(program: &str, request: &Request) -> String {
    let mut line = program.to_owned();
    let implied = if request.body.is_empty() { "GET" } else { "POST" };
    if request.method == "HEAD" {
        line.push_str(" -I");
    } else if request.method != implied {
        let _ = write!(line, " -X {}", quoted(&request.method));
    }
    let _ = write!(line, " {}", quoted(&address(request)));
    line
}

/// With its parameters.
fn address(request: &Request) -> String {
    let pairs: Vec<String> =
        on(&request.params).map(|pair| format!("{}={}", form_encoded(&pair.name), form_encoded(&pair.value))).collect();
    if pairs.is_empty() {
        return request.address.clone();
    }
    let sign = if request.address.contains('?') { '&' } else { '?' };
    format!("{}{sign}{}", request.address, pairs.join("&"))
}

fn on(pairs: &[Pair]) -> impl Iterator<Item = &Pair> {
    pairs.iter().filter(|pair| pair.on && !pair.name.is_empty())
}

/// As one word of a shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// For HTTPie.
pub fn httpie(request: &Request) -> String {
    let mut words = vec!["http".to_owned()];
    if !request.body.is_empty() {
        words.push("--raw".to_owned());
        words.push(match &request.body {
            RequestBody::File(path) => format!("\"$(cat {})\"", quoted(&path.to_string_lossy())),
            RequestBody::Text(text) => quoted(text),
            RequestBody::Empty => String::new(),
        });
    }
    words.push(quoted(&request.method));
    words.push(quoted(&address(request)));
    for header in on(&request.headers) {
        let text = if header.value.is_empty() {
            format!("{};", header.name)
        } else {
            format!("{}:{}", header.name, header.value)
        };
        words.push(quoted(&text));
    }
    words.join(" ")
}

/// For the `.http` files of editors.
pub fn http_file(name: &str, request: &Request) -> String {
    let mut out = format!("### {}\n{} {}\n", name.replace(['\r', '\n'], " "), request.method, address(request));
    for header in on(&request.headers) {
        let _ = writeln!(out, "{}: {}", header.name, header.value);
    }
    match &request.body {
        RequestBody::Empty => {}
        RequestBody::Text(text) => {
            let _ = write!(out, "\n{text}\n");
        }
        RequestBody::File(path) => {
            let _ = write!(out, "\n< {}\n", path.to_string_lossy());
        }
    }
    out
}
