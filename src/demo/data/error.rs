//! What the demo org answers when it refuses: status, code and words as Salesforce gives them.
//!
//! The words are part of the behaviour, since clients match on them. Nothing of the database may show in them.

use serde_json::{Value, json};

/// A refusal of the data API, to be answered as a one-element array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SfError {
    /// HTTP status.
    pub status: u16,
    /// `errorCode`, e.g. `INVALID_FIELD`.
    pub code: &'static str,
    /// `message`, may have several lines.
    pub message: String,
    /// `fields`: the fields at fault; given by writes only.
    pub fields: Vec<String>,
}

impl SfError {
    /// A refusal that names no fields.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), fields: Vec::new() }
    }

    /// The body: `[{"message", "errorCode"}]`, with `fields` where a write was refused for some.
    pub fn to_json(&self) -> Value {
        let mut one = json!({ "message": self.message, "errorCode": self.code });
        if let (false, Some(map)) = (self.fields.is_empty(), one.as_object_mut()) {
            map.insert("fields".into(), json!(self.fields));
        }
        Value::Array(vec![one])
    }

    pub(super) fn not_found() -> Self {
        Self::new(404, "NOT_FOUND", "The requested resource does not exist")
    }

    pub(super) fn unsupported_type(name: &str) -> Self {
        Self::new(400, "INVALID_TYPE", format!("sObject type '{name}' is not supported."))
    }

    /// The database failed: the demo's own fault, told without its details.
    pub(super) fn internal() -> Self {
        Self::new(
            500,
            "UNKNOWN_EXCEPTION",
            "An unexpected error occurred. Please include this ErrorId if you contact support: 1000000001-1 (1)",
        )
    }
}

impl From<rusqlite::Error> for SfError {
    fn from(error: rusqlite::Error) -> Self {
        tracing::warn!(%error, "the demo database refused a statement");
        Self::internal()
    }
}
