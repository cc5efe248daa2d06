//! What an answer's status and body say went wrong.
use crate::request::{AnswerBody, Failure};
/// What went wrong by this answer; `None` where all is well.
pub fn trouble(status: u16, headers: &[(String, String)], body: &AnswerBody) -> Option<Failure> {
    let _ = (status, headers, body);
    None
}
/// What to do about an error code.
pub fn cure(code: &str) -> Option<&'static str> {
    let _ = code;
    None
}
