//! What the demo org answers when it refuses: status, code and words as Salesforce gives them.
//!
//! The words are part of the behaviour, since clients match on them. Nothing of the database may show in them.

use serde_json::{Map, Value, json};

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
    /// What few refusals have.
    pub rest: Option<Box<Rest>>,
}

/// What else is told of a refused record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rest {
    /// What else is wrong with the same record.
    more: Vec<SfError>,
    /// A further key of the answer and its value.
    detail: Option<(&'static str, Value)>,
}

/// Refusals of a save itself: they name their fields even where there are none.
const OF_SAVING: [&str; 12] = [
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
    "DELETE_FAILED",
    "DUPLICATES_DETECTED",
    "DUPLICATE_EXTERNAL_ID",
    "DUPLICATE_VALUE",
    "ENTITY_IS_DELETED",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION",
    "INACTIVE_OWNER_OR_USER",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
    "INSUFFICIENT_ACCESS_OR_READONLY",
    "INVALID_CROSS_REFERENCE_KEY",
    "UNDELETE_FAILED",
];

impl SfError {
    /// A refusal that names no fields.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), fields: Vec::new(), rest: None }
    }

    /// A refusal for the sake of one field.
    pub fn at(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self { fields: vec![field.to_owned()], ..Self::new(400, code, message) }
    }

    /// Several refusals of one record as one; none is none.
    pub(in crate::demo) fn all(errors: Vec<Self>) -> Result<(), Self> {
        let mut errors = errors.into_iter();
        match errors.next() {
            None => Ok(()),
            Some(mut first) => {
                if errors.len() > 0 {
                    first.rest.get_or_insert_default().more.extend(errors);
                }
                Err(first)
            }
        }
    }

    /// The same with a further key in its answer.
    pub(super) fn with(mut self, key: &'static str, value: Value) -> Self {
        self.rest.get_or_insert_default().detail = Some((key, value));
        self
    }

    /// The same, as it is told of one record among many: a record that is not there is a wrong reference.
    pub fn among_many(self) -> Self {
        match self.code {
            "NOT_FOUND" => Self::new(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"),
            _ => self,
        }
    }

    /// Every refusal of the record, this one first.
    pub fn each(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.rest.iter().flat_map(|rest| &rest.more))
    }

    /// The body: `[{"message", "errorCode"}]`, with `fields` where a write was refused.
    pub fn to_json(&self) -> Value {
        self.each().map(Self::one_to_json).collect()
    }

    fn one_to_json(&self) -> Value {
        let mut map = Map::new();
        let detail = self.rest.iter().filter_map(|rest| rest.detail.as_ref());
        map.extend(detail.map(|(key, value)| ((*key).to_owned(), value.clone())));
        map.insert("message".to_owned(), Value::from(self.message.as_str()));
        map.insert("errorCode".to_owned(), Value::from(self.code));
        if !self.fields.is_empty() || OF_SAVING.contains(&self.code) {
            map.insert("fields".to_owned(), json!(self.fields));
        }
        Value::Object(map)
    }

    /// The errors of a record among many: `[{"statusCode", "message", "fields"}]`.
    pub fn to_list(&self) -> Value {
        self.each().map(|one| json!({ "statusCode": one.code, "message": one.message, "fields": one.fields })).collect()
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
