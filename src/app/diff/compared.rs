//! Two bodies compared, with the rows that show it: made off the screen's thread. Asks nothing, and changes no body.

use crate::json::diff::{Difference, Hunk, Lines, Rows, compare, compare_text, rows, text_rows};
use crate::json::{Document, NodeId};
use crate::org::diff_rules;
use crate::request::AnswerBody;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What was compared.
#[derive(Debug, Clone)]
pub enum What {
    /// Two documents.
    Json {
        /// On the left.
        left: Arc<Document>,
        /// On the right.
        right: Arc<Document>,
        /// How they differ.
        differences: Vec<Difference>,
    },
    /// Two texts.
    Text {
        /// On the left, and where its lines are.
        left: (Arc<str>, Lines),
        /// On the right, and where its lines are.
        right: (Arc<str>, Lines),
        /// How they differ.
        hunks: Vec<Hunk>,
    },
    /// Bytes that are no text, on one side at least; whether they are the same.
    Bytes(bool),
}

/// Two bodies compared.
#[derive(Debug, Clone)]
pub struct Compared {
    /// What was compared.
    pub what: What,
    /// What is on the left above what is on the right.
    pub unified: Rows,
    /// What is on the left beside what is on the right.
    pub split: Rows,
}

impl Compared {
    /// Compares; `None` where it was stopped.
    pub fn of(left: &AnswerBody, right: &AnswerBody, ignore_volatile: bool, stop: &AtomicBool) -> Option<Self> {
        if let (Some(left), Some(right)) = (document(left), document(right)) {
            let diff = compare(left, right, &diff_rules(ignore_volatile), stop)?;
            let unified = rows(left, right, &diff, true);
            let split = rows(left, right, &diff, false);
            let what = What::Json { left: Arc::clone(left), right: Arc::clone(right), differences: diff.differences };
            return Some(Self { what, unified, split });
        }
        let (Some(one), Some(other)) = (text(left), text(right)) else {
            let same = bytes(left) == bytes(right);
            return Some(Self { what: What::Bytes(same), unified: Rows::default(), split: Rows::default() });
        };
        let (lefts, rights) = (Lines::of(&one), Lines::of(&other));
        let hunks = compare_text((&one, &lefts), (&other, &rights), stop)?;
        let count = (lefts.len(), rights.len());
        let (unified, split) = (text_rows(count, &hunks, true), text_rows(count, &hunks, false));
        Some(Self { what: What::Text { left: (one, lefts), right: (other, rights), hunks }, unified, split })
    }

    /// How many differences there are.
    pub fn count(&self) -> usize {
        self.unified.starts.len()
    }

    /// Whether nothing differs.
    pub fn same(&self) -> bool {
        match self.what {
            What::Bytes(same) => same,
            _ => self.count() == 0,
        }
    }
}

/// JSON of which something could be read.
fn document(body: &AnswerBody) -> Option<&Arc<Document>> {
    body.json().filter(|document| document.root().is_some())
}

fn text(body: &AnswerBody) -> Option<Arc<str>> {
    match body {
        AnswerBody::Empty => Some("".into()),
        AnswerBody::Text(text) => Some(Arc::clone(text)),
        AnswerBody::Json(document) => Some(String::from_utf8_lossy(document.bytes()).into()),
        AnswerBody::Binary(_) | AnswerBody::Spooled(_) => None,
    }
}

fn bytes(body: &AnswerBody) -> &[u8] {
    crate::app::rest::raw_text(body)
}

/// Whether a body is all there to be compared.
pub fn comparable(body: &AnswerBody) -> bool {
    !matches!(body, AnswerBody::Spooled(_))
}

/// What a place in a side is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A value of a document.
    Node(NodeId),
    /// A byte of a text.
    Byte(usize),
}

impl What {
    /// The place of a row's number on a side.
    pub fn spot(&self, number: u32, on_left: bool) -> Option<Spot> {
        match self {
            Self::Json { .. } => Some(Spot::Node(number)),
            Self::Text { left, right, .. } => {
                let (text, lines) = if on_left { left } else { right };
                let line = lines.get(text, usize::try_from(number).ok()?);
                Some(Spot::Byte((line.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)))
            }
            Self::Bytes(_) => None,
        }
    }

    /// What stands on the other side instead of a value or line that differs.
    pub fn instead(&self, difference: u32, number: u32, on_left: bool) -> Option<u32> {
        match self {
            Self::Json { differences, .. } => {
                let found = differences.get(difference as usize)?;
                let (own, other) = if on_left { (found.left, found.right) } else { (found.right, found.left) };
                other.filter(|_| own == Some(number))
            }
            Self::Text { hunks, .. } => {
                let found = hunks.get(difference as usize)?;
                let (own, other) = if on_left { (&found.left, &found.right) } else { (&found.right, &found.left) };
                let line = other.start + usize::try_from(number).ok()?.checked_sub(own.start)?;
                u32::try_from(line).ok().filter(|_| other.contains(&line))
            }
            Self::Bytes(_) => None,
        }
    }
}
