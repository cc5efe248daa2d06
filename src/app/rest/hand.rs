//! The answer leaves the screen: to a file that the user names, to a pager, to an editor. What is shown is what goes.

use crate::app::command::Command;
use crate::app::dialog::{self, Dialog};
use crate::app::edit::Line;
use crate::app::event::Effect;
use crate::app::state::{Out, State};
use crate::request::{AnswerBody, Exchange};
use std::sync::Arc;

/// A command that hands the answer over; whether it was one.
pub(super) fn command(state: &mut State, command: Command, exchange: &Arc<Exchange>, out: &mut Out) -> bool {
    if !matches!(command, Command::SaveBody | Command::OpenInPager | Command::OpenInEditor) {
        return false;
    }
    if exchange.status == 0 {
        state.tell("The answer is still arriving".to_owned());
    } else if exchange.body.is_empty() {
        state.tell("There is no body".to_owned());
    } else if command == Command::SaveBody {
        let line = Line::new(file_name(exchange));
        dialog::open(state, Dialog::Save(Box::new(line), exchange.body.clone()));
    } else {
        out.push(Effect::Present(Arc::clone(exchange), command == Command::OpenInEditor));
    }
    true
}

/// What a file with this body would be called: the end of its address, and its kind.
pub fn file_name(exchange: &Exchange) -> String {
    let path = exchange.url.split(['?', '#']).next().unwrap_or_default();
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let plain: String =
        last.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).take(60).collect();
    let stem = match plain.trim_start_matches(['.', '-']) {
        "" => "answer",
        stem => stem,
    };
    let kind = kind(exchange);
    if stem.to_ascii_lowercase().ends_with(&format!(".{kind}")) { stem.to_owned() } else { format!("{stem}.{kind}") }
}

/// The ending of a file's name, by what the answer says it is.
fn kind(exchange: &Exchange) -> &'static str {
    const KINDS: [(&str, &str); 11] = [
        ("json", "json"),
        ("xml", "xml"),
        ("csv", "csv"),
        ("html", "html"),
        ("png", "png"),
        ("jpeg", "jpg"),
        ("gif", "gif"),
        ("pdf", "pdf"),
        ("zip", "zip"),
        ("javascript", "js"),
        ("text/", "txt"),
    ];
    if exchange.body.json().is_some() {
        return "json";
    }
    let media = exchange.header("Content-Type").unwrap_or_default().to_ascii_lowercase();
    let media = media.split(';').next().unwrap_or_default();
    let named = KINDS.iter().find(|(word, _)| media.contains(word)).map(|(_, kind)| *kind);
    named.unwrap_or(if matches!(exchange.body, AnswerBody::Text(_)) { "txt" } else { "bin" })
}
