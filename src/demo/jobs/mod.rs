//! Bulk jobs of one org: kept, queued, worked on, forgotten. Knows CSV and records, no HTTP.
//!
//! ```text
//!  POST ─▶ Open ──upload──▶ UploadComplete ─▶ queue ─▶ InProgress ─▶ JobComplete
//!  (ingest)   │                  │ (query jobs start here) │        └▶ Failed
//!             └──────────────────┴────── PATCH ────────────┴────────▶ Aborted
//! ```
//! One thread works on the jobs of an org, one after another, and ends when there is nothing to do or the demo ends.

mod classic;
mod format;
mod ingest;
mod job;
mod query;
mod spool;

pub(super) use classic::{Classic, Content};
pub(super) use format::{Delimiter, Ending};
pub(super) use job::{Found, Job, Kind, Operation, Refused, Settings, State, datetime};
pub(super) use spool::Spool;

use super::data::{OrgData, long_id};
use super::locked;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

/// Jobs of an org that are remembered; the oldest that is over makes room.
const MOST: usize = 200;
/// Bytes of uploads and results that the jobs of an org keep together; the oldest that is over makes room.
const MOST_BYTES: u64 = 2 << 30;

/// All jobs of an org.
#[derive(Default)]
pub(super) struct Jobs {
    number: AtomicU64,
    /// Query jobs and batches that were worked on.
    queries: AtomicU64,
    batches: AtomicU64,
    all: Mutex<VecDeque<Arc<Job>>>,
    classic: Mutex<VecDeque<Arc<Classic>>>,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Arc<Job>>,
    /// Whether a thread is at work.
    working: bool,
}

impl Jobs {
    /// A new job of this user, in an org with this id. A query waits for its turn, an ingest for its data.
    /// `None` where there are as many unfinished jobs as may be.
    pub(super) fn add(&self, org_id: &str, owner: &str, settings: Settings) -> Option<Arc<Job>> {
        let id = self.id(org_id.get(3..5).unwrap_or("00"), "750")?;
        let job = Arc::new(Job::new(id, owner.to_owned(), settings));
        let mut all = locked(&self.all);
        while all.len() >= MOST || all.iter().map(|job| job.bytes()).sum::<u64>() > MOST_BYTES {
            let oldest = all.iter().position(|job| job.state().is_final())?;
            all.remove(oldest);
        }
        all.push_back(Arc::clone(&job));
        Some(job)
    }

    /// A new id of this prefix.
    fn id(&self, pod: &str, prefix: &str) -> Option<String> {
        let number = self.number.fetch_add(1, Ordering::Relaxed) + 1;
        long_id(&format!("{prefix}{pod}0{number:09}"))
    }

    /// A new job of the first Bulk API; `None` where there are as many open ones as may be.
    pub(super) fn add_classic(
        &self,
        org_id: &str,
        owner: &str,
        settings: Settings,
        content: Content,
        serial: bool,
    ) -> Option<Arc<Classic>> {
        let id = self.id(org_id.get(3..5).unwrap_or("00"), "750")?;
        let mut all = locked(&self.classic);
        while all.len() >= MOST || all.iter().map(|job| job.bytes()).sum::<u64>() > MOST_BYTES {
            let oldest = all.iter().position(|job| job.is_over())?;
            all.remove(oldest);
        }
        let job = Arc::new(Classic::new(id, owner.to_owned(), settings, content, serial));
        all.push_back(Arc::clone(&job));
        Some(job)
    }

    /// The job of the first Bulk API with this id.
    pub(super) fn find_classic(&self, id: &str) -> Option<Arc<Classic>> {
        let id = long_id(id)?;
        locked(&self.classic).iter().find(|job| job.id == id).map(Arc::clone)
    }

    /// A batch of an open job, with what it works on and what was sent.
    pub(super) fn add_batch(&self, job: &Classic, settings: Settings, source: Spool, sent: Spool) -> Option<Arc<Job>> {
        let id = self.id(job.id.get(3..5).unwrap_or("00"), "751")?;
        let batch = Arc::new(Job::new(id, job.owner.clone(), settings));
        batch.make_batch(source, sent);
        job.take(&batch).then_some(batch)
    }

    /// How many query jobs and how many batches were worked on since the start.
    pub(super) fn used(&self) -> (u64, u64) {
        (self.queries.load(Ordering::Relaxed), self.batches.load(Ordering::Relaxed))
    }

    /// The job with this 15- or 18-character id.
    pub(super) fn find(&self, id: &str) -> Option<Arc<Job>> {
        let id = long_id(id)?;
        locked(&self.all).iter().find(|job| job.id == id).map(Arc::clone)
    }

    /// All jobs, the oldest first.
    pub(super) fn all(&self) -> Vec<Arc<Job>> {
        locked(&self.all).iter().map(Arc::clone).collect()
    }

    /// Lets go of a job and what it keeps.
    pub(super) fn forget(&self, job: &Job) {
        locked(&self.all).retain(|other| other.id != job.id);
    }

    /// Puts a job in the queue; a thread is started if none is at work.
    pub(super) fn submit(self: &Arc<Self>, job: &Arc<Job>, data: &Arc<OrgData>, ended: &CancellationToken) {
        let mut queue = locked(&self.queue);
        queue.waiting.push_back(Arc::clone(job));
        if queue.working {
            return;
        }
        let (jobs, data, ended) = (Arc::clone(self), Arc::clone(data), ended.clone());
        let started = std::thread::Builder::new().name("demo-jobs".to_owned()).spawn(move || {
            while let Some(job) = jobs.next() {
                jobs.work(&job, &data, &ended);
            }
        });
        queue.working = started.is_ok();
        if started.is_err() {
            queue.waiting.clear();
            job.fail("InternalServerError : no thread could be started");
        }
    }

    /// The next job in the queue; without one the thread is over.
    fn next(&self) -> Option<Arc<Job>> {
        let mut queue = locked(&self.queue);
        let next = queue.waiting.pop_front();
        queue.working = next.is_some();
        next
    }

    fn work(&self, job: &Job, data: &OrgData, ended: &CancellationToken) {
        if ended.is_cancelled() || !job.begin() {
            return;
        }
        let used = match job.settings.operation.kind() {
            Kind::Query => &self.queries,
            Kind::Ingest => &self.batches,
        };
        used.fetch_add(1, Ordering::Relaxed);
        let stop = || ended.is_cancelled() || job.state() == State::Aborted;
        let done = catch_unwind(AssertUnwindSafe(|| match job.settings.operation.kind() {
            Kind::Query => query::run(job, data, &stop),
            Kind::Ingest => ingest::run(job, data, &stop),
        }));
        match done {
            Ok(Ok(())) => job.finish(),
            Ok(Err(message)) => job.fail(&message),
            Err(_) => job.fail("InternalServerError : the demo org failed"),
        }
    }
}

#[cfg(test)]
mod tests;
