//! What whoever keeps a history is told of one question: its answer, or that it went out and none came. A question that is
//! dropped while a write is under way is told as well, as one whose outcome is not known.
//!
//! ```text
//! over ─▶ leaves (each time something is sent) ─┬─▶ ended
//!                                               └─▶ dropped: told only if a write was on its way
//! ```
//! It keeps nothing itself.

use super::client::{Ask, Org, Seen};
use super::plan::Plan;
use super::read::since;
use crate::profile::ProfileId;
use crate::request::{Exchange, Failure, Request};
use crate::wire::{Phase, Progress};
use jiff::Timestamp;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// One question, for whoever wants to be told.
pub(super) struct Watched {
    told: Option<Told>,
    sent: Mutex<Sent>,
    /// Whether anything of it has gone out.
    gone: Arc<AtomicBool>,
}

struct Told {
    seen: Seen,
    request: Request,
    who: ProfileId,
    org: Org,
    began: Timestamp,
}

/// What was sent last.
#[derive(Clone)]
struct Sent {
    method: String,
    url: String,
    write: bool,
}

impl Watched {
    /// Nothing was sent yet.
    pub(super) fn over(org: &Org, ask: &mut Ask) -> Self {
        let gone = Arc::new(AtomicBool::new(false));
        let told = ask.seen.clone().map(|seen| Told {
            seen,
            request: ask.request.clone(),
            who: ask.profile.id(),
            org: org.clone(),
            began: (org.inner.clock)(),
        });
        if told.is_some() {
            let (progress, gone) = (Arc::clone(&ask.progress), Arc::clone(&gone));
            let watching: Progress = Arc::new(move |phase| {
                if !matches!(phase, Phase::LoggingIn | Phase::Connecting) {
                    gone.store(true, Ordering::Relaxed);
                }
                progress(phase);
            });
            ask.progress = watching;
        }
        let sent = Sent { method: ask.request.method.clone(), url: ask.request.address.clone(), write: false };
        Self { told, sent: Mutex::new(sent), gone }
    }

    /// This goes out now.
    pub(super) fn leaves(&self, plan: &Plan) {
        self.gone.store(false, Ordering::Relaxed);
        let (method, url) = (plan.method.as_str().to_owned(), plan.shown_url.clone());
        let sent = Sent { method, url, write: plan.write.is_some() };
        *self.sent.lock().unwrap_or_else(PoisonError::into_inner) = sent;
    }

    /// It has ended. `answers`: whether answers are told too, or only that there was none.
    pub(super) fn ended(mut self, result: &Result<Exchange, Failure>, answers: bool) {
        let Some(told) = self.told.take() else { return };
        match result {
            Ok(exchange) if answers => (told.seen)(&told.request, exchange),
            Err(failure) if failure.is_no_answer() => self.no_answer(&told, failure.clone()),
            Ok(_) | Err(_) => {}
        }
    }

    fn no_answer(&self, told: &Told, why: Failure) {
        let Sent { method, url, .. } = self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut exchange = Exchange::of_no_answer(told.who.clone(), told.began, method, url, why);
        exchange.timing.total = since(&told.org.inner, told.began);
        (told.seen)(&told.request, &exchange);
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let Some(told) = self.told.take().filter(|_| self.gone.load(Ordering::Relaxed)) else { return };
        let Sent { method, url, write } = self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if write {
            self.no_answer(&told, Failure::cancelled_write(&method, &url));
        }
    }
}
