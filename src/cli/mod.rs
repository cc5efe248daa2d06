//! The command line: arguments, sub-commands, output formats, exit codes. A twin of what the screen does.
//!
//! stdout is data, stderr is talk. What an org sends is escaped where stdout is a terminal. A closed pipe is quiet.

mod args;
mod bring;
mod client;
mod collections;
mod commands;
mod demo;
mod diff;
mod doctor;
mod history;
mod jq;
mod keep;
mod keys;
mod logout;
mod output;
mod passphrase;
mod query;
mod request;
mod run;
mod serve;
mod setup;
mod setup_options;
mod several;
mod signals;
mod trust;

use crate::profile::Paths;
use crate::runtime::{self, Ended};
use crate::store::filters::FILTERS_FILE;
use crate::store::history::HISTORY_FILE;
use crate::store::tabs::TABS_FILE;
use args::{Args, Sub};
use clap::{CommandFactory, Parser};
use std::ffi::OsString;
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Fine.
    Fine,
    /// The org answered an error.
    Org,
    /// Two answers differ.
    Different,
    /// Usage or configuration.
    Usage,
    /// The login failed.
    Login,
    /// The network failed.
    Network,
    /// Ended by a signal, with its number.
    Signal(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Fine => 0,
            Exit::Org | Exit::Different => 1,
            Exit::Usage => 2,
            Exit::Login => 3,
            Exit::Network => 4,
            Exit::Signal(number) => 128 + number,
        })
    }
}

/// The long help, as `--help` prints it.
pub fn help_text() -> String {
    Args::command().term_width(100).render_long_help().to_string()
}

/// Runs what the command line asks for.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => {
            // Help and version go to stdout and are no mistake.
            let code = if error.use_stderr() { Exit::Usage } else { Exit::Fine };
            let _ = error.print();
            return code.into();
        }
    };
    if let Err(why) = start_log(args.log.as_deref()) {
        output::complain(&why);
        return Exit::Usage.into();
    }
    dispatch(args).into()
}

fn dispatch(args: Args) -> Exit {
    let several = matches!(args.command, Some(Sub::Request(_)) | Some(Sub::Profiles(_)));
    if args.profiles.len() > 1 && !several {
        output::complain("Only request and profiles --check take several -p");
        return Exit::Usage;
    }
    match &args.command {
        None => screen(&args, None, false),
        Some(Sub::Demo(options)) if options.serve => demo::serve(options, args.json),
        Some(Sub::Demo(options)) => screen(&args, Some(options), true),
        Some(Sub::Profiles(args::ProfilesArgs { command: Some(asked), .. })) => bring::run(&args, asked),
        Some(Sub::Profiles(asked)) if asked.check => several::check(&args, asked),
        Some(Sub::Profiles(_)) => commands::profiles(&args),
        Some(Sub::Token) => commands::token(&args),
        Some(Sub::Whoami) => commands::whoami(&args),
        Some(Sub::Doctor(asked)) => doctor::run(&args, asked),
        Some(Sub::Request(asked)) if asked.diff || args.profiles.len() > 1 => several::ask(&args, asked),
        Some(Sub::Request(asked)) => request::run(&args, asked),
        Some(Sub::Query(asked)) => query::run(&args, asked),
        Some(Sub::Run(asked)) => run::run(&args, asked),
        Some(Sub::Import(asked)) => collections::import(&args, asked),
        Some(Sub::Export(asked)) => collections::export(&args, asked),
        Some(Sub::Requests(asked)) => match &asked.trust {
            Some(asked) => trust::run(&args, asked),
            None => collections::list(&args, asked),
        },
        Some(Sub::Serve(asked)) => serve::run(&args, asked),
        Some(Sub::Logout(asked)) => logout::run(&args, asked),
        Some(Sub::Setup(asked)) => setup::run(&args, asked),
        Some(Sub::Vars) => collections::vars(&args),
        Some(Sub::History(asked)) => history::run(&args, asked),
        Some(Sub::Keys) => keys::keys(&args),
        Some(Sub::Diff(asked)) => diff::run(&args, asked),
        Some(Sub::FilterChild) => match runtime::filter::serve() {
            0 => Exit::Fine,
            _ => Exit::Usage,
        },
    }
}

fn screen(args: &Args, options: Option<&args::DemoArgs>, demo_at_start: bool) -> Exit {
    let (config, state) = match Paths::find(args.config.clone()) {
        Ok(paths) => (paths.config, Some(paths.state)),
        // The demo needs no folder of the user's.
        Err(_) if demo_at_start => (std::path::PathBuf::new(), None),
        Err(error) => {
            output::complain(&error.to_string());
            return Exit::Usage;
        }
    };
    // A name that means nobody must not become somebody else.
    if let (Some(wanted), false) = (args.profile(), demo_at_start)
        && let profiles = crate::profile::load(&config)
        && let Err(error) = profiles.pick(wanted)
    {
        client::complain_of_nobody(&profiles, &error);
        return Exit::Usage;
    }
    let demo = match demo::starter(options) {
        Ok(starter) => starter,
        Err(why) => {
            output::complain(&why);
            return Exit::Usage;
        }
    };
    let (starter, held) = demo;
    let options = runtime::Options {
        config,
        // What is asked of the demo, and typed for it, leaves no trace.
        history: state.as_ref().filter(|_| !demo_at_start).map(|state| state.join(HISTORY_FILE)),
        tabs: state.as_ref().filter(|_| !demo_at_start).map(|state| state.join(TABS_FILE)),
        filters: state.as_ref().filter(|_| !demo_at_start).map(|state| state.join(FILTERS_FILE)),
        state: state.filter(|_| !demo_at_start),
        profile: args.profile().map(str::to_owned),
        demo: starter,
        demo_at_start,
        panic: args.test_panic,
    };
    let ended = runtime::run(options);
    held.end();
    match ended {
        Ok(Ended::Quit) => Exit::Fine,
        Ok(Ended::Signal(number)) => Exit::Signal(number),
        Err(error) => {
            output::complain(&format!("The screen could not be shown: {error}"));
            Exit::Usage
        }
    }
}

/// A log only where one is asked for: a file, never the screen.
fn start_log(file: Option<&std::path::Path>) -> Result<(), String> {
    let Some(file) = file else { return Ok(()) };
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(file).map_err(|error| format!("The log {} cannot be written: {error}", file.display()))?;
    let filter =
        tracing_subscriber::EnvFilter::try_from_env("ORGDECK_LOG_LEVEL").unwrap_or_else(|_| "orgdeck=debug".into());
    tracing_subscriber::fmt().with_writer(std::sync::Mutex::new(file)).with_ansi(false).with_env_filter(filter).init();
    Ok(())
}
