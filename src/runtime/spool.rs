//! Reads parts of an answer that lies in a file, and searches it, off the screen's thread and never holding all of it.

use crate::app::answer::{WINDOW, Window};
use crate::app::event::Found;
use crate::json::{Direction, Needle};
use crate::request::Spool;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes that are searched between two looks at the stop flag.
const CHUNK: usize = 1 << 20;

/// The part that begins here.
pub(super) fn window(spool: &Spool, from: u64) -> Result<Window, String> {
    let read = || -> io::Result<Vec<u8>> {
        let mut file = File::open(&spool.path)?;
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.take(WINDOW).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map(|bytes| Window { from, bytes: bytes.into() }).map_err(|error| error.to_string())
}

/// Matches so far, and the one that is wanted.
#[derive(Default)]
struct Hits {
    total: usize,
    first: Option<u64>,
    last: Option<u64>,
    /// The wanted one, and its number.
    wanted: Option<(u64, usize)>,
}

impl Hits {
    fn add(&mut self, at: u64, from: Option<u64>, direction: Direction) {
        self.total += 1;
        self.first = self.first.or(Some(at));
        self.last = Some(at);
        let fits = match (direction, from) {
            (Direction::Forward, None) => self.wanted.is_none(),
            (Direction::Forward, Some(from)) => self.wanted.is_none() && at > from,
            (Direction::Backward, None) => true,
            (Direction::Backward, Some(from)) => at < from,
        };
        if fits {
            self.wanted = Some((at, self.total));
        }
    }

    fn found(self, direction: Direction) -> Found {
        // Past the end it goes on at the other one.
        let around = match direction {
            Direction::Forward => self.first.map(|at| (at, 1)),
            Direction::Backward => self.last.map(|at| (at, self.total)),
        };
        match self.wanted.or(around) {
            Some((at, ordinal)) => Found { at: Some(at), total: self.total, ordinal },
            None => Found::default(),
        }
    }
}

/// Searches all of the file; what cannot be read holds nothing. Ends early when it is stopped.
pub(super) fn search(
    spool: &Spool,
    needle: &Needle,
    from: Option<u64>,
    direction: Direction,
    stop: &AtomicBool,
) -> Found {
    let mut hits = Hits::default();
    let _ = scan(spool, needle, stop, |at| hits.add(at, from, direction));
    hits.found(direction)
}

fn scan(spool: &Spool, needle: &Needle, stop: &AtomicBool, mut hit: impl FnMut(u64)) -> io::Result<()> {
    let mut file = File::open(&spool.path)?;
    let (mut held, mut begin, mut free) = (Vec::with_capacity(CHUNK * 2), 0_u64, 0_u64);
    loop {
        let read = file.by_ref().take(CHUNK as u64).read_to_end(&mut held)?;
        // A match may go on in what comes next: it is looked for again with that.
        let sure = if read == 0 { held.len() } else { held.len().saturating_sub(needle.longest()) };
        for range in needle.ranges_in(&held) {
            let at = begin + range.start as u64;
            if range.start < sure && at >= free {
                hit(at);
                free = begin + range.end as u64;
            }
        }
        if read == 0 || stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        held.drain(..sure);
        begin += sure as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spooled(bytes: &[u8]) -> Spool {
        let (mut file, path) = tempfile::NamedTempFile::new().unwrap().keep().unwrap();
        io::Write::write_all(&mut file, bytes).unwrap();
        Spool { path, len: bytes.len() as u64, head: Vec::new() }
    }

    #[test]
    fn every_part_of_a_file_is_read_and_its_end_is_its_end() {
        let bytes: Vec<u8> = (0..2 * CHUNK + 10).map(|at| (at % 251) as u8).collect();
        let spool = spooled(&bytes);
        for from in [0, 5, CHUNK, 2 * CHUNK, 2 * CHUNK + 10, 3 * CHUNK] {
            let part = window(&spool, from as u64).unwrap();
            let wanted = bytes.get(from..bytes.len().min(from + CHUNK)).unwrap_or_default();
            assert_eq!((part.from, &*part.bytes), (from as u64, wanted), "{from}");
        }
        let gone = Spool { path: "/nowhere/at/all".into(), len: 1, head: Vec::new() };
        assert!(window(&gone, 0).is_err());
    }

    #[test]
    fn a_match_is_found_wherever_a_piece_ends() {
        let needle = Needle::new("needle").unwrap();
        let never = AtomicBool::new(false);
        for before in [0, 1, CHUNK - 6, CHUNK - 3, CHUNK - 1, CHUNK, 2 * CHUNK - 2] {
            let mut bytes = vec![b'x'; before];
            bytes.extend_from_slice("Needle ü needle".as_bytes());
            let spool = spooled(&bytes);
            let (one, two) = (before as u64, before as u64 + 10);
            let find = |from, direction| {
                let found = search(&spool, &needle, from, direction, &never);
                (found.at, found.ordinal, found.total)
            };
            assert_eq!(find(None, Direction::Forward), (Some(one), 1, 2), "{before}");
            assert_eq!(find(Some(one), Direction::Forward), (Some(two), 2, 2));
            assert_eq!(find(Some(two), Direction::Forward), (Some(one), 1, 2), "around");
            assert_eq!(find(None, Direction::Backward), (Some(two), 2, 2));
            assert_eq!(find(Some(two), Direction::Backward), (Some(one), 1, 2));
        }
        let none = search(&spooled(b"hay"), &needle, None, Direction::Forward, &never);
        assert_eq!((none.at, none.total), (None, 0));
        let runs = search(&spooled(b"aaaa"), &Needle::new("aa").unwrap(), None, Direction::Forward, &never);
        assert_eq!(runs.total, 2, "they do not overlap");
    }
}
