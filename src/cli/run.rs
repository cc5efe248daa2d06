//! `run COLLECTION/REQUEST`: sends saved requests, one or all of a folder in turn. What their captures take is there for
//! those behind them.

use super::Exit;
use super::args::{Args, RunArgs};
use super::client::Client;
use super::collections::{folder, pick};
use super::commands::finish;
use super::output::{Out, Stop, complain};
use super::request::{body_for_people, object, told};
use crate::request::{Exchange, Request, RequestBody, Saved, Trust, VarOrigin};
use crate::runtime::captures;
use crate::store::Trusted;
use serde_json::json;
use std::path::Path;

/// Runs it.
pub(super) fn run(args: &Args, asked: &RunArgs) -> Exit {
    let picked = match folder(args).map(|folder| pick(&folder, &asked.path)) {
        Ok(Ok(picked)) => picked,
        Ok(Err(why)) => {
            complain(&why);
            return Exit::Usage;
        }
        Err(exit) => return exit,
    };
    let mut client = match Client::new(args) {
        Ok(client) => client,
        Err(exit) => return exit,
    };
    if let Err(exit) = client.take_variables(&asked.variables) {
        return exit;
    }
    let common: Vec<(String, String)> =
        picked.collection.about.variables().map(|(name, value)| (name.to_owned(), value)).collect();
    let trusted = Trusted::read(&client.config);
    let mut out = Out::new();
    let mut last = Exit::Fine;
    let wanted = |saved: &Saved| !saved.tags.iter().any(|tag| asked.skip.contains(tag));
    for (path, saved) in picked.requests.iter().filter(|(_, saved)| wanted(saved)) {
        let folder = picked.collection.root.join(path.parent().unwrap_or(Path::new("")));
        let exchange = match send(&mut client, saved, &common, &folder, trusted.of(&picked.collection.root, path)) {
            Ok(exchange) => exchange,
            Err(exit) => return exit,
        };
        let printed = match (picked.single, args.json) {
            (true, true) => object(&exchange, &mut out),
            (true, false) => body_for_people(&exchange, asked.include, &mut out),
            (false, _) => one_line(saved, &exchange, args.json, &mut out),
        };
        let exit = told(&exchange);
        if printed.is_err() {
            return finish(printed, &mut out, exit);
        }
        if exit != Exit::Fine {
            last = exit;
        }
    }
    finish(Ok(()), &mut out, last)
}

/// Sends one, with its own variables in place of those of the one before.
fn send(
    client: &mut Client,
    saved: &Saved,
    common: &[(String, String)],
    folder: &Path,
    trust: Trust,
) -> Result<Exchange, Exit> {
    client.variables.forget(VarOrigin::Request);
    for (name, value) in common.iter().chain(&saved.variables) {
        client.variables.set(VarOrigin::Request, name.clone(), value.clone());
    }
    let mut request = Request { trust, ..saved.request.clone() };
    // A file's place is told from the request's own folder, so that a collection can be moved.
    if let RequestBody::File(path) = &mut request.body {
        *path = folder.join(&*path);
    }
    let exchange = client.wait(client.ask(request), |org, ask| async move { org.ask(ask).await })?;
    let taken = captures::guarded(&saved.captures, &exchange);
    for (name, value) in taken.set {
        client.variables.set(VarOrigin::Captured, name, value);
    }
    // An answer that is an error says itself why there is nothing to take.
    for missed in taken.missed.iter().filter(|_| exchange.ok()) {
        complain(&format!("{}: {missed}", saved.name));
    }
    Ok(exchange)
}

fn one_line(saved: &Saved, exchange: &Exchange, as_json: bool, out: &mut Out) -> Result<(), Stop> {
    let ms = exchange.timing.total.as_secs_f64() * 1e3;
    if as_json {
        let line = json!({ "name": saved.name, "method": exchange.method, "url": exchange.url,
                           "status": exchange.status, "ms": ms, "bytes": exchange.body.len() });
        return out.line(&line.to_string());
    }
    out.line(&format!("{:>3}  {ms:>7.1} ms  {:<6}  {}", exchange.status, exchange.method, saved.name))
}
