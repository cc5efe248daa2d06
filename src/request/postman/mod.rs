//! Postman collections (v2.0, v2.1) and environments: in as saved requests, out as a collection that imports again.
//!
//! What cannot be carried is listed by request, never dropped without a word. No code of a collection runs: a script that
//! only sets variables from the answer becomes captures.

mod export;
mod import;
mod schema;
mod script;
mod twins;
mod words;

pub use export::{export, export_environment};
pub use import::{import, import_environment};
pub use twins::strange_to_postman;

use super::Saved;

/// A collection of another tool, as saved requests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Folders with a description, by their path.
    pub folders: Vec<(Vec<String>, String)>,
    /// Requests in their order: the folders they lie in, and what they are.
    pub requests: Vec<(Vec<String>, Saved)>,
    /// Its own variables.
    pub variables: Vec<(String, String)>,
    /// What could not be carried.
    pub lost: Vec<Lost>,
}

/// Something that could not be carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The request, with its folders; empty: the collection.
    pub request: String,
    /// What it was.
    pub what: String,
}

/// Why a text is no collection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It is no JSON, or not of this shape.
    #[error("not a Postman collection: {0}")]
    Shape(String),
    /// A version of long ago.
    #[error("this collection is of version 1: Postman exports it as 2.1 (Export, Collection v2.1)")]
    Version1,
}

#[cfg(test)]
mod tests;
