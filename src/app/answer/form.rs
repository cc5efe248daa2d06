//! What form a body has, told by what the answer says and by what it begins with.

use crate::json::{Document, from_csv, from_xml};
use crate::request::{AnswerBody, Exchange};

/// A body's form, where it has views of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// Nothing to be made of it but what it is.
    #[default]
    Plain,
    /// A tree.
    Xml,
    /// A table.
    Csv,
    /// A page for people.
    Html,
    /// Bytes.
    Bytes,
}

impl Form {
    /// Of an answer.
    pub fn of(exchange: &Exchange) -> Self {
        let media = exchange.header("Content-Type").unwrap_or_default().to_ascii_lowercase();
        let media = media.split(';').next().unwrap_or_default().trim();
        match &exchange.body {
            AnswerBody::Binary(_) => Self::Bytes,
            AnswerBody::Spooled(spool) if !is_text(&spool.head) => Self::Bytes,
            AnswerBody::Text(_) if media == "text/csv" => Self::Csv,
            AnswerBody::Text(text) => {
                let start: String = text.trim_start().chars().take(15).flat_map(char::to_lowercase).collect();
                if start.starts_with("<!doctype html") || start.starts_with("<html") || media == "text/html" {
                    Self::Html
                } else if start.starts_with("<?xml") || (start.starts_with('<') && media.ends_with("xml")) {
                    Self::Xml
                } else {
                    Self::Plain
                }
            }
            _ => Self::Plain,
        }
    }

    /// A text of this form as a document; `None` where it has none.
    pub fn document(self, text: &str) -> Option<Document> {
        let json = match self {
            Self::Xml => from_xml(text),
            Self::Csv => from_csv(text),
            Self::Plain | Self::Html | Self::Bytes => None,
        };
        json.map(Document::parse)
    }

    /// Whether a text of this form may be a document.
    pub fn converts(self) -> bool {
        matches!(self, Self::Xml | Self::Csv)
    }
}

/// Whether bytes are text, save for a character that their end may have cut.
pub fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true)
}
