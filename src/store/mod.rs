//! What is kept between runs: collections of requests. Files only; who asks for them, and when, is not known here.
//!
//! ```text
//! ROOT/folder/…/name.toml ◀──▶ collection (read whole, written one by one) ◀──▶ Saved
//! ```

pub mod collection;
mod file_name;

pub use collection::{Collection, Entry, Stamp};
pub use file_name::file_name;
