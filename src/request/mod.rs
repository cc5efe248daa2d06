//! What you ask: requests with `{{variables}}`, and exchanges (a request and its answer together).

mod exchange;
mod types;

pub use exchange::{AnswerBody, Exchange, ExchangeId, Failure, FailureKind, Permit, Spool, Timing};
pub use types::{Pair, Request, RequestBody};
