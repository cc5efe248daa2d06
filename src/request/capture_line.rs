//! Captures as lines of text, as they are typed: `name = jq .id`, `name = header Location`, `name = status`,
//! `name = regex id: (.*)`; `secret` before it marks the value. `#` before a line switches it off.

use super::{Capture, Source};
use crate::json::filter::{FilterError, check};

/// A line that is no capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureError {
    /// Which line, from 0.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl Capture {
    /// As a line of text.
    pub fn line(&self) -> String {
        let secret = if self.secret { "secret " } else { "" };
        format!("{secret}{} = {} {}", self.variable, self.from.key(), self.from.text().replace('\n', " "))
            .trim_end()
            .to_owned()
    }

    /// The capture of a line. `None`: an empty line, or one that is switched off.
    pub fn of_line(line: &str) -> Option<Result<Self, String>> {
        let line = line.trim();
        (!line.is_empty() && !line.starts_with('#')).then(|| read(line))
    }
}

/// The captures of a text, and the lines that are none.
pub fn captures_of<S: AsRef<str>>(lines: impl IntoIterator<Item = S>) -> (Vec<Capture>, Vec<CaptureError>) {
    let (mut captures, mut errors) = (Vec::new(), Vec::new());
    for (line, text) in lines.into_iter().enumerate() {
        match Capture::of_line(text.as_ref()) {
            Some(Ok(capture)) => captures.push(capture),
            Some(Err(what)) => errors.push(CaptureError { line, what }),
            None => {}
        }
    }
    (captures, errors)
}

fn read(line: &str) -> Result<Capture, String> {
    let (name, from) = line.split_once('=').ok_or("write: name = jq .id")?;
    let name = name.trim();
    let (secret, name) = match name.split_once(char::is_whitespace) {
        Some(("secret", name)) => (true, name.trim()),
        _ => (false, name),
    };
    // Other tools allow blanks in names, and so does what resolves them.
    if name.is_empty() || name.contains(['{', '}', '"', '(', ')']) {
        return Err("a variable's name has no braces and no quotes".to_owned());
    }
    let (kind, text) = from.trim().split_once(char::is_whitespace).unwrap_or((from.trim(), ""));
    let text = text.trim();
    let from = match (kind, text) {
        ("status", "") => Source::Status,
        ("status", _) => return Err("status stands alone".to_owned()),
        ("jq" | "header" | "regex", "") => return Err(format!("{kind} needs something behind it")),
        ("jq", program) => {
            check(program).map_err(|error| match error {
                FilterError::Program { what, .. } => what,
                other => other.to_string(),
            })?;
            Source::Jq(program.to_owned())
        }
        ("header", name) => {
            http::HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("{name} cannot be a header's name"))?;
            Source::Header(name.to_owned())
        }
        ("regex", pattern) => {
            super::capture::compiled(pattern)?;
            Source::Regex(pattern.to_owned())
        }
        ("", _) => return Err("say where it comes from: jq, header, status or regex".to_owned()),
        (other, _) => return Err(format!("{other} is none of jq, header, status, regex")),
    };
    Ok(Capture { variable: name.to_owned(), from, secret })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capture(variable: &str, from: Source, secret: bool) -> Capture {
        Capture { variable: variable.to_owned(), from, secret }
    }

    #[test]
    fn lines_are_captures_and_back() {
        for (line, wanted) in [
            ("id = jq .id", capture("id", Source::Jq(".id".to_owned()), false)),
            ("a.b=jq .x == 1", capture("a.b", Source::Jq(".x == 1".to_owned()), false)),
            ("secret x = header X-Token", capture("x", Source::Header("X-Token".to_owned()), true)),
            ("secret = status", capture("secret", Source::Status, false)),
            ("my var = status", capture("my var", Source::Status, false)),
            ("r = regex id=(\\d+) end", capture("r", Source::Regex("id=(\\d+) end".to_owned()), false)),
        ] {
            let read = Capture::of_line(line).unwrap().unwrap();
            assert_eq!(read, wanted, "{line}");
            assert_eq!(Capture::of_line(&read.line()), Some(Ok(wanted)), "{line}");
        }
        assert!(Capture::of_line("  ").is_none() && Capture::of_line("# id = jq .id").is_none());
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let lines = [
            "id = jq .id",
            "",
            "x",
            "a\"b = status",
            "y = jq .[",
            "z = xpath //a",
            "w = regex (",
            "v = jq",
            "{{u}} = status",
            "t = ",
        ];
        let (captures, errors) = captures_of(lines);
        assert_eq!(captures.len(), 1);
        let told: Vec<_> = errors.iter().map(|e| (e.line, e.what.as_str())).collect();
        let wanted = [
            "name = jq",
            "no braces",
            "never closed",
            "none of jq",
            "unclosed group",
            "needs something",
            "no braces",
            "say where",
        ];
        assert_eq!(told.len(), wanted.len(), "{told:?}");
        for ((at, (line, what)), wanted) in told.iter().enumerate().zip(wanted) {
            assert!(*line == at + 2 && what.contains(wanted), "line {line}: {what}");
        }
    }
}
