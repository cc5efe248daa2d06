//! `diff`: two answers compared without the screen.

use crate::support::{World, orgdeck, ran};
use std::path::PathBuf;

/// A folder with these files.
fn files(contents: &[(&str, &[u8])]) -> (tempfile::TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let write = |(name, bytes): &(&str, &[u8])| {
        let path: PathBuf = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let paths = contents.iter().map(write).collect();
    (folder, paths)
}

const BEFORE: &[u8] =
    br#"{"records":[{"Id":"1","Name":"A","SystemModstamp":"x"},{"Id":"2","Name":"B","SystemModstamp":"x"}]}"#;
const AFTER: &[u8] =
    br#"{"records":[{"Id":"3","Big":12345678901234567890.10},{"Id":"1","SystemModstamp":"y","Name":"Z"}]}"#;

#[test]
fn documents_are_compared_by_what_they_say() {
    let (folder, paths) = files(&[("a", BEFORE), ("b", AFTER)]);
    let diff = |args: &[&str]| ran(orgdeck(folder.path()).arg("diff").args(args));
    let told = diff(&[&paths[0], &paths[1]]);
    assert_eq!((told.code, told.err.as_str()), (1, ""));
    let wanted = [
        &format!("--- {}\n+++ {}", paths[0], paths[1]),
        "@@ .records[0] @@\n+{\n+  \"Id\": \"3\",\n+  \"Big\": 12345678901234567890.10\n+}",
        "@@ .records[1].Name @@\n-\"A\"\n+\"Z\"",
        "@@ .records[1].SystemModstamp @@\n-\"x\"\n+\"y\"",
        "@@ .records[1] @@\n-{\n-  \"Id\": \"2\",\n-  \"Name\": \"B\",\n-  \"SystemModstamp\": \"x\"\n-}",
    ];
    assert_eq!(told.out, wanted.join("\n") + "\n");
    let told = diff(&["--json", "--ignore-volatile", &paths[0], &paths[1]]);
    assert_eq!(told.code, 1);
    assert!(told.out.contains("12345678901234567890.10"), "no digit is lost: {}", told.out);
    let json = told.json();
    assert_eq!((json["same"].as_bool(), json["differences"].as_array().unwrap().len()), (Some(false), 3));
    assert_eq!(json["differences"][1]["path"], ".records[1].Name");
    assert_eq!(json["differences"][1]["kind"], "changed");
}

#[test]
fn equal_answers_are_fine_and_say_nothing() {
    let (folder, paths) = files(&[("a", br#"{"a":1,"b":[2]}"#), ("b", br#"{ "b": [2.0], "a": 1 }"#)]);
    let told = ran(orgdeck(folder.path()).args(["diff", &paths[0], &paths[1]])).fine();
    assert_eq!(told.out, "");
    let told =
        ran(orgdeck(folder.path()).args(["diff", "--json", &paths[0], "-"]).write_stdin(r#"{"b":[2],"a":1}"#)).fine();
    assert_eq!(told.json(), serde_json::json!({ "same": true, "differences": [] }));
}

#[test]
fn texts_are_compared_by_lines_as_patch_takes_them() {
    let (folder, paths) =
        files(&[("a", b"one\ntwo\nthree\n"), ("b", b"one\n2\n2b\nthree\nfour\n"), ("c", &[0xff]), ("d", &[0xfe])]);
    let diff = |args: &[&str]| ran(orgdeck(folder.path()).arg("diff").args(args));
    let told = diff(&[&paths[0], &paths[1]]);
    assert_eq!(told.code, 1);
    assert!(told.out.ends_with("@@ -2 +2,2 @@\n-two\n+2\n+2b\n@@ -3,0 +5 @@\n+four\n"), "{}", told.out);
    let json = diff(&["--json", &paths[0], &paths[1]]).json();
    assert_eq!(json["differences"][0]["right"], serde_json::json!(["2", "2b"]));
    assert_eq!((diff(&[&paths[2], &paths[3]]).code, diff(&[&paths[2], &paths[2]]).code), (1, 0));
}

#[test]
fn what_cannot_be_read_is_told() {
    let (folder, paths) = files(&[("a", b"1")]);
    let told = ran(orgdeck(folder.path()).args(["diff", &paths[0], "nowhere.json"]));
    assert_eq!((told.code, told.out.as_str()), (2, ""));
    assert!(told.err.contains("nowhere.json could not be read"), "{}", told.err);
    let told = ran(orgdeck(folder.path()).args(["diff", "-", "-"]));
    assert_eq!(told.code, 2);
    assert!(told.err.contains("stdin"), "{}", told.err);
}

#[test]
fn answers_of_two_orgs_are_compared() {
    let world = World::new();
    let ask = |who: &str| {
        let path = world.folder.path().join(who);
        let told = world.run(&["request", "GET", "sobjects/Account/describe", "-p", who]).fine();
        std::fs::write(&path, told.out).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let orgs = &world.demo.card().orgs;
    let own = ask(&orgs[0].name);
    let told = world.run(&["diff", &own, &own]).fine();
    assert_eq!(told.out, "");
    let other = ask(&orgs[1].name);
    let told = world.run(&["diff", "--json", &own, &other]);
    assert!(told.code <= 1, "{told:?}");
    assert_eq!(told.json()["same"].as_bool(), Some(told.code == 0));
}

#[test]
fn answers_of_the_history_of_files_and_of_now_are_compared() {
    let world = World::new();
    world.run(&["request", "GET", "sobjects/Account/describe"]).fine();
    world.run(&["request", "GET", "sobjects/Contact/describe"]).fine();
    let newest = |at: usize| format!("history:{}", world.run(&["history", "--json"]).json()[at]["id"]);
    let (account, contact) = (newest(1), newest(0));
    assert_eq!(world.run(&["diff", &account, &account]).fine().out, "");
    let told = world.run(&["diff", &account, &contact]);
    assert_eq!((told.code, told.err.as_str()), (1, ""));
    assert!(told.out.starts_with(&format!("--- {account}\n+++ {contact}\n@@ ")), "{:.200}", told.out);
    // With a file, with what is asked now, with stdin.
    let number = account.trim_start_matches("history:");
    let body = world.run(&["history", "show", number, "--body"]).fine().out;
    let file = world.folder.path().join("kept.json");
    std::fs::write(&file, &body).unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(world.run(&["diff", file, &account]).fine().out, "");
    assert_eq!(world.run(&["diff", &account, "get:sobjects/Account/describe"]).fine().out, "");
    assert_eq!(world.run_with(&["diff", "-", &account], body).fine().out, "");
    let path = "/services/data/v67.0/sobjects/Contact/describe";
    assert_eq!(world.run(&["diff", "--json", path, &account]).json()["same"], false);
    // What is not there, was not kept whole, or is no answer.
    for (side, wanted) in [
        ("history:99999", "no exchange 99999"),
        ("history:first", "wants a number"),
        ("get:sobjects/Nope/describe", "NOT_FOUND"),
    ] {
        let told = world.run(&["diff", &account, side]);
        assert!(told.code > 0 && told.out.is_empty() && told.err.contains(wanted), "{told:?}");
    }
    std::fs::write(world.config.join("settings.toml"), "[history]\nbody_kib = 1\n").unwrap();
    world.run(&["request", "GET", "sobjects/Account/describe"]).fine();
    let cut = newest(0);
    let told = world.run(&["diff", &cut, &account]);
    assert!(told.code == 2 && told.err.contains("Only the first 1024 bytes") && told.err.contains("history send"));
}
