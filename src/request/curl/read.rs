//! A curl command's flags to the request it would send.
//! <https://curl.se/docs/manpage.html>

use super::shell::{shell_of, words};
use crate::request::multipart;
use crate::request::{Between, Pair, Request, RequestBody, Trust};
use base64::Engine;
use std::path::PathBuf;

/// A command that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pasted {
    /// What it sends.
    pub request: Request,
    /// What of it has no place in a request, in words.
    pub notes: Vec<String>,
}

/// Whether a text looks like a curl command.
pub fn is_curl(text: &str) -> bool {
    let first = text.trim_start().trim_start_matches("$ ").split_whitespace().next().unwrap_or_default();
    matches!(first.to_ascii_lowercase().as_str(), "curl" | "curl.exe" | "/usr/bin/curl")
        && text.split_whitespace().nth(1).is_some()
}

/// Reads a command; the error says what is wrong with it.
pub fn read(text: &str) -> Result<Pasted, String> {
    let text = text.trim().trim_start_matches("$ ");
    let (words, open) = words(text, shell_of(text));
    if open {
        return Err("a quote in this curl command is never closed".to_owned());
    }
    let mut command = Command::default();
    let mut words = words.into_iter().skip(1);
    let mut plain = false;
    while let Some(word) = words.next() {
        // What a shell does with the answer is no part of the request.
        if matches!(word.as_str(), "|" | ">" | ">>" | ";" | "&&" | "2>&1") {
            command.notes.push(format!("what stands behind {word} was left out"));
            break;
        }
        if plain || !word.starts_with('-') || word == "-" {
            command.urls.push(word);
        } else if word == "--" {
            plain = true;
        } else if let Some(long) = word.strip_prefix("--") {
            let (name, given) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (long, None),
            };
            command.long(name, given, &mut words)?;
        } else {
            command.short(&word, &mut words)?;
        }
    }
    command.finish()
}

#[derive(Default)]
struct Command {
    method: Option<String>,
    urls: Vec<String>,
    headers: Vec<Pair>,
    /// Parts of `-d` and its like, in their order.
    data: Vec<String>,
    file: Option<PathBuf>,
    form: Vec<(String, String)>,
    query: Vec<Pair>,
    get: bool,
    head: bool,
    json: bool,
    upload: bool,
    notes: Vec<String>,
}

/// Flags with a value that have no place in a request.
const VALUED: &[&str] = &[
    "output",
    "max-time",
    "connect-timeout",
    "retry",
    "retry-delay",
    "retry-max-time",
    "proxy",
    "proxy-user",
    "cacert",
    "capath",
    "cert",
    "key",
    "cert-type",
    "key-type",
    "pass",
    "ciphers",
    "interface",
    "limit-rate",
    "max-redirs",
    "write-out",
    "dump-header",
    "cookie-jar",
    "config",
    "resolve",
    "connect-to",
    "range",
    "stderr",
    "trace",
    "trace-ascii",
    "tls-max",
    "speed-limit",
    "speed-time",
    "local-port",
    "keepalive-time",
    "expect100-timeout",
    "max-filesize",
    "noproxy",
    "output-dir",
    "parallel-max",
    "rate",
    "dns-servers",
    "unix-socket",
    "netrc-file",
];

/// The long name of a short flag, and whether a value follows it.
fn short(flag: char) -> Option<(&'static str, bool)> {
    Some(match flag {
        'X' => ("request", true),
        'H' => ("header", true),
        'd' => ("data", true),
        'F' => ("form", true),
        'u' => ("user", true),
        'A' => ("user-agent", true),
        'e' => ("referer", true),
        'b' => ("cookie", true),
        'T' => ("upload-file", true),
        'o' => ("output", true),
        'm' => ("max-time", true),
        'x' => ("proxy", true),
        'U' => ("proxy-user", true),
        'E' => ("cert", true),
        'w' => ("write-out", true),
        'D' => ("dump-header", true),
        'c' => ("cookie-jar", true),
        'K' => ("config", true),
        'r' => ("range", true),
        'y' => ("speed-time", true),
        'Y' => ("speed-limit", true),
        'G' => ("get", false),
        'I' => ("head", false),
        'k' => ("insecure", false),
        _ => return None,
    })
}

/// A body of parts from what stands behind each `-F`, and the value of its `Content-Type`.
///
/// # Errors
/// What would be right.
pub fn form(given: &[String]) -> Result<(String, String), String> {
    let parts: Result<Vec<multipart::Part>, String> = given
        .iter()
        .map(|given| {
            let (name, value) = given
                .split_once('=')
                .filter(|(name, _)| !name.is_empty())
                .ok_or_else(|| format!("A part is written name=text or name=@FILE, not {given}"))?;
            Ok(part(name, value))
        })
        .collect();
    parts.map(|parts| multipart::write(&parts))
}

/// A part of a form.
fn part(name: &str, value: &str) -> multipart::Part {
    let (mut value, mut kind, mut called) = (value, None, None);
    // From the end, so that a semicolon in the value stays.
    while let Some((before, option)) = value.rsplit_once(';') {
        match option.split_once('=') {
            Some(("type", told)) => kind = Some(told.to_owned()),
            Some(("filename", told)) => called = Some(told.trim_matches('"').to_owned()),
            _ => break,
        }
        value = before;
    }
    let content = match value.strip_prefix(['@', '<']) {
        Some(path) => match called {
            Some(called) => multipart::Content::File { path: path.to_owned(), called },
            None => multipart::Content::file(path),
        },
        None => multipart::Content::Text(value.to_owned()),
    };
    multipart::Part { name: name.to_owned(), kind, content }
}

impl Command {
    /// `-sSL`, `-XPOST`, `-H 'A: b'`.
    fn short(&mut self, word: &str, words: &mut impl Iterator<Item = String>) -> Result<(), String> {
        let mut flags = word.chars().skip(1);
        while let Some(flag) = flags.next() {
            match short(flag) {
                Some((name, true)) => {
                    let attached: String = flags.collect();
                    let given = (!attached.is_empty()).then(|| attached.trim_start_matches('=').to_owned());
                    return self.long(name, given, words);
                }
                Some((name, false)) => self.long(name, None, words)?,
                // Switches of how curl talks: -s, -S, -v, -i, -L, -f, -N, …
                None => {}
            }
        }
        Ok(())
    }

    fn long(
        &mut self,
        name: &str,
        given: Option<String>,
        words: &mut impl Iterator<Item = String>,
    ) -> Result<(), String> {
        let mut value = || given.clone().or_else(|| words.next()).ok_or_else(|| format!("--{name} has no value"));
        match name {
            "request" => self.method = Some(value()?.to_uppercase()),
            "url" => self.urls.push(value()?),
            "header" => self.header(&value()?),
            "data" | "data-ascii" | "data-binary" => {
                let text = value()?;
                match text.strip_prefix('@') {
                    Some(path) => self.file = Some(PathBuf::from(path)),
                    None if name == "data-binary" => self.data.push(text),
                    // Line ends are dropped, as curl does.
                    None => self.data.push(text.replace(['\r', '\n'], "")),
                }
                // What is typed over several lines is one body for whoever reads it: JSON keeps its lines.
            }
            "data-raw" => self.data.push(value()?),
            "data-urlencode" => {
                let text = value()?;
                self.data.push(url_encoded(&text));
            }
            "json" => {
                let text = value()?;
                self.json = true;
                match text.strip_prefix('@') {
                    Some(path) => self.file = Some(PathBuf::from(path)),
                    None => self.data.push(text),
                }
            }
            "url-query" => {
                let text = value()?;
                self.query.extend(Pair::of_line(&text, Between::Equals));
            }
            "form" | "form-string" => {
                let text = value()?;
                let (name, value) = text.split_once('=').unwrap_or((&text, ""));
                self.form.push((name.to_owned(), value.to_owned()));
            }
            "get" => self.get = true,
            "head" => self.head = true,
            "user" => {
                let text = value()?;
                let encoded = base64::engine::general_purpose::STANDARD.encode(text);
                self.headers.push(Pair::new("Authorization", format!("Basic {encoded}")));
            }
            "oauth2-bearer" => {
                let token = value()?;
                self.header(&format!("Authorization: Bearer {token}"));
            }
            "user-agent" => {
                let agent = value()?;
                self.headers.push(Pair::new("User-Agent", agent));
            }
            "referer" => {
                let page = value()?;
                self.headers.push(Pair::new("Referer", page));
            }
            "cookie" => {
                let cookie = value()?;
                self.headers.push(Pair::new("Cookie", cookie));
            }
            "upload-file" => {
                self.file = Some(PathBuf::from(value()?));
                self.upload = true;
            }
            "insecure" => self.notes.push("-k was left out: certificates are always checked".to_owned()),
            name if VALUED.contains(&name) => {
                value()?;
                self.notes.push(format!("--{name} was left out"));
            }
            // The rest are switches of how curl talks.
            _ => {}
        }
        Ok(())
    }

    fn header(&mut self, text: &str) {
        // `Name;` is a header without a value; `Name:` takes one away.
        match text.split_once(':') {
            Some((name, value)) if !value.trim().is_empty() => {
                self.headers.push(Pair::new(name.trim(), value.trim()));
            }
            Some((name, _)) => self.notes.push(format!("the header {} is sent by nobody here", name.trim())),
            None => self.headers.push(Pair::new(text.trim_end_matches(';').trim(), "")),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|pair| pair.name.eq_ignore_ascii_case(name))
    }

    fn finish(mut self) -> Result<Pasted, String> {
        let mut urls = std::mem::take(&mut self.urls).into_iter();
        let address = urls.next().ok_or("this curl command names no address")?;
        for other in urls {
            self.notes.push(format!("a second address was left out: {other}"));
        }
        let mut params = std::mem::take(&mut self.query);
        let mut body = self.body();
        if self.get {
            let text = match &body {
                RequestBody::Text(text) => text.clone(),
                _ => String::new(),
            };
            // They are encoded already, and would be a second time.
            let pairs = url::form_urlencoded::parse(text.as_bytes());
            params.extend(pairs.map(|(name, value)| Pair::new(name, value)));
            body = RequestBody::Empty;
        }
        if !body.is_empty() && !self.has("content-type") && !self.upload {
            let kind = if self.json { "application/json" } else { "application/x-www-form-urlencoded" };
            self.headers.push(Pair::new("Content-Type", kind));
        }
        if self.json && !self.has("accept") {
            self.headers.push(Pair::new("Accept", "application/json"));
        }
        let method = self.method.take().unwrap_or_else(|| {
            let word = match () {
                () if self.head => "HEAD",
                () if self.upload => "PUT",
                () if !body.is_empty() => "POST",
                () => "GET",
            };
            word.to_owned()
        });
        self.own_token(&address);
        Ok(Pasted {
            request: Request { method, address, params, headers: self.headers, body, trust: Trust::Nothing },
            notes: self.notes,
        })
    }

    fn body(&mut self) -> RequestBody {
        if !self.form.is_empty() {
            return self.multipart();
        }
        match (self.file.take(), self.data.is_empty()) {
            (Some(path), true) => RequestBody::File(path),
            (Some(path), false) => {
                self.notes.push(format!("the file {} beside other data was left out", path.display()));
                RequestBody::Text(self.data.join("&"))
            }
            (None, true) => RequestBody::Empty,
            (None, false) if self.json => RequestBody::Text(self.data.concat()),
            (None, false) => RequestBody::Text(self.data.join("&")),
        }
    }

    /// `-F name=text`, `-F name=@file`, each with `;type=` and `;filename=` behind it.
    fn multipart(&mut self) -> RequestBody {
        let parts: Vec<multipart::Part> = self.form.iter().map(|(name, value)| part(name, value)).collect();
        let (text, kind) = multipart::write(&parts);
        self.headers.retain(|pair| !pair.name.eq_ignore_ascii_case("content-type"));
        self.headers.push(Pair::new("Content-Type", kind));
        RequestBody::Text(text)
    }

    /// A token of Salesforce's that was pasted would stand there for everybody to read, and end with its session: who you
    /// are here has one.
    fn own_token(&mut self, address: &str) {
        let ours = address.contains("/services/") || address.contains("{{");
        let before = self.headers.len();
        self.headers.retain(|pair| {
            let bearer = pair.value.get(..7).is_some_and(|head| head.eq_ignore_ascii_case("bearer "))
                || pair.value.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("oauth "));
            !(ours && bearer && pair.name.eq_ignore_ascii_case("authorization"))
        });
        if self.headers.len() < before {
            self.notes.push("the pasted token was left out: yours is sent".to_owned());
        }
    }
}

/// `--data-urlencode`: `content`, `=content`, `name=content`.
fn url_encoded(text: &str) -> String {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    match text.split_once('=') {
        None => encode(text),
        Some(("", content)) => encode(content),
        Some((name, content)) => format!("{name}={}", encode(content)),
    }
}
