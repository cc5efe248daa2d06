//! A request's head as its bytes came, before anybody has read it: whether all readers read it alike. It decides nothing
//! else.
//!
//! The library mends what it can: of a length and a chunked body it drops the length. Whoever mends may mend otherwise than
//! the next one, so what would have to be mended is refused.

use std::sync::{Arc, Mutex, PoisonError};

/// Longest head; bytes.
const LONGEST: usize = 32 << 10;

/// What is known of a connection's head.
#[derive(Debug, Clone, Default)]
pub(super) struct Head(Arc<Mutex<State>>);

#[derive(Debug)]
enum State {
    /// So much of it came.
    Coming(Vec<u8>),
    /// It came whole; why it is refused, where it is.
    Here(Option<&'static str>),
}

impl Default for State {
    fn default() -> Self {
        Self::Coming(Vec::new())
    }
}

impl Head {
    /// Takes what came, until the head is whole.
    pub(super) fn take(&self, bytes: &[u8]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let State::Coming(so_far) = &mut *state else { return };
        // The end may lie across two pieces.
        let from = so_far.len().saturating_sub(3);
        so_far.extend_from_slice(bytes);
        let end = so_far.get(from..).and_then(|rest| memchr::memmem::find(rest, b"\r\n\r\n")).map(|at| from + at);
        let judged = match end {
            Some(end) => judge(so_far.get(..end).unwrap_or_default()),
            None if so_far.len() > LONGEST => Some("the head is too long"),
            None => return,
        };
        *state = State::Here(judged);
    }

    /// Why the head is refused. One that the library takes for whole and we do not is.
    pub(super) fn refused(&self) -> Option<&'static str> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            State::Coming(_) => Some("its lines do not end as HTTP's do"),
            State::Here(judged) => *judged,
        }
    }
}

/// Why a head, without the empty line at its end, could be read in two ways.
fn judge(head: &[u8]) -> Option<&'static str> {
    if head.len() > LONGEST {
        return Some("the head is too long");
    }
    let Ok(text) = std::str::from_utf8(head) else { return Some("its head is no text") };
    let mut lines = text.split("\r\n");
    if lines.next().is_none_or(|line| line.is_empty() || line.split(' ').count() != 3) {
        return Some("its first line is none");
    }
    if text.split("\r\n").any(|line| line.contains(|c: char| c.is_control() && c != '\t')) {
        return Some("its lines hold control characters");
    }
    let (mut lengths, mut codings) = (0, 0);
    for line in lines {
        let Some((name, value)) = line.split_once(':') else { return Some("a header has no value") };
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Some("a header's name is none");
        }
        let value = value.trim_matches([' ', '\t']);
        if name.eq_ignore_ascii_case("content-length") {
            lengths += 1;
            if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
                return Some("its length is no number");
            }
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            codings += 1;
            if !value.eq_ignore_ascii_case("chunked") {
                return Some("its transfer coding is not chunked");
            }
        }
    }
    (lengths + codings > 1).then_some("how long its body is, is said twice")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(head: &str) -> Option<&'static str> {
        // However it is cut into pieces.
        let whole = Head::default();
        whole.take(head.as_bytes());
        for size in [1, 3, 7] {
            let pieces = Head::default();
            head.as_bytes().chunks(size).for_each(|piece| pieces.take(piece));
            assert_eq!(pieces.refused(), whole.refused(), "{head:?} by {size}");
        }
        whole.refused()
    }

    #[test]
    fn what_two_readers_could_read_in_two_ways_is_refused() {
        for good in [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\nwhat follows",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\tChunked \r\n\r\n0\r\n\r\n",
        ] {
            assert_eq!(refused(good), None, "{good:?}");
        }
        for bad in [
            "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 3, 3\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: +3\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length:\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nX: a\r\n Transfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nX: a\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nX: a\rTransfer-Encoding: chunked\r\n\r\n",
            "GET / HTTP/1.1\nHost: a\n\n",
            "GET / HTTP/1.1\r\nX: a\0b\r\n\r\n",
            "GET / HTTP/1.1\r\nno value\r\n\r\n",
            "GET / HTTP/1.1\r\n: x\r\n\r\n",
            "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
            "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n",
        ] {
            assert!(refused(bad).is_some(), "{bad:?}");
        }
        assert!(refused(&format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(LONGEST))).is_some());
    }
}
