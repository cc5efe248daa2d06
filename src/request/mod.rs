//! What you ask: requests with `{{variables}}`, and exchanges (a request and its answer together).
//!
//! ```text
//! Request ──▶ template (variables) ──▶ prepare (address, headers) ──▶ Prepared ──▶ org ──▶ Exchange | Failure
//! ```
//! Nothing here reads a file, knows a clock or sends a byte.

mod address;
mod body_text;
pub mod builtin;
mod call;
mod capture;
mod capture_line;
pub mod curl;
mod exchange;
mod functions;
mod multipart;
mod nearest;
mod past;
mod past_query;
mod pieces;
mod placeholders;
pub mod postman;
mod prepare;
mod saved;
pub mod saved_text;
mod surroundings;
mod template;
mod trust;
mod types;
mod variables;

pub use address::{Form, form};
pub use body_text::{BodyTrouble, check_json, format_json, is_json};
pub use call::{Arg, Call};
pub use capture::{Jq, Taken, take};
pub use capture_line::{CaptureError, captures_of};
pub use exchange::{AnswerBody, Exchange, ExchangeId, Failure, FailureKind, Permit, Spool, Timing};
pub use functions::{FUNCTIONS, Function, TWINS};
pub use nearest::nearest;
pub use past::{Past, PastId, PastPage, PastRow, Record, Streamed, is_masked};
pub use past_query::{FILTERS, PastQuery, Word};
pub use pieces::{Piece, PieceKind, asked_in, name_at, pieces};
pub use placeholders::{resolved, with_placeholders};
pub use prepare::{Base, Prepared, PreparedBody, PreparedPart, needs, prepare, unknown_variables};
pub use saved::{Between, Capture, Saved, Source};
pub use surroundings::{Content, Surroundings};
pub use template::{Expanded, Unknown, Why, expand, expand_as, needs_of};
pub use trust::{Asked, Grant, Need, Trust, Ward};
pub use types::{Pair, Request, RequestBody};
pub use variables::{VarOrigin, VarValue, Variable, Variables};
