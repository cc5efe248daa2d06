//! `history`: what was asked by the real binary is kept, found, shown, sent again, deleted; and no secret is in its files.

use crate::support::{Ran, World, config, orgdeck, run};
use orgdeck::demo::{Fault, Options};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;

fn list(world: &World, args: &[&str]) -> Vec<Value> {
    let ran = world.run(&[&["history", "--json"], args].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.json().as_array().unwrap().clone()
}

fn addresses(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["address"].as_str().unwrap()).collect()
}

fn id(row: &Value) -> String {
    row["id"].to_string()
}

#[test]
fn what_was_asked_is_listed_shown_and_sent_again() {
    let world = World::new();
    let org = &world.demo.card().orgs[0];
    let sales = format!("{}/sales", org.name);
    let seller = &org.users.iter().find(|user| user.alias == "sales").unwrap().username;
    assert_eq!(list(&world, &[]).len(), 0);
    let nothing = world.run(&["history", "nothing"]);
    assert_eq!((nothing.code, nothing.out.as_str(), nothing.err.as_str()), (0, "", "Nothing fits\n"));
    // Streamed, whole, an error, a query of pages, a saved request.
    let limits = world.run(&["request", "GET", "limits"]).fine();
    world.run(&["request", "GET", "recent", "-i", "-H", "X-Mine: {{username}}"]).fine();
    assert_eq!(world.run(&["request", "GET", "sobjects/Nope/describe", "-p", &sales]).code, 1);
    assert_eq!(world.run(&["query", "SELECT Id FROM Contact"]).code, 0);
    world.run(&["run", "Salesforce/Limits/Limits of the org"]);
    let rows = list(&world, &["before:2100-01-01"]);
    let told = addresses(&rows);
    let at = |what: &str| told.iter().position(|one| one.contains(what)).unwrap_or_else(|| panic!("{what}: {told:?}"));
    assert!(at("SELECT Id FROM Contact") < at("sobjects/Nope") && at("sobjects/Nope") < at("recent"), "{told:?}");
    let first = rows.iter().find(|row| row["address"] == "limits").unwrap();
    assert_eq!((first["status"].as_u64(), first["bytes"].as_u64()), (Some(200), Some(limits.out.len() as u64)));
    assert!(
        first["org"].as_str().unwrap().starts_with("00D") && first["instance"].as_str().unwrap().starts_with("http")
    );
    // As it was.
    assert_eq!(world.run(&["history", "show", &id(first), "--body"]).fine().out, limits.out);
    let recent = world.run(&["history", "show", &id(&rows[at("recent")])]).fine();
    for part in ["GET recent\n", "X-Mine: {{username}}\n", "HTTP/1.1 200\n", "content-type: application/json"] {
        assert!(recent.out.to_lowercase().contains(&part.to_lowercase()), "{part}: {recent:?}");
    }
    assert_eq!(world.run(&["history", "show", &id(first), "--json"]).fine().json()["status"], 200);
    // By filters and words.
    assert_eq!(addresses(&list(&world, &["--status", "4xx"])), ["sobjects/Nope/describe"]);
    assert_eq!(
        addresses(&list(&world, &["--user", &seller.to_uppercase(), "--method", "get"])),
        ["sobjects/Nope/describe"]
    );
    assert_eq!(addresses(&list(&world, &["DailyApiRequests", "status:200", "--limit", "1"])).len(), 1);
    assert_eq!(list(&world, &["--after", "1h", "--org", "acme"]).len(), rows.len());
    assert_eq!(world.run(&["history", "--status", "good"]).code, 2);
    // Again, by who asked; or by somebody else.
    let again = world.run(&["history", "send", &id(first)]).fine();
    assert!(again.json()["DailyApiRequests"]["Max"].is_number());
    assert_eq!(world.run(&["history", "send", &id(first), "-p", &sales]).code, 0);
    let newest = list(&world, &["--limit", "2"]);
    let who: Vec<&str> = newest.iter().map(|row| row["username"].as_str().unwrap()).collect();
    assert_eq!(addresses(&newest), ["limits", "limits"]);
    assert_eq!(who, [seller, first["username"].as_str().unwrap()]);
    // What is not there.
    for command in ["show", "send", "delete"] {
        let none = world.run(&["history", command, "9999"]);
        assert!(none.code == 2 && none.err.contains("no exchange 9999"), "{none:?}");
    }
    world.run(&["history", "delete", &id(first)]).fine();
    assert_eq!(world.run(&["history", "show", &id(first)]).code, 2);
    assert_eq!(world.run(&["history", "clear"]).code, 2);
    assert!(!list(&world, &[]).is_empty());
    assert_eq!(world.run(&["history", "clear", "--yes"]).code, 0);
    assert_eq!(list(&world, &[]).len(), 0);
}

#[test]
fn what_had_no_answer_is_listed_shown_and_sent_again() {
    let world = World::new();
    // Nobody listens there any more.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let address = format!("http://{nobody}/x?{{{{what}}}}");
    for form in [&["request", "GET"][..], &["--json", "request", "GET"]] {
        assert_eq!(world.run(&[form, &[&address, "-v", "what=token=hunter2222"]].concat()).code, 4);
    }
    world.run(&["request", "GET", "limits"]).fine();
    let rows = list(&world, &["status:failed"]);
    assert_eq!(addresses(&rows), [&address, &address], "streamed or not");
    assert_eq!((rows[0]["status"].as_u64(), rows[0]["failed"].as_str()), (None, Some("Nobody answers there")));
    assert_eq!(list(&world, &["nobody answers there"]).len(), 2);
    let table = world.run(&["history"]).fine().out;
    assert!(table.contains("Nobody answers there") && table.contains("  200  "), "{table}");
    let shown = world.run(&["history", "show", &id(&rows[0])]).fine().out;
    assert!(shown.contains("\nNobody answers there\n") && shown.contains("→ check host and port"), "{shown}");
    let again = world.run(&["history", "send", &id(&rows[0]), "--var", "what=x"]);
    assert_eq!(again.code, 4, "{again:?}");
    assert_eq!(list(&world, &["--status", "failed"]).len(), 3);
    let told = world.run(&["diff", &format!("history:{}", id(&rows[0])), "-"]);
    assert!(told.code == 2 && told.err.contains("had no answer"), "{told:?}");
    let all = bytes(&world.config.join("state"));
    assert!(memchr::memmem::find(&all, b"hunter2222").is_none());
}

#[test]
fn a_query_of_many_pages_is_one_in_the_history() {
    let world = World::with(Options { scale: 12_000, ..Options::default() });
    assert_eq!(world.run(&["query", "SELECT Id FROM Contact"]).code, 0);
    let rows = list(&world, &[]);
    assert_eq!(addresses(&rows), ["SELECT Id FROM Contact"]);
    let pages = rows[0]["pages"].as_u64().unwrap();
    assert!(pages > 1, "{rows:?}");
    let table = world.run(&["history"]).fine().out;
    assert!(table.contains(&format!("SELECT Id FROM Contact {pages} pages")), "{table}");
    let shown = world.run(&["history", "show", &id(&rows[0])]);
    assert!(shown.out.contains(&format!("first of {pages} pages")), "{shown:?}");
    // A page that is none stands by itself.
    world.demo.set_fault_on(Fault::Unavailable, "/query/");
    assert_eq!(world.run(&["query", "SELECT Id FROM Contact"]).code, 1);
    let rows = list(&world, &["--limit", "2"]);
    assert_eq!((rows[0]["status"].as_u64(), rows[1]["pages"].as_u64()), (Some(503), Some(1)));
}

#[test]
fn a_write_of_the_past_asks_as_any_write() {
    let world = World::new();
    let folder = world.config_with("kind = \"production\"");
    let body = r#"{"Name":"{{name}}"}"#;
    let go = |args: &[&str]| run(folder.path(), args);
    let made = go(&["request", "POST", "sobjects/Account", "-d", body, "-v", "name=Past Ltd", "--yes"]);
    assert_eq!(made.code, 0, "{made:?}");
    let row = go(&["history", "--method", "POST", "--json"]).json()[0].clone();
    let number = id(&row);
    let shown = go(&["history", "show", &number]);
    assert!(shown.out.contains(body), "the template, not what it stood for: {shown:?}");
    let asks = go(&["history", "send", &number, "--var", "name=x"]);
    assert!(asks.code == 2 && asks.err.contains("--yes"), "{asks:?}");
    assert_eq!(go(&["history", "send", &number, "--var", "name=x", "--yes"]).code, 0);
    let missing = go(&["history", "send", &number]);
    assert!(missing.code == 2 && missing.err.contains("name"), "{missing:?}");
}

/// All bytes of all files of the history.
fn bytes(state: &Path) -> Vec<u8> {
    let files: Vec<PathBuf> = std::fs::read_dir(state).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.iter().any(|file| file.ends_with("history.sqlite")), "{files:?}");
    files.iter().flat_map(|file| std::fs::read(file).unwrap()).collect()
}

#[test]
fn no_token_of_the_demo_is_in_the_history() {
    let world = World::new();
    let token = world.run(&["token"]).fine().json();
    let token = token["access_token"].as_str().unwrap();
    let (org, secret) = token.split_once('!').unwrap();
    let form = format!("token={token}");
    let asked: [&[&str]; 8] = [
        &["request", "POST", "{{endpoint}}/services/oauth2/introspect", "-d", &form],
        &["request", "POST", "{{endpoint}}/services/oauth2/userinfo", "-d", "x"],
        &["request", "GET", "limits?token={{accessToken}}", "--json"],
        &["request", "GET", "limits", "-H", "X-Mine: {{accessToken}}", "-H", "Cookie: sid={{accessToken}}"],
        &["request", "GET", &format!("limits?t={token}")],
        &["request", "GET", "limits", "-H", &format!("Authorization: Bearer {token}")],
        &["request", "POST", "sobjects/Account", "-d", "{\"Name\":\"{{accessToken}}\"}", "--yes"],
        &["request", "GET", "limits", "-v", "password=hunter2222", "-H", "X-Pass: {{password}}"],
    ];
    for args in asked {
        world.run(args);
    }
    // What the environment gives, echoed by the org in an error.
    let mut command = orgdeck(&world.config);
    command.args(["request", "GET", "{{env(\"HISTORY_TEST\")}}/x", "-i"]).env("HISTORY_TEST", "FromTheEnvironment77");
    assert!(command.output().unwrap().status.code().is_some());
    world.run(&["query", "SELECT Id, Name FROM Account ORDER BY CreatedDate DESC LIMIT 5"]);
    let rows = list(&world, &["--limit", "100"]);
    assert!(rows.len() >= asked.len(), "{}", rows.len());
    let mut all = bytes(&world.config.join("state"));
    for row in &rows {
        for form in [&["history", "show"][..], &["--json", "history", "show"], &["history", "show", "--body"]] {
            let ran = world.run(&[form, &[&id(row)]].concat());
            all.extend(format!("{}{}", ran.out, ran.err).bytes());
        }
    }
    let holds = |text: &str| memchr::memmem::find(&all, text.as_bytes()).is_some();
    assert!(holds("introspect") && holds("{{accessToken}}"), "it was looked for where it would be");
    for never in [token, secret, &format!("{org}!"), "hunter2222", "FromTheEnvironment77", "00D5i000004RkQw%21"] {
        assert!(!holds(never), "{never}");
    }
    // Nor is it among the words of the index, which are in lower case.
    let lower = all.to_ascii_lowercase();
    for piece in secret.split(|c: char| !c.is_ascii_alphanumeric()).filter(|piece| piece.len() > 5) {
        assert!(memchr::memmem::find(&lower, piece.to_lowercase().as_bytes()).is_none(), "{piece}");
    }
}

#[test]
fn many_at_once_share_one_history() {
    let world = World::new();
    world.run(&["token"]).fine();
    let children: Vec<_> = (0..8)
        .map(|at| {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_orgdeck"));
            command.arg("--config").arg(&world.config).args(["request", "GET", &format!("limits?n={at}")]);
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in children {
        let ended = child.wait_with_output().unwrap();
        assert!(ended.status.success() && ended.stderr.is_empty(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    let rows = list(&world, &[]);
    let mut told = addresses(&rows);
    told.sort_unstable();
    assert_eq!(told, (0..8).map(|at| format!("limits?n={at}")).collect::<Vec<_>>());
}

#[test]
fn where_it_cannot_be_kept_or_is_not_wanted_all_else_goes_on() {
    let world = World::new();
    let folder = world.config_with("");
    let go = |args: &[&str]| -> Ran { run(folder.path(), args) };
    std::fs::write(folder.path().join("state"), "a file where the folder should be").unwrap();
    let ran = go(&["request", "GET", "limits"]);
    assert_eq!(ran.code, 0);
    assert!(ran.err.starts_with("note: the history is not kept: ") && ran.err.lines().count() == 1, "{ran:?}");
    assert_eq!(go(&["history"]).code, 2);
    std::fs::remove_file(folder.path().join("state")).unwrap();
    std::fs::write(folder.path().join("settings.toml"), "[history]\non = false\n").unwrap();
    go(&["request", "GET", "limits"]).fine();
    assert!(!folder.path().join("state").exists());
    std::fs::write(folder.path().join("settings.toml"), "[history]\nkeep = 2\nbody_kib = 0\n").unwrap();
    for _ in 0..4 {
        go(&["request", "GET", "limits"]).fine();
    }
    let rows = go(&["history", "--json"]).json();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    let shown = go(&["history", "show", &id(&rows[0]), "--body"]);
    assert!(shown.out.is_empty() && shown.err.contains("Only the first 0 bytes"), "{shown:?}");
}

#[test]
fn the_demos_own_folder_is_where_a_named_folder_says() {
    let folder = config("k", "none.key", "https://login.salesforce.com", "ada@acme.example", "");
    // Without a history there is nothing, and looking for it makes no trouble.
    let ran = orgdeck(folder.path()).args(["history", "--json"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "[]\n");
    assert!(folder.path().join("state/history.sqlite").is_file());
}
