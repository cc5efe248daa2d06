//! The pages of the answer pane: the one shown, those before and after it, and what they may weigh together.

use super::answer::Look;
use super::event::TaskId;
use super::pictures::Painting;
use super::rest::Attached;
use crate::profile::ProfileId;
use crate::request::{Exchange, Failure, Request};
use std::sync::Arc;

/// What came of a request.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// An answer, good or bad.
    Answered(Arc<Exchange>),
    /// No answer.
    Failed(Failure),
    /// There was an answer, which was let go for want of memory.
    Dropped,
    /// Typed and not sent, when something else was opened.
    Draft,
}

/// A request, its answer, and how it is looked at.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its number.
    pub id: u64,
    /// As it was sent.
    pub request: Request,
    /// What was typed over it and not sent, when the page was left.
    pub typed: Option<Request>,
    /// What stood beside it in the editors.
    pub attached: Attached,
    /// What its captures did not find, each with the reason.
    pub missed: Vec<String>,
    /// Who asked.
    pub who: ProfileId,
    /// What came of it.
    pub outcome: Outcome,
    /// Where the reader is.
    pub look: Look,
}

impl Page {
    /// With nothing typed over it and nothing beside it.
    pub fn new(id: u64, request: Request, who: ProfileId, outcome: Outcome, look: Look) -> Self {
        Self { id, request, typed: None, attached: Attached::default(), missed: Vec::new(), who, outcome, look }
    }

    /// The exchange, if there was one.
    pub fn exchange(&self) -> Option<&Arc<Exchange>> {
        match &self.outcome {
            Outcome::Answered(exchange) => Some(exchange),
            Outcome::Failed(_) | Outcome::Dropped | Outcome::Draft => None,
        }
    }

    fn drop_answer(&mut self) {
        self.outcome = Outcome::Dropped;
        self.look = Look::default();
    }

    /// Bytes that go when it goes.
    fn weight(&self) -> usize {
        let body = self.exchange().map_or(0, |e| match e.body.json() {
            Some(document) => document.memory(),
            None => usize::try_from(e.body.len()).unwrap_or(usize::MAX),
        });
        let body = body.saturating_add(self.look.filter.weight()).saturating_add(self.look.painting.weight());
        body.saturating_add(self.look.table.as_ref().map_or(0, super::table::TableLook::more_bytes))
    }
}

/// What back and forward may hold together, in bytes, beside the page shown.
pub const BUDGET: usize = 256 << 20;
/// How many pages are kept each way.
const MOST: usize = 200;

/// The page shown and its neighbours.
#[derive(Debug, Clone, Default)]
pub struct Pages {
    /// The one shown.
    pub current: Option<Page>,
    back: Vec<Page>,
    forward: Vec<Page>,
    budget: Option<usize>,
}

impl Pages {
    /// With another budget, in bytes.
    pub fn with_budget(budget: usize) -> Self {
        Self { budget: Some(budget), ..Self::default() }
    }

    /// Empty, with the same budget.
    pub fn another(&self) -> Self {
        Self { budget: self.budget, ..Self::default() }
    }

    /// What may be held, in bytes.
    pub fn budget(&self) -> usize {
        self.budget.unwrap_or(BUDGET)
    }

    /// What back and forward hold.
    pub fn held_around(&self) -> usize {
        self.back.iter().chain(&self.forward).map(Page::weight).sum()
    }

    /// What all of it holds.
    pub fn held(&self) -> usize {
        self.held_around() + self.current.as_ref().map_or(0, Page::weight)
    }

    /// Lets go of answers, the one shown last, until no more than this is held.
    pub fn let_go(&mut self, most: usize) {
        let shown = self.current.as_ref().map_or(0, Page::weight);
        self.let_go_around(most.saturating_sub(shown));
        if shown > most
            && let Some(page) = &mut self.current
        {
            page.drop_answer();
        }
    }

    /// Whether a page is among them.
    pub fn has(&self, id: u64) -> bool {
        self.all().any(|page| page.id == id)
    }

    /// Whether a page of them waits for this search.
    pub fn searches(&self, id: TaskId) -> bool {
        self.all().any(|page| page.look.search.running == Some(id))
    }

    /// Whether a page of them waits for this filter.
    pub fn filters(&self, id: TaskId) -> bool {
        self.all().any(|page| page.look.filter.running.as_ref().is_some_and(|(running, _)| *running == id))
    }

    /// Whether a page of them waits for this picture.
    pub fn paints(&self, id: TaskId) -> bool {
        self.all().any(|page| page.look.painting.waits_for(id))
    }

    /// The picture that waits for this task, wherever it is.
    pub fn painting(&mut self, id: TaskId) -> Option<&mut Painting> {
        let all = self.current.iter_mut().chain(&mut self.back).chain(&mut self.forward);
        all.map(|page| &mut page.look.painting).find(|painting| painting.waits_for(id))
    }

    fn all(&self) -> impl Iterator<Item = &Page> {
        self.current.iter().chain(&self.back).chain(&self.forward)
    }

    /// Shows a new page; what came after the old one is forgotten, as in a browser.
    pub fn show(&mut self, page: Page) {
        self.forward.clear();
        if let Some(old) = self.current.replace(page) {
            self.back.push(old);
        }
        if self.back.len() > MOST {
            self.back.remove(0);
        }
        self.fit();
    }

    /// To the page before; false where there is none.
    pub fn back(&mut self) -> bool {
        let Some(page) = self.back.pop() else { return false };
        if let Some(old) = self.current.replace(page) {
            self.forward.push(old);
        }
        self.fit();
        true
    }

    /// To the page after; false where there is none.
    pub fn forward(&mut self) -> bool {
        let Some(page) = self.forward.pop() else { return false };
        if let Some(old) = self.current.replace(page) {
            self.back.push(old);
        }
        self.fit();
        true
    }

    /// How many there are before and after.
    pub fn around(&self) -> (usize, usize) {
        (self.back.len(), self.forward.len())
    }

    /// By number, wherever it is.
    pub fn by_id(&self, id: u64) -> Option<&Page> {
        self.all().find(|page| page.id == id)
    }

    /// By number, wherever it is.
    pub fn get_mut(&mut self, id: u64) -> Option<&mut Page> {
        self.current.iter_mut().chain(&mut self.back).chain(&mut self.forward).find(|p| p.id == id)
    }

    /// The first that fits, wherever it is.
    pub fn find_mut(&mut self, fits: impl Fn(&Page) -> bool) -> Option<&mut Page> {
        self.current.iter_mut().chain(&mut self.back).chain(&mut self.forward).find(|page| fits(page))
    }

    /// Whether one fits.
    pub fn any(&self, fits: impl Fn(&Page) -> bool) -> bool {
        self.all().any(fits)
    }

    /// The page that waits for this search, wherever it is.
    pub fn searching(&mut self, id: TaskId) -> Option<&mut Page> {
        let mut all = self.current.iter_mut().chain(&mut self.back).chain(&mut self.forward);
        all.find(|p| p.look.search.running == Some(id))
    }

    /// The page that waits for this filter, wherever it is.
    pub fn filtering(&mut self, id: TaskId) -> Option<&mut Page> {
        let mut all = self.current.iter_mut().chain(&mut self.back).chain(&mut self.forward);
        all.find(|p| p.look.filter.running.as_ref().is_some_and(|(running, _)| *running == id))
    }

    /// Lets go of the answers farthest away until the rest fits. Requests stay: they can be sent again.
    fn fit(&mut self) {
        self.let_go_around(self.budget());
    }

    /// The same until no more than this is held.
    pub fn let_go_around(&mut self, budget: usize) {
        let mut held = self.held_around();
        // The last of both lists are next to the page shown.
        let (back, forward) = (self.back.len(), self.forward.len());
        let back = (0..back).rev().zip(&mut self.back);
        let mut pages: Vec<(usize, &mut Page)> = back.chain((0..forward).rev().zip(&mut self.forward)).collect();
        pages.sort_by_key(|(distance, _)| std::cmp::Reverse(*distance));
        for (_, page) in pages {
            if held <= budget {
                return;
            }
            let weight = page.weight();
            // What weighs nothing, as a failure, frees nothing.
            if weight == 0 {
                continue;
            }
            held = held.saturating_sub(weight);
            page.drop_answer();
        }
    }
}
