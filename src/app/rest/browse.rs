//! The answer's commands: walking, folding, searching, following links, back and forward, copying.

use super::text::{self, prepare_raw};
use super::{Focus, copy, filter, focus_on, hand, open};
use crate::app::answer::{View, container, keep_in_view};
use crate::app::ask::Owner;
use crate::app::command::{Command, Scope};
use crate::app::dialog::Dialog;
use crate::app::diff;
use crate::app::event::{Effect, Haystack};
use crate::app::key::Key;
use crate::app::page::{Outcome, Page};
use crate::app::state::{Out, Place, State, walk};
use crate::json::{Direction, Kind, NodeId};
use crate::org::{Link, link_of};
use crate::request::{AnswerBody, Exchange, Request};
use std::sync::Arc;

/// A command on the answer; whether it was one.
pub fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    if searching(state) {
        return search_command(state, command, out);
    }
    if filter::filtering(state) {
        return filter::command(state, command, out);
    }
    match command {
        Command::Back => history(state, true),
        Command::Forward => history(state, false),
        command if diff::open(state, command, out) => {}
        Command::CopyAddress | Command::CopyBody | Command::CopyRow | Command::CopyPath | Command::CopyValue => {
            copy::copy(state, command, out);
        }
        _ => return on_page(state, command, out),
    }
    true
}

fn on_page(state: &mut State, command: Command, out: &mut Out) -> bool {
    let Some(page) = &state.rest.pages.current else { return false };
    let Outcome::Answered(exchange) = &page.outcome else { return false };
    let exchange = Arc::clone(exchange);
    if hand::command(state, command, &exchange, out) {
        return true;
    }
    let Some(page) = state.rest.pages.current.as_mut() else { return false };
    match command {
        Command::NextView | Command::PreviousView => {
            page.look.turn(&exchange, command == Command::NextView);
            prepare_raw(page, state.measures.answer_width);
        }
        Command::Search => {
            let began = match &exchange.body {
                AnswerBody::Spooled(_) => super::spool::byte_at(page, page.look.top),
                _ => page.look.node(&exchange).map_or(0, |(_, n)| u64::from(n)),
            };
            page.look.search.began = began;
            page.look.search.typing = true;
            // As in a browser: what is typed next takes the place of what was searched for last.
            page.look.search.line.select_all();
        }
        Command::Filter => filter::open(state),
        Command::ToggleWrap => text::toggle_wrap(state),
        Command::NextMatch | Command::PreviousMatch if page.look.search.needle().is_none() => {
            let key = state.keymap.key(Scope::Answer, Command::Search);
            state.tell(format!("Nothing is searched for yet: {key} searches"));
        }
        Command::NextMatch => walk_matches(state, 1, out),
        Command::PreviousMatch => walk_matches(state, -1, out),
        Command::Cancel if page.look.search.needle().is_some() => {
            forget_search(page, out);
        }
        Command::Cancel if page.look.filter.is_on() || page.look.filter.running.is_some() => {
            filter::leave(page, out);
            prepare_raw(page, state.measures.answer_width);
        }
        _ => {
            return match page.look.view {
                View::Tree => in_tree(state, &exchange, command, out),
                View::Table => in_table(state, &exchange, command, out),
                _ => text::command(state, command, out),
            };
        }
    }
    true
}

fn in_tree(state: &mut State, exchange: &Arc<Exchange>, command: Command, out: &mut Out) -> bool {
    let height = usize::from(state.measures.answer);
    let Some(page) = state.rest.pages.current.as_mut() else { return false };
    let Some(document) = page.look.document(exchange).cloned() else { return false };
    let document = &document;
    let tree = &mut page.look.tree;
    let rows = tree.outline.rows();
    if walk(command, &mut tree.row, &mut tree.top, rows, height) {
        return true;
    }
    let Some(node) = tree.outline.node_at(tree.row) else { return false };
    let folds = container(document, node);
    match command {
        Command::Open if folds => {
            let folded = tree.outline.is_folded(node);
            tree.outline.set_folded(document, node, !folded);
        }
        Command::Open => {
            let text = document.text(node).into_owned();
            let string = document.kind(node) == Kind::String;
            if !string || !follow(state, exchange, &text, out) {
                state.tell("Nothing to follow here".to_owned());
            }
            return true;
        }
        Command::Right if folds && tree.outline.is_folded(node) => tree.outline.set_folded(document, node, false),
        Command::Right if folds => tree.row += 1,
        Command::Right => tree.left += 8,
        Command::Left if tree.left > 0 => tree.left = tree.left.saturating_sub(8),
        Command::Left if folds && !tree.outline.is_folded(node) => tree.outline.set_folded(document, node, true),
        Command::Left => {
            if let Some(parent) = document.parent(node) {
                tree.row = tree.outline.row_of(parent);
            }
        }
        Command::FoldLevel => page.look.fold_level(document),
        Command::FoldAll => page.look.fold_all(document),
        _ => return false,
    }
    let tree = &mut page.look.tree;
    tree.row = tree.row.min(tree.outline.rows().saturating_sub(1));
    tree.top = keep_in_view(tree.top, tree.row, height, tree.outline.rows());
    true
}

fn in_table(state: &mut State, exchange: &Arc<Exchange>, command: Command, out: &mut Out) -> bool {
    let height = usize::from(state.measures.answer).saturating_sub(1);
    let Some(page) = state.rest.pages.current.as_mut() else { return false };
    let Some(table) = page.look.table.as_mut() else { return false };
    let at_end = table.row + 1 >= table.rows();
    if matches!(command, Command::Down | Command::PageDown) && at_end && table.next.is_some() {
        more_rows(state, out);
        return true;
    }
    let rows = table.rows();
    if walk(command, &mut table.row, &mut table.top, rows, height) {
        return true;
    }
    let columns = table.columns().len();
    match command {
        Command::Right => table.column = (table.column + 1).min(columns.saturating_sub(1)),
        Command::Left => table.column = table.column.saturating_sub(1),
        Command::Sort => {
            table.cycle_sort();
            let page = page.id;
            sort_elsewhere(state, page, out);
        }
        Command::MorePages if table.next.is_some() => more_rows(state, out),
        Command::MorePages => state.tell("All rows are loaded".to_owned()),
        Command::Open => {
            let cell = table.cell(table.row, table.column).map(|(d, n)| (d.kind(n), d.text(n).into_owned()));
            let record = table.address(table.row).and_then(|text| own_address(state, exchange, &text));
            let Some(table) = state.rest.pages.current.as_ref().and_then(|p| p.look.table.as_ref()) else {
                return true;
            };
            let own = table.columns().get(table.column).is_some_and(|c| c == "Id");
            let followed = match cell {
                Some((Kind::String, text)) if !own => follow(state, exchange, &text, out),
                _ => false,
            };
            match record {
                _ if followed => {}
                Some(address) => open::open_address(state, Request::follow(&address), out),
                None => state.tell("This row has no record of its own".to_owned()),
            }
        }
        _ => return false,
    }
    true
}

/// Has a table sorted that is too long to be sorted within a frame.
pub fn sort_elsewhere(state: &mut State, page: u64, out: &mut Out) {
    let Some(table) = state.rest.pages.get_mut(page).and_then(|p| p.look.table.as_ref()) else { return };
    if let Some(by) = table.unsorted() {
        let table = Box::new(table.clone());
        out.push(Effect::Sort { page, table, by });
        state.tell("Sorting…".to_owned());
    }
}

/// An address that an answer tells as its own (a record's, the next rows'), if it is one: the answer came from this org,
/// and the address is a REST resource of it that only reads. A stranger's answer may tell anything.
fn own_address(state: &State, exchange: &Exchange, text: &str) -> Option<String> {
    let base = state.link_base(&exchange.who).filter(|_| exchange.with_identity)?;
    match link_of(text, &base) {
        Some(Link::Follow(address)) if address.starts_with("/services/data/") => Some(address),
        _ => None,
    }
}

/// Asks for the rows after the last loaded one.
fn more_rows(state: &mut State, out: &mut Out) {
    let Some(page) = &state.rest.pages.current else { return };
    let owner = Owner::MoreRows(page.id);
    let Some(next) = page.look.table.as_ref().and_then(|t| t.next.clone()) else { return };
    if state.flights.waiting(&owner).is_some() {
        return;
    }
    let own = page.exchange().and_then(|exchange| own_address(state, exchange, &next));
    let Some(next) = own else {
        state.tell("Not followed: the address of the next rows is none of this org's".to_owned());
        return;
    };
    // A locator belongs to the user who asked, whoever one is now.
    let Some(person) = state.person(&page.who).cloned() else { return };
    state.send(&person, Request::follow(&next), owner, out);
}

/// To the page before or after, with its request in the editors.
pub fn history(state: &mut State, back: bool) {
    if back && diff::back(state) {
        return;
    }
    if state.rest.pages.current.is_some() {
        open::keep_typed(state);
    }
    let moved = if back { state.rest.pages.back() } else { state.rest.pages.forward() };
    if !moved && back && std::mem::take(&mut state.from_identity) {
        state.place = Place::Identity;
        return;
    }
    if !moved {
        state.tell(
            if back { "There is no answer before this one" } else { "There is no answer after this one" }.to_owned(),
        );
        return;
    }
    if let Some(page) = &state.rest.pages.current {
        let request = page.typed.clone().unwrap_or_else(|| page.request.clone());
        let attached = page.attached.clone();
        state.rest.fill(&request);
        state.rest.attach(attached);
        focus_on(state, Focus::Answer);
    }
}

/// Follows an address or record id that stands in an answer. Whether it was one.
fn follow(state: &mut State, exchange: &Exchange, text: &str, out: &mut Out) -> bool {
    follow_or(state, exchange, text, true, out)
}

/// The same; `ask`: whether the objects may be asked for where an id's is not known.
fn follow_or(state: &mut State, exchange: &Exchange, text: &str, ask: bool, out: &mut Out) -> bool {
    let link = state.link_base(&exchange.who).and_then(|base| link_of(text, &base));
    // A link of one org, asked of another, would be another thing there.
    let elsewhere = state.who.as_ref().is_some_and(|p| p.app.name != exchange.who.app);
    if elsewhere && matches!(link, Some(Link::Follow(_) | Link::Record { .. })) {
        let key = state.keymap.key(Scope::Always, Command::Switch);
        state.tell(format!("This is an answer of {}: switch to it ({key}) to follow its links", exchange.who.app));
        return true;
    }
    match link {
        Some(Link::Follow(address) | Link::Record { path: Some(address), .. }) => {
            open::open_address(state, Request::follow(&address), out);
        }
        Some(Link::Record { id, path: None }) if ask && !state.knows_objects(&exchange.who) => {
            open::find_record(state, &id, out)
        }
        Some(Link::Record { id, path: None }) => state.tell(format!("No object of this org has ids like {id}")),
        Some(Link::Browser(url)) => state.dialog = Some(Dialog::Browser(url)),
        Some(Link::Refused(why)) => state.tell(format!("Not followed: {why}")),
        None => return false,
    }
    true
}

/// A record whose object is known by now, or never will be. Whoever went on in the meantime is left alone.
pub fn follow_record(state: &mut State, (page, record): &(u64, String), out: &mut Out) {
    let shown = state.rest.pages.current.as_ref().filter(|p| p.id == *page);
    let Some(exchange) = shown.and_then(Page::exchange).cloned() else { return };
    if state.rest.focus == Focus::Answer && !searching(state) {
        follow_or(state, &exchange, record, false, out);
    }
}

/// Whether the search line is open.
pub fn searching(state: &State) -> bool {
    state.rest.pages.current.as_ref().is_some_and(|p| p.look.search.typing)
}

fn search_command(state: &mut State, command: Command, out: &mut Out) -> bool {
    let height = usize::from(state.measures.answer);
    let Some(page) = state.rest.pages.current.as_mut() else { return false };
    let search = &mut page.look.search;
    let at = search.found.and_then(|f| f.at).or(Some(search.began));
    match command {
        Command::Submit => {
            search.typing = false;
            search.line.unselect();
        }
        Command::Cancel => {
            let began = search.began;
            forget_search(page, out);
            if let Outcome::Answered(exchange) = &page.outcome
                && let (Some(document), Ok(node)) = (exchange.body.json(), NodeId::try_from(began))
            {
                page.look.go_to(document, node, height);
            }
        }
        Command::NextMatch => find(state, at, Direction::Forward, out),
        Command::PreviousMatch => find(state, at, Direction::Backward, out),
        _ => return false,
    }
    true
}

/// A key in the search line: the search goes on from where it began.
pub fn search_typed(state: &mut State, key: Key, out: &mut Out) {
    let Some(page) = state.rest.pages.current.as_mut() else { return };
    if !page.look.search.typing || !page.look.search.line.input(key) {
        return;
    }
    search_from_start(state, out);
}

/// Text pasted into the search line.
pub fn search_pasted(state: &mut State, text: &str, out: &mut Out) {
    if let Some(page) = state.rest.pages.current.as_mut() {
        page.look.search.line.paste(text);
        search_from_start(state, out);
    }
}

/// Forgets the search of a page, and stops it where it runs.
fn forget_search(page: &mut Page, out: &mut Out) {
    let search = std::mem::take(&mut page.look.search);
    out.effects.extend(search.running.map(Effect::Cancel));
}

fn search_from_start(state: &mut State, out: &mut Out) {
    let Some(page) = state.rest.pages.current.as_mut() else { return };
    let began = page.look.search.began;
    page.look.search.found = None;
    // From the node before, so that the one under the cursor is found first.
    find(state, began.checked_sub(1), Direction::Forward, out);
}

/// So many matches on, or back. While a search is under way the steps wait for it.
pub fn walk_matches(state: &mut State, steps: i32, out: &mut Out) {
    let Some(page) = state.rest.pages.current.as_mut() else { return };
    let search = &mut page.look.search;
    if search.running.is_some() {
        search.waiting = search.waiting.saturating_add(steps);
        return;
    }
    let from = search.found.and_then(|f| f.at).or(Some(search.began));
    let way = if steps > 0 { Direction::Forward } else { Direction::Backward };
    find(state, from, way, out);
    if let Some(page) = state.rest.pages.current.as_mut() {
        page.look.search.waiting = steps - steps.signum();
    }
}

fn find(state: &mut State, from: Option<u64>, direction: Direction, out: &mut Out) {
    let id = state.flights.number();
    let Some(page) = state.rest.pages.current.as_mut() else { return };
    if let Some(running) = page.look.search.running.take() {
        out.push(Effect::Cancel(running));
    }
    let Some(needle) = page.look.search.needle().map(ToOwned::to_owned) else { return };
    let Some(exchange) = page.exchange() else { return };
    let haystack = match (&exchange.body, page.look.document(exchange)) {
        (AnswerBody::Text(text), _) if page.look.searches_text(exchange) => Haystack::Text(Arc::clone(text)),
        (AnswerBody::Spooled(spool), _) => Haystack::File(Arc::clone(spool)),
        (_, Some(document)) => Haystack::Json(Arc::clone(document)),
        _ => {
            state.tell("This answer cannot be searched".to_owned());
            return;
        }
    };
    page.look.search.running = Some(id);
    out.push(Effect::Find { id, haystack, needle, from, direction });
}
