//! Hosts that say what a test tells them and remember what reached them, and a client that logs in there.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use indexmap::IndexMap;
use orgdeck::auth::{Clock, Sessions};
use orgdeck::org::{Ask, Limits, Org};
use orgdeck::profile::{App, Kind, Passphrase, Profile, Tokens, User, VersionChoice};
use orgdeck::request::{Exchange, Failure, Request, VarOrigin, Variables};
use orgdeck::wire::{Client, Settings};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const TOKEN: &str = "00Dxx0000000001!AQ4AQPsessionOfTheTest.x_y";
pub const ID_PATH: &str = "/id/00Dxx0000000001EAA/005xx0000000001AAA";
pub const USERNAME: &str = "ada@acme.example";

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    pub target: String,
    /// All of the head, as it stands.
    pub head: String,
    pub body: String,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.trim())
    }

    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    /// Whether any secret of the test is anywhere in it, however it is written.
    pub fn holds_a_secret(&self) -> bool {
        let all = format!("{}{}", self.head, self.body);
        let decoded = percent_encoding::percent_decode_str(&all).decode_utf8_lossy();
        decoded.contains("AQ4AQP") || decoded.contains("hunter2-of-the-test")
    }
}

/// What a host says.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Promise so many bytes more than are sent, then hang up.
    pub missing: usize,
    /// Do not hang up after that.
    pub hold: bool,
    /// Hang up without a word.
    pub silent: bool,
}

impl Reply {
    pub fn json(status: u16, body: impl Into<String>) -> Self {
        Self::of(status, "application/json;charset=UTF-8", body.into().into_bytes())
    }

    pub fn of(status: u16, media: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), media.to_owned())];
        Self { status, headers, body: body.into(), ..Self::default() }
    }

    pub fn redirect(status: u16, to: impl Into<String>) -> Self {
        Self { status, headers: vec![("Location".to_owned(), to.into())], ..Self::default() }
    }
}

type Handler = Arc<dyn Fn(&Seen, usize) -> Reply + Send + Sync>;

/// A host; the nth request (from 0) to one path is told to the handler with n.
#[derive(Clone)]
pub struct Host {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    handler: Arc<Mutex<Handler>>,
}

impl Host {
    pub async fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://127.0.0.1:{}", socket.local_addr().unwrap().port());
        let nothing: Handler =
            Arc::new(|_, _| Reply::json(404, r#"[{"errorCode":"NOT_FOUND","message":"nothing here"}]"#));
        let host = Self { url, seen: Arc::default(), handler: Arc::new(Mutex::new(nothing)) };
        let own = host.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                let own = own.clone();
                tokio::spawn(async move { own.serve(stream).await });
            }
        });
        host
    }

    pub fn says(&self, handler: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) {
        *self.handler.lock().unwrap() = Arc::new(handler);
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Requests beside logins and the list of versions.
    pub fn asked(&self) -> Vec<Seen> {
        self.seen()
            .into_iter()
            .filter(|one| one.path() != "/services/data" && one.path() != "/services/oauth2/token")
            .collect()
    }

    pub fn logins(&self) -> usize {
        self.seen().iter().filter(|one| one.path() == "/services/oauth2/token").count()
    }

    async fn serve(&self, mut stream: TcpStream) {
        while let Some(seen) = read_request(&mut stream).await {
            let number = {
                let mut list = self.seen.lock().unwrap();
                let number = list.iter().filter(|one| one.path() == seen.path()).count();
                list.push(seen.clone());
                number
            };
            let handler = Arc::clone(&self.handler.lock().unwrap());
            let reply = handler(&seen, number);
            if reply.silent {
                return;
            }
            let length = reply.body.len() + reply.missing;
            let mut text = format!("HTTP/1.1 {} Said\r\nContent-Length: {length}\r\n", reply.status);
            for (name, value) in &reply.headers {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
            text.push_str("\r\n");
            // The client may be gone already; that is no failure of the host's.
            drop(stream.write_all(text.as_bytes()).await);
            if seen.method != "HEAD" {
                drop(stream.write_all(&reply.body).await);
            }
            drop(stream.flush().await);
            if reply.hold {
                std::future::pending::<()>().await;
            }
            if reply.missing > 0 {
                return;
            }
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<Seen> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut words = head.split_whitespace().map(str::to_owned);
    let mut seen = Seen { method: words.next()?, target: words.next()?, head, body: String::new() };
    let mut body = vec![0; seen.header("content-length").map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).await.ok()?;
    seen.body = String::from_utf8_lossy(&body).into_owned();
    Some(seen)
}

/// An org on one port, its login host on another, and a stranger.
pub struct World {
    pub instance: Host,
    pub login: Host,
    pub stranger: Host,
    pub org: Org,
    pub profile: Profile,
    /// Where big answers go.
    pub spool: tempfile::TempDir,
}

/// The answer to a login: the nth session of this org and user on this instance.
pub fn token_answer(n: usize, instance: &str, id: &str) -> Reply {
    let token = if n == 0 { TOKEN.to_owned() } else { format!("{TOKEN}{n}") };
    let body = serde_json::json!({
        "access_token": token, "scope": "id full", "instance_url": instance, "id": id, "token_type": "Bearer",
    });
    Reply::json(200, body.to_string())
}

pub const VERSIONS: &str = r#"[{"label":"Spring","url":"/services/data/v66.0","version":"66.0"},{"label":"Summer","url":"/services/data/v67.0","version":"67.0"}]"#;

impl World {
    pub async fn new() -> Self {
        Self::with(|_| (), |_| ()).await
    }

    /// One whose app and client are changed first.
    pub async fn with(app: impl FnOnce(&mut App), limits: impl FnOnce(&mut Limits)) -> Self {
        let (instance, login, stranger) = (Host::start().await, Host::start().await, Host::start().await);
        let (here, id) = (instance.url.clone(), format!("{}{ID_PATH}", login.url));
        login.says(move |seen, n| match seen.path() {
            "/services/oauth2/token" => token_answer(n, &here, &id),
            _ => Reply::json(200, "{}"),
        });
        instance.says(|seen, _| match seen.path() {
            "/services/data" => Reply::json(200, VERSIONS),
            _ => Reply::json(200, r#"{"fine":true}"#),
        });
        let user = User { username: USERNAME.to_owned(), alias: None };
        let mut own = App {
            name: "acme".to_owned(),
            client_id: "3MVG9test".to_owned(),
            private_key: KEY.path().join("key.pem"),
            certificate: None,
            passphrase: Passphrase::Ask,
            login_url: login.url.parse().unwrap(),
            audience: None,
            version: VersionChoice::Newest,
            kind: Kind::Demo,
            read_only: false,
            tokens: Tokens::Memory,
            users: vec![user.clone()],
            variables: IndexMap::new(),
        };
        app(&mut own);
        let spool = tempfile::tempdir().unwrap();
        let mut own_limits = Limits { spool_dir: spool.path().to_owned(), ..Limits::default() };
        limits(&mut own_limits);
        let org = client(own_limits);
        Self { instance, login, stranger, org, profile: Profile { app: Arc::new(own), user }, spool }
    }

    pub fn ask_of(&self, request: Request) -> Ask {
        let mut variables = Variables::new();
        variables.set(VarOrigin::Yours, "apiKey", "hunter2-of-the-test");
        variables.set(VarOrigin::Yours, "stranger", self.stranger.url.as_str());
        Ask { variables, ..Ask::new(self.profile.clone(), request) }
    }

    pub async fn ask(&self, request: Request) -> Result<Exchange, Failure> {
        self.org.ask(self.ask_of(request)).await
    }

    pub async fn get(&self, address: &str) -> Result<Exchange, Failure> {
        self.ask(Request::get(address)).await
    }
}

/// A client with short limits.
pub fn client(limits: Limits) -> Org {
    let settings = Settings { idle_limit: Duration::from_secs(5), ..Settings::default() };
    let wire = Client::new(&settings).unwrap();
    let clock: Clock = Arc::new(jiff::Timestamp::now);
    Org::new(wire.clone(), Sessions::new(wire, Arc::clone(&clock)), clock, limits)
}

/// One key for all tests, in a folder of its own.
static KEY: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    std::fs::write(folder.path().join("key.pem"), pem::encode(&pem::Pem::new("PRIVATE KEY", der.as_ref().to_vec())))
        .unwrap();
    folder
});
