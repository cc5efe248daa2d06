//! The history's own worker: it alone holds the database, takes one job after the other, and tells what came of each.
//!
//! ```text
//! effects ─▶ jobs (in order: what was kept is found by the next reading) ─▶ worker ─▶ events
//! ```
//! It begins with the first job, after the first frame. At the end it is given a moment to write what waits. Where the
//! file cannot be written, or is not wanted, the same goes into memory and ends with the program.

use crate::app::event::TaskId;
use crate::app::{Effect, Event};
use crate::profile::HistorySettings;
use crate::request::{PastId, PastQuery, Record, Request};
use crate::secret::Secret;
use crate::store::history::{Archive, ArchiveError};
use jiff::Timestamp;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// How long the end of the program waits for what is not written yet.
const PATIENCE: Duration = Duration::from_secs(2);

enum Job {
    Keep(TaskId, Box<Record>),
    Read {
        id: TaskId,
        query: Box<PastQuery>,
        rows: Range<usize>,
        stop: Arc<AtomicBool>,
    },
    Open(TaskId, PastId),
    Before(TaskId, Box<Request>, Result<PastId, Timestamp>),
    Forget(Option<PastId>),
    /// From now on nothing of it is to be on a disk.
    Leave,
}

/// Hands jobs to the worker.
pub(super) struct Historian {
    /// `None`: in memory.
    file: Option<PathBuf>,
    bounds: HistorySettings,
    events: UnboundedSender<Event>,
    worker: Option<(Sender<Job>, Receiver<()>)>,
}

impl Historian {
    /// No worker yet. Without a file it is this run's alone.
    pub(super) fn new(file: Option<PathBuf>, bounds: HistorySettings, events: UnboundedSender<Event>) -> Self {
        Self { file: file.filter(|_| bounds.on), bounds, events, worker: None }
    }

    /// What the demo is asked leaves no trace.
    pub(super) fn leave_the_disk(&mut self) {
        self.file = None;
        if self.worker.is_some() {
            self.send(Job::Leave);
        }
    }

    /// Runs an effect of the history's; a reading has its own way, for it can be stopped.
    pub(super) fn run(&mut self, effect: Effect) {
        match effect {
            Effect::Keep(id, mut record) => {
                let values = record.environment().into_iter().filter_map(|name| std::env::var(name).ok());
                record.secrets.extend(values.map(Secret::new));
                self.send(Job::Keep(id, record));
            }
            Effect::OpenPast(task, id) => self.send(Job::Open(task, id)),
            Effect::OpenBefore(task, request, before) => self.send(Job::Before(task, request, before)),
            Effect::ForgetPast(id) => self.send(Job::Forget(id)),
            _ => {}
        }
    }

    /// Reads these rows, unless `stop` is set before it is done.
    pub(super) fn read(&mut self, id: TaskId, query: Box<PastQuery>, rows: Range<usize>, stop: Arc<AtomicBool>) {
        self.send(Job::Read { id, query, rows, stop });
    }

    fn send(&mut self, job: Job) {
        let (jobs, _) = self.worker.get_or_insert_with(|| {
            let (sender, jobs) = channel();
            let (ended, end) = channel();
            let (file, bounds, events) = (self.file.clone(), self.bounds, self.events.clone());
            tokio::task::spawn_blocking(move || {
                Worker::new(file, bounds, events).work(&jobs);
                drop(ended);
            });
            (sender, end)
        });
        // The worker ends only with the program.
        let _ = jobs.send(job);
    }

    /// Lets the worker write what waits, for a moment.
    pub(super) fn finish(&mut self) {
        if let Some((jobs, end)) = self.worker.take() {
            drop(jobs);
            // Nothing comes; it closes when the worker has ended.
            let _ = end.recv_timeout(PATIENCE);
        }
    }
}

struct Worker {
    file: Option<PathBuf>,
    bounds: HistorySettings,
    events: UnboundedSender<Event>,
    archive: Option<Archive>,
    /// That something could not be kept is told once.
    complained: bool,
}

impl Worker {
    fn new(file: Option<PathBuf>, bounds: HistorySettings, events: UnboundedSender<Event>) -> Self {
        let mut worker = Self { file, bounds, events, archive: None, complained: false };
        let told = match worker.file.clone() {
            None => worker.in_memory(None),
            Some(file) => match Archive::open(&file, bounds) {
                Ok((archive, words)) => {
                    worker.archive = Some(archive);
                    words
                }
                Err(error) => worker.in_memory(Some(not_kept(&file, &error))),
            },
        };
        worker.placed(told);
        worker
    }

    fn in_memory(&mut self, words: Option<String>) -> Option<String> {
        self.file = None;
        self.archive = Archive::in_memory(self.bounds).ok();
        words
    }

    fn placed(&self, words: Option<String>) {
        if self.file.is_none() || words.is_some() {
            self.tell(Event::HistoryPlaced { this_run_only: self.file.is_none(), words });
        }
    }

    fn tell(&self, event: Event) {
        // The loop is gone only when the program ends.
        let _ = self.events.send(event);
    }

    fn work(mut self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            match job {
                Job::Keep(id, record) => self.keep(id, &record),
                Job::Read { id, query, rows, stop } => {
                    match self.with(|archive| archive.read(&query, rows.start, rows.len(), &stop)) {
                        Err(error) if error.is_stopped() => {}
                        read => self.tell(Event::HistoryRead(id, said(read))),
                    }
                }
                Job::Open(task, id) => {
                    let past = self.with(|archive| archive.entry(id)).map(|past| past.map(Box::new));
                    self.tell(Event::PastOpened(task, said(past)));
                }
                Job::Before(task, request, before) => {
                    let past = self.with(|archive| archive.before(&request, before)).map(|past| past.map(Box::new));
                    self.tell(Event::PastOpened(task, said(past)));
                }
                Job::Forget(Some(id)) => {
                    let gone = self.with(|archive| archive.forget(id));
                    let words = gone.map(|_| "Deleted from the history".to_owned());
                    self.tell(Event::HistoryChanged(said(words)));
                }
                Job::Forget(None) => {
                    let gone = self.with(Archive::clear);
                    self.tell(Event::HistoryChanged(said(gone.map(|n| format!("Deleted all {n} of the history")))));
                }
                Job::Leave => {
                    let words = self.in_memory(None);
                    self.placed(words);
                }
            }
        }
    }

    fn keep(&mut self, id: TaskId, record: &Record) {
        match self.with(|archive| archive.keep(record)) {
            Ok(kept) => self.tell(Event::HistoryKept(id, kept)),
            Err(error) if !self.complained => {
                self.complained = true;
                let words = match &self.file {
                    Some(file) => not_kept(file, &error),
                    None => format!("The history is not kept: {error}"),
                };
                self.placed(Some(words));
            }
            Err(_) => {}
        }
    }

    /// Does something with the archive. One that turns out to be damaged is set aside, and it is done with a new one.
    fn with<T>(&mut self, act: impl Fn(&mut Archive) -> Result<T, ArchiveError>) -> Result<T, ArchiveError> {
        let none = || ArchiveError::from(std::io::Error::other("there is none"));
        let done = act(self.archive.as_mut().ok_or_else(none)?);
        match (done, self.file.clone()) {
            (Err(error), Some(file)) if error.is_damage() => {
                // Let go of first: the file gets another name.
                self.archive = None;
                let (archive, words) = Archive::replace(&file, self.bounds, &error)?;
                self.placed(Some(words));
                act(self.archive.insert(archive))
            }
            (done, _) => done,
        }
    }
}

fn said<T>(result: Result<T, ArchiveError>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

fn not_kept(file: &Path, error: &ArchiveError) -> String {
    format!("The history is not kept: {}: {error}", file.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::ProfileId;
    use crate::request::{AnswerBody, Exchange, Timing, Variables};
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    fn record(address: &str) -> Box<Record> {
        let exchange = Exchange {
            who: ProfileId { app: "acme".to_owned(), username: "ada".to_owned() },
            at: jiff::Timestamp::UNIX_EPOCH,
            method: "GET".to_owned(),
            url: address.to_owned(),
            sent_headers: Vec::new(),
            sent_bytes: 0,
            with_identity: true,
            status: 200,
            version: "HTTP/2",
            headers: Vec::new(),
            body: AnswerBody::Text("x".into()),
            wire_bytes: 1,
            timing: Timing::default(),
            notes: Vec::new(),
            cut: None,
            trouble: None,
        };
        Box::new(Record::new(Arc::new(exchange), Request::get(address), &Variables::new()))
    }

    fn historian(file: Option<PathBuf>) -> (Historian, UnboundedReceiver<Event>) {
        let (sender, events) = unbounded_channel();
        (Historian::new(file, HistorySettings::default(), sender), events)
    }

    fn read(historian: &mut Historian, id: TaskId, stopped: bool) {
        historian.read(id, Box::default(), 0..10, Arc::new(AtomicBool::new(stopped)));
    }

    fn total(event: Option<Event>) -> usize {
        match event {
            Some(Event::HistoryRead(_, Ok(page))) => page.total,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn what_waits_is_written_at_the_end_and_found_by_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state").join("history.sqlite");
        let (mut one, mut events) = historian(Some(file.clone()));
        for id in 0..20 {
            one.run(Effect::Keep(id, record("limits")));
        }
        read(&mut one, 20, false);
        for id in 0..20 {
            assert!(matches!(events.recv().await, Some(Event::HistoryKept(task, _)) if task == id));
        }
        assert_eq!(total(events.recv().await), 20, "a reading sees what was kept before it");
        one.run(Effect::Keep(21, record("limits")));
        one.finish();
        let (mut other, mut events) = historian(Some(file));
        read(&mut other, 1, false);
        assert_eq!(total(events.recv().await), 21);
        // A reading that is not waited for answers nothing, what comes after it does.
        read(&mut other, 2, true);
        other.run(Effect::OpenPast(3, 1));
        let opened = loop {
            match events.recv().await {
                Some(Event::HistoryRead(2, _)) => {}
                other => break other,
            }
        };
        assert!(matches!(opened, Some(Event::PastOpened(3, Ok(Some(_))))), "{opened:?}");
        other.run(Effect::ForgetPast(None));
        assert!(matches!(events.recv().await, Some(Event::HistoryChanged(Ok(words))) if words.contains("21")));
    }

    #[tokio::test]
    async fn where_it_cannot_be_written_it_is_this_runs_and_told_once() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("state"), "no folder").unwrap();
        let (mut one, mut events) = historian(Some(folder.path().join("state").join("history.sqlite")));
        one.run(Effect::Keep(1, record("limits")));
        match events.recv().await {
            Some(Event::HistoryPlaced { this_run_only: true, words: Some(words) }) => {
                assert!(words.starts_with("The history is not kept: "), "{words}");
            }
            other => panic!("{other:?}"),
        }
        assert!(matches!(events.recv().await, Some(Event::HistoryKept(1, _))));
        read(&mut one, 2, false);
        assert_eq!(total(events.recv().await), 1);
    }

    #[tokio::test]
    async fn the_demo_leaves_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("history.sqlite");
        let (mut one, mut events) = historian(Some(file));
        one.run(Effect::Keep(1, record("limits")));
        assert!(matches!(events.recv().await, Some(Event::HistoryKept(1, _))));
        one.leave_the_disk();
        assert!(matches!(events.recv().await, Some(Event::HistoryPlaced { this_run_only: true, words: None })));
        one.run(Effect::Keep(2, record("demo")));
        read(&mut one, 3, false);
        assert!(matches!(events.recv().await, Some(Event::HistoryKept(2, _))));
        assert_eq!(total(events.recv().await), 1, "and starts anew");
    }

    #[tokio::test]
    async fn a_file_that_is_damaged_while_it_is_open_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("history.sqlite");
        let (mut one, mut events) = historian(Some(file.clone()));
        for id in 0..200 {
            one.run(Effect::Keep(id, record("limits")));
            events.recv().await.unwrap();
        }
        one.finish();
        // All but the first page is written over.
        let size = {
            // What stands in the log goes into the file first.
            let (archive, _) = Archive::open(&file, HistorySettings::default()).unwrap();
            archive.settle().unwrap();
            std::fs::metadata(&file).unwrap().len()
        };
        let mut bytes = std::fs::read(&file).unwrap();
        assert!(size > 8192 * 3, "{size}");
        bytes.iter_mut().skip(4096 * 2).for_each(|byte| *byte = 0xEE);
        std::fs::write(&file, bytes).unwrap();
        let (mut other, mut events) = historian(Some(file));
        other.run(Effect::Keep(1, record("limits")));
        read(&mut other, 2, false);
        match events.recv().await {
            Some(Event::HistoryPlaced { this_run_only: false, words: Some(words) }) => {
                assert!(words.contains("set-aside-1"), "{words}");
            }
            other => panic!("{other:?}"),
        }
        assert!(matches!(events.recv().await, Some(Event::HistoryKept(1, _))));
        assert_eq!(total(events.recv().await), 1);
    }
}
