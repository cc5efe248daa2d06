//! `history`: what was asked, on the screen and on the command line; looked for, shown, sent again, deleted.

use super::Exit;
use super::args::{Args, HistoryArgs, HistorySub, SendArgs, ShowArgs};
use super::client::{self, Client};
use super::commands::finish;
use super::output::{Out, Stop, aligned, complain};
use super::request::{body_for_people, object, told};
use crate::profile::load_settings;
use crate::request::{Failure, Past, PastId, PastQuery, PastRow, RequestBody, is_masked};
use crate::store::history::{Archive, ArchiveError, HISTORY_FILE};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Runs it.
pub(super) fn run(args: &Args, asked: &HistoryArgs) -> Exit {
    let done = match &asked.command {
        None => list(args, asked),
        Some(HistorySub::Show(asked)) => show(args, asked),
        Some(HistorySub::Send(asked)) => send(args, asked),
        Some(HistorySub::Delete { id }) => delete(args, *id),
        Some(HistorySub::Clear) => clear(args),
    };
    done.unwrap_or_else(|exit| exit)
}

/// The history of the config folder.
fn open(args: &Args) -> Result<Archive, Exit> {
    let paths = client::paths(args)?;
    let (settings, _) = load_settings(&paths.config);
    let (archive, words) = Archive::open(&paths.state.join(HISTORY_FILE), settings.history).map_err(|e| broken(&e))?;
    words.iter().for_each(|words| complain(&format!("note: {words}")));
    Ok(archive)
}

fn broken(error: &ArchiveError) -> Exit {
    complain(&format!("The history cannot be read: {error}"));
    Exit::Usage
}

/// One exchange of the history.
pub(super) fn past(args: &Args, id: PastId) -> Result<Past, Exit> {
    open(args)?.entry(id).map_err(|error| broken(&error))?.ok_or_else(|| none(id))
}

fn none(id: PastId) -> Exit {
    complain(&format!("The history has no exchange {id}\n  → orgdeck history lists them"));
    Exit::Usage
}

fn list(args: &Args, asked: &HistoryArgs) -> Result<Exit, Exit> {
    let (now, zone) = (Timestamp::now(), TimeZone::system());
    let text = asked.text.join(" ");
    let (mut query, mut wrong) = PastQuery::parse(&text, now, &zone);
    let filters = [
        ("status", &asked.status),
        ("method", &asked.method),
        ("user", &asked.user),
        ("org", &asked.org),
        ("before", &asked.before),
        ("after", &asked.after),
    ];
    for (name, value) in filters {
        if let Some(Err(why)) = value.as_ref().map(|value| query.set(name, value, now, &zone)) {
            wrong = wrong.or(Some(why));
        }
    }
    if let Some(why) = wrong {
        complain(&why);
        return Err(Exit::Usage);
    }
    let never = Arc::new(AtomicBool::new(false));
    let page = open(args)?.read(&query, 0, asked.limit, &never).map_err(|error| broken(&error))?;
    let mut out = Out::new();
    let printed = match args.json {
        true => out.line(&json!(page.rows.iter().map(row_json).collect::<Vec<_>>()).to_string()),
        false if page.rows.is_empty() => Ok(()),
        false => table(&page.rows, &zone, &mut out),
    };
    if page.total > page.rows.len() {
        complain(&format!("{} of {}; --limit shows more", page.rows.len(), page.total));
    } else if page.total == 0 && !args.json {
        complain("Nothing fits");
    }
    Ok(finish(printed, &mut out, Exit::Fine))
}

fn row_json(row: &PastRow) -> serde_json::Value {
    json!({
        "id": row.id,
        "at": row.at.to_string(),
        "app": row.who.app,
        "username": row.who.username,
        "org": row.org_id,
        "instance": row.instance,
        "method": row.method,
        "address": row.address,
        "url": row.url,
        "status": Some(row.status).filter(|_| row.failed.is_empty()),
        "failed": Some(&row.failed).filter(|why| !why.is_empty()),
        "pages": row.pages,
        "ms": row.took.as_secs_f64() * 1e3,
        "bytes": row.bytes,
    })
}

fn table(rows: &[PastRow], zone: &TimeZone, out: &mut Out) -> Result<(), Stop> {
    let mut lines =
        vec![["ID", "WHEN", "WHO", "STATUS", "TOOK", "BYTES", "METHOD", "ADDRESS"].map(str::to_owned).to_vec()];
    lines.extend(rows.iter().map(|row| {
        vec![
            row.id.to_string(),
            when(row, zone),
            row.who.to_string(),
            if row.failed.is_empty() { row.status.to_string() } else { row.failed_briefly().to_owned() },
            took(row),
            row.bytes.to_string(),
            row.method.clone(),
            // A query of several lines in one.
            row.address.split_whitespace().chain(row.pages_told().split_whitespace()).collect::<Vec<_>>().join(" "),
        ]
    }));
    out.text(&aligned(&lines))
}

fn when(row: &PastRow, zone: &TimeZone) -> String {
    row.at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn took(row: &PastRow) -> String {
    format!("{:.1} ms", row.took.as_secs_f64() * 1e3)
}

fn show(args: &Args, asked: &ShowArgs) -> Result<Exit, Exit> {
    let past = past(args, asked.id)?;
    let mut out = Out::new();
    let printed = match (asked.body, args.json) {
        (true, _) => body_for_people(&past.exchange, false, &mut out),
        (false, true) => object(&past.exchange, &mut out),
        (false, false) => whole(&past, &mut out),
    };
    if let Some(cut) = &past.exchange.cut {
        complain(&format!("note: {}", cut.title));
    }
    if let Some(why) = past.exchange.unanswered().filter(|_| asked.body) {
        complain(&format!("note: there was no answer: {}", why.title));
    }
    Ok(finish(printed, &mut out, Exit::Fine))
}

/// What was asked, and what was answered.
fn whole(past: &Past, out: &mut Out) -> Result<(), Stop> {
    let row = &past.row;
    let place = if row.instance.is_empty() { String::new() } else { format!("  {}", row.instance) };
    out.line(&format!("{}  {}  {}{place}", row.id, when(row, &TimeZone::system()), row.who))?;
    out.line(&format!("{} {}", row.method, row.address))?;
    for param in &past.request.params {
        out.line(&format!("{}{}={}", if param.on { "" } else { "# " }, param.name, param.value))?;
    }
    for header in &past.request.headers {
        out.line(&format!("{}{}: {}", if header.on { "" } else { "# " }, header.name, header.value))?;
    }
    match &past.request.body {
        RequestBody::Empty => {}
        RequestBody::Text(text) => out.line(&format!("\n{}", text.trim_end()))?,
        RequestBody::File(path) => out.line(&format!("\n@{}", path.display()))?,
    }
    out.line(
        format!("\n{}  {}  {} bytes  {}", row.url, took(row), row.bytes, past.exchange.notes.join("; ")).trim_end(),
    )?;
    match past.exchange.unanswered() {
        Some(why) => no_answer(why, out),
        None => body_for_people(&past.exchange, true, out),
    }
}

fn no_answer(why: &Failure, out: &mut Out) -> Result<(), Stop> {
    out.line(&why.title)?;
    if !why.detail.is_empty() {
        out.line(&format!("  {}", why.detail))?;
    }
    why.facts.iter().try_for_each(|(label, value)| out.line(&format!("  {label}: {value}")))?;
    why.hint.iter().try_for_each(|hint| out.line(&format!("  → {hint}")))
}

/// By whom it was asked then, unless `-p` names another. The guard stands here as everywhere.
fn send(args: &Args, asked: &SendArgs) -> Result<Exit, Exit> {
    let past = past(args, asked.id)?;
    if is_masked(&past.request) {
        complain(&format!("Not sent: a part of exchange {} was not kept and is masked", asked.id));
        complain("  → orgdeck history show tells which; send it anew with orgdeck request");
        return Err(Exit::Usage);
    }
    let then = format!("{}/{}", past.row.who.app, past.row.who.username);
    let mut client = Client::of(args, Some(args.profile().unwrap_or(&then)))?;
    client.take_variables(&asked.variables)?;
    let exchange = client.wait(client.ask(past.request), |org, ask| async move { org.ask(ask).await })?;
    let mut out = Out::new();
    let printed = match args.json {
        true => object(&exchange, &mut out),
        false => body_for_people(&exchange, asked.include, &mut out),
    };
    let exit = told(&exchange);
    Ok(finish(printed, &mut out, exit))
}

fn delete(args: &Args, id: PastId) -> Result<Exit, Exit> {
    match open(args)?.forget(id).map_err(|error| broken(&error))? {
        true => Ok(Exit::Fine),
        false => Err(none(id)),
    }
}

fn clear(args: &Args) -> Result<Exit, Exit> {
    let mut archive = open(args)?;
    if !args.yes {
        complain("Not deleted: all of the history would go\n  → --yes deletes it");
        return Err(Exit::Usage);
    }
    let count = archive.clear().map_err(|error| broken(&error))?;
    complain(&format!("{count} deleted"));
    Ok(Exit::Fine)
}
