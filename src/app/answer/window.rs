//! The part of an answer in a file that is held: a window of it, read where the reader goes. Reads nothing itself.
//!
//! ```text
//!  file  |───────[ shown ]──────────────────────|      a move beyond an edge wants another window around it
//!               [   wanted   ]                         (they overlap by half), and the same row stays where it is
//! ```

use crate::app::event::TaskId;
use crate::request::Spool;
use std::sync::Arc;

/// Bytes of a window.
pub const WINDOW: u64 = 1 << 20;
/// Windows begin at a multiple of this, in a view of bytes.
const ALIGNED: u64 = 16;

/// Some bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Where they begin.
    pub from: u64,
    /// They.
    pub bytes: Arc<[u8]>,
}

/// What is seen once the window is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// The row of this byte, moved by so many rows, at the top.
    Rows(u64, i64),
    /// The row of this byte, anywhere.
    Show(u64),
    /// The end.
    Bottom,
}

/// The windows of one answer.
#[derive(Debug, Clone, Default)]
pub struct Windows {
    /// What is shown; none: the beginning, which every answer has.
    pub shown: Option<Window>,
    /// What is being read, and what is seen then.
    pub wanted: Option<(TaskId, Then)>,
}

impl Windows {
    /// Where the bytes that are shown begin.
    pub fn from(&self) -> u64 {
        self.shown.as_ref().map_or(0, |window| window.from)
    }
}

impl Then {
    /// Where a window begins that shows it: `wide` bytes are a row of it.
    pub fn begin(self, spool: &Spool, wide: u64) -> u64 {
        let last = spool.len.saturating_sub(WINDOW).next_multiple_of(ALIGNED).min(spool.len);
        let around = |byte: u64| {
            let before = (WINDOW / 2 / wide.max(1)) * wide.max(1);
            byte.saturating_sub(before)
        };
        match self {
            Self::Bottom => last,
            Self::Rows(byte, _) | Self::Show(byte) => around(byte).min(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_lie_around_what_is_seen_and_within_the_file() {
        let spool = |len| Spool { path: "/nowhere/of/a/test".into(), len, head: Vec::new() };
        let big = spool(10 * WINDOW + 7);
        assert_eq!(Then::Rows(0, 0).begin(&big, 80), 0);
        assert_eq!(Then::Bottom.begin(&big, 80), 9 * WINDOW + 16);
        let middle = Then::Show(5 * WINDOW).begin(&big, 80);
        assert!(
            middle < 5 * WINDOW && 5 * WINDOW < middle + WINDOW && (5 * WINDOW - middle).is_multiple_of(80),
            "{middle}"
        );
        assert_eq!(Then::Rows(10 * WINDOW, 1).begin(&big, 16), 9 * WINDOW + 16, "the last one is full");
        assert_eq!(Then::Bottom.begin(&spool(100), 80), 0);
    }
}
