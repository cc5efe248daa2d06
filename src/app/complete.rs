//! Completions of the address bar: what the org offers at the caret, chosen with the arrows, taken with tab.

use crate::org::{Candidate, Catalog};

/// What is offered now.
#[derive(Debug, Clone, Default)]
pub struct Completion {
    /// What is offered, the best first.
    pub candidates: Vec<Candidate>,
    /// The chosen one; `None`: none yet, so that enter sends what is typed.
    pub chosen: Option<usize>,
    /// Closed by esc until more is typed.
    pub closed: bool,
}

/// How many are offered.
const MOST: usize = 50;

impl Completion {
    /// What fits to what is typed.
    pub fn refresh(&mut self, catalog: &Catalog, typed: &str, caret: usize) {
        let mut candidates = catalog.complete(typed, caret);
        // What is typed already is nothing to take.
        candidates.retain(|c| c.insert != typed);
        self.offer(candidates);
    }

    /// Offers these.
    pub fn offer(&mut self, candidates: Vec<Candidate>) {
        self.closed = false;
        self.chosen = None;
        self.candidates = candidates;
        self.candidates.truncate(MOST);
    }

    /// Whether something is offered.
    pub fn is_open(&self) -> bool {
        !self.closed && !self.candidates.is_empty()
    }

    /// Closes it until more is typed.
    pub fn close(&mut self) {
        self.closed = true;
        self.chosen = None;
    }

    /// Walks through what is offered; past the ends is nothing chosen.
    pub fn walk(&mut self, down: bool) {
        let count = self.candidates.len();
        self.chosen = match (self.chosen, down) {
            (None, true) => Some(0),
            (None, false) => count.checked_sub(1),
            (Some(at), true) => Some(at + 1).filter(|n| *n < count),
            (Some(at), false) => at.checked_sub(1),
        };
    }

    /// The one that tab takes.
    pub fn best(&self) -> Option<&Candidate> {
        if self.is_open() { self.candidates.get(self.chosen.unwrap_or(0)) } else { None }
    }
}
