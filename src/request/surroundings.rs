//! What the functions of a template are given: the time, chance, and what was read for them. Nothing is read here.
//!
//! One sending has one of it, so that what was confirmed is what is sent, however often it is made ready.

use super::trust::Need;
use crate::secret::Secret;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The time, chance, and what was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// When it is sent.
    pub now: Timestamp,
    /// What chance is drawn from.
    pub seed: u64,
    /// What was read; `None`: nothing yet, so that samples stand for it.
    pub read: Option<BTreeMap<Need, Result<Content, String>>>,
}

/// Something that was read.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// A variable of the environment.
    Env(Secret),
    /// A file.
    File(Arc<[u8]>),
}

impl fmt::Debug for Content {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(_) => out.write_str("Env(••••)"),
            Self::File(bytes) => write!(out, "File({} bytes)", bytes.len()),
        }
    }
}

impl Surroundings {
    /// Of one sending.
    pub fn new(now: Timestamp, seed: u64) -> Self {
        Self { now, seed, read: None }
    }

    /// A number that nobody can foretell who does not know the seed; the same for the same place of the same sending.
    pub(super) fn draw(&self, place: u64, number: u8) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, place, number).hash(&mut hasher);
        hasher.finish()
    }
}
