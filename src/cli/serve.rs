//! `serve`: the article's server, until it is interrupted. Its address first, then the key, once; after that nothing on
//! stdout, and a line a request on stderr, without tokens.

use super::Exit;
use super::args::{Args, ServeArgs};
use super::client::Client;
use super::output::{Out, complain};
use crate::profile::{self, Profile};
use crate::secret::Secret;
use crate::serve::{self, Limits, Listener, Options, Told};
use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use std::sync::Arc;

/// Runs it.
pub(super) fn run(args: &Args, asked: &ServeArgs) -> Exit {
    let client = match Client::new(args) {
        Ok(client) => client,
        Err(exit) => return exit,
    };
    let (key, print) = match key(asked) {
        Ok(key) => key,
        Err(why) => {
            complain(&why);
            return Exit::Usage;
        }
    };
    let people = people(args, &client);
    let options = Options {
        port: asked.port,
        key: key.clone(),
        people,
        first: Some(client.profile.app.name.clone()),
        limits: Limits::default(),
    };
    let sessions = client.org.sessions().clone();
    let told: Listener = Arc::new(|told| complain(&line(&told)));
    client.until_ended(|ended| async move {
        let server = match serve::bind(options, sessions, told).await {
            Ok(server) => server,
            Err(error) => {
                complain(&format!("Cannot listen on 127.0.0.1:{}: {error}\n  → --port N names another", asked.port));
                return Exit::Usage;
            }
        };
        let mut out = Out::new();
        let shown = key.as_ref().filter(|_| print);
        let printed = out.line(&card(&server.origin(), shown, args.json)).and_then(|()| out.flush());
        // The lock on stdout is not held while it serves.
        drop(out);
        if let Err(stop) = printed {
            return stop.exit();
        }
        match server.run(ended).await {
            Ok(()) => Exit::Fine,
            Err(error) => {
                complain(&format!("The server ended: {error}"));
                Exit::Network
            }
        }
    })
}

/// The users of the app that was named, or everybody.
fn people(args: &Args, client: &Client) -> Vec<Profile> {
    let mut all = profile::load(&client.config).all();
    if args.profile().is_some() {
        all.retain(|profile| profile.app.name == client.profile.app.name);
    }
    all
}

/// The key, and whether it is to be printed.
fn key(asked: &ServeArgs) -> Result<(Option<Secret>, bool), String> {
    const LEAST: usize = 16;
    if asked.no_key {
        return Ok((None, false));
    }
    if let Some(given) = &asked.key {
        let plain = given.chars().all(|c| c.is_ascii_graphic());
        return if plain && given.len() >= LEAST {
            Ok((Some(Secret::new(given.clone())), false))
        } else {
            Err(format!("A key has at least {LEAST} letters, digits or signs, and no blanks"))
        };
    }
    let mut bytes = [0_u8; 32];
    rand::fill(&mut bytes).map_err(|_| "The system has no randomness for a key".to_owned())?;
    Ok((Some(Secret::new(URL_SAFE_NO_PAD.encode(bytes))), true))
}

fn card(origin: &str, key: Option<&Secret>, as_json: bool) -> String {
    let address = format!("{origin}/api/jwtauth");
    if as_json {
        return json!({ "url": address, "key": key.map(Secret::expose) }).to_string();
    }
    let header = key.map(|key| format!("\nX-Orgdeck-Key: {}", key.expose())).unwrap_or_default();
    format!("{address}{header}")
}

fn line(told: &Told) -> String {
    let who = told.who.as_ref().map(|who| format!("  {who}")).unwrap_or_default();
    let why = told.why.as_ref().map(|why| format!("  {why}")).unwrap_or_default();
    format!("{}{who}{why}", told.status)
}
