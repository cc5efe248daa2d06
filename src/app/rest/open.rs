//! What is asked from the REST screen and what becomes of the answers: pages, tree nodes, further rows.

use super::{Attached, Focus, capturing, focus_on};
use crate::app::answer::{Look, View};
use crate::app::ask::{Ask, Flight, Owner};
use crate::app::event::{Effect, Found, TaskId};
use crate::app::page::{Outcome, Page};
use crate::app::state::{Out, Place, State};
use crate::app::tree::{Branch, Tree};
use crate::json::Document;
use crate::org::Catalog;
use crate::profile::ProfileId;
use crate::request::{AnswerBody, Exchange, Failure, FailureKind, Form, Request, RequestBody, Timing, form};
use std::sync::Arc;

/// Sends a fresh request and shows it in the address bar, as a link does. What was typed there can be had back by undo.
pub fn open_address(state: &mut State, request: Request, out: &mut Out) {
    let Some(person) = state.who.clone() else { return };
    keep_typed(state);
    state.rest.fill(&request);
    state.place = Place::Rest;
    state.send(&person, request, Owner::Page, out);
}

/// What is typed and not sent stays with the page that is left; where there is none, it becomes one to go back to.
pub fn keep_typed(state: &mut State) {
    let (typed, attached) = (state.rest.request(), state.rest.attached());
    if let Some(page) = state.rest.pages.current.as_mut() {
        page.attached = attached;
        page.typed = (typed != page.request).then_some(typed);
        return;
    }
    let empty = typed.address.is_empty()
        && typed.params.is_empty()
        && typed.headers.is_empty()
        && typed.body == RequestBody::Empty;
    if let Some(who) = state.who_id().filter(|_| !empty) {
        let id = state.flights.number();
        let look = Look::default();
        state.rest.pages.show(Page { attached, ..Page::new(id, typed, who, Outcome::Draft, look) });
    }
}

/// How the address of the object list ends.
const SOBJECTS: &str = "/sobjects";

/// The address of the object list in this version.
fn sobjects(version: &str) -> String {
    format!("/services/data/v{version}{SOBJECTS}")
}

/// Starts the tree of who one is, once the version is known; before that, the login that tells it.
pub fn open_tree(state: &mut State, out: &mut Out) {
    let Some(person) = state.who.clone() else { return };
    let id = person.id();
    if state.trees.get(&id).is_some_and(|t| !t.is_empty()) {
        return;
    }
    let Some(version) = state.sessions.get(&id).and_then(|s| s.version.clone()) else {
        let owner = Owner::Login(id);
        if state.flights.waiting(&owner).is_none() {
            state.send(&person, Request::get(""), owner, out);
        }
        return;
    };
    let mut tree = Tree::of(&version);
    // What one comes for are the resources of the version in use.
    let at = (0..).map_while(|at| tree.get(at)).position(|r| r.branch == Branch::Closed);
    let first = at.and_then(|at| tree.get(at)).map(|r| r.node.address.clone());
    tree.row = at.unwrap_or(0);
    state.trees.insert(id.clone(), tree);
    state.catalogs.insert(id, Catalog::new(&version));
    if let Some(address) = first {
        ask_node(state, &address, out);
    }
}

/// Asks for the children of a node.
pub fn ask_node(state: &mut State, address: &str, out: &mut Out) {
    let Some(person) = state.who.clone() else { return };
    let owner = Owner::Tree(person.id(), address.to_owned());
    if state.flights.waiting(&owner).is_some() {
        return;
    }
    state.send(&person, Request::follow(address), owner, out);
}

/// The names of all objects, once an address gets to where they are needed. One call, kept.
pub fn need_objects(state: &mut State, out: &mut Out) {
    let typed = state.rest.address.before();
    if !typed.contains("sobjects/") {
        return;
    }
    let Some(id) = state.who_id() else { return };
    let Some(version) = state.sessions.get(&id).and_then(|s| s.version.clone()) else { return };
    let address = sobjects(&version);
    // What failed once is not asked for again with every key: `R` in the tree does.
    let failed = state.tree().is_some_and(|t| t.has_failed(&address));
    if !failed && !state.knows_objects(&id) {
        ask_node(state, &address, out);
    }
}

/// A record id whose object is not known yet: the objects are asked for first.
pub fn find_record(state: &mut State, record: &str, out: &mut Out) {
    let Some(version) = state.who_id().and_then(|id| state.sessions.get(&id)?.version.clone()) else { return };
    let Some(page) = state.rest.pages.current.as_ref().map(|p| p.id) else { return };
    state.rest.waiting_record = Some((page, record.to_owned()));
    ask_node(state, &sobjects(&version), out);
}

/// The children of a node have come.
pub fn tree_answered(state: &mut State, who: &ProfileId, address: &str, exchange: &Arc<Exchange>, out: &mut Out) {
    let document = exchange.body.json().filter(|d| exchange.ok() && d.error().is_none());
    let Some(document) = document else {
        let trouble = exchange.trouble.clone().unwrap_or_else(|| Failure {
            title: format!("{} answered {} with something that cannot be read", address, exchange.status),
            ..Failure::default()
        });
        return tree_failed(state, who, address, trouble);
    };
    learn(state, who, address, document);
    let waits = state.who_id().as_ref() == Some(who) && address.ends_with(SOBJECTS);
    if waits && let Some(record) = state.rest.waiting_record.take() {
        super::browse::follow_record(state, &record, out);
    }
}

/// The children of a node are not to be had.
pub fn tree_failed(state: &mut State, who: &ProfileId, address: &str, failure: Failure) {
    if address.ends_with(SOBJECTS)
        && let Some((_, record)) = state.rest.waiting_record.take()
    {
        state.tell(format!("The object of {record} is not known: {}", failure.title));
    }
    if let Some(tree) = state.trees.get_mut(who) {
        tree.failed(address, failure);
    }
}

/// What a document at a tree's address tells: children, names to complete, key prefixes.
fn learn(state: &mut State, who: &ProfileId, address: &str, document: &Arc<Document>) {
    if let Some(tree) = state.trees.get_mut(who) {
        tree.fill(address, document);
    }
    if let Some(catalog) = state.catalogs.get_mut(who) {
        catalog.learn(address, document);
    }
    // Who is typing an address waits for just this. What was closed or sent meanwhile is not covered by it.
    let typing = state.rest.focus == Focus::Address && !state.rest.address.is_selected();
    if typing && !state.rest.completion.closed && state.who_id().as_ref() == Some(who) {
        super::keys::complete(state);
    }
}

/// The answer of a page has come.
pub fn answered(state: &mut State, id: TaskId, ask: &Ask, exchange: Arc<Exchange>, out: &mut Out) {
    capturing::begin(state, id, ask, &exchange, out);
    if let Some(document) = exchange.body.json().filter(|d| exchange.ok() && d.error().is_none()) {
        let who = exchange.who.clone();
        let open = state.trees.get(&who).and_then(|tree| {
            let rows = (0..).map_while(|at| tree.get(at));
            rows.filter(|r| matches!(r.branch, Branch::Closed | Branch::Failed(_)))
                .find(|r| r.node.address == ask.request.address)
                .map(|r| r.node.address.clone())
        });
        if let Some(address) = open {
            learn(state, &who, &address, document);
        }
    }
    show_as(state, id, ask.request.clone(), exchange, &ask.attached);
    // A long text becomes a document elsewhere.
    if let Some(page) = state.rest.pages.get_mut(id)
        && let Some((text, form)) = page.exchange().and_then(|exchange| page.look.to_derive(exchange))
    {
        out.push(Effect::Derive { page: id, text, form });
    }
}

/// A long text has become a document, where it could.
pub fn derived(state: &mut State, page: u64, document: Option<Arc<Document>>) {
    let width = state.measures.answer_width;
    let Some(page) = state.rest.pages.get_mut(page) else { return };
    let Some(exchange) = page.answer().cloned() else { return };
    page.whole_look_mut().take_derived(&exchange, document);
    super::prepare_raw(page, width);
}

/// Shows an exchange as a new page.
pub fn show(state: &mut State, request: Request, exchange: Arc<Exchange>) {
    let id = state.flights.number();
    show_as(state, id, request, exchange, &Attached::default());
}

/// A page whose beginning is shown already keeps the reader's place.
fn show_as(state: &mut State, id: TaskId, request: Request, exchange: Arc<Exchange>, attached: &Attached) {
    let who = exchange.who.clone();
    let mut look = Look::of(&exchange);
    // Who types a query wants rows.
    if look.table.is_some()
        && (exchange.ok() || exchange.status == 0)
        && matches!(form(&request.address), Form::Query | Form::Search)
    {
        look.view = View::Table;
    }
    // It may be behind or ahead of the page shown by now: it is filled where it is.
    if let Some(page) = state.rest.pages.get_mut(id) {
        // More of the same text: nodes keep their numbers, so folds, cursor and search stay where they are.
        if let Some(document) =
            exchange.body.json().filter(|_| page.look.tree.row > 0 || page.look.search.needle().is_some())
        {
            look.tree = page.look.tree.clone();
            look.tree.outline.follow(document);
        }
        look.search = std::mem::take(&mut page.look.search);
        if let (Some(table), Some(before)) = (&mut look.table, &page.look.table) {
            table.stand_as(before);
        }
        if page.look.view != View::Tree && look.views(&exchange).contains(&page.look.view) {
            look.view = page.look.view;
        }
        page.look = look;
        page.outcome = Outcome::Answered(exchange);
        return;
    }
    let page = Page::new(id, request, who, Outcome::Answered(exchange), look);
    state.rest.pages.show(Page { attached: attached.clone(), ..page });
}

/// The beginning of an answer that is still arriving.
pub fn previewed(state: &mut State, id: TaskId, document: &Arc<Document>) {
    let Some(flight) = state.flights.get(id).filter(|f| f.ask.owner == Owner::Page) else { return };
    let exchange = Arc::new(unfinished(flight, document));
    let (request, attached) = (flight.ask.request.clone(), flight.ask.attached.clone());
    show_as(state, id, request, exchange, &attached);
}

/// What stands for an exchange until its end has come. Status 0 is drawn as "arriving".
fn unfinished(flight: &Flight, document: &Arc<Document>) -> Exchange {
    Exchange {
        who: flight.ask.profile.id(),
        at: flight.since,
        method: flight.ask.request.method.clone(),
        url: flight.ask.request.address.clone(),
        sent_headers: Vec::new(),
        sent_bytes: 0,
        // Not known yet; until it is, nothing in it counts as the org's own word.
        with_identity: false,
        status: 0,
        version: "",
        headers: Vec::new(),
        body: AnswerBody::Json(Arc::clone(document)),
        wire_bytes: 0,
        timing: Timing::default(),
        notes: Vec::new(),
        cut: None,
        trouble: None,
    }
}

/// A page's request was cancelled: what had arrived stays, marked.
pub fn stopped(state: &mut State, id: TaskId, flight: &Flight) {
    if matches!(&flight.ask.owner, Owner::Tree(_, address) if address.ends_with(SOBJECTS)) {
        state.rest.waiting_record = None;
    }
    if let Some(page) = state.rest.pages.get_mut(id)
        && let Outcome::Answered(exchange) = &mut page.outcome
        && exchange.status == 0
    {
        let mut kept = (**exchange).clone();
        kept.cut = Some(Failure { title: "Cancelled: this is only the beginning".to_owned(), ..Failure::default() });
        *exchange = Arc::new(kept);
    }
}

/// There will be no answer: the page says why.
pub fn failed(state: &mut State, ask: &Ask, failure: Failure) {
    // What was not sent is corrected where it was typed.
    let unsent = matches!(failure.kind, FailureKind::Usage | FailureKind::Refused);
    let from = state.rest.sent_from.take().filter(|_| unsent);
    let id = state.flights.number();
    let page = Page::new(id, ask.request.clone(), ask.profile.id(), Outcome::Failed(failure), Look::default());
    state.rest.pages.show(Page { attached: ask.attached.clone(), ..page });
    // Whoever is typing by now goes on typing.
    let typing = state.scopes().iter().any(|s| s.is_editor());
    if state.place == Place::Rest && !typing {
        let focus = from.filter(|_| state.rest.focus == Focus::Answer).unwrap_or(Focus::Answer);
        focus_on(state, focus);
    }
}

/// Further rows have come for a page's table.
pub fn show_table_rows(state: &mut State, page: u64, exchange: &Arc<Exchange>) {
    let trouble = exchange.trouble.as_ref().map(|t| t.title.clone());
    let height = usize::from(state.measures.answer);
    let Some(table) = state.rest.pages.get_mut(page).and_then(|p| p.whole_look_mut().table.as_mut()) else { return };
    match exchange.body.json().filter(|_| exchange.ok()) {
        Some(document) => {
            let before = table.rows();
            table.add(document);
            if table.row + 1 == before && table.rows() > before && table.sort.is_none() {
                table.row = before;
                table.top = crate::app::answer::keep_in_view(table.top, table.row, height, table.rows());
            }
        }
        None => state.tell(trouble.unwrap_or_else(|| format!("The next rows could not be had: {}", exchange.status))),
    }
}

/// A search has ended.
pub fn found(state: &mut State, id: TaskId, found: Found, out: &mut Out) {
    let height = usize::from(state.measures.answer);
    // The page may be one before or after the one shown by now.
    let Some(page) = state.rest.pages.searching(id) else { return };
    page.look.search.running = None;
    page.look.search.found = Some(found);
    let waiting = std::mem::take(&mut page.look.search.waiting);
    let (Some(at), Outcome::Answered(exchange)) = (found.at, &page.outcome) else { return };
    let exchange = Arc::clone(exchange);
    match (&exchange.body, page.look.document(&exchange).cloned()) {
        (AnswerBody::Spooled(_), _) => {
            let page = page.id;
            super::spool::show(state, page, at, out);
        }
        (AnswerBody::Text(text), _) if page.look.searches_text(&exchange) => {
            if let Ok(byte) = usize::try_from(at) {
                page.look.show_raw(text.as_bytes(), byte, height);
            }
        }
        (_, Some(document)) => {
            if let Ok(node) = u32::try_from(at) {
                page.look.go_to(&document, node, height);
                page.look.show_raw(document.bytes(), document.offset(node), height);
            }
        }
        _ => {}
    }
    // Presses that came while it was under way are taken one after the other.
    if waiting != 0 && state.rest.pages.current.as_ref().is_some_and(|p| p.look.search.found == Some(found)) {
        super::browse::walk_matches(state, waiting, out);
    }
}
