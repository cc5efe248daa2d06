//! What happens to the screen and what it wants done: closed enums of plain data.

use super::answer::{Form, View, Window};
use super::ask::Ask;
use super::diff::Compared;
use super::filter::{Filterable, Filtered};
use super::key::Key;
use super::pictures::{Canvas, Room};
use super::rest::Focus;
use super::saved::{Done, Job};
use super::state::Place;
use super::table::{SortBy, TableLook};
use crate::auth::{LoggedOut, Token};
use crate::json::{Direction, Document};
use crate::org::doctor::{Line, Report};
use crate::profile::{KeyWish, Pictures, Problem, Profile, ProfileId, Profiles, ThemeFile};
use crate::request::{
    AnswerBody, Capture, Exchange, Failure, Past, PastId, PastPage, PastQuery, Record, Request, Spool, Taken,
};
use crate::secret::Secret;
use crate::setup::{Job as SetupJob, Outcome, Setup};
use crate::wire::Phase;
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

/// Numbers work in flight; never used twice.
pub type TaskId = u64;

/// What happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// The terminal came to the front again: files may have changed meanwhile.
    FocusGained,
    /// Text was pasted, whole.
    Pasted(String),
    /// The left button went down on something.
    Clicked(Target),
    /// The wheel turned over something; rows, down is positive.
    Wheeled(Target, i32),
    /// A border was dragged to this column and row.
    Dragged(Border, u16, u16),
    /// The terminal has this many columns and rows.
    Resized(u16, u16),
    /// A cell of the terminal has this many pixels across and down; 0 where it does not tell.
    CellSized(u16, u16),
    /// `profiles.toml` was read.
    ProfilesLoaded(Box<Profiles>),
    /// `settings.toml` and the themes were read.
    SettingsRead(Box<SettingsRead>),
    /// A file with this name was changed outside, and what it says now was told.
    ReadAgain(&'static str),
    /// The demo org is starting.
    DemoStarting,
    /// The demo org could not be started, or the editor not opened.
    Broke(Box<Failure>),
    /// Somebody's token and version are known now.
    LoggedIn {
        /// Whose.
        who: ProfileId,
        /// The token.
        token: Arc<Token>,
        /// The newest version of the org, or the profile's, as `67.0`.
        version: Option<String>,
    },
    /// Somebody's session was ended, or what is kept of it could not be changed.
    LoggedOut(ProfileId, Result<LoggedOut, Box<Failure>>),
    /// A login that was asked for alone has ended.
    LoginEnded(TaskId, Result<(), Box<Failure>>),
    /// The doctor has found something.
    Examined(TaskId, Box<Line>),
    /// The doctor has ended, or cannot go on.
    DoctorEnded(TaskId, Box<Result<Report, Failure>>),
    /// A task stands here.
    Progressed(TaskId, Phase),
    /// The beginning of an answer.
    Previewed(TaskId, Arc<Document>),
    /// A task ended.
    Answered(TaskId, Box<Result<Exchange, Failure>>),
    /// A search ended.
    Found(TaskId, Found),
    /// A filter has run.
    Filtered(TaskId, Box<Filtered>),
    /// A part of an answer's file was read.
    SpoolRead(TaskId, Result<Window, String>),
    /// A page's text is a document, or cannot be one.
    Derived(u64, Option<Arc<Document>>),
    /// The rows of a page's table have their order.
    Sorted {
        /// The page.
        page: u64,
        /// How.
        by: SortBy,
        /// Row numbers.
        order: Vec<u32>,
    },
    /// A picture was made for its room, or cannot be, for this reason.
    Painted(TaskId, Result<Arc<Canvas>, String>),
    /// It was not saved: something of this name is there.
    Exists(String, AnswerBody),
    /// Saved requests were read or changed.
    Collections(TaskId, Box<Done>),
    /// Captures were taken.
    Captured(TaskId, Taken),
    /// Two answers were compared.
    Compared(TaskId, Arc<Compared>),
    /// The user's editor has ended, with this text.
    TextEdited(Focus, Result<String, String>),
    /// The user's editor has ended, with this file of a saved request.
    FileEdited(Result<(), String>),
    /// Paths that go on as what was typed.
    PathsFound(String, Vec<String>),
    /// A set-up begins or goes on, with what should be known of that; or it cannot.
    SetupBegun(Result<(Box<Setup>, Option<String>), String>),
    /// A job of a set-up has ended, or what was answered could not be kept.
    SetupDone(TaskId, Result<Box<Outcome>, String>),
    /// Text went to the clipboard, or did not.
    Copied(Result<String, String>),
    /// Something was handed to another program (the browser), or could not be.
    Opened(Result<String, String>),
    /// An exchange is in the history, under this number.
    HistoryKept(TaskId, PastId),
    /// Rows of the history have come.
    HistoryRead(TaskId, Result<PastPage, String>),
    /// All that was kept of an exchange; nothing where it is gone.
    PastOpened(TaskId, Result<Option<Box<Past>>, String>),
    /// Something was deleted from the history, or could not be.
    HistoryChanged(Result<String, String>),
    /// Whether the history goes with the program, and what should be known of that.
    HistoryPlaced {
        /// It is not kept between runs.
        this_run_only: bool,
        /// To tell, once.
        words: Option<String>,
    },
}

/// What the screen has to know of `settings.toml` and the themes.
#[derive(Debug, Clone, Default)]
pub struct SettingsRead {
    /// The file.
    pub file: PathBuf,
    /// `[keys]`.
    pub keys: Vec<KeyWish>,
    /// The theme's name.
    pub theme: String,
    /// How pictures are shown.
    pub pictures: Pictures,
    /// All themes that are files.
    pub themes: Vec<Arc<ThemeFile>>,
    /// What is wrong in them.
    pub problems: Vec<Problem>,
}

/// Where a search stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Found {
    /// The node, or the byte of a text.
    pub at: Option<u64>,
    /// Matches in all.
    pub total: usize,
    /// Which of them this is, from 1.
    pub ordinal: usize,
}

/// What is searched.
#[derive(Debug, Clone)]
pub enum Haystack {
    /// Names and values.
    Json(Arc<Document>),
    /// A text.
    Text(Arc<str>),
    /// A file.
    File(Arc<Spool>),
}

/// What to do.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Send a request.
    Send(TaskId, Box<Ask>),
    /// Stop a task, in whatever phase.
    Cancel(TaskId),
    /// Search off the screen's thread.
    Find {
        /// The task.
        id: TaskId,
        /// In this.
        haystack: Haystack,
        /// For this.
        needle: String,
        /// From here.
        from: Option<u64>,
        /// This way.
        direction: Direction,
    },
    /// Read a part of an answer's file.
    ReadSpool {
        /// The task.
        id: TaskId,
        /// The file.
        spool: Arc<Spool>,
        /// Where the part begins.
        from: u64,
    },
    /// Keep a filter for the next runs.
    KeepFilter(String),
    /// Make a document of a page's text off the screen's thread.
    Derive {
        /// The page.
        page: u64,
        /// Its text.
        text: Arc<str>,
        /// What form it has.
        form: Form,
    },
    /// Compare two answers off the screen's thread.
    Compare {
        /// The task.
        id: TaskId,
        /// The left one.
        left: AnswerBody,
        /// The right one.
        right: AnswerBody,
        /// Whether what changes by itself does not count.
        ignore_volatile: bool,
    },
    /// Run a jq program over an answer, where it can be stopped at once.
    Filter {
        /// The task.
        id: TaskId,
        /// Over this.
        over: Filterable,
        /// The program.
        program: String,
    },
    /// Sort the rows of a page's table off the screen's thread.
    Sort {
        /// The page.
        page: u64,
        /// Its table.
        table: Box<TableLook>,
        /// How.
        by: SortBy,
    },
    /// Make a picture of an answer off the screen's thread.
    Paint {
        /// The task.
        id: TaskId,
        /// Its body.
        exchange: Arc<Exchange>,
        /// What for.
        room: Room,
    },
    /// To the file of this name, which replaces another only where that was agreed.
    Save(AnswerBody, String, bool),
    /// The body in the user's pager, or editor.
    Present(Arc<Exchange>, bool),
    /// Read or change saved requests.
    Collections(TaskId, Job),
    /// Take captures from an answer.
    Capture {
        /// The task.
        id: TaskId,
        /// What to take.
        captures: Vec<Capture>,
        /// From this.
        exchange: Arc<Exchange>,
    },
    /// To the clipboard, with the words to tell.
    Copy(String, Clip),
    /// What a file holds to the clipboard, with the words to tell.
    CopyFile(String, PathBuf),
    /// Read what was kept of a set-up.
    BeginSetup,
    /// Do a job of a set-up, after those before it.
    SetupJob(TaskId, Box<SetupJob>),
    /// In the user's browser.
    OpenBrowser(Url),
    /// Start the demo org and read its profiles.
    StartDemo,
    /// Write the template if there is no file, open it in the editor, read it again.
    EditProfiles,
    /// Open a text in the user's editor.
    EditText {
        /// Where it is typed.
        focus: Focus,
        /// What its file is called.
        name: &'static str,
        /// As it is typed.
        text: String,
    },
    /// Open this file in the user's editor.
    EditFile(PathBuf),
    /// The paths that go on as what is typed, seen from this folder or from where the program was started.
    FindPaths {
        /// As typed.
        typed: String,
        /// The folder.
        folder: Option<PathBuf>,
    },
    /// Read `profiles.toml` again.
    ReloadProfiles,
    /// Write this theme down in `settings.toml`.
    KeepTheme(String),
    /// A passphrase for the key of this app.
    GivePassphrase(String, Secret),
    /// Mouse capture on or off.
    CaptureMouse(bool),
    /// As ctrl-z does in a shell.
    Suspend,
    /// Leave.
    Quit,
    /// Make sure this one has a token, since something shown needs it.
    LogIn(TaskId, Box<Profile>),
    /// End this one's session at the org, and forget it.
    LogOut(Box<Profile>),
    /// Find out why this one's login does not work.
    Examine(TaskId, Box<Profile>),
    /// Into the history.
    Keep(TaskId, Box<Record>),
    /// Read a window of the history.
    ReadHistory {
        /// The task.
        id: TaskId,
        /// What is looked for.
        query: Box<PastQuery>,
        /// The number of the first row.
        first: usize,
        /// How many rows.
        count: usize,
    },
    /// Read all that was kept of an exchange.
    OpenPast(TaskId, PastId),
    /// Read the exchange before one that was asked the same: before that number, or where it is not known before that time.
    OpenBefore(TaskId, Box<Request>, Result<PastId, Timestamp>),
    /// Delete one from the history, or all.
    ForgetPast(Option<PastId>),
}

/// What is copied.
#[derive(Debug, Clone)]
pub enum Clip {
    /// A text.
    Text(String),
    /// A secret, after the user said yes.
    Secret(Secret),
}

/// What lies under the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Nothing that can be clicked.
    Nothing,
    /// The name in the first line.
    Who,
    /// A place key.
    Place(Place),
    /// A tab.
    Tab(usize),
    /// What the left pane shows: the saved requests, or the resources.
    LeftTab(bool),
    /// A row of the left pane.
    TreeRow(usize),
    /// The method.
    Method,
    /// The address, at this column of it.
    Address(u16),
    /// A completion.
    CompletionRow(usize),
    /// A part of the request.
    Section(super::rest::Focus),
    /// A view of the answer.
    View(View),
    /// A row of the answer.
    AnswerRow(usize),
    /// A cell of the table.
    Cell(usize, usize),
    /// A row of the identity: column, row.
    IdentityRow(usize, usize),
    /// A row of the variables, the history, a comparison, the doctor, or the switcher.
    ListRow(usize),
    /// Between two panes.
    Border(Border),
    /// The yes of a question.
    Yes,
    /// The no of a question.
    No,
    /// Outside a dialogue.
    Outside,
}

/// A border that can be dragged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Border {
    /// Between the tree and the rest.
    Tree,
    /// Between the request and the answer.
    Request,
}
