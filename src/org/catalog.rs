//! What is known of an org's addresses, and how a typed one may go on.
use crate::json::Document;
use std::collections::HashMap;

/// A way to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The whole address once it is taken.
    pub insert: String,
    /// What is shown.
    pub label: String,
    /// A word beside it.
    pub note: String,
}

/// Known addresses and objects of one org, as one user sees them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    prefixes: HashMap<String, String>,
}

impl Catalog {
    /// With the resources that every org has.
    pub fn new(version: &str) -> Self {
        let _ = version;
        Self::default()
    }
    /// Learns from an answer to the version's address: its resources.
    pub fn learn_resources(&mut self, answer: &Document) {
        let _ = answer;
    }
    /// Learns from a global describe: names and key prefixes.
    pub fn learn_sobjects(&mut self, answer: &Document) {
        let _ = answer;
    }
    /// Learns from whatever answer this address gave.
    pub fn learn(&mut self, address: &str, answer: &Document) {
        let _ = (address, answer);
    }
    /// sObject names by key prefix.
    pub fn prefixes(&self) -> &HashMap<String, String> {
        &self.prefixes
    }
    /// The names of the sObjects, sorted.
    pub fn sobjects(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }
    /// Ways to go on from what is typed before the caret (a byte place), best first.
    pub fn complete(&self, typed: &str, caret: usize) -> Vec<Candidate> {
        let _ = (typed, caret);
        Vec::new()
    }
}
