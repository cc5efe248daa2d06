//! An exchange of the past: what goes to the history, and what comes back from it. Plain data; who keeps it is not known
//! here.
//!
//! ```text
//! Record (as it happened, secrets beside it) ──▶ history ──▶ PastRow (a line of the list) ──▶ Past (all that was kept)
//! ```

use super::{Asked, Exchange, Request, RequestBody, Variables, asked_in};
use crate::profile::ProfileId;
use crate::secret::{MASK, Secret};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// Numbers what was kept. Never used twice, though what it named is gone.
pub type PastId = i64;

/// An exchange that is to be kept, and what must not be kept of it.
#[derive(Debug, Clone)]
pub struct Record {
    /// As it happened.
    pub exchange: Arc<Exchange>,
    /// As it was typed.
    pub request: Request,
    /// `organization_id` of who asked; empty where it is not known.
    pub org_id: String,
    /// Origin of the instance of who asked; empty where it is not known.
    pub instance: String,
    /// Texts that may stand in nothing that is kept.
    pub secrets: Vec<Secret>,
    /// The body, where it went out as it arrived and the exchange holds none.
    pub streamed: Option<Streamed>,
    /// What was kept, where this is a further page of it: it counts there, and is none of its own.
    pub page_of: Option<PastId>,
}

impl Record {
    /// With the values of all variables that are secrets.
    pub fn new(exchange: Arc<Exchange>, request: Request, variables: &Variables) -> Self {
        let secrets = variables.iter().filter_map(super::Variable::secret).cloned().collect();
        let (org_id, instance) = (String::new(), String::new());
        Self { exchange, request, org_id, instance, secrets, streamed: None, page_of: None }
    }

    /// Names of the environment that the request reads. What they stand for is a secret, which whoever may look there adds.
    pub fn environment(&self) -> Vec<String> {
        let pairs = self.request.params.iter().chain(&self.request.headers).map(|pair| pair.value.as_str());
        let body = match &self.request.body {
            RequestBody::Text(text) => text.as_str(),
            RequestBody::Empty | RequestBody::File(_) => "",
        };
        let asked = pairs.chain([self.request.address.as_str(), body]).flat_map(asked_in);
        let names = asked.filter_map(|asked| match asked {
            Asked::Env(name) => Some(name),
            Asked::File(_) => None,
        });
        names.collect()
    }
}

/// A body that nobody holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Streamed {
    /// Its beginning.
    pub head: Vec<u8>,
    /// All of its bytes.
    pub len: u64,
}

impl Streamed {
    /// More of it went by; at most `most` bytes are held.
    pub fn add(&mut self, bytes: &[u8], most: usize) {
        let room = most.saturating_sub(self.head.len());
        self.head.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        self.len += bytes.len() as u64;
    }
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRow {
    /// Its number.
    pub id: PastId,
    /// Who asked.
    pub who: ProfileId,
    /// `organization_id` then; may be empty.
    pub org_id: String,
    /// Origin of the instance then; may be empty.
    pub instance: String,
    /// When it was sent.
    pub at: Timestamp,
    /// The method.
    pub method: String,
    /// The address as it was typed.
    pub address: String,
    /// The address that was sent, secrets masked.
    pub url: String,
    /// Status code; 0 where there was no answer.
    pub status: u16,
    /// Why there was no answer; empty where there was one.
    pub failed: String,
    /// How long it took.
    pub took: Duration,
    /// Bytes of the answer.
    pub bytes: u64,
    /// Pages of it that were fetched, where it is a query.
    pub pages: u64,
}

impl PastRow {
    /// Why there was no answer, in a few words: without whose it is, which stands beside it.
    pub fn failed_briefly(&self) -> &str {
        const UNKNOWN: &str = "Outcome unknown";
        match self.failed.strip_prefix(&self.who.to_string()) {
            Some(rest) => rest.trim_start(),
            // Whatever cut it off: this is what has to be known.
            None if self.failed.starts_with(UNKNOWN) => UNKNOWN,
            None => &self.failed,
        }
    }

    /// How many pages, where there were several.
    pub fn pages_told(&self) -> String {
        if self.pages > 1 { format!("{} pages", self.pages) } else { String::new() }
    }
}

/// Some lines of the list, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PastPage {
    /// How many there are in all that the question fits.
    pub total: usize,
    /// Which of them the first row is.
    pub first: usize,
    /// The lines.
    pub rows: Vec<PastRow>,
}

/// All that was kept of an exchange.
#[derive(Debug, Clone)]
pub struct Past {
    /// Its line.
    pub row: PastRow,
    /// As it was typed. What was a secret and no variable is masked.
    pub request: Request,
    /// As it happened, without secrets. Where its body was not kept whole, `cut` says so.
    pub exchange: Exchange,
}

/// Whether a part of the request was not kept, so that it cannot be sent as it stands.
pub fn is_masked(request: &Request) -> bool {
    let body = match &request.body {
        RequestBody::Text(text) => text.contains(MASK),
        RequestBody::Empty | RequestBody::File(_) => false,
    };
    let pairs = request.params.iter().chain(&request.headers);
    body || request.address.contains(MASK) || pairs.filter(|p| p.on).any(|p| p.value.contains(MASK))
}
