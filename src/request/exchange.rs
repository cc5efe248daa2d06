//! An exchange: one request, its answer, and how long what took. No secrets: what is kept here may be shown.

use crate::json::Document;
use crate::profile::ProfileId;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Numbers exchanges within one run.
pub type ExchangeId = u64;

/// A request and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Who asked.
    pub who: ProfileId,
    /// When it was sent.
    pub at: jiff::Timestamp,
    /// The method.
    pub method: String,
    /// The address that was sent, secrets masked.
    pub url: String,
    /// The headers that were sent, secrets masked.
    pub sent_headers: Vec<(String, String)>,
    /// Bytes of the body that was sent.
    pub sent_bytes: u64,
    /// Whether the profile's token went with it.
    pub with_identity: bool,
    /// Status code.
    pub status: u16,
    /// `HTTP/1.1` or `HTTP/2`.
    pub version: &'static str,
    /// The answer's headers.
    pub headers: Vec<(String, String)>,
    /// The answer's body.
    pub body: AnswerBody,
    /// Bytes of the body as they came over the wire, compressed.
    pub wire_bytes: u64,
    /// How long what took.
    pub timing: Timing,
    /// What the user should know: a redirect followed, a session renewed, a query packed into a composite.
    pub notes: Vec<String>,
    /// Set where the body ended early: what was received is kept.
    pub cut: Option<Failure>,
    /// What the status and the body say went wrong, verbatim and with what to do; `None` where all is well.
    pub trouble: Option<Failure>,
}

impl Exchange {
    /// The first value of a header, by case-insensitive name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// Of a request that had no answer: status 0, and why.
    pub fn of_no_answer(who: ProfileId, at: jiff::Timestamp, method: String, url: String, why: Failure) -> Self {
        Self {
            who,
            at,
            method,
            url,
            sent_headers: Vec::new(),
            sent_bytes: 0,
            with_identity: false,
            status: 0,
            version: "",
            headers: Vec::new(),
            body: AnswerBody::Empty,
            wire_bytes: 0,
            timing: Timing::default(),
            notes: Vec::new(),
            cut: None,
            trouble: Some(why),
        }
    }

    /// Why there was no answer, where there was none.
    pub fn unanswered(&self) -> Option<&Failure> {
        self.trouble.as_ref().filter(|_| self.status == 0)
    }

    /// Whether the status is 2xx or 304.
    pub fn ok(&self) -> bool {
        (200..300).contains(&self.status) || self.status == 304
    }
}

/// An answer's body, in the form in which it is looked at.
#[derive(Debug, Clone)]
pub enum AnswerBody {
    /// Nothing.
    Empty,
    /// JSON, complete or broken off (the document says which).
    Json(Arc<Document>),
    /// Any other text.
    Text(Arc<str>),
    /// Bytes that are no text.
    Binary(Arc<[u8]>),
    /// Too big for memory: in a file of mode 0600 that is removed when the last holder goes.
    Spooled(Arc<Spool>),
}

impl AnswerBody {
    /// Bytes, decompressed.
    pub fn len(&self) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Json(document) => document.bytes().len() as u64,
            Self::Text(text) => text.len() as u64,
            Self::Binary(bytes) => bytes.len() as u64,
            Self::Spooled(spool) => spool.len,
        }
    }

    /// Whether there is no body.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The JSON document, where it is one.
    pub fn json(&self) -> Option<&Arc<Document>> {
        match self {
            Self::Json(document) => Some(document),
            _ => None,
        }
    }
}

/// A body in a file; the file goes when this is dropped.
#[derive(Debug)]
pub struct Spool {
    /// Where it is.
    pub path: PathBuf,
    /// Bytes.
    pub len: u64,
    /// The beginning of it, for the screen; at most 1 MiB.
    pub head: Vec<u8>,
}

impl Drop for Spool {
    fn drop(&mut self) {
        // Nothing can be done about a file that is gone already.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// How long the parts of an exchange took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timing {
    /// Getting the token, where one was got for this request.
    pub login: Option<Duration>,
    /// Look-up, TCP, TLS; `None`: an open connection was used again.
    pub connect: Option<Duration>,
    /// From the request sent to the first byte.
    pub wait: Duration,
    /// From the first byte to the last.
    pub body: Duration,
    /// Building the index.
    pub index: Duration,
    /// All of it.
    pub total: Duration,
}

/// What went wrong, as it is shown: made once, where a typed error leaves its layer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Failure {
    /// What failed, in one line, no full stop.
    pub title: String,
    /// What the other side said, verbatim.
    pub detail: String,
    /// What to do: one step a line.
    pub hint: Vec<String>,
    /// Label and value: what was sent and what is known.
    pub facts: Vec<(String, String)>,
    /// What kind, for exit codes and for what the screen offers.
    pub kind: FailureKind,
}

impl Failure {
    /// A write that was cancelled after it was sent.
    pub fn cancelled_write(method: &str, address: &str) -> Self {
        Self {
            title: format!("Outcome unknown: {method} {address} was cancelled after it was sent"),
            hint: vec!["the org may have done it: look before sending it again".to_owned()],
            kind: FailureKind::Unknown,
            ..Self::default()
        }
    }

    /// Whether the request may have gone out, and no answer to it came: that is kept as what was asked.
    pub fn is_no_answer(&self) -> bool {
        matches!(self.kind, FailureKind::Network | FailureKind::Unknown)
    }
}

/// What kind of failure it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum FailureKind {
    /// The org answered an error.
    Org,
    /// A mistake in a file or in what was typed (an unknown variable).
    #[default]
    Usage,
    /// The login failed.
    Login,
    /// A passphrase is needed first; `wrong` when one was tried.
    Passphrase {
        /// One was given and does not open the key.
        wrong: bool,
    },
    /// The network failed.
    Network,
    /// A safety rule stopped it; nothing was sent.
    Refused,
    /// A write to a guarded org: it may be sent after this is confirmed.
    Confirm(Box<Permit>),
    /// A write was under way when it was cancelled or cut: the org may have done it.
    Unknown,
}

/// One write to one org as one user, as it was shown and confirmed. Anything else asks again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    /// As whom.
    pub who: ProfileId,
    /// The org, as shown.
    pub org: String,
    /// The method.
    pub method: String,
    /// The resolved address, secrets masked.
    pub url: String,
    /// Why it counts as a write.
    pub reason: String,
    /// Fingerprint of all that would be sent, so that a change asks again.
    pub fingerprint: u64,
}
