//! How long the screen takes: `app::update` for a key, `view::measures`, and a whole frame at 200x60 over a test terminal,
//! for every screen and for big and unpleasant answers. Prints percentiles; asserts nothing.

#[path = "support/body.rs"]
mod body;
#[path = "support/figures.rs"]
mod figures;
#[path = "support/session.rs"]
mod session;

use figures::{Series, ms, tell};
use orgdeck::app::answer::RawRows;
use orgdeck::app::event::Event;
use orgdeck::app::key::{Code, Key};
use orgdeck::app::pictures::{Canvas, Means, Pixels};
use orgdeck::app::{Effect, update};
use orgdeck::json::Document;
use orgdeck::request::AnswerBody;
use orgdeck::view::{self, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use session::{SCREEN, Session};
use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Frames of one screen.
const FRAMES: usize = 1_000;

const DOWN: Key = Key::of(Code::Down);
const PAGE: Key = Key::of(Code::PageDown);
const END: Key = Key::char('G');
const HOME: Key = Key::char('g');
/// A walk through an answer: near, far, and back.
const WALK: &[Key] = &[DOWN, DOWN, PAGE, DOWN, END, Key::of(Code::PageUp), DOWN, HOME];

fn main() {
    let wanted = std::env::args().skip(1).find(|arg| !arg.starts_with('-')).unwrap_or_default();
    tell(&format!("load at the beginning: {}", figures::load()));
    tell("| screen | update p50 | p99 | max | measures p99 | frame p50 | CPU p50 | CPU p99 | p99 | max |   (ms)");
    tell("|---|---|---|---|---|---|---|---|---|---|");
    let mut bench = Bench {
        wanted,
        terminal: Terminal::new(TestBackend::new(SCREEN.0, SCREEN.1)).unwrap_or_else(|never| match never {}),
    };
    bench.lists();
    bench.big_answer();
    bench.unpleasant();
    bench.editors();
    bench.picture();
    raw_rows();
    tell(&format!("load at the end: {}", figures::load()));
}

/// What this thread has had of the processor: on a shared machine, what the work costs.
#[cfg(unix)]
fn cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

struct Bench {
    wanted: String,
    terminal: Terminal<TestBackend>,
}

fn json(bytes: Vec<u8>) -> AnswerBody {
    AnswerBody::Json(Arc::new(Document::parse(bytes)))
}

impl Bench {
    /// Presses the keys in turn, and draws after each.
    fn run(&mut self, name: &str, session: &mut Session, keys: &[Key]) {
        self.times(name, session, keys, FRAMES);
    }

    fn times(&mut self, name: &str, session: &mut Session, keys: &[Key], frames: usize) {
        if !name.contains(&self.wanted) {
            return;
        }
        let theme = Theme::dark();
        let (mut updates, mut measures, mut draws, mut costs) =
            (Series::default(), Series::default(), Series::default(), Series::default());
        for key in keys.iter().cycle().take(frames) {
            let began = Instant::now();
            let effects = update(&mut session.state, Event::Key(*key), jiff::Timestamp::UNIX_EPOCH);
            updates.add(began.elapsed());
            session.take(effects);
            let began = Instant::now();
            session.state.measures = black_box(view::measures(&session.state, SCREEN));
            measures.add(began.elapsed());
            let (began, had) = (Instant::now(), cpu());
            if let Err(never) = self.terminal.draw(|frame| view::draw(&session.state, &theme, frame)) {
                match never {}
            }
            costs.add(cpu().saturating_sub(had));
            draws.add(began.elapsed());
        }
        if std::env::var_os("SHOW").is_some() {
            tell(&format!("{}", self.terminal.backend()));
        }
        let cells = [
            updates.percentile(50),
            updates.percentile(99),
            updates.longest(),
            measures.percentile(99),
            draws.percentile(50),
            costs.percentile(50),
            costs.percentile(99),
            draws.percentile(99),
            draws.longest(),
        ];
        let cells: Vec<_> = cells.into_iter().map(ms).collect();
        tell(&format!("| {name} | {} |", cells.join(" | ")));
    }

    /// Identity, history, variables, switcher, help.
    fn lists(&mut self) {
        let mut session = Session::new(1_000);
        session.keys("1");
        self.run("identity", &mut session, &[DOWN, DOWN, Key::of(Code::Right), DOWN, Key::of(Code::Left)]);
        for n in 0..2_000 {
            session.ask(&format!("sobjects/Account/{n}"), json(br#"{"Name":"x"}"#.to_vec()));
        }
        session.keys("3");
        self.run("history, 2,000 entries", &mut session, WALK);
        session.keys("4");
        self.run("variables, 160", &mut session, WALK);
        session.press(Key::ctrl('o'));
        self.run("switcher, 1,000 profiles, walking", &mut session, &[DOWN, DOWN, PAGE]);
        self.run(
            "switcher, 1,000 profiles, typing",
            &mut session,
            &[Key::char('s'), Key::char('a'), Key::char('7'), Key::ctrl('u')],
        );
        session.press(Key::of(Code::Esc));
        session.keys("2?");
        self.run("help", &mut session, &[DOWN]);
        session.press(Key::of(Code::Esc));
        session.keys("t");
        self.run("REST, tree of 2,000 objects", &mut session, WALK);
        session.keys("/");
        self.run(
            "REST, tree of 2,000 objects, filtering",
            &mut session,
            &[Key::char('9'), Key::char('9'), Key::of(Code::Backspace), Key::of(Code::Backspace)],
        );
    }

    /// Every view of 100 MB of records.
    fn big_answer(&mut self) {
        let body = json(body::records(body::SIZE));
        let mut session = Session::new(2);
        session.send("query?q=x");
        let event = session.answers(&body);
        let began = Instant::now();
        for event in event {
            session.feed(event);
        }
        tell(&format!("100 MB of records arrive: `update` and `measures` {} ms", ms(began.elapsed())));
        self.run("REST, tree, 100 MB, as it opens", &mut session, WALK);
        self.times("REST, tree, 100 MB, Z", &mut session, &[Key::char('Z')], 100);
        session.keys("Z");
        self.run("REST, tree, 100 MB, all open or folded", &mut session, WALK);
        session.press(HOME);
        session.press(DOWN);
        self.times("REST, tree, 100 MB, z", &mut session, &[Key::char('z')], 100);
        self.times(
            "REST, tree, 100 MB, one record folded and opened",
            &mut session,
            &[Key::of(Code::Left), Key::of(Code::Right)],
            200,
        );
        session.keys("/");
        self.run(
            "REST, tree, 100 MB, search typed",
            &mut session,
            &[Key::char('n'), Key::char('a'), Key::of(Code::Backspace), Key::of(Code::Backspace)],
        );
        session.keys("Name");
        session.press(Key::of(Code::Enter));
        self.run("REST, tree, 100 MB, matches marked", &mut session, WALK);
        session.keys("v");
        self.run("REST, table, 100 MB", &mut session, WALK);
        self.times("REST, table, 100 MB, sorted", &mut session, &[Key::char('s')], 6);
        let began = Instant::now();
        session.keys("v");
        tell(&format!("first look at 100 MB raw (rows cut on the screen's thread): {} ms", ms(began.elapsed())));
        self.run("REST, raw, 100 MB", &mut session, WALK);
        session.keys("v");
        self.run("REST, headers", &mut session, WALK);
        session.keys("v");
        self.run("REST, timing", &mut session, WALK);
    }

    /// Shapes that nobody sends, or an enemy.
    fn unpleasant(&mut self) {
        let shapes: [(&str, Vec<u8>); 6] = [
            ("one object of 100 MB, 2.8 million names", wide()),
            ("the same, folded inside another", [b"{\"inside\":".to_vec(), wide(), b",\"b\":1}".to_vec()].concat()),
            ("one string of 100 MB", [b"[\"".to_vec(), vec![b'x'; body::SIZE], b"\"]".to_vec()].concat()),
            ("one name of 1 MB", [b"{\"".to_vec(), vec![b'x'; 1_000_000], b"\":1}".to_vec()].concat()),
            ("100,000 levels", [vec![b'['; 100_000], vec![b']'; 100_000]].concat()),
            (
                "escapes and wide characters",
                [b"[\"".to_vec(), "\\u001b\\ud83d\\ude00日本".repeat(100_000).into_bytes(), b"\",{}]".to_vec()]
                    .concat(),
            ),
        ];
        for (name, bytes) in shapes {
            let mut session = Session::new(2);
            session.ask("x", json(bytes));
            self.times(&format!("REST, {name}"), &mut session, WALK, 200);
            session.keys("g");
            self.times(&format!("REST, {name}, Z"), &mut session, &[Key::char('Z'), DOWN], 100);
        }
        let lines = "a line of text\n".repeat(body::SIZE / 15);
        let mut session = Session::new(2);
        session.send("x");
        let events = session.answers(&AnswerBody::Text(lines.into()));
        let began = Instant::now();
        for event in events {
            session.feed(event);
        }
        tell(&format!("100 MB of short lines arrive: {} ms", ms(began.elapsed())));
        self.run("REST, raw, 100 MB of short lines", &mut session, WALK);
        let trouble = orgdeck::request::Failure {
            title: "The org said no".to_owned(),
            detail: "no ".repeat(300_000),
            ..Default::default()
        };
        if let Some(page) = session.state.rest.pages.current.as_mut()
            && let orgdeck::app::page::Outcome::Answered(exchange) = &mut page.outcome
        {
            let mut told = (**exchange).clone();
            told.trouble = Some(trouble.clone());
            *exchange = Arc::new(told);
        }
        self.times("REST, an error of 1 MB in the banner", &mut session, WALK, 100);
        if let Some(page) = session.state.rest.pages.current.as_mut() {
            page.outcome = orgdeck::app::page::Outcome::Failed(trouble);
        }
        self.times("REST, no answer, and 1 MB of why", &mut session, WALK, 100);
    }

    /// What is typed while a big answer stands below.
    fn editors(&mut self) {
        let mut session = Session::new(2);
        session.ask("query?q=x", json(body::records(1_000_000)));
        session.press(Key::ctrl('l'));
        session.press(Key::ctrl('u'));
        session.feed(Event::Pasted("sobjects/Object1".to_owned()));
        self.run("REST, address typed among 2,000 objects", &mut session, &[Key::char('0'), Key::of(Code::Backspace)]);
        session.press(Key::of(Code::Esc));
        session.press(Key::of(Code::Esc));
        session.keys("b");
        session.feed(Event::Pasted("{\"Name\": \"{{username}}\"}\n".repeat(40_000)));
        self.times(
            "REST, a request body of 1 MB being typed",
            &mut session,
            &[Key::char('x'), Key::of(Code::Backspace)],
            200,
        );
        session.press(Key::of(Code::Esc));
        self.times("REST, a request body of 1 MB in place", &mut session, WALK, 200);
    }

    /// A picture in half blocks, as large as its pane and no two cells alike.
    fn picture(&mut self) {
        const HEAD: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\0\0\0\x04\0\x08\x02\0\0\0";
        let mut session = Session::new(2);
        session.state.easel.offered = Means::Blocks { rich: true };
        session.ask("/photo.png", AnswerBody::Binary(HEAD.into()));
        for effect in orgdeck::app::paint(&mut session.state) {
            let Effect::Paint { id, room, .. } = effect else { continue };
            let size = (u32::from(room.cells.0), u32::from(room.cells.1) * 2);
            let rgba = (0..size.0 * size.1).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes());
            let pixels = Pixels { size, rgba: rgba.map(|[r, g, b, _]| [r, g, b, 255]).collect() };
            let canvas = Canvas { number: id, cells: room.cells, means: room.means, pixels, sent: Vec::new() };
            session.feed(Event::Painted(id, Ok(Arc::new(canvas))));
        }
        self.run("REST, a picture in half blocks", &mut session, &[DOWN, Key::of(Code::Up)]);
    }
}

/// An object of a great many names.
fn wide() -> Vec<u8> {
    let mut text = String::with_capacity(body::SIZE + 64);
    text.push('{');
    for n in 0.. {
        let comma = if n == 0 { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}\"a fairly long name {n}\":{n}");
        if text.len() >= body::SIZE {
            break;
        }
    }
    text.push('}');
    text.into_bytes()
}

/// The raw view's rows, cut for a width.
fn raw_rows() {
    let shapes = [
        ("100 MB in one line", body::records(body::SIZE)),
        ("100 MB in short lines", "a line of text\n".repeat(body::SIZE / 15).into_bytes()),
    ];
    for (name, text) in shapes {
        let mut series = Series::default();
        for _ in 0..10 {
            let began = Instant::now();
            black_box(RawRows::of(black_box(&text), 148));
            series.add(began.elapsed());
        }
        let rows = RawRows::of(&text, 148);
        let mut frame = Series::default();
        for n in 0..200 {
            let first = rows.rows() / 200 * n;
            let began = Instant::now();
            for row in first..first + 50 {
                black_box(rows.row(&text, row));
            }
            frame.add(began.elapsed());
        }
        let whole: Duration = series.percentile(50);
        tell(&format!(
            "raw rows, {name}: cut in {} ms (max {}), 50 rows read in {} ms (p99 {})",
            ms(whole),
            ms(series.longest()),
            ms(frame.percentile(50)),
            ms(frame.percentile(99))
        ));
    }
}
