//! `doctor`: why a login does not work, for one profile or all of them. What it tells holds no secret.

use super::Exit;
use super::args::{Args, DoctorArgs};
use super::client::{self, Tokio};
use super::commands::finish;
use super::output::{Out, Stop, complain};
use super::passphrase::{self, Typed};
use super::signals::Ending;
use crate::auth::key_form;
use crate::org::doctor::{self, Line, Outcome, Patient, Report};
use crate::org::{Org, each};
use crate::profile::{Passphrase, Profile, Profiles, Settings};
use crate::request::Failure;
use crate::runtime::save_text;
use crate::secret::Secret;
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};

/// What an examination needs.
struct Practice {
    org: Org,
    settings: Settings,
    profiles: Profiles,
    tokio: Tokio,
    ending: Ending,
}

/// Runs it.
pub(super) fn run(args: &Args, asked: &DoctorArgs) -> Exit {
    match examined(args, asked) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn examined(args: &Args, asked: &DoctorArgs) -> Result<Exit, Exit> {
    let (paths, profiles) = client::profiles(args)?;
    let people = if asked.all {
        profiles.problems.iter().for_each(|problem| complain(&client::problem_lines(problem)));
        profiles.all()
    } else {
        vec![client::choose(asked.who.as_deref().or(args.profile()), &profiles)?]
    };
    if people.is_empty() {
        client::complain_of_nobody(&profiles, &profiles.nobody());
        return Err(Exit::Usage);
    }
    let (tokio, ending) = Tokio::start()?;
    let (org, settings) = client::org(&paths)?;
    let practice = Practice { org, settings, profiles, tokio, ending };
    let out = Mutex::new((Out::new(), Ok(())));
    let reports = match people.as_slice() {
        [one] if !asked.all => vec![practice.one(one, &out, !args.json)?],
        all => practice.all(all, &out, !args.json)?,
    };
    let (mut out, mut printed) = out.into_inner().unwrap_or_else(PoisonError::into_inner);
    if args.json {
        let mut list: Vec<Value> = reports.iter().map(as_json).collect();
        let told = if asked.all { Value::from(list) } else { list.pop().unwrap_or_default() };
        printed = out.line(&told.to_string());
    }
    let mut exit = exit_of(&reports);
    if let Some(path) = &asked.report
        && let Err(failed) = write_report(path, &reports)
    {
        exit = failed;
    }
    Ok(finish(printed, &mut out, exit))
}

type Printer = Mutex<(Out, Result<(), Stop>)>;

/// Prints at once, and keeps what went wrong first.
fn print(to: &Printer, text: &str) {
    let mut to = to.lock().unwrap_or_else(PoisonError::into_inner);
    let (out, result) = &mut *to;
    if result.is_ok() {
        *result = out.text(text).and_then(|()| out.flush());
    }
}

impl Practice {
    fn patient<'a>(&'a self, profile: &'a Profile, passphrase: Option<&'a Secret>) -> Patient<'a> {
        Patient {
            org: &self.org,
            profile,
            file: &self.profiles.file,
            problems: &self.profiles.problems,
            passphrase,
            ca_file: self.settings.network.ca_file.as_deref(),
        }
    }

    /// One, whose lines are printed as they are known.
    fn one(&self, profile: &Profile, out: &Printer, for_people: bool) -> Result<Report, Exit> {
        let passphrase = self.asked_for(profile)?;
        if for_people {
            print(out, &head(profile));
        }
        let tell = |line: &Line| {
            if for_people {
                print(out, &line.text());
            }
        };
        let patient = self.patient(profile, passphrase.as_ref());
        let report = self.unless_ended(doctor::examine(&patient, &tell))?;
        if for_people {
            print(out, &format!("\n{}\n", report.summary()));
        }
        Ok(report)
    }

    /// All of them, several at once, in their order. Nobody is asked for a passphrase.
    fn all(&self, people: &[Profile], out: &Printer, for_people: bool) -> Result<Vec<Report>, Exit> {
        self.unless_ended(async {
            let one = |profile: Profile| async move {
                let quiet = |_: &Line| {};
                doctor::examine(&self.patient(&profile, None), &quiet).await
            };
            let mut coming = pin!(each(people.to_vec(), one));
            // Who is done waits for those before, so that the order is the file's.
            let mut early: HashMap<usize, Report> = HashMap::new();
            let mut reports: Vec<Report> = Vec::new();
            while let Some((place, report)) = coming.next().await {
                early.insert(place, report);
                while let Some(report) = early.remove(&reports.len()) {
                    if for_people {
                        let between = if reports.is_empty() { "" } else { "\n" };
                        let who = people.get(reports.len()).map(head).unwrap_or_default();
                        let lines: String = report.lines.iter().map(Line::text).collect();
                        print(out, &format!("{between}{who}{lines}\n{}\n", report.summary()));
                    }
                    reports.push(report);
                }
            }
            reports
        })
    }

    /// The passphrase of an encrypted key that asks for one, where there is somebody to ask.
    fn asked_for(&self, profile: &Profile) -> Result<Option<Secret>, Exit> {
        let encrypted = key_form(&profile.app.private_key).is_ok_and(|form| form.encrypted);
        if !encrypted || profile.app.passphrase != Passphrase::Ask {
            return Ok(None);
        }
        let title = format!("The private key of {} needs its passphrase", profile.app.name);
        let failure = Failure { title, ..Failure::default() };
        match self.tokio.block_on(passphrase::ask(&failure, &self.ending)) {
            Typed::Given(given) => Ok(Some(given)),
            Typed::Nothing => Ok(None),
            Typed::Signal(number) => Err(Exit::Signal(number)),
        }
    }

    fn unless_ended<T>(&self, work: impl Future<Output = T>) -> Result<T, Exit> {
        self.tokio.block_on(async {
            tokio::select! {
                biased;
                number = self.ending.wait() => Err(Exit::Signal(number)),
                done = work => Ok(done),
            }
        })
    }
}

fn head(profile: &Profile) -> String {
    let host = profile.app.login_url.origin().ascii_serialization();
    format!("{} ▸ {}, {host}\n\n", profile.app.name, profile.user.username)
}

fn exit_of(reports: &[Report]) -> Exit {
    match reports.iter().map(Report::outcome).max() {
        None | Some(Outcome::Fine) => Exit::Fine,
        Some(Outcome::Org) => Exit::Org,
        Some(Outcome::Setup) => Exit::Usage,
        Some(Outcome::Login) => Exit::Login,
        Some(Outcome::Network) => Exit::Network,
    }
}

/// For nobody else to read, whole or not at all.
fn write_report(path: &Path, reports: &[Report]) -> Result<(), Exit> {
    let texts: Vec<String> = reports.iter().map(Report::text).collect();
    save_text(&texts.join("\n\n"), path, true).map_err(|error| {
        complain(&format!("The report could not be written to {}: {error}", path.display()));
        Exit::Usage
    })
}

fn as_json(report: &Report) -> Value {
    let line = |line: &Line| {
        let facts: serde_json::Map<String, Value> =
            line.facts.iter().map(|(label, value)| (label.clone(), Value::from(value.as_str()))).collect();
        json!({
            "check": line.check.name(),
            "standing": line.standing.name(),
            "what": line.what,
            "cure": line.cure,
            "facts": facts,
        })
    };
    json!({
        "profile": report.who.to_string(),
        "login_url": report.login_url,
        "kind": report.kind,
        "client_id": report.client_id,
        "at": report.at.to_string(),
        "summary": report.summary(),
        "checks": report.lines.iter().map(line).collect::<Vec<_>>(),
    })
}
