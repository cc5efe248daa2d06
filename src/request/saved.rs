//! A saved request: what is asked, its name and description, and what is taken from the answer. Plain data.

use super::{Pair, PieceKind, Request, RequestBody, pieces};

/// A request somebody keeps: one file of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// What it is called on the screen.
    pub name: String,
    /// What it is for; may have several lines.
    pub description: String,
    /// Where its documentation stands; may be empty.
    pub docs: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Variables of this request alone: name and value, which may hold variables itself.
    pub variables: Vec<(String, String)>,
    /// What is asked.
    pub request: Request,
    /// What is taken from the answer, in this order.
    pub captures: Vec<Capture>,
}

impl Saved {
    /// With this name, and nothing told about it.
    pub fn new(name: impl Into<String>, request: Request) -> Self {
        Self {
            name: name.into(),
            description: String::new(),
            docs: String::new(),
            tags: Vec::new(),
            variables: Vec::new(),
            request,
            captures: Vec::new(),
        }
    }
}

/// Sets a variable from an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// The variable it sets.
    pub variable: String,
    /// Where its value comes from.
    pub from: Source,
    /// Whether the value is a secret, beside what its name says.
    pub secret: bool,
}

/// Where a capture looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A jq program over the body; its first output.
    Jq(String),
    /// A header, by name.
    Header(String),
    /// The status code.
    Status,
    /// A regular expression over the body; its first group, or all that it found.
    Regex(String),
}

impl Source {
    /// The key it has in a file.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Jq(_) => "jq",
            Self::Header(_) => "header",
            Self::Status => "status",
            Self::Regex(_) => "regex",
        }
    }

    /// What stands beside the key.
    pub fn text(&self) -> &str {
        match self {
            Self::Jq(text) | Self::Header(text) | Self::Regex(text) => text,
            Self::Status => "",
        }
    }
}

/// What separates name and value where pairs are written as lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// `name=value`, of parameters.
    Equals,
    /// `name: value`, of headers.
    Colon,
}

impl Pair {
    /// As a line of text; one that is switched off begins with `#`.
    pub fn line(&self, between: Between) -> String {
        let off = if self.on { "" } else { "# " };
        match between {
            Between::Equals => format!("{off}{}={}", self.name, self.value),
            Between::Colon => format!("{off}{}: {}", self.name, self.value),
        }
    }

    /// The pair of a line; a line without the sign between is a name with an empty value. `None`: an empty line.
    pub fn of_line(line: &str, between: Between) -> Option<Self> {
        let line = line.trim();
        let (on, text) = match line.strip_prefix('#') {
            Some(rest) => (false, rest.trim_start()),
            None => (true, line),
        };
        if text.is_empty() {
            return None;
        }
        let sign = if between == Between::Equals { '=' } else { ':' };
        let (name, value) = text.split_once(sign).unwrap_or((text, ""));
        let value = if between == Between::Colon { value.trim_start() } else { value };
        Some(Self { on, name: name.trim_end().to_owned(), value: value.to_owned() })
    }
}

/// Form encoding of what lies outside of `{{…}}`: variables are put in before it is sent, so their braces stay.
pub(super) fn form_encoded(text: &str) -> String {
    let mut out = String::new();
    for piece in pieces(text) {
        let part = text.get(piece.span).unwrap_or_default();
        match piece.kind {
            PieceKind::Variable { .. } | PieceKind::Call(_) => out.push_str(part),
            PieceKind::Text | PieceKind::Broken { .. } => {
                out.extend(url::form_urlencoded::byte_serialize(part.as_bytes()));
            }
        }
    }
    out
}

impl RequestBody {
    /// Whether nothing is sent.
    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_lines() {
        for (line, on, name, value) in [
            ("fields=Id,Name", true, "fields", "Id,Name"),
            ("# q=a=b", false, "q", "a=b"),
            ("#q=", false, "q", ""),
            ("alone", true, "alone", ""),
        ] {
            let pair = Pair::of_line(line, Between::Equals).unwrap();
            assert_eq!((pair.on, pair.name.as_str(), pair.value.as_str()), (on, name, value), "{line}");
            assert_eq!(Pair::of_line(&pair.line(Between::Equals), Between::Equals), Some(pair));
        }
        let header = Pair::of_line("Content-Type: text/csv; a: b", Between::Colon).unwrap();
        assert_eq!((header.name.as_str(), header.value.as_str()), ("Content-Type", "text/csv; a: b"));
        assert_eq!(Pair::of_line("  ", Between::Colon), None);
        assert_eq!(Pair::of_line("#", Between::Colon), None);
    }
}
