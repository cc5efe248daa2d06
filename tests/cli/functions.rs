//! Functions in templates, and what a collection may read, on the command line.

use crate::support::{World, orgdeck, ran};
use std::path::Path;

fn write(root: &Path, path: &str, text: &str) {
    let whole = root.join(path);
    std::fs::create_dir_all(whole.parent().unwrap()).unwrap();
    std::fs::write(whole, text).unwrap();
}

#[test]
fn what_is_typed_may_use_every_function() {
    let world = World::new();
    let note = world.folder.path().join("note.txt");
    std::fs::write(&note, "from {{a file}}").unwrap();
    let address = format!(
        "limits?n={{{{random(7, 7)}}}}&d={{{{now('', '%Y')}}}}&u={{{{url_encode('a b')}}}}&b={{{{base64('a')}}}}&f={{{{url_encode(file('{}'))}}}}",
        note.display()
    );
    let sent = world.run(&["request", "GET", &address, "--json"]).fine().json();
    let url = sent["url"].as_str().unwrap();
    assert!(url.contains("?n=7&d=20") && url.contains("&u=a%20b&b=YQ==&f=from%20%7B%7Ba%20file%7D%7D"), "{url}");
    let mut command = orgdeck(&world.config);
    command.env("ORGDECK_TEST_WORD", "Account").args([
        "request",
        "GET",
        "sobjects/{{env('ORGDECK_TEST_WORD')}}",
        "--json",
    ]);
    let sent = ran(&mut command).fine().json();
    assert!(sent["url"].as_str().unwrap().ends_with("/sobjects/••••••••"), "{}", sent["url"]);
    assert!(world.demo.requests_seen().iter().any(|seen| seen.path.ends_with("/sobjects/Account")));
    // What the environment gives is a secret, and goes to no stranger.
    let mut command = orgdeck(&world.config);
    command.env("ORGDECK_TEST_WORD", "hunter2");
    let refused = ran(command.args(["request", "GET", "https://stranger.example/{{env('ORGDECK_TEST_WORD')}}"]));
    assert!(refused.code == 2 && refused.err.contains("stranger") && !refused.err.contains("hunter2"), "{refused:?}");
}

#[test]
fn what_is_wrong_is_told_before_anything_is_sent() {
    let world = World::new();
    for (address, told) in [
        ("limits?x={{zz", "{{zz is not closed"),
        ("limits?x={{uuidd()}}", "did you mean {{uuid()}}?"),
        ("limits?x={{usernme}}", "did you mean {{username}}?"),
        ("limits?x={{now('soon')}}", "is no span of time"),
        ("limits?x={{env('ORGDECK_TEST_NONE')}}", "the environment has no ORGDECK_TEST_NONE"),
        ("limits?x={{file('/nowhere/at/all')}}", "/nowhere/at/all"),
    ] {
        let refused = world.run(&["request", "GET", address]);
        assert!(refused.code == 2 && refused.err.contains(told), "{address}: {refused:?}");
    }
    assert!(world.demo.requests_seen().iter().all(|seen| !seen.path.contains("limits")));
}

#[test]
fn a_collection_reads_nothing_until_it_is_trusted() {
    let world = World::new();
    let root = world.config.join("requests/acme");
    write(&root, "a.toml", "address = \"limits?w={{env('ORGDECK_TEST_WORD')}}&f={{file('f.txt')}}\"");
    write(&root, "f.txt", "inside");
    write(&root, "body.toml", "method = \"POST\"\naddress = \"graphql\"\nbody_file = \"/etc/hostname\"");
    let run = |path: &str| {
        let mut command = orgdeck(&world.config);
        ran(command.env("ORGDECK_TEST_WORD", "hunter2").args(["run", path, "--json"]))
    };
    let refused = run("acme/a");
    assert!(refused.code == 2 && refused.err.contains("orgdeck requests trust acme"), "{refused:?}");
    let refused = run("acme/body");
    assert!(refused.code == 2 && refused.err.contains("leads out of its collection"), "{refused:?}");
    let trusted = world.run(&["requests", "trust", "acme"]).fine();
    for told in ["ORGDECK_TEST_WORD", "f.txt", "/etc/hostname"] {
        assert!(trusted.out.contains(told), "{trusted:?}");
    }
    let sent = run("acme/a").fine();
    assert!(sent.json()["url"].as_str().unwrap().ends_with("&f=inside") && !sent.out.contains("hunter2"), "{sent:?}");
    // A request that came later reads nothing that was not there.
    write(&root, "b.toml", "address = \"limits?w={{env('HOME')}}\"");
    let refused = run("acme/b");
    assert!(refused.code == 2 && refused.err.contains("HOME was not there when acme was trusted"), "{refused:?}");
    let told = world.run(&["requests", "untrust", "acme", "--json"]).fine().json();
    assert_eq!(told["was_trusted"], true);
    assert_eq!(run("acme/a").code, 2);
    assert!(world.run(&["requests", "trust", "Salesforce"]).err.contains("reads nothing from outside"));
    // The name of a collection is still listed.
    assert!(world.run(&["requests", "acme"]).fine().out.contains("limits?w="));
}

#[test]
fn an_imported_environment_does_not_become_the_users_own_word() {
    let world = World::new();
    let text =
        r#"{"name": "e", "values": [{"key": "x", "value": "{{env('HOME')}}"}, {"key": "y", "value": "{{uuid()}}"}]}"#;
    let imported = world.run_with(&["import", "-"], text);
    assert!(imported.out.starts_with("1 variables"), "{imported:?}");
    assert!(imported.err.contains("left out: the variable x: it would read the environment"), "{imported:?}");
}
