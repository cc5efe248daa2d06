//! What holds after every random event, and what is seen of it.

use super::World;
use crate::support::{TOKEN, key};
use orgdeck::app::dialog::Dialog;
use orgdeck::app::diff::Stage;
use orgdeck::app::event::TaskId;
use orgdeck::app::identity::{Load, columns};
use orgdeck::app::rest::Rest;
use orgdeck::app::tree::Branch;
use orgdeck::app::{Place, State, doctor, tabs, variables};
use orgdeck::view::{self, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

/// The texts of the editors.
pub fn texts(state: &State) -> [String; 4] {
    texts_of(&state.rest)
}

fn texts_of(rest: &Rest) -> [String; 4] {
    [
        rest.address.text().to_owned(),
        rest.params.lines().join("\n"),
        rest.headers.lines().join("\n"),
        rest.body.lines().join("\n"),
    ]
}

/// Whether what stood in the editors before can be had back: in a tab as it stands, or by undo or redo.
pub fn can_be_had_back(state: &State, before: &[String; 4]) -> bool {
    tabs::all(state).chain(state.tabs.closed()).any(|rest| texts_of(rest) == *before)
        || can_be_undone(&state.rest, before)
}

fn can_be_undone(rest: &Rest, before: &[String; 4]) -> bool {
    let address = [key("ctrl-_"), key("ctrl-y")].iter().any(|back| {
        let mut line = rest.address.clone();
        (0..4).any(|_| {
            let there = line.text() == before[0];
            line.input(*back);
            there
        })
    });
    let areas = [&rest.params, &rest.headers, &rest.body];
    address
        && areas.iter().zip(&before[1..]).all(|(area, before)| {
            [true, false].iter().any(|undo| {
                let mut area = (*area).clone();
                (0..4).any(|_| {
                    let there = area.lines().join("\n") == *before;
                    if *undo {
                        area.undo()
                    } else {
                        area.redo()
                    };
                    there
                })
            })
        })
}

fn inside(what: &str, row: usize, rows: usize) {
    assert!(row < rows.max(1), "the cursor of the {what} is on row {row} of {rows}");
}

/// What holds after every event.
pub fn consistent(world: &World) {
    // Keys are looked up in a scope and those around it: the table of what can be open together holds.
    let scopes = world.bench.state.scopes();
    assert!(scopes.iter().copied().eq(scopes.first().into_iter().flat_map(|s| s.chain())), "{scopes:?}");
    let state = &world.bench.state;
    if let Some(tree) = state.tree() {
        inside("resources", tree.row, tree.shown().len());
    }
    inside("history", state.history.row, state.history.page.total);
    inside("saved requests", state.saved.row, state.saved.rows.len());
    assert!(state.saved.rows.iter().all(|at| state.saved.library.get(*at).is_some()), "a row of nothing");
    if state.place == Place::Variables {
        inside("variables", state.variables.row, variables::rows(state).len());
    }
    if let Some(Dialog::Switcher(switcher)) = &state.dialog {
        inside("switcher", switcher.row, switcher.found.len());
        assert!(switcher.found.iter().all(|at| *at < state.people.len()), "the switcher offers nobody");
    }
    if let Some(page) = &state.rest.pages.current {
        inside("tree", page.look.tree.row, page.look.tree.outline.rows());
        if let Some(table) = &page.look.table {
            inside("table", table.row, table.rows());
            inside("table's columns", table.column, table.columns().len());
        }
        if let Some(exchange) = page.exchange() {
            assert!(
                page.look.views(exchange).contains(&page.look.view),
                "{:?} is no view of this answer",
                page.look.view
            );
        }
    }
    let mut numbers: Vec<u64> = tabs::all(state).chain(state.tabs.closed()).map(|tab| tab.tab).collect();
    assert_eq!(tabs::all(state).count(), state.tabs.count());
    numbers.sort_unstable();
    assert!(numbers.windows(2).all(|two| two[0] != two[1]), "two tabs have one number");
    if let Some(pane) = &state.diff.pane {
        let rows = pane.rows(state.size.0).map_or(0, |rows| rows.rows.len());
        inside("comparison", pane.row, rows);
    }
    let completion = &state.rest.completion;
    assert!(
        completion.chosen.is_none_or(|at| at < completion.candidates.len()),
        "a completion that is not offered is chosen"
    );
    // The identity's rows come and go while it loads; the cursor waits for them, and drawing keeps it in sight.
    let columns = columns(state);
    assert!(state.who.is_none() || columns.iter().all(|c| c.rows().count() > 0), "a column of the identity is empty");
    in_flight(world);
}

/// What is waited for is on its way, and what is on its way is waited for.
fn in_flight(world: &World) {
    let state = &world.bench.state;
    let sent = world.bench.sent.iter().map(|(id, _)| *id);
    let others = world.logins.iter().map(|(id, _)| *id).chain(world.exams.iter().map(|(id, ..)| *id));
    let running: Vec<TaskId> = sent.chain(others).collect();
    for id in &running {
        assert!(state.flights.get(*id).is_some(), "{id} runs and nobody waits for it");
    }
    assert_eq!(state.flights.len(), running.len(), "something is waited for that does not run");
    let locked = matches!(state.dialog, Some(Dialog::Passphrase(_)));
    let alive = |id: TaskId, what: &str| {
        assert!(locked || state.flights.get(id).is_some(), "{what} waits for {id}, which does not run")
    };
    if let Some(doctor::Stage::Running(id)) = state.doctor.as_ref().map(|pane| &pane.stage) {
        alive(*id, "the doctor");
    }
    for pane in state.identities.values() {
        let loads =
            [running_of(&pane.identity), running_of(&pane.org), running_of(&pane.person), running_of(&pane.sets)];
        loads.into_iter().flatten().for_each(|id| alive(id, "the identity"));
    }
    for tree in state.trees.values() {
        for row in (0..).map_while(|at| tree.get(at)) {
            if let Branch::Loading(id) = row.branch {
                alive(id, "the tree");
            }
        }
    }
    match state.diff.pane.as_ref().map(|pane| &pane.stage) {
        // A write as somebody else may wait for the user's word.
        Some(Stage::Asking(id)) if !matches!(state.dialog, Some(Dialog::Write(..))) => alive(*id, "the comparison"),
        Some(Stage::Comparing(id)) => {
            assert!(world.compares.iter().any(|(n, _)| n == id), "the comparison waits for {id}, which does not run")
        }
        _ => {}
    }
    if let Some(id) = state.rest.pages.current.as_ref().and_then(|p| p.look.search.running) {
        assert!(world.finds.iter().any(|(n, ..)| *n == id), "the page waits for search {id}, which does not run");
    }
}

fn running_of<T>(load: &Load<T>) -> Option<TaskId> {
    match load {
        Load::Running(id) => Some(*id),
        _ => None,
    }
}

/// Draws, and looks at every cell.
pub fn draw(state: &State, theme: &Theme, size: (u16, u16)) {
    let mut terminal = Terminal::new(TestBackend::new(size.0.max(1), size.1.max(1))).unwrap();
    terminal.draw(|frame| view::draw(state, theme, frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let mut all = String::new();
    for cell in &buffer.content {
        assert!(
            !cell.symbol().chars().any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)),
            "{:?} is on the screen",
            cell.symbol()
        );
        all.push_str(cell.symbol());
    }
    assert!(!all.contains(TOKEN), "the token is on the screen");
}
