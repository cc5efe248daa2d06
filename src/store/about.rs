//! What a folder of requests tells of itself: `_folder.toml` in it. A folder without one is a folder all the same.

use serde::{Deserialize, Serialize};
use std::path::Path;

/// The file's name. It sorts before what people write, and is no request.
pub(super) const ABOUT: &str = "_folder.toml";

/// What a folder tells of itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// Where it differs from the folder's own.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Names of the files and folders in it that come first, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<String>,
    /// Variables of every request in it; used of the root.
    #[serde(skip_serializing_if = "toml::Table::is_empty")]
    variables: toml::Table,
}

impl About {
    /// Of a folder with this name and description.
    pub fn new(name: &str, description: &str) -> Self {
        Self { name: name.to_owned(), description: description.to_owned(), ..Self::default() }
    }

    /// Reads a file; one that cannot be read tells nothing.
    pub(super) fn read(path: &Path) -> Self {
        std::fs::read_to_string(path).ok().and_then(|text| toml::from_str(&text).ok()).unwrap_or_default()
    }

    pub(super) fn write(&self) -> String {
        // Plain texts and lists always have a form in TOML.
        toml::to_string_pretty(self).unwrap_or_default()
    }

    /// Name and value of each variable.
    pub fn variables(&self) -> impl Iterator<Item = (&str, String)> {
        self.variables.iter().map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name.as_str(), text)
        })
    }

    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), toml::Value::String(value.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(ABOUT);
        let mut about = About { name: "A / B".to_owned(), description: "Two\nlines".to_owned(), ..About::default() };
        about.order = vec!["b.toml".to_owned(), "a".to_owned()];
        about.set("site", "x \"y\"");
        about.set("empty", "");
        std::fs::write(&path, about.write()).unwrap();
        assert_eq!(About::read(&path), about);
        assert_eq!(about.variables().collect::<Vec<_>>(), [("site", "x \"y\"".to_owned()), ("empty", String::new())]);
        std::fs::write(&path, "name = 3").unwrap();
        assert_eq!(About::read(&path), About::default());
        assert_eq!(About::default().write(), "");
    }
}
