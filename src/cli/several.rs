//! The same as several people at once: `profiles --check`, and `request` with more than one `-p`.
//!
//! One that fails does not stop the rest. Answers are told in the order of the profiles, whoever answers first.

use super::Exit;
use super::args::{Args, ProfilesArgs, RequestArgs};
use super::client::{Client, choose, confirmed, profiles};
use super::commands::finish;
use super::diff::{as_json, as_text};
use super::output::{Out, Stop, aligned, complain};
use super::request::{object, request};
use crate::app::diff::Compared;
use crate::org::{Ask, Identity, Org, each};
use crate::profile::Profile;
use crate::request::{AnswerBody, Exchange, Failure, FailureKind, Request};
use futures_util::StreamExt;
use serde_json::json;
use std::future::ready;
use std::io::IsTerminal;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// What came of one of them, and how long it took.
struct Outcome<T> {
    profile: Profile,
    took: Duration,
    result: Result<T, Failure>,
}

/// Does it as all of them; on a terminal it tells how far it is.
fn all<T, F>(client: &Client, people: Vec<Profile>, run: impl Fn(Profile) -> F + Clone) -> Result<Vec<Outcome<T>>, Exit>
where
    F: Future<Output = Result<T, Failure>>,
{
    let timed = move |profile: Profile| {
        let done = run(profile.clone());
        async move {
            let begun = Instant::now();
            let result = done.await;
            Outcome { profile, took: begun.elapsed(), result }
        }
    };
    let whole = people.len();
    let shown = whole > 1 && std::io::stderr().is_terminal();
    let mut done: Vec<(usize, Outcome<T>)> = client.run(async {
        let counted = each(people, timed).enumerate().then(|(count, one)| {
            if shown {
                progress(&format!("{} of {whole}", count + 1));
            }
            ready(one)
        });
        counted.collect().await
    })?;
    if shown {
        progress("");
    }
    done.sort_by_key(|(place, _)| *place);
    Ok(done.into_iter().map(|(_, one)| one).collect())
}

/// On the line that the next one is written over.
fn progress(words: &str) {
    use std::io::Write;
    // Nobody can be told that telling failed.
    let _ = write!(std::io::stderr(), "\r\u{1b}[K{words}");
}

/// `profiles --check`: logs in as each, and asks who it is.
pub(super) fn check(args: &Args, asked: &ProfilesArgs) -> Exit {
    match checked(args, asked) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn checked(args: &Args, asked: &ProfilesArgs) -> Result<Exit, Exit> {
    let (_, known) = profiles(args)?;
    let mut people = known.all();
    if !args.profiles.is_empty() {
        let mut wanted = Vec::new();
        for text in &args.profiles {
            match known.app(text) {
                Some(app) => wanted.extend(people.iter().filter(|one| one.app.name == app.name).cloned()),
                None => wanted.push(choose(Some(text), &known)?),
            }
        }
        people = wanted;
    }
    let client = Client::of(args, args.profile())?;
    let patience = Duration::from_secs(asked.timeout);
    let (org, client_of) = (client.org.clone(), &client);
    let outcomes = all(&client, people, |profile| {
        let ask = client_of.ask_as(&profile, Request::get("{{IdURL}}?version=latest"));
        let org = org.clone();
        async move {
            match tokio::time::timeout(patience, identity(&org, ask)).await {
                Ok(result) => result,
                Err(_) => Err(too_slow(patience)),
            }
        }
    })?;
    let mut out = Out::new();
    let printed = if args.json { check_json(&outcomes, &mut out) } else { check_table(&outcomes, &mut out) };
    let exit = worst(outcomes.iter().filter_map(|one| one.result.as_ref().err()));
    Ok(finish(printed, &mut out, exit))
}

fn too_slow(patience: Duration) -> Failure {
    Failure {
        title: format!("No answer within {} s", patience.as_secs()),
        hint: vec!["--timeout gives it longer".to_owned()],
        kind: FailureKind::Network,
        ..Failure::default()
    }
}

async fn identity(org: &Org, ask: Ask) -> Result<Identity, Failure> {
    let exchange = org.ask(ask).await?;
    if let Some(failure) = exchange.cut.or(exchange.trouble) {
        return Err(failure);
    }
    let found = exchange.body.json().and_then(|document| Identity::parse(document));
    found.ok_or_else(|| Failure {
        title: format!("The identity is no identity (status {})", exchange.status),
        kind: FailureKind::Org,
        ..Failure::default()
    })
}

/// How a command ends that met these failures: what is worst for a script to miss comes first.
fn worst<'a>(failures: impl Iterator<Item = &'a Failure>) -> Exit {
    let exits = failures.map(|failure| match failure.kind {
        FailureKind::Login | FailureKind::Passphrase { .. } => Exit::Login,
        FailureKind::Network | FailureKind::Unknown => Exit::Network,
        FailureKind::Org => Exit::Org,
        FailureKind::Usage | FailureKind::Refused | FailureKind::Confirm(_) => Exit::Usage,
    });
    let rank = |exit: &Exit| match exit {
        Exit::Login => 4,
        Exit::Network => 3,
        Exit::Usage => 2,
        Exit::Org => 1,
        _ => 0,
    };
    exits.max_by_key(rank).unwrap_or(Exit::Fine)
}

fn milliseconds(took: Duration) -> String {
    format!("{} ms", took.as_millis())
}

/// A failure in one line: what, and the org's words where they say more.
fn words(failure: &Failure) -> String {
    let detail = failure.detail.lines().next().unwrap_or_default();
    match detail.is_empty() || failure.title.contains(detail) {
        true => failure.title.clone(),
        false => format!("{}: {detail}", failure.title),
    }
}

fn check_table(outcomes: &[Outcome<Identity>], out: &mut Out) -> Result<(), Stop> {
    let mut rows = vec![["", "PROFILE", "TOOK", "WHO, OR WHY NOT"].map(str::to_owned).to_vec()];
    for one in outcomes {
        let (mark, said) = match &one.result {
            Ok(identity) => ("ok", format!("{} in {}", identity.display_name, identity.organization_id)),
            Err(failure) => ("failed", words(failure)),
        };
        let who = format!("{}/{}", one.profile.app.name, one.profile.user.short());
        rows.push(vec![mark.to_owned(), who, milliseconds(one.took), said]);
    }
    out.text(&aligned(&rows))?;
    out.flush()?;
    let fine = outcomes.iter().filter(|one| one.result.is_ok()).count();
    if fine < outcomes.len() {
        complain(&format!("{fine} of {} are fine", outcomes.len()));
    }
    Ok(())
}

fn failure_json(failure: &Failure) -> serde_json::Value {
    json!({ "title": failure.title, "detail": failure.detail, "hint": failure.hint })
}

fn check_json(outcomes: &[Outcome<Identity>], out: &mut Out) -> Result<(), Stop> {
    let list: Vec<_> = outcomes
        .iter()
        .map(|one| {
            let identity = one.result.as_ref().ok();
            json!({
                "app": one.profile.app.name,
                "username": one.profile.user.username,
                "ok": one.result.is_ok(),
                "ms": one.took.as_secs_f64() * 1e3,
                "name": identity.map(|found| &found.display_name),
                "user_id": identity.map(|found| &found.user_id),
                "org_id": identity.map(|found| &found.organization_id),
                "failure": one.result.as_ref().err().map(failure_json),
            })
        })
        .collect();
    out.line(&json!(list).to_string())
}

/// `request` as several people.
pub(super) fn ask(args: &Args, asked: &RequestArgs) -> Exit {
    match asked_all(args, asked) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn usage(why: &str) -> Exit {
    complain(why);
    Exit::Usage
}

fn asked_all(args: &Args, asked: &RequestArgs) -> Result<Exit, Exit> {
    if args.profiles.len() < 2 {
        return Err(usage("--diff compares the answers of several: give -p twice or more"));
    }
    if asked.jq.is_some() || asked.include {
        return Err(usage("With several -p there is neither --jq nor --include; --json has all of each answer"));
    }
    let mut spool = None;
    let question = request(asked, &mut spool).map_err(|why| usage(&why))?;
    let (_, known) = profiles(args)?;
    let mut people: Vec<Profile> = Vec::new();
    for text in &args.profiles {
        let one = choose(Some(text), &known)?;
        if !people.contains(&one) {
            people.push(one);
        }
    }
    let mut client = Client::of(args, args.profile())?;
    client.take_variables(&asked.variables)?;
    let (org, client_of, yes) = (client.org.clone(), &client, client.yes());
    let outcomes = all(&client, people, |profile| {
        let ask = client_of.ask_as(&profile, question.clone());
        let org = org.clone();
        async move { answered(&org, ask, yes).await }
    })?;
    let mut out = Out::new();
    let (printed, differ) = match (asked.diff, args.json) {
        (true, as_json) => differences(&outcomes, as_json, &mut out),
        (false, true) => (objects(&outcomes, &mut out), false),
        (false, false) => (list(&outcomes, &mut out), false),
    };
    let failures = outcomes.iter().filter_map(|one| trouble(&one.result));
    let exit = match worst(failures) {
        Exit::Fine if differ => Exit::Different,
        exit => exit,
    };
    Ok(finish(printed, &mut out, exit))
}

/// An answer; a write that `--yes` confirms is sent again once, as everywhere.
async fn answered(org: &Org, mut ask: Ask, yes: bool) -> Result<Exchange, Failure> {
    match org.ask(ask.clone()).await {
        Err(failure) if matches!(failure.kind, FailureKind::Confirm(_)) => {
            ask.permit = Some(confirmed(failure, yes, false)?);
            let again = org.ask(ask).await;
            again.map_err(|failure| confirmed(failure, yes, true).err().unwrap_or_default())
        }
        answer => answer,
    }
}

/// What went wrong, where something did: no answer, an answer cut off, or one that tells of an error.
fn trouble(result: &Result<Exchange, Failure>) -> Option<&Failure> {
    match result {
        Ok(exchange) => exchange.cut.as_ref().or(exchange.trouble.as_ref()),
        Err(failure) => Some(failure),
    }
}

fn rows(outcomes: &[Outcome<Exchange>]) -> Vec<Vec<String>> {
    let mut rows = vec![["PROFILE", "STATUS", "TOOK", "BYTES", ""].map(str::to_owned).to_vec()];
    let first = outcomes.first().and_then(|one| one.result.as_ref().ok());
    for (place, one) in outcomes.iter().enumerate() {
        let answer = one.result.as_ref().ok();
        let status = answer.map_or_else(|| "—".to_owned(), |exchange| exchange.status.to_string());
        let bytes = answer.map(|exchange| exchange.body.len().to_string()).unwrap_or_default();
        let said = match (trouble(&one.result), first, answer) {
            (Some(failure), ..) => words(failure),
            (None, Some(first), Some(own)) if place > 0 => match compare(&first.body, &own.body) {
                Some(compared) if compared.same() => "the same".to_owned(),
                Some(_) => "differs".to_owned(),
                None => String::new(),
            },
            _ => String::new(),
        };
        let who = format!("{}/{}", one.profile.app.name, one.profile.user.short());
        rows.push(vec![who, status, milliseconds(one.took), bytes, said]);
    }
    rows
}

/// What two answers have in common does not hang on the host they came from.
fn compare(left: &AnswerBody, right: &AnswerBody) -> Option<Compared> {
    Compared::of(left, right, true, &AtomicBool::new(false))
}

fn list(outcomes: &[Outcome<Exchange>], out: &mut Out) -> Result<(), Stop> {
    out.text(&aligned(&rows(outcomes)))
}

fn objects(outcomes: &[Outcome<Exchange>], out: &mut Out) -> Result<(), Stop> {
    out.text("[")?;
    for (place, one) in outcomes.iter().enumerate() {
        out.text(if place == 0 { "\n" } else { "," })?;
        match &one.result {
            Ok(exchange) => object(exchange, out)?,
            Err(failure) => {
                let who = one.profile.id().to_string();
                out.line(&json!({ "who": who, "failure": failure_json(failure) }).to_string())?;
            }
        }
    }
    out.line("]")
}

/// How each answer differs from the first one's; whether any does.
fn differences(outcomes: &[Outcome<Exchange>], in_json: bool, out: &mut Out) -> (Result<(), Stop>, bool) {
    complain(aligned(&rows(outcomes)).trim_end());
    let answers: Vec<(&Profile, &Exchange)> =
        outcomes.iter().filter_map(|one| Some((&one.profile, one.result.as_ref().ok()?))).collect();
    let Some(((first, left), others)) = answers.split_first() else { return (Ok(()), false) };
    let mut differ = false;
    let mut printed = Ok(());
    for (other, right) in others {
        let Some(compared) = compare(&left.body, &right.body) else { continue };
        differ |= !compared.same();
        printed = printed.and_then(|()| match (in_json, compared.same()) {
            (true, _) => as_json(&compared, out),
            (false, true) => Ok(()),
            (false, false) => as_text(&compared, &first.id().to_string(), &other.id().to_string(), out),
        });
    }
    (printed, differ)
}
