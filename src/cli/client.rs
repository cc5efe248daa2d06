//! What every command that asks an org needs: the profile, the client, a runtime, the passphrase, the confirmation.

use super::Exit;
use super::args::Args;
use super::output::{complain, fail};
use crate::auth::{Clock, Sessions};
use crate::org::{self, Ask, Limits, Org};
use crate::profile::{self, Paths, Profile, Profiles, Severity};
use crate::request::{Failure, FailureKind, VarOrigin, Variables};
use crate::secret::Secret;
use crate::wire;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

/// The profiles of the config folder; what is wrong in them is told on stderr.
pub(super) fn profiles(args: &Args) -> Result<(Paths, Profiles), Exit> {
    let paths = Paths::find(args.config.clone()).map_err(|error| {
        complain(&error.to_string());
        Exit::Usage
    })?;
    let profiles = profile::load(&paths.config);
    for problem in &profiles.problems {
        let word = if problem.severity == Severity::Error { "error" } else { "warning" };
        let place = match (problem.line, problem.column) {
            (0, _) => String::new(),
            (line, column) => format!(":{line}:{column}"),
        };
        complain(&format!("{}{place}: {word}: {}\n  → {}", problem.file.display(), problem.what, problem.cure));
    }
    Ok((paths, profiles))
}

/// Somebody to be, and the means to ask.
pub(super) struct Client {
    /// Who.
    pub(super) profile: Profile,
    /// The org.
    pub(super) org: Org,
    /// The profile's variables and the file's.
    pub(super) variables: Variables,
    tokio: tokio::runtime::Runtime,
    yes: bool,
}

impl Client {
    /// For the profile that the command line names, or the default one.
    pub(super) fn new(args: &Args) -> Result<Self, Exit> {
        let (paths, profiles) = profiles(args)?;
        let profile = choose(args, &profiles)?;
        let (settings, problems) = profile::load_settings(&paths.config);
        for problem in problems {
            complain(&format!(
                "{}:{}:{}: {}\n  → {}",
                problem.file.display(),
                problem.line,
                problem.column,
                problem.what,
                problem.cure
            ));
        }
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let tokio = tokio.map_err(|error| {
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
        Ok(Self { profile, org, variables, tokio, yes: args.yes })
    }

    /// Waits for something, asking for a passphrase and sending a confirmed write again where it is needed.
    pub(super) fn wait<T, F>(&self, mut ask: Ask, run: impl Fn(Org, Ask) -> F) -> Result<T, Exit>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        loop {
            match self.tokio.block_on(run(self.org.clone(), ask.clone())) {
                Ok(done) => return Ok(done),
                Err(Failure { kind: FailureKind::Confirm(permit), .. }) if self.yes => ask.permit = Some(*permit),
                Err(failure) if matches!(failure.kind, FailureKind::Passphrase { .. }) => {
                    let Some(passphrase) = ask_passphrase(&failure) else { return Err(fail(&failure)) };
                    self.org.sessions().give_passphrase(&self.profile.app.name, passphrase);
                }
                Err(mut failure) => {
                    if let FailureKind::Confirm(permit) = &failure.kind {
                        failure.facts = vec![
                            ("org".to_owned(), permit.org.clone()),
                            ("user".to_owned(), permit.who.username.clone()),
                            ("method".to_owned(), permit.method.clone()),
                            ("address".to_owned(), permit.url.clone()),
                        ];
                        failure.hint = vec!["--yes sends it".to_owned()];
                    }
                    return Err(fail(&failure));
                }
            }
        }
    }

    /// A question with this client's variables.
    pub(super) fn ask(&self, request: crate::request::Request) -> Ask {
        Ask { variables: self.variables.clone(), ..Ask::new(self.profile.clone(), request) }
    }
}

fn choose(args: &Args, profiles: &Profiles) -> Result<Profile, Exit> {
    let chosen = match &args.profile {
        Some(text) => profiles.pick(text).map_err(|error| error.to_string()),
        None => profiles.start().ok_or_else(|| format!("There is no profile in {}", profiles.file.display())),
    };
    chosen.map_err(|why| {
        complain(&why);
        if profiles.apps.is_empty() {
            complain("  → orgdeck demo tries everything without one; orgdeck alone helps to write one");
        }
        Exit::Usage
    })
}

/// Asks on the terminal, without showing what is typed. `None` where there is no terminal or nothing was typed.
fn ask_passphrase(failure: &Failure) -> Option<Secret> {
    use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, read};
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return None;
    }
    complain(&failure.title);
    let mut err = io::stderr().lock();
    write!(err, "Passphrase: ").and_then(|()| err.flush()).ok()?;
    crossterm::terminal::enable_raw_mode().ok()?;
    let mut typed = zeroize::Zeroizing::new(String::new());
    let taken = loop {
        match read() {
            Ok(Event::Key(key)) if key.kind != KeyEventKind::Release => match key.code {
                KeyCode::Enter => break !typed.is_empty(),
                KeyCode::Esc => break false,
                KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => break false,
                KeyCode::Char(c) => typed.push(c),
                KeyCode::Backspace => {
                    typed.pop();
                }
                _ => {}
            },
            Ok(_) => {}
            Err(_) => break false,
        }
    };
    let _ = crossterm::terminal::disable_raw_mode();
    let _ = writeln!(err);
    taken.then(|| Secret::new(typed.as_str()))
}
