//! Takes captures from an answer. Plain paths are looked up in the index that is there; any other jq program runs in a
//! process of its own, as the filter's do: somebody else may have written it. All of them together have a few seconds, and
//! each a bounded part of the memory.

use super::filter::{Given, Limits, Run, this_program};
use crate::app::Event;
use crate::app::event::TaskId;
use crate::json::filter::filter;
use crate::request::{Capture, Exchange, Jq, Taken, take};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// What takes longer is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes them, `jq` running the programs that are no plain paths.
pub fn run(captures: &[Capture], exchange: &Exchange, jq: Jq<'_>) -> Taken {
    take(captures, exchange.status, &exchange.headers, &exchange.body, jq)
}

/// Runs a program in this process: for those who wrote it themselves and can be stopped as a whole.
pub fn in_process(program: &str, body: &[u8]) -> Result<Option<String>, String> {
    let mut first = None;
    let each = |text: Vec<u8>| {
        first = String::from_utf8(text).ok();
        false
    };
    filter(program, body, false, each).map(|()| first.take()).map_err(|error| error.to_string())
}

/// Takes them, each program in a process of its own. Blocks, at most as long as all of them may take.
pub fn guarded(captures: &[Capture], exchange: &Exchange) -> Taken {
    let child = Arc::new(Run::within(limits(exchange.body.len())));
    let own = Arc::clone(&child);
    let (done, end) = channel::<()>();
    // It ends with this function, or ends the child.
    std::thread::spawn(move || {
        if end.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            own.stop();
        }
    });
    let taken = run(captures, exchange, &|program, body| in_child(&child, body, program));
    drop(done);
    taken
}

/// A capture gives a value for a variable: it needs less than what is shown.
fn limits(body: u64) -> Limits {
    Limits { memory: (256 << 20) + body * 20, seconds: PATIENCE.as_secs(), output: 4 << 20 }
}

/// Runs a program in a process of its own.
fn in_child(run: &Run, body: &[u8], program: &str) -> Result<Option<String>, String> {
    let orgdeck = this_program().map_err(|error| format!("this program is not found again: {error}"))?;
    let mut first = Err(format!("the captures took longer than {} seconds", PATIENCE.as_secs()));
    // Behind a comment there may be no end of the line.
    run.run(&orgdeck, Given::Bytes(body), &format!("first({program}\n)"), |filtered| {
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
    tokio::task::spawn_blocking(move || {
        // The loop is gone only when the program ends.
        let _ = events.send(Event::Captured(id, guarded(&captures, &exchange)));
    });
}
