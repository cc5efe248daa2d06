//! A response body as a document: index, visible rows, search, table. Knows nothing of Salesforce or the screen.

mod stub;
pub use stub::*;
