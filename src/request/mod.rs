//! What you ask: requests with `{{variables}}`, and exchanges (a request and its answer together).
//!
//! ```text
//! Request ──▶ template (variables) ──▶ prepare (address, headers) ──▶ Prepared ──▶ org ──▶ Exchange | Failure
//! ```
//! Nothing here reads a file, knows a clock or sends a byte.

mod address;
pub mod builtin;
mod capture;
mod capture_line;
pub mod curl;
mod exchange;
mod nearest;
mod past;
mod past_query;
mod placeholders;
pub mod postman;
mod prepare;
mod saved;
pub mod saved_text;
mod template;
mod types;
mod variables;

pub use address::{Form, form};
pub use capture::{Jq, Taken, take};
pub use capture_line::{CaptureError, captures_of};
pub use exchange::{AnswerBody, Exchange, ExchangeId, Failure, FailureKind, Permit, Spool, Timing};
pub use nearest::nearest;
pub use past::{Past, PastId, PastPage, PastRow, Record, Streamed, is_masked};
pub use past_query::{FILTERS, PastQuery, Word};
pub use placeholders::{resolved, with_placeholders};
pub use prepare::{Base, Prepared, PreparedBody, prepare, unknown_variables};
pub use saved::{Between, Capture, Saved, Source};
pub use template::{Expanded, Piece, PieceKind, Unknown, Why, expand, name_at, pieces};
pub use types::{Pair, Request, RequestBody};
pub use variables::{VarOrigin, VarValue, Variable, Variables};
