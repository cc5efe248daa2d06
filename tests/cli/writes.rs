//! The write guard: a write to production wants `--yes`, one on a read-only profile is refused, nothing leaves before.

use crate::support::{World, run};

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
