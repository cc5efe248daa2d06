//! What can be typed on the command line.

use super::setup_options::SetupArgs;
use crate::demo::Fault;
use clap::{Args as Group, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const EXIT_CODES: &str = "Exit codes:
  0  fine
  1  the org answered an error; of diff: the two differ
  2  usage or configuration (a write that was not confirmed, too)
  3  the login failed
  4  the network failed

Without a command, orgdeck opens its screen.";

/// What `--fault` takes, with every kind.
fn fault_help() -> String {
    let mut text = String::from(
        "A bad day, as KIND and conditions behind commas; may be given several times\n\n\
         path=TEXT    only addresses that contain it (without: all that is asked of an org with a token)\n\
         user=NAME    only this user, by username or alias\n\
         org=NAME     only this org: acme, acme-sandbox, production, sandbox\n\
         percent=N    so many of a hundred, drawn from --seed\n\
         after=N      the first N pass\n\
         times=N      N are hit, then no more\n\
         ms=N         the length of a pause\n\nKinds:",
    );
    for (_, name, does) in Fault::ALL {
        text.push_str(&format!("\n{name:<17}{does}"));
    }
    text
}

/// A terminal explorer for Salesforce's REST API.
#[derive(Debug, Parser)]
#[command(name = "orgdeck", version, after_help = EXIT_CODES, max_term_width = 100)]
pub(super) struct Args {
    /// Who to be: app/user, app, alias or username; request takes several
    #[arg(short, long = "profile", global = true, value_name = "APP/USER")]
    pub(super) profiles: Vec<String>,
    /// The folder of profiles.toml and settings.toml [env: ORGDECK_CONFIG]
    // The variable is read where the folder is found, since an empty one means none.
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) config: Option<PathBuf>,
    /// Print JSON
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Send a write to production without asking
    #[arg(long, global = true)]
    pub(super) yes: bool,
    /// Write a log to this file (mode 0600, no secrets)
    #[arg(long, global = true, value_name = "FILE", env = "ORGDECK_LOG", hide_env_values = true)]
    pub(super) log: Option<PathBuf>,
    /// Panic after the first frame, to test that the terminal is given back
    #[arg(long, global = true, hide = true)]
    pub(super) test_panic: bool,
    #[command(subcommand)]
    pub(super) command: Option<Sub>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Sub {
    /// Try everything on a demo org inside this program
    Demo(DemoArgs),
    /// List the apps and users of profiles.toml
    Profiles(ProfilesArgs),
    /// Log in and print the token answer as Salesforce gave it
    Token,
    /// Print who the token belongs to
    Whoami,
    /// Find out why a login does not work: every step from the files to the API, with its cure
    Doctor(DoctorArgs),
    /// Send a request and print the answer
    Request(RequestArgs),
    /// Run a query and print all its rows
    Query(QueryArgs),
    /// Send a saved request, or all of a folder in turn
    Run(RunArgs),
    /// Make saved requests of a Postman collection or a curl command, variables of a Postman environment
    Import(ImportArgs),
    /// Print saved requests for Postman, curl, HTTPie or an editor
    Export(ExportArgs),
    /// List the collections of saved requests, or what is in one
    #[command(args_conflicts_with_subcommands = true)]
    Requests(RequestsArgs),
    /// Give tokens to programs on this machine: POST /api/jwtauth with {"sub": "user@example.com"}; or forward requests
    Serve(ServeArgs),
    /// End a session at its org, and forget the token that was kept
    Logout(LogoutArgs),
    /// Set an app up, from a key to a login that works; goes on where it was broken off
    Setup(SetupArgs),
    /// Print what variables stand for, and where each comes from
    Vars,
    /// List what was asked, on the screen and here; show it, send it again
    History(HistoryArgs),
    /// Print the keys in effect, and the names that [keys.SCOPE] of settings.toml has for them
    Keys,
    /// Compare two answers
    Diff(DiffArgs),
    /// Runs a filter for the screen, bounded and easily stopped
    #[command(name = crate::runtime::filter::SUBCOMMAND, hide = true)]
    FilterChild,
}

impl Args {
    /// Whom the command line names, where it may name only one.
    pub(super) fn profile(&self) -> Option<&str> {
        self.profiles.first().map(String::as_str)
    }
}

#[derive(Debug, Group)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct ProfilesArgs {
    #[command(subcommand)]
    pub(super) command: Option<ProfilesSub>,
    /// Log in as each of them and ask who it is, many at once; -p picks an app or a user
    #[arg(long)]
    pub(super) check: bool,
    /// With --check: how long one may take, in seconds
    #[arg(long, value_name = "S", default_value_t = 15, requires = "check", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) timeout: u64,
}

#[derive(Debug, Subcommand)]
pub(super) enum ProfilesSub {
    /// Add the apps and users that another tool logs in with
    Import(BringArgs),
    /// Print apps and users for a colleague, without keys; -p picks an app
    Export,
}

#[derive(Debug, Group)]
pub(super) struct BringArgs {
    /// An environment file, a Postman environment, a default.json, or a home folder; without: the Salesforce CLI's store
    pub(super) from: Option<PathBuf>,
    /// The private key's file, where the other tool names none
    #[arg(long, value_name = "FILE")]
    pub(super) key: Option<PathBuf>,
    /// A user to log in as, username or username=alias; may be given several times
    #[arg(long = "user", value_name = "NAME")]
    pub(super) users: Vec<String>,
    /// What the app is called here
    #[arg(long = "as", value_name = "NAME")]
    pub(super) name: Option<String>,
}

#[derive(Debug, Clone, Group)]
pub(super) struct DemoArgs {
    /// Serve the demo org for other tools, without the screen, until interrupted
    #[arg(long)]
    pub(super) serve: bool,
    /// Port of the first org's instance
    #[arg(long, value_name = "N")]
    pub(super) port: Option<u16>,
    /// A certificate (PEM) for a further app on the first org
    #[arg(long, value_name = "FILE", requires = "client_id")]
    pub(super) cert: Option<PathBuf>,
    /// The consumer key of that app
    #[arg(long, value_name = "KEY", requires = "cert")]
    pub(super) client_id: Option<String>,
    /// Number of records of the first org
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(super) scale: usize,
    /// Wait before every answer, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0, hide_default_value = true)]
    pub(super) latency: u64,
    /// A bad day, as a kind and whom it is for.
    #[arg(help = "A bad day, as KIND[,path=TEXT][,user=NAME][,org=NAME][,percent=N]…; may be given several times", long, value_name = "RULE", long_help = fault_help())]
    pub(super) fault: Vec<String>,
    /// What the shares of faults (percent=) are drawn from: the same seed and requests, the same faults
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(super) seed: u64,
    /// Ways in that orgs have switched off: password, client-credentials, soap-login; their secrets are printed
    #[arg(long, value_name = "FLOW", value_delimiter = ',')]
    pub(super) allow: Vec<String>,
    /// Print addresses by names as real orgs have them, under .localhost
    #[arg(long)]
    pub(super) hosts: bool,
    /// Logins that a user may make in an hour
    #[arg(long, value_name = "N", default_value_t = 3_600, hide_default_value = true)]
    pub(super) logins: u32,
    /// How long a token works, in seconds
    #[arg(long, value_name = "S")]
    pub(super) token_life: Option<u64>,
}

#[derive(Debug, Group)]
pub(super) struct DoctorArgs {
    /// Whom to examine: app/user, app, alias or username; without one, who one is at the start
    #[arg(value_name = "PROFILE", conflicts_with = "profiles")]
    pub(super) who: Option<String>,
    /// Examine everybody of profiles.toml
    #[arg(long, conflicts_with_all = ["who", "profiles"])]
    pub(super) all: bool,
    /// Write a report to this file, to be sent to an administrator: it holds no secret
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
}

#[derive(Debug, Group)]
pub(super) struct RequestArgs {
    /// GET, POST, PATCH, …
    pub(super) method: String,
    /// An address, a path such as limits, or a query that begins with SELECT or FIND
    pub(super) address: String,
    /// A header, Name: value; may be given several times
    #[arg(short = 'H', long = "header", value_name = "HEADER")]
    pub(super) headers: Vec<String>,
    /// The body: text, @FILE, or - for stdin
    #[arg(short, long, value_name = "DATA")]
    pub(super) data: Option<String>,
    /// A part of the body as curl has it: name=text, name=@FILE, ;type=… behind it; may be given several times
    #[arg(short = 'F', long = "form", value_name = "NAME=CONTENT", conflicts_with = "data")]
    pub(super) form: Vec<String>,
    /// A variable, name=value; may be given several times
    #[arg(short, long = "var", value_name = "NAME=VALUE")]
    pub(super) variables: Vec<String>,
    /// Print status and headers before the body
    #[arg(short, long)]
    pub(super) include: bool,
    /// Print what jq makes of the body, one output after the other; strings as JSON
    #[arg(long, value_name = "FILTER")]
    pub(super) jq: Option<String>,
    /// With --jq: print strings as they are
    #[arg(short, long, requires = "jq")]
    pub(super) raw: bool,
    /// With several -p: print how the others' answers differ from the first one's
    #[arg(long, conflicts_with_all = ["jq", "include"])]
    pub(super) diff: bool,
}

#[derive(Debug, Group)]
pub(super) struct QueryArgs {
    /// SELECT …
    pub(super) soql: String,
    /// How rows are printed; table on a terminal, else json
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,
    /// Ask the Tooling API
    #[arg(short = 't', long)]
    pub(super) tooling: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Columns for people
    Table,
    /// One array of records
    Json,
    /// RFC 4180
    Csv,
}

#[derive(Debug, Group)]
pub(super) struct RunArgs {
    /// COLLECTION/FOLDER/REQUEST, or the beginning of that
    pub(super) path: String,
    /// A variable, name=value; may be given several times
    #[arg(long = "var", value_name = "NAME=VALUE")]
    pub(super) variables: Vec<String>,
    /// Leave out requests with this tag
    #[arg(long, value_name = "TAG")]
    pub(super) skip: Vec<String>,
    /// Print status and headers before the body
    #[arg(short, long)]
    pub(super) include: bool,
}

#[derive(Debug, Group)]
pub(super) struct ImportArgs {
    /// A file, or - for stdin
    pub(super) file: PathBuf,
    /// What the collection is called here
    #[arg(long = "as", value_name = "NAME")]
    pub(super) name: Option<String>,
}

#[derive(Debug, Group)]
pub(super) struct ExportArgs {
    /// COLLECTION, or COLLECTION/FOLDER/REQUEST
    pub(super) path: String,
    /// For whom; one request can be a command, a collection is Postman's
    #[arg(long, value_enum, default_value = "postman")]
    pub(super) format: ExportFormat,
}

#[derive(Debug, Group)]
pub(super) struct DiffArgs {
    /// A file, - for stdin, history:ID, or get:ADDRESS, which is asked now
    pub(super) left: String,
    /// The same
    pub(super) right: String,
    /// Leave out times of change and view, and host and version of addresses
    #[arg(short, long)]
    pub(super) ignore_volatile: bool,
}

#[derive(Debug, Group)]
pub(super) struct RequestsArgs {
    /// A collection, or a folder in one
    pub(super) path: Option<String>,
    #[command(subcommand)]
    pub(super) trust: Option<TrustArgs>,
}

#[derive(Debug, Subcommand)]
pub(super) enum TrustArgs {
    /// Let a collection read what it names: variables of the environment, files of its own folder
    Trust {
        /// The collection
        name: String,
    },
    /// Let it read nothing any more
    Untrust {
        /// The collection
        name: String,
    },
}

#[derive(Debug, Group)]
pub(super) struct ServeArgs {
    /// Where it listens, on loopback alone; 0: anywhere
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    pub(super) port: u16,
    /// What requests have to show, in place of one that is made up and printed
    #[arg(long, value_name = "KEY", env = "ORGDECK_SERVE_KEY", hide_env_values = true)]
    pub(super) key: Option<String>,
    /// Answer whoever is on this machine
    #[arg(long, conflicts_with = "key")]
    pub(super) no_key: bool,
    /// Forward requests, /APP/services/… and /APP~USER/services/…, with the token put on here, and give none out
    #[arg(long)]
    pub(super) proxy: bool,
    /// Forward what changes something, too: not to production without --yes, never for read-only profiles
    #[arg(long, requires = "proxy")]
    pub(super) allow_writes: bool,
}

#[derive(Debug, Group)]
pub(super) struct LogoutArgs {
    /// Everybody whose token is kept, of apps that are no more in profiles.toml, too
    #[arg(long, conflicts_with = "profiles")]
    pub(super) all: bool,
}

#[derive(Debug, Group)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct HistoryArgs {
    /// Words in address, names or bodies; or filters as on the screen, status:4xx
    pub(super) text: Vec<String>,
    /// 404, 4xx, 400-499
    #[arg(long, value_name = "CODE")]
    pub(super) status: Option<String>,
    /// GET, POST, …
    #[arg(long, value_name = "METHOD")]
    pub(super) method: Option<String>,
    /// Part of an app's name, an org's id or its instance
    #[arg(long, value_name = "ORG")]
    pub(super) org: Option<String>,
    /// Part of a username
    #[arg(long, value_name = "USER")]
    pub(super) user: Option<String>,
    /// Asked before this: 2026-11-24, 2026-11-24T15:30, today, yesterday, 2h, 7d
    #[arg(long, value_name = "TIME")]
    pub(super) before: Option<String>,
    /// Asked then or later
    #[arg(long, value_name = "TIME")]
    pub(super) after: Option<String>,
    /// At most so many, the newest first
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(super) limit: usize,
    #[command(subcommand)]
    pub(super) command: Option<HistorySub>,
}

#[derive(Debug, Subcommand)]
pub(super) enum HistorySub {
    /// Print an exchange as it was
    Show(ShowArgs),
    /// Send a request again: as who asked it then, or as -p
    Send(SendArgs),
    /// Delete an exchange
    Delete {
        /// Its number
        id: i64,
    },
    /// Delete all; wants --yes
    Clear,
}

#[derive(Debug, Group)]
pub(super) struct ShowArgs {
    /// Its number
    pub(super) id: i64,
    /// Print the answer's body and nothing else
    #[arg(long)]
    pub(super) body: bool,
}

#[derive(Debug, Group)]
pub(super) struct SendArgs {
    /// Its number
    pub(super) id: i64,
    /// A variable, name=value; may be given several times
    #[arg(long = "var", value_name = "NAME=VALUE")]
    pub(super) variables: Vec<String>,
    /// Print status and headers before the body
    #[arg(short, long)]
    pub(super) include: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportFormat {
    /// A Postman collection, version 2.1
    Postman,
    /// A curl command; variables stay as they are
    Curl,
    /// An HTTPie command
    Httpie,
    /// Text for the .http files of editors
    Http,
}
