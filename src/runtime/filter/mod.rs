//! jq over an answer, in a process of its own. What somebody types may run for ever, fill the memory or nest too deep for
//! any stack: only a process can be stopped at once whatever it does, so each run has one, small bodies' too.
//!
//! ```text
//!  screen ─▶ Run::start ─▶ orgdeck filter-child      stdin:  program, body or its file; stays open, its end ends the child
//!    │         │ blocking        │ limits on memory, time, files (the child's own, on itself)
//!    │         ▼                 ▼
//!    │       read ◀────────── stdout: frames: values, then an end or a mistake
//!    └─ Run::stop ─▶ kill, at any time; whoever reads sees the end, reaps it and says nothing
//! ```

mod child;
mod frames;

pub use child::serve;
pub use frames::{Given, Limits};

use crate::app::filter::{Filterable, Filtered, Trouble};
use crate::json::Document;
use frames::Frame;
use std::io::{self, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The hidden sub-command that is the child.
pub const SUBCOMMAND: &str = "filter-child";

/// One run of a program, which can be stopped at any time.
#[derive(Debug, Default)]
pub struct Run {
    stopped: AtomicBool,
    /// What it may use; `None`: as the body needs.
    limits: Option<Limits>,
    /// There while the child lives and nobody waits for its end yet.
    child: Mutex<Option<Child>>,
}

impl Run {
    /// With limits of one's own.
    pub fn within(limits: Limits) -> Self {
        Self { limits: Some(limits), ..Self::default() }
    }

    /// Stops it at once. Does not wait.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        if let Some(child) = self.child.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            // One that has ended already needs no killing.
            let _ = child.kill();
        }
    }

    /// Whether its process lives.
    pub fn is_started(&self) -> bool {
        self.child.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Runs a program over a document and hands over what came of it, once; nothing where it was stopped. Blocks until
    /// the child is gone.
    pub fn run<'a>(&self, orgdeck: &PathBuf, given: impl Into<Given<'a>>, program: &str, told: impl FnOnce(Filtered)) {
        let given = given.into();
        let limits = self.limits.unwrap_or_else(|| Limits::of(given.len()).within_reason(&given));
        let (mut stdin, mut reader, mut stderr) = match self.spawn(orgdeck) {
            Ok(pipes) => pipes,
            Err(error) => {
                return told(Filtered::failed(format!("the filter's process could not be started: {error}")));
            }
        };
        // A child that is done with the program before it has seen the body closes the pipe: its frames say why.
        let _ = frames::ask(&mut stdin, &limits, program, given);
        let mut gathered = Gathered::default();
        let ended = gathered.read(&mut reader, &limits);
        if ended {
            // Told before the child's memory is given back, which takes its time.
            self.tell(gathered.filtered(&self.stopped), told);
            drop(stdin);
            self.reap();
            return;
        }
        drop(stdin);
        let mut said = String::new();
        let _ = stderr.by_ref().take(4096).read_to_string(&mut said);
        let status = self.reap();
        self.tell(Filtered::failed(why(status, &said, &limits)), told);
    }

    fn tell(&self, filtered: Filtered, told: impl FnOnce(Filtered)) {
        if !self.stopped.load(Ordering::SeqCst) {
            told(filtered);
        }
    }

    fn spawn(&self, orgdeck: &PathBuf) -> io::Result<(ChildStdin, impl Read + use<>, impl Read + use<>)> {
        let mut command = Command::new(orgdeck);
        // Nothing of the user's settings, and nothing that might be secret.
        command.arg(SUBCOMMAND).env_clear();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let mut held = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        if self.stopped.load(Ordering::SeqCst) {
            let _ = child.kill();
        }
        *held = Some(child);
        match pipes {
            (Some(stdin), Some(stdout), Some(stderr)) => Ok((stdin, BufReader::new(stdout), stderr)),
            _ => Err(io::Error::other("it has no pipes")),
        }
    }

    /// Waits for the end of the child, which is near: it is killed where it is not over yet.
    fn reap(&self) -> Option<ExitStatus> {
        // Not while it is held: whoever stops must not wait.
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        // It has closed its output, or said that it is done.
        let _ = child.kill();
        child.wait().ok()
    }
}

impl Limits {
    /// A body that did not fit into memory as a text would take all of the machine's in jq's form: half of what is free.
    fn within_reason(self, given: &Given<'_>) -> Self {
        match (given, free_memory()) {
            (Given::File(_), Some(free)) => Self { memory: self.memory.min((free / 2).max(1 << 30)), ..self },
            _ => self,
        }
    }
}

/// Bytes of memory that are free, where the system says so.
fn free_memory() -> Option<u64> {
    let about = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = about.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib << 10)
}

/// Runs a program over an answer on the blocking pool.
pub(super) fn start(haystack: Filterable, program: String, told: impl FnOnce(Filtered) + Send + 'static) -> Arc<Run> {
    let run = Arc::new(Run::default());
    let own = Arc::clone(&run);
    tokio::task::spawn_blocking(move || match this_program() {
        Ok(orgdeck) => match &haystack {
            Filterable::Document(document) => own.run(&orgdeck, document, &program, told),
            Filterable::File(spool) => own.run(&orgdeck, Given::File(spool), &program, told),
        },
        Err(error) => told(Filtered::failed(format!("this program is not found again: {error}"))),
    });
    run
}

/// This program, as it can be started again even after its file was replaced.
pub fn this_program() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") { Ok(PathBuf::from("/proc/self/exe")) } else { std::env::current_exe() }
}

/// What the child has said so far.
#[derive(Default)]
struct Gathered {
    text: Vec<u8>,
    outputs: usize,
    cut: bool,
    trouble: Option<Trouble>,
}

impl Gathered {
    /// Reads to the child's last word; false where it ended without one.
    fn read(&mut self, from: &mut impl Read, limits: &Limits) -> bool {
        loop {
            match frames::read(from, limits.output) {
                Ok(Frame::Value(value)) => self.add(&value),
                Ok(Frame::Cut) => {
                    self.cut = true;
                    return true;
                }
                Ok(Frame::Mistake(at, what)) => {
                    self.trouble = Some(Trouble { at, what });
                    return true;
                }
                Ok(Frame::Done) => return true,
                Err(_) => return false,
            }
        }
    }

    fn add(&mut self, value: &[u8]) {
        if self.outputs > 0 {
            self.text.extend_from_slice(b",\n");
        }
        self.text.extend_from_slice(value);
        self.outputs += 1;
    }

    /// As one document: an output alone as it is, else an array of them.
    fn filtered(self, stop: &AtomicBool) -> Filtered {
        let Self { text, outputs, cut, trouble } = self;
        let mut trouble = trouble;
        if cut && outputs == 0 {
            trouble = Some(Trouble { at: None, what: "the result is too big to be shown".to_owned() });
        }
        if trouble.is_some() {
            return Filtered { trouble, ..Filtered::default() };
        }
        let text = match outputs {
            1 => text,
            0 => b"[]".to_vec(),
            _ => [b"[\n".as_slice(), &text, b"\n]"].concat(),
        };
        let document = Document::parse_unless(text, stop);
        Filtered { document: Some(Arc::new(document)), outputs, cut, trouble }
    }
}

/// Why a child ended without a word.
fn why(status: Option<ExitStatus>, said: &str, limits: &Limits) -> String {
    if said.contains("overflowed its stack") {
        return "it calls itself too often".to_owned();
    }
    if said.contains("memory allocation") || said.contains("capacity overflow") {
        return frames::too_much_memory(limits);
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        /// `SIGXCPU` and `SIGKILL`, the same numbers wherever there are limits.
        const OUT_OF_TIME: [i32; 2] = [24, 9];
        if status.and_then(|s| s.signal()).is_some_and(|signal| OUT_OF_TIME.contains(&signal)) {
            return format!("stopped after {} s of computing", limits.seconds);
        }
    }
    let how = status.map_or_else(|| "its end is not known".to_owned(), |s| s.to_string());
    format!("it ended without an answer ({how})")
}
