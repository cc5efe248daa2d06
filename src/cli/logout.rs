//! `logout`: ends a session at its org and forgets the token that was kept of it, also where the org cannot be told.

use super::Exit;
use super::args::{Args, LogoutArgs};
use super::client::{self, Tokio};
use super::commands::finish;
use super::output::{Out, Stop, complain, fail};
use crate::auth::LoggedOut;
use crate::org::Org;
use crate::profile::{Profile, Tokens};
use crate::request::Failure;
use serde_json::json;

/// Whose, and what came of it.
type Done = (String, LoggedOut);

/// Runs it.
pub(super) fn run(args: &Args, asked: &LogoutArgs) -> Exit {
    let (paths, profiles) = match client::profiles(args) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let who = match asked.all {
        // What lies in the file is found there; a keyring has to be asked for each.
        true => profiles.all().into_iter().filter(|one| one.app.tokens == Tokens::Keyring).collect(),
        false => match client::choose(args.profile(), &profiles) {
            Ok(profile) => vec![profile],
            Err(exit) => return exit,
        },
    };
    let started = Tokio::start().and_then(|tokio| Ok((tokio, client::org(&paths)?)));
    let ((tokio, ending), (org, _)) = match started {
        Ok(started) => started,
        Err(exit) => return exit,
    };
    let ended = tokio.block_on(async {
        tokio::select! {
            biased;
            number = ending.wait() => Err(Exit::Signal(number)),
            done = end(&org, who, asked.all) => Ok(done),
        }
    });
    let (done, failures) = match ended {
        Ok(ended) => ended,
        Err(exit) => return exit,
    };
    let mut out = Out::new();
    let printed = print(&done, args.json, asked.all, &mut out);
    let mut exit = Exit::Fine;
    if done.iter().any(|(_, one)| matches!(one, LoggedOut::OnlyHere(_))) {
        exit = Exit::Network;
    }
    for failure in &failures {
        exit = fail(failure);
    }
    finish(printed, &mut out, exit)
}

async fn end(org: &Org, who: Vec<Profile>, all: bool) -> (Vec<Done>, Vec<Failure>) {
    let (mut done, mut failures) = (Vec::new(), Vec::new());
    for profile in who {
        match org.log_out(&profile).await {
            Ok(ended) => done.push((profile.id().to_string(), ended)),
            Err(failure) => failures.push(failure),
        }
    }
    if all {
        match org.sessions().log_out_kept().await {
            Ok(ended) => done.extend(ended),
            Err(error) => complain(&error.to_string()),
        }
    }
    (done, failures)
}

fn print(done: &[Done], as_json: bool, all: bool, out: &mut Out) -> Result<(), Stop> {
    for (who, ended) in done {
        let line = if as_json {
            let (word, why) = match ended {
                LoggedOut::Nothing => ("nothing", None),
                LoggedOut::Ended => ("ended", None),
                LoggedOut::OnlyHere(why) => ("forgotten", Some(why)),
            };
            json!({ "who": who, "session": word, "why": why }).to_string()
        } else {
            format!("{who}: {ended}")
        };
        out.line(&line)?;
    }
    if done.is_empty() && all && !as_json {
        out.line("No token is kept")?;
    }
    Ok(())
}
