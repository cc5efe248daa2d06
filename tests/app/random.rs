//! Two hundred thousand random events against `update`, answered at random later times, drawn now and then.
//!
//! Every run is the same: the seeds are fixed. A failure names its seed and step; `events` tells what led there.

mod checks;
mod exams;
mod texts;

use super::saved;
use super::setup;
use super::support::{
    self, Bench, accounts, asks_first, canned, compared, exchange, failure, json, profiles, search, token,
};
use checks::{can_be_had_back, consistent, draw, texts};
use orgdeck::app::ask::Ask;
use orgdeck::app::diff::Compared;
use orgdeck::app::event::{Border, Found, Haystack, TaskId};
use orgdeck::app::filter::Filterable;
use orgdeck::app::key::{Code, Key};
use orgdeck::app::keymap::BINDINGS;
use orgdeck::app::pictures::{Means, Room};
use orgdeck::app::saved::Job;
use orgdeck::app::{Effect, Event};
use orgdeck::json::Document;
use orgdeck::profile::Profiles;
use orgdeck::request::{AnswerBody, Exchange, Failure, FailureKind, Taken};
use orgdeck::view::{self, Theme};
use orgdeck::wire::Phase;
use std::collections::HashMap;
use std::sync::Arc;
use texts::{PASTES, PICTURES, TEXTS, TYPED};

/// Events of each seed.
const EVENTS: usize = 25_000;

/// Numbers that look random: splitmix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.roll() % n.max(1) as u64).unwrap()
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// A screen with a world that answers late, or wrong.
struct World {
    bench: Bench,
    dice: Dice,
    /// Logins on their way.
    logins: Vec<(TaskId, orgdeck::profile::ProfileId)>,
    /// Examinations on their way, and how many lines were told.
    exams: Vec<(TaskId, orgdeck::profile::ProfileId, usize)>,
    /// Searches on their way.
    finds: Vec<(TaskId, Haystack, String, Option<u64>, orgdeck::json::Direction)>,
    /// Jobs on saved requests on their way.
    jobs: Vec<(TaskId, Job)>,
    /// Captures on their way.
    captures: Vec<TaskId>,
    /// Comparisons on their way.
    compares: Vec<(TaskId, Compared)>,
    /// Filters on their way.
    filters: Vec<(TaskId, Arc<Document>, String)>,
    /// Pictures on their way.
    paints: Vec<(TaskId, Room)>,
    /// Answers of which the beginning was told.
    begun: HashMap<TaskId, (String, usize)>,
    /// What the history was asked.
    pasts: Vec<Effect>,
    /// Everything that was ever cancelled; it may still answer.
    cancelled: Vec<TaskId>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut bench = Bench::new();
        bench.late = true;
        let means = [Means::Facts, Means::Blocks { rich: false }, Means::Kitty, Means::Sixel];
        bench.state.easel.offered = *Dice(seed).of(&means);
        let mut world = Self {
            bench,
            dice: Dice(seed),
            logins: Vec::new(),
            exams: Vec::new(),
            finds: Vec::new(),
            filters: Vec::new(),
            jobs: Vec::new(),
            captures: Vec::new(),
            compares: Vec::new(),
            paints: Vec::new(),
            begun: HashMap::new(),
            pasts: Vec::new(),
            cancelled: Vec::new(),
        };
        world.take_effects();
        world
    }

    fn tell(&mut self, event: Event) {
        self.bench.now += jiff::SignedDuration::from_millis(150);
        self.bench.event(event);
        self.take_effects();
    }

    /// Notes what was wanted; what an effect would tell at once is told later, as all else.
    fn take_effects(&mut self) {
        for effect in std::mem::take(&mut self.bench.wanted) {
            match effect {
                Effect::Cancel(id) => {
                    self.logins.retain(|(n, _)| *n != id);
                    self.exams.retain(|(n, ..)| *n != id);
                    self.finds.retain(|(n, ..)| *n != id);
                    self.filters.retain(|(n, ..)| *n != id);
                    self.compares.retain(|(n, _)| *n != id);
                    self.paints.retain(|(n, _)| *n != id);
                    self.begun.remove(&id);
                    self.cancelled.push(id);
                }
                Effect::Filter { id, over: Filterable::Document(document), program } => {
                    self.filters.push((id, document, program));
                }
                Effect::Collections(id, job) => self.jobs.push((id, job)),
                Effect::Paint { id, room, .. } => self.paints.push((id, room)),
                Effect::Capture { id, .. } => self.captures.push(id),
                Effect::LogIn(id, profile) => self.logins.push((id, profile.id())),
                Effect::Examine(id, profile) => self.exams.push((id, profile.id(), 0)),
                Effect::Find { id, haystack, needle, from, direction } => {
                    self.finds.push((id, haystack, needle, from, direction))
                }
                Effect::Compare { id, left, right, ignore_volatile } => {
                    self.compares.push((id, compared(&left, &right, ignore_volatile)))
                }
                effect => self.pasts.push(effect),
            }
        }
    }

    fn key(&mut self) -> Key {
        const EDITING: [Code; 9] = [
            Code::Backspace,
            Code::Delete,
            Code::Left,
            Code::Right,
            Code::Home,
            Code::End,
            Code::Enter,
            Code::Esc,
            Code::Tab,
        ];
        match self.dice.below(10) {
            0..6 => {
                let binding = self.dice.of(&BINDINGS);
                *self.dice.of(&binding.keys)
            }
            6 | 7 => Key::char(*self.dice.of(TYPED)),
            8 => Key::of(*self.dice.of(&EDITING)),
            _ => {
                let mut key = Key::of(*self.dice.of(&EDITING));
                let letter = Key::ctrl(*self.dice.of(&['u', 'k', 'w', 'y', '_', 'a', 'e', 'd', 'h', 'x', 'r']));
                key.ctrl = self.dice.below(2) == 0;
                key.alt = self.dice.below(3) == 0;
                if self.dice.below(2) == 0 { letter } else { key }
            }
        }
    }

    fn mouse(&mut self) -> Event {
        let size = self.bench.state.size;
        let column = u16::try_from(self.dice.below(usize::from(size.0))).unwrap();
        let row = u16::try_from(self.dice.below(usize::from(size.1))).unwrap();
        let target = view::hit(&self.bench.state, size, column, row);
        match self.dice.below(8) {
            0 => Event::Wheeled(target, 3),
            1 => Event::Wheeled(target, -3),
            2 => Event::Dragged(*self.dice.of(&[Border::Tree, Border::Request]), column, row),
            _ => Event::Clicked(target),
        }
    }

    fn size(&mut self) -> (u16, u16) {
        match self.dice.below(8) {
            0 => (1, 1),
            1 => (20, 5),
            2 => (40, 10),
            3 if self.dice.below(4) == 0 => (300, 100),
            4 => (0, 0),
            _ => (u16::try_from(20 + self.dice.below(120)).unwrap(), u16::try_from(5 + self.dice.below(45)).unwrap()),
        }
    }

    fn step(&mut self) -> String {
        let event = match self.dice.below(100) {
            0..55 => Event::Key(self.key()),
            55..59 => Event::Pasted((*self.dice.of(PASTES)).to_owned()),
            59..70 => self.mouse(),
            70..72 => {
                let (columns, rows) = self.size();
                Event::Resized(columns, rows)
            }
            72..74 => self.rarely(),
            _ => return self.answer_something(),
        };
        let told = format!("{event:?}");
        self.tell(event);
        told
    }

    fn rarely(&mut self) -> Event {
        let late = self.cancelled.last().copied().unwrap_or(999_999);
        match self.dice.below(12) {
            9 => super::palette::settings(&["answer search f3", "browse help "], "dusk"),
            10 => Event::ReadAgain("settings.toml"),
            11 => Event::FocusGained,
            0 => Event::ProfilesLoaded(Box::new(profiles())),
            1 => Event::ProfilesLoaded(Box::new(Profiles {
                apps: profiles().apps.into_iter().rev().take(1).collect(),
                ..profiles()
            })),
            2 => Event::Broke(Box::new(failure("The editor could not be started", FailureKind::Usage))),
            3 => Event::Copied(Ok("the value".to_owned())),
            4 => Event::Opened(Err("Not opened".to_owned())),
            5 => Event::Answered(late, Box::new(Ok(json(&self.bench.who(), 200, support::LINKS)))),
            6 => Event::Previewed(late, Arc::new(Document::partial(b"{\"a\":".to_vec()))),
            7 => Event::Found(late, Found { at: Some(7), total: 1, ordinal: 1 }),
            _ => Event::LoginEnded(late, Ok(())),
        }
    }

    fn answer_something(&mut self) -> String {
        if !self.filters.is_empty() && self.dice.below(3) == 0 {
            let at = self.dice.below(self.filters.len());
            let (id, document, program) = self.filters.remove(at);
            self.tell(Event::Filtered(id, Box::new(support::filtered(&document, &program))));
            return format!("filtered {id} {program}");
        }
        if !self.finds.is_empty() && self.dice.below(3) == 0 {
            let at = self.dice.below(self.finds.len());
            let (id, haystack, needle, from, direction) = self.finds.remove(at);
            self.tell(Event::Found(id, search(&haystack, &needle, from, direction)));
            return format!("found {id}");
        }
        if !self.paints.is_empty() && self.dice.below(3) == 0 {
            let at = self.dice.below(self.paints.len());
            let (id, room) = self.paints.remove(at);
            let fails = self.dice.below(5) == 0;
            let painted = super::pictures::canvas(id, room);
            self.tell(Event::Painted(id, if fails { Err("it is broken".to_owned()) } else { Ok(painted) }));
            return format!("painted {id} for {room:?}");
        }
        if !self.pasts.is_empty() && self.dice.below(2) == 0 {
            let at = self.dice.below(self.pasts.len());
            let effect = self.pasts.remove(at);
            let good = self.dice.below(3) > 0;
            let event = setup::answer(&effect, good).or_else(|| self.bench.past.answer(&effect));
            let Some(event) = event else { return String::new() };
            self.tell(event);
            return format!("past {effect:?}");
        }
        if !self.jobs.is_empty() && self.dice.below(2) == 0 {
            let at = self.dice.below(self.jobs.len());
            let (id, job) = self.jobs.remove(at);
            let told = format!("job {id} {job:?}");
            let fails = self.dice.below(4) == 0;
            self.tell(Event::Collections(id, Box::new(saved::answer(&job, fails))));
            return told;
        }
        if !self.captures.is_empty() && self.dice.below(2) == 0 {
            let at = self.dice.below(self.captures.len());
            let id = self.captures.remove(at);
            let set = vec![("id".to_owned(), "x".into()), ("apiKey".to_owned(), "y\u{1b}[2J".into())];
            self.tell(Event::Captured(id, Taken { set, missed: vec!["z is not set: .z is null".to_owned()] }));
            return format!("captured {id}");
        }
        if !self.compares.is_empty() && self.dice.below(3) == 0 {
            let at = self.dice.below(self.compares.len());
            let (id, compared) = self.compares.remove(at);
            self.tell(Event::Compared(id, Arc::new(compared)));
            return format!("compared {id}");
        }
        if !self.exams.is_empty() && self.dice.below(3) == 0 {
            return self.examine();
        }
        if !self.logins.is_empty() && self.dice.below(3) == 0 {
            let at = self.dice.below(self.logins.len());
            let (id, who) = self.logins.remove(at);
            let good = self.dice.below(4) > 0;
            if good {
                self.tell(Event::LoggedIn { token: token(&who), who, version: Some("67.0".to_owned()) });
            }
            let result = if good { Ok(()) } else { Err(Box::new(self.failure(None))) };
            let told = format!("login {id} ended: {result:?}");
            self.tell(Event::LoginEnded(id, result));
            return told;
        }
        if self.bench.sent.is_empty() {
            return String::new();
        }
        let at = self.dice.below(self.bench.sent.len());
        let (id, ask) = self.bench.sent[at].clone();
        self.answer(id, &ask)
    }

    fn answer(&mut self, id: TaskId, ask: &Ask) -> String {
        match self.dice.below(8) {
            0 => {
                let phase = *self.dice.of(&[
                    Phase::LoggingIn,
                    Phase::Sending { sent: 10, total: Some(20) },
                    Phase::Waiting,
                    Phase::Receiving { received: 70_000, total: None },
                ]);
                self.tell(Event::Progressed(id, phase));
                format!("progressed {id} {phase:?}")
            }
            1 => {
                let (text, before) = self.begun.entry(id).or_insert_with(|| (accounts(0, 40, 40, None), 0)).clone();
                let most = before + 1 + self.dice.below(text.len() - before);
                self.begun.insert(id, (text.clone(), most.min(text.len() - 1)));
                self.tell(Event::Previewed(id, Arc::new(Document::partial(text.as_bytes()[..most].to_vec()))));
                format!("previewed {id} {most} bytes")
            }
            2 => {
                let failure = self.failure(Some(ask));
                let told = format!("failed {id} {:?}", failure.kind);
                self.begun.remove(&id);
                self.bench.sent.retain(|(n, _)| *n != id);
                self.tell(Event::Answered(id, Box::new(Err(failure))));
                told
            }
            _ => {
                let who = ask.profile.id();
                if self.bench.state.sessions.get(&who).is_none_or(|s| s.token.is_none()) {
                    let version = (self.dice.below(5) > 0).then(|| "67.0".to_owned());
                    self.tell(Event::LoggedIn { token: token(&who), who, version });
                }
                let told = self.exchange(id, ask);
                let status = told.status;
                self.bench.sent.retain(|(n, _)| *n != id);
                self.tell(Event::Answered(id, Box::new(Ok(told))));
                format!("answered {id} {} with {status}", ask.request.address)
            }
        }
    }

    fn failure(&mut self, ask: Option<&Ask>) -> Failure {
        let kind = self.dice.below(6);
        match (kind, ask) {
            (0, Some(ask)) => asks_first(ask),
            (0 | 1, _) => failure("the private key is encrypted", FailureKind::Passphrase { wrong: false }),
            (2, _) => failure("the passphrase does not open the key", FailureKind::Passphrase { wrong: true }),
            (3, _) => failure("no connection", FailureKind::Network),
            (4, _) => failure("Not sent: read-only", FailureKind::Refused),
            _ => failure("refused", FailureKind::Login),
        }
    }

    fn exchange(&mut self, id: TaskId, ask: &Ask) -> Exchange {
        let who = ask.profile.id();
        if let Some((text, _)) = self.begun.remove(&id) {
            return json(&who, 200, &text);
        }
        match self.dice.below(12) {
            0..6 => json(&who, 200, canned(&ask.request.address)),
            6 => json(&who, 200, &accounts(self.dice.below(100), 60, 300, Some("/services/data/v67.0/query/01g-60"))),
            7 => exchange(
                &who,
                503,
                "text/html",
                AnswerBody::Text("<html><title>Down</title>We are down for maintenance</html>".into()),
            ),
            8 => exchange(&who, 204, "", AnswerBody::Empty),
            9 => exchange(&who, 200, "image/png", AnswerBody::Binary(self.dice.of::<&[u8]>(PICTURES).to_vec().into())),
            10 => json(&who, 400, self.dice.of::<&str>(TEXTS)),
            _ => json(&who, 200, self.dice.of::<&str>(TEXTS)),
        }
    }
}

fn run(seed: u64) {
    let themes = [Theme::terminal(), Theme::dark(), Theme::light(), Theme::plain()];
    let mut world = World::new(seed);
    let mut events: Vec<String> = Vec::new();
    for step in 0..EVENTS {
        let before = texts(&world.bench.state);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            // A record that waits for the names of the objects is opened when they come.
            let waits = world.bench.state.rest.waiting_record.is_some();
            let told = world.step();
            let typed = waits || ["Key", "Pasted", "Clicked", "past OpenPast"].iter().any(|t| told.starts_with(t));
            if texts(&world.bench.state) != before {
                assert!(
                    typed,
                    "an editor's text changed by itself: {before:?} to {:?} by {told}",
                    texts(&world.bench.state)
                );
                assert!(can_be_had_back(&world.bench.state, &before), "what was typed is lost: {before:?} by {told}");
            }
            told
        }));
        let told = result.unwrap_or_else(|_| panic!("seed {seed}, step {step}, after {events:#?}"));
        events.push(format!("{step}: {told}"));
        events.drain(..events.len().saturating_sub(25));
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            consistent(&world);
            if step % 50 == 0 {
                // As it is, and now and then in a terminal that has just been resized.
                let size = if step % 150 == 0 { world.size() } else { world.bench.state.size };
                draw(&world.bench.state, &themes[step / 50 % 4], size);
            }
        }));
        assert!(result.is_ok(), "seed {seed}, step {step}, after {events:#?}");
    }
    // It went somewhere: a run that gets stuck proves nothing.
    assert!(world.bench.past.last > 200, "only {} exchanges", world.bench.past.last);
}

macro_rules! seeds {
    ($($name:ident $seed:literal)*) => { $(#[test] fn $name() { run($seed); })* };
}

seeds! {
    seed_1 1
    seed_2 2
    seed_3 3
    seed_4 4
    seed_5 5
    seed_6 6
    seed_7 7
    seed_8 8
}
