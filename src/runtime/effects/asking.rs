//! How far a question is, told to the screen while it goes on.

use super::{Shared, TELL_EVERY};
use crate::app::Event;
use crate::app::ask::{Ask, Owner};
use crate::app::event::TaskId;
use crate::org;
use crate::wire::{Phase, Progress};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

impl Shared {
    /// The question as the org takes it.
    pub(super) fn org_ask(&self, id: TaskId, ask: Ask) -> org::Ask {
        let events = self.events.clone();
        let last = Mutex::new(None::<Instant>);
        let progress: Progress = Arc::new(move |phase| {
            if let Phase::Receiving { .. } | Phase::Sending { .. } = phase {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                if last.is_some_and(|l| l.elapsed() < TELL_EVERY) {
                    return;
                }
                *last = Some(Instant::now());
            }
            let _ = events.send(Event::Progressed(id, phase));
        });
        let events = self.events.clone();
        let preview: org::Preview = Arc::new(move |document| {
            let _ = events.send(Event::Previewed(id, Arc::new(document)));
        });
        let is_page = ask.owner == Owner::Page;
        org::Ask {
            profile: ask.profile,
            request: ask.request,
            variables: ask.variables,
            permit: ask.permit,
            progress,
            preview: is_page.then_some(preview),
            // What the screen asked is kept when the state has taken it in.
            seen: None,
        }
    }
}
