//! The identity screen: who the token belongs to, and beside it the session, the org and the user's access, each loaded
//! on its own and failing on its own.

mod photo;
mod rows;

pub use photo::{give_up, is_too_long};
pub use rows::{Column, Row, Section, Tone, columns};

use super::ask::Owner;
use super::command::Command;
use super::event::{Clip, Effect, TaskId};
use super::pictures::Painting;
use super::state::{Out, State};
use crate::org::{Identity, ORG_QUERY, OrgCard, PermissionSet, Person, permission_sets_query, person_query};
use crate::profile::{Profile, ProfileId};
use crate::request::{Exchange, Failure, Request};
use std::sync::Arc;

/// A part of the identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The id URL's answer.
    Identity,
    /// The org.
    Org,
    /// Profile, role, licence.
    Person,
    /// Permission sets.
    PermissionSets,
    /// Where the photo lies for whoever knows the address.
    PhotoAddress,
    /// The photo.
    Photo,
}

/// Something that is loaded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Load<T> {
    /// Not asked for.
    #[default]
    Idle,
    /// On its way.
    Running(TaskId),
    /// There.
    Ready(T),
    /// Not to be had.
    Failed(Failure),
}

impl<T> Load<T> {
    fn wanted(&self) -> bool {
        matches!(self, Self::Idle | Self::Failed(_))
    }

    fn stop(&mut self, id: TaskId) {
        if matches!(self, Self::Running(running) if *running == id) {
            *self = Self::Idle;
        }
    }
}

/// One person's identity.
#[derive(Debug, Clone, Default)]
pub struct IdentityPane {
    /// The id URL's answer.
    pub identity: Load<Identity>,
    /// The org.
    pub org: Load<OrgCard>,
    /// Profile, role, licence.
    pub person: Load<Person>,
    /// Permission sets.
    pub sets: Load<Vec<PermissionSet>>,
    /// The answer that is the photo. Where it is not to be had nothing is shown.
    pub photo: Load<Arc<Exchange>>,
    /// The same as it is shown.
    pub painting: Painting,
    /// Which column the cursor is in.
    pub column: usize,
    /// The row under the cursor, in each column.
    pub row: [usize; 2],
    /// The first row shown, in each column.
    pub top: [usize; 2],
}

impl IdentityPane {
    /// Whether there is a photo to make room for.
    pub fn has_photo(&self) -> bool {
        matches!(self.photo, Load::Ready(_)) || self.painting.canvas.is_some()
    }
}

/// Asks for what is not there; `again`: for all of it.
pub fn load(state: &mut State, again: bool, out: &mut Out) {
    let Some(person) = state.who.clone() else { return };
    let id = person.id();
    let pane = state.identities.entry(id.clone()).or_default();
    let running = matches!(pane.identity, Load::Running(_));
    if running {
        return;
    }
    if again || pane.identity.wanted() {
        ask(state, &person, Part::Identity, "{{IdURL}}?version=latest".to_owned(), out);
    }
    // The others need the user's id, which the token brings: they are asked for when the identity has answered.
    if state.sessions.is_in(&id) {
        load_rest(state, &person, again, out);
    }
}

/// Asks for what needs the user's id.
pub fn load_rest(state: &mut State, person: &Profile, again: bool, out: &mut Out) {
    let id = person.id();
    let Some(user) = state.sessions.get(&id).and_then(|s| s.token.as_ref()).map(|t| t.user_id().to_owned()) else {
        return;
    };
    let Some(pane) = state.identities.get(&id) else { return };
    let wanted = [
        (Part::Org, pane.org.wanted(), ORG_QUERY.to_owned()),
        (Part::Person, pane.person.wanted(), person_query(&user)),
        (Part::PermissionSets, pane.sets.wanted(), permission_sets_query(&user)),
    ];
    for (part, wanted, query) in wanted {
        if again || wanted {
            ask(state, person, part, query, out);
        }
    }
    photo::look(state, person, &user, again, out);
}

fn ask(state: &mut State, person: &Profile, part: Part, address: String, out: &mut Out) {
    let who = person.id();
    let owner = Owner::Identity(who, part);
    if state.flights.waiting(&owner).is_some() {
        return;
    }
    state.send(person, Request::get(address), owner, out);
}

/// A part is on its way, by this task.
pub fn running(state: &mut State, who: &ProfileId, part: Part, id: TaskId) {
    let pane = state.identities.entry(who.clone()).or_default();
    match part {
        Part::Identity => pane.identity = Load::Running(id),
        Part::Org => pane.org = Load::Running(id),
        Part::Person => pane.person = Load::Running(id),
        Part::PermissionSets => pane.sets = Load::Running(id),
        Part::PhotoAddress | Part::Photo => pane.photo = Load::Running(id),
    }
}

/// A part has come.
pub fn answered(state: &mut State, who: &ProfileId, part: Part, exchange: &Arc<Exchange>, out: &mut Out) {
    // A part of an identity is none: what is missing would look as if it were not so.
    let document = exchange.body.json().filter(|d| exchange.ok() && exchange.cut.is_none() && d.error().is_none());
    let unread = || {
        exchange.cut.clone().or_else(|| exchange.trouble.clone()).unwrap_or_else(|| Failure {
            title: format!("the org answered {} with something that cannot be read", exchange.status),
            ..Failure::default()
        })
    };
    let pane = state.identities.entry(who.clone()).or_default();
    match part {
        Part::Identity => {
            pane.identity =
                document.and_then(|d| Identity::parse(d)).map_or_else(|| Load::Failed(unread()), Load::Ready)
        }
        Part::Org => {
            pane.org = document.and_then(|d| OrgCard::parse(d)).map_or_else(|| Load::Failed(unread()), Load::Ready)
        }
        Part::Person => {
            pane.person = document.and_then(|d| Person::parse(d)).map_or_else(|| Load::Failed(unread()), Load::Ready)
        }
        Part::PermissionSets => {
            pane.sets =
                document.and_then(|d| PermissionSet::parse(d)).map_or_else(|| Load::Failed(unread()), Load::Ready);
        }
        Part::PhotoAddress => return photo::found(state, who, document.map(|d| &**d), out),
        Part::Photo => return photo::came(state, who, exchange),
    }
    if let (Part::Org, Load::Ready(card)) = (part, &pane.org) {
        let is_sandbox = card.is_sandbox;
        state.sessions.of(who).is_sandbox = is_sandbox;
    }
    if part == Part::Identity
        && state.who_id().as_ref() == Some(who)
        && let Some(person) = state.who.clone()
    {
        load_rest(state, &person, false, out);
    }
}

/// A part is not to be had.
pub fn failed(state: &mut State, who: &ProfileId, part: Part, failure: Failure) {
    let pane = state.identities.entry(who.clone()).or_default();
    match part {
        Part::Identity => pane.identity = Load::Failed(failure),
        Part::Org => pane.org = Load::Failed(failure),
        Part::Person => pane.person = Load::Failed(failure),
        Part::PermissionSets => pane.sets = Load::Failed(failure),
        Part::PhotoAddress | Part::Photo => photo::none(state, who),
    }
}

/// A part was cancelled.
pub fn stopped(state: &mut State, id: TaskId) {
    for pane in state.identities.values_mut() {
        pane.identity.stop(id);
        pane.org.stop(id);
        pane.person.stop(id);
        pane.sets.stop(id);
        pane.photo.stop(id);
    }
}

/// A command on this screen; whether it was one.
pub fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    let Some(who) = state.who_id() else { return false };
    let columns = columns(state);
    let height = usize::from(state.measures.identity);
    let pane = state.identities.entry(who).or_default();
    let column = pane.column.min(columns.len().saturating_sub(1));
    pane.column = column;
    let rows: Vec<&Row> = columns.get(column).map(|c| c.rows().collect()).unwrap_or_default();
    if let (Some(row), Some(top)) = (pane.row.get_mut(column), pane.top.get_mut(column)) {
        *row = (*row).min(rows.len().saturating_sub(1));
        let line = columns.get(column).map_or(0, |c| c.line_of(*row));
        let lines = columns.get(column).map_or(0, Column::lines);
        let mut unused = 0;
        if super::state::walk(command, row, &mut unused, rows.len(), height) {
            let line = columns.get(column).map_or(line, |c| c.line_of(*row));
            *top = super::answer::keep_in_view(*top, line, height, lines);
            // The title of the first section is part of its first row.
            if *row == 0 {
                *top = 0;
            }
            return true;
        }
    }
    let chosen = pane.row.get(column).and_then(|row| rows.get(*row)).map(|r| (*r).clone());
    match command {
        Command::Left | Command::PreviousPane => pane.column = column.saturating_sub(1),
        Command::Right => pane.column = (column + 1).min(columns.len().saturating_sub(1)),
        Command::NextPane => pane.column = (column + 1) % columns.len().max(1),
        Command::Refresh => load(state, true, out),
        Command::Open => match chosen.and_then(|row| row.link) {
            Some(address) => follow(state, &address, out),
            None => state.tell("There is no link on this row".to_owned()),
        },
        Command::CopyValue => {
            if let Some(row) = chosen {
                out.push(Effect::Copy(row.label.clone(), Clip::Text(row.value)));
            }
        }
        _ => return false,
    }
    true
}

/// Follows an address of the identity: what the org's REST API answers opens as a page, the rest in the browser.
fn follow(state: &mut State, address: &str, out: &mut Out) {
    let Some(who) = state.who_id() else { return };
    let link = state.link_base(&who).and_then(|base| crate::org::link_of(address, &base));
    match link {
        Some(crate::org::Link::Follow(address) | crate::org::Link::Record { path: Some(address), .. }) => {
            state.from_identity = state.rest.pages.current.is_none();
            super::rest::open_address(state, Request::follow(&address), out);
            super::rest::focus_on(state, super::rest::Focus::Answer);
            super::rest::open_tree(state, out);
        }
        Some(crate::org::Link::Browser(url)) => state.dialog = Some(super::dialog::Dialog::Browser(url)),
        Some(crate::org::Link::Refused(why)) => state.tell(format!("Not followed: {why}")),
        Some(crate::org::Link::Record { path: None, .. }) | None => {
            state.tell("That is no address of this org".to_owned())
        }
    }
}
