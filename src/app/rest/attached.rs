//! What stands beside a request in the editors: the captures for its answer, and the file that it came from.

use super::{Rest, set};
use crate::request::{CaptureError, Request, RequestBody, Saved, captures_of};
use crate::store::Stamp;
use std::path::PathBuf;
use std::sync::Arc;

/// The file that a request came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// From the folder of all collections.
    pub path: PathBuf,
    /// Whether it may be written over; what comes with the program may not.
    pub own: bool,
    /// The names on the way to it.
    pub shown: String,
    /// What the file says.
    pub saved: Arc<Saved>,
    /// What the file held.
    pub stamp: Stamp,
    /// The request as the editors had it when it came.
    pub request: Request,
    /// The text of the captures as the editor had it then.
    pub captures: String,
    /// The variables of its collection and its own, which win.
    pub variables: Vec<(String, String)>,
    /// Where files of bodies are looked for.
    pub folder: Option<PathBuf>,
}

/// Goes with a request to its answer, and comes back with it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attached {
    /// The text of the captures.
    pub captures: String,
    /// Where the request came from.
    pub origin: Option<Arc<Origin>>,
}

impl Rest {
    /// What stands beside the request now.
    pub fn attached(&self) -> Attached {
        Attached { captures: self.captures.lines().join("\n"), origin: self.origin.clone() }
    }

    /// Puts beside the request what stood there once.
    pub fn attach(&mut self, attached: Attached) {
        self.set_captures(&attached.captures);
        self.origin = attached.origin;
        self.kept = None;
    }

    /// Puts a text into the captures' editor. What was there can be had back by undo.
    pub fn set_captures(&mut self, text: &str) {
        set(&mut self.captures, text);
        self.check_captures();
    }

    /// Finds the lines that are no captures. Costs a compilation of each jq, so it is done when the text changes.
    pub fn check_captures(&mut self) {
        self.capture_errors = captures_of(self.captures.lines()).1;
    }

    /// What is wrong in a line of the captures.
    pub fn capture_error(&self, line: usize) -> Option<&CaptureError> {
        self.capture_errors.iter().find(|error| error.line == line)
    }

    /// Whether something else is typed than what the file said. A long body is compared without being copied.
    pub fn is_changed(&self) -> bool {
        let Some(origin) = &self.origin else { return false };
        let old = &origin.request;
        let rest = self.request_without_body();
        let same = rest.method == old.method
            && rest.address == old.address
            && rest.params == old.params
            && rest.headers == old.headers;
        !(same && self.has_body(&old.body) && origin.captures.split('\n').eq(self.captures.lines()))
    }

    fn has_body(&self, body: &RequestBody) -> bool {
        match body {
            RequestBody::Text(text) => text.split('\n').eq(self.body.lines()),
            // What is typed for these is short.
            other => super::body(self.body.lines()) == *other,
        }
    }
}
