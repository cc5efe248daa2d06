//! stdout and stderr: data and talk. On a terminal, what an org sent cannot steer it; a closed pipe is no error.

use super::{Exit, signals};
use crate::request::{Failure, FailureKind};
use crate::view::shown;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

/// Why printing stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// Nobody reads any more.
    Closed,
    /// It could not be written.
    Broken(io::Error),
    /// A signal ended it; its number.
    Signal(u8),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::Closed } else { Self::Broken(error) }
    }
}

impl Stop {
    /// How the command ends then.
    pub(super) fn exit(self) -> Exit {
        match self {
            Self::Closed => Exit::Fine,
            Self::Signal(number) => Exit::Signal(number),
            Self::Broken(error) => {
                complain(&format!("The output could not be written: {error}"));
                Exit::Usage
            }
        }
    }
}

/// Most bytes that are written without looking for a signal.
const PIECE: usize = 64 << 10;

/// stdout.
pub(super) struct Out {
    writer: BufWriter<Stdout>,
    terminal: bool,
    /// The beginning of a character whose rest has not come yet; only on a terminal.
    begun: Vec<u8>,
}

impl Out {
    /// The process's own.
    pub(super) fn new() -> Self {
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        Self { writer: BufWriter::with_capacity(64 << 10, stdout), terminal, begun: Vec::new() }
    }

    /// Whether a person reads it.
    pub(super) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Text of an org: escaped line by line on a terminal, as it is elsewhere.
    pub(super) fn text(&mut self, text: &str) -> Result<(), Stop> {
        if !self.terminal {
            return self.pieces(text.as_bytes());
        }
        for line in text.split_inclusive('\n') {
            let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
            // Tabs are harmless and belong to pretty text.
            let safe = line.split('\t').map(shown).collect::<Vec<_>>().join("\t");
            self.pieces(safe.as_bytes())?;
            self.writer.write_all(end.as_bytes())?;
        }
        Ok(())
    }

    /// A line of text.
    pub(super) fn line(&mut self, text: &str) -> Result<(), Stop> {
        self.text(text)?;
        Ok(self.writer.write_all(b"\n")?)
    }

    /// Bytes as they are; on a terminal as text, a character that is split between two calls put together again.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        if !self.terminal {
            return self.pieces(bytes);
        }
        let mut all = std::mem::take(&mut self.begun);
        all.extend_from_slice(bytes);
        let (whole, begun) = whole_characters(&all);
        self.begun = begun.to_vec();
        self.text(&String::from_utf8_lossy(whole))
    }

    /// Writes in pieces, so that a signal is heeded in between.
    fn pieces(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        for piece in bytes.chunks(PIECE) {
            if let Some(number) = signals::came() {
                return Err(Stop::Signal(number));
            }
            self.writer.write_all(piece)?;
        }
        Ok(())
    }

    /// All that was written goes out now.
    pub(super) fn flush(&mut self) -> Result<(), Stop> {
        let begun = std::mem::take(&mut self.begun);
        self.text(&String::from_utf8_lossy(&begun))?;
        Ok(self.writer.flush()?)
    }
}

/// Splits off the beginning of a character at the end.
fn whole_characters(bytes: &[u8]) -> (&[u8], &[u8]) {
    let tail = bytes.iter().rev().take(4).position(|byte| byte & 0xC0 != 0x80).map_or(0, |back| back + 1);
    let split = bytes.len().saturating_sub(tail);
    let (before, last) = bytes.split_at_checked(split).unwrap_or((bytes, &[]));
    match std::str::from_utf8(last) {
        // No error length: the text ends too early, which more bytes may cure.
        Err(error) if error.valid_up_to() == 0 && error.error_len().is_none() => (before, last),
        _ => (bytes, &[]),
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Says something on stderr.
pub(super) fn complain(text: &str) {
    let mut err = io::stderr().lock();
    let safe = err.is_terminal();
    for line in text.lines() {
        let line = if safe { shown(line) } else { line.into() };
        // Nobody can be told that telling failed.
        let _ = writeln!(err, "{line}");
    }
}

/// Tells a failure on stderr, and how the command ends.
pub(super) fn fail(failure: &Failure) -> Exit {
    complain(&failure.title);
    if !failure.detail.is_empty() && !failure.title.contains(&failure.detail) {
        complain(&format!("  {}", failure.detail.replace('\n', "\n  ")));
    }
    for hint in &failure.hint {
        complain(&format!("  → {hint}"));
    }
    if matches!(failure.kind, FailureKind::Login | FailureKind::Network) {
        complain("  → orgdeck doctor looks at every step of the way");
    }
    for (label, value) in &failure.facts {
        complain(&format!("  {label}: {value}"));
    }
    match failure.kind {
        FailureKind::Org => Exit::Org,
        FailureKind::Usage | FailureKind::Refused | FailureKind::Confirm(_) => Exit::Usage,
        FailureKind::Login | FailureKind::Passphrase { .. } => Exit::Login,
        FailureKind::Network | FailureKind::Unknown => Exit::Network,
    }
}

/// Rows under each other, the columns aligned.
pub(super) fn aligned(rows: &[Vec<String>]) -> String {
    use unicode_width::UnicodeWidthStr;
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|r| r.get(column)).map(|c| c.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, wide) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(wide.saturating_sub(cell.width()) + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_split_character_waits_for_its_rest() {
        let text = "aé😀".as_bytes();
        for (length, waiting) in [(1, 0), (2, 1), (3, 0), (4, 1), (5, 2), (6, 3), (7, 0)] {
            let (whole, begun) = whole_characters(&text[..length]);
            assert_eq!((begun.len(), whole.len() + begun.len()), (waiting, length), "{length} bytes");
        }
        // What can never become a character does not wait for ever.
        assert_eq!(whole_characters(b"a\xFF"), (&b"a\xFF"[..], &b""[..]));
        assert_eq!(whole_characters(b"\x80\x80\x80\x80\x80").1, b"");
    }

    #[test]
    fn columns_count_what_is_shown() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        assert_eq!(aligned(&[row(["日本", "x"]), row(["abc", "y"]), row(["", ""])]), "日本  x\nabc   y\n\n");
    }
}
