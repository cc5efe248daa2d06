//! The guided set-up on the screen: what is typed and chosen over the machine's questions, its jobs as effects.
//!
//! What was answered is kept by each job; so closing it at any time loses nothing but what is being typed. It must not know
//! the order of the questions.

use super::command::{Command, Scope};
use super::dialog::{self, Dialog, typed_secret};
use super::edit::Line;
use super::event::{Effect, TaskId};
use super::key::Key;
use super::state::{Out, State};
use crate::profile::ProfileId;
use crate::secret::Secret;
use crate::setup::{Job, Outcome, Page, Setup, Step, Work, page_to_open};

/// A set-up, being answered.
#[derive(Debug, Clone)]
pub struct Wizard {
    /// `None` while what was kept is being read.
    pub setup: Option<Setup>,
    /// What is typed.
    pub line: Line,
    /// The same where it is shown nowhere.
    pub secret: Secret,
    /// The chosen offer.
    pub chosen: Option<usize>,
    /// The first line of the words that is shown.
    pub top: usize,
    /// The job under way.
    pub task: Option<TaskId>,
    /// What was asked for once, and is done when it is asked for again.
    once: Option<Command>,
}

impl Wizard {
    /// Before anything is known.
    pub fn new() -> Self {
        Self {
            setup: None,
            line: Line::default(),
            secret: Secret::new(""),
            chosen: None,
            top: 0,
            task: None,
            once: None,
        }
    }

    /// What is asked now.
    pub fn page(&self) -> Option<Page> {
        self.setup.as_ref().map(Setup::page)
    }

    /// Whether anything can be typed at this page; the others are answered by an offer.
    pub fn takes_text(page: &Page) -> bool {
        !page.hint.is_empty()
    }

    /// Makes ready for the question that is asked now.
    fn turn(&mut self) {
        self.top = 0;
        self.once = None;
        self.secret = Secret::new("");
        let Some(page) = self.page() else { return };
        self.line = Line::new(page.typed.clone());
        self.chosen = (page.typed.is_empty() && !page.offers.is_empty()).then_some(0);
    }

    /// What enter means.
    fn answer(&self, page: &Page) -> String {
        if page.step.is_secret() {
            return self.secret.expose().to_owned();
        }
        let chosen = self.chosen.and_then(|at| page.offers.get(at));
        chosen.map_or_else(|| self.line.text().to_owned(), |offer| offer.answer.to_owned())
    }
}

impl Default for Wizard {
    fn default() -> Self {
        Self::new()
    }
}

/// Opens it; what was kept is read meanwhile.
pub fn open(state: &mut State, out: &mut Out) {
    dialog::open(state, Dialog::Setup(Box::default()));
    out.push(Effect::BeginSetup);
}

/// What was kept was read.
pub fn begun(state: &mut State, begun: Result<(Box<Setup>, Option<String>), String>) {
    let Some(Dialog::Setup(wizard)) = &mut state.dialog else { return };
    match begun {
        Ok((setup, told)) => {
            let typed = (wizard.line.text().to_owned(), wizard.setup.is_none());
            wizard.setup = Some(*setup);
            wizard.turn();
            // Keys that were typed before it was there belong to it.
            if let (text, true) = typed
                && !text.is_empty()
            {
                wizard.line = Line::new(text);
                wizard.chosen = None;
            }
            if let Some(told) = told {
                state.tell(told);
            }
        }
        Err(why) => {
            state.dialog = None;
            state.tell(why);
        }
    }
}

/// A job has ended.
pub fn done(state: &mut State, id: TaskId, outcome: Result<Outcome, String>, out: &mut Out) {
    let Some(Dialog::Setup(wizard)) = &mut state.dialog else { return };
    // One that was stopped, or is another set-up's.
    if wizard.task != Some(id) {
        if let Err(why) = outcome {
            state.tell(why);
        }
        return;
    }
    wizard.task = None;
    let Some(setup) = &mut wizard.setup else { return };
    let before = setup.step();
    match outcome {
        Ok(outcome) => {
            let next = setup.done(outcome);
            if setup.step() != before || setup.wrong().is_none() {
                wizard.turn();
            }
            if let Some(job) = next {
                start(state, job, out);
            }
        }
        Err(why) => {
            setup.stopped();
            state.tell(why);
        }
    }
}

/// Starts a job. One that only keeps is not waited for: the next question is asked at once.
fn start(state: &mut State, job: Job, out: &mut Out) {
    let id = state.flights.number();
    if let Some(Dialog::Setup(wizard)) = &mut state.dialog
        && !matches!(job.work, Work::Nothing | Work::Forget)
    {
        wizard.task = Some(id);
    }
    if job.keep.is_some() || !matches!(job.work, Work::Nothing) {
        out.push(Effect::SetupJob(id, Box::new(job)));
    }
}

/// A key that no binding took.
pub fn typed(state: &mut State, key: Key) {
    let Some(Dialog::Setup(wizard)) = &mut state.dialog else { return };
    let page = wizard.page();
    match &page {
        Some(page) if page.step.is_secret() => typed_secret(&mut wizard.secret, key),
        Some(page) if !Wizard::takes_text(page) => {}
        _ => {
            if wizard.line.input(key) {
                wizard.chosen = None;
            }
        }
    }
}

/// Pasted text.
pub fn pasted(state: &mut State, text: &str) {
    let Some(Dialog::Setup(wizard)) = &mut state.dialog else { return };
    let page = wizard.page();
    match &page {
        Some(page) if page.step.is_secret() => {
            let text = text.trim_end_matches(['\r', '\n']);
            let joined = zeroize::Zeroizing::new(format!("{}{text}", wizard.secret.expose()));
            wizard.secret = Secret::new(joined.as_str());
        }
        Some(page) if !Wizard::takes_text(page) => {}
        _ => {
            wizard.line.paste(text);
            wizard.chosen = None;
        }
    }
}

/// A command, while it is open; whether it was one of its own.
pub fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    let height = usize::from(state.measures.dialog);
    let last = state.measures.dialog_lines.saturating_sub(height);
    let Some(Dialog::Setup(wizard)) = &mut state.dialog else { return false };
    let again = wizard.once.take() == Some(command);
    let offers = wizard.page().map_or(0, |page| page.offers.len());
    match command {
        Command::Submit => submit(state, out),
        Command::Up => wizard.chosen = wizard.chosen.map_or(offers.checked_sub(1), |at| Some(at.saturating_sub(1))),
        Command::Down => {
            let next = wizard.chosen.map_or(0, |at| at + 1).min(offers.saturating_sub(1));
            wizard.chosen = (offers > 0).then_some(next);
        }
        Command::PageUp => wizard.top = wizard.top.min(last).saturating_sub(height.max(2) - 1),
        Command::PageDown => wizard.top = (wizard.top + height.max(2) - 1).min(last),
        Command::PreviousPane => {
            if let Some(setup) = &mut wizard.setup {
                setup.back();
                wizard.turn();
            }
        }
        Command::CopyCertificate => copy_certificate(state, out),
        Command::OpenSetupPage => {
            let page = wizard.setup.as_ref().and_then(|setup| page_to_open(setup.answers()));
            match page {
                Some(url) if again => out.push(Effect::OpenBrowser(url)),
                Some(url) => ask_again(state, command, &format!("opens {url} in the browser")),
                None => {}
            }
        }
        Command::GiveUp if again => give_up(state, out),
        Command::GiveUp => {
            ask_again(state, command, "forgets this set-up; its key and profile, if there are any, stay")
        }
        Command::Cancel => cancel(state, out),
        _ => return false,
    }
    true
}

fn ask_again(state: &mut State, command: Command, does: &str) {
    if let Some(Dialog::Setup(wizard)) = &mut state.dialog {
        wizard.once = Some(command);
    }
    let key = state.keymap.key(Scope::Setup, command);
    state.tell(format!("{key} again {does}"));
}

fn submit(state: &mut State, out: &mut Out) {
    let Some(Dialog::Setup(wizard)) = &mut state.dialog else { return };
    let Some(page) = wizard.page() else { return };
    if page.step == Step::Done {
        return finish(state, out);
    }
    let answer = zeroize::Zeroizing::new(wizard.answer(&page));
    let Some(setup) = wizard.setup.as_mut().filter(|setup| !setup.is_busy()) else { return };
    let before = setup.step();
    match setup.answer(&answer) {
        Ok(job) => {
            if !setup.is_busy() {
                wizard.turn();
            }
            start(state, job, out);
        }
        // Typed anew where the step is another one: the passphrase that differed.
        Err(_) if setup.step() != before => wizard.turn(),
        Err(_) => {}
    }
}

/// All is done: one becomes the first who can log in.
fn finish(state: &mut State, out: &mut Out) {
    let Some(Dialog::Setup(wizard)) = &state.dialog else { return };
    let Some(setup) = &wizard.setup else { return };
    let app = setup.answers().name.clone().unwrap_or_default();
    let first = setup.tested().iter().find(|one| one.result.is_ok());
    state.becoming = first.map(|one| ProfileId { app, username: one.username.clone() });
    state.dialog = None;
    out.push(Effect::ReloadProfiles);
}

/// A test is stopped; else it closes, and goes on another time.
fn cancel(state: &mut State, out: &mut Out) {
    let Some(Dialog::Setup(wizard)) = &mut state.dialog else { return };
    if let (Some(id), Some(setup)) = (wizard.task, &mut wizard.setup)
        && setup.step() == Step::Test
    {
        wizard.task = None;
        setup.stopped();
        out.push(Effect::Cancel(id));
        return state.tell("Stopped: test again when you like".to_owned());
    }
    let setup = wizard.setup.as_ref();
    let (begun, done) =
        (setup.is_some_and(|s| s.answers().login_url.is_some()), setup.is_some_and(|s| s.step() == Step::Done));
    if setup.is_some_and(|setup| !setup.answers().written.is_empty()) {
        out.push(Effect::ReloadProfiles);
    }
    state.dialog = None;
    if begun && !done {
        let key = state.keymap.key(Scope::Always, Command::SetUp);
        state.tell(format!("The set-up waits: {key} goes on with it"));
    }
}

fn give_up(state: &mut State, out: &mut Out) {
    let Some(Dialog::Setup(wizard)) = &state.dialog else { return };
    let written = wizard.setup.as_ref().is_some_and(|setup| !setup.answers().written.is_empty());
    out.extend(wizard.task.map(Effect::Cancel));
    state.dialog = None;
    start(state, Job { keep: None, work: Work::Forget }, out);
    if written {
        out.push(Effect::ReloadProfiles);
    }
    state.tell("The set-up is forgotten".to_owned());
}

fn copy_certificate(state: &mut State, out: &mut Out) {
    let Some(Dialog::Setup(wizard)) = &state.dialog else { return };
    match wizard.setup.as_ref().and_then(|setup| setup.answers().certificate.clone()) {
        Some(path) => out.push(Effect::CopyFile("the certificate".to_owned(), path)),
        None => state.tell("There is no certificate to copy".to_owned()),
    }
}

/// Whether a set-up is where this helps: between the key and the test.
pub fn in_salesforce(state: &State, command: Command) -> bool {
    let Some(Dialog::Setup(wizard)) = &state.dialog else { return false };
    let Some(setup) = &wizard.setup else { return false };
    let there = matches!(setup.step(), Step::Salesforce | Step::ConsumerKey);
    there && (command == Command::OpenSetupPage || setup.answers().certificate.is_some())
}

/// Whether there are answers to choose from.
pub fn offers(state: &State) -> bool {
    let Some(Dialog::Setup(wizard)) = &state.dialog else { return false };
    wizard.page().is_some_and(|page| !page.offers.is_empty())
}
