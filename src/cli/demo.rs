//! `demo` and `demo --serve`: the embedded org, for the screen or for other tools. Its files live in a temporary folder.

use super::Exit;
use super::args::DemoArgs;
use super::output::{Out, aligned, complain};
use crate::demo::{self, Card, Demo, ExtraCert, Fault, Options};
use crate::runtime::DemoStarter;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tempfile::TempDir;

/// A demo that runs beside the screen.
#[derive(Clone, Default)]
pub(super) struct Held(Arc<Mutex<Option<(Demo, TempDir)>>>);

impl Held {
    /// Ends it and removes its folder.
    pub(super) fn end(self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

fn options(args: Option<&DemoArgs>) -> Result<Options, String> {
    let Some(args) = args else { return Ok(Options::default()) };
    let faults: Result<Vec<Fault>, _> =
        args.fault.iter().map(|f| f.parse::<Fault>().map_err(|e| e.to_string())).collect();
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
        port: args.port,
        extra_cert,
        token_life: args.token_life.map(Duration::from_secs),
        ..Options::default()
    })
}

/// How the screen starts a demo, and what holds it.
pub(super) fn starter(args: Option<&DemoArgs>) -> Result<(DemoStarter, Held), String> {
    let options = options(args)?;
    let held = Held::default();
    let keep = held.clone();
    let starter: DemoStarter = Arc::new(move || {
        let (options, keep) = (options.clone(), keep.clone());
        Box::pin(async move {
            let (demo, folder) = start(options).await?;
            let config = demo.card().config.clone();
            *keep.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((demo, folder));
            Ok(config)
        })
    });
    Ok((starter, held))
}

async fn start(options: Options) -> Result<(Demo, TempDir), String> {
    let folder = tempfile::Builder::new().prefix("orgdeck-demo-").tempdir().map_err(|error| error.to_string())?;
    let demo = demo::start(options, folder.path()).await.map_err(|error| {
        let cause = std::error::Error::source(&error).map(|s| format!(": {s}")).unwrap_or_default();
        format!("{error}{cause}")
    })?;
    Ok((demo, folder))
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
    let tokio = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(tokio) => tokio,
        Err(error) => {
            complain(&format!("No runtime: {error}"));
            return Exit::Usage;
        }
    };
    let exit = tokio.block_on(async {
        // Listened for before anything is made, so that whatever comes when finds a folder to remove.
        let interrupted = interrupted();
        let (demo, folder) = match start(options).await {
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
            Ok(()) => interrupted.await,
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
        for user in &org.users {
            rows.push(vec![format!("  {}", user.alias), format!("{} · {}", user.username, user.note)]);
        }
        text.push_str(&aligned(&rows));
    }
    let config = PathBuf::from(&card.config);
    text.push_str(&format!("\nUse it from here: orgdeck --config {} whoami", config.display()));
    text
}
