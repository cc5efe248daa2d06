//! `demo` and `demo --serve`: the embedded org, for the screen or for other tools. Its files live in a temporary folder.

use super::Exit;
use super::args::DemoArgs;
use super::output::{Out, aligned, complain};
use crate::demo::{self, Card, Demo, ExtraCert, Flow, Options, Rule};
use crate::runtime::DemoStarter;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tempfile::TempDir;

/// How long the end waits for the files of a demo that is being made: they take a millisecond or two.
const PATIENCE: Duration = Duration::from_secs(2);

/// Answers made at once when serving: more would only wait for the same processors, each with a stack and a database
/// connection of its own.
const ANSWERING: usize = 32;

/// A demo that runs beside the screen, or is being made.
#[derive(Clone, Default)]
pub(super) struct Held(Arc<(Mutex<Parts>, Condvar)>);

#[derive(Default)]
struct Parts {
    demo: Option<Demo>,
    /// There before the org is: the program may end while that is still being made.
    folder: Option<TempDir>,
    /// Whether an org is being made, which writes into the folder.
    making: bool,
    ended: bool,
}

/// While it lives, an org is being made. It goes with the task, finished or not.
struct Making(Held);

impl Drop for Making {
    fn drop(&mut self) {
        self.0.lock().making = false;
        self.0.0.1.notify_all();
    }
}

impl Held {
    /// Ends it and removes its folder. To be called when the tasks have been told to end.
    pub(super) fn end(self) {
        let mut parts = self.lock();
        parts.ended = true;
        let waited = self.0.1.wait_timeout_while(parts, PATIENCE, |parts| parts.making);
        let (mut parts, _) = waited.unwrap_or_else(PoisonError::into_inner);
        parts.demo = None;
        parts.folder = None;
    }

    fn lock(&self) -> MutexGuard<'_, Parts> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts an org; the folder of its profiles.
    async fn start(self, options: Options) -> Result<PathBuf, String> {
        let path = self.begin()?;
        let _making = Making(self.clone());
        let demo = start(options, &path).await?;
        self.lock().demo = Some(demo);
        Ok(path)
    }

    /// Makes the folder.
    fn begin(&self) -> Result<PathBuf, String> {
        let mut parts = self.lock();
        if parts.ended || parts.making {
            return Err("another one is being made, or the program ends".to_owned());
        }
        parts.demo = None;
        let path = parts.folder.insert(folder()?).path().to_owned();
        parts.making = true;
        Ok(path)
    }
}

fn options(args: Option<&DemoArgs>) -> Result<Options, String> {
    let Some(args) = args else { return Ok(Options::default()) };
    let faults: Result<Vec<Rule>, _> =
        args.fault.iter().map(|f| f.parse::<Rule>().map_err(|e| e.to_string())).collect();
    let allow: Result<Vec<Flow>, _> = args.allow.iter().map(|f| f.parse().map_err(told)).collect();
    let extra_cert = match (&args.cert, &args.client_id) {
        (Some(certificate), Some(client_id)) => {
            Some(ExtraCert { certificate: certificate.clone(), client_id: client_id.clone() })
        }
        _ => None,
    };
    Ok(Options {
        scale: args.scale,
        latency: Duration::from_millis(args.latency),
        faults: faults?,
        seed: args.seed,
        allow: allow?,
        hosts: args.hosts,
        logins_per_hour: args.logins,
        port: args.port,
        extra_cert,
        token_life: args.token_life.map(Duration::from_secs),
    })
}

fn told(error: demo::UnknownFlow) -> String {
    error.to_string()
}

/// How the screen starts a demo, and what holds it.
pub(super) fn starter(args: Option<&DemoArgs>) -> Result<(DemoStarter, Held), String> {
    let options = options(args)?;
    let held = Held::default();
    let keep = held.clone();
    let starter: DemoStarter = Arc::new(move || Box::pin(keep.clone().start(options.clone())));
    Ok((starter, held))
}

fn folder() -> Result<TempDir, String> {
    tempfile::Builder::new().prefix("orgdeck-demo-").tempdir().map_err(|error| error.to_string())
}

async fn start(options: Options, folder: &Path) -> Result<Demo, String> {
    demo::start(options, folder).await.map_err(|error| {
        let cause = std::error::Error::source(&error).map(|s| format!(": {s}")).unwrap_or_default();
        format!("{error}{cause}")
    })
}

/// Every client is an open file, and the usual limit of a shell is 1,024.
fn open_more_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    }
}

/// Serves until it is interrupted.
pub(super) fn serve(args: &DemoArgs, json: bool) -> Exit {
    let options = match options(Some(args)) {
        Ok(options) => options,
        Err(why) => {
            complain(&why);
            return Exit::Usage;
        }
    };
    open_more_files();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let tokio = match runtime.worker_threads(2).max_blocking_threads(ANSWERING).enable_all().build() {
        Ok(tokio) => tokio,
        Err(error) => {
            complain(&format!("No runtime: {error}"));
            return Exit::Usage;
        }
    };
    let exit = tokio.block_on(async {
        // Listened for before anything is made, so that whatever comes when finds a folder to remove.
        let interrupted = interrupted();
        let started = match folder() {
            Ok(folder) => start(options, folder.path()).await.map(|demo| (demo, folder)),
            Err(why) => Err(why),
        };
        let (demo, folder) = match started {
            Ok(started) => started,
            Err(why) => {
                complain(&format!("The demo org could not be started: {why}"));
                return Exit::Usage;
            }
        };
        let mut out = Out::new();
        let told = if json { card_json(demo.card()) } else { card_text(demo.card()) };
        let printed = out.line(&told).and_then(|()| out.flush());
        // The lock on stdout is not held while the org runs.
        drop(out);
        let exit = match printed {
            Ok(()) => tokio::select! {
                exit = interrupted => exit,
                () = demo.asked_to_stop() => Exit::Fine,
            },
            Err(stop) => stop.exit(),
        };
        demo.stop().await;
        drop(folder);
        exit
    });
    tokio.shutdown_background();
    exit
}

/// Listens for the signals that end it from now on; the future waits for one.
fn interrupted() -> impl Future<Output = Exit> {
    #[cfg(unix)]
    let signals = {
        use tokio::signal::unix::{SignalKind, signal};
        [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(|kind| signal(kind).ok())
    };
    async move {
        #[cfg(unix)]
        if let [Some(mut interrupt), Some(mut terminate), Some(mut hang_up)] = signals {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
            return Exit::Fine;
        }
        let _ = tokio::signal::ctrl_c().await;
        Exit::Fine
    }
}

fn card_json(card: &Card) -> String {
    serde_json::to_string(card).unwrap_or_default()
}

fn card_text(card: &Card) -> String {
    let mut text = String::from("The demo org is there until you press ctrl-c.\n");
    for org in &card.orgs {
        text.push_str(&format!("\n{} ({})\n", org.name, org.kind));
        let facts = [
            ("login", org.login_url.clone()),
            ("instance", org.instance_url.clone()),
            ("consumer key", org.client_id.clone()),
            ("private key", org.private_key.display().to_string()),
        ];
        let mut rows: Vec<Vec<String>> =
            facts.iter().map(|(label, value)| vec![format!("  {label}"), value.clone()]).collect();
        let secret = org.client_secret.iter();
        rows.extend(secret.map(|secret| vec!["  consumer secret".to_owned(), secret.expose().to_owned()]));
        rows.extend(org.run_as.iter().map(|name| vec!["  runs as".to_owned(), name.clone()]));
        for user in &org.users {
            rows.push(vec![format!("  {}", user.alias), format!("{} · {}", user.username, user.note)]);
            if let (Some(word), Some(token)) = (&user.password, &user.security_token) {
                let both = format!("password {}  security token {}", word.expose(), token.expose());
                rows.push(vec![String::new(), both]);
            }
        }
        text.push_str(&aligned(&rows));
    }
    let (url, secret) = (&card.control.url, card.control.secret.expose());
    text.push_str(&format!("\nBad days while it runs: curl -H 'X-Orgdeck-Control: {secret}' {url}\n"));
    let config = PathBuf::from(&card.config);
    text.push_str(&format!("\nUse it from here: orgdeck --config {} whoami", config.display()));
    text
}
