//! The same as several people at once.

use crate::support::{World, run};
use std::net::TcpListener;

#[test]
fn all_profiles_are_checked_and_each_fails_on_its_own() {
    let world = World::new();
    let ran = world.run(&["profiles", "--check"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    let orgs = &world.demo.card().orgs;
    let users: Vec<String> =
        orgs.iter().flat_map(|org| org.users.iter().map(|user| format!("{}/{}", org.name, user.alias))).collect();
    let lines: Vec<&str> = ran.out.lines().skip(1).collect();
    assert_eq!(lines.len(), users.len(), "{ran:?}");
    for (line, user) in lines.iter().zip(&users) {
        assert!(line.contains(user.as_str()), "in the order of the file: {ran:?}");
    }
    assert!(lines[0].starts_with("ok"), "{ran:?}");
    assert!(ran.out.contains("inactive") && ran.out.contains("failed"), "{ran:?}");
    assert!(ran.err.contains(" of "), "{ran:?}");

    let json = world.run(&["profiles", "--check", "--json"]).json();
    let list = json.as_array().unwrap();
    assert_eq!(list[0]["ok"], true);
    assert!(list[0]["org_id"].as_str().unwrap().starts_with("00D"), "{json}");
    let failed = list.iter().find(|one| one["ok"] == false).unwrap();
    assert!(!failed["failure"]["title"].as_str().unwrap().is_empty());

    let one = world.run(&["profiles", "--check", "-p", &users[0], "-p", &users[1]]).fine();
    assert_eq!(one.out.lines().count(), 3, "{one:?}");
}

#[test]
fn an_org_that_never_answers_costs_its_own_patience_and_nobody_elses() {
    let world = World::new();
    let dead = TcpListener::bind("127.0.0.1:0").unwrap();
    let org = &world.demo.card().orgs[0];
    let key = org.private_key.display().to_string();
    let config = world.config_with("");
    let file = config.path().join("profiles.toml");
    let mut text = std::fs::read_to_string(&file).unwrap();
    let users: Vec<String> = (0..30).map(|n| format!("{{ username = \"user{n}@dead.example\" }}")).collect();
    text.push_str(&format!(
        "[apps.dead]\nclient_id = \"k\"\nprivate_key = {key:?}\nlogin_url = \"http://{}\"\nusers = [{}]\n",
        dead.local_addr().unwrap(),
        users.join(", ")
    ));
    std::fs::write(&file, text).unwrap();
    let ran = run(config.path(), &["profiles", "--check", "--timeout", "1", "--json"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    let json = ran.json();
    let list = json.as_array().unwrap();
    assert_eq!((list.len(), &list[0]["ok"]), (31, &true.into()), "{json}");
    assert!(list[1]["failure"]["title"].as_str().unwrap().contains("within 1 s"), "{json}");
}

#[test]
fn a_request_goes_out_as_several_and_their_answers_are_compared() {
    let world = World::new();
    let org = &world.demo.card().orgs[0];
    let [admin, sales, gone] = [0, 1, 3].map(|n| format!("{}/{}", org.name, org.users[n].alias));
    let two = ["-p", &admin, "-p", &sales];

    let same = world.run(&[&["request", "GET", "/services/data"][..], &two].concat()).fine();
    let lines: Vec<&str> = same.out.lines().collect();
    assert!(lines[1].contains(&admin) && lines[1].contains("200"), "{same:?}");
    assert!(lines[2].contains(&sales) && lines[2].ends_with("the same"), "{same:?}");

    let diff = world.run(&[&["request", "GET", "sobjects/Account/describe", "--diff"][..], &two].concat());
    assert_eq!(diff.code, 1, "{diff:?}");
    assert!(diff.out.starts_with("--- ") && diff.out.contains("\n@@ "), "{}", diff.out);
    assert!(diff.err.contains("differs"), "{}", diff.err);
    let same = world.run(&[&["request", "GET", "/services/data", "--diff"][..], &two].concat());
    assert_eq!((same.code, same.out.as_str()), (0, ""), "{same:?}");

    // One that fails leaves the others alone.
    let args = [&["request", "GET", "limits", "--json"][..], &two, &["-p", &gone]].concat();
    let ran = world.run(&args);
    assert_eq!(ran.code, 3, "{ran:?}");
    let json = ran.json();
    assert_eq!((&json[0]["status"], &json[1]["status"]), (&200.into(), &200.into()), "{json}");
    assert!(json[2]["failure"]["title"].is_string(), "{json}");
}

#[test]
fn the_write_guard_stands_before_each_of_several() {
    let world = World::new();
    let org = &world.demo.card().orgs[0];
    let config = world.config_with("kind = \"production\"");
    let file = config.path().join("profiles.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let second = format!("}}, {{ username = {:?}, alias = \"other\" }}]", org.users[1].username);
    std::fs::write(&file, text.replace("}]", &second)).unwrap();
    let write =
        ["request", "POST", "sobjects/Account", "-d", r#"{"Name":"Several"}"#, "-p", "acme/me", "-p", "acme/other"];
    let refused = run(config.path(), &write);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert_eq!(refused.out.matches("201").count(), 0, "{refused:?}");
    let sent = run(config.path(), &[&write[..], &["--yes"]].concat());
    assert_eq!(sent.out.lines().filter(|line| line.contains(" 201 ")).count(), 2, "{sent:?}");
}

#[test]
fn several_where_one_is_meant_is_a_mistake_of_usage() {
    let world = World::new();
    for args in [
        &["whoami", "-p", "a", "-p", "b"][..],
        &["request", "GET", "limits", "--diff"],
        &["request", "GET", "limits", "--jq", ".", "-p", "acme", "-p", "acme-sandbox"],
        &["request", "GET", "limits", "-p", "acme", "-p", "nobody"],
        &["profiles", "--timeout", "3"],
    ] {
        let ran = world.run(args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {ran:?}");
    }
}
