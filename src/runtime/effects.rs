//! Runs effects as tasks and tells what came of them. Each task can be stopped by its number.

mod asking;
mod setting_up;

use super::client::{broken, client, note_org};
use super::history::Historian;
use super::outside::{self, Stage};
use super::terminal::Screen;
use super::watch::Watch;
use super::{
    Options, browser, captures, clipboard, collections, doctor, filter, find, pictures, present, save, spool, starting,
};
use crate::app::ask::{Ask, Owner};
use crate::app::diff::Compared;
use crate::app::event::{Clip, TaskId};
use crate::app::filter::Filterable;
use crate::app::identity::Part;
use crate::app::{Effect, Event, State};
use crate::auth::Token;
use crate::org::Org;
use crate::profile::{Profile, ProfileId, Settings, write_template};
use crate::request::{Exchange, Failure};
use crate::store::filters::keep_filter;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::{AbortHandle, JoinHandle};

/// Progress of a body is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(80);

/// A task that can be stopped.
enum Running {
    /// At its next wait.
    Task(AbortHandle),
    /// When it looks at the flag.
    Flag(Arc<AtomicBool>),
    /// At once: it is a process.
    Filter(Arc<filter::Run>),
}

/// Runs effects.
pub(super) struct Effects {
    options: Options,
    settings: Settings,
    /// Where profiles and saved requests lie: the demo's own folder once that is there, and until then nowhere.
    config: Arc<Mutex<Option<PathBuf>>>,
    watch: Watch,
    told: Shared,
    history: Historian,
    running: HashMap<TaskId, Running>,
    /// The files of the last job of a set-up: the next ones wait for them, and so does the end.
    setup: Option<JoinHandle<()>>,
}

/// What tasks need.
#[derive(Clone)]
struct Shared {
    events: UnboundedSender<Event>,
    /// Made when it is first needed: reading the roots of trust takes longer than a frame.
    org: Arc<OnceCell<Org>>,
    /// Where tokens are kept.
    state: Option<PathBuf>,
    tokens: Arc<Mutex<Told>>,
}

/// The last token that was told, for each person, and whether the version was told with it.
type Told = HashMap<ProfileId, (Arc<Token>, bool)>;

impl Effects {
    /// Nothing runs yet.
    pub(super) fn new(options: Options, settings: Settings, watch: Watch, events: UnboundedSender<Event>) -> Self {
        let history = Historian::new(options.history.clone(), settings.history, events.clone());
        let told = Shared { events, org: Arc::default(), state: options.state.clone(), tokens: Arc::default() };
        let config = Arc::new(Mutex::new(Some(options.config.clone())));
        Self { config, options, settings, watch, told, history, running: HashMap::new(), setup: None }
    }

    /// Starts an effect. Those that need the terminal itself are the loop's.
    pub(super) fn run(&mut self, effect: Effect, state: &State, screen: &mut Screen) {
        self.running.retain(|_, task| match task {
            Running::Task(handle) => !handle.is_finished(),
            // Whoever works holds the other end.
            Running::Flag(flag) => Arc::strong_count(flag) > 1,
            Running::Filter(run) => Arc::strong_count(run) > 1,
        });
        match effect {
            Effect::Send(id, ask) => self.send(id, *ask),
            Effect::LogIn(id, profile) => self.log_in(id, *profile),
            Effect::LogOut(profile) => self.log_out(*profile),
            Effect::Examine(id, profile) => self.examine(id, *profile, state.profiles_file.clone()),
            Effect::Cancel(id) => self.cancel(id),
            Effect::Find { id, haystack, needle, from, direction } => {
                self.elsewhere(id, move |stop| {
                    find::search(&haystack, &needle, from, direction, stop).map(|found| Event::Found(id, found))
                });
            }
            Effect::Paint { id, exchange, room } => {
                self.elsewhere(id, move |stop| {
                    pictures::paint(id, &exchange, room, stop).map(|painted| Event::Painted(id, painted))
                });
            }
            Effect::Compare { id, left, right, ignore_volatile } => {
                self.elsewhere(id, move |stop| {
                    let compared = Compared::of(&left, &right, ignore_volatile, stop)?;
                    Some(Event::Compared(id, Arc::new(compared)))
                });
            }
            Effect::Filter { id, over, program } => self.filter(id, over, program),
            Effect::ReadSpool { id, spool, from } => {
                self.elsewhere(id, move |_| Some(Event::SpoolRead(id, spool::window(&spool, from))));
            }
            Effect::KeepFilter(filter) => self.keep_filter(filter),
            Effect::Derive { page, text, form } => {
                let events = self.told.events.clone();
                tokio::task::spawn_blocking(move || {
                    let _ = events.send(Event::Derived(page, form.document(&text).map(Arc::new)));
                });
            }
            Effect::Sort { page, table, by } => {
                let events = self.told.events.clone();
                tokio::task::spawn_blocking(move || {
                    let order = table.order_by(by);
                    let _ = events.send(Event::Sorted { page, by, order });
                });
            }
            Effect::Save(body, path, replace) => {
                let events = self.told.events.clone();
                tokio::task::spawn_blocking(move || _ = events.send(save::saved(body, path, replace)));
            }
            Effect::Collections(id, job) => {
                collections::start(self.config(), self.watch.clone(), self.told.events.clone(), id, job);
            }
            Effect::Capture { id, captures, exchange } => {
                captures::start(self.told.events.clone(), id, captures, exchange);
            }
            Effect::Copy(what, clip) => self.copy(what, clip, screen),
            Effect::CopyFile(what, path) => self.copy_file(what, path, screen),
            Effect::BeginSetup => self.begin_setup(),
            Effect::SetupJob(id, job) => self.setup_job(id, *job),
            Effect::OpenBrowser(url) => self.tell(Event::Opened(browser::open(&url))),
            Effect::StartDemo => self.start_demo(),
            Effect::ReloadProfiles => self.reload(),
            Effect::KeepTheme(name) => {
                let (watch, events) = (self.watch.clone(), self.told.events.clone());
                tokio::task::spawn_blocking(move || {
                    watch.keep_theme(&name).into_iter().for_each(|event| _ = events.send(event));
                });
            }
            Effect::GivePassphrase(app, secret) => self.give_passphrase(app, secret),
            Effect::Keep(..) | Effect::OpenPast(..) | Effect::OpenBefore(..) | Effect::ForgetPast(_) => {
                self.history.run(effect)
            }
            Effect::ReadHistory { id, query, first, count } => {
                let stop = Arc::new(AtomicBool::new(false));
                self.running.insert(id, Running::Flag(Arc::clone(&stop)));
                self.history.read(id, query, first..first + count, stop);
            }
            Effect::FindPaths { typed, folder } => super::typed::find(typed, folder, &self.told.events),
            Effect::Quit
            | Effect::Suspend
            | Effect::CaptureMouse(_)
            | Effect::EditText { .. }
            | Effect::EditProfiles
            | Effect::EditFile(_)
            | Effect::Present(..) => {}
        }
        let _ = state;
    }

    fn config(&self) -> Option<PathBuf> {
        self.config.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells of files that were changed outside: now, or if they were not looked at just now.
    pub(super) fn look_at_files(&mut self, now: bool) {
        self.watch.look(now, &self.told.events);
    }

    pub(super) fn tell(&self, event: Event) {
        // The loop is gone only when the program ends.
        let _ = self.told.events.send(event);
    }

    /// Work that would hold the screen; it looks at the flag, and tells nothing once that is set.
    fn elsewhere(&mut self, id: TaskId, work: impl FnOnce(&AtomicBool) -> Option<Event> + Send + 'static) {
        let stop = Arc::new(AtomicBool::new(false));
        self.running.insert(id, Running::Flag(Arc::clone(&stop)));
        let events = self.told.events.clone();
        tokio::task::spawn_blocking(move || work(&stop).map(|event| events.send(event)));
    }

    fn cancel(&mut self, id: TaskId) {
        match self.running.remove(&id) {
            Some(Running::Task(handle)) => handle.abort(),
            Some(Running::Flag(flag)) => flag.store(true, Ordering::Relaxed),
            Some(Running::Filter(run)) => run.stop(),
            None => {}
        }
    }

    /// Opens an answer in the user's pager or editor.
    pub(super) fn present(&self, mut stage: Stage<'_>, exchange: &Exchange, in_editor: bool) {
        if let Err(why) = present::present(&mut stage, exchange, in_editor) {
            self.tell(Event::Opened(Err(why)));
        }
    }

    fn filter(&mut self, id: TaskId, over: Filterable, program: String) {
        let events = self.told.events.clone();
        let told = move |filtered| _ = events.send(Event::Filtered(id, Box::new(filtered)));
        self.running.insert(id, Running::Filter(filter::start(over, program, told)));
    }

    fn send(&mut self, id: TaskId, ask: Ask) {
        let (told, settings) = (self.told.clone(), self.settings.clone());
        let task = tokio::spawn(async move {
            let result = match told.org(&settings).await {
                Ok(org) => {
                    let profile = ask.profile.clone();
                    let about_org = matches!(ask.owner, Owner::Identity(_, Part::Org));
                    let result = org.ask(told.org_ask(id, ask)).await;
                    if let (true, Ok(exchange)) = (about_org, &result) {
                        note_org(org, &profile, exchange);
                    }
                    told.tell_token(org, &profile);
                    let _ = told.events.send(Event::Answered(id, Box::new(result)));
                    // The answer does not wait for what else is good to know.
                    let _ = told.tell_version(org, &profile).await;
                    return;
                }
                Err(failure) => Err(failure),
            };
            let _ = told.events.send(Event::Answered(id, Box::new(result)));
        });
        self.running.insert(id, Running::Task(task.abort_handle()));
    }

    fn log_in(&mut self, id: TaskId, profile: Profile) {
        let (told, settings) = (self.told.clone(), self.settings.clone());
        let task = tokio::spawn(async move {
            let result = match told.org(&settings).await {
                Ok(org) => {
                    let result = org.log_in(&profile).await;
                    told.tell_token(org, &profile);
                    match result {
                        Ok(_) => told.tell_version(org, &profile).await,
                        Err(failure) => Err(failure),
                    }
                }
                Err(failure) => Err(failure),
            };
            let _ = told.events.send(Event::LoginEnded(id, result.map_err(Box::new)));
        });
        self.running.insert(id, Running::Task(task.abort_handle()));
    }

    fn log_out(&self, profile: Profile) {
        let (told, settings) = (self.told.clone(), self.settings.clone());
        told.tokens.lock().unwrap_or_else(PoisonError::into_inner).remove(&profile.id());
        tokio::spawn(async move {
            let done = match told.org(&settings).await {
                Ok(org) => org.log_out(&profile).await,
                Err(failure) => Err(failure),
            };
            let _ = told.events.send(Event::LoggedOut(profile.id(), done.map_err(Box::new)));
        });
    }

    fn examine(&mut self, id: TaskId, profile: Profile, file: PathBuf) {
        let (told, settings) = (self.told.clone(), self.settings.clone());
        let task = tokio::spawn(async move {
            let result = match told.org(&settings).await {
                Ok(org) => doctor::examine(org, &settings, &file, profile, id, &told.events).await,
                Err(failure) => Err(failure),
            };
            let _ = told.events.send(Event::DoctorEnded(id, Box::new(result)));
        });
        self.running.insert(id, Running::Task(task.abort_handle()));
    }

    fn give_passphrase(&self, app: String, secret: crate::secret::Secret) {
        // The key was read before, so the client is there.
        if let Some(org) = self.told.org.get() {
            org.sessions().give_passphrase(&app, secret);
        }
    }

    /// The program ends: what is to be kept is.
    pub(super) fn finish(&mut self) {
        self.history.finish();
    }

    fn keep_filter(&self, filter: String) {
        let (Some(file), events) = (self.options.filters.clone(), self.told.events.clone()) else { return };
        tokio::task::spawn_blocking(move || {
            if let Err(error) = keep_filter(&file, &filter) {
                let words = format!("The filter cannot be kept in {}: {error}", file.display());
                let _ = events.send(Event::Opened(Err(words)));
            }
        });
    }

    fn start_demo(&mut self) {
        self.history.leave_the_disk();
        self.options.filters = None;
        let events = self.told.events.clone();
        let start = Arc::clone(&self.options.demo);
        let wanted = self.options.profile.clone();
        let (watch, place) = (self.watch.clone(), Arc::clone(&self.config));
        watch.demo();
        *place.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let _ = events.send(Event::DemoStarting);
        let lies = move |config: &Path| {
            watch.demo_lies(config);
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(config.to_owned());
        };
        tokio::spawn(starting::demo(start, wanted, lies, events));
    }

    fn copy(&self, what: String, clip: Clip, screen: &mut Screen) {
        let text = match &clip {
            Clip::Text(text) => text.as_str(),
            Clip::Secret(secret) => secret.expose(),
        };
        let by_terminal = clipboard::by_terminal(screen, text);
        let events = self.told.events.clone();
        // A program that does not read what it is given must not hold the screen.
        tokio::task::spawn_blocking(move || {
            let _ = events.send(Event::Copied(clipboard::by_program(&clip, &what, by_terminal)));
        });
    }

    /// What a file holds to the clipboard. It is small: a certificate.
    fn copy_file(&self, what: String, path: PathBuf, screen: &mut Screen) {
        match std::fs::read_to_string(&path) {
            Ok(text) => self.copy(what, Clip::Text(text), screen),
            Err(error) => self.tell(Event::Copied(Err(format!("Not copied: {}: {error}", path.display())))),
        }
    }

    fn reload(&self) {
        self.watch.read_again().into_iter().for_each(|event| self.tell(event));
    }

    /// Writes the template where there is no file, and opens it in the user's editor.
    pub(super) fn edit_profiles(&mut self, mut stage: Stage<'_>) {
        let Some(config) = self.config() else { return };
        let watch = self.watch.clone();
        let held = watch.hold();
        let file = match write_template(&config) {
            Ok(file) => file,
            Err(error) => {
                let title = format!("No profile could be written in {}", config.display());
                self.tell(Event::Broke(Box::new(Failure { title, detail: error.to_string(), ..Failure::default() })));
                return;
            }
        };
        let editor = outside::editor();
        let opened = stage.open(&editor, &file);
        drop(held);
        match opened {
            Ok(()) => self.reload(),
            Err(error) => {
                let title = format!("{editor} could not be started");
                self.tell(Event::Broke(Box::new(Failure { title, detail: error.to_string(), ..Failure::default() })));
            }
        }
    }
}

/// Processes are not left behind.
impl Drop for Effects {
    fn drop(&mut self) {
        for task in self.running.values() {
            if let Running::Filter(run) = task {
                run.stop();
            }
        }
    }
}

impl Shared {
    async fn org(&self, settings: &Settings) -> Result<&Org, Failure> {
        self.org
            .get_or_try_init(|| async {
                let (settings, state) = (settings.clone(), self.state.clone());
                let made = tokio::task::spawn_blocking(move || client(&settings, state)).await;
                made.unwrap_or_else(|error| Err(broken(&error.to_string())))
            })
            .await
    }

    /// Tells the token that somebody has now, if it is not the one that was told.
    fn tell_token(&self, org: &Org, profile: &Profile) {
        let who = profile.id();
        let Some(token) = org.sessions().peek(&who) else { return };
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if tokens.get(&who).is_some_and(|(told, _)| Arc::ptr_eq(told, &token)) {
            return;
        }
        tokens.insert(who.clone(), (Arc::clone(&token), false));
        let _ = self.events.send(Event::LoggedIn { who, token, version: None });
    }

    /// Tells the version that somebody's org speaks, once for each token. One that could not be had is asked for again
    /// the next time.
    async fn tell_version(&self, org: &Org, profile: &Profile) -> Result<(), Failure> {
        let who = profile.id();
        let known = self.tokens.lock().unwrap_or_else(PoisonError::into_inner).get(&who).cloned();
        let Some((token, false)) = known else { return Ok(()) };
        let version = Some(org.version(profile).await?);
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((told, done)) = tokens.get_mut(&who)
            && Arc::ptr_eq(told, &token)
        {
            *done = true;
        }
        let _ = self.events.send(Event::LoggedIn { who, token, version });
        Ok(())
    }
}
