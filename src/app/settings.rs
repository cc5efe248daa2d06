//! What the files say, once they are read and each time they are read again: keys, themes, problems.

use super::event::SettingsRead;
use super::keymap::Keymap;
use super::state::State;
use crate::profile::Problem;
use std::sync::Arc;

/// Problems by the file that has them: each is read on its own.
#[derive(Debug, Clone, Default)]
pub struct ProblemsByFile {
    profiles: Vec<Problem>,
    settings: Vec<Problem>,
}

impl State {
    /// The settings were read.
    pub fn settings_read(&mut self, read: SettingsRead) {
        let (keymap, problems) = Keymap::with(&read.keys, &read.file);
        self.keymap = Arc::new(keymap);
        self.themes.all = read.themes;
        self.themes.chosen = read.theme;
        self.easel.wish = read.pictures;
        self.by_file.settings = read.problems;
        self.by_file.settings.extend(problems);
        self.by_file.settings.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        self.gather_problems();
    }

    /// The problems of `profiles.toml` are these now.
    pub fn profile_problems(&mut self, problems: Vec<Problem>) {
        self.by_file.profiles = problems;
        self.gather_problems();
    }

    fn gather_problems(&mut self) {
        self.problems = self.by_file.profiles.iter().chain(&self.by_file.settings).cloned().collect();
    }

    /// A file was changed outside and read again.
    pub fn tell_read_again(&mut self, file: &str) {
        let wrong = match self.problems.len() {
            0 => String::new(),
            1 => ": 1 problem in the files".to_owned(),
            n => format!(": {n} problems in the files"),
        };
        self.tell(format!("{file} was changed and read again{wrong}"));
    }
}
