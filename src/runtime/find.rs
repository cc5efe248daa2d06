//! Searching an answer off the screen's thread.

use crate::app::event::{Found, Haystack};
use crate::json::{Direction, Needle, count, find};
use std::sync::atomic::{AtomicBool, Ordering};

/// Searches; `None` when it was stopped.
pub(super) fn search(
    haystack: &Haystack,
    needle: &str,
    from: Option<u64>,
    direction: Direction,
    stop: &AtomicBool,
) -> Option<Found> {
    let Some(wanted) = Needle::new(needle) else { return Some(Found::default()) };
    let found = match haystack {
        Haystack::Json(document) => {
            let from = from.and_then(|n| u32::try_from(n).ok());
            match find(document, &wanted, from, direction, stop) {
                Some(node) => {
                    let (total, ordinal) = count(document, &wanted, node, stop);
                    Found { at: Some(u64::from(node)), total, ordinal }
                }
                None => Found::default(),
            }
        }
        Haystack::Text(text) => in_text(text, &wanted, from, direction),
        Haystack::File(spool) => super::spool::search(spool, &wanted, from, direction, stop),
    };
    (!stop.load(Ordering::Relaxed)).then_some(found)
}

fn in_text(text: &str, needle: &Needle, from: Option<u64>, direction: Direction) -> Found {
    let hits: Vec<usize> = needle.ranges(text).into_iter().map(|r| r.start).collect();
    let from = from.and_then(|n| usize::try_from(n).ok());
    let next = match (direction, from) {
        (Direction::Forward, None) => hits.first(),
        (Direction::Forward, Some(from)) => hits.iter().find(|h| **h > from).or(hits.first()),
        (Direction::Backward, None) => hits.last(),
        (Direction::Backward, Some(from)) => hits.iter().rfind(|h| **h < from).or(hits.last()),
    };
    let Some(at) = next else { return Found::default() };
    let ordinal = hits.partition_point(|h| h <= at);
    Found { at: Some(*at as u64), total: hits.len(), ordinal }
}
