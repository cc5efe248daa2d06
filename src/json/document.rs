//! A body and its index: made here, read in `navigate` and beside it. Must not print the body, which may hold secrets.

use std::sync::atomic::AtomicBool;

use super::error::{MARK, SyntaxError};
use super::scan::{Stop, Why, scan};
use super::tape::Tape;

/// Places are kept in 32 bits.
const LIMIT: usize = u32::MAX as usize;

/// A body and its index.
pub struct Document {
    pub(super) bytes: Vec<u8>,
    pub(super) tape: Tape,
    error: Option<SyntaxError>,
    complete: bool,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document")
            .field("bytes", &self.bytes.len())
            .field("nodes", &self.tape.nodes.len())
            .field("complete", &self.complete)
            .field("error", &self.error)
            .finish()
    }
}

impl Document {
    /// Indexes a whole body. Never fails: what stands before an error is kept and `error` tells the place.
    ///
    /// A text that ends too early is an error at its end; a number that the end touches inside a container is not kept,
    /// since it may be the beginning of a longer one.
    pub fn parse(bytes: Vec<u8>) -> Self {
        Self::read(bytes, false, &AtomicBool::new(false), LIMIT)
    }

    /// `parse`, given up where `halt` becomes true (looked at every 64 KiB): then there is an error and no whole document.
    pub fn parse_unless(bytes: Vec<u8>, halt: &AtomicBool) -> Self {
        Self::read(bytes, false, halt, LIMIT)
    }

    /// Indexes the beginning of a body that is still arriving: the missing end is no error. Nodes keep their numbers when
    /// more of the body is indexed later.
    pub fn partial(bytes: Vec<u8>) -> Self {
        Self::read(bytes, true, &AtomicBool::new(false), LIMIT)
    }

    /// All of it; what stands behind `limit` bytes is not indexed.
    pub(super) fn read(mut bytes: Vec<u8>, arriving: bool, halt: &AtomicBool, limit: usize) -> Self {
        bytes.shrink_to_fit();
        let within = bytes.get(..limit).unwrap_or(&bytes);
        let (valid, unreadable) = match std::str::from_utf8(within) {
            Ok(_) if within.len() < bytes.len() => (within.len(), Some(Why::TooLong)),
            Ok(_) => (within.len(), None),
            Err(error) => {
                let why = match error.error_len() {
                    None if within.len() == bytes.len() => Why::Cut,
                    None => Why::TooLong,
                    Some(_) => Why::NotUtf8,
                };
                (error.valid_up_to(), Some(why))
            }
        };
        let begin = if within.starts_with(MARK) { MARK.len() } else { 0 };
        let more = arriving || unreadable.is_some();
        let (tape, stop) = scan(within.get(..valid).unwrap_or_default(), begin, more, halt);
        let stop = match (stop, unreadable) {
            // What could be read was right as far as it went: what could not be read is the mistake.
            (None, Some(why)) => Some(Stop { at: valid, why }),
            (Some(stop), Some(why)) if stop.is_cut() => Some(Stop { at: valid, why }),
            (stop, _) => stop,
        };
        let complete = stop.is_none();
        let stop = stop.filter(|stop| !(arriving && stop.is_cut()));
        let error = stop.map(|stop| SyntaxError::of(&bytes, stop, tape.unclosed));
        Self { bytes, tape, error, complete }
    }

    /// The text as it came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether the text is one whole value and nothing else: no error, and no end missing.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Where and why the text is no JSON. `None` for a beginning (`partial`) that is right as far as it goes.
    pub fn error(&self) -> Option<&SyntaxError> {
        self.error.as_ref()
    }

    /// Bytes held: text and index.
    pub fn memory(&self) -> usize {
        self.bytes.capacity() + self.tape.memory() + size_of::<Self>()
    }
}
