//! One bulk job: what it is to do, how far it is, what it has made. Every change of its state is one step under its lock.

use super::format::{Delimiter, Ending};
use super::spool::Spool;
use crate::demo::locked;
use serde_json::{Map, Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo) enum State {
    Open,
    UploadComplete,
    InProgress,
    Aborted,
    JobComplete,
    Failed,
}

impl State {
    pub(in crate::demo) fn name(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::UploadComplete => "UploadComplete",
            Self::InProgress => "InProgress",
            Self::Aborted => "Aborted",
            Self::JobComplete => "JobComplete",
            Self::Failed => "Failed",
        }
    }

    /// Whether nothing more will happen.
    pub(in crate::demo) fn is_final(self) -> bool {
        matches!(self, Self::Aborted | Self::JobComplete | Self::Failed)
    }
}

/// The two families of jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo) enum Kind {
    Query,
    Ingest,
}

impl Kind {
    /// `jobType`.
    pub(in crate::demo) fn name(self) -> &'static str {
        match self {
            Self::Query => "V2Query",
            Self::Ingest => "V2Ingest",
        }
    }
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo) enum Operation {
    Query,
    QueryAll,
    Insert,
    Update,
    Upsert,
    Delete,
    HardDelete,
}

impl Operation {
    pub(in crate::demo) const ALL: [Self; 7] =
        [Self::Query, Self::QueryAll, Self::Insert, Self::Update, Self::Upsert, Self::Delete, Self::HardDelete];

    pub(in crate::demo) fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::QueryAll => "queryAll",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Upsert => "upsert",
            Self::Delete => "delete",
            Self::HardDelete => "hardDelete",
        }
    }

    pub(in crate::demo) fn kind(self) -> Kind {
        match self {
            Self::Query | Self::QueryAll => Kind::Query,
            _ => Kind::Ingest,
        }
    }
}

/// What a job is asked to do.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Settings {
    pub(in crate::demo) operation: Operation,
    /// In its true case.
    pub(in crate::demo) object: String,
    /// Of a query job.
    pub(in crate::demo) query: String,
    /// `externalIdFieldName`, of an upsert.
    pub(in crate::demo) external: Option<String>,
    pub(in crate::demo) assignment: Option<String>,
    pub(in crate::demo) delimiter: Delimiter,
    pub(in crate::demo) ending: Ending,
    /// As in a path: `67.0`.
    pub(in crate::demo) version: String,
    /// Whether the fate of each row is noted in order, as the first Bulk API tells it.
    pub(in crate::demo) fates: bool,
}

/// What a query job has found.
pub(in crate::demo) struct Found {
    /// Without the header.
    pub(in crate::demo) rows: Spool,
    pub(in crate::demo) header: Vec<u8>,
    pub(in crate::demo) count: u64,
    /// Where every so many rows begin.
    pub(in crate::demo) marks: Vec<u64>,
}

/// What an ingest job has done, each as CSV with a header.
pub(in crate::demo) struct Done {
    pub(in crate::demo) successful: Spool,
    pub(in crate::demo) failed: Spool,
    pub(in crate::demo) unprocessed: Spool,
    /// `Id`, `Success`, `Created`, `Error` of each row.
    pub(in crate::demo) fates: Spool,
}

/// One job.
pub(in crate::demo) struct Job {
    /// 18 characters.
    pub(in crate::demo) id: String,
    /// Id of the user who made it.
    pub(in crate::demo) owner: String,
    pub(in crate::demo) settings: Settings,
    created: i64,
    /// Records looked at, and those among them that were refused.
    pub(in crate::demo) processed: AtomicU64,
    pub(in crate::demo) refused: AtomicU64,
    inner: Mutex<Inner>,
}

struct Inner {
    state: State,
    modified: i64,
    begun: Option<Instant>,
    /// ms.
    spent: u128,
    error: Option<String>,
    source: Option<Arc<Spool>>,
    /// Of a batch: as it came.
    sent: Option<Arc<Spool>>,
    found: Option<Arc<Found>>,
    done: Option<Arc<Done>>,
}

pub(super) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(0))
}

/// As Salesforce writes it.
pub(in crate::demo) fn datetime(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map(|time| time.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string())
        .unwrap_or_default()
}

impl Job {
    pub(super) fn new(id: String, owner: String, settings: Settings) -> Self {
        let state = match settings.operation.kind() {
            Kind::Query => State::UploadComplete,
            Kind::Ingest => State::Open,
        };
        let created = now();
        let inner = Inner {
            state,
            modified: created,
            begun: None,
            spent: 0,
            error: None,
            source: None,
            sent: None,
            found: None,
            done: None,
        };
        let (processed, refused) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { id, owner, settings, created, processed, refused, inner: Mutex::new(inner) }
    }

    pub(in crate::demo) fn state(&self) -> State {
        locked(&self.inner).state
    }

    /// Goes to a state if it is in one of these; the state it was in otherwise.
    pub(in crate::demo) fn go(&self, from: &[State], to: State) -> Result<(), State> {
        let mut inner = locked(&self.inner);
        if !from.contains(&inner.state) {
            return Err(inner.state);
        }
        inner.to(to);
        Ok(())
    }

    /// Takes the data of an ingest job, once and while it is open.
    pub(in crate::demo) fn upload(&self, source: Spool) -> Result<(), Refused> {
        let mut inner = locked(&self.inner);
        match (inner.state, &inner.source) {
            (State::Open, None) => inner.source = Some(Arc::new(source)),
            (State::Open, Some(_)) => return Err(Refused::Twice),
            (state, _) => return Err(Refused::State(state)),
        }
        inner.modified = now();
        Ok(())
    }

    /// Makes a batch of it, which waits for its turn.
    pub(super) fn make_batch(&self, source: Spool, sent: Spool) {
        let mut inner = locked(&self.inner);
        inner.source = Some(Arc::new(source));
        inner.sent = Some(Arc::new(sent));
        inner.state = State::UploadComplete;
    }

    /// What came as a batch.
    pub(in crate::demo) fn sent(&self) -> Option<Arc<Spool>> {
        locked(&self.inner).sent.clone()
    }

    /// How long it was worked on; ms.
    pub(in crate::demo) fn spent(&self) -> u64 {
        u64::try_from(locked(&self.inner).spent()).unwrap_or(u64::MAX)
    }

    pub(super) fn begin(&self) -> bool {
        locked(&self.inner).begun = Some(Instant::now());
        self.go(&[State::UploadComplete], State::InProgress).is_ok()
    }

    /// The work is done, unless it was aborted meanwhile.
    pub(super) fn finish(&self) {
        let _ = self.go(&[State::InProgress], State::JobComplete);
    }

    pub(super) fn fail(&self, message: &str) {
        let mut inner = locked(&self.inner);
        if !inner.state.is_final() {
            inner.error = Some(message.to_owned());
            inner.to(State::Failed);
        }
    }

    pub(super) fn source(&self) -> Option<Arc<Spool>> {
        locked(&self.inner).source.clone()
    }

    pub(super) fn set_found(&self, found: Found) {
        locked(&self.inner).found = Some(Arc::new(found));
    }

    /// Its data is kept in what was done.
    pub(super) fn set_done(&self, done: Done) {
        let mut inner = locked(&self.inner);
        inner.done = Some(Arc::new(done));
        inner.source = None;
    }

    pub(in crate::demo) fn found(&self) -> Option<Arc<Found>> {
        locked(&self.inner).found.clone()
    }

    pub(in crate::demo) fn done(&self) -> Option<Arc<Done>> {
        locked(&self.inner).done.clone()
    }

    /// What was uploaded and not looked at yet.
    pub(in crate::demo) fn waiting(&self) -> Option<Arc<Spool>> {
        self.source()
    }

    /// Bytes that it keeps.
    pub(super) fn bytes(&self) -> u64 {
        let inner = locked(&self.inner);
        let spools = [&inner.source, &inner.sent].into_iter().flatten().map(|spool| spool.length()).sum::<u64>();
        let found = inner.found.as_ref().map_or(0, |found| found.rows.length());
        let done = inner.done.as_ref().map_or(0, |done| {
            [&done.successful, &done.failed, &done.unprocessed, &done.fates].map(Spool::length).iter().sum()
        });
        spools + found + done
    }

    /// What an answer to its making or its change of state tells.
    pub(in crate::demo) fn brief(&self) -> Map<String, Value> {
        let settings = &self.settings;
        let inner = locked(&self.inner);
        let version = settings.version.parse::<f64>().unwrap_or_default();
        let mut map = Map::new();
        let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
        put("id", json!(self.id));
        put("operation", json!(settings.operation.name()));
        put("object", json!(settings.object));
        put("createdById", json!(self.owner));
        put("createdDate", json!(datetime(self.created)));
        put("systemModstamp", json!(datetime(inner.modified)));
        put("state", json!(inner.state.name()));
        if let Some(external) = &settings.external {
            put("externalIdFieldName", json!(external));
        }
        if let Some(assignment) = &settings.assignment {
            put("assignmentRuleId", json!(assignment));
        }
        put("concurrencyMode", json!("Parallel"));
        put("contentType", json!("CSV"));
        put("apiVersion", json!(version));
        if settings.operation.kind() == Kind::Ingest && inner.state == State::Open {
            put("contentUrl", json!(format!("services/data/v{}/jobs/ingest/{}/batches", settings.version, self.id)));
        }
        put("lineEnding", json!(settings.ending.name()));
        put("columnDelimiter", json!(settings.delimiter.name()));
        map
    }

    /// What a list of jobs tells.
    pub(in crate::demo) fn listed(&self) -> Map<String, Value> {
        let mut map = self.brief();
        map.insert("jobType".to_owned(), json!(self.settings.operation.kind().name()));
        map
    }

    /// All that is told of it.
    pub(in crate::demo) fn info(&self) -> Map<String, Value> {
        let mut map = self.listed();
        let kind = self.settings.operation.kind();
        let inner = locked(&self.inner);
        let spent = inner.spent();
        let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
        put("numberRecordsProcessed", json!(self.processed.load(Ordering::Relaxed)));
        if kind == Kind::Ingest {
            put("numberRecordsFailed", json!(self.refused.load(Ordering::Relaxed)));
        }
        put("retries", json!(0));
        put("totalProcessingTime", json!(spent));
        match kind {
            Kind::Ingest => {
                put("apiActiveProcessingTime", json!(spent));
                // No triggers run in the demo.
                put("apexProcessingTime", json!(0));
            }
            Kind::Query => {
                put("isPkChunkingSupported", json!(true));
            }
        }
        if let Some(error) = &inner.error {
            put("errorMessage", json!(error));
        }
        map
    }
}

/// Why an upload was refused.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::demo) enum Refused {
    Twice,
    State(State),
}

impl Inner {
    fn to(&mut self, state: State) {
        if state.is_final() {
            self.spent = self.spent();
            self.begun = None;
        }
        self.state = state;
        self.modified = now();
    }

    fn spent(&self) -> u128 {
        self.spent + self.begun.map_or(0, |begun| begun.elapsed().as_millis())
    }
}
