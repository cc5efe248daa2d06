//! Bytes that may be many: small ones stay in memory, others go to a temporary file that has no name and ends with its
//! last reader.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Mutex;
use tempfile::SpooledTempFile;

/// Up to here in memory; bytes.
const SMALL: usize = 256 * 1_024;

/// What was written, to be read as often as one likes.
#[derive(Debug)]
pub(in crate::demo) struct Spool {
    file: Mutex<SpooledTempFile>,
    length: u64,
}

/// A spool that is being written.
pub(super) struct Writer {
    file: SpooledTempFile,
    waiting: Vec<u8>,
    length: u64,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self { file: SpooledTempFile::new(SMALL), waiting: Vec::new(), length: 0 }
    }

    /// Where the next byte will be.
    pub(super) fn position(&self) -> u64 {
        self.length + self.waiting.len() as u64
    }

    /// Appends what is written into the buffer.
    pub(super) fn write(&mut self, with: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        with(&mut self.waiting);
        if self.waiting.len() >= 64 * 1_024 { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.waiting)?;
        self.length += self.waiting.len() as u64;
        self.waiting.clear();
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<Spool> {
        self.flush()?;
        Ok(Spool { file: Mutex::new(self.file), length: self.length })
    }
}

impl Spool {
    /// A spool of these bytes.
    pub(in crate::demo) fn of(bytes: &[u8]) -> io::Result<Self> {
        let mut writer = Writer::new();
        writer.file.write_all(bytes)?;
        writer.length = bytes.len() as u64;
        writer.finish()
    }

    /// In bytes.
    pub(in crate::demo) fn length(&self) -> u64 {
        self.length
    }

    /// The bytes from here up to there.
    pub(in crate::demo) fn read(&self, from: u64, to: u64) -> io::Result<Vec<u8>> {
        let length = to.min(self.length).saturating_sub(from);
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        let mut file = crate::demo::locked(&self.file);
        file.seek(SeekFrom::Start(from))?;
        (&mut *file).take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// All of it.
    pub(in crate::demo) fn all(&self) -> io::Result<Vec<u8>> {
        self.read(0, self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_small_and_large() {
        for size in [0_u32, 10, 300_000] {
            let mut writer = Writer::new();
            for number in 0..size {
                writer.write(|out| out.push((number % 251) as u8)).unwrap();
            }
            assert_eq!(writer.position(), u64::from(size));
            let spool = writer.finish().unwrap();
            let whole: Vec<u8> = (0..size).map(|number| (number % 251) as u8).collect();
            assert_eq!(spool.all().unwrap(), whole);
            assert_eq!(Spool::of(&whole).unwrap().all().unwrap(), whole);
            let middle = whole.get(5..9).unwrap_or_default();
            assert_eq!(spool.read(5, 9).unwrap(), middle);
            assert_eq!(spool.read(u64::from(size) + 1, u64::MAX).unwrap(), b"");
        }
    }
}
