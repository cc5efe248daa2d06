//! Several requests at once: each tab has its editors, its answers and its request on its way.
//!
//! ```text
//!  before ─ [0] [1] │ State::rest [2] │ after ─ [3] [4]
//! ```
//!
//! The tab in front is `State::rest`; the others are parked as they are. An answer finds its own tab, which is put in
//! front for as long as it takes to deliver it (`within`): nothing else knows that there are others.

mod kept;

pub use kept::{keep, restore};

use super::command::{Command, Scope};
use super::rest::{Focus, Rest, focus_on};
use super::state::State;

/// Numbers tabs; never used twice.
pub type TabId = u64;

/// The tabs that are not in front.
#[derive(Debug, Clone, Default)]
pub struct Tabs {
    /// To the left of the one in front.
    before: Vec<Rest>,
    /// To the right of it.
    after: Vec<Rest>,
    /// Closed, the last one last: what was typed there is not lost.
    closed: Vec<Rest>,
}

/// More would be lost from sight.
const MOST: usize = 40;
/// Closed ones that are kept.
const MOST_CLOSED: usize = 10;

impl Tabs {
    /// How many there are, with the one in front.
    pub fn count(&self) -> usize {
        self.before.len() + 1 + self.after.len()
    }

    /// The place of the one in front.
    pub fn at(&self) -> usize {
        self.before.len()
    }

    /// Those that were closed and can be opened again.
    pub fn closed(&self) -> &[Rest] {
        &self.closed
    }

    fn parked_mut(&mut self) -> impl Iterator<Item = &mut Rest> {
        self.before.iter_mut().chain(&mut self.after)
    }
}

/// All of them, from the left.
pub fn all(state: &State) -> impl Iterator<Item = &Rest> {
    state.tabs.before.iter().chain(std::iter::once(&state.rest)).chain(&state.tabs.after)
}

/// All of them, the closed ones among them.
pub(super) fn each(state: &mut State) -> impl Iterator<Item = &mut Rest> {
    let Tabs { before, after, closed } = &mut state.tabs;
    before.iter_mut().chain(std::iter::once(&mut state.rest)).chain(after).chain(closed)
}

/// A command on tabs; whether it was one.
pub fn command(state: &mut State, command: Command) -> bool {
    let (at, count) = (state.tabs.at(), state.tabs.count());
    match command {
        Command::NewTab if count >= MOST => {
            let key = state.keymap.key(Scope::Rest, Command::CloseTab);
            state.tell(format!("{MOST} tabs are open: {key} closes one"));
        }
        Command::NewTab => {
            let fresh = fresh(state);
            open(state, fresh);
            focus_on(state, Focus::Address);
        }
        Command::ReopenTab => match state.tabs.closed.pop() {
            Some(closed) if count < MOST => open(state, closed),
            Some(closed) => state.tabs.closed.push(closed),
            None => state.tell("No tab was closed".to_owned()),
        },
        Command::CloseTab => close(state),
        Command::NextTab | Command::PreviousTab if count == 1 => {
            let key = state.keymap.key(Scope::Rest, Command::NewTab);
            state.tell(format!("There is only this tab: {key} opens another"));
        }
        Command::NextTab => go(state, (at + 1) % count),
        Command::PreviousTab => go(state, (at + count - 1) % count),
        _ => return false,
    }
    true
}

/// An empty one, with the same division of the screen.
fn fresh(state: &mut State) -> Rest {
    Rest {
        tab: state.flights.number(),
        tree_width: state.rest.tree_width,
        section_rows: state.rest.section_rows,
        pages: state.rest.pages.another(),
        ..Rest::default()
    }
}

/// Puts another one in front, to the right of the one that was.
fn open(state: &mut State, tab: Rest) {
    let at = state.tabs.at() + 1;
    let mut tabs = take(state);
    tabs.insert(at.min(tabs.len()), tab);
    arrange(state, tabs, at);
    fit(state);
}

fn close(state: &mut State) {
    if state.tabs.count() == 1 {
        return state.tell("This is the only tab".to_owned());
    }
    // What becomes of a write has to be told to somebody.
    if state.flights.of_tab(state.rest.tab).is_some() {
        let key = state.keymap.key(Scope::Browse, Command::Cancel);
        return state.tell(format!("A request of this tab is on its way: {key} cancels it"));
    }
    let at = state.tabs.at();
    let mut tabs = take(state);
    let mut closed = tabs.remove(at);
    // What was typed counts; the answers can be had again.
    closed.pages = closed.pages.another();
    closed.focus = Focus::Address;
    state.tabs.closed.push(closed);
    if state.tabs.closed.len() > MOST_CLOSED {
        state.tabs.closed.remove(0);
    }
    let at = at.min(tabs.len().saturating_sub(1));
    arrange(state, tabs, at);
    let key = state.keymap.key(Scope::Rest, Command::ReopenTab);
    state.tell(format!("Closed: {key} opens it again"));
}

/// Puts the one at this place in front.
pub fn go(state: &mut State, at: usize) {
    if at == state.tabs.at() || at >= state.tabs.count() {
        return;
    }
    let tabs = take(state);
    arrange(state, tabs, at);
    fit(state);
}

/// All of them, out of the state.
fn take(state: &mut State) -> Vec<Rest> {
    // What is offered and waited for belongs to the moment.
    state.rest.completion.close();
    state.rest.waiting_record = None;
    let (width, rows) = (state.rest.tree_width, state.rest.section_rows);
    let filters = state.rest.filters.clone();
    let mut tabs = std::mem::take(&mut state.tabs.before);
    tabs.push(std::mem::take(&mut state.rest));
    tabs.append(&mut state.tabs.after);
    for tab in &mut tabs {
        // The division of the screen and the filters of before are the user's, not a tab's.
        (tab.tree_width, tab.section_rows) = (width, rows);
        tab.filters.clone_from(&filters);
    }
    tabs
}

/// All of them, into the state, with the one at `at` in front.
fn arrange(state: &mut State, mut tabs: Vec<Rest>, at: usize) {
    let mut after = tabs.split_off(at.min(tabs.len()));
    if !after.is_empty() {
        state.rest = after.remove(0);
    }
    (state.tabs.before, state.tabs.after) = (tabs, after);
    state.rest.unseen = false;
}

/// Runs something with the tab in front that fits, if there is one; the one that was in front is again, after it.
pub fn within<T>(state: &mut State, fits: impl Fn(&Rest) -> bool, run: impl FnOnce(&mut State) -> T) -> Option<T> {
    if fits(&state.rest) {
        return Some(run(state));
    }
    let place = state.tabs.parked_mut().position(|tab| fits(tab))?;
    swap(state, place);
    let out = run(state);
    // It is where it was, for nothing that is delivered opens or closes a tab.
    swap(state, place);
    Some(out)
}

/// The tab in front and a parked one in each other's place.
fn swap(state: &mut State, place: usize) {
    let Tabs { before, after, .. } = &mut state.tabs;
    if let Some(parked) = before.iter_mut().chain(after).nth(place) {
        std::mem::swap(&mut state.rest, parked);
    }
}

/// Delivers something to a tab, and marks it where it is not in front.
pub fn deliver(state: &mut State, tab: TabId, run: impl FnOnce(&mut State)) {
    let front = state.rest.tab == tab;
    within(
        state,
        |rest| rest.tab == tab,
        |state| {
            run(state);
            state.rest.unseen = !front;
        },
    );
    fit(state);
}

/// Lets go of answers, those of the tabs farthest away first, until all fit into what one tab may hold.
fn fit(state: &mut State) {
    if state.tabs.count() == 1 {
        return;
    }
    let budget = state.rest.pages.budget();
    let own = state.rest.pages.held_around();
    let mut held: usize = own + state.tabs.parked_mut().map(|tab| tab.pages.held()).sum::<usize>();
    let Tabs { before, after, .. } = &mut state.tabs;
    let mut parked: Vec<(usize, &mut Rest)> =
        before.iter_mut().rev().enumerate().chain(after.iter_mut().enumerate()).collect();
    parked.sort_by_key(|(distance, _)| std::cmp::Reverse(*distance));
    for (_, tab) in parked {
        if held <= budget {
            return;
        }
        let before = tab.pages.held();
        tab.pages.let_go(before.saturating_sub(held - budget));
        held -= before - tab.pages.held();
    }
    state.rest.pages.let_go_around(own.saturating_sub(held.saturating_sub(budget)));
}
