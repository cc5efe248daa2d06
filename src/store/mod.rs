//! What is kept between runs: collections of requests, the history. Files only; who asks for them, and when, is not known here.
//!
//! ```text
//! ROOT/folder/…/name.toml ──▶ collection (read whole) ──▶ Saved
//!           ▲────────────────── shelf (locked, written one by one) ◀──┘
//! ```

mod about;
mod arrange;
pub mod collection;
pub mod exchange;
mod file_name;
pub mod filters;
pub mod history;
pub mod shelf;
pub mod tabs;
pub mod trust;
pub mod undo;

pub use about::About;
pub use collection::{Collection, Entry, Stamp};
pub use file_name::file_name;
pub use trust::Trusted;
pub use undo::{Act, Undo, Undone};
