//! Pasted text, in whichever editor has the focus. A curl command becomes the request that it would send.

use super::{Focus, browse, filter, focus_on, open};
use crate::app::dialog::Dialog;
use crate::app::state::{Out, State};
use crate::request::curl;

/// Pasted text; outside of an editor it is an address.
pub fn pasted(state: &mut State, text: &str, out: &mut Out) {
    let filtering = state.rest.focus == Focus::Tree && is_filtering(state);
    let addressed = match state.rest.focus {
        Focus::Address => true,
        Focus::Tree => !filtering,
        Focus::Answer => !browse::searching(state) && !filter::filtering(state),
        _ => false,
    };
    if addressed && curl::is_curl(text) && take_curl(state, text) {
        return;
    }
    match state.rest.focus {
        Focus::Tree if filtering => narrow(state, text),
        Focus::Answer if filter::filtering(state) => filter::pasted(state, text, out),
        Focus::Answer if !addressed => browse::search_pasted(state, text, out),
        Focus::Address => {
            state.rest.address.paste(text);
            state.rest.completion.close();
        }
        Focus::Tree | Focus::Answer => {
            state.rest.address.set(text.trim().replace(['\r', '\n'], " "));
            focus_on(state, Focus::Address);
        }
        section => {
            if let Some(area) = state.rest.section_mut(section) {
                area.insert_str(text.replace("\r\n", "\n").replace('\r', "\n"));
            }
            match section {
                Focus::Captures => state.rest.check_captures(),
                Focus::Body => state.rest.check_body(),
                _ => {}
            }
        }
    }
}

/// Puts what a curl command sends into the editors; false where it cannot be read, which is told.
fn take_curl(state: &mut State, text: &str) -> bool {
    let pasted = match curl::read(text) {
        Ok(pasted) => pasted,
        Err(why) => {
            state.tell(format!("Not read as a curl command: {why}"));
            return false;
        }
    };
    open::keep_typed(state);
    state.rest.fill(&pasted.request);
    focus_on(state, Focus::Address);
    let title = "The curl command is the request now".to_owned();
    match pasted.notes.as_slice() {
        [] => state.tell(title),
        [note] => state.tell(format!("{title}; {note}")),
        _ => state.dialog = Some(Dialog::Told { title, lines: pasted.notes, top: 0 }),
    }
    true
}

fn is_filtering(state: &State) -> bool {
    if state.saved.shown { state.saved.filtering } else { state.tree().is_some_and(|tree| tree.filtering) }
}

fn narrow(state: &mut State, text: &str) {
    if state.saved.shown {
        state.saved.filter.paste(text);
        crate::app::saved::filtered(state);
    } else if let Some(tree) = state.tree_mut() {
        tree.filter.paste(text);
        tree.row = 0;
    }
}
