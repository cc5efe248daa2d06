//! Takes captures from an answer, on the blocking pool: a jq program may take its time.

use crate::json::filter::filter;
use crate::request::{Capture, Exchange, Taken, take};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What takes longer is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes them; a program that gives its first output too late is told as such.
pub fn run(captures: &[Capture], exchange: &Exchange, late: &AtomicBool) -> Taken {
    let jq = |program: &str, body: &[u8]| {
        if late.load(Ordering::Relaxed) {
            return Err("there was no time left for it".to_owned());
        }
        let mut first = None;
        let each = |text: Vec<u8>| {
            first = String::from_utf8(text).ok();
            false
        };
        filter(program, body, false, each).map(|()| first.take()).map_err(|error| error.to_string())
    };
    take(captures, exchange.status, &exchange.headers, &exchange.body, &jq)
}

/// What is told of captures that were given up.
pub(super) fn given_up(captures: &[Capture]) -> Taken {
    let why = |capture: &Capture| format!("{} is not set: it took longer than 10 seconds", capture.variable);
    Taken { set: Vec::new(), missed: captures.iter().map(why).collect() }
}

/// The task: works on the blocking pool, and is not waited for longer than [`PATIENCE`].
pub(super) async fn taken(captures: Vec<Capture>, exchange: Arc<Exchange>) -> Taken {
    let late = Arc::new(AtomicBool::new(false));
    let (flag, own) = (Arc::clone(&late), captures.clone());
    let work = tokio::task::spawn_blocking(move || run(&own, &exchange, &flag));
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(Ok(taken)) => taken,
        Ok(Err(_)) | Err(_) => {
            late.store(true, Ordering::Relaxed);
            given_up(&captures)
        }
    }
}
