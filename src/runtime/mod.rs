//! Owns the terminal and the tasks: events in, effects out, a drawing when the queue is empty.
//!
//! ```text
//!  terminal ─┐
//!  signals  ─┼─▶ queue ─▶ app::update ─▶ effects ─▶ tasks ─┐
//!     ▲      │               │ State                        │
//!     │      └───────────────┼──────────────────────────────┘
//!     └────── view::draw ◀───┘  once, when nothing is waiting
//! ```
//!
//! It decides nothing: what to do stands in `app`, how it looks in `view`.

mod browser;
pub mod captures;
mod client;
mod clipboard;
pub mod collections;
mod doctor;
mod effects;
pub mod filter;
mod find;
mod history;
pub mod import;
mod input;
mod looks;
mod outside;
mod pictures;
mod present;
mod save;
pub mod setup;
mod signals;
mod spool;
mod starting;
mod tabs;
mod terminal;
mod typed;
mod watch;

use crate::app::page::Pages;
use crate::app::state::Zone;
use crate::app::{self, Effect, Event, State};
use crate::profile::load;
use crate::store::filters::read_filters;
use crate::view;
use effects::Effects;
use looks::{Looks, Shown};
use outside::Stage;
pub use save::save_text;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use terminal::Screen;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use watch::Watch;

/// Starts a demo org that lives as long as the program, and gives the folder of its profiles.
pub type DemoStarter = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<PathBuf, String>> + Send>> + Send + Sync>;

/// What the screen is started with.
#[derive(Clone)]
pub struct Options {
    /// The folder of `profiles.toml` and `settings.toml`.
    pub config: PathBuf,
    /// The file of the history; none: it goes with the program.
    pub history: Option<PathBuf>,
    /// The file of what is typed and not sent; none: it goes with the program.
    pub tabs: Option<PathBuf>,
    /// The file of filters that were used; none: they go with the program.
    pub filters: Option<PathBuf>,
    /// Where tokens are kept of those who want it; none: nowhere.
    pub state: Option<PathBuf>,
    /// The profile to start with, as typed on the command line.
    pub profile: Option<String>,
    /// How a demo org is started.
    pub demo: DemoStarter,
    /// Whether it is started at once.
    pub demo_at_start: bool,
    /// Panics after the first frame: shows that the terminal is given back.
    pub panic: bool,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// As the user wished.
    Quit,
    /// By a signal, with its number.
    Signal(u8),
}

/// Runs the screen until it ends. The terminal is as it was before, however it ends.
///
/// # Errors
/// Where there is no terminal, or it cannot be read or written.
pub fn run(options: Options) -> io::Result<Ended> {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    // Listened to before the terminal is taken: a signal must not find it taken and nobody to give it back.
    let signals = tokio.block_on(async { signals::Signals::new() })?;
    let mut screen = Screen::enter()?;
    let size = screen.size()?;
    let environment = |name: &str| std::env::var(name).ok();
    let looks = Looks::of(environment);
    let (watch, settings, read) = Watch::begin(&options.config, options.demo_at_start);
    let mut state = State::new(size);
    state.mouse = settings.screen.mouse;
    state.easel = pictures::easel(looks, environment);
    state.chance = RandomState::new().hash_one(std::process::id());
    state.zone = Zone(jiff::tz::TimeZone::system());
    state.rest.pages = Pages::with_budget(usize::try_from(settings.answers.keep_mib << 20).unwrap_or(usize::MAX));
    let mut keeper = tabs::Keeper::new(options.tabs.clone(), &mut state);
    state.rest.filters = options.filters.as_deref().map(read_filters).unwrap_or_default();
    let now = jiff::Timestamp::now();
    let mut first = app::update(&mut state, Event::SettingsRead(Box::new(read)), now);
    if options.demo_at_start {
        app::update(&mut state, Event::DemoStarting, now);
        first.push(Effect::StartDemo);
    } else {
        let mut profiles = load(&options.config);
        if let Some(wanted) = &options.profile {
            match profiles.pick(wanted) {
                Ok(profile) => profiles.default = Some(profile.id()),
                Err(error) => state.tell(error.to_string()),
            }
        }
        first.extend(app::update(&mut state, Event::ProfilesLoaded(Box::new(profiles)), now));
    }
    let mut shown = Shown::new(looks, &state.themes);
    state.measure(view::measures(&state, size));
    screen.draw(|frame| view::draw(&state, shown.theme(&state.themes), frame))?;
    if state.mouse {
        screen.capture_mouse(true)?;
    }
    let (sender, events) = unbounded_channel();
    let (panic, told) = (options.panic, sender.clone());
    let mut effects = Effects::new(options, settings, watch, sender);
    let started = Started { panic, signals, first, shown, events, told };
    let ended = tokio.block_on(turn(&mut screen, &mut state, &mut keeper, &mut effects, started));
    crate::store::undo::forget(state.saved.undos.iter());
    // Look-ups and blocking work are not waited for; what is to be kept is, once the terminal is given back.
    screen.leave();
    tokio.block_on(effects.settle());
    tokio.shutdown_background();
    keeper.finish(&state);
    effects.finish();
    match ended {
        // The terminal went away while it was drawn on: that is how a hang-up looks from here.
        Err(error) if gone(&error) => Ok(Ended::Signal(1)),
        ended => ended,
    }
}

fn gone(error: &io::Error) -> bool {
    /// `EIO`, the same number wherever there are terminals.
    const INPUT_OUTPUT: i32 = 5;
    error.kind() == io::ErrorKind::BrokenPipe || (cfg!(unix) && error.raw_os_error() == Some(INPUT_OUTPUT))
}

/// What the loop begins with.
struct Started {
    panic: bool,
    signals: signals::Signals,
    first: Vec<Effect>,
    shown: Shown,
    events: UnboundedReceiver<Event>,
    told: UnboundedSender<Event>,
}

/// The loop: takes what happened, all of it, then draws once.
async fn turn(
    screen: &mut Screen,
    state: &mut State,
    keeper: &mut tabs::Keeper,
    effects: &mut Effects,
    started: Started,
) -> io::Result<Ended> {
    let Started { panic, mut signals, first, mut shown, mut events, told } = started;
    let mut input = input::Input::new();
    let mut wanted = first;
    loop {
        for effect in wanted.drain(..) {
            match effect {
                Effect::Quit => return Ok(Ended::Quit),
                Effect::Suspend => suspend(screen, &mut input, state)?,
                Effect::StartDemo => {
                    keeper.leave_the_disk();
                    effects.run(Effect::StartDemo, state, screen);
                }
                Effect::CaptureMouse(on) => screen.capture_mouse(on)?,
                Effect::EditProfiles => {
                    let stage = Stage { screen, input: &mut input, signals: &mut signals, mouse: state.mouse };
                    effects.edit_profiles(stage);
                }
                Effect::EditFile(file) => {
                    let mut stage = Stage { screen, input: &mut input, signals: &mut signals, mouse: state.mouse };
                    effects.tell(Event::FileEdited(typed::edit_file(&mut stage, &file)));
                }
                Effect::EditText { focus, name, text } => {
                    let stage = Stage { screen, input: &mut input, signals: &mut signals, mouse: state.mouse };
                    effects.tell(Event::TextEdited(focus, typed::edit(stage, name, &text)));
                }
                Effect::Present(exchange, in_editor) => {
                    let stage = Stage { screen, input: &mut input, signals: &mut signals, mouse: state.mouse };
                    effects.present(stage, &exchange, in_editor);
                }
                effect => effects.run(effect, state, screen),
            }
        }
        state.measure(view::measures(state, state.size));
        if std::mem::take(&mut state.resized) {
            screen.forget()?;
        }
        let theme = shown.theme(&state.themes);
        screen.draw(|frame| view::draw(state, theme, frame))?;
        screen.hang(&view::hangings(state, state.size), theme.base)?;
        if panic {
            fall_over();
        }
        let event = tokio::select! {
            signal = signals.next() => match signal {
                signals::Signal::End(number) => return Ok(Ended::Signal(number)),
                signals::Signal::Stop => {
                    suspend(screen, &mut input, state)?;
                    continue;
                }
                signals::Signal::Continue => {
                    screen.resume(state.mouse)?;
                    continue;
                }
            },
            event = input.next(state) => match event {
                Some(event) => event,
                None => return Ok(Ended::Signal(1)),
            },
            Some(event) = events.recv() => event,
            () = keeper.quiet() => {
                keeper.write_behind(state, &told);
                continue;
            }
        };
        keeper.touch();
        step(state, event, effects, &mut wanted);
        drain(state, &mut input, &mut events, effects, &mut wanted).await;
    }
}

#[expect(clippy::panic, reason = "shows that the terminal is given back; a hidden argument asks for it")]
fn fall_over() {
    panic!("asked for on the command line");
}

fn step(state: &mut State, event: Event, effects: &mut Effects, wanted: &mut Vec<Effect>) {
    // Whether it comes alone or in a burst: who comes back to the terminal finds the files as they are now.
    if matches!(event, Event::Key(_) | Event::FocusGained) {
        effects.look_at_files(matches!(event, Event::FocusGained));
    }
    let now = jiff::Timestamp::now();
    if matches!(event, Event::Resized(..)) {
        let (width, height) = terminal::cell();
        wanted.extend(app::update(state, Event::CellSized(width, height), now));
    }
    wanted.extend(app::update(state, event, now));
    // Pages and clicks depend on where things are now, and so does what a picture is made for.
    state.measure(view::measures(state, state.size));
    wanted.extend(app::paint(state));
}

/// Everything that waits already, so that a burst is drawn once.
async fn drain(
    state: &mut State,
    input: &mut input::Input,
    events: &mut UnboundedReceiver<Event>,
    effects: &mut Effects,
    wanted: &mut Vec<Effect>,
) {
    const MOST: usize = 512;
    for _ in 0..MOST {
        if let Ok(event) = events.try_recv() {
            step(state, event, effects, wanted);
            continue;
        }
        // Quit and the like are not overtaken by keys typed after them.
        if !wanted.is_empty() {
            return;
        }
        match input.ready(state).await {
            Some(event) => step(state, event, effects, wanted),
            None => return,
        }
    }
}

fn suspend(screen: &mut Screen, input: &mut input::Input, state: &State) -> io::Result<()> {
    input.pause();
    screen.suspend(state.mouse)?;
    input.resume();
    Ok(())
}
