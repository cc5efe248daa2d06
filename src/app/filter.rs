//! The jq line of an answer: what is typed, what runs, what came of it. A result is shown in place of the whole answer,
//! which is kept; all that works on an answer works on it.
//!
//! ```text
//!  whole ──|──▶ typing ──key──▶ running (the run before is stopped) ──▶ shown in place of the whole
//!    ▲             ▲                                              └──▶ trouble; the last good result stays
//!    └──── esc ────┴──── enter: kept, until esc or |
//! ```

mod complete;

use super::answer::{Look, View};
use super::edit::Line;
use super::event::{Effect, TaskId};
use super::page::{Outcome, Page};
use super::state::Out;
use crate::json::Document;
use crate::request::{AnswerBody, Exchange, Spool};
pub use complete::{Completion, Offer};
use std::sync::Arc;

/// What a filter runs over.
#[derive(Debug, Clone)]
pub enum Filterable {
    /// A document.
    Document(Arc<Document>),
    /// JSON that is too big for memory, in its file.
    File(Arc<Spool>),
}

/// What a run of a filter came to.
#[derive(Debug, Clone, Default)]
pub struct Filtered {
    /// The result: one output as it is, else an array of them.
    pub document: Option<Arc<Document>>,
    /// How many outputs.
    pub outputs: usize,
    /// Whether there were more than can be shown.
    pub cut: bool,
    /// What is wrong; then there is no result.
    pub trouble: Option<Trouble>,
}

impl Filtered {
    /// With nothing but what is wrong.
    pub fn failed(what: String) -> Self {
        Self { trouble: Some(Trouble { at: None, what }), ..Self::default() }
    }
}

/// Why a filter gave nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The byte of the filter that is wrong; `None` where it failed on the body.
    pub at: Option<usize>,
    /// What is wrong there.
    pub what: String,
}

/// The filter of one answer.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// What is typed.
    pub line: Line,
    /// Whether the line is open.
    pub typing: bool,
    /// The run under way, and what it runs.
    pub running: Option<(TaskId, String)>,
    /// What is wrong with what is typed.
    pub trouble: Option<Trouble>,
    /// What tab offers.
    pub completion: Completion,
    /// How far back in the history, and what was typed before.
    pub recall: Option<(usize, String)>,
    /// The view that the user chose; a result that has it is shown in it.
    pub wanted: View,
    kept: Option<Kept>,
}

/// The whole answer, while something else is shown in its place.
#[derive(Debug, Clone)]
struct Kept {
    exchange: Arc<Exchange>,
    look: Box<Look>,
    outputs: usize,
    cut: bool,
}

impl Filter {
    /// Whether a result is shown in place of the whole answer.
    pub fn is_on(&self) -> bool {
        self.kept.is_some()
    }

    /// `12 results`, `running…`, or nothing.
    pub fn status(&self) -> String {
        match (&self.running, &self.kept) {
            (Some(_), _) => "running…".to_owned(),
            (None, Some(Kept { outputs, cut: true, .. })) => format!("the first {outputs} results"),
            (None, Some(Kept { outputs: 0, .. })) => "no result".to_owned(),
            (None, Some(Kept { outputs: 1, .. })) => "1 result".to_owned(),
            (None, Some(Kept { outputs, .. })) => format!("{outputs} results"),
            (None, None) => String::new(),
        }
    }

    /// Bytes of the whole answer, while something else is shown.
    pub fn weight(&self) -> usize {
        let body = self.kept.as_ref().map(|kept| &kept.exchange.body);
        body.map_or(0, |body| match body.json() {
            Some(document) => document.memory(),
            None => usize::try_from(body.len()).unwrap_or(usize::MAX),
        })
    }
}

impl Page {
    /// The answer as it came, whatever is shown of it.
    pub fn answer(&self) -> Option<&Arc<Exchange>> {
        self.look.filter.kept.as_ref().map(|kept| &kept.exchange).or_else(|| self.exchange())
    }

    /// How the answer as it came is looked at.
    pub fn whole_look_mut(&mut self) -> &mut Look {
        match &mut self.look {
            Look { filter: Filter { kept: Some(kept), .. }, .. } => &mut kept.look,
            look => look,
        }
    }

    /// What filters run over.
    pub fn filterable(&self) -> Option<Filterable> {
        let look = self.look.filter.kept.as_ref().map_or(&self.look, |kept| &kept.look);
        let answer = self.answer()?;
        match &answer.body {
            AnswerBody::Spooled(spool) => begins_as_json(&spool.head).then(|| Filterable::File(Arc::clone(spool))),
            _ => look.document(answer).filter(|d| d.is_complete()).cloned().map(Filterable::Document),
        }
    }

    /// Shows a result in place of the whole answer.
    pub fn show_filtered(&mut self, filtered: Filtered, out: &mut Out) {
        let (Some(document), Outcome::Answered(shown)) = (filtered.document, &self.outcome) else { return };
        forget_search(&mut self.look, out);
        let mut filter = std::mem::take(&mut self.look.filter);
        let unwrapped = self.look.unwrapped;
        let (exchange, whole) = match filter.kept.take() {
            Some(kept) => (kept.exchange, kept.look),
            None => (Arc::clone(shown), Box::new(std::mem::take(&mut self.look))),
        };
        let part = Arc::new(Exchange { body: AnswerBody::Json(document), ..(*exchange).clone() });
        let mut look = Look::of(&part);
        if let Some(table) = &mut look.table {
            // Further rows belong to the whole.
            table.next = None;
        }
        if look.views(&part).contains(&filter.wanted) {
            look.view = filter.wanted;
        }
        look.unwrapped = unwrapped;
        filter.kept = Some(Kept { exchange, look: whole, outputs: filtered.outputs, cut: filtered.cut });
        look.filter = filter;
        self.outcome = Outcome::Answered(part);
        self.look = look;
    }

    /// Shows the whole answer again, where the reader left it. The line stays as it is.
    pub fn show_whole(&mut self, out: &mut Out) {
        let Some(kept) = self.look.filter.kept.take() else { return };
        forget_search(&mut self.look, out);
        let filter = std::mem::take(&mut self.look.filter);
        self.look = *kept.look;
        self.look.filter = filter;
        self.outcome = Outcome::Answered(kept.exchange);
    }
}

/// Whether it is JSON that can be filtered; what is none turns out when it is read.
fn begins_as_json(head: &[u8]) -> bool {
    head.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| matches!(byte, b'{' | b'['))
}

/// A search belongs to what it searched.
fn forget_search(look: &mut Look, out: &mut Out) {
    let search = std::mem::take(&mut look.search);
    out.effects.extend(search.running.map(Effect::Cancel));
}
