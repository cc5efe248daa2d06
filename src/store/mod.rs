//! What is kept between runs: collections of requests, the history. Files only; who asks for them, and when, is not known here.
//!
//! ```text
//! ROOT/folder/…/name.toml ◀──▶ collection (read whole, written one by one) ◀──▶ Saved
//! ```

mod about;
pub mod arrange;
pub mod collection;
pub mod exchange;
mod file_name;
pub mod filters;
pub mod history;
pub mod tabs;
pub mod trust;

pub use about::About;
pub use collection::{Collection, Deleted, Entry, Stamp};
pub use file_name::file_name;
pub use trust::Trusted;
