//! `request … --jq`: what jq makes of an answer, on stdout. The program is the user's own and runs here: ctrl-c ends it.

use super::Exit;
use super::client::Client;
use super::commands::finish;
use super::output::{Out, Stop, complain};
use super::request::{body_for_people, told};
use crate::json::Document;
use crate::json::filter::{self, FilterError, Input};
use crate::request::{AnswerBody, Request};
use std::sync::Arc;

/// Sends the request and prints the outputs. The body of an error is printed as it is: it is no answer to the question.
pub(super) fn run(client: &Client, request: Request, program: &str, raw: bool, out: &mut Out) -> Exit {
    let exchange = match client.wait(client.ask(request), |org, ask| async move { org.ask(ask).await }) {
        Ok(exchange) => exchange,
        Err(exit) => return exit,
    };
    let exit = told(&exchange);
    if !exchange.ok() {
        let printed = body_for_people(&exchange, false, out);
        return finish(printed, out, exit);
    }
    let document = match &exchange.body {
        AnswerBody::Spooled(spool) => match std::fs::read(&spool.path) {
            Ok(bytes) => Arc::new(Document::parse(bytes)),
            Err(error) => {
                complain(&format!("The answer could not be read again: {error}"));
                return Exit::Usage;
            }
        },
        AnswerBody::Json(document) => Arc::clone(document),
        AnswerBody::Empty | AnswerBody::Text(_) | AnswerBody::Binary(_) => {
            complain("The answer is no JSON: there is nothing to filter");
            return Exit::Usage;
        }
    };
    let mut stopped = Ok(());
    let indent = out.is_terminal();
    let ended = filter::run(
        program,
        || Input::of(document),
        |output| {
            stopped = print(&output, raw, indent, out);
            stopped.is_ok()
        },
    );
    let exit = match ended {
        Ok(()) => exit,
        Err(error) => {
            complain(&wrong(program, &error));
            Exit::Usage
        }
    };
    finish(stopped, out, exit)
}

fn print(output: &filter::Output<'_>, raw: bool, indent: bool, out: &mut Out) -> Result<(), Stop> {
    let mut text = Vec::new();
    output.write(&mut text, indent)?;
    let text = String::from_utf8_lossy(&text);
    match raw.then(|| serde_json::from_str::<String>(&text)) {
        Some(Ok(string)) => out.line(&string),
        _ => out.line(&text),
    }
}

/// What is wrong with a filter, with a mark under its place.
pub(super) fn wrong(program: &str, error: &FilterError) -> String {
    match error {
        FilterError::Program { at, what } if !program.contains('\n') => {
            let before = program.get(..*at).map_or(0, |text| text.chars().count());
            format!("--jq: {what}\n  {program}\n  {}^", " ".repeat(before))
        }
        other => format!("--jq: {other}"),
    }
}
