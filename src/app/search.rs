//! The search line of an answer: what is typed, where it began, what was found.

use super::edit::Line;
use super::event::{Found, TaskId};

/// A search in one answer.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// What is typed.
    pub line: Line,
    /// Whether the line is open.
    pub typing: bool,
    /// Where the cursor was when it was opened.
    pub began: u64,
    /// The search under way.
    pub running: Option<TaskId>,
    /// The last result, for what is typed.
    pub found: Option<Found>,
    /// Steps asked for while it was under way: forward is positive.
    pub waiting: i32,
}

impl Search {
    /// What to mark, if anything.
    pub fn needle(&self) -> Option<&str> {
        Some(self.line.text()).filter(|t| !t.is_empty())
    }

    /// `3 of 17`, `no match`, or nothing.
    pub fn status(&self) -> String {
        match (self.running, self.found, self.needle()) {
            (_, _, None) => String::new(),
            (Some(_), _, _) => "searching…".to_owned(),
            (None, Some(Found { at: None, .. }), _) => "no match".to_owned(),
            (None, Some(f), _) => format!("{} of {}", f.ordinal, f.total),
            (None, None, _) => String::new(),
        }
    }
}
