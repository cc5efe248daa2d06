//! What stands over the screen until it is answered: questions, a passphrase, help, the switcher.

use super::ask::{Ask, Owner};
use super::command::{Command, Scope};
use super::edit::Line;
use super::event::{Clip, Effect};
use super::key::{Code, Key};
use super::saved::Prompt;
use super::state::{Out, State};
use super::switcher::Switcher;
use crate::request::{AnswerBody, Failure, Permit};
use crate::secret::Secret;
use jiff::{SignedDuration, Timestamp};
use url::Url;

/// A key that comes sooner after a write's question was meant for what stood there before.
const READ_FIRST: SignedDuration = SignedDuration::from_millis(400);

/// A dialogue. At most one is open.
#[derive(Debug, Clone)]
pub enum Dialog {
    /// The keys of the place under it.
    Help(Box<super::help::Help>),
    /// What is wrong in the files.
    Problems {
        /// The first row shown.
        top: usize,
    },
    /// What something told, to be read.
    Told {
        /// In the frame.
        title: String,
        /// Line by line.
        lines: Vec<String>,
        /// The first row shown.
        top: usize,
    },
    /// A line that is asked for.
    Prompt(Box<Prompt>),
    /// Who to be.
    Switcher(Box<Switcher>),
    /// Every command by name.
    Palette(Box<super::palette::Palette>),
    /// A write that asks first, and since when: what was typed for something else does not answer it.
    Write(Box<Permit>, Box<Ask>, Timestamp),
    /// A link that opens in the browser.
    Browser(Url),
    /// A secret that would go to the clipboard.
    CopySecret(String, Secret),
    /// All of the history would be deleted.
    ClearHistory,
    /// Where this is to be saved.
    Save(Box<Line>, AnswerBody),
    /// A file that would be replaced by it.
    Replace(String, AnswerBody),
    /// What to copy.
    CopyMenu,
    /// An app being set up.
    Setup(Box<super::setup::Wizard>),
    /// The passphrase of an app's key.
    Passphrase(Box<Unlock>),
}

/// A passphrase being typed.
#[derive(Debug, Clone)]
pub struct Unlock {
    /// The app whose key it opens.
    pub app: String,
    /// What is known of the key.
    pub title: String,
    /// Whether one was tried and did not open it.
    pub wrong: bool,
    /// What is typed; a new `Secret` for each key, the old one wiped.
    pub typed: Secret,
    /// What waits for it.
    pub waiting: Vec<Ask>,
}

impl Unlock {
    /// A pasted passphrase, without the line end that often comes with it.
    pub fn paste(&mut self, text: &str) {
        let joined = zeroize::Zeroizing::new(format!("{}{}", self.typed.expose(), text.trim_end_matches(['\r', '\n'])));
        self.typed = Secret::new(joined.as_str());
    }
}

/// A key that edits a secret: a new `Secret` each time, the old one wiped.
pub fn typed_secret(secret: &mut Secret, key: Key) {
    let mut text = zeroize::Zeroizing::new(secret.expose().to_owned());
    match (key.code, key.typed()) {
        (_, Some(c)) => text.push(c),
        (Code::Backspace, _) => {
            text.pop();
        }
        (Code::Char('u'), _) if key.ctrl => text.clear(),
        _ => return,
    }
    *secret = Secret::new(text.as_str());
}

/// Puts a dialogue over the screen. What another one asked is answered with no first, so that nothing waits for it.
pub fn open(state: &mut State, dialog: Dialog) {
    close(state);
    state.dialog = Some(dialog);
}

/// Takes the dialogue away; what it asked is answered with no.
pub fn close(state: &mut State) {
    state.themes.tried = None;
    match &state.dialog {
        Some(Dialog::Passphrase(_)) => drop_passphrase(state),
        _ => declined(state),
    }
}

/// A key that no binding took, while a dialogue is open.
pub fn typed(state: &mut State, key: Key) {
    match &mut state.dialog {
        Some(Dialog::Passphrase(unlock)) => typed_secret(&mut unlock.typed, key),
        Some(Dialog::Switcher(_)) => super::switcher::typed(state, key),
        Some(Dialog::Save(line, _)) => {
            line.input(key);
        }
        Some(Dialog::Palette(_)) => super::palette::typed(state, key),
        Some(Dialog::Help(help)) => super::help::typed(help, key),
        Some(Dialog::Prompt(_)) => super::saved::prompt_typed(state, key),
        Some(Dialog::Setup(_)) => super::setup::typed(state, key),
        _ => {}
    }
}

/// A command, while a dialogue is open. Whether it was the dialogue's.
pub fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    let page = usize::from(state.measures.dialog.max(2)) - 1;
    match &mut state.dialog {
        None => return false,
        Some(Dialog::Help(_)) => return super::help::command(state, command),
        Some(Dialog::Problems { top } | Dialog::Told { top, .. }) => match command {
            Command::Up => *top = top.saturating_sub(1),
            Command::Down => *top += 1,
            Command::PageUp => *top = top.saturating_sub(page),
            Command::PageDown => *top += page,
            Command::Cancel => state.dialog = None,
            _ => return false,
        },
        Some(Dialog::Switcher(_)) => return super::switcher::command(state, command, out),
        Some(Dialog::Palette(_)) => return super::palette::command(state, command, out),
        Some(Dialog::Prompt(_)) => return super::saved::prompt_command(state, command, out),
        Some(Dialog::Setup(_)) => return super::setup::command(state, command, out),
        Some(Dialog::Passphrase(_)) => match command {
            Command::Submit => submit_passphrase(state, out),
            Command::Cancel => drop_passphrase(state),
            _ => return false,
        },
        Some(Dialog::Save(line, body)) => match command {
            Command::Submit => {
                out.push(Effect::Save(body.clone(), line.text().to_owned(), false));
                state.dialog = None;
            }
            Command::Cancel => state.dialog = None,
            _ => return false,
        },
        Some(Dialog::CopyMenu) => {
            state.dialog = None;
            // What is no copy (to leave, to switch) means what it always means.
            return command == Command::Cancel || super::rest::command(state, command, out);
        }
        Some(
            Dialog::Write(..)
            | Dialog::Browser(_)
            | Dialog::CopySecret(..)
            | Dialog::ClearHistory
            | Dialog::Replace(..),
        ) => match command {
            Command::Confirm => confirmed(state, out),
            Command::Decline => declined(state),
            _ => return false,
        },
    }
    true
}

fn confirmed(state: &mut State, out: &mut Out) {
    match state.dialog.take() {
        Some(Dialog::Write(permit, ask, since)) if out.now.duration_since(since) < READ_FIRST => {
            state.dialog = Some(Dialog::Write(permit, ask, since));
            let yes = state.keymap.key(Scope::Question, Command::Confirm);
            state.tell(format!("Read it first: {yes} counts from now on"));
        }
        Some(Dialog::Write(permit, mut ask, _)) => {
            ask.permit = Some(*permit);
            state.dispatch(*ask, out);
        }
        Some(Dialog::Browser(url)) => out.push(Effect::OpenBrowser(url)),
        Some(Dialog::ClearHistory) => out.push(Effect::ForgetPast(None)),
        Some(Dialog::Replace(path, body)) => out.push(Effect::Save(body, path, true)),
        Some(Dialog::CopySecret(what, secret)) => out.push(Effect::Copy(what, Clip::Secret(secret))),
        other => state.dialog = other,
    }
}

fn declined(state: &mut State) {
    match state.dialog.take() {
        Some(Dialog::Write(permit, ask, _)) => {
            let title = format!("Not sent: {} {}", permit.method, permit.url);
            state.tell(title.clone());
            if ask.owner == Owner::Compare {
                super::diff::failed(state, Failure { title, ..Failure::default() });
            }
        }
        Some(Dialog::Replace(path, _)) => state.tell(format!("Not saved: {path} stays as it is")),
        _ => {}
    }
}

fn submit_passphrase(state: &mut State, out: &mut Out) {
    if let Some(Dialog::Passphrase(unlock)) = state.dialog.take() {
        out.push(Effect::GivePassphrase(unlock.app, unlock.typed));
        for ask in unlock.waiting {
            state.dispatch(ask, out);
        }
    }
}

fn drop_passphrase(state: &mut State) {
    if let Some(Dialog::Passphrase(unlock)) = state.dialog.take() {
        let key = state.keymap.key(Scope::Rest, Command::Send);
        let failure = Failure {
            title: unlock.title,
            hint: vec![format!("press {key} to be asked for the passphrase again")],
            kind: crate::request::FailureKind::Login,
            ..Failure::default()
        };
        for ask in unlock.waiting {
            super::update::deliver_failure(state, &ask, failure.clone());
        }
    }
}
