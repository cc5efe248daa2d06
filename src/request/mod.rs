//! What you ask: requests with `{{variables}}`, and exchanges (a request and its answer together).
//!
//! ```text
//! Request ──▶ template (variables) ──▶ prepare (address, headers) ──▶ Prepared ──▶ org ──▶ Exchange | Failure
//! ```
//! Nothing here reads a file, knows a clock or sends a byte.

mod address;
pub mod builtin;
mod call;
mod capture;
pub mod curl;
mod exchange;
mod functions;
mod nearest;
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
pub use call::{Arg, Call};
pub use capture::{Jq, Taken, take};
pub use exchange::{AnswerBody, Exchange, ExchangeId, Failure, FailureKind, Permit, Spool, Timing};
pub use functions::{FUNCTIONS, Function, TWINS};
pub use nearest::nearest;
pub use prepare::{Base, Prepared, PreparedBody, needs, prepare, unknown_variables};
pub use saved::{Between, Capture, Saved, Source};
pub use surroundings::{Content, Surroundings};
pub use template::{Expanded, Piece, PieceKind, Unknown, Why, asked_in, expand, expand_as, name_at, needs_of, pieces};
pub use trust::{Asked, Grant, Need, Trust, Ward};
pub use types::{Pair, Request, RequestBody};
pub use variables::{VarOrigin, VarValue, Variable, Variables};
