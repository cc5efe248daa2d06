//! Profiles that other tools wrote: the Salesforce CLI's store, an environment file, a Postman environment, the article's
//! `default.json`. What they say becomes apps with their users; nothing of theirs that is secret or encrypted is read.
//!
//! Reads files, writes none: [`super::edit`] puts into `profiles.toml` what was found.

mod cli;
mod draft;
mod names;

#[cfg(test)]
mod tests;

pub use draft::{Draft, Found, add};

use std::path::Path;

/// Finds out what a file or folder is, and reads it. A folder is a home with the Salesforce CLI's store in it.
///
/// # Errors
/// What keeps it from being read, in words.
pub fn read(place: &Path) -> Result<Found, String> {
    if place.is_dir() {
        return cli::read(place);
    }
    let text = std::fs::read_to_string(place).map_err(|error| format!("{}: {error}", place.display()))?;
    let folder = place.parent().unwrap_or(Path::new(""));
    let pairs = names::pairs(&text).map_err(|why| format!("{}: {why}", place.display()))?;
    Ok(names::found(&pairs, folder))
}
