//! A demo org in this process, and the real binary run against it.

use assert_cmd::Command;
use orgdeck::demo::{Demo, Options};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A demo org and the folder it lives in; both go when this is dropped.
pub struct World {
    pub demo: Demo,
    pub config: PathBuf,
    pub folder: tempfile::TempDir,
    // Dropped last: the demo lives on it.
    _tokio: tokio::runtime::Runtime,
}

/// What a run of the binary came to.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Fine, and nothing to be said.
    pub fn fine(self) -> Self {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{self:?}");
        self
    }
}

/// The binary, with nothing of this machine's settings.
pub fn orgdeck(config: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orgdeck"));
    for name in ["ORGDECK_CONFIG", "ORGDECK_LOG", "ORGDECK_LOG_LEVEL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env_remove(name);
    }
    // Only so that a hang is a failure and not a hang.
    command.arg("--config").arg(config).timeout(Duration::from_secs(120));
    command
}

pub fn run(config: &Path, args: &[&str]) -> Ran {
    ran(orgdeck(config).args(args))
}

pub fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

impl World {
    pub fn new() -> Self {
        Self::with(Options::default())
    }

    pub fn with(options: Options) -> Self {
        let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let demo = tokio.block_on(orgdeck::demo::start(options, &folder.path().join("demo"))).unwrap();
        Self { config: demo.card().config.clone(), demo, folder, _tokio: tokio }
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        run(&self.config, args)
    }

    pub fn run_with(&self, args: &[&str], stdin: impl Into<Vec<u8>>) -> Ran {
        ran(orgdeck(&self.config).args(args).write_stdin(stdin))
    }

    /// A config folder whose one app is the first org's, save for these lines.
    pub fn config_with(&self, lines: &str) -> tempfile::TempDir {
        let org = &self.demo.card().orgs[0];
        let (key, login) = (org.private_key.display().to_string(), org.login_url.clone());
        config(&org.client_id, &key, &login, &org.users[0].username, lines)
    }
}

/// A config folder with one app and one user.
pub fn config(client_id: &str, key: &str, login: &str, username: &str, lines: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "[apps.acme]\nclient_id = {client_id:?}\nprivate_key = {key:?}\nlogin_url = {login:?}\n{lines}\nusers = [{{ username = {username:?}, alias = \"me\" }}]\n"
    );
    std::fs::write(folder.path().join("profiles.toml"), text).unwrap();
    folder
}

/// A host that lets everybody in and answers every request with the same bytes. It ends with the test's process.
pub fn host_that_says(media: &'static str, body: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let own = origin.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let own = own.clone();
            std::thread::spawn(move || answer(stream.unwrap(), &own, media, body));
        }
    });
    origin
}

fn answer(mut stream: TcpStream, own: &str, media: &str, body: &[u8]) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap_or(0) == 0 {
            return;
        }
    }
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut sent = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut sent).unwrap();
    let token = format!(
        "{{\"access_token\":\"00Dx!tokenofthetest\",\"instance_url\":\"{own}\",\"id\":\"{own}/id/00Dxx0000000001EAA/005xx0000000001AAA\",\"token_type\":\"Bearer\"}}"
    );
    let (media, body) =
        if head.contains("/oauth2/token") { ("application/json", token.as_bytes()) } else { (media, body) };
    let reply = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(&[reply.as_bytes(), body].concat()).unwrap();
}
