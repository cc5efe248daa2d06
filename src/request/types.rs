//! A request as it is typed: every text may hold `{{variables}}`.

use super::trust::Trust;
use std::path::PathBuf;

/// A request before its variables are resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, or any other token.
    pub method: String,
    /// An address, a path, or a query that begins with `SELECT` or `FIND`.
    pub address: String,
    /// Added to the address's query.
    pub params: Vec<Pair>,
    /// Sent beside those that are always sent.
    pub headers: Vec<Pair>,
    /// What is sent.
    pub body: RequestBody,
    /// Who answers for its texts.
    pub trust: Trust,
}

impl Request {
    /// A GET of this address and nothing else.
    pub fn get(address: impl Into<String>) -> Self {
        Self {
            method: "GET".to_owned(),
            address: address.into(),
            params: Vec::new(),
            headers: Vec::new(),
            body: RequestBody::Empty,
            trust: Trust::Nothing,
        }
    }

    /// A GET of an address that an org gave: braces in it are text, and name nothing of the user's.
    pub fn follow(address: &str) -> Self {
        Self::get(address.replace("{{", "%7B%7B")).typed()
    }

    /// The same as typed by hand.
    pub fn typed(self) -> Self {
        Self { trust: Trust::Typed, ..self }
    }
}

/// A name and a value, which can be switched off without being lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Whether it is sent.
    pub on: bool,
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

impl Pair {
    /// One that is sent.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { on: true, name: name.into(), value: value.into() }
    }
}

/// A request's body, before its variables are resolved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RequestBody {
    /// None.
    #[default]
    Empty,
    /// Typed; variables are resolved in it.
    Text(String),
    /// A file's content: text up to 1 MiB has its variables resolved, all else is streamed as it is.
    File(PathBuf),
}
