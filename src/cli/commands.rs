//! `profiles`, `token`, `whoami`.

use super::Exit;
use super::args::Args;
use super::client::{self, Client};
use super::output::{Out, Stop, aligned, complain, fail};
use crate::json::pretty;
use crate::org::Identity;
use crate::profile::{Profile, Profiles};
use crate::request::{AnswerBody, Request};
use serde_json::json;

/// Lists who one can be.
pub(super) fn profiles(args: &Args) -> Exit {
    let (_, profiles) = match client::profiles(args) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    if profiles.apps.is_empty() {
        client::complain_of_nobody(&profiles, &profiles.nobody());
    } else {
        profiles.problems.iter().for_each(|problem| complain(&client::problem_lines(problem)));
    }
    let exit = if profiles.apps.is_empty() { Exit::Usage } else { Exit::Fine };
    let mut out = Out::new();
    if profiles.apps.is_empty() && !args.json {
        return exit;
    }
    let printed = if args.json { profiles_json(&profiles, &mut out) } else { profiles_table(&profiles, &mut out) };
    finish(printed, &mut out, exit)
}

fn is_default(profiles: &Profiles, profile: &Profile) -> bool {
    profiles.start().is_some_and(|p| p.id() == profile.id())
}

fn profiles_json(profiles: &Profiles, out: &mut Out) -> Result<(), Stop> {
    let list: Vec<_> = profiles
        .all()
        .iter()
        .map(|p| {
            json!({
                "app": p.app.name,
                "username": p.user.username,
                "alias": p.user.alias,
                "kind": p.app.kind.as_str(),
                "login_url": p.app.login_url.as_str().trim_end_matches('/'),
                "read_only": p.app.read_only,
                "default": is_default(profiles, p),
            })
        })
        .collect();
    out.line(&serde_json::Value::from(list).to_string())
}

fn profiles_table(profiles: &Profiles, out: &mut Out) -> Result<(), Stop> {
    let mut rows = vec![["", "APP", "ALIAS", "USERNAME", "KIND", "LOGIN"].map(str::to_owned).to_vec()];
    for profile in profiles.all() {
        let kind = format!("{}{}", profile.app.kind.as_str(), if profile.app.read_only { ", read-only" } else { "" });
        rows.push(vec![
            if is_default(profiles, &profile) { "*" } else { "" }.to_owned(),
            profile.app.name.clone(),
            profile.user.alias.clone().unwrap_or_default(),
            profile.user.username.clone(),
            kind,
            profile.app.login_url.as_str().trim_end_matches('/').to_owned(),
        ]);
    }
    out.text(&aligned(&rows))
}

/// Prints the token answer as Salesforce gave it.
pub(super) fn token(args: &Args) -> Exit {
    let client = match Client::new(args) {
        Ok(client) => client,
        Err(exit) => return exit,
    };
    let profile = client.profile.clone();
    let token = client.wait(client.ask(Request::get("")), |org, _| {
        let profile = profile.clone();
        async move { org.log_in_anew(&profile).await }
    });
    match token {
        Ok(token) => {
            let mut out = Out::new();
            let printed = out.line(token.answer.expose().trim_end());
            finish(printed, &mut out, Exit::Fine)
        }
        Err(exit) => exit,
    }
}

/// Prints who the token belongs to.
pub(super) fn whoami(args: &Args) -> Exit {
    let client = match Client::new(args) {
        Ok(client) => client,
        Err(exit) => return exit,
    };
    let ask = client.ask(Request::get("{{IdURL}}?version=latest"));
    let exchange = match client.wait(ask, |org, ask| async move { org.ask(ask).await }) {
        Ok(exchange) => exchange,
        Err(exit) => return exit,
    };
    if let Some(failure) = exchange.cut.as_ref().or(exchange.trouble.as_ref()) {
        return fail(failure);
    }
    let AnswerBody::Json(document) = &exchange.body else {
        complain("The identity is no JSON");
        return Exit::Org;
    };
    let mut out = Out::new();
    let printed = match (args.json, Identity::parse(document), document.root()) {
        (false, Some(identity), _) => out.text(&aligned(&rows(&client.profile, &identity))),
        (_, _, Some(root)) if args.json => out.line(&pretty(document, root, usize::MAX)),
        _ => out.bytes(document.bytes()),
    };
    finish(printed, &mut out, Exit::Fine)
}

fn rows(profile: &Profile, identity: &Identity) -> Vec<Vec<String>> {
    let row = |label: &str, value: &str| vec![label.to_owned(), value.to_owned()];
    let yes = |flag: Option<bool>| flag.map_or("", |f| if f { "yes" } else { "no" });
    let mut rows = vec![
        row("profile", &profile.id().to_string()),
        row("name", &identity.display_name),
        row("username", &identity.username),
        row("email", &identity.email),
        row("user id", &identity.user_id),
        row("org id", &identity.organization_id),
        row("user type", &identity.user_type),
        row("active", yes(identity.active)),
        row("locale", &identity.locale),
        row("language", &identity.language),
        row("time zone", &identity.timezone),
        row("last modified", &identity.last_modified_date),
        row("id url", &identity.id),
    ];
    rows.retain(|r| r.last().is_some_and(|v| !v.is_empty()));
    rows
}

/// What printing came to.
pub(super) fn finish(printed: Result<(), Stop>, out: &mut Out, exit: Exit) -> Exit {
    match printed.and_then(|()| out.flush()) {
        Ok(()) => exit,
        Err(stop) => stop.exit(),
    }
}
