//! What is asked of an org, and for which part of the screen.

use super::event::TaskId;
use super::identity::Part;
use super::rest::Attached;
use super::tabs::TabId;
use crate::profile::{Profile, ProfileId};
use crate::request::{Permit, Request, Variables};
use crate::wire::Phase;
use jiff::Timestamp;

/// A request on its way: all that is needed to send it.
#[derive(Debug, Clone)]
pub struct Ask {
    /// As whom.
    pub profile: Profile,
    /// What.
    pub request: Request,
    /// With these variables; those of the login come when it is sent.
    pub variables: Variables,
    /// What the user confirmed.
    pub permit: Option<Permit>,
    /// Who waits for it.
    pub owner: Owner,
    /// The tab that was in front: its answer pane waits, where that waits.
    pub tab: TabId,
    /// What stood beside it in the editors.
    pub attached: Attached,
}

/// Which part of the screen waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// The answer pane.
    Page,
    /// A comparison with the answer that is shown.
    Compare,
    /// A part of somebody's identity.
    Identity(ProfileId, Part),
    /// The children of a node of somebody's tree, by its address.
    Tree(ProfileId, String),
    /// The rows after the last loaded one of the page with this number.
    MoreRows(u64),
    /// Nothing but a token.
    Login(ProfileId),
}

impl Owner {
    /// Whether nobody waits for it: it comes or it does not, and neither is told.
    pub fn is_quiet(&self) -> bool {
        matches!(self, Self::Identity(_, Part::PhotoAddress | Part::Photo))
    }

    /// Whether a write that it waits for may be put to the user.
    pub fn may_ask(&self) -> bool {
        matches!(self, Self::Page | Self::Compare)
    }
}

/// An ask in flight.
#[derive(Debug, Clone)]
pub struct Flight {
    /// What was asked.
    pub ask: Ask,
    /// When.
    pub since: Timestamp,
    /// How far it is.
    pub phase: Phase,
}

/// All that is in flight, by number.
#[derive(Debug, Clone, Default)]
pub struct Flights {
    list: Vec<(TaskId, Flight)>,
    last: TaskId,
}

impl Flights {
    /// A number that was never used.
    pub fn number(&mut self) -> TaskId {
        self.last += 1;
        self.last
    }

    /// Notes that this has started.
    pub fn start(&mut self, ask: Ask, now: Timestamp) -> TaskId {
        let id = self.number();
        self.list.push((id, Flight { ask, since: now, phase: Phase::Connecting }));
        id
    }

    /// It is no longer waited for.
    pub fn end(&mut self, id: TaskId) -> Option<Flight> {
        let at = self.list.iter().position(|(n, _)| *n == id)?;
        Some(self.list.remove(at).1)
    }

    /// By number.
    pub fn get(&self, id: TaskId) -> Option<&Flight> {
        self.list.iter().find(|(n, _)| *n == id).map(|(_, f)| f)
    }

    /// By number.
    pub fn get_mut(&mut self, id: TaskId) -> Option<&mut Flight> {
        self.list.iter_mut().find(|(n, _)| *n == id).map(|(_, f)| f)
    }

    /// Who waits for the same already.
    pub fn waiting(&self, owner: &Owner) -> Option<TaskId> {
        self.list.iter().find(|(_, f)| f.ask.owner == *owner).map(|(n, _)| *n)
    }

    /// What a tab's answer pane waits for.
    pub fn of_tab(&self, tab: TabId) -> Option<TaskId> {
        self.list.iter().find(|(_, f)| f.ask.owner == Owner::Page && f.ask.tab == tab).map(|(n, _)| *n)
    }

    /// The one that the user is most likely waiting for: that of this tab's answer pane, else another's, else the oldest.
    pub fn foremost(&self, tab: TabId) -> Option<(TaskId, &Flight)> {
        let page = |(_, f): &&(TaskId, Flight)| f.ask.owner == Owner::Page;
        let own = self.list.iter().find(|flight| page(flight) && flight.1.ask.tab == tab);
        own.or_else(|| self.list.iter().find(page)).or_else(|| self.told().next()).map(|(n, f)| (*n, f))
    }

    /// Those that somebody waits for.
    fn told(&self) -> impl Iterator<Item = &(TaskId, Flight)> {
        self.list.iter().filter(|(_, flight)| !flight.ask.owner.is_quiet())
    }

    /// How many somebody waits for.
    pub fn waited_for(&self) -> usize {
        self.told().count()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}
