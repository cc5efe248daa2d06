//! What differs between two texts, line by line.

use super::align::align;
use super::stopped;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::atomic::AtomicBool;

/// Where the lines of a text begin.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    starts: Vec<usize>,
    end: usize,
}

impl Lines {
    /// A line end at the end of the text begins no further line.
    pub fn of(text: &str) -> Self {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let starts = if text.is_empty() {
            Vec::new()
        } else {
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect()
        };
        Self { starts, end: text.len() }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// A line without its end.
    pub fn get<'a>(&self, text: &'a str, line: usize) -> &'a str {
        let Some(start) = self.starts.get(line) else { return "" };
        let end = self.starts.get(line + 1).map_or(self.end, |next| next - 1);
        text.get(*start..end).unwrap_or_default()
    }
}

/// Lines that stand on one side alone, or instead of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// On the left.
    pub left: Range<usize>,
    /// On the right.
    pub right: Range<usize>,
}

/// Compares two texts by their lines. `None` where it was stopped.
pub fn compare_text(left: (&str, &Lines), right: (&str, &Lines), stop: &AtomicBool) -> Option<Vec<Hunk>> {
    let seed = RandomState::new();
    let (lefts, rights) = (numbers(left, &seed, stop)?, numbers(right, &seed, stop)?);
    let mut hunks = Vec::new();
    let (mut l, mut r) = (0, 0);
    let ends = std::iter::once((lefts.len(), rights.len()));
    for (next_left, next_right) in align(&lefts, &rights, stop)?.into_iter().chain(ends) {
        if l < next_left || r < next_right {
            hunks.push(Hunk { left: l..next_left, right: r..next_right });
        }
        (l, r) = (next_left + 1, next_right + 1);
    }
    Some(hunks)
}

fn numbers((text, lines): (&str, &Lines), seed: &RandomState, stop: &AtomicBool) -> Option<Vec<u64>> {
    let numbers = (0..lines.len()).map(|line| seed.hash_one(lines.get(text, line)));
    let numbers = numbers.collect();
    (!stopped(stop)).then_some(numbers)
}
