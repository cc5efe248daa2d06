//! Copying from an answer: a value, its path, the row, the body, the address. Nothing here is a secret: an exchange holds none.

use crate::app::answer::View;
use crate::app::command::Command;
use crate::app::event::{Clip, Effect};
use crate::app::page::{Outcome, Page};
use crate::app::state::{Out, State};
use crate::json::{Kind, pretty};
use crate::request::{AnswerBody, Exchange};

/// The most that is put on the clipboard.
const COPY_MOST: usize = 8 << 20;

/// Copies what the command names.
pub fn copy(state: &mut State, command: Command, out: &mut Out) {
    let Some(page) = &state.rest.pages.current else { return };
    let Outcome::Answered(exchange) = &page.outcome else { return };
    let (what, text) = match command {
        Command::CopyAddress => ("the address", Some(exchange.url.clone())),
        Command::CopyBody => ("the body", body_text(&exchange.body)),
        _ => (label(command), node_text(page, exchange, command)),
    };
    match text {
        Some(text) if text.len() > COPY_MOST => {
            state.tell(format!("{} bytes are too many for the clipboard", text.len()));
        }
        Some(text) => out.push(Effect::Copy(what.to_owned(), Clip::Text(text))),
        None => state.tell("Nothing to copy here".to_owned()),
    }
}

fn label(command: Command) -> &'static str {
    match command {
        Command::CopyPath => "the path",
        Command::CopyRow => "the row",
        _ => "the value",
    }
}

fn body_text(body: &AnswerBody) -> Option<String> {
    match body {
        AnswerBody::Json(document) => Some(String::from_utf8_lossy(document.bytes()).into_owned()),
        AnswerBody::Text(text) => Some(text.to_string()),
        AnswerBody::Empty | AnswerBody::Binary(_) | AnswerBody::Spooled(_) => None,
    }
}

fn node_text(page: &Page, exchange: &Exchange, command: Command) -> Option<String> {
    let (document, node) = page.look.node(exchange)?;
    Some(match command {
        Command::CopyPath => document.path(node),
        Command::CopyRow => {
            let record = page.look.table.as_ref().filter(|_| page.look.view == View::Table);
            match record.and_then(|t| t.record(t.row)) {
                Some((document, record)) => pretty(document, record, COPY_MOST),
                None => {
                    let name = document.key(node).map(|k| format!("{k}: ")).unwrap_or_default();
                    format!("{name}{}", pretty(document, node, COPY_MOST))
                }
            }
        }
        _ if document.kind(node) == Kind::String => document.text(node).into_owned(),
        _ => pretty(document, node, COPY_MOST),
    })
}
