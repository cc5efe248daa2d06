//! `token` and `whoami`: logging in, and failing to.

use crate::support::{World, config, orgdeck, ran as ran_with, run};
use orgdeck::demo::Fault;
use std::net::TcpListener;

#[test]
fn a_token_is_printed_as_salesforce_gave_it_and_nothing_else() {
    let world = World::new();
    let org = &world.demo.card().orgs[0];
    for args in [&["token"][..], &["token", "--json"]] {
        let token = world.run(args).fine().json();
        assert!(token["access_token"].as_str().unwrap().starts_with("00D"));
        assert_eq!(token["instance_url"], org.instance_url.as_str());
        assert_eq!(token["token_type"], "Bearer");
    }
}

#[test]
fn whoami_tells_who_it_is() {
    let world = World::new();
    let users = &world.demo.card().orgs[0].users;
    let admin = world.run(&["whoami"]).fine();
    assert!(admin.out.contains(&users[0].username), "{}", admin.out);
    let identity = world.run(&["whoami", "--json", "-p", "sales"]);
    // The alias stands in both orgs' apps, so it names two.
    assert_eq!(identity.code, 2);
    let sales = format!("{}/sales", world.demo.card().orgs[0].name);
    let identity = world.run(&["-p", &sales, "whoami", "--json"]).fine().json();
    let username = &users.iter().find(|user| user.alias == "sales").unwrap().username;
    assert_eq!(identity["username"], username.as_str());
    assert_eq!(identity["organization_id"].as_str().map(str::len), Some(18));
}

#[test]
fn a_login_that_fails_ends_with_three_and_says_what_to_do() {
    let world = World::new();
    let gone = format!("{}/gone", world.demo.card().orgs[0].name);
    for command in [&["token"][..], &["whoami"], &["request", "GET", "limits"], &["query", "SELECT Id FROM Account"]] {
        let ran = world.run(&[command, &["-p", &gone]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{command:?}: {ran:?}");
        assert!(ran.err.contains("inactive user") && ran.err.contains('→'), "{}", ran.err);
    }
    world.demo.set_fault(Some(Fault::LoginIp));
    let ran = world.run(&["token"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("ip restricted"), "{}", ran.err);
}

#[test]
fn nobody_at_the_other_end_is_a_network_failure() {
    let world = World::new();
    // A port that was free a moment ago, and that nobody listens on now.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let key = world.demo.card().orgs[0].private_key.display().to_string();
    let folder = config("k", &key, &format!("http://127.0.0.1:{port}"), "a@b.c", "");
    let ran = run(folder.path(), &["whoami"]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{ran:?}");
    assert!(ran.err.contains(&port.to_string()), "{}", ran.err);
}

#[test]
fn an_encrypted_key_without_its_passphrase_is_a_login_failure() {
    let world = World::new();
    let key = world.folder.path().join("locked.key");
    // Its form alone says that it is encrypted; no passphrase opens it.
    let mark = ["-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"];
    let dek = "Proc-Type: 4,ENCRYPTED\nDEK-Info: DES-EDE3-CBC,0011223344556677";
    let pem = format!("{}\n{dek}\n\nAAECAwQFBgcICQoLDA0ODw==\n{}\n", mark[0], mark[1]);
    std::fs::write(&key, pem).unwrap();
    let (key, login) = (key.display().to_string(), &world.demo.card().orgs[0].login_url);
    let folder = config("k", &key, login, "a@b.c", "");
    let ran = run(folder.path(), &["token"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{ran:?}");
    assert!(ran.err.contains("needs its passphrase") && ran.err.contains("{ env = "), "{}", ran.err);
    let folder = config("k", &key, login, "a@b.c", "passphrase = { env = \"ORGDECK_TEST_PASSPHRASE\" }");
    let mut command = orgdeck(folder.path());
    let wrong = ran_with(command.arg("token").env("ORGDECK_TEST_PASSPHRASE", "hunter2"));
    assert_eq!((wrong.code, wrong.out.as_str()), (3, ""), "{wrong:?}");
    assert!(wrong.err.contains("passphrase") && !wrong.err.contains("hunter2"), "{}", wrong.err);
}

#[test]
fn no_token_is_in_what_is_said_or_logged() {
    let world = World::new();
    let log = world.folder.path().join("orgdeck.log");
    let log_text = log.display().to_string();
    let mut said = String::new();
    for args in [
        &["request", "GET", "/services/oauth2/userinfo", "-i"][..],
        &["request", "GET", "limits", "--json"],
        &["request", "GET", "https://elsewhere.example/?t={{accessToken}}"],
        &["request", "GET", "nothing/here", "-H", "X-Copy: {{accessToken}}", "--json"],
        &["whoami"],
    ] {
        let ran = world.run(&[args, &["--log", &log_text]].concat());
        said.push_str(&ran.out);
        said.push_str(&ran.err);
    }
    said.push_str(&std::fs::read_to_string(&log).unwrap_or_default());
    assert!(said.contains("elsewhere.example"), "{said}");
    // Every token of the demo has this form: the org's id, `!AQ`, a long tail.
    let holds_a_token = |text: &str| text.contains("!AQ");
    assert!(holds_a_token(&world.run(&["token"]).out));
    assert!(!holds_a_token(&said), "{said}");
    assert!(!said.contains("PRIVATE KEY") && !said.contains("assertion="), "{said}");
}
