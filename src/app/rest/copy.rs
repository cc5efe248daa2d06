//! Copying from an answer: a value, its path, the row, the body, the address. What is called a secret in it, or
//! looks like one, asks first.

use crate::app::answer::View;
use crate::app::command::Command;
use crate::app::dialog::Dialog;
use crate::app::event::{Clip, Effect};
use crate::app::page::{Outcome, Page};
use crate::app::state::{Out, State};
use crate::json::{Kind, NodeId, pretty};
use crate::profile::{holds_a_secret, names_a_secret};
use crate::request::{AnswerBody, Exchange};
use crate::secret::Secret;
use std::borrow::Cow;

/// The most that is put on the clipboard.
const COPY_MOST: usize = 8 << 20;

/// Copies what the command names.
pub fn copy(state: &mut State, command: Command, out: &mut Out) {
    let Some(page) = &state.rest.pages.current else { return };
    let Outcome::Answered(exchange) = &page.outcome else { return };
    let (what, text) = match command {
        Command::CopyAddress => ("the address", Some(exchange.url.clone())),
        Command::CopyBody => (label(command), body_text(&exchange.body)),
        _ => (label(command), node_text(page, exchange, command)),
    };
    match text {
        Some(text) if text.len() > COPY_MOST => {
            state.tell(format!("{} bytes are too many for the clipboard", text.len()));
        }
        Some(text) => match secret(page, exchange, command, &text) {
            Some(name) => state.dialog = Some(Dialog::CopySecret(name, Secret::new(text))),
            None => out.push(Effect::Copy(what.to_owned(), Clip::Text(text))),
        },
        None => state.tell("Nothing to copy here".to_owned()),
    }
}

/// The name of the secret in what would be copied, where there is one: what is called so, or looks so.
fn secret(page: &Page, exchange: &Exchange, command: Command, text: &str) -> Option<String> {
    /// Members of a row or body that are looked at.
    const MEMBERS: NodeId = 2000;
    if command == Command::CopyPath || command == Command::CopyAddress {
        return None;
    }
    let place = match command {
        Command::CopyBody => page.look.document(exchange).and_then(|d| d.root().map(|root| (d, root))),
        _ => page.look.node(exchange),
    };
    let named = place.and_then(|(document, node)| {
        let last = document.end(node).min(node.saturating_add(MEMBERS));
        (node..last).find_map(|inside| {
            let string = document.kind(inside) == Kind::String && document.raw(inside).len() > 2;
            document.key(inside).filter(|key| string && names_a_secret(key)).map(Cow::into_owned)
        })
    });
    named.or_else(|| holds_a_secret(text).then(|| "a session or token".to_owned()))
}

fn label(command: Command) -> &'static str {
    match command {
        Command::CopyBody => "the body",
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
