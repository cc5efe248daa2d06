//! The guided set-up as a command: against a demo org that knows nothing of the app until it is told, step by step.

use crate::support::{Ran, World, orgdeck, ran};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const KEY: &str = "3MVG9.the.consumer.key.of.this.test";

/// What an admin does in Salesforce, here at the demo's control address.
pub fn make_app(world: &World, app: &Value) {
    let control = &world.demo.card().control;
    let url = url::Url::parse(&control.url).unwrap();
    let (host, body) = (format!("127.0.0.1:{}", url.port().unwrap()), app.to_string());
    let mut stream = TcpStream::connect(&host).unwrap();
    write!(
        stream,
        "POST {}/apps HTTP/1.1\r\nHost: {host}\r\nX-Orgdeck-Control: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        url.path(),
        control.secret.expose(),
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

struct Bench {
    world: World,
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { world: World::new(), folder: tempfile::tempdir().unwrap() }
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    fn login(&self) -> String {
        self.world.demo.card().orgs[0].login_url.clone()
    }

    fn user(&self, alias: &str) -> String {
        self.world.demo.card().orgs[0].users.iter().find(|u| u.alias == alias).unwrap().username.clone()
    }

    /// What it says is put into one line: how it is broken is for people.
    fn run(&self, args: &[&str], stdin: &str) -> Ran {
        let ran = ran(orgdeck(&self.config()).arg("setup").args(args).write_stdin(stdin));
        Ran { err: ran.err.split_whitespace().collect::<Vec<_>>().join(" "), ..ran }
    }

    fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.config().join(file)).unwrap_or_default()
    }

    /// The certificate that was made, or another one of the same form.
    fn certificate(&self, own: bool) -> String {
        if own {
            self.text("keys/acme.crt")
        } else {
            std::fs::read_to_string(self.world.config.join("acme.crt")).unwrap()
        }
    }
}

/// Every file under a folder, with its mode.
fn files(folder: &Path) -> Vec<(PathBuf, u32)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push((path.clone(), path.metadata().unwrap().permissions().mode() & 0o777));
        }
    }
    all
}

#[test]
fn each_step_that_is_not_done_is_told_until_all_is_green() {
    let bench = Bench::new();
    let (login, ada) = (bench.login(), bench.user("admin"));
    let who = format!("{ada}=admin");
    let all = ["--at", &login, "--name", "acme", "--key", "new", "--bits", "2048", "--days", "30", "--no-passphrase"];
    let rest = ["--app", "external", "--client-id", KEY, "--user", &who];
    // The org does not know the app.
    let first = bench.run(&[&all[..], &rest].concat(), "");
    assert_eq!((first.code, first.out.as_str()), (3, ""), "{first:?}");
    for told in ["invalid_client_id", "step 6, The consumer key", "10 minutes", "Stopped at: The test", "acme.key"] {
        assert!(first.err.contains(told), "{told} is not in\n{}", first.err);
    }
    let made: Vec<(PathBuf, u32)> = files(&bench.config());
    assert!(made.iter().all(|(_, mode)| *mode == 0o600), "{made:?}");
    assert!(bench.text("setup.toml").contains(KEY) && bench.text("profiles.toml").contains("[apps.acme]"));
    // It knows it, with another certificate; with the right one, for nobody; for somebody else; for her.
    let app = |certificate: String, permitted: &str, users: &[&str]| {
        let users: Vec<String> = users.iter().map(|alias| bench.user(alias)).collect();
        json!({ "client_id": KEY, "certificate": certificate, "permitted": permitted, "users": users })
    };
    for (app, told) in [
        (json!({ "client_id": KEY }), "does not have this key's certificate"),
        (
            app(bench.certificate(false), "self", &[]),
            "step 5, In Salesforce: the app does not have this key's certificate",
        ),
        (app(bench.certificate(true), "self", &[]), "Admin approved users are pre-authorized"),
        (app(bench.certificate(true), "admin", &["sales"]), "not among those whom the app lets in"),
    ] {
        make_app(&bench.world, &app);
        // The same line again goes on where it was, and so does none at all.
        let again = bench.run(&if told.contains("Admin") { vec![] } else { [&all[..], &rest].concat() }, "");
        assert_eq!(again.code, 3, "{again:?}");
        assert!(
            again.err.contains(told) && again.err.contains("goes on where it was"),
            "{told} is not in\n{}",
            again.err
        );
    }
    make_app(&bench.world, &app(bench.certificate(true), "admin", &["sales", "admin"]));
    let green = bench.run(&["--json"], "");
    assert_eq!(green.code, 0, "{green:?}");
    assert_eq!(green.json()[0]["profile"], format!("acme/{ada}"));
    assert!(green.json()[0]["who"].as_str().unwrap().starts_with("Ada Quill"), "{green:?}");
    assert!(!bench.config().join("setup.toml").exists(), "it is done");
    let profile = bench.text("profiles.toml");
    assert!(profile.contains("private_key = \"keys/acme.key\"") && profile.contains("alias = \"admin\""), "{profile}");
    let whoami = ran(orgdeck(&bench.config()).arg("whoami"));
    assert!(whoami.code == 0 && whoami.out.contains("Ada Quill"), "{whoami:?}");
    // The name is taken now.
    let taken = bench.run(&["--at", &login, "--name", "acme"], "");
    assert!(taken.code == 2 && taken.err.contains("already"), "{taken:?}");
}

#[test]
fn answers_come_from_stdin_with_an_encrypted_key_that_openssl_reads() {
    const PASSPHRASE: &str = "correct horse sésame 99";
    let bench = Bench::new();
    let ada = bench.user("admin");
    // Where, name, new, 2048, 365, the passphrase twice, external, then the end: nothing says that it is done there.
    let stdin = format!("{}\nacme\nnew\n\n\n{PASSPHRASE}\n{PASSPHRASE}\n\n", bench.login());
    let first = bench.run(&[], &stdin);
    assert!(first.code == 2 && first.err.contains("Stopped at: In Salesforce"), "{first:?}");
    for told in ["JWT Bearer Flow", "keys/acme.crt", "api, id and refresh_token", "orgdeck setup goes on from here"] {
        assert!(first.err.contains(told), "{told} is not in\n{}", first.err);
    }
    assert!(bench.text("keys/acme.key").starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    // Whoever has the consumer key has been there; the passphrase is asked for again, since it is nowhere.
    make_app(
        &bench.world,
        &json!({ "client_id": KEY, "certificate": bench.certificate(true), "permitted": "admin", "users": [ada] }),
    );
    let wrong = bench.run(&[], &format!("\n{KEY}\n{ada} admin\n\nwrong\n"));
    assert!(wrong.code == 2 && wrong.err.contains("this does not open the key"), "{wrong:?}");
    let green = bench.run(&[], &format!("{PASSPHRASE}\n"));
    assert_eq!(green.code, 0, "{green:?}");
    assert!(green.out.starts_with(&format!("acme/{ada}  Ada Quill")), "{green:?}");
    for (path, _) in files(&bench.config()) {
        let bytes = std::fs::read(&path).unwrap();
        assert!(memchr::memmem::find(&bytes, "sésame".as_bytes()).is_none(), "the passphrase is in {}", path.display());
    }
    for ran in [&first, &wrong, &green] {
        assert!(!ran.err.contains("sésame") && !ran.out.contains("sésame"), "{ran:?}");
    }
    openssl_agrees(&bench.config().join("keys"), PASSPHRASE);
}

/// The key and its certificate, in the words of openssl.
fn openssl_agrees(keys: &Path, passphrase: &str) {
    let run = |args: &[&str]| {
        let output = Command::new("openssl").args(args).env("WORD", passphrase).current_dir(keys).output();
        output.ok().map(|out| (out.status.success(), String::from_utf8_lossy(&out.stdout).into_owned()))
    };
    let Some((true, version)) = run(&["version"]) else {
        println!("openssl is not installed: its part was not tested");
        return;
    };
    let modulus = |args: &[&str]| match run(args) {
        Some((true, text)) => text,
        other => panic!("{version}: openssl {args:?}: {other:?}"),
    };
    let of_key = modulus(&["rsa", "-in", "acme.key", "-passin", "env:WORD", "-noout", "-modulus"]);
    assert_eq!(of_key, modulus(&["x509", "-in", "acme.crt", "-noout", "-modulus"]));
    assert!(of_key.starts_with("Modulus=") && of_key.len() > 500, "{of_key}");
    let (good, told) = run(&["verify", "-CAfile", "acme.crt", "acme.crt"]).unwrap();
    assert!(good, "{told}");
    let (opened, _) = run(&["rsa", "-in", "acme.key", "-passin", "pass:wrong", "-noout"]).unwrap();
    assert!(!opened, "any passphrase opens it");
}

#[test]
fn files_that_are_there_are_taken_as_they_are_and_checked_to_belong_together() {
    let bench = Bench::new();
    let org = &bench.world.demo.card().orgs[0];
    let key = org.private_key.display().to_string();
    let [own, other] = ["acme.crt", "acme-sandbox.crt"].map(|name| bench.world.config.join(name).display().to_string());
    let ada = bench.user("admin");
    let start = ["--at", &org.login_url, "--name", "mine", "--key", &key, "--app", "connected"];
    let wrong = bench.run(&[&start[..], &["--certificate", &other]].concat(), "");
    assert!(wrong.code == 2 && wrong.err.contains("does not belong to the key"), "{wrong:?}");
    let no_key = bench.run(&["--anew", "--at", &org.login_url, "--name", "mine", "--key", &own], "");
    assert!(no_key.code == 2 && no_key.err.contains("holds a certificate"), "{no_key:?}");
    let more = ["--anew", "--certificate", &own, "--client-id", &org.client_id, "--user", &ada];
    let green = bench.run(&[&start[..], &more].concat(), "");
    assert_eq!(green.code, 0, "{green:?}");
    assert!(green.out.contains(&format!("mine/{ada}  Ada Quill")), "{green:?}");
    assert!(bench.text("profiles.toml").contains(&format!("private_key = {key:?}")), "{}", bench.text("profiles.toml"));
}

#[test]
fn another_set_up_is_not_mixed_with_the_one_under_way_and_it_can_be_given_up() {
    let bench = Bench::new();
    let login = bench.login();
    assert_eq!(bench.run(&["--at", &login, "--name", "acme"], "").code, 2);
    let mixed = bench.run(&["--name", "other"], "");
    assert!(mixed.code == 2 && mixed.err.contains("--name is answered otherwise"), "{mixed:?}");
    let unset = bench.run(&["--passphrase-env", "ORGDECK_TEST_UNSET"], "");
    assert!(unset.code == 2 && unset.err.contains("ORGDECK_TEST_UNSET is not set"), "{unset:?}");
    std::fs::write(bench.config().join("setup.toml"), "login_url = [").unwrap();
    let broken = bench.run(&["--at", &login, "--name", "other"], "");
    assert!(broken.err.contains("begins anew") && broken.err.contains("Stopped at: The private key"), "{broken:?}");
    assert!(bench.text("setup.toml").contains("other"));
    assert_eq!(bench.run(&["--give-up"], "").code, 0);
    assert!(!bench.config().join("setup.toml").exists());
}
