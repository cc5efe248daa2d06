//! curl commands: one that is pasted becomes the request it sends; a request becomes a command.
//!
//! ```text
//! text ─▶ shell (bash, cmd or PowerShell) ─▶ words ─▶ read (flags) ─▶ Request and what was left out
//! Request ─▶ write ─▶ curl │ HTTPie │ .http
//! ```
//! Nothing is run and no file is read.

mod read;
mod shell;
mod write;

pub use read::{Pasted, form, is_curl, read};
pub use write::{curl, http_file, httpie};

#[cfg(test)]
mod tests;
