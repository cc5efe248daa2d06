//! A comparison as rows to be shown: what differs, where it stands, and how much between is equal.

use super::super::document::Document;
use super::super::tape::NodeId;
use super::lines::Hunk;
use super::{Diff, Difference, Step};
use std::ops::Range;

/// What a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// A container that is on both sides and differs inside.
    Open,
    /// So many neighbours that are equal.
    Equal(u32),
    /// A line of a text that is on both sides.
    Same,
    /// What differs: on the left, on the right, or both.
    Differs,
    /// So many further values or lines of a difference, from this one on.
    More(u32),
}

/// A row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// What it shows.
    pub kind: RowKind,
    /// How deep it stands.
    pub depth: u32,
    /// The node or line on the left.
    pub left: Option<u32>,
    /// The node or line on the right.
    pub right: Option<u32>,
    /// The difference it belongs to.
    pub difference: Option<u32>,
}

/// All rows, and at which each difference begins.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// From the top.
    pub rows: Vec<Row>,
    /// For each difference.
    pub starts: Vec<u32>,
}

/// Values or lines of one difference that are shown on a side.
const SHOWN: usize = 60;
/// Equal lines around a difference of texts that are shown.
const AROUND: usize = 2;

/// The rows of two documents. `unified`: what is on the left above what is on the right; else beside it.
pub fn rows(left: &Document, right: &Document, diff: &Diff, unified: bool) -> Rows {
    let mut rows = Rows::default();
    for (depth, step) in &diff.steps {
        let row = |kind, left, right| Row { kind, depth: *depth, left, right, difference: None };
        match *step {
            Step::Open(left, right) => rows.rows.push(row(RowKind::Open, Some(left), Some(right))),
            Step::Equal(count) => rows.rows.push(row(RowKind::Equal(count), None, None)),
            Step::Different(at) => {
                let Some(difference) = diff.differences.get(at as usize) else { continue };
                rows.begin();
                let (lefts, rights) = sides(left, right, *difference);
                rows.both(&lefts, &rights, (*depth, at), unified);
            }
        }
    }
    rows
}

/// A value of a side, and how deep it stands below the difference.
type Shown = (Option<u32>, u32, RowKind);

fn sides(left: &Document, right: &Document, difference: Difference) -> (Vec<Shown>, Vec<Shown>) {
    let shown = |document: &Document, node: Option<NodeId>| {
        let Some(node) = node else { return Vec::new() };
        let (first, end) = (document.depth(node), document.end(node));
        let depth = |at: NodeId| u32::try_from(document.depth(at) - first).unwrap_or(u32::MAX);
        let nodes: Vec<Shown> = (node..end).take(SHOWN).map(|at| (Some(at), depth(at), RowKind::Differs)).collect();
        cut(nodes, node, (end - node) as usize)
    };
    (shown(left, difference.left), shown(right, difference.right))
}

/// What is not shown of so many from `first` on is counted.
fn cut(mut shown: Vec<Shown>, first: u32, all: usize) -> Vec<Shown> {
    if all > shown.len() {
        let more = u32::try_from(all - shown.len()).unwrap_or(u32::MAX);
        let next = first.saturating_add(u32::try_from(shown.len()).unwrap_or(u32::MAX));
        shown.push((Some(next), 0, RowKind::More(more)));
    }
    shown
}

impl Rows {
    fn begin(&mut self) {
        self.starts.push(u32::try_from(self.rows.len()).unwrap_or(u32::MAX));
    }

    /// What stands on the sides, under each other or beside each other.
    fn both(&mut self, lefts: &[Shown], rights: &[Shown], (depth, at): (u32, u32), unified: bool) {
        let difference = Some(at);
        let left_row =
            |&(left, inside, kind): &Shown| Row { kind, depth: depth + inside, left, right: None, difference };
        let right_row =
            |&(right, inside, kind): &Shown| Row { kind, depth: depth + inside, left: None, right, difference };
        if unified {
            self.rows.extend(lefts.iter().map(left_row));
            self.rows.extend(rights.iter().map(right_row));
            return;
        }
        for line in 0..lefts.len().max(rights.len()) {
            match (lefts.get(line), rights.get(line)) {
                (Some(left), Some(right)) if left.2 == right.2 && left.1 == right.1 => {
                    self.rows.push(Row { right: right.0, ..left_row(left) });
                }
                (left, right) => {
                    self.rows.extend(left.map(left_row));
                    self.rows.extend(right.map(right_row));
                }
            }
        }
    }
}

/// The rows of two texts with so many lines.
pub fn text_rows(lines: (usize, usize), hunks: &[Hunk], unified: bool) -> Rows {
    let mut rows = Rows::default();
    let (mut left, mut right) = (0, 0);
    for (at, hunk) in hunks.iter().enumerate() {
        rows.equal(left..hunk.left.start, right..hunk.right.start, at > 0, true);
        rows.begin();
        let shown = |range: &Range<usize>| {
            let lines = range.clone().take(SHOWN).map(|line| (u32::try_from(line).ok(), 0, RowKind::Differs));
            cut(lines.collect(), u32::try_from(range.start).unwrap_or(u32::MAX), range.len())
        };
        let number = u32::try_from(at).unwrap_or(u32::MAX);
        rows.both(&shown(&hunk.left), &shown(&hunk.right), (0, number), unified);
        (left, right) = (hunk.left.end, hunk.right.end);
    }
    rows.equal(left..lines.0, right..lines.1, !hunks.is_empty(), false);
    rows
}

impl Rows {
    /// Lines that are equal: those next to a difference, and how many others.
    fn equal(&mut self, left: Range<usize>, right: Range<usize>, behind: bool, before: bool) {
        let count = left.len();
        let head = if behind { AROUND.min(count) } else { 0 };
        let tail = if before { AROUND.min(count - head) } else { 0 };
        let same = |offset: usize| Row {
            kind: RowKind::Same,
            depth: 0,
            left: u32::try_from(left.start + offset).ok(),
            right: u32::try_from(right.start + offset).ok(),
            difference: None,
        };
        self.rows.extend((0..head).map(same));
        let hidden = u32::try_from(count - head - tail).unwrap_or(u32::MAX);
        if hidden > 0 {
            let kind = RowKind::Equal(hidden);
            self.rows.push(Row { kind, depth: 0, left: None, right: None, difference: None });
        }
        self.rows.extend((count - tail..count).map(same));
    }
}
