//! The doctor's screen: why somebody's login does not work, step by step, as the lines come in.
//!
//! ```text
//!  f8 ──▶ Running ── a line ──▶ … ── the report ──▶ Done ── r ──▶ Running
//!            │                                        y copies it, S saves it
//!            └── esc, a passphrase that nobody gave ──▶ Stopped
//! ```
//! The examination is made elsewhere (`Effect::Examine`); this file asks for it and shows what came of it.

use super::ask::Owner;
use super::command::{Command, Scope};
use super::dialog::{self, Dialog};
use super::diff::Stage as Compared;
use super::edit::Line as Typed;
use super::event::{Clip, Effect, TaskId};
use super::state::{Out, Place, State, walk};
use crate::org::doctor::{Check, Line, Report};
use crate::profile::Profile;
use crate::request::{AnswerBody, Failure, FailureKind, Request};

/// How far an examination is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// It goes on.
    Running(TaskId),
    /// It ended.
    Done(Box<Report>),
    /// It ended before its end, and why.
    Stopped(String),
}

/// Somebody's examination.
#[derive(Debug, Clone)]
pub struct Pane {
    /// The room it was opened in and is shown in.
    pub place: Place,
    /// Who is examined.
    pub person: Profile,
    /// How far it is.
    pub stage: Stage,
    /// What was found so far.
    pub lines: Vec<Line>,
    /// The line under the cursor.
    pub row: usize,
    /// The lines that are shown with all that is known.
    pub open: Vec<Check>,
    /// Whether the cursor was moved: it then stays where it is when something fails.
    moved: bool,
}

impl Pane {
    /// The line under the cursor.
    pub fn chosen(&self) -> Option<&Line> {
        self.lines.get(self.row)
    }

    /// What is looked at now.
    pub fn under_way(&self) -> Option<Check> {
        let running = matches!(self.stage, Stage::Running(_));
        Check::ALL.get(self.lines.len()).copied().filter(|_| running)
    }
}

impl State {
    /// The doctor's pane, where it is shown in the room one is in.
    pub fn doctor_shown(&self) -> Option<&Pane> {
        self.doctor.as_ref().filter(|pane| pane.place == self.place && self.who.is_some())
    }

    /// Whether something is shown in the place of the room: its own keys and clicks mean nothing then.
    pub fn is_covered(&self) -> bool {
        self.doctor_shown().is_some() || self.diff.shown(self.place).is_some()
    }

    /// What to press where a login failed.
    pub fn doctor_hint(&self) -> String {
        format!("{} opens the doctor: it looks at every step", self.keymap.key(Scope::Always, Command::Doctor))
    }
}

/// Opens it for whoever could not log in: who one is, or whose answer a comparison waited for.
pub fn open(state: &mut State, out: &mut Out) {
    let compared = state.diff.shown(state.place).filter(|pane| matches!(pane.stage, Compared::Failed(_)));
    let compared = compared.and_then(|pane| pane.asked.clone());
    let Some(person) = compared.or_else(|| state.who.clone()) else {
        return state.tell("First choose who to be".to_owned());
    };
    dialog::close(state);
    close(state, out);
    let stage = Stage::Stopped(String::new());
    let place = state.place;
    state.doctor = Some(Pane { place, person, stage, lines: Vec::new(), row: 0, open: Vec::new(), moved: false });
    begin(state, out);
}

/// Examines, from the beginning.
fn begin(state: &mut State, out: &mut Out) {
    let Some(person) = state.doctor.as_ref().map(|pane| pane.person.clone()) else { return };
    // Whoever was changed in the file meanwhile is examined as he is now.
    let person = state.person(&person.id()).cloned().unwrap_or(person);
    state.send(&person, Request::get(""), Owner::Doctor(person.id()), out);
}

/// It has begun.
pub fn running(state: &mut State, id: TaskId) {
    if let Some(pane) = &mut state.doctor {
        pane.stage = Stage::Running(id);
        pane.lines.clear();
        pane.open.clear();
        (pane.row, pane.moved) = (0, false);
    }
}

fn by_task(state: &mut State, id: TaskId) -> Option<&mut Pane> {
    state.doctor.as_mut().filter(|pane| pane.stage == Stage::Running(id))
}

/// A line is known.
pub fn told(state: &mut State, id: TaskId, line: Line) {
    use crate::org::doctor::Standing::Failed;
    let Some(pane) = by_task(state, id) else { return };
    let first = line.standing == Failed && pane.lines.iter().all(|before| before.standing != Failed);
    if first && !pane.moved {
        pane.row = pane.lines.len();
    }
    pane.lines.push(line);
}

/// It ended.
pub fn ended(state: &mut State, id: TaskId, report: Report) {
    if let Some(pane) = by_task(state, id) {
        pane.lines.clone_from(&report.lines);
        pane.stage = Stage::Done(Box::new(report));
    }
}

/// It was cancelled.
pub fn stopped(state: &mut State, id: TaskId) {
    if let Some(pane) = by_task(state, id) {
        pane.stage = Stage::Stopped("cancelled".to_owned());
    }
}

/// It could not go on.
pub fn failed(state: &mut State, failure: &Failure) {
    let words = match failure.kind {
        FailureKind::Passphrase { .. } | FailureKind::Login => format!("{}, and nobody gave it", failure.title),
        _ => failure.title.clone(),
    };
    if let Some(pane) = &mut state.doctor {
        pane.stage = Stage::Stopped(words);
    }
}

/// A command on the pane; whether it was one. Only called while it is shown.
pub fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    let height = usize::from(state.measures.list);
    let Some(pane) = state.doctor.as_mut() else { return false };
    let mut top = 0;
    if walk(command, &mut pane.row, &mut top, pane.lines.len(), height / 2) {
        pane.moved = true;
        return true;
    }
    match command {
        Command::Cancel => close(state, out),
        Command::Refresh => again(state, out),
        Command::Open => turn(pane),
        Command::CopyBody => {
            if let Some(report) = finished(state) {
                out.push(Effect::Copy("the report".to_owned(), Clip::Text(report)));
            }
        }
        Command::CopyRow => match pane.chosen() {
            Some(line) => out.push(Effect::Copy("the line".to_owned(), Clip::Text(line.text()))),
            None => state.tell("There is no line yet".to_owned()),
        },
        Command::SaveBody => {
            let name = format!("orgdeck-doctor-{}.txt", plain(&pane.person.app.name));
            if let Some(report) = finished(state) {
                let body = AnswerBody::Text(report.into());
                dialog::open(state, Dialog::Save(Box::new(Typed::new(name)), body));
            }
        }
        _ => return false,
    }
    true
}

/// What a file may be called.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).take(60).collect()
}

fn again(state: &mut State, out: &mut Out) {
    if matches!(state.doctor, Some(Pane { stage: Stage::Running(_), .. })) {
        return state.tell("It is still going on".to_owned());
    }
    begin(state, out);
}

fn turn(pane: &mut Pane) {
    let Some(check) = pane.chosen().map(|line| line.check) else { return };
    match pane.open.iter().position(|open| *open == check) {
        Some(at) => _ = pane.open.remove(at),
        None => pane.open.push(check),
    }
}

fn finished(state: &mut State) -> Option<String> {
    match state.doctor.as_ref().map(|pane| &pane.stage) {
        Some(Stage::Done(report)) => Some(report.text()),
        _ => {
            state.tell("There is no report yet: it has not ended".to_owned());
            None
        }
    }
}

/// Takes it away, and stops what runs for it.
fn close(state: &mut State, out: &mut Out) {
    if let Some(Pane { stage: Stage::Running(id), .. }) = state.doctor.take() {
        super::update::cancel(state, id, out);
    }
}

/// A click on a line; on the one under the cursor it opens.
pub fn clicked(state: &mut State, row: usize) {
    let Some(pane) = state.doctor.as_mut() else { return };
    if pane.row == row {
        return turn(pane);
    }
    pane.row = row.min(pane.lines.len().saturating_sub(1));
    pane.moved = true;
}
