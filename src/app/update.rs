//! How the state changes: one event in, effects out. Routes to the pane; knows none of their insides.

use super::ask::{Ask, Flight, Owner};
use super::command::{Command, Scope};
use super::dialog::{self, Dialog};
use super::diff;
use super::doctor;
use super::event::{Effect, Event, TaskId};
use super::key::Key;
use super::state::{Out, Place, Start, State};
use super::unanswered::{failed, is_typing};
use super::{early, help, history, identity, mouse, palette, pictures, rest, saved, setup, switcher, tabs, variables};
use crate::org::doctor::Report;
use crate::org::write_reason;
use crate::profile::Profiles;
use crate::request::{Exchange, Failure, PreparedBody, prepare};
use crate::wire::Phase;
use jiff::Timestamp;
use std::sync::Arc;

/// Takes in what happened and says what to do about it.
pub fn update(state: &mut State, event: Event, now: Timestamp) -> Vec<Effect> {
    state.now = now;
    let mut out = Out { effects: Vec::new(), now };
    if early::keep(state, &event) {
        return out.effects;
    }
    match event {
        Event::Key(key) => pressed(state, key, &mut out),
        Event::Pasted(text) => pasted(state, &text, &mut out),
        Event::Clicked(target) => mouse::clicked(state, target, &mut out),
        Event::Wheeled(target, rows) => mouse::wheeled(state, target, rows, &mut out),
        Event::Dragged(border, column, row) => mouse::dragged(state, border, column, row),
        Event::Resized(columns, rows) => {
            state.size = (columns, rows);
            state.resized = true;
        }
        Event::CellSized(width, height) => state.easel.cell = (width, height),
        Event::Painted(id, result) => pictures::painted(state, id, result),
        Event::ProfilesLoaded(profiles) => {
            profiles_loaded(state, *profiles, &mut out);
            // The demo's are others than those that were there.
            if state.saved.known || saved::waits(state) {
                saved::read(state, &mut out);
            }
        }
        Event::SettingsRead(read) => state.settings_read(*read),
        Event::ReadAgain(file) => state.tell_read_again(file),
        Event::DemoStarting => {
            state.start = Start::Demo;
            saved::leave(state);
        }
        Event::Broke(failure) => broke(state, &failure),
        Event::LoggedIn { who, token, version } => {
            let session = state.sessions.of(&who);
            session.token = Some(token);
            session.failed = None;
            session.version = version.or(session.version.take());
            let person = state.who.clone().filter(|p| p.id() == who);
            match (state.place, person) {
                (Place::Rest, _) => rest::open_tree(state, &mut out),
                // What hangs on the user's id is asked for though the identity itself may fail.
                (Place::Identity, Some(person)) => identity::load_rest(state, &person, false, &mut out),
                _ => {}
            }
        }
        Event::LoggedOut(who, result) => super::session::logged_out(state, &who, result),
        Event::LoginEnded(id, result) => login_ended(state, id, result.err().map(|f| *f)),
        Event::Examined(id, line) => doctor::told(state, id, *line),
        Event::DoctorEnded(id, result) => doctor_ended(state, id, *result),
        Event::Progressed(id, phase) if identity::is_too_long(state, id, phase) => {
            identity::give_up(state, id, &mut out)
        }
        Event::Progressed(id, phase) => {
            if let Some(flight) = state.flights.get_mut(id) {
                flight.phase = phase;
            }
        }
        Event::Previewed(id, document) => {
            if let Some(tab) = state.flights.get(id).map(|flight| flight.ask.tab) {
                tabs::within(state, |rest| rest.tab == tab, |state| rest::previewed(state, id, &document));
            }
        }
        Event::HistoryKept(task, id) => history::kept(state, task, id, &mut out),
        Event::HistoryRead(id, result) => history::arrived(state, id, result, &mut out),
        Event::PastOpened(id, result) => history::opened(state, id, result, &mut out),
        Event::HistoryChanged(result) => history::changed(state, result, &mut out),
        Event::HistoryPlaced { this_run_only, words } => history::told(state, this_run_only, words),
        Event::Answered(id, result) => answered(state, id, *result, &mut out),
        Event::Found(id, found) => {
            tabs::within(state, |rest| rest.pages.searches(id), |state| rest::found(state, id, found, &mut out));
        }
        Event::SpoolRead(id, result) => {
            let waits = |rest: &rest::Rest| rest.pages.any(|page| rest::waits_for(page, id));
            tabs::within(state, waits, |state| rest::spool_read(state, id, result));
        }
        Event::Derived(page, document) => {
            tabs::within(state, |rest| rest.pages.has(page), |state| rest::derived(state, page, document));
        }
        Event::Filtered(id, filtered) => {
            tabs::within(state, |rest| rest.pages.filters(id), |state| rest::filtered(state, id, *filtered, &mut out));
        }
        Event::Sorted { page, by, order } => {
            tabs::within(
                state,
                |rest| rest.pages.has(page),
                |state| {
                    if let Some(table) = state.rest.pages.get_mut(page).and_then(|p| p.look.table.as_mut()) {
                        table.take_order(by, order);
                        state.notice = None;
                    }
                },
            );
        }
        // A question that comes up under somebody's fingers would be answered by what is being typed.
        Event::Exists(path, _) if is_typing(state) => state.tell(format!("Not saved: {path} is there already")),
        Event::Exists(path, body) => dialog::open(state, Dialog::Replace(path, body)),
        Event::Collections(id, done) => saved::done(state, id, *done),
        Event::Captured(id, taken) => rest::captured(state, id, taken),
        Event::FocusGained => {
            if state.place == Place::Rest && (state.saved.shown || state.rest.origin.is_some()) {
                saved::read(state, &mut out);
            }
        }
        Event::Compared(id, compared) => diff::compared(state, id, compared),
        Event::FileEdited(result) => saved::edited(state, result, &mut out),
        Event::TextEdited(focus, text) => rest::edited(state, focus, text),
        Event::PathsFound(typed, found) => rest::paths_found(state, &typed, &found),
        Event::SetupBegun(begun) => setup::begun(state, begun),
        Event::SetupDone(id, outcome) => setup::done(state, id, outcome.map(|outcome| *outcome), &mut out),
        Event::Copied(Ok(what)) => state.tell(format!("Copied {what}")),
        Event::Opened(Ok(what)) => state.tell(what),
        Event::Copied(Err(why)) | Event::Opened(Err(why)) => state.tell(why),
    }
    out.effects
}

fn pressed(state: &mut State, key: Key, out: &mut Out) {
    state.notice = None;
    let scopes = state.scopes();
    match state.keymap.lookup(&scopes, key) {
        Some(command) => run(state, command, out),
        None => typed(state, key, &scopes, out),
    }
}

fn typed(state: &mut State, key: Key, scopes: &[Scope], out: &mut Out) {
    if state.dialog.is_some() {
        dialog::typed(state, key);
    } else if scopes.contains(&Scope::VariableLine) {
        variables::typed(state, key);
    } else if scopes.contains(&Scope::HistoryLine) {
        history::typed(state, key, out);
    } else if state.place == Place::Rest && scopes.iter().any(|s| s.is_editor()) {
        rest::typed(state, key, out);
    } else if state.place == Place::Rest && state.who.is_some() && !state.is_covered() {
        elsewhere(state, key);
    }
}

/// A key that means something in another pane or view says so.
fn elsewhere(state: &mut State, key: Key) {
    const ROOMS: [Scope; 5] = [Scope::AnswerTree, Scope::AnswerTable, Scope::Answer, Scope::Tree, Scope::Saved];
    let found = ROOMS.iter().find_map(|scope| state.keymap.of(*scope).find(|b| b.keys.contains(&key)));
    if let Some(binding) = found {
        let words = format!("{key} works in {}: {}", binding.scope.title(), binding.help);
        state.tell(words);
    }
}

fn pasted(state: &mut State, text: &str, out: &mut Out) {
    state.notice = None;
    let covered = state.is_covered();
    match &mut state.dialog {
        Some(Dialog::Passphrase(unlock)) => unlock.paste(text),
        Some(Dialog::Switcher(_)) => switcher::pasted(state, text),
        Some(Dialog::Save(line, _)) => line.paste(text),
        Some(Dialog::Palette(_)) => palette::pasted(state, text),
        Some(Dialog::Help(open)) => help::pasted(open, text),
        Some(Dialog::Prompt(_)) => saved::prompt_pasted(state, text, out),
        Some(Dialog::Setup(_)) => setup::pasted(state, text),
        Some(_) => {}
        None if covered => {}
        None => match state.place {
            Place::Rest if state.who.is_some() => rest::pasted(state, text, out),
            Place::History if state.who.is_some() => history::pasted(state, text, out),
            Place::Variables => {
                if let Some(line) = &mut state.variables.line {
                    line.paste(text);
                }
            }
            _ => {}
        },
    }
}

/// Carries out a command: the dialogue's, the place's, then the program's own.
pub fn run(state: &mut State, command: Command, out: &mut Out) {
    if state.dialog.is_some() && dialog::command(state, command, out) {
        return;
    }
    if state.who.is_some() && state.dialog.is_none() {
        let taken = match state.place {
            _ if state.doctor_shown().is_some() => doctor::command(state, command, out),
            place if state.diff.shown(place).is_some() => diff::command(state, command, out),
            Place::Identity => identity::command(state, command, out),
            Place::Rest => rest::command(state, command, out),
            Place::History => history::command(state, command, out),
            Place::Variables => variables::command(state, command, out),
        };
        if taken {
            return;
        }
    }
    program(state, command, out);
}

fn program(state: &mut State, command: Command, out: &mut Out) {
    match command {
        Command::Quit => out.push(Effect::Quit),
        Command::Suspend => out.push(Effect::Suspend),
        Command::Help => help::open(state),
        Command::ShowProblems if state.problems.is_empty() => state.tell("Nothing is wrong in the files".to_owned()),
        Command::ShowProblems => dialog::open(state, Dialog::Problems { top: 0 }),
        Command::Doctor => doctor::open(state, out),
        Command::Switch if state.people.is_empty() => state.tell("There is nobody to switch to yet".to_owned()),
        Command::Switch => switcher::open(state),
        Command::Palette => palette::open(state),
        Command::GoIdentity => go(state, Place::Identity, out),
        Command::GoRest => go(state, Place::Rest, out),
        Command::GoHistory => go(state, Place::History, out),
        Command::GoVariables => go(state, Place::Variables, out),
        Command::ToggleMouse => {
            state.mouse = !state.mouse;
            out.push(Effect::CaptureMouse(state.mouse));
            let key = state.keymap.key(Scope::Always, Command::ToggleMouse);
            let words = format!("The mouse selects text; {key} takes it back");
            state.tell(if state.mouse { "The mouse works here".to_owned() } else { words });
        }
        Command::Cancel => match state.flights.foremost(state.rest.tab).map(|(id, _)| id) {
            Some(id) => cancel(state, id, out),
            None => dialog::close(state),
        },
        Command::StartDemo => out.push(Effect::StartDemo),
        Command::SetUp => setup::open(state, out),
        Command::WriteProfile => out.push(Effect::EditProfiles),
        Command::ReloadProfiles => out.push(Effect::ReloadProfiles),
        _ => super::session::command(state, command, out),
    }
}

/// To a room.
pub fn go(state: &mut State, place: Place, out: &mut Out) {
    if state.who.is_none() {
        state.tell("First choose who to be".to_owned());
        return;
    }
    dialog::close(state);
    state.place = place;
    state.arrive(out);
}

fn profiles_loaded(state: &mut State, profiles: Profiles, out: &mut Out) {
    state.people = profiles.all();
    state.profile_problems(profiles.problems.clone());
    state.profiles_file.clone_from(&profiles.file);
    state.global = profiles.variables.iter().map(|(n, v)| (n.clone(), v.clone())).collect();
    let same = state.who_id().and_then(|id| state.person(&id).cloned());
    // Whoever is gone from the file stays who one is: nobody becomes somebody else by a change to a file.
    let gone = state.who.clone().filter(|_| same.is_none());
    if let Some(person) = &gone {
        state.tell(format!("{} is no longer in profiles.toml: you are that one until you switch", person.id()));
    }
    let becoming = state.becoming.take().and_then(|id| state.person(&id).cloned());
    // Whoever is being set up is nobody yet: the file is read while the set-up still writes it.
    let setting_up = matches!(state.dialog, Some(Dialog::Setup(_))) && state.who.is_none();
    match becoming.or(same).or(gone).or_else(|| profiles.start()) {
        Some(_) if setting_up => {}
        Some(person) => {
            state.become_person(person, out);
            for event in std::mem::take(&mut state.early) {
                match event {
                    Event::Key(key) => pressed(state, key, out),
                    Event::Pasted(text) => pasted(state, &text, out),
                    _ => {}
                }
            }
        }
        None => {
            state.start = Start::Welcome;
            state.early.clear();
            if !state.problems.is_empty() && profiles.exists && !setting_up {
                dialog::open(state, Dialog::Problems { top: 0 });
            }
        }
    }
    switcher::people_changed(state);
}

fn broke(state: &mut State, failure: &Failure) {
    if state.who.is_none() {
        state.start = Start::Welcome;
        state.early.clear();
    }
    let said = if failure.detail.is_empty() { String::new() } else { format!(": {}", failure.detail) };
    state.tell(format!("{}{said}", failure.title));
}

/// Stops a task in whatever phase it is. A write that may have been seen is told as such.
pub fn cancel(state: &mut State, id: TaskId, out: &mut Out) {
    let Some(flight) = state.flights.end(id) else { return };
    out.push(Effect::Cancel(id));
    if let Some(tree) = state.trees.get_mut(&flight.ask.profile.id()) {
        tree.stopped(id);
    }
    identity::stopped(state, id);
    let tab = if flight.ask.owner == Owner::Page { flight.ask.tab } else { state.rest.tab };
    tabs::within(state, |rest| rest.tab == tab, |state| rest::stopped(state, id, &flight));
    diff::stopped(state, id);
    doctor::stopped(state, id);
    if sent_write(state, &flight) {
        let failure = Failure::cancelled_write(&flight.ask.request.method, &flight.ask.request.address);
        history::keep_no_answer(state, &flight, &failure, out);
        deliver_failure(state, &flight.ask, failure);
    } else {
        state.tell("Cancelled".to_owned());
    }
}

/// Whether a write was under way: by the guard's own rule, for a GET may act and a POST may only ask.
fn sent_write(state: &State, flight: &Flight) -> bool {
    let sent =
        matches!(flight.phase, Phase::Sending { .. } | Phase::Waiting | Phase::Receiving { .. } | Phase::Indexing);
    sent && (flight.ask.permit.is_some() || writes(state, &flight.ask))
}

fn writes(state: &State, ask: &Ask) -> bool {
    let plain = !["GET", "HEAD"].iter().any(|m| ask.request.method.eq_ignore_ascii_case(m));
    let Ok(prepared) = prepare(&ask.request, &state.all_variables(), &state.base()) else { return plain };
    let headers: Vec<(&str, &str)> = prepared.headers.iter().map(|(n, v)| (n.as_str(), v.shown.as_str())).collect();
    let body = match &prepared.body {
        PreparedBody::Empty => Some(Vec::new()),
        PreparedBody::Text(text) => Some(text.shown.clone().into_bytes()),
        PreparedBody::File(_) | PreparedBody::Parts(_) => None,
    };
    write_reason(&prepared.method, &prepared.url, &headers, body.as_deref()).is_some()
}

fn login_ended(state: &mut State, id: TaskId, failure: Option<Failure>) {
    if let (Some(flight), Some(failure)) = (state.flights.end(id), failure) {
        failed(state, flight.ask, failure);
    }
}

fn doctor_ended(state: &mut State, id: TaskId, result: Result<Report, Failure>) {
    let Some(flight) = state.flights.end(id) else { return };
    match result {
        Ok(report) => doctor::ended(state, id, report),
        Err(failure) => failed(state, flight.ask, failure),
    }
}

fn answered(state: &mut State, id: TaskId, result: Result<Exchange, Failure>, out: &mut Out) {
    // One that is no longer waited for was cancelled: its answer belongs nowhere.
    let Some(flight) = state.flights.end(id) else { return };
    match result {
        Ok(exchange) => {
            state.sessions.learn(&exchange);
            let exchange = Arc::new(exchange);
            // What opens a photo without a token is no more written down than a token.
            if !matches!(flight.ask.owner, Owner::Login(_)) && !flight.ask.owner.is_quiet() {
                history::keep(state, &flight.ask, &exchange, out);
            }
            deliver(state, id, &flight.ask, exchange, out);
        }
        Err(failure) => {
            history::keep_no_answer(state, &flight, &failure, out);
            failed(state, flight.ask, failure);
        }
    }
}

fn deliver(state: &mut State, id: TaskId, ask: &Ask, exchange: Arc<Exchange>, out: &mut Out) {
    match &ask.owner {
        Owner::Page => tabs::deliver(state, ask.tab, |state| rest::answered(state, id, ask, exchange, out)),
        Owner::Compare => diff::answered(state, id, ask, exchange, out),
        Owner::Identity(who, part) => identity::answered(state, who, *part, &exchange, out),
        Owner::Tree(who, address) => rest::tree_answered(state, who, address, &exchange, out),
        Owner::MoreRows(page) => {
            tabs::within(
                state,
                |rest| rest.pages.has(*page),
                |state| {
                    rest::show_table_rows(state, *page, &exchange);
                    rest::sort_elsewhere(state, *page, out);
                },
            );
        }
        Owner::Login(_) | Owner::Doctor(_) => {}
    }
}

/// Tells the part that waited that there will be no answer.
pub fn deliver_failure(state: &mut State, ask: &Ask, failure: Failure) {
    match &ask.owner {
        Owner::Page => tabs::deliver(state, ask.tab, |state| rest::failed(state, ask, failure)),
        Owner::Compare => diff::failed(state, failure),
        Owner::Identity(who, part) => identity::failed(state, who, *part, failure),
        Owner::Tree(who, address) => rest::tree_failed(state, who, address, failure),
        Owner::Doctor(_) => doctor::failed(state, &failure),
        Owner::MoreRows(_) | Owner::Login(_) => state.tell(failure.title),
    }
}
