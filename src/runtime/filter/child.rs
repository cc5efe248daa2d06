//! The process that runs a filter: takes limits on itself, then the body, then computes. It opens no file but the one that
//! an answer lies in, starts nothing, and ends when whoever asked is gone.

use super::frames::{self, Frame, Limits, Told};
use crate::json::Document;
use crate::json::filter::{FilterError, Input, check, run};
use std::io::{self, BufWriter, Read, Write};
use std::sync::Arc;

/// Bytes of the stack that jq may use.
const STACK: usize = 64 << 20;

/// Does what stdin asks for; the exit code.
pub fn serve() -> u8 {
    // A stack of a size that is known, whatever the shell allows.
    let computing = std::thread::Builder::new().stack_size(STACK).spawn(|| answer().is_ok());
    let fine = computing.is_ok_and(|thread| thread.join().unwrap_or(false));
    u8::from(!fine)
}

fn answer() -> io::Result<()> {
    let mut stdin = io::stdin().lock();
    let limits = frames::limits(&mut stdin)?;
    limit(&limits)?;
    let program = String::from_utf8(frames::text(&mut stdin)?).map_err(io::Error::other)?;
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    // What is no program is told before the body has come.
    if let Err(error) = check(&program) {
        frames::write(&mut out, &mistake(error))?;
        return out.flush();
    }
    let body = frames::body(&mut stdin)?;
    drop(stdin);
    watch();
    let body = match body {
        Told::Bytes(bytes) => bytes,
        Told::File(path) => match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                frames::write(&mut out, &Frame::Mistake(None, unreadable(&error, &limits)))?;
                return out.flush();
            }
        },
    };
    let mut room = usize::try_from(limits.output).unwrap_or(usize::MAX);
    let mut last = Frame::Done;
    let mut broken = Ok(());
    let input = || {
        let input = Input::of(Arc::new(Document::parse(body)))?;
        // The end of the process gives its memory back at once; millions of values would take a second.
        std::mem::forget(input.clone());
        Ok(input)
    };
    let ended = run(&program, input, |output| {
        let mut text = Room { text: Vec::new(), most: room };
        if output.write(&mut text, true).is_err() {
            last = Frame::Cut;
            return false;
        }
        // A frame is some bytes more than what is in it: many empty ones are a lot, too.
        room = room.saturating_sub(text.text.len() + 16);
        broken = frames::write(&mut out, &Frame::Value(text.text));
        broken.is_ok()
    });
    broken?;
    if let Err(error) = ended {
        last = mistake(error);
    }
    frames::write(&mut out, &last)?;
    out.flush()
}

fn unreadable(error: &io::Error, limits: &Limits) -> String {
    match error.kind() {
        io::ErrorKind::OutOfMemory => frames::too_much_memory(limits),
        _ => format!("the answer's file cannot be read: {error}"),
    }
}

fn mistake(error: FilterError) -> Frame {
    match error {
        FilterError::Program { at, what } => Frame::Mistake(Some(at), what),
        other => Frame::Mistake(None, other.to_string()),
    }
}

/// A text that may grow only so far.
struct Room {
    text: Vec<u8>,
    most: usize,
}

impl Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() + bytes.len() > self.most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Ends this process when whoever asked is gone: the other end of stdin is closed then.
fn watch() {
    std::thread::spawn(|| {
        let mut nothing = [0];
        let _ = io::stdin().lock().read(&mut nothing);
        std::process::exit(1);
    });
}

/// Bounds memory and time, allows no file to be written and no image of the memory to be left behind.
#[cfg(unix)]
fn limit(limits: &Limits) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    for (resource, most) in
        [(Resource::As, limits.memory), (Resource::Cpu, limits.seconds), (Resource::Core, 0), (Resource::Fsize, 0)]
    {
        // What the shell allows may be less.
        let most = Some(getrlimit(resource).maximum.map_or(most, |allowed| allowed.min(most)));
        setrlimit(resource, Rlimit { current: most, maximum: most })?;
    }
    Ok(())
}

/// Elsewhere whoever asked can still kill it.
#[cfg(not(unix))]
fn limit(_: &Limits) -> io::Result<()> {
    Ok(())
}
