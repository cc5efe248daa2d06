//! What differs between two documents or two texts. Must not copy them, build values of them, or recurse.
//!
//! ```text
//!  left ── hash every value ─┐
//!                            ├─▶ walk both from their roots ─▶ steps: opened, equal (how many), different
//!  right ─ hash every value ─┘    equal hashes: not looked into                    │
//!                                                                                  └─▶ rows, to be shown
//! ```
//!
//! An object's members are paired by name, in whatever order they stand. An array's elements are paired by a name that all
//! of them have and that tells them apart (an id), else in their order, what is equal first. A number counts as the
//! number it is: `1.0` is `1`. Where a name repeats in an object, the first is paired with the first.

mod align;
mod hash;
mod lines;
mod pair;
mod rows;

#[cfg(test)]
mod tests;

pub use lines::{Hunk, Lines, compare_text};
pub use rows::{Row, RowKind, Rows, rows, text_rows};

use super::document::Document;
use super::tape::{Kind, NodeId};
use hash::Hashes;
use pair::Item;
use std::hash::RandomState;
use std::sync::atomic::{AtomicBool, Ordering};

/// What counts.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The names by which elements of an array are known, the best first.
    pub keys: &'static [&'static str],
    /// Members that do not count.
    pub ignored: &'static [&'static str],
    /// The part of a string that counts.
    pub meaning: fn(&str) -> &str,
}

impl Rules {
    /// All counts.
    pub const ALL: Self = Self { keys: &[], ignored: &[], meaning: whole };
}

fn whole(text: &str) -> &str {
    text
}

/// Two values that differ, or one that stands on one side alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Difference {
    /// On the left.
    pub left: Option<NodeId>,
    /// On the right.
    pub right: Option<NodeId>,
}

/// What kind of difference it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is on the right alone.
    Added,
    /// It is on the left alone.
    Removed,
    /// It is another value.
    Changed,
}

impl Change {
    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

impl Difference {
    /// What kind it is.
    pub fn change(self) -> Change {
        match (self.left, self.right) {
            (None, _) => Change::Added,
            (_, None) => Change::Removed,
            _ => Change::Changed,
        }
    }

    /// Where it is, as jq writes it: on the right, or on the left where it is there alone.
    pub fn path(self, left: &Document, right: &Document) -> String {
        match (self.left, self.right) {
            (_, Some(node)) => right.path(node),
            (Some(node), None) => left.path(node),
            (None, None) => String::new(),
        }
    }
}

/// A step of the walk over both documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Two containers that differ somewhere inside.
    Open(NodeId, NodeId),
    /// So many neighbours that are equal.
    Equal(u32),
    /// One that differs, by its place in the list.
    Different(u32),
}

/// How two documents differ.
#[derive(Debug, Clone, Default)]
pub struct Diff {
    /// In the order in which they stand.
    pub differences: Vec<Difference>,
    /// The walk, each step with its depth.
    pub(super) steps: Vec<(u32, Step)>,
}

impl Diff {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.differences.is_empty()
    }
}

/// How many nodes are looked at between two looks at the flag.
const LOOK: usize = 4096;

pub(super) fn stopped(stop: &AtomicBool) -> bool {
    stop.load(Ordering::Relaxed)
}

/// Compares two documents. `None` where it was stopped.
pub fn compare(left: &Document, right: &Document, rules: &Rules, stop: &AtomicBool) -> Option<Diff> {
    let seed = RandomState::new();
    let left = Hashes::of(left, rules, &seed, stop)?;
    let right = Hashes::of(right, rules, &seed, stop)?;
    Walk { left, right, stop, diff: Diff::default() }.run()
}

/// What is still to be looked at.
enum Work {
    Item(Item),
    Equal(u32),
}

struct Walk<'a> {
    left: Hashes<'a>,
    right: Hashes<'a>,
    stop: &'a AtomicBool,
    diff: Diff,
}

impl Walk<'_> {
    fn run(mut self) -> Option<Diff> {
        let mut todo: Vec<(u32, Work)> = match (self.left.document.root(), self.right.document.root()) {
            (None, None) => Vec::new(),
            (Some(left), None) => vec![(0, Work::Item(Item::Left(left)))],
            (None, Some(right)) => vec![(0, Work::Item(Item::Right(right)))],
            (Some(left), Some(right)) if self.equal(left, right) => Vec::new(),
            (Some(left), Some(right)) => vec![(0, Work::Item(Item::Both(left, right)))],
        };
        let mut seen = 0_usize;
        while let Some((depth, work)) = todo.pop() {
            seen += 1;
            if seen.is_multiple_of(LOOK) && stopped(self.stop) {
                return None;
            }
            match work {
                Work::Equal(count) => self.diff.steps.push((depth, Step::Equal(count))),
                Work::Item(Item::Left(left)) => self.differs(depth, Some(left), None),
                Work::Item(Item::Right(right)) => self.differs(depth, None, Some(right)),
                Work::Item(Item::Both(left, right)) => {
                    let items = match (self.left.document.kind(left), self.right.document.kind(right)) {
                        (Kind::Object, Kind::Object) => pair::members(&self.left, left, &self.right, right),
                        (Kind::Array, Kind::Array) => pair::elements(&self.left, left, &self.right, right, self.stop)?,
                        _ => {
                            self.differs(depth, Some(left), Some(right));
                            continue;
                        }
                    };
                    self.diff.steps.push((depth, Step::Open(left, right)));
                    let from = todo.len();
                    self.inside(depth + 1, items, &mut todo);
                    // The last in is the first out.
                    if let Some(added) = todo.get_mut(from..) {
                        added.reverse();
                    }
                }
            }
        }
        Some(self.diff)
    }

    fn equal(&self, left: NodeId, right: NodeId) -> bool {
        self.left.value(left) == self.right.value(right)
    }

    fn differs(&mut self, depth: u32, left: Option<NodeId>, right: Option<NodeId>) {
        let at = u32::try_from(self.diff.differences.len()).unwrap_or(u32::MAX);
        self.diff.differences.push(Difference { left, right });
        self.diff.steps.push((depth, Step::Different(at)));
    }

    /// What stands in two containers, neighbours that are equal counted together.
    fn inside(&self, depth: u32, items: Vec<Item>, todo: &mut Vec<(u32, Work)>) {
        let mut equal = 0;
        for item in items {
            if let Item::Both(left, right) = item
                && self.equal(left, right)
            {
                equal += 1;
                continue;
            }
            if equal > 0 {
                todo.push((depth, Work::Equal(std::mem::take(&mut equal))));
            }
            todo.push((depth, Work::Item(item)));
        }
        if equal > 0 {
            todo.push((depth, Work::Equal(equal)));
        }
    }
}
