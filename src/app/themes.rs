//! Which theme the screen has: one by name, or whichever fits the terminal. What its colours become is the view's.

use crate::profile::{ThemeFile, WITHOUT_FILE};
use std::sync::Arc;

/// The themes there are, and the one in use.
#[derive(Debug, Clone)]
pub struct Themes {
    /// Those that are files.
    pub all: Vec<Arc<ThemeFile>>,
    /// The name of the one in use.
    pub chosen: String,
    /// The one that is tried on while the palette is open.
    pub tried: Option<String>,
}

impl Default for Themes {
    fn default() -> Self {
        Self { all: Vec::new(), chosen: "auto".to_owned(), tried: None }
    }
}

impl Themes {
    /// The name of what is shown.
    pub fn shown(&self) -> &str {
        self.tried.as_deref().unwrap_or(&self.chosen)
    }

    /// By name; none for `auto` and `terminal`, which have no colours of their own.
    pub fn get(&self, name: &str) -> Option<&Arc<ThemeFile>> {
        self.all.iter().find(|theme| theme.name == name)
    }

    /// Every name there is.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        WITHOUT_FILE.into_iter().chain(self.all.iter().map(|theme| theme.name.as_str()))
    }

    /// What a theme is like.
    pub fn about(&self, name: &str) -> &str {
        match name {
            "auto" => "what fits the terminal",
            "terminal" => "the terminal's own sixteen colours",
            _ => self.get(name).map_or("", |theme| theme.about.as_str()),
        }
    }
}
