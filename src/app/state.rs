//! All that the screen knows. Changed by `update` alone.

use super::ask::{Ask, Flights, Owner};
use super::command::Command;
use super::dialog::Dialog;
use super::diff::Diffs;
use super::doctor;
use super::event::{Effect, Event, TaskId};
use super::history::History;
use super::identity::IdentityPane;
use super::keymap::Keymap;
use super::palette::Choice;
use super::pictures::Easel;
use super::rest::{Attached, Capturing, Rest};
use super::saved::SavedPane;
use super::session::Sessions;
use super::settings::ProblemsByFile;
use super::tabs::Tabs;
use super::themes::Themes;
use super::tree::Tree;
use super::variables::VariablesPane;
use crate::org::{Catalog, LinkBase};
use crate::profile::{Problem, Profile, ProfileId};
use crate::request::{Base, Request, Variables};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

/// A room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Place {
    /// Who the token belongs to.
    #[default]
    Identity,
    /// Ask and browse.
    Rest,
    /// What was asked.
    History,
    /// What names stand for.
    Variables,
}

impl Place {
    /// In the order of their keys.
    pub const ALL: [Self; 4] = [Self::Identity, Self::Rest, Self::History, Self::Variables];

    /// In the second line.
    pub fn title(self) -> &'static str {
        match self {
            Self::Identity => "Identity",
            Self::Rest => "REST",
            Self::History => "History",
            Self::Variables => "Variables",
        }
    }
}

/// Heights and widths of what is drawn, told by the runtime after each change: a page is a known number of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measures {
    /// Rows of the tree.
    pub tree: u16,
    /// Rows of the answer.
    pub answer: u16,
    /// Columns of the answer.
    pub answer_width: u16,
    /// Rows of a column of the identity.
    pub identity: u16,
    /// Columns of the values of the identity's left column.
    pub identity_width: u16,
    /// Whether the identity stands in two columns.
    pub two_columns: bool,
    /// Columns and rows for the photo beside the identity; none where there is no room.
    pub photo: (u16, u16),
    /// Columns and rows for an answer that is a picture.
    pub picture: (u16, u16),
    /// Rows of the history, the variables, a comparison or the doctor.
    pub list: u16,
    /// Rows of the open dialogue's list.
    pub dialog: u16,
    /// Lines of what the open dialogue gives to read.
    pub dialog_lines: usize,
}

/// How the start goes, before there is anybody to be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Start {
    /// Profiles are being read.
    #[default]
    Reading,
    /// The demo org is starting.
    Demo,
    /// There is no profile.
    Welcome,
    /// There is somebody to be.
    Ready,
}

/// A time zone; UTC until it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(pub TimeZone);

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl Zone {
    /// A time as people there write it.
    pub fn show(&self, at: Timestamp, format: &str) -> String {
        at.to_zoned(self.0.clone()).strftime(format).to_string()
    }
}

/// All that the screen knows.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Whether the terminal was resized since it was drawn.
    pub resized: bool,
    /// Of what is drawn.
    pub measures: Measures,
    /// How the start goes.
    pub start: Start,
    /// Which room.
    pub place: Place,
    /// Everybody one can be.
    pub people: Vec<Profile>,
    /// Who one is.
    pub who: Option<Profile>,
    /// Who one was, the last first.
    pub recent: Vec<ProfileId>,
    /// What is wrong in the files.
    pub problems: Vec<Problem>,
    /// The same by file.
    pub by_file: ProblemsByFile,
    /// The keys in effect.
    pub keymap: Arc<Keymap>,
    /// The themes.
    pub themes: Themes,
    /// Who one becomes when the profiles are read the next time.
    pub becoming: Option<ProfileId>,
    /// What pictures are shown with.
    pub easel: Easel,
    /// What was typed before there was anybody to be.
    pub early: Vec<Event>,
    /// What was run from the palette, the last first.
    pub recent_choices: Vec<Choice>,
    /// Where `profiles.toml` is, or would be.
    pub profiles_file: PathBuf,
    /// Whether the first answer was opened from the identity: back leads there.
    pub from_identity: bool,
    /// What is known of each session.
    pub sessions: Sessions,
    /// Work in flight.
    pub flights: Flights,
    /// Everybody's identity.
    pub identities: HashMap<ProfileId, IdentityPane>,
    /// Each person's view of the org.
    pub trees: HashMap<ProfileId, Tree>,
    /// What each person's org is known to offer.
    pub catalogs: HashMap<ProfileId, Catalog>,
    /// The REST screen: the tab in front.
    pub rest: Rest,
    /// The other tabs.
    pub tabs: Tabs,
    /// The saved requests.
    pub saved: SavedPane,
    /// Captures that are being taken.
    pub capturing: Vec<Capturing>,
    /// What captures took.
    pub captured: Variables,
    /// Secrets that captures took, by app.
    pub captured_secrets: HashMap<String, Variables>,
    /// The history.
    pub history: History,
    /// What is compared.
    pub diff: Diffs,
    /// The doctor's screen, while it is there.
    pub doctor: Option<doctor::Pane>,
    /// The variables screen.
    pub variables: VariablesPane,
    /// Variables set here, for whoever one is.
    pub yours: Variables,
    /// Secrets set here, by app: they go to no other app's org.
    pub your_secrets: HashMap<String, Variables>,
    /// `[variables]` of the file.
    pub global: Vec<(String, String)>,
    /// What stands over the screen.
    pub dialog: Option<Dialog>,
    /// The last line's words, until the next key.
    pub notice: Option<String>,
    /// Whether the mouse is captured.
    pub mouse: bool,
    /// The last number given to a page.
    pub last_page: u64,
    /// When the last event came.
    pub now: Timestamp,
    /// What chance is drawn from, told at the start.
    pub chance: u64,
    /// How often something was sent: each time chance falls anew.
    pub sendings: u64,
    /// The user's time zone, in which times are shown.
    pub zone: Zone,
}

/// What an update wants done.
#[derive(Debug)]
pub struct Out {
    /// In this order.
    pub effects: Vec<Effect>,
    /// When the event came.
    pub now: Timestamp,
}

impl Out {
    /// One more.
    pub fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// More, or none.
    pub fn extend(&mut self, effects: impl IntoIterator<Item = Effect>) {
        self.effects.extend(effects);
    }
}

impl State {
    /// Before anything was read.
    pub fn new(size: (u16, u16)) -> Self {
        Self { size, mouse: true, ..Self::default() }
    }

    /// Says something in the last line.
    pub fn tell(&mut self, words: String) {
        self.notice = Some(words);
    }

    /// The id of who one is.
    pub fn who_id(&self) -> Option<ProfileId> {
        self.who.as_ref().map(Profile::id)
    }

    /// By id.
    pub fn person(&self, id: &ProfileId) -> Option<&Profile> {
        self.people.iter().find(|p| p.app.name == id.app && p.user.username == id.username)
    }

    /// The tree of who one is.
    pub fn tree(&self) -> Option<&Tree> {
        self.trees.get(&self.who_id()?)
    }

    /// The tree of who one is.
    pub fn tree_mut(&mut self) -> Option<&mut Tree> {
        let id = self.who_id()?;
        self.trees.get_mut(&id)
    }

    /// What addresses are relative to, as far as it is known.
    pub fn base(&self) -> Base {
        let session = self.who_id().and_then(|id| self.sessions.get(&id).cloned()).unwrap_or_default();
        Base {
            instance_url: session.token.as_ref().map(|t| t.instance_url.clone()),
            version: session.version.unwrap_or_default(),
        }
    }

    /// What links in somebody's answers are judged by; `None` before the login.
    pub fn link_base<'a>(&'a self, who: &ProfileId) -> Option<LinkBase<'a>> {
        static NONE: LazyLock<HashMap<String, String>> = LazyLock::new(HashMap::new);
        let session = self.sessions.get(who)?;
        let token = session.token.as_ref()?;
        Some(LinkBase {
            instance: &token.instance_url,
            id_url: &token.id_url,
            version: session.version.as_deref().unwrap_or_default(),
            prefixes: self.catalogs.get(who).map_or(&*NONE, |c| c.prefixes()),
        })
    }

    /// Whether the names of somebody's objects are known.
    pub fn knows_objects(&self, who: &ProfileId) -> bool {
        self.catalogs.get(who).is_some_and(|c| c.sobjects().next().is_some())
    }

    /// Sends a request as somebody, for a part of the screen.
    pub fn send(&mut self, person: &Profile, request: Request, owner: Owner, out: &mut Out) -> TaskId {
        // What captures and saved requests set is for what is typed: nobody's identity hangs on it.
        let (mut variables, attached) = match owner {
            Owner::Page => (self.page_variables(person), self.rest.attached()),
            _ => (self.variables_of(person), Attached::default()),
        };
        variables.around = self.around();
        self.sendings += u64::from(owner == Owner::Page);
        let tab = self.rest.tab;
        self.dispatch(Ask { profile: person.clone(), request, variables, permit: None, owner, tab, attached }, out)
    }

    /// Sends an ask. The answer pane of a tab waits for one thing at a time: what it waited for before is cancelled.
    pub fn dispatch(&mut self, ask: Ask, out: &mut Out) -> TaskId {
        if ask.owner == Owner::Page
            && let Some(id) = self.flights.of_tab(ask.tab)
        {
            super::update::cancel(self, id, out);
        }
        let now = out.now;
        let id = self.flights.start(ask.clone(), now);
        match &ask.owner {
            Owner::Identity(who, part) => super::identity::running(self, who, *part, id),
            Owner::Tree(who, address) => {
                if let Some(tree) = self.trees.get_mut(who) {
                    tree.loading(address, id);
                }
            }
            Owner::Compare => super::diff::asking(self, id),
            Owner::Doctor(_) => doctor::running(self, id),
            Owner::Page | Owner::MoreRows(_) | Owner::Login(_) => {}
        }
        out.push(match &ask.owner {
            Owner::Login(_) => Effect::LogIn(id, Box::new(ask.profile)),
            Owner::Doctor(_) => Effect::Examine(id, Box::new(ask.profile)),
            _ => Effect::Send(id, Box::new(ask)),
        });
        id
    }

    /// Becomes somebody: what is asked stays, what is shown belongs, visibly, to whom it belonged.
    pub fn become_person(&mut self, person: Profile, out: &mut Out) {
        let id = person.id();
        self.recent.retain(|r| *r != id);
        self.recent.insert(0, id);
        self.who = Some(person);
        self.start = Start::Ready;
        self.variables.row = 0;
        self.arrive(out);
    }

    /// Asks for what the room needs and does not have yet.
    pub fn arrive(&mut self, out: &mut Out) {
        match self.place {
            Place::Identity => super::identity::load(self, false, out),
            Place::Rest => super::rest::open_tree(self, out),
            Place::Variables => {
                if let Some(person) = self.who.clone()
                    && !self.sessions.is_in(&person.id())
                    && self.flights.waiting(&Owner::Login(person.id())).is_none()
                {
                    self.send(&person, Request::get(""), Owner::Login(person.id()), out);
                }
            }
            Place::History => super::history::refresh(self, out),
        }
    }
}

/// Moves a cursor over rows; whether the command was a move.
pub fn walk(command: Command, row: &mut usize, top: &mut usize, rows: usize, height: usize) -> bool {
    let last = rows.saturating_sub(1);
    let page = height.max(2) - 1;
    *row = match command {
        Command::Up => row.saturating_sub(1),
        Command::Down => row.saturating_add(1).min(last),
        Command::PageUp => row.saturating_sub(page),
        Command::PageDown => row.saturating_add(page).min(last),
        Command::Top => 0,
        Command::Bottom => last,
        _ => return false,
    };
    *top = super::answer::keep_in_view(*top, *row, height, rows);
    true
}
