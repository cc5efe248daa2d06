//! The REST screen's commands outside the answer: panes, address bar, tree, sending.

use super::{Focus, body, browse, export, filter, open};
use crate::app::ask::Owner;
use crate::app::command::Command;
use crate::app::dialog::Dialog;
use crate::app::key::Key;
use crate::app::saved;
use crate::app::state::{Out, State, walk};
use crate::app::tabs;
use crate::app::tree::Branch;
use crate::org::Candidate;
use crate::request::{FUNCTIONS, Request, RequestBody, name_at};
use ratatui_textarea::{Input, Key as AreaKey};

/// A command on this screen; whether it was one.
pub fn command(state: &mut State, command: Command, out: &mut Out) -> bool {
    let taken = match state.rest.focus {
        Focus::Tree if state.saved.shown => saved::command(state, command, out),
        Focus::Tree => tree(state, command, out),
        Focus::Address => address(state, command, out),
        Focus::Params | Focus::Headers | Focus::Body | Focus::Captures => {
            body::command(state, command, out) || section(state, command)
        }
        Focus::Answer => browse::command(state, command, out),
    };
    taken || panes(state, command, out) || copies(state, command, out)
}

/// What the copy menu and keys outside the answer ask of it.
fn copies(state: &mut State, command: Command, out: &mut Out) -> bool {
    if export::copy(state, command, out) {
        return true;
    }
    let copy = matches!(
        command,
        Command::CopyValue | Command::CopyPath | Command::CopyRow | Command::CopyBody | Command::CopyAddress
    );
    copy && browse::command(state, command, out)
}

fn panes(state: &mut State, command: Command, out: &mut Out) -> bool {
    match command {
        command if tabs::command(state, command) => {}
        Command::NextPane => turn(state, 1),
        Command::PreviousPane => turn(state, -1),
        Command::FocusAddress => {
            focus_on(state, Focus::Address);
            state.rest.address.select_all();
        }
        Command::FocusTree if state.rest.focus == Focus::Tree => turn_left_pane(state, !state.saved.shown, out),
        Command::FocusTree => focus_on(state, Focus::Tree),
        Command::FocusAnswer => focus_on(state, Focus::Answer),
        Command::EditParams => focus_on(state, Focus::Params),
        Command::EditHeaders => focus_on(state, Focus::Headers),
        Command::EditBody => focus_on(state, Focus::Body),
        Command::EditCaptures => focus_on(state, Focus::Captures),
        Command::Save => saved::save(state, out),
        Command::CopyMenu => state.dialog = Some(Dialog::CopyMenu),
        Command::NextMethod => state.rest.next_method(),
        Command::Send => send(state, out),
        Command::Back => browse::history(state, true),
        Command::Forward => browse::history(state, false),
        _ => return false,
    }
    true
}

/// Shows the saved requests or the resources in the left pane.
pub fn turn_left_pane(state: &mut State, saved: bool, out: &mut Out) {
    focus_on(state, Focus::Tree);
    state.saved.shown = saved;
    if saved {
        // What lies there may have changed since it was looked at.
        saved::read(state, out);
    }
}

/// Puts the keys on a pane.
pub fn focus_on(state: &mut State, focus: Focus) {
    if focus.is_section() {
        state.rest.section = focus;
    }
    if focus != Focus::Address {
        state.rest.completion.close();
        state.rest.address.unselect();
    }
    state.rest.focus = focus;
}

fn turn(state: &mut State, by: isize) {
    let order = [Focus::Tree, Focus::Address, state.rest.section, Focus::Answer];
    let at = order.iter().position(|f| *f == state.rest.focus).unwrap_or(0);
    let count = isize::try_from(order.len()).unwrap_or(1);
    let next = (isize::try_from(at).unwrap_or(0) + by).rem_euclid(count);
    if let Some(focus) = usize::try_from(next).ok().and_then(|n| order.get(n)) {
        focus_on(state, *focus);
    }
}

/// Sends what is typed.
pub fn send(state: &mut State, out: &mut Out) {
    let Some(person) = state.who.clone() else { return };
    state.rest.take_typed_method();
    let request = state.rest.request();
    if request.address.is_empty() {
        focus_on(state, Focus::Address);
        state.tell("Type an address, a path such as limits, or a query that begins with SELECT".to_owned());
        return;
    }
    if let Some(error) = state.rest.capture_errors.first() {
        state.tell(format!("Not sent: line {} of the captures: {}", error.line + 1, error.what));
        return focus_on(state, Focus::Captures);
    }
    state.rest.sent_from = Some(state.rest.focus).filter(|focus| focus.is_editor());
    focus_on(state, Focus::Answer);
    let request = found_body(state, request);
    state.send(&person, request, Owner::Page, out);
}

/// A file that a saved request names lies beside it; one that was typed by hand is looked for where the program was started.
fn found_body(state: &State, mut request: Request) -> Request {
    if let Some(origin) = &state.rest.origin
        && let (Some(folder), RequestBody::File(path)) = (&origin.folder, &mut request.body)
        && origin.request.body == RequestBody::File(path.clone())
    {
        *path = folder.join(&*path);
    }
    request
}

fn address(state: &mut State, command: Command, out: &mut Out) -> bool {
    let completing = state.rest.completion.is_open();
    match command {
        Command::Send if completing && state.rest.completion.chosen.is_some() => accept(state, out),
        Command::Complete if completing => accept(state, out),
        Command::Complete => turn(state, 1),
        Command::Down if completing => state.rest.completion.walk(true),
        Command::Up if completing => state.rest.completion.walk(false),
        Command::Down => turn(state, 1),
        Command::Up => {}
        Command::Cancel if completing => state.rest.completion.close(),
        Command::Cancel => leave(state),
        _ => return false,
    }
    true
}

/// From an editor to what one was looking at.
fn leave(state: &mut State) {
    let focus = if state.rest.pages.current.is_some() { Focus::Answer } else { Focus::Tree };
    focus_on(state, focus);
}

fn accept(state: &mut State, out: &mut Out) {
    let Some(candidate) = state.rest.completion.best().cloned() else { return };
    state.rest.address.set(candidate.insert);
    state.rest.address.move_to(candidate.caret);
    offer(state, out);
}

/// Offers what fits to the address as it stands.
fn offer(state: &mut State, out: &mut Out) {
    open::need_objects(state, out);
    // What is offered may come later.
    state.rest.completion.closed = false;
    complete(state);
}

/// Offers what is known to fit: after `{{` the names of variables, else the org's addresses.
pub fn complete(state: &mut State) {
    let line = &state.rest.address;
    if let Some(name) = name_at(line.text(), line.caret()) {
        let found = variable_names(state, name);
        state.rest.completion.offer(found);
        return;
    }
    let Some(catalog) = state.who_id().and_then(|id| state.catalogs.get(&id)) else { return };
    let line = &state.rest.address;
    state.rest.completion.refresh(catalog, line.text(), line.caret());
}

/// The variables and functions whose names go on as what is typed between the braces.
fn variable_names(state: &State, name: std::ops::Range<usize>) -> Vec<Candidate> {
    let text = state.rest.address.text();
    let (Some(head), Some(typed), Some(tail)) = (text.get(..name.start), text.get(name.clone()), text.get(name.end..))
    else {
        return Vec::new();
    };
    let typed = typed.trim().to_lowercase();
    // Inside of a function's parentheses the braces are not closed yet.
    let given = head.rfind("{{").is_some_and(|open| head.get(open..).is_some_and(|begun| begun.contains('(')));
    let close = if given || tail.starts_with("}}") { "" } else { "}}" };
    let offer = |name: &str, caret: usize, label: String, note: String| Candidate {
        insert: format!("{head}{name}{close}{tail}"),
        caret: head.len() + caret,
        label,
        note,
    };
    let all = state.all_variables();
    let fits = |name: &str| name.to_lowercase().starts_with(&typed);
    let variables = all.iter().filter(|v| !all.shadowed(v) && fits(&v.name));
    let mut found: Vec<Candidate> = variables
        .map(|v| offer(&v.name, v.name.len() + if given { 0 } else { 2 }, v.name.clone(), v.shown()))
        .collect();
    found.extend(FUNCTIONS.iter().filter(|one| fits(one.name)).map(|one| {
        let name = format!("{}()", one.name);
        // What it has to be given is typed next.
        let caret = if one.needs_something() { name.len() - 1 } else { name.len() + if given { 0 } else { 2 } };
        offer(&name, caret, format!("{}{}", one.name, one.takes), one.does.to_owned())
    }));
    found
}

fn section(state: &mut State, command: Command) -> bool {
    match command {
        Command::Cancel => leave(state),
        _ => return false,
    }
    true
}

fn tree(state: &mut State, command: Command, out: &mut Out) -> bool {
    let height = usize::from(state.measures.tree);
    let Some(tree) = state.tree_mut() else {
        // There is no tree before the login: what would open a node logs in.
        let opens = matches!(command, Command::Open | Command::Right | Command::Refresh);
        if opens {
            open::open_tree(state, out);
        }
        return opens;
    };
    if tree.filtering {
        match command {
            Command::Submit => tree.filtering = false,
            Command::Cancel => {
                tree.filtering = false;
                tree.filter.set("");
            }
            Command::NextMatch => tree.row = (tree.row + 1).min(tree.shown().len().saturating_sub(1)),
            Command::PreviousMatch => tree.row = tree.row.saturating_sub(1),
            _ => return false,
        }
        return true;
    }
    let rows = tree.shown().len();
    if walk(command, &mut tree.row, &mut tree.top, rows, height) {
        return true;
    }
    match command {
        Command::Search => tree.filtering = true,
        Command::Cancel if !tree.filter.text().is_empty() => tree.filter.set(""),
        Command::Open => open_node(state, out),
        Command::Right => expand_node(state, false, out),
        Command::Refresh => expand_node(state, true, out),
        Command::Left => fold_node(state),
        _ => return false,
    }
    if let Some(tree) = state.tree_mut() {
        tree.top = crate::app::answer::keep_in_view(tree.top, tree.row, height, tree.shown().len());
    }
    true
}

/// Asks the org for the node: its answer is a page, and fills the tree where the node can be expanded.
fn open_node(state: &mut State, out: &mut Out) {
    let Some(row) = state.tree().and_then(|t| t.current()) else { return };
    let (address, note) = (row.node.address.clone(), row.node.note.clone());
    if address.is_empty() {
        return;
    }
    // What needs a question first is put into the address bar to be asked.
    if let Some(begun) = note.strip_prefix('?').and_then(|n| n.split('=').next()) {
        let text = match address.rsplit('/').next() {
            Some("query") => "SELECT ".to_owned(),
            Some("search") => "FIND {".to_owned(),
            _ => format!("{address}?{begun}="),
        };
        open::keep_typed(state);
        state.rest.fill(&Request::get(text).typed());
        focus_on(state, Focus::Address);
        return;
    }
    open::open_address(state, Request::follow(&address), out);
}

/// Opens a node, asking the org where its children are not known; on an open one goes inside.
fn expand_node(state: &mut State, again: bool, out: &mut Out) {
    let Some(tree) = state.tree_mut() else { return };
    let Some(at) = tree.chosen() else { return };
    let Some(row) = tree.get(at).cloned() else { return };
    match row.branch {
        Branch::Open if !again => tree.go_to(at + 1),
        Branch::Closed if !again && tree.reopen(at) => {}
        Branch::Closed | Branch::Failed(_) | Branch::Open => open::ask_node(state, &row.node.address, out),
        Branch::Leaf | Branch::Loading(_) => {}
    }
}

fn fold_node(state: &mut State) {
    let Some(tree) = state.tree_mut() else { return };
    let Some(at) = tree.chosen() else { return };
    if tree.get(at).is_some_and(|r| r.branch == Branch::Open) {
        tree.close(at);
    } else if let Some(parent) = tree.parent(at) {
        tree.go_to(parent);
    }
}

/// A key that no binding took, in whichever editor has the focus.
pub fn typed(state: &mut State, key: Key, out: &mut Out) {
    match state.rest.focus {
        Focus::Address => {
            if state.rest.address.input(key) {
                offer(state, out);
            }
        }
        Focus::Tree if state.saved.shown => saved::typed(state, key),
        Focus::Tree => {
            if let Some(tree) = state.tree_mut().filter(|t| t.filtering) {
                tree.filter.input(key);
                tree.row = tree.first_hit();
                tree.top = 0;
            }
        }
        Focus::Answer if filter::filtering(state) => filter::typed(state, key, out),
        Focus::Answer => browse::search_typed(state, key, out),
        section => {
            if let (Some(area), Some(input)) = (state.rest.section_mut(section), area_input(key)) {
                area.input(input);
            }
            match section {
                Focus::Captures => state.rest.check_captures(),
                Focus::Body => state.rest.check_body(),
                _ => {}
            }
        }
    }
}

/// The editing widget's own keys; those that it would take for something else are left out.
fn area_input(key: Key) -> Option<Input> {
    use crate::app::key::Code;
    let area = match key.code {
        Code::Char(c) => AreaKey::Char(c),
        Code::Enter => AreaKey::Enter,
        Code::Backspace => AreaKey::Backspace,
        Code::Delete => AreaKey::Delete,
        Code::Up => AreaKey::Up,
        Code::Down => AreaKey::Down,
        Code::Left => AreaKey::Left,
        Code::Right => AreaKey::Right,
        Code::Home => AreaKey::Home,
        Code::End => AreaKey::End,
        Code::PageUp => AreaKey::PageUp,
        Code::PageDown => AreaKey::PageDown,
        Code::Esc | Code::Tab | Code::BackTab | Code::F(_) => return None,
    };
    Some(Input { key: area, ctrl: key.ctrl, alt: key.alt, shift: key.shift })
}
