//! How long it takes to open a collection of 5,000 requests: reading its files, finding the rows that are shown, filtering
//! as one types, saving one. Prints percentiles; asserts nothing.

#[path = "support/figures.rs"]
mod figures;

use figures::{Series, ms, tell};
use orgdeck::app::event::Event;
use orgdeck::app::key::{Code, Key};
use orgdeck::app::saved::{Done, Job};
use orgdeck::app::{Effect, State, update};
use orgdeck::profile::{Profiles, load};
use orgdeck::request::{Pair, Request, RequestBody, Saved};
use orgdeck::runtime::collections;
use orgdeck::store::shelf::Shelf;
use orgdeck::view::{self, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::path::Path;
use std::time::Instant;

type Error = Box<dyn std::error::Error>;

const REQUESTS: usize = 5_000;
const RUNS: usize = 30;
const SCREEN: (u16, u16) = (120, 40);

fn main() -> Result<(), Error> {
    tell(&format!("load at the beginning: {}", figures::load()));
    let config = tempfile::tempdir()?;
    let root = collections::folder(config.path());
    let shelf = Shelf::open(&root)?;
    for n in 0..REQUESTS {
        let path = format!("Big/folder {:02}/part {}/request {n}.toml", n / 100, n / 20 % 5);
        shelf.save(Path::new(&path), &request(n), None)?;
    }
    drop(shelf);
    let mut series = Series::default();
    for _ in 0..RUNS {
        let began = Instant::now();
        let library = collections::read(&root);
        series.add(began.elapsed());
        assert_eq!(library.own(), REQUESTS + 1 + 50 + 250, "not all was read");
    }
    told("open: read 5,000 requests and the built-in ones", &series);
    screen(config.path());
    tell(&format!("load at the end: {}", figures::load()));
    Ok(())
}

/// As somebody would write it: some 400 bytes.
fn request(n: usize) -> Saved {
    let mut saved = Saved::new(format!("Request {n}"), Request::get(format!("sobjects/Account/{n}")));
    saved.description = "What it is for, in a sentence that somebody took the time to write.".to_owned();
    saved.tags = vec!["big".to_owned(), format!("t{}", n % 10)];
    saved.request.headers =
        vec![Pair::new("Sforce-Query-Options", "batchSize=200"), Pair::new("X-Number", n.to_string())];
    saved.request.body = RequestBody::Text("{\n  \"Name\": \"{{name}}\"\n}".to_owned());
    saved
}

/// The same on the screen: rows, a key of the filter, a frame.
fn screen(config: &Path) {
    let mut state = State::new(SCREEN);
    let mut terminal = Terminal::new(TestBackend::new(SCREEN.0, SCREEN.1)).unwrap_or_else(|never| match never {});
    let now = jiff::Timestamp::UNIX_EPOCH;
    let theme = Theme::dark();
    update(&mut state, Event::ProfilesLoaded(Box::new(profiles(config))), now);
    let mut wanted = Vec::new();
    for key in ['2', 't'] {
        wanted.extend(update(&mut state, Event::Key(Key::char(key)), now));
    }
    let job = wanted.into_iter().find_map(|effect| match effect {
        Effect::Collections(id, Job::Read) => Some(id),
        _ => None,
    });
    let (mut take, mut filter, mut frame) = (Series::default(), Series::default(), Series::default());
    let Some(id) = job else { return tell("nobody could be made to look at it") };
    let library = collections::read(&collections::folder(config));
    let done = Done { change: Ok(orgdeck::app::saved::Change::None), library };
    let began = Instant::now();
    update(&mut state, Event::Collections(id, Box::new(done)), now);
    take.add(began.elapsed());
    for _ in 0..RUNS {
        for key in [Key::char('/'), Key::char('4'), Key::char('2'), Key::of(Code::Esc)] {
            let began = Instant::now();
            update(&mut state, Event::Key(key), now);
            filter.add(began.elapsed());
            state.measure(view::measures(&state, SCREEN));
            let began = Instant::now();
            let _ = terminal.draw(|f| view::draw(&state, &theme, f));
            frame.add(began.elapsed());
        }
    }
    told("take over what was read", &take);
    told("a key of the filter", &filter);
    told("a frame", &frame);
}

/// Somebody to be; nobody logs in.
fn profiles(config: &Path) -> Profiles {
    let text =
        "[apps.acme]\nclient_id = \"3MVG9\"\nprivate_key = \"key.pem\"\nusers = [{ username = \"a@b.example\" }]\n";
    let _ = std::fs::write(config.join("profiles.toml"), text);
    load(config)
}

fn told(what: &str, series: &Series) {
    let [median, late] = [50, 99].map(|percent| ms(series.percentile(percent)));
    tell(&format!("{what}: p50 {median} ms, p99 {late} ms, max {} ms", ms(series.longest())));
}
