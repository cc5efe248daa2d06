//! `serve`: the article's server as a program of its own, and the article's story by saved requests.

use crate::support::{World, orgdeck, run};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Every token of the demo's production org begins like this.
const TOKEN: &str = "00D5i000004RkQw!";

struct Serve {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
    first: String,
}

impl Serve {
    fn start(config: &Path, args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orgdeck"));
        command.env_remove("ORGDECK_SERVE_KEY").env_remove("ORGDECK_LOG").arg("--config").arg(config);
        let mut child =
            command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("orgdeck starts");
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        out.read_line(&mut first).unwrap();
        Self { child, out, first: first.trim_end().to_owned() }
    }

    /// Interrupts it; its code, the rest of stdout, stderr.
    fn end(mut self) -> (Option<i32>, String, String) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, Signal::INT).unwrap();
        let (mut out, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        (self.child.wait().unwrap().code(), out, err)
    }
}

/// A POST as any program makes it.
fn post(url: &str, key: &str, sub: &str) -> (u16, Value) {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let body = json!({ "sub": sub }).to_string();
    let mut stream = TcpStream::connect(host).unwrap();
    let head =
        format!("POST /{path} HTTP/1.1\r\nHost: {host}\r\nX-Orgdeck-Key: {key}\r\nContent-Type: application/json");
    stream.write_all(format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_str(body).unwrap())
}

#[test]
fn the_address_and_the_key_are_printed_once_and_no_token_is() {
    let world = World::new();
    let mut serve = Serve::start(&world.config, &["serve", "--port", "0"]);
    let url = serve.first.clone();
    let mut second = String::new();
    serve.out.read_line(&mut second).unwrap();
    let key = second.trim().strip_prefix("X-Orgdeck-Key: ").unwrap().to_owned();
    assert!(key.len() >= 43 && url.starts_with("http://127.0.0.1:") && url.ends_with("/api/jwtauth"), "{url} {second}");
    let (status, token) = post(&url, &key, "admin@acme.example");
    assert!(status == 200 && token["access_token"].as_str().unwrap().starts_with(TOKEN), "{status} {token}");
    assert_eq!(token["token_type"], "Bearer");
    assert_eq!(post(&url, "wrong", "admin@acme.example").0, 401);
    let (status, refused) = post(&url, &key, "left@acme.example");
    assert!(status == 400 && refused["error"] == "unknown_user", "{refused}");
    // One whom the org refuses, in the org's words.
    let inactive = world.demo.card().orgs[0].users.iter().find(|user| user.note.contains("inactive")).unwrap();
    let (status, refused) = post(&url, &key, &inactive.username);
    assert!(
        status == 400 && refused == json!({ "error": "invalid_grant", "error_description": "inactive user" }),
        "{refused}"
    );
    // Those of every app, since none was named.
    assert_eq!(post(&url, &key, "admin@uat.acme.example").0, 200);
    let (code, out, err) = serve.end();
    assert_eq!((code, out.as_str()), (Some(0), ""), "{err}");
    assert!(err.contains("200  acme/admin@acme.example") && err.contains("401"), "{err}");
    assert!(!err.contains(TOKEN) && !err.contains(&key), "{err}");
}

#[test]
fn a_key_of_ones_own_is_not_printed_and_one_app_is_only_its_own_users() {
    let world = World::new();
    let serve = Serve::start(
        &world.config,
        &["-p", "acme", "serve", "--port", "0", "--key", "a-key-that-is-long-enough", "--json"],
    );
    let card: Value = serde_json::from_str(&serve.first).unwrap();
    assert_eq!(card["key"], Value::Null);
    let url = card["url"].as_str().unwrap();
    assert_eq!(post(url, "a-key-that-is-long-enough", "admin@acme.example").0, 200);
    assert_eq!(post(url, "a-key-that-is-long-enough", "admin@uat.acme.example").1["error"], "unknown_user");
    assert_eq!(serve.end().0, Some(0));
    let short = world.run(&["serve", "--key", "short"]);
    assert!(short.code == 2 && short.err.contains("at least 16"), "{short:?}");
    let none = run(Path::new("/nowhere"), &["serve"]);
    assert_eq!(none.code, 2, "{none:?}");
}

/// A request with these headers as any program makes it; its status, and its body.
fn ask(origin: &str, line: &str, headers: &str) -> (u16, String) {
    let host = origin.strip_prefix("http://").unwrap().trim_end_matches('/');
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(format!("{line} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(!answer.contains(TOKEN), "{answer}");
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

#[test]
fn a_program_asks_orgs_and_never_holds_a_token() {
    let world = World::new();
    let serve = Serve::start(&world.config, &["serve", "--proxy", "--port", "0", "--json"]);
    let card: Value = serde_json::from_str(&serve.first).unwrap();
    let origin = card["url"].as_str().unwrap().to_owned();
    let key = format!("Authorization: Bearer {}\r\n", card["key"].as_str().unwrap());
    let (status, list) = ask(&origin, "GET /", &key);
    let list: Value = serde_json::from_str(&list).unwrap();
    let people = list["profiles"].as_array().unwrap();
    assert!(status == 200 && people.len() > 2, "{list}");
    for one in people.iter().filter(|one| one["username"].as_str().unwrap().starts_with("admin@")) {
        let path = one["address"].as_str().unwrap().strip_prefix(origin.trim_end_matches('/')).unwrap();
        let get = format!("GET {path}/services/data/v67.0/query?q=SELECT+Username+FROM+User+LIMIT+1");
        let (status, body) = ask(&origin, &get, &key);
        assert!(status == 200 && body.contains("\"totalSize\""), "{path}: {body}");
    }
    let (status, me) = ask(&origin, "GET /acme/services/oauth2/userinfo", &key);
    assert!(status == 200 && me.contains("admin@acme.example"), "the default user: {me}");
    assert_eq!(ask(&origin, "GET /acme/services/data", "").0, 401);
    assert_eq!(ask(&origin, "DELETE /acme/services/data/v67.0/sobjects/Account/001", &key).0, 403);
    assert_eq!(ask(&origin, "POST /api/jwtauth", &format!("{key}Content-Length: 0\r\n")).0, 404);
    // A session that ended is renewed meanwhile.
    world.demo.expire_all();
    assert_eq!(ask(&origin, "GET /acme/services/data/v67.0/limits", &key).0, 200);
    let (code, _, err) = serve.end();
    assert!(code == Some(0) && !err.contains(TOKEN) && !err.contains("SELECT"), "{err}");
    assert!(err.contains("200  acme/admin@acme.example  GET /acme/services/data/v67.0/limits"), "{err}");
    // A demo org's writes need no confirmation, once they are allowed at all.
    let serve = Serve::start(&world.config, &["serve", "--proxy", "--allow-writes", "--no-key", "--port", "0"]);
    let delete = "DELETE /acme/services/data/v67.0/sobjects/Account/001000000000000AAA";
    assert_eq!(ask(&serve.first.clone(), delete, "").0, 404);
    assert_eq!(serve.end().0, Some(0));
    assert_eq!(world.run(&["serve", "--allow-writes"]).code, 2, "only what is forwarded writes");
}

/// The article's Tests script, as captures.
const LOGIN: &str = r#"
name = "Log in"
method = "POST"
address = "ADDRESS"
headers = ["X-Orgdeck-Key: KEY"]
body = '{"sub": "{{username}}"}'

[[capture]]
set = "accessToken"
jq = ".access_token"

[[capture]]
set = "endpoint"
jq = ".instance_url"

[[capture]]
set = "IdURL"
jq = ".id"

[[capture]]
set = "tokenType"
jq = ".token_type"
"#;

#[test]
fn the_articles_story_by_saved_requests() {
    let world = World::new();
    let mut serve = Serve::start(&world.config, &["serve", "--port", "0", "--json"]);
    let card: Value = serde_json::from_str(&serve.first).unwrap();
    let login = LOGIN.replace("ADDRESS", card["url"].as_str().unwrap()).replace("KEY", card["key"].as_str().unwrap());
    let root = world.config.join("requests/Article");
    std::fs::create_dir_all(&root).unwrap();
    std::fs::write(root.join("1 login.toml"), login).unwrap();
    let who =
        "name = \"Who am I\"\naddress = \"{{IdURL}}\"\nheaders = [\"Authorization: {{tokenType}} {{accessToken}}\"]";
    std::fs::write(root.join("2 who.toml"), who).unwrap();
    let explore = "name = \"Explore\"\naddress = \"{{endpoint}}/services/data/v{{version}}/sobjects\"\nheaders = [\"Authorization: {{tokenType}} {{accessToken}}\"]";
    std::fs::write(root.join("3 explore.toml"), explore).unwrap();
    let ran = crate::support::ran(orgdeck(&world.config).args(["run", "Article", "--json"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    let told: Vec<(u64, String)> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|line| (line["status"].as_u64().unwrap(), line["name"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(told, [(200, "Log in".to_owned()), (200, "Who am I".to_owned()), (200, "Explore".to_owned())]);
    assert!(!ran.out.contains(TOKEN) && !ran.err.contains(TOKEN), "{ran:?}");
    serve.child.try_wait().unwrap();
    let (code, _, err) = serve.end();
    assert!(code == Some(0) && err.contains("200  acme/admin@acme.example"), "{err}");
}
