//! Takes captures from an answer, on the blocking pool. Plain paths are looked up in the index that is there; any other jq
//! program runs in a process of its own, as the filter's do: somebody else may have written it.

use super::filter::{Run, this_program};
use crate::app::Event;
use crate::app::event::TaskId;
use crate::json::{Document, filter::filter};
use crate::request::{AnswerBody, Capture, Exchange, Jq, Taken, take};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// What takes longer is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes them, `jq` running the programs that are no plain paths.
pub fn run(captures: &[Capture], exchange: &Exchange, jq: Jq<'_>) -> Taken {
    take(captures, exchange.status, &exchange.headers, &exchange.body, jq)
}

/// Runs a program in this process: for those who can be stopped as a whole.
pub fn in_process(program: &str, body: &[u8]) -> Result<Option<String>, String> {
    let mut first = None;
    let each = |text: Vec<u8>| {
        first = String::from_utf8(text).ok();
        false
    };
    filter(program, body, false, each).map(|()| first.take()).map_err(|error| error.to_string())
}

/// Runs a program in a process of its own.
fn in_child(run: &Run, document: &Document, program: &str) -> Result<Option<String>, String> {
    let orgdeck = this_program().map_err(|error| format!("this program is not found again: {error}"))?;
    let mut first = Err("it was stopped".to_owned());
    // Behind a comment there may be no end of the line.
    run.run(&orgdeck, document, &format!("first({program}\n)"), |filtered| {
        first = match (filtered.trouble, filtered.document) {
            (Some(trouble), _) => Err(trouble.what),
            (None, Some(document)) if filtered.outputs > 0 => {
                Ok(Some(String::from_utf8_lossy(document.bytes()).into_owned()))
            }
            (None, _) => Ok(None),
        };
    });
    first
}

/// Starts it, and tells its end.
pub(super) fn start(events: UnboundedSender<Event>, id: TaskId, captures: Vec<Capture>, exchange: Arc<Exchange>) {
    tokio::spawn(async move {
        // The loop is gone only when the program ends.
        let _ = events.send(Event::Captured(id, taken(captures, exchange).await));
    });
}

/// The task: works on the blocking pool, and is not waited for longer than [`PATIENCE`].
async fn taken(captures: Vec<Capture>, exchange: Arc<Exchange>) -> Taken {
    let child = Arc::new(Run::default());
    let (own, all) = (Arc::clone(&child), captures.clone());
    let work = tokio::task::spawn_blocking(move || {
        let jq = |program: &str, body: &[u8]| match &exchange.body {
            AnswerBody::Json(document) => in_child(&own, document, program),
            _ => in_process(program, body),
        };
        run(&all, &exchange, &jq)
    });
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(Ok(taken)) => taken,
        Ok(Err(_)) | Err(_) => {
            child.stop();
            let why = |capture: &Capture| format!("{} is not set: it took longer than 10 seconds", capture.variable);
            Taken { set: Vec::new(), missed: captures.iter().map(why).collect() }
        }
    }
}
