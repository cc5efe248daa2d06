//! The write guard: a write to production wants `--yes`, one on a read-only profile is refused, nothing leaves before.

use crate::support::{World, run};
use std::path::Path;

/// Writes that reached the demo org.
fn writes(world: &World) -> usize {
    world
        .demo
        .requests_seen()
        .iter()
        .filter(|seen| seen.method == "DELETE" || seen.method == "POST" && seen.path.contains("/sobjects/"))
        .count()
}

#[test]
fn a_write_to_production_names_what_it_would_do_and_waits_for_yes() {
    let world = World::new();
    let folder = world.config_with("kind = \"production\"");
    let user = world.demo.card().orgs[0].users[0].username.clone();
    let write = ["request", "POST", "sobjects/Account", "-d", r#"{"Name":"New"}"#];
    let asked = run(folder.path(), &write);
    assert_eq!((asked.code, asked.out.as_str()), (2, ""), "{asked:?}");
    // As the question on the screen does: the org by its name too, though nobody asked it before.
    let org = world.run(&["query", "SELECT Name FROM Organization", "--format", "json"]).json()[0]["Name"].clone();
    let named = format!("org: {} (127.0.0.1)", org.as_str().unwrap());
    for word in [
        named.as_str(),
        "as: acme ▸ ",
        "method: POST",
        "because: ",
        user.as_str(),
        "POST",
        "/sobjects/Account",
        "--yes",
    ] {
        assert!(asked.err.contains(word), "{word} is missing in {}", asked.err);
    }
    assert_eq!(writes(&world), 0);
    let hidden = run(folder.path(), &["request", "GET", "limits?_HttpMethod=DELETE"]);
    assert_eq!(hidden.code, 2, "{hidden:?}");

    let done = run(folder.path(), &[&["--yes"][..], &write].concat());
    assert_eq!((done.code, done.json()["success"].as_bool()), (0, Some(true)), "{done:?}");
    assert_eq!(writes(&world), 1);
    // Reading needs no word.
    assert_eq!(run(folder.path(), &["request", "GET", "limits"]).code, 0);
}

#[test]
fn a_read_only_profile_refuses_whatever_is_said() {
    let world = World::new();
    let folder = world.config_with("read_only = true");
    for args in [
        &["request", "DELETE", "sobjects/Account/001000000000001AAA", "--yes"][..],
        &["request", "POST", "sobjects/Account", "-d", "{}", "--yes", "--json"],
    ] {
        let ran = run(folder.path(), args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.contains("read-only"), "{}", ran.err);
    }
    assert_eq!(writes(&world), 0);
}

#[test]
fn the_demo_org_is_there_to_be_written_to() {
    let world = World::new();
    let made = world.run(&["request", "POST", "sobjects/Account", "-d", r#"{"Name":"New"}"#]).fine();
    assert_eq!((made.json()["success"].as_bool(), writes(&world)), (Some(true), 1));
}

/// Saved requests that write, in ways that are plain and in ways that are hidden.
fn saved(folder: &Path) {
    let root = folder.join("requests/Ways");
    std::fs::create_dir_all(root.join("Chain")).unwrap();
    let put = |path: &str, text: &str| std::fs::write(root.join(path), text).unwrap();
    put("Plain.toml", "method = \"POST\"\naddress = \"sobjects/Account\"\nbody = '{\"Name\": \"Way\"}'\n");
    put("Chain/1.toml", "address = \"limits\"\n[[capture]]\nset = \"word\"\njq = '\"sobjects/Account\"'\n");
    put("Chain/2.toml", "method = \"POST\"\naddress = \"{{word}}\"\nbody = '{\"Name\": \"Way\"}'\n");
}

/// Every way in which the command line sends. The history's number of a write stands for `ID`.
const WAYS: [(&str, &[&str]); 16] = [
    ("streamed", &["request", "POST", "sobjects/Account", "-d", r#"{"Name":"Way"}"#]),
    ("whole", &["--json", "request", "POST", "sobjects/Account", "-d", r#"{"Name":"Way"}"#]),
    ("filtered", &["request", "POST", "sobjects/Account", "-d", r#"{"Name":"Way"}"#, "--jq", ".id"]),
    ("with its head", &["request", "-i", "DELETE", "sobjects/Account/001000000000001AAA"]),
    ("in parts", &["request", "POST", "sobjects/ContentVersion", "-F", "entity_content={};type=application/json"]),
    ("an override in the address", &["request", "GET", "sobjects/Account/001000000000001AAA?_HttpMethod=DELETE"]),
    ("an override in a header", &["request", "GET", "limits", "-H", "X-HTTP-Method-Override: DELETE"]),
    ("a method by a variable", &["request", "GET", "limits?_HttpMethod={{how}}", "-v", "how=PATCH"]),
    ("Apex REST", &["request", "GET", "/services/apexrest/x"]),
    ("anonymous Apex", &["request", "GET", "tooling/executeAnonymous?anonymousBody=x"]),
    (
        "a batch",
        &[
            "request",
            "POST",
            "composite/batch",
            "-d",
            r#"{"batchRequests":[{"method":"GET","url":"v67.0/limits"},{"method":"DELETE","url":"v67.0/sobjects/Account/1"}]}"#,
        ],
    ),
    (
        "a composite",
        &[
            "request",
            "POST",
            "composite",
            "-d",
            r#"{"compositeRequest":[{"method":"POST","url":"/services/data/v67.0/sobjects/Account","referenceId":"a","body":{"Name":"Way"}}]}"#,
        ],
    ),
    ("a saved request", &["run", "Ways/Plain"]),
    ("behind a capture", &["run", "Ways/Chain"]),
    ("the history", &["history", "send", "ID"]),
    ("a side of a comparison", &["diff", "get:limits?_HttpMethod=DELETE", "get:limits"]),
];

#[test]
fn no_way_of_sending_gets_past_the_guard() {
    let world = World::new();
    for (lines, yes, wanted) in [("kind = \"production\"", false, "--yes"), ("read_only = true", true, "read-only")] {
        let folder = world.config_with(lines);
        saved(folder.path());
        // A write in the history that was allowed once, when the profile was another.
        let profiles = folder.path().join("profiles.toml");
        let guarded = std::fs::read_to_string(&profiles).unwrap();
        std::fs::write(&profiles, guarded.replace(lines, "")).unwrap();
        let made = run(folder.path(), &["--yes", "request", "POST", "sobjects/Account", "-d", r#"{"Name":"Once"}"#]);
        assert_eq!(made.code, 0, "{made:?}");
        std::fs::write(&profiles, guarded).unwrap();
        let id = run(folder.path(), &["history", "--json", "--method", "POST"]).json()[0]["id"].to_string();
        let seen = |world: &World| {
            let all = world.demo.requests_seen();
            let reads =
                |path: &str| path.contains("/oauth2/") || path.contains("/query") || path.ends_with("/services/data");
            all.iter()
                .filter(|seen| !(reads(&seen.path) || seen.method == "GET" && seen.path.ends_with("/limits")))
                .count()
        };
        let before = seen(&world);
        for (way, args) in WAYS {
            let mut args: Vec<&str> = args.iter().map(|arg| if *arg == "ID" { id.as_str() } else { arg }).collect();
            if yes {
                args.insert(0, "--yes");
            }
            let ran = run(folder.path(), &args);
            assert_eq!(ran.code, 2, "{way}: {ran:?}");
            assert!(ran.err.contains(wanted), "{way}: {}", ran.err);
            assert_eq!(seen(&world), before, "{way} reached the org");
        }
    }
}
