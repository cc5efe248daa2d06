//! Pictures: made for the room they have, shown or told, gone when something stands over them; the photo of an identity.

use super::screens::snap;
use super::support::{Bench, exchange, json, profiles};
use orgdeck::app::identity::{Load, Part};
use orgdeck::app::pictures::{Canvas, Means, Pixels, Room};
use orgdeck::app::{Effect, Event};
use orgdeck::request::AnswerBody;
use orgdeck::view::{Theme, draw, hangings};
use orgdeck::wire::Phase;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Color;
use std::sync::Arc;

/// The head of a PNG of 200 by 200.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\xc8\0\0\0\xc8\x08\x06\0\0\0";

const BLOCKS: Means = Means::Blocks { rich: true };

fn start(size: (u16, u16), means: Means) -> Bench {
    let mut bench = Bench::with(profiles(), size);
    bench.state.easel.offered = means;
    bench.log_in();
    answer_all(&mut bench);
    bench
}

/// As an org would, photos too.
fn answer_all(bench: &mut Bench) {
    while let Some((id, ask)) = bench.sent.front().cloned() {
        let who = ask.profile.id();
        let address = ask.request.address.as_str();
        let told = if address.contains("ncsphoto") {
            exchange(&who, 200, "image/png", AnswerBody::Binary(PNG.into()))
        } else if address.ends_with("/photo") {
            json(&who, 200, r#"{"fullEmailPhotoUrl":"https://acme.my.salesforce.com/ncsphoto/abc"}"#)
        } else {
            json(&who, 200, super::support::canned(address))
        };
        bench.answer(id, Ok(told));
    }
}

/// The last picture that was wanted.
fn wanted(bench: &Bench) -> Option<(u64, Room)> {
    bench.wanted.iter().rev().find_map(|effect| match effect {
        Effect::Paint { id, room, .. } => Some((*id, *room)),
        _ => None,
    })
}

/// The same, made: red above, blue below, its left edge see-through. Twice as wide as high in cells.
fn paint(bench: &mut Bench) -> Option<Room> {
    let (id, room) = wanted(bench)?;
    bench.wanted.retain(|effect| !matches!(effect, Effect::Paint { .. }));
    bench.event(Event::Painted(id, Ok(canvas(id, room))));
    Some(room)
}

/// A picture for some room.
pub fn canvas(id: u64, room: Room) -> Arc<Canvas> {
    let height = room.cells.1.min(room.cells.0 / 2);
    let cells = (height * 2, height);
    let (wide, high) = (u32::from(cells.0), u32::from(cells.1) * 2);
    let colour = |at: u32| match (at % wide, at / wide) {
        (0, _) => [0; 4],
        (_, y) if y * 2 < high => [200, 30, 30, 255],
        _ => [30, 30, 200, 255],
    };
    let pixels = Pixels { size: (wide, high), rgba: (0..wide * high).map(colour).collect() };
    let sent = if matches!(room.means, Means::Blocks { .. }) { Vec::new() } else { b"picture".to_vec() };
    Arc::new(Canvas { number: id, cells, means: room.means, pixels, sent })
}

fn answered(size: (u16, u16), means: Means) -> Bench {
    let mut bench = start(size, means);
    bench.keys("2");
    answer_all(&mut bench);
    bench.keys("a");
    bench.typed("/ncsphoto/abc");
    bench.keys("enter");
    let (id, ask) = bench.page_ask();
    let told = exchange(&ask.profile.id(), 200, "image/png", AnswerBody::Binary(PNG.into()));
    bench.answer(id, Ok(told));
    bench
}

fn drawn(bench: &Bench) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(bench.state.size.0, bench.state.size.1)).unwrap();
    terminal.draw(|frame| draw(&bench.state, &Theme::dark(), frame)).unwrap();
    terminal.backend().buffer().clone()
}

fn colours(bench: &Bench) -> Vec<Color> {
    let buffer = drawn(bench);
    let halves = buffer.content.iter().filter(|cell| cell.symbol() == "▀");
    let mut found: Vec<Color> = halves.map(|cell| cell.fg).collect();
    found.dedup();
    found
}

#[test]
fn a_picture_is_seen_in_half_blocks() {
    let scene = |bench: &mut Bench| _ = paint(bench);
    snap("picture_answer", scene, |size| answered(size, BLOCKS));
    snap("picture_photo", scene, |size| start(size, BLOCKS));
}

#[test]
fn it_is_made_for_its_room_and_again_for_another() {
    let mut bench = answered((120, 40), BLOCKS);
    let room = paint(&mut bench).unwrap();
    assert!(room.cells.0 > 60 && room.cells.1 > 20 && room.cell == (10, 20), "{room:?}");
    assert_eq!(colours(&bench), [Color::Rgb(200, 30, 30), Color::Rgb(30, 30, 200)]);
    bench.keys("v v v v down up");
    assert_eq!(wanted(&bench), None, "what is there is not made again");
    bench.event(Event::CellSized(8, 17));
    bench.event(Event::Resized(80, 24));
    let (first, smaller) = wanted(&bench).unwrap();
    assert!(smaller.cells.0 < room.cells.0 && smaller.cell == (8, 17));
    bench.event(Event::Resized(60, 20));
    let stopped = |bench: &Bench, id: u64| bench.wanted.iter().any(|e| matches!(e, Effect::Cancel(n) if *n == id));
    assert!(stopped(&bench, first), "what is of no use any more is stopped");
    let late = Canvas { number: first, cells: (1, 1), means: BLOCKS, pixels: Pixels::default(), sent: Vec::new() };
    bench.event(Event::Painted(first, Ok(Arc::new(late))));
    assert_ne!(bench.shown().look.painting.canvas.as_ref().unwrap().number, first, "and comes too late");
    assert!(paint(&mut bench).is_some());
}

#[test]
fn what_cannot_be_shown_is_told() {
    let mut bench = answered((80, 24), BLOCKS);
    let (id, _) = wanted(&bench).unwrap();
    bench.event(Event::Painted(id, Err("it has more than 25 million pixels".to_owned())));
    let seen = super::screens::screen(&bench, (80, 24));
    assert!(seen.contains("not shown it has more than 25 million pixels"), "{seen}");
    assert!(seen.contains("200 × 200 pixels") && seen.contains("saves it"), "{seen}");
    bench.wanted.clear();
    bench.event(Event::Resized(100, 30));
    assert_eq!(wanted(&bench), None, "nobody tries again");
    let bench = answered((80, 24), Means::Facts);
    assert_eq!(wanted(&bench), None);
    assert!(super::screens::screen(&bench, (80, 24)).contains("200 × 200 pixels"));
}

#[test]
fn a_terminal_that_draws_by_itself_is_told_where_and_what_stands_over_it_is_seen() {
    let mut bench = answered((120, 40), Means::Kitty);
    paint(&mut bench).unwrap();
    let hung = |bench: &Bench| hangings(&bench.state, bench.state.size);
    let before = hung(&bench);
    let area = before[0].area;
    assert_eq!((before.len(), area.width, area.height), (1, area.height * 2, before[0].canvas.cells.1));
    let under = |bench: &Bench| drawn(bench).cell((area.x, area.y)).unwrap().symbol().to_owned();
    assert_eq!(under(&bench), "\u{a0}", "its cells are written again when it goes");
    bench.keys("?");
    assert_eq!(hung(&bench), []);
    assert!(!colours(&bench).is_empty() || under(&bench) != "\u{a0}", "under a dialogue it is made of cells");
    bench.keys("esc");
    assert_eq!(hung(&bench), before);
    for away in ["v", "1", "4", "3"] {
        bench.keys(away);
        assert_eq!(hung(&bench), [], "{away}");
        assert_ne!(under(&bench), "\u{a0}", "{away}");
    }
}

#[test]
fn a_tab_that_is_not_in_front_takes_its_picture_and_shows_none() {
    let mut bench = answered((120, 40), Means::Kitty);
    bench.keys("T esc esc");
    assert_eq!(bench.state.tabs.count(), 2);
    paint(&mut bench).unwrap();
    assert_eq!(hangings(&bench.state, bench.state.size), []);
    bench.keys("[");
    assert!(bench.shown().look.painting.canvas.is_some(), "it came to the tab that it belongs to");
    // The line of the tabs takes a row from its room.
    paint(&mut bench).unwrap();
    assert_eq!(hangings(&bench.state, bench.state.size).len(), 1);
}

fn asked(bench: &Bench) -> Vec<Part> {
    bench
        .sent
        .iter()
        .filter_map(|(_, ask)| match &ask.owner {
            orgdeck::app::ask::Owner::Identity(_, part) => Some(*part),
            _ => None,
        })
        .collect()
}

#[test]
fn a_photo_is_asked_for_behind_everything_else_and_never_waited_for() {
    let mut bench = Bench::with(profiles(), (120, 40));
    bench.state.easel.offered = BLOCKS;
    bench.log_in();
    assert!(asked(&bench).contains(&Part::PhotoAddress));
    while asked(&bench).first().is_some_and(|part| *part != Part::PhotoAddress) {
        let (id, ask) = bench.sent.front().cloned().unwrap();
        bench.answer(id, Ok(json(&ask.profile.id(), 200, super::support::canned(&ask.request.address))));
    }
    assert_eq!(asked(&bench), [Part::PhotoAddress]);
    assert_eq!(bench.state.flights.waited_for(), 0, "nobody is told that it is on its way");
    bench.wanted.clear();
    answer_all(&mut bench);
    assert!(!bench.wanted.iter().any(|e| matches!(e, Effect::Keep(..))), "its open address is not written down");
    assert!(wanted(&bench).is_some());
    let mut bench = start((120, 40), Means::Facts);
    bench.keys("r");
    assert!(!asked(&bench).contains(&Part::PhotoAddress), "nobody could see it");
}

#[test]
fn a_photo_that_is_not_to_be_had_is_not_mentioned() {
    let bodies = [
        (404, r#"[{"errorCode":"NOT_FOUND","message":"no"}]"#),
        (200, r#"{"fullEmailPhotoUrl":null,"standardEmailPhotoUrl":null}"#),
        (200, r#"{"fullEmailPhotoUrl":"https://photos.example/a"}"#),
        (200, r#"{"fullEmailPhotoUrl":"http://127.0.0.1:80/a"}"#),
        (200, r#"{"fullEmailPhotoUrl":"http://acme.my.salesforce.com/a"}"#),
    ];
    let without = super::screens::screen(&start((80, 24), Means::Facts), (80, 24));
    for (status, body) in bodies {
        let mut bench = Bench::with(profiles(), (80, 24));
        bench.state.easel.offered = BLOCKS;
        bench.log_in();
        while let Some((id, ask)) = bench.sent.front().cloned() {
            let address = ask.request.address.as_str();
            let who = ask.profile.id();
            let photo = address.ends_with("/photo");
            assert!(photo || !address.starts_with("http"), "{address} was asked for");
            let told = if photo { json(&who, status, body) } else { json(&who, 200, super::support::canned(address)) };
            bench.answer(id, Ok(told));
        }
        assert_eq!(super::screens::screen(&bench, (80, 24)), without);
        let who = bench.who();
        assert!(matches!(bench.state.identities[&who].photo, Load::Failed(_)));
        bench.keys("2 1");
        assert!(!asked(&bench).contains(&Part::PhotoAddress), "and not asked for again unasked");
    }
}

#[test]
fn a_photo_takes_nothing_from_the_facts() {
    let facts = super::screens::screen(&start((80, 24), Means::Facts), (80, 24));
    for size in [(80, 24), (90, 24), (100, 30), (120, 40)] {
        let facts =
            if size == (80, 24) { facts.clone() } else { super::screens::screen(&start(size, Means::Facts), size) };
        let mut bench = start(size, BLOCKS);
        paint(&mut bench);
        let seen = super::screens::screen(&bench, size);
        let words =
            |text: &str| text.replace(['▀', '▄'], " ").split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&seen), words(&facts), "{size:?}");
    }
    let mut bench = start((80, 24), BLOCKS);
    assert!(paint(&mut bench).is_some());
    bench.keys("end");
    assert!(colours(&bench).is_empty(), "it goes with the rows that it stands beside");
}

#[test]
fn a_photo_that_does_not_end_is_let_go() {
    let mut bench = Bench::with(profiles(), (80, 24));
    bench.state.easel.offered = BLOCKS;
    bench.log_in();
    let of =
        |bench: &Bench| bench.sent.iter().find(|(_, ask)| ask.request.address.ends_with("/photo")).map(|(id, _)| *id);
    let id = of(&bench).unwrap();
    let received = |received| Event::Progressed(id, Phase::Receiving { received, total: None });
    bench.event(received(1 << 20));
    assert_eq!(of(&bench), Some(id));
    bench.event(received(9 << 20));
    assert_eq!((of(&bench), bench.notice()), (None, ""));
    assert!(matches!(bench.wanted.last(), Some(Effect::Cancel(n)) if *n == id));
}

#[test]
fn a_row_under_the_cursor_does_not_reach_under_a_picture() {
    let mut bench = start((80, 24), Means::Sixel);
    paint(&mut bench).unwrap();
    let area = hangings(&bench.state, bench.state.size)[0].area;
    let under = |bench: &Bench| {
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        terminal.draw(|frame| draw(&bench.state, &Theme::terminal(), frame)).unwrap();
        area.positions().map(|at| terminal.backend().buffer()[at].clone()).collect::<Vec<_>>()
    };
    let first = under(&bench);
    bench.keys("down down");
    assert_eq!(under(&bench), first, "its cells are not written again");
}
