//! A response body as a document: index, visible rows, search, table. Knows nothing of Salesforce or the screen.
//!
//! ```text
//!  bytes ── scan ──▶ tape (12 bytes a value, 20 more a container) ──▶ Document: kind, key, text, path, children
//!                                                                      ├─ Outline: which rows show
//!                                                                      ├─ find / count: a needle in keys and values
//!                                                                      ├─ Table: an array of objects as a grid
//!                                                                      └─ diff: against another document
//! ```
//!
//! The text is kept as it came and never copied: a value is a place in it. Nothing here recurses, so a million levels
//! of nesting are as safe as one. Nothing here starts a thread, reads a clock or fails on bad input: what stands before
//! a mistake is indexed and the mistake is told with its place.

mod bits;
mod convert;
pub mod diff;
mod document;
mod error;
pub mod filter;
mod navigate;
mod needle;
mod outline;
mod path;
mod pretty;
mod scan;
mod search;
mod table;
mod tape;
mod text;
mod value;

#[cfg(test)]
mod tests;

pub use convert::{from_csv, from_xml};
pub use document::Document;
pub use error::{SyntaxError, line_of};
pub use needle::Needle;
pub use outline::Outline;
pub use pretty::pretty;
pub use search::{Direction, count, find};
pub use table::Table;
pub use tape::{Kind, NodeId};
