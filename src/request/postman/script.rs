//! A test script that only sets variables, as captures. Nothing of it is run: it is read, and what is not understood is told.
//!
//! Understood are the ways in which people say it: `const x = pm.response.json()`, paths into that, `split` with `pop` or an
//! index, headers, the status, elements of `xml2Json`, and `set` on any of Postman's scopes.

use super::words::{Kind, Word, statements, words};
use crate::request::{Capture, Source};
use std::collections::HashMap;

/// What a script says.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) captures: Vec<Capture>,
    /// Statements that are no captures.
    pub(super) lost: Vec<String>,
}

/// Whether there is anything in it but comments.
pub(super) fn does_something(text: &str) -> bool {
    words(text).iter().any(|word| word.text != ";")
}

/// Where our own export puts a capture as it is, for whoever reads it again: behind the line that does it in Postman.
pub(super) const OWN: &str = "// orgdeck: ";

/// Reads a script.
pub(super) fn captures(text: &str) -> Read {
    let own: Vec<Capture> = text.lines().filter_map(|line| own(line.split_once(OWN)?.1)).collect();
    if !own.is_empty() {
        return Read { captures: own, lost: Vec::new() };
    }
    let words = words(text);
    let mut read = Read::default();
    let mut names = HashMap::new();
    for statement in statements(text, &words) {
        let mut reader = Reader { words: statement, at: 0, names: &mut names };
        match reader.statement() {
            Some(capture) if reader.ended() => read.captures.extend(capture),
            _ => {
                let place = statement.first().zip(statement.last()).map(|(first, last)| first.from..last.to);
                let whole = place.and_then(|place| text.get(place)).unwrap_or_default();
                // What is told to a console is told to nobody here.
                if !whole.starts_with("console.") {
                    read.lost.push(whole.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(160).collect());
                }
            }
        }
    }
    read
}

/// A capture as our own export tells it.
fn own(text: &str) -> Option<Capture> {
    let told: serde_json::Value = serde_json::from_str(text).ok()?;
    let part = |name: &str| told.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
    let from = part("jq").map(Source::Jq).or_else(|| part("header").map(Source::Header));
    let from = from.or_else(|| part("regex").map(Source::Regex));
    let status = told.get("status").map(|_| Source::Status);
    let secret = told.get("secret").and_then(serde_json::Value::as_bool).unwrap_or(false);
    Some(Capture { variable: part("set")?, from: from.or(status)?, secret })
}

/// What an expression stands for.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    /// One of the scopes of variables.
    Scope,
    /// The body as text.
    Text,
    /// A jq path into the JSON of the body.
    Json(String),
    /// An element of the XML of the body, by its name; empty: the whole.
    Xml(String),
    /// A text cut at a separator, the name it has in the script, and how many pieces were taken off its end.
    Cut {
        of: Box<Value>,
        at: String,
        name: String,
        taken: i64,
    },
    /// A piece of a text that was cut; negative: from the end.
    Piece {
        of: Box<Value>,
        at: String,
        index: i64,
    },
    /// Several put together.
    Joined(Vec<Value>),
    Header(String),
    Status,
    Literal(String),
}

struct Reader<'r, 'a> {
    words: &'r [Word<'a>],
    at: usize,
    names: &'r mut HashMap<String, Value>,
}

impl<'a> Reader<'_, 'a> {
    fn peek(&self) -> Option<Word<'a>> {
        self.words.get(self.at).copied()
    }

    fn ended(&mut self) -> bool {
        self.takes(&[";"]);
        self.peek().is_none()
    }

    /// Takes all of these words, or none.
    fn takes(&mut self, texts: &[&str]) -> bool {
        let there = self.words.get(self.at..).unwrap_or_default();
        let all = there.len() >= texts.len()
            && there.iter().zip(texts).all(|(word, text)| word.kind != Kind::Text && word.text == *text);
        if all {
            self.at += texts.len();
        }
        all
    }

    fn word(&mut self, kind: Kind) -> Option<&'a str> {
        let word = self.peek().filter(|word| word.kind == kind)?;
        self.at += 1;
        Some(word.text)
    }

    /// A capture, nothing where something was only named, `None` where it is not understood.
    fn statement(&mut self) -> Option<Option<Capture>> {
        let named = self.takes(&["var"]) || self.takes(&["let"]) || self.takes(&["const"]);
        let assigned = self.words.get(self.at + 1).is_some_and(|word| word.text == "=");
        if named || assigned {
            let name = self.word(Kind::Name)?;
            self.takes(&["="]).then_some(())?;
            let value = match self.expression()? {
                Value::Cut { of, at, taken, .. } => Value::Cut { of, at, taken, name: name.to_owned() },
                other => other,
            };
            self.names.insert(name.to_owned(), value);
            return Some(None);
        }
        if self.takes(&["postman", ".", "setEnvironmentVariable"]) || self.takes(&["postman", ".", "setGlobalVariable"])
        {
            return Some(Some(self.set()?));
        }
        match self.primary()? {
            Value::Scope if self.takes(&[".", "set"]) => Some(Some(self.set()?)),
            _ => None,
        }
    }

    /// `("name", value)`.
    fn set(&mut self) -> Option<Capture> {
        self.takes(&["("]).then_some(())?;
        let variable = self.word(Kind::Text)?.to_owned();
        self.takes(&[","]).then_some(())?;
        let from = self.expression()?.source()?;
        self.takes(&[")"]).then_some(())?;
        Some(Capture { variable, from, secret: false })
    }

    fn expression(&mut self) -> Option<Value> {
        let first = self.primary()?;
        if self.takes(&["?"]) {
            // Which scope it is does not matter: there is one.
            let yes = self.expression()?;
            self.takes(&[":"]).then_some(())?;
            let no = self.expression()?;
            return (yes == Value::Scope && no == Value::Scope).then_some(Value::Scope);
        }
        let mut all = vec![first];
        while self.takes(&["+"]) {
            all.push(self.primary()?);
        }
        if all.len() == 1 { all.pop() } else { Some(Value::Joined(all)) }
    }

    fn primary(&mut self) -> Option<Value> {
        let mut value = self.base()?;
        loop {
            let optional = self.takes(&["?", "."]);
            if self.takes(&["["]) {
                value = match self.peek()?.kind {
                    Kind::Number => value.index(self.word(Kind::Number)?.parse().ok()?)?,
                    Kind::Text => value.field(self.word(Kind::Text)?)?,
                    _ => return None,
                };
                self.takes(&["]"]).then_some(())?;
            } else if self.sees_set() {
                return Some(value);
            } else if optional || self.takes(&["."]) {
                let name = self.word(Kind::Name)?;
                value = if self.takes(&["("]) { self.method(value, name)? } else { value.field(name)? };
            } else {
                return Some(value);
            }
        }
    }

    fn sees_set(&self) -> bool {
        let next = |n: usize| self.words.get(self.at + n).map_or("", |word| word.text);
        next(0) == "." && next(1) == "set" && next(2) == "("
    }

    fn base(&mut self) -> Option<Value> {
        for scope in ["environment", "collectionVariables", "globals", "variables"] {
            if self.takes(&["pm", ".", scope]) {
                return Some(Value::Scope);
            }
        }
        if self.takes(&["pm", ".", "response", ".", "json", "(", ")"]) {
            return Some(Value::Json(String::new()));
        }
        if self.takes(&["pm", ".", "response", ".", "text", "(", ")"]) || self.takes(&["responseBody"]) {
            return Some(Value::Text);
        }
        if self.takes(&["pm", ".", "response", ".", "code"]) || self.takes(&["responseCode", ".", "code"]) {
            return Some(Value::Status);
        }
        let header = self.takes(&["pm", ".", "response", ".", "headers", ".", "get", "("])
            || self.takes(&["postman", ".", "getResponseHeader", "("]);
        if header {
            let name = self.word(Kind::Text)?.to_owned();
            return self.takes(&[")"]).then_some(Value::Header(name));
        }
        let json = self.takes(&["JSON", ".", "parse", "("]);
        if json || self.takes(&["xml2Json", "("]) {
            let inner = self.expression()?;
            let whole = if json { Value::Json(String::new()) } else { Value::Xml(String::new()) };
            return (self.takes(&[")"]) && inner == Value::Text).then_some(whole);
        }
        match self.peek()?.kind {
            Kind::Text => self.word(Kind::Text).map(|text| Value::Literal(text.to_owned())),
            Kind::Name => {
                let name = self.word(Kind::Name)?;
                self.names.get(name).cloned()
            }
            _ => None,
        }
    }

    fn method(&mut self, of: Value, name: &str) -> Option<Value> {
        let value = match (name, of) {
            ("split", of) => {
                let at = self.word(Kind::Text)?.to_owned();
                Value::Cut { of: Box::new(of), at, name: String::new(), taken: 0 }
            }
            ("pop", Value::Cut { of, at, name, taken }) => {
                // The next pop takes the one before.
                let left = Value::Cut { of: of.clone(), at: at.clone(), name: name.clone(), taken: taken + 1 };
                self.names.insert(name, left);
                Value::Piece { of, at, index: -1 - taken }
            }
            ("toString" | "trim", of) => of,
            _ => return None,
        };
        self.takes(&[")"]).then_some(value)
    }
}

impl Value {
    fn field(self, name: &str) -> Option<Self> {
        match self {
            Self::Json(path) => {
                let step = step(name);
                let dot = if path.is_empty() && step.starts_with('[') { "." } else { "" };
                Some(Self::Json(format!("{path}{dot}{step}")))
            }
            // Its name is asked to know whether there is one.
            Self::Scope if name == "name" => Some(Self::Scope),
            // The elements around it do not matter: it is found by its own name.
            Self::Xml(_) => Some(Self::Xml(name.rsplit(':').next().unwrap_or(name).to_owned())),
            _ => None,
        }
    }

    fn index(self, index: i64) -> Option<Self> {
        match self {
            Self::Json(path) => Some(Self::Json(format!("{}[{index}]", if path.is_empty() { "." } else { &path }))),
            Self::Cut { of, at, .. } => Some(Self::Piece { of, at, index }),
            _ => None,
        }
    }

    /// Where a capture finds it.
    fn source(self) -> Option<Source> {
        match self {
            Self::Header(name) => Some(Source::Header(name)),
            Self::Status => Some(Source::Status),
            Self::Text => Some(Source::Regex("(?s).*".to_owned())),
            Self::Xml(name) if !name.is_empty() => Some(Source::Regex(format!("{}([^<]*)<", element(&name)))),
            Self::Joined(parts) => run(&parts).or_else(|| Some(Source::Jq(joined(&parts)?))),
            Self::Piece { of, at, index } => match *of {
                Self::Xml(_) => run(&[Self::Piece { of, at, index }]),
                _ => Some(Source::Jq(Self::Piece { of, at, index }.jq()?)),
            },
            other => Some(Source::Jq(other.jq()?)),
        }
    }

    /// As a jq program.
    fn jq(&self) -> Option<String> {
        match self {
            Self::Json(path) => Some(if path.is_empty() { ".".to_owned() } else { path.clone() }),
            Self::Literal(text) => serde_json::to_string(text).ok(),
            Self::Piece { of, at, index } => {
                Some(format!("({} | split({}) | .[{index}])", of.jq()?, serde_json::to_string(at).ok()?))
            }
            _ => None,
        }
    }
}

/// A step of a jq path.
fn step(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty();
    if plain { format!(".{name}") } else { format!("[{}]", serde_json::to_string(name).unwrap_or_default()) }
}

fn joined(parts: &[Value]) -> Option<String> {
    let all: Option<Vec<String>> = parts.iter().map(|part| Some(format!("({} | tostring)", part.jq()?))).collect();
    Some(all?.join(" + "))
}

/// The beginning of an element of this name, whatever its prefix.
fn element(name: &str) -> String {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-')).collect();
    format!("<(?:[\\w.-]+:)?{plain}(?:\\s[^>]*)?>")
}

/// Neighbouring pieces of one element's text, put together again with what they were cut at: a part of that text.
fn run(parts: &[Value]) -> Option<Source> {
    let Some(Value::Piece { of, at, index: first }) = parts.first() else { return None };
    let Value::Xml(name) = of.as_ref() else { return None };
    let [sign] = at.chars().collect::<Vec<_>>()[..] else { return None };
    let mut last = *first;
    let mut between = 0;
    for part in parts.iter().skip(1) {
        match part {
            Value::Literal(text) if text.chars().all(|c| c == sign) => between = i64::try_from(text.len()).ok()?,
            Value::Piece { of: other, index, .. } if other == of && *index == last + between => last = *index,
            _ => return None,
        }
    }
    let before = usize::try_from(*first).ok()?;
    let within = usize::try_from(last - first).ok()?;
    let other = if sign.is_alphanumeric() { format!("[^{sign}<]*") } else { format!("[^\\{sign}<]*") };
    let piece = format!("{other}\\{sign}");
    Some(Source::Regex(format!("{}(?:{piece}){{{before}}}((?:{piece}){{{within}}}{other})", element(name))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, Source)> {
        let read = captures(text);
        assert_eq!(read.lost, Vec::<String>::new(), "{text}");
        read.captures.into_iter().map(|capture| (capture.variable, capture.from)).collect()
    }

    #[test]
    fn variables_set_from_json_are_captures() {
        let text = "const data = pm.response.json();\nconst id = data.id.split('/');\n\nconst context = pm.environment.name ? pm.environment : pm.collectionVariables;\n\
            context.set(\"_token\", data.access_token);\ncontext.set('user', id.pop())\ncontext.set(\"org\", id.pop());";
        let jq = |text: &str| Source::Jq(text.to_owned());
        assert_eq!(
            read(text),
            [
                ("_token".to_owned(), jq(".access_token")),
                ("user".to_owned(), jq("(.id | split(\"/\") | .[-1])")),
                ("org".to_owned(), jq("(.id | split(\"/\") | .[-2])")),
            ]
        );
        let text = "var j = JSON.parse(responseBody); postman.setEnvironmentVariable('a', j.list[0][\"b c\"]);\npm.globals.set('s', pm.response.code)\npm.variables.set(\"h\", pm.response.headers.get(\"Location\"));// end";
        assert_eq!(
            read(text),
            [
                ("a".to_owned(), jq(".list[0][\"b c\"]")),
                ("s".to_owned(), Source::Status),
                ("h".to_owned(), Source::Header("Location".to_owned())),
            ]
        );
    }

    #[test]
    fn elements_of_xml_are_found_by_name() {
        let text = "const result = xml2Json(pm.response.text())[\"soapenv:Envelope\"][\"soapenv:Body\"].loginResponse.result;\n\
            const url = result.serverUrl.split(\"/\");\npm.environment.set(\"t\", result.sessionId);\npm.environment.set(\"e\", url[0] + \"//\" + url[2]);";
        let found = read(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].1, Source::Regex("<(?:[\\w.-]+:)?sessionId(?:\\s[^>]*)?>([^<]*)<".to_owned()));
        let Source::Regex(origin) = &found[1].1 else { panic!("{found:?}") };
        assert!(origin.ends_with("(?:[^\\/<]*\\/){0}((?:[^\\/<]*\\/){2}[^\\/<]*)"), "{origin}");
    }

    #[test]
    fn what_does_more_is_told() {
        let text = "pm.test(\"ok\", function () { pm.response.to.have.status(200); });\nif (x) { pm.environment.set('a', 1); }\nconsole.log(1);\npm.environment.set('b', pm.response.json().b);";
        let read = captures(text);
        assert_eq!(read.captures.len(), 1);
        assert_eq!(read.lost.len(), 2, "{:?}", read.lost);
        assert!(!does_something("// nothing\n/* at all */ ;"));
        for hostile in ["'", "((((", "}}}}", "const", "const a =", "pm.environment.set(", "a.b.c[", "\u{0}", "`${x}`"] {
            captures(hostile);
        }
    }
}
