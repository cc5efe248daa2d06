//! What goes between the screen and the process that runs a filter: lengths before texts, so that neither has to look
//! into what the other says. Both are the same program of the same version.

use crate::json::Document;
use crate::request::Spool;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// What one run may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of address space.
    pub memory: u64,
    /// Seconds of computing.
    pub seconds: u64,
    /// Bytes of all outputs together.
    pub output: u64,
}

impl Limits {
    /// For a body of so many bytes. jq's own form of a body takes some ten times its text.
    pub fn of(body: u64) -> Self {
        Self { memory: (1 << 30) + body * 20, seconds: 30, output: (64 << 20) + body * 2 }
    }
}

/// Why a run was given up that wanted more than it may use.
pub(super) fn too_much_memory(limits: &Limits) -> String {
    format!("it needs more than {} MB of memory", limits.memory >> 20)
}

/// What a program runs over.
#[derive(Debug, Clone, Copy)]
pub enum Given<'a> {
    /// A body in memory.
    Bytes(&'a [u8]),
    /// One that is in a file: the child reads it, and this process never holds it.
    File(&'a Spool),
}

impl Given<'_> {
    /// Bytes.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(spool) => spool.len,
        }
    }
}

impl<'a> From<&'a Document> for Given<'a> {
    fn from(document: &'a Document) -> Self {
        Self::Bytes(document.bytes())
    }
}

impl<'a> From<&'a Arc<Document>> for Given<'a> {
    fn from(document: &'a Arc<Document>) -> Self {
        Self::from(&**document)
    }
}

/// A body as the child is told of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    Bytes(Vec<u8>),
    File(PathBuf),
}

/// One thing that the child says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Frame {
    /// An output, as JSON.
    Value(Vec<u8>),
    /// More would be too much; nothing follows.
    Cut,
    /// What is wrong, with its byte in the program where it has one; nothing follows.
    Mistake(Option<usize>, String),
    /// Nothing follows.
    Done,
}

/// Asks for a run.
pub(super) fn ask(to: &mut impl Write, limits: &Limits, program: &str, given: Given<'_>) -> io::Result<()> {
    for limit in [limits.memory, limits.seconds, limits.output] {
        to.write_all(&limit.to_le_bytes())?;
    }
    let path;
    let (kind, body) = match given {
        Given::Bytes(bytes) => (b'b', bytes),
        Given::File(spool) => {
            path = spool.path.to_str().ok_or_else(|| io::Error::other("the answer's file has a strange name"))?;
            (b'f', path.as_bytes())
        }
    };
    put_text(to, program.as_bytes())?;
    to.write_all(&[kind])?;
    put_text(to, body)?;
    to.flush()
}

/// Reads the limits of an ask.
pub(super) fn limits(from: &mut impl Read) -> io::Result<Limits> {
    Ok(Limits { memory: number(from)?, seconds: number(from)?, output: number(from)? })
}

fn number(from: &mut impl Read) -> io::Result<u64> {
    let mut number = [0; 8];
    from.read_exact(&mut number)?;
    Ok(u64::from_le_bytes(number))
}

/// Reads the body of an ask.
pub(super) fn body(from: &mut impl Read) -> io::Result<Told> {
    let mut kind = [0];
    from.read_exact(&mut kind)?;
    let text = text(from)?;
    match kind {
        [b'b'] => Ok(Told::Bytes(text)),
        [b'f'] => String::from_utf8(text).map(|path| Told::File(path.into())).map_err(io::Error::other),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Reads a text of an ask.
pub(super) fn text(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let length = number(from)?;
    exactly(from, length)
}

fn exactly(from: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
    from.take(length).read_to_end(&mut text)?;
    if (text.len() as u64) < length { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(text) }
}

/// Says a thing.
pub(super) fn write(to: &mut impl Write, frame: &Frame) -> io::Result<()> {
    match frame {
        Frame::Value(value) => put(to, b'v', value),
        Frame::Cut => put(to, b'c', &[]),
        Frame::Mistake(None, what) => put(to, b'm', what.as_bytes()),
        Frame::Mistake(Some(at), what) => {
            put(to, b'p', &[(*at as u64).to_le_bytes().as_slice(), what.as_bytes()].concat())
        }
        Frame::Done => put(to, b'.', &[]),
    }
}

fn put(to: &mut impl Write, kind: u8, text: &[u8]) -> io::Result<()> {
    to.write_all(&[kind])?;
    put_text(to, text)
}

fn put_text(to: &mut impl Write, text: &[u8]) -> io::Result<()> {
    to.write_all(&(text.len() as u64).to_le_bytes())?;
    to.write_all(text)
}

/// The next thing that is said, of at most this length.
pub(super) fn read(from: &mut impl Read, most: u64) -> io::Result<Frame> {
    let mut kind = [0];
    from.read_exact(&mut kind)?;
    let length = number(from)?;
    if length > most {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let text = exactly(from, length)?;
    let words = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
    match (kind, text.split_first_chunk::<8>()) {
        ([b'v'], _) => Ok(Frame::Value(text)),
        ([b'c'], _) => Ok(Frame::Cut),
        ([b'm'], _) => Ok(Frame::Mistake(None, words(&text))),
        ([b'p'], Some((at, what))) => Ok(Frame::Mistake(usize::try_from(u64::from_le_bytes(*at)).ok(), words(what))),
        ([b'.'], _) => Ok(Frame::Done),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_heard() {
        let all = [
            Frame::Value(b"{\"a\": 1}".to_vec()),
            Frame::Value(Vec::new()),
            Frame::Mistake(None, "it failed on ü".to_owned()),
            Frame::Mistake(Some(7), "a term expected".to_owned()),
            Frame::Cut,
            Frame::Done,
        ];
        let mut bytes = Vec::new();
        for frame in &all {
            write(&mut bytes, frame).unwrap();
        }
        let mut from = bytes.as_slice();
        for frame in &all {
            assert_eq!(read(&mut from, 100).unwrap(), *frame);
        }
        assert!(read(&mut from, 100).is_err(), "an end without a last word");
        let mut long = Vec::new();
        write(&mut long, &Frame::Value(vec![b'1'; 101])).unwrap();
        assert!(read(&mut long.as_slice(), 100).is_err());
    }
}
