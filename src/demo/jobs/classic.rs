//! A job of the first Bulk API: batches that are each worked on as a job of the second is.

use super::job::{Job, Operation, Settings, State};
use crate::demo::locked;
use std::sync::{Arc, Mutex};

/// What batches and results are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo) enum Content {
    Csv,
    Json,
}

/// One job.
pub(in crate::demo) struct Classic {
    /// 18 characters.
    pub(in crate::demo) id: String,
    pub(in crate::demo) owner: String,
    pub(in crate::demo) settings: Settings,
    pub(in crate::demo) content: Content,
    pub(in crate::demo) serial: bool,
    /// Seconds since 1970.
    pub(in crate::demo) created: i64,
    inner: Mutex<Inner>,
}

struct Inner {
    state: &'static str,
    batches: Vec<Arc<Job>>,
}

impl Classic {
    pub(super) fn new(id: String, owner: String, settings: Settings, content: Content, serial: bool) -> Self {
        let inner = Mutex::new(Inner { state: "Open", batches: Vec::new() });
        Self { id, owner, settings, content, serial, created: super::job::now(), inner }
    }

    pub(in crate::demo) fn state(&self) -> &'static str {
        locked(&self.inner).state
    }

    pub(in crate::demo) fn batches(&self) -> Vec<Arc<Job>> {
        locked(&self.inner).batches.clone()
    }

    pub(in crate::demo) fn batch(&self, id: &str) -> Option<Arc<Job>> {
        locked(&self.inner).batches.iter().find(|batch| batch.id == id).map(Arc::clone)
    }

    /// Takes a batch, if it is open.
    pub(super) fn take(&self, batch: &Arc<Job>) -> bool {
        let mut inner = locked(&self.inner);
        let open = inner.state == "Open";
        if open {
            inner.batches.push(Arc::clone(batch));
        }
        open
    }

    /// Closes or aborts it, if it is open; batches that wait are not processed then.
    pub(in crate::demo) fn end(&self, aborted: bool) -> bool {
        let mut inner = locked(&self.inner);
        if inner.state != "Open" {
            return false;
        }
        inner.state = if aborted { "Aborted" } else { "Closed" };
        for batch in inner.batches.iter().filter(|_| aborted) {
            let _ = batch.go(&[State::UploadComplete, State::InProgress], State::Aborted);
        }
        true
    }

    /// Bytes that it keeps.
    pub(super) fn bytes(&self) -> u64 {
        locked(&self.inner).batches.iter().map(|batch| batch.bytes()).sum()
    }

    /// Whether it holds back nothing that may be forgotten.
    pub(super) fn is_over(&self) -> bool {
        let inner = locked(&self.inner);
        inner.state != "Open" && inner.batches.iter().all(|batch| batch.state().is_final())
    }

    /// Whether its batches are queries.
    pub(in crate::demo) fn asks(&self) -> bool {
        matches!(self.settings.operation, Operation::Query | Operation::QueryAll)
    }
}
