//! What every command that asks an org needs: the profile, the client, a runtime, the passphrase, the confirmation.

use super::Exit;
use super::args::Args;
use super::keep::{Beside, Keeper};
use super::output::{complain, fail};
use super::passphrase::{self, Typed};
use super::signals::Ending;
use crate::auth::{Clock, Sessions};
use crate::org::{self, Ask, Limits, ORG_QUERY, Org, OrgCard, Seen};
use crate::profile::{self, Paths, PickError, Problem, Profile, Profiles, Severity};
use crate::request::{Exchange, Failure, FailureKind, Permit, Request, Surroundings, VarOrigin, Variables};
use crate::store::history::HISTORY_FILE;
use crate::wire;
use futures_util::future::BoxFuture;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::runtime::{Handle, Runtime};

/// The folders of this run.
pub(super) fn paths(args: &Args) -> Result<Paths, Exit> {
    Paths::find(args.config.clone()).map_err(|error| {
        complain(&error.to_string());
        Exit::Usage
    })
}

/// The profiles of the config folder.
pub(super) fn profiles(args: &Args) -> Result<(Paths, Profiles), Exit> {
    let paths = paths(args)?;
    let profiles = profile::load(&paths.config);
    Ok((paths, profiles))
}

/// A problem as it is told on stderr: its place, what is wrong, and what would be right.
pub(super) fn problem_lines(problem: &Problem) -> String {
    let word = if problem.severity == Severity::Error { "error" } else { "warning" };
    let place = match (problem.line, problem.column) {
        (0, _) => String::new(),
        (line, column) => format!(":{line}:{column}"),
    };
    format!("{}{place}: {word}: {}\n  → {}", problem.file.display(), problem.what, problem.cure)
}

/// Tells what is wrong in `profiles.toml` as far as it matters for one app (none: for nobody in particular): its own
/// problems and those of the file as a whole. Of the others only how many there are.
fn tell_problems(profiles: &Profiles, app: Option<&str>) {
    let (own, others): (Vec<&Problem>, Vec<&Problem>) =
        profiles.problems.iter().partition(|problem| problem.app.is_none() || problem.app.as_deref() == app);
    own.iter().for_each(|problem| complain(&problem_lines(problem)));
    match others.len() {
        0 => {}
        1 => complain("note: 1 more problem in apps that are not used here\n  → orgdeck profiles shows it"),
        n => complain(&format!(
            "note: {n} more problems in apps that are not used here\n  → orgdeck profiles shows them"
        )),
    }
}

/// Somebody to be, and the means to ask.
pub(super) struct Client {
    /// Who.
    pub(super) profile: Profile,
    /// The org.
    pub(super) org: Org,
    /// The folder of `profiles.toml`.
    pub(super) config: PathBuf,
    /// The profile's variables and the file's.
    pub(super) variables: Variables,
    /// Where all that is asked is kept.
    pub(super) keeper: Arc<Keeper>,
    tokio: Tokio,
    ending: Ending,
    yes: bool,
}

impl Client {
    /// For the profile that the command line names, or the default one.
    pub(super) fn new(args: &Args) -> Result<Self, Exit> {
        Self::of(args, args.profile())
    }

    /// For this profile, or the default one.
    pub(super) fn of(args: &Args, wanted: Option<&str>) -> Result<Self, Exit> {
        let (paths, profiles) = profiles(args)?;
        let profile = choose(wanted, &profiles)?;
        let (settings, problems) = profile::load_settings(&paths.config);
        problems.iter().for_each(|problem| complain(&problem_lines(problem)));
        let (tokio, ending) = Tokio::start().map_err(|error| {
            complain(&format!("No runtime: {error}"));
            Exit::Usage
        })?;
        let wire = org::wire_settings(&settings, |name| std::env::var(name).ok());
        let wire = wire.and_then(|w| wire::Client::new(&w).map_err(|e| e.to_string())).map_err(|why| {
            complain(&format!("The HTTP client could not be made: {why}"));
            Exit::Usage
        })?;
        let clock: Clock = Arc::new(jiff::Timestamp::now);
        let sessions = Sessions::new(wire.clone(), Arc::clone(&clock));
        let limits = Limits {
            memory_cap: settings.answers.memory_cap_mib << 20,
            spool_dir: std::env::temp_dir(),
            blocking: None,
        };
        let org = Org::new(wire, sessions, clock, limits);
        let mut variables = Variables::new();
        for (name, value) in &profiles.variables {
            variables.set(VarOrigin::Global, name, value.clone());
        }
        for (name, value) in &profile.app.variables {
            variables.set(VarOrigin::Profile, name, value.clone());
        }
        let keeper = Arc::new(Keeper::new(paths.state.join(HISTORY_FILE), settings.history));
        Ok(Self { profile, org, config: paths.config, variables, keeper, tokio, ending, yes: args.yes })
    }

    /// Waits for something, asking for a passphrase and sending a confirmed write again where it is needed. A signal
    /// drops what is waited for, and the files that it made.
    pub(super) fn wait<T, F>(&self, mut ask: Ask, run: impl Fn(Org, Ask) -> F) -> Result<T, Exit>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        loop {
            let done = self.tokio.block_on(async {
                tokio::select! {
                    biased;
                    number = self.ending.wait() => Err(Exit::Signal(number)),
                    done = run(self.org.clone(), ask.clone()) => Ok(done),
                }
            })?;
            match done {
                Ok(done) => return Ok(done),
                Err(failure) if matches!(failure.kind, FailureKind::Passphrase { .. }) => {
                    match self.tokio.block_on(passphrase::ask(&failure, &self.ending)) {
                        Typed::Given(given) => self.org.sessions().give_passphrase(&self.profile.app.name, given),
                        Typed::Nothing => return Err(fail(&failure)),
                        Typed::Signal(number) => return Err(Exit::Signal(number)),
                    }
                }
                Err(mut failure) => {
                    self.name_org(&mut failure);
                    ask.permit = Some(confirmed(failure, self.yes, ask.permit.is_some()).map_err(|f| fail(&f))?)
                }
            }
        }
    }

    /// Runs what goes on until a signal comes; it is given what ends then.
    pub(super) fn until_ended<F: Future>(&self, run: impl FnOnce(BoxFuture<'static, ()>) -> F) -> F::Output {
        let ending = self.ending.clone();
        self.tokio.block_on(run(Box::pin(async move {
            ending.wait().await;
        })))
    }

    /// A question names the org, not its host alone: where the org was not asked yet what it is called, it is now. Nothing
    /// hangs on the answer but the words.
    fn name_org(&self, failure: &mut Failure) {
        let FailureKind::Confirm(permit) = &mut failure.kind else { return };
        let Some(token) = self.org.sessions().peek(&permit.who).filter(|_| !self.yes) else { return };
        if token.instance_url.host_str() != Some(permit.org.as_str()) {
            return;
        }
        let ask = Ask::new(self.profile.clone(), Request::get(ORG_QUERY));
        let answer = self.tokio.block_on(async {
            tokio::select! {
                biased;
                _ = self.ending.wait() => None,
                answer = self.org.ask(ask) => answer.ok(),
            }
        });
        let card = answer.filter(Exchange::ok).and_then(|e| OrgCard::parse(e.body.json()?));
        if let Some(card) = card.filter(|card| !card.name.is_empty() && card.id.get(..15) == token.org_id().get(..15)) {
            permit.org = format!("{} ({})", card.name, permit.org);
        }
    }

    /// Sets the variables of the command line, written NAME=VALUE.
    pub(super) fn take_variables(&mut self, given: &[String]) -> Result<(), Exit> {
        for variable in given {
            let Some((name, value)) = variable.split_once('=') else {
                complain(&format!("A variable is written NAME=VALUE, not {variable}"));
                return Err(Exit::Usage);
            };
            self.variables.set(VarOrigin::Yours, name.trim(), value.to_owned());
        }
        Ok(())
    }

    /// As [`Client::ask`], as somebody else with the variables of his app.
    pub(super) fn ask_as(&self, profile: &Profile, request: Request) -> Ask {
        let mut ask = self.ask(request);
        ask.variables.clear(VarOrigin::Profile);
        for (name, value) in &profile.app.variables {
            ask.variables.set(VarOrigin::Profile, name, value.clone());
        }
        Ask { profile: profile.clone(), ..ask }
    }

    /// Waits for a program of its own; a signal drops it.
    pub(super) fn run<F: Future>(&self, program: F) -> Result<F::Output, Exit> {
        self.tokio.block_on(async {
            tokio::select! {
                biased;
                number = self.ending.wait() => Err(Exit::Signal(number)),
                done = program => Ok(done),
            }
        })
    }

    /// Whether writes are confirmed.
    pub(super) fn yes(&self) -> bool {
        self.yes
    }

    /// A question with this client's variables, kept in the history with its answer.
    pub(super) fn ask(&self, request: Request) -> Ask {
        let (keeper, org, plain) = (Arc::clone(&self.keeper), self.org.clone(), self.variables.clone());
        let seen: Seen = Arc::new(move |request, exchange| {
            keeper.keep(&org, request, exchange, &plain, Beside::default());
        });
        let mut variables = self.variables.clone();
        let seed = RandomState::new().hash_one(std::process::id());
        variables.around = Surroundings::new(jiff::Timestamp::now(), seed);
        Ask { variables, seen: Some(seen), ..Ask::new(self.profile.clone(), request) }
    }
}

/// The permit that `--yes` gives, once: a write that wants another one after that is another write each time.
pub(super) fn confirmed(mut failure: Failure, yes: bool, before: bool) -> Result<Permit, Failure> {
    let permit = match &failure.kind {
        FailureKind::Confirm(permit) => (**permit).clone(),
        _ => return Err(failure),
    };
    if yes && !before {
        return Ok(permit);
    }
    failure.facts = vec![
        ("org".to_owned(), permit.org.clone()),
        ("as".to_owned(), format!("{} ▸ {}", permit.who.app, permit.who.username)),
        ("method".to_owned(), permit.method.clone()),
        ("address".to_owned(), permit.url.clone()),
        ("because".to_owned(), permit.reason.clone()),
    ];
    failure.hint = vec!["--yes sends it".to_owned()];
    if before {
        failure.title = "Not sent: the file changes while it is sent".to_owned();
        failure.hint = vec!["send a copy that nobody writes to".to_owned()];
    }
    Err(failure)
}

/// A runtime that nobody waits for at its end: a look-up of a name may take longer than anybody's patience.
pub(super) struct Tokio {
    handle: Handle,
    runtime: Option<Runtime>,
}

impl Tokio {
    /// Starts it, listening for signals.
    pub(super) fn start() -> io::Result<(Self, Ending)> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let ending = Ending::listen(&runtime);
        Ok((Self { handle: runtime.handle().clone(), runtime: Some(runtime) }, ending))
    }

    pub(super) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.handle.block_on(future)
    }
}

impl Drop for Tokio {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

pub(super) fn choose(wanted: Option<&str>, profiles: &Profiles) -> Result<Profile, Exit> {
    let chosen = match wanted {
        Some(text) => profiles.pick(text),
        None => profiles.start().ok_or_else(|| profiles.nobody()),
    };
    match chosen {
        Ok(profile) => {
            tell_problems(profiles, Some(&profile.app.name));
            Ok(profile)
        }
        Err(error) => {
            complain_of_nobody(profiles, &error);
            Err(Exit::Usage)
        }
    }
}

/// Why there is nobody to be, with the mistakes that are the reason, and what to do.
pub(super) fn complain_of_nobody(profiles: &Profiles, error: &PickError) {
    let file = profiles.file.display();
    match error {
        PickError::None => complain(&format!("There is no profile in {file}")),
        error => complain(&error.to_string()),
    }
    match error {
        PickError::Broken { app: Some(app), .. } => tell_problems(profiles, Some(app)),
        // Nobody can be used: everything in the file is the reason.
        PickError::Broken { app: None, .. } => {
            profiles.problems.iter().for_each(|problem| complain(&problem_lines(problem)));
        }
        _ => tell_problems(profiles, None),
    }
    if *error == PickError::None {
        complain("  → orgdeck demo tries everything without one; orgdeck alone helps to write one");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{App, HistorySettings, Kind, Passphrase, User, VersionChoice};
    use std::cell::Cell;

    fn client(yes: bool) -> Client {
        let user = User { username: "ada@acme.example".to_owned(), alias: None };
        let app = App {
            name: "acme".to_owned(),
            client_id: "k".to_owned(),
            private_key: "none.key".into(),
            certificate: None,
            passphrase: Passphrase::Ask,
            login_url: "https://login.salesforce.com".parse().unwrap(),
            audience: None,
            version: VersionChoice::Newest,
            kind: Kind::Production,
            read_only: false,
            users: vec![user.clone()],
            variables: indexmap::IndexMap::new(),
        };
        let wire = wire::Client::new(&wire::Settings::default()).unwrap();
        let clock: Clock = Arc::new(jiff::Timestamp::now);
        let org = Org::new(wire.clone(), Sessions::new(wire, Arc::clone(&clock)), clock, Limits::default());
        let (tokio, ending) = Tokio::start().unwrap();
        let keeper = Arc::new(Keeper::new("none".into(), HistorySettings { on: false, ..HistorySettings::default() }));
        let profile = Profile { app: Arc::new(app), user };
        let variables = Variables::new();
        Client { profile, org, config: PathBuf::new(), variables, keeper, tokio, ending, yes }
    }

    /// How often a write is tried that is never the one that was confirmed, at most nine times.
    fn tries(client: &Client) -> (u64, Result<(), Exit>) {
        let tries = Cell::new(0);
        let ended = client.wait(client.ask(Request::get("x")), |_, ask| {
            tries.set(tries.get() + 1);
            let permit = Permit {
                who: ask.profile.id(),
                org: "acme".to_owned(),
                method: "POST".to_owned(),
                url: "https://acme".to_owned(),
                reason: "it writes".to_owned(),
                fingerprint: tries.get(),
            };
            let kind = FailureKind::Confirm(Box::new(permit));
            let failure = Failure { title: "Not sent yet".to_owned(), kind, ..Failure::default() };
            std::future::ready(if tries.get() < 9 { Err(failure) } else { Ok(()) })
        });
        (tries.get(), ended)
    }

    #[test]
    fn yes_confirms_once_and_a_write_that_keeps_changing_is_given_up() {
        assert_eq!(tries(&client(false)), (1, Err(Exit::Usage)));
        assert_eq!(tries(&client(true)), (2, Err(Exit::Usage)));
        let permit = FailureKind::Confirm(Box::new(Permit {
            who: client(true).profile.id(),
            org: String::new(),
            method: String::new(),
            url: String::new(),
            reason: String::new(),
            fingerprint: 1,
        }));
        let asked = Failure { kind: permit, ..Failure::default() };
        assert_eq!(confirmed(asked.clone(), true, false).unwrap().fingerprint, 1);
        assert!(confirmed(asked.clone(), true, true).unwrap_err().title.contains("changes while it is sent"));
        assert_eq!(confirmed(asked, false, false).unwrap_err().hint, ["--yes sends it"]);
    }
}
