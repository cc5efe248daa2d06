//! The report as a text for people: what is sent to an administrator, and what the clipboard gets.

use super::report::{Line, Report, Standing};

/// Where what was found begins.
const INDENT: usize = 22;

impl Line {
    /// As text: standing, step, what was found; below it what to do, and what is known where it does not hold.
    pub fn text(&self) -> String {
        let mut text = format!("{:<9}{:<13}{}\n", self.standing.name(), self.check.name(), self.what);
        for step in &self.cure {
            text.push_str(&format!("{:INDENT$}→ {step}\n", ""));
        }
        if self.standing == Standing::Failed {
            let wide = self.facts.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
            for (label, value) in &self.facts {
                text.push_str(&format!("{:INDENT$}  {label:<wide$}  {value}\n", ""));
            }
        }
        text
    }
}

impl Report {
    /// Of whom and when, before any line is known.
    pub fn head(&self) -> String {
        let rows = [
            ("profile", self.who.app.as_str()),
            ("username", self.who.username.as_str()),
            ("consumer key", self.client_id.as_str()),
            ("login host", self.login_url.as_str()),
            ("kind", self.kind),
        ];
        let mut text = format!("orgdeck {}: what keeps a login from working\n\n", env!("CARGO_PKG_VERSION"));
        for (label, value) in rows {
            text.push_str(&format!("{label:<INDENT$}{value}\n"));
        }
        text.push_str(&format!("{:<INDENT$}{}\n\n", "examined", self.at.strftime("%Y-%m-%d %H:%M:%S UTC")));
        text
    }

    /// All of it.
    pub fn text(&self) -> String {
        let mut text = self.head();
        self.lines.iter().for_each(|line| text.push_str(&line.text()));
        text.push_str(&format!("\n{}\n", self.summary()));
        text
    }
}
