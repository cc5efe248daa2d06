//! Which of two rows of numbers stay in place: as many equal ones as can be had in order, with bounded effort. Knows not
//! what the numbers stand for.
//!
//! Eugene Myers, "An O(ND) difference algorithm and its variations" (1986), as long as not too much differs; else those
//! that occur once on either side hold the rest apart (Bram Cohen's patience), and each part is tried again.

use super::stopped;
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

/// Differences that are searched for in all.
const MOST: usize = 800;
/// The same between two that occur once.
const MOST_BETWEEN: usize = 200;

/// Places of equal ones, increasing on both sides. `None` where it was stopped.
pub(super) fn align(left: &[u64], right: &[u64], stop: &AtomicBool) -> Option<Vec<(usize, usize)>> {
    let mut found = Vec::new();
    if !within(left, right, (0, 0), MOST, stop, &mut found)? {
        found.clear();
        let (mut l, mut r) = (0, 0);
        let ends = std::iter::once((left.len(), right.len()));
        for (next_left, next_right) in anchors(left, right).into_iter().chain(ends) {
            let part = left.get(l..next_left).zip(right.get(r..next_right));
            if let Some((one, other)) = part {
                // Where too much differs here as well, nothing of it stays.
                within(one, other, (l, r), MOST_BETWEEN, stop, &mut found)?;
            }
            if next_left < left.len() {
                found.push((next_left, next_right));
            }
            (l, r) = (next_left + 1, next_right + 1);
        }
    }
    Some(found)
}

/// Adds the places within a part that begins at `from`. False where more than `most` differs: then only what is equal at
/// both ends was added.
fn within(
    left: &[u64],
    right: &[u64],
    from: (usize, usize),
    most: usize,
    stop: &AtomicBool,
    found: &mut Vec<(usize, usize)>,
) -> Option<bool> {
    let head = left.iter().zip(right).take_while(|(l, r)| l == r).count();
    let (left_rest, right_rest) = (left.get(head..).unwrap_or_default(), right.get(head..).unwrap_or_default());
    let tail = left_rest.iter().rev().zip(right_rest.iter().rev()).take_while(|(l, r)| l == r).count();
    let middle_left = left_rest.get(..left_rest.len() - tail).unwrap_or_default();
    let middle_right = right_rest.get(..right_rest.len() - tail).unwrap_or_default();
    found.extend((0..head).map(|at| (from.0 + at, from.1 + at)));
    let mut whole = true;
    if !middle_left.is_empty() && !middle_right.is_empty() {
        match myers(middle_left, middle_right, most, stop)? {
            Some(pairs) => found.extend(pairs.into_iter().map(|(l, r)| (from.0 + head + l, from.1 + head + r))),
            None => whole = false,
        }
    }
    let (left_end, right_end) = (from.0 + left.len() - tail, from.1 + right.len() - tail);
    found.extend((0..tail).map(|at| (left_end + at, right_end + at)));
    Some(whole)
}

/// How far each diagonal was come, from `-reach` to `reach`.
struct Reached {
    reach: isize,
    far: Vec<usize>,
}

impl Reached {
    fn get(&self, diagonal: isize) -> usize {
        usize::try_from(diagonal + self.reach).ok().and_then(|at| self.far.get(at)).copied().unwrap_or(0)
    }

    fn set(&mut self, diagonal: isize, x: usize) {
        if let Some(place) = usize::try_from(diagonal + self.reach).ok().and_then(|at| self.far.get_mut(at)) {
            *place = x;
        }
    }

    /// Only what the next round can come from.
    fn kept(&self, round: isize) -> Self {
        let far = (-round..=round).map(|diagonal| self.get(diagonal)).collect();
        Self { reach: round, far }
    }

    /// The diagonal from which this one is entered.
    fn before(&self, diagonal: isize, round: isize) -> isize {
        let down = diagonal == -round || (diagonal != round && self.get(diagonal - 1) < self.get(diagonal + 1));
        if down { diagonal + 1 } else { diagonal - 1 }
    }
}

/// `Some(None)` where more than `most` differs, `None` where it was stopped.
#[expect(clippy::option_option, reason = "stopped, too much, or found: three ends")]
fn myers(left: &[u64], right: &[u64], most: usize, stop: &AtomicBool) -> Option<Option<Vec<(usize, usize)>>> {
    let Ok(most) = isize::try_from(most.min(left.len() + right.len())) else { return Some(None) };
    let width = usize::try_from(2 * most + 3).unwrap_or(3);
    let mut reached = Reached { reach: most + 1, far: vec![0; width] };
    let mut rounds: Vec<Reached> = Vec::new();
    for round in 0..=most {
        if stopped(stop) {
            return None;
        }
        rounds.push(reached.kept(round));
        for diagonal in (-round..=round).step_by(2) {
            let from = reached.before(diagonal, round);
            let x = if round == 0 { 0 } else { reached.get(from) + usize::from(from < diagonal) };
            let Some(y) = x.checked_add_signed(-diagonal) else { continue };
            let ahead = left.get(x..).unwrap_or_default().iter().zip(right.get(y..).unwrap_or_default());
            let equal = ahead.take_while(|(l, r)| l == r).count();
            reached.set(diagonal, x + equal);
            if x + equal >= left.len() && y + equal >= right.len() {
                return Some(Some(walk_back(&rounds, left.len(), right.len())));
            }
        }
    }
    Some(None)
}

fn walk_back(rounds: &[Reached], mut x: usize, mut y: usize) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (round, reached) in rounds.iter().enumerate().rev() {
        let round = isize::try_from(round).unwrap_or(0);
        let diagonal = isize::try_from(x).unwrap_or(0) - isize::try_from(y).unwrap_or(0);
        let (before_x, before_y) = if round == 0 {
            (0, 0)
        } else {
            let from = reached.before(diagonal, round);
            let x = reached.get(from);
            (x, x.checked_add_signed(-from).unwrap_or(0))
        };
        while x > before_x && y > before_y {
            (x, y) = (x - 1, y - 1);
            pairs.push((x, y));
        }
        (x, y) = (before_x, before_y);
    }
    pairs.reverse();
    pairs
}

/// Places of those that occur once on either side, the longest row of them that increases on both.
fn anchors(left: &[u64], right: &[u64]) -> Vec<(usize, usize)> {
    let once = |all: &[u64]| -> HashMap<u64, Option<usize>> {
        let mut places = HashMap::with_capacity(all.len());
        for (at, value) in all.iter().enumerate() {
            places.entry(*value).and_modify(|place| *place = None).or_insert(Some(at));
        }
        places
    };
    let (lefts, rights) = (once(left), once(right));
    let mut common: Vec<(usize, usize)> =
        lefts.iter().filter_map(|(value, place)| Some(((*place)?, (*rights.get(value)?)?))).collect();
    common.sort_unstable();
    increasing(&common)
}

/// The longest part whose second places increase, where the first ones do.
fn increasing(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length the pair that ends such a row with the least second place; for each pair the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let second = |at: usize| pairs.get(at).map_or(0, |pair| pair.1);
    for (at, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| second(*end) < pair.1);
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter)).copied());
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut row = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(at) = next {
        row.extend(pairs.get(at));
        next = before.get(at).copied().flatten();
    }
    row.reverse();
    row
}
