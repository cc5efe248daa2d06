//! Starting a demo: keys and data in parallel, secrets, files, listeners. Every socket is bound to 127.0.0.1.

use super::card::{
    Card, ControlCard, OrgCard, UserCard, certificate_file, key_file, make_folder, profiles_toml, write_new,
};
use super::data::{DataError, DemoUser, Fate, OrgData, OrgKind, OrgSpec};
use super::gate::{Gate, handle};
use super::hosts::{Here, Place};
use super::keys::{self, MadeKey};
use super::line::{Line, Lines};
use super::options::{ExtraCert, Flow, Options};
use super::rule::Rules;
use super::running::Demo;
use super::session::{LoginCounter, Sessions, random_text};
use super::welcome::Welcome;
use super::world::{ConnectedApp, Door, Org, Password, Permitted, World};
use crate::secret::Secret;
use aws_lc_rs::digest;
use axum::Router;
use base64::Engine;
use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Users that the card names: those with a fate of their own. The rest own records.
const NAMED_USERS: usize = 5;

/// As whom the client credentials flow logs in: the user made for integrations.
const RUN_AS: &str = "api";

/// Why a demo did not start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The port is taken, or there is no loopback.
    #[error("cannot listen on 127.0.0.1:{port}")]
    Bind {
        /// The port; 0: any.
        port: u16,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// A file could not be written, or was there already.
    #[error("cannot write {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The certificate that was given cannot be used.
    #[error("cannot use the certificate {}: {what}", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// Why not.
        what: String,
    },
    /// The consumer key that was given is one of the demo's own.
    #[error("the consumer key {0} is one of the demo's own")]
    ClientId(String),
    /// No key could be made.
    #[error("cannot make a key: {0}")]
    Key(String),
    /// The records could not be made.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A thread that made a part of it ended early.
    #[error("a part of the demo failed to start")]
    Thread(#[source] tokio::task::JoinError),
}

/// What an org is made from, beside its data.
struct Plan {
    app: &'static str,
    kind: OrgKind,
    org_id: &'static str,
    instance: &'static str,
    domain: &'static str,
    /// Of its My Domain.
    host: &'static str,
    permitted: Permitted,
    calls_most: u64,
}

const PLANS: [Plan; 2] = [
    Plan {
        app: "acme",
        kind: OrgKind::Production,
        org_id: "00D5i000004RkQwEAK",
        instance: "DEM1",
        domain: "acme.example",
        host: "acme",
        permitted: Permitted::AdminApproved,
        calls_most: 100_000,
    },
    Plan {
        app: "acme-sandbox",
        kind: OrgKind::Sandbox,
        org_id: "00D7Y000001HvTsUAK",
        instance: "DEM2S",
        domain: "uat.acme.example",
        host: "acme--uat",
        permitted: Permitted::SelfAuthorized,
        calls_most: 15_000,
    },
];

/// Starts a demo; its keys, certificates and `profiles.toml` are written into `dir` (made if it is not there), mode
/// 0600. Must be called within a tokio runtime, which the demo then lives in.
///
/// # Errors
/// See [`DemoError`]. Nothing is listening then; files that were written stay.
pub async fn start(options: Options, dir: &Path) -> Result<Demo, DemoError> {
    let (login, port) = bind(0).await?;
    let login_place = Arc::new(Place::login(port));
    let first = Here::first(Door::Login, options.hosts);
    let login_origin = login_place.origin(&first);
    let control_url = format!("{}/orgdeck", login_place.origin(&Here::first(Door::Login, false)));
    let mut doors = Vec::new();
    for (index, _) in PLANS.iter().enumerate() {
        let port = if index == 0 { options.port.unwrap_or(0) } else { 0 };
        doors.push(bind(port).await?);
    }
    let extra = options.extra_cert.as_ref().map(extra_app).transpose()?;
    let (made, waited_for_keys) = make_parts(&options).await?;
    make_folder(dir).map_err(|source| DemoError::File { path: dir.to_owned(), source })?;
    let control = ControlCard { url: control_url, secret: chance(32)? };
    let mut card = Card { config: dir.to_owned(), orgs: Vec::new(), control };
    let (mut orgs, mut apps) = (Vec::new(), Vec::new());
    for (index, ((plan, (_, port)), (key, data))) in PLANS.iter().zip(&doors).zip(made).enumerate() {
        let place = Place::org(index, *port, plan.kind, plan.host, plan.instance);
        let id_place = (index == 0).then(|| Arc::clone(&login_place));
        let org = org_of(plan, place, id_place, data, &options.allow)?;
        let client_id = client_id(plan.app);
        write_key(dir, plan.app, &key)?;
        let secret = if options.allow.is_empty() { None } else { Some(chance(64)?) };
        let app = ConnectedApp {
            client_id,
            org: index,
            public: key.public,
            secret,
            permitted: plan.permitted,
            approved: None,
        };
        card.orgs.push(org_card(plan, &org, &org.origin(&first), &app, dir, &options.allow));
        apps.push(app);
        orgs.push(org);
    }
    if let Some(app) = extra {
        if apps.iter().any(|own| own.client_id == app.client_id) {
            return Err(DemoError::ClientId(app.client_id));
        }
        apps.push(app);
    }
    let path = dir.join("profiles.toml");
    write_new(&path, profiles_toml(&card).as_bytes()).map_err(|source| DemoError::File { path, source })?;
    let world = Arc::new(World {
        welcome: Welcome::new(&card, &login_origin),
        orgs,
        apps: Mutex::new(apps.into_iter().map(Arc::new).collect()),
        login: login_place,
        login_origin,
        sessions: Sessions::new(options.token_life),
        logins: LoginCounter::new(options.logins_per_hour),
        retried: Mutex::default(),
        faults: Rules::new(options.seed, options.faults),
        latency: AtomicU64::new(u64::try_from(options.latency.as_millis()).unwrap_or(u64::MAX)),
        allow: options.allow,
        control: card.control.secret.clone(),
        stop: CancellationToken::new(),
        seen: Mutex::new(VecDeque::new()),
        ended: CancellationToken::new(),
    });
    let mut listeners = vec![listen(&world, Door::Login, login)];
    for (index, (listener, _)) in doors.into_iter().enumerate() {
        listeners.push(listen(&world, Door::Instance(index), listener));
    }
    Ok(Demo { card, world, listeners, waited_for_keys })
}

async fn bind(port: u16) -> Result<(TcpListener, u16), DemoError> {
    let fail = |source| DemoError::Bind { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(fail)?;
    let port = listener.local_addr().map_err(fail)?.port();
    Ok((listener, port))
}

/// Keys and records of all orgs, each on a thread of its own; and how long only keys were waited for.
async fn make_parts(options: &Options) -> Result<(Vec<(MadeKey, OrgData)>, Duration), DemoError> {
    let (mut keys, mut records) = (Vec::new(), Vec::new());
    for plan in &PLANS {
        let spec = OrgSpec {
            kind: plan.kind,
            org_id: plan.org_id.to_owned(),
            name: "Acme Harbour Works".to_owned(),
            instance_name: plan.instance.to_owned(),
            scale: if plan.kind == OrgKind::Production { options.scale } else { 0 },
            domain: plan.domain.to_owned(),
        };
        records.push(tokio::task::spawn_blocking(move || OrgData::build(&spec)));
        keys.push(tokio::task::spawn_blocking(move || keys::make(plan.app)));
    }
    let mut data = Vec::new();
    for records in records {
        data.push(records.await.map_err(DemoError::Thread)??);
    }
    let records_there = Instant::now();
    let mut made = Vec::new();
    for (key, data) in keys.into_iter().zip(data) {
        made.push((key.await.map_err(DemoError::Thread)?.map_err(DemoError::Key)?, data));
    }
    Ok((made, records_there.elapsed()))
}

/// A secret text of this length.
fn chance(length: usize) -> Result<Secret, DemoError> {
    random_text(length).ok_or_else(|| DemoError::Key("the system has no randomness".to_owned()))
}

fn org_of(
    plan: &Plan,
    place: Place,
    id_place: Option<Arc<Place>>,
    data: OrgData,
    allow: &[Flow],
) -> Result<Org, DemoError> {
    let users = data.users();
    let password = |_: &DemoUser| Ok(Password { word: chance(16)?, token: chance(24)? });
    let by_password = allow.contains(&Flow::Password) || allow.contains(&Flow::SoapLogin);
    let passwords: Result<Vec<Password>, DemoError> = users.iter().filter(|_| by_password).map(password).collect();
    Ok(Org {
        name: plan.app.to_owned(),
        id: plan.org_id.to_owned(),
        kind: plan.kind,
        place: Arc::new(place),
        id_place,
        passwords: passwords?,
        run_as: users.iter().position(|user| user.alias == RUN_AS).unwrap_or(0),
        users,
        data: Arc::new(data),
        jobs: Arc::default(),
        calls: AtomicU64::new(0),
        calls_most: plan.calls_most,
        board: Mutex::default(),
        favorites: Mutex::default(),
        searches: Mutex::default(),
    })
}

fn org_card(plan: &Plan, org: &Org, origin: &str, app: &ConnectedApp, dir: &Path, allow: &[Flow]) -> OrgCard {
    let user_card = |(index, user): (usize, &DemoUser)| UserCard {
        username: user.username.clone(),
        alias: user.alias.clone(),
        note: note(user, plan.permitted),
        password: org.passwords.get(index).map(|password| password.word.clone()),
        security_token: org.passwords.get(index).map(|password| password.token.clone()),
    };
    let runs = allow.contains(&Flow::ClientCredentials);
    OrgCard {
        name: plan.app.to_owned(),
        kind: org.kind_name().to_owned(),
        login_url: origin.to_owned(),
        instance_url: origin.to_owned(),
        client_id: app.client_id.clone(),
        client_secret: app.secret.clone(),
        run_as: org.users.get(org.run_as).filter(|_| runs).map(|user| user.username.clone()),
        private_key: dir.join(key_file(plan.app)),
        users: org.users.iter().enumerate().take(NAMED_USERS).map(user_card).collect(),
    }
}

fn note(user: &DemoUser, permitted: Permitted) -> String {
    use super::data::Access;
    let text = match (user.fate, user.access, permitted) {
        (Fate::Inactive, ..) => "refused: inactive user",
        (Fate::NotApproved, _, Permitted::AdminApproved) => "refused: user is not admin approved to access this app",
        (Fate::NotApproved, ..) => "refused: user hasn't approved this consumer",
        (Fate::Active, Access::Admin, _) => "sees everything",
        (Fate::Active, Access::Sales, _) => "sees the sales objects, fewer fields, fewer records",
        (Fate::Active, Access::Integration, _) => "API only, sees what an integration needs",
    };
    text.to_owned()
}

fn write_key(dir: &Path, app: &str, key: &MadeKey) -> Result<(), DemoError> {
    let files =
        [(key_file(app), key.private_pem.expose().as_bytes()), (certificate_file(app), key.certificate_pem.as_bytes())];
    for (name, content) in files {
        let path = dir.join(name);
        write_new(&path, content).map_err(|source| DemoError::File { path, source })?;
    }
    Ok(())
}

/// A consumer key: as long and of the same letters as a real one, the same at every start.
fn client_id(app: &str) -> String {
    let half = |part: &str| digest::digest(&digest::SHA256, format!("orgdeck demo, app {app}, {part}").as_bytes());
    let bytes = [half("first"), half("second")].map(|sum| sum.as_ref().to_vec()).concat();
    let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes).replace('-', ".");
    format!("3MVG9{}", text.chars().take(80).collect::<String>())
}

fn extra_app(given: &ExtraCert) -> Result<ConnectedApp, DemoError> {
    let fail = |what: String| DemoError::Certificate { path: given.certificate.clone(), what };
    let pem = std::fs::read(&given.certificate).map_err(|error| fail(error.to_string()))?;
    let public = keys::public_of_certificate(&pem).map_err(fail)?;
    Ok(ConnectedApp {
        client_id: given.client_id.clone(),
        org: 0,
        public,
        secret: None,
        permitted: Permitted::Everybody,
        approved: None,
    })
}

fn listen(world: &Arc<World>, door: Door, listener: TcpListener) -> JoinHandle<()> {
    let gate = Gate { world: Arc::clone(world), door };
    let app = Router::new().fallback(handle).with_state(gate).into_make_service_with_connect_info::<Line>();
    let ended = world.ended.clone();
    tokio::spawn(async move {
        let served =
            axum::serve(Lines(listener), app).with_graceful_shutdown(async move { ended.cancelled().await }).await;
        if let Err(error) = served {
            tracing::warn!(%error, "a listener of the demo org ended");
        }
    })
}
