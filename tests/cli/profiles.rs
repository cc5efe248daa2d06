//! Usage, help and `profiles`.

use crate::support::{World, orgdeck, ran, run};

#[test]
fn help_tells_the_commands_and_the_exit_codes() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(folder.path(), &["--help"]).fine();
    let expected = ["0  fine", "1  the org", "2  usage", "3  the login", "4  the network"];
    let commands =
        ["demo", "profiles", "token", "whoami", "request", "query", "--profile", "--json", "--yes", "--config"];
    for word in expected.iter().chain(&commands) {
        assert!(help.out.contains(word), "{word} is missing in\n{}", help.out);
    }
    assert!(orgdeck::cli::help_text().contains("Exit codes"));
    assert_eq!(run(folder.path(), &["--version"]).fine().out, format!("orgdeck {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn mistakes_of_usage_end_with_two() {
    let folder = tempfile::tempdir().unwrap();
    for args in [
        &["nonsense"][..],
        &["request", "GET"],
        &["query", "SELECT Id FROM Account", "--format", "xml"],
        &["demo", "--serve", "--fault", "boredom"],
        &["demo", "--cert", "x.pem"],
        &["profiles"],
        &["whoami"],
        &["request", "GET", "limits", "-H", "no colon"],
        &["request", "GET", "limits", "-v", "no-equals"],
    ] {
        let ran = run(folder.path(), args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {ran:?}");
        assert!(!ran.err.is_empty(), "{args:?}");
    }
    let bored = run(folder.path(), &["demo", "--serve", "--fault", "boredom"]);
    assert!(bored.err.contains("expired-tokens"), "{bored:?}");
}

#[test]
fn profiles_are_listed_for_people_and_programs() {
    let world = World::new();
    let org = &world.demo.card().orgs[0];
    let table = world.run(&["profiles"]).fine();
    let first = table.out.lines().find(|line| line.starts_with('*')).unwrap();
    for word in [&org.name, &org.users[0].username, &org.users[0].alias, &org.login_url, &"demo".to_owned()] {
        assert!(first.contains(word.as_str()), "{word} is missing in {first}");
    }
    let list = world.run(&["profiles", "--json"]).fine().json();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), world.demo.card().orgs.iter().map(|org| org.users.len()).sum::<usize>());
    assert_eq!(list.iter().filter(|one| one["default"] == true).count(), 1);
    assert_eq!(list[0]["login_url"], org.login_url.as_str());
    assert_eq!(list[0]["username"], org.users[0].username.as_str());
}

#[test]
fn problems_are_told_with_their_place_and_the_rest_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[apps.bad]\nconsumer_key = \"k\"\n[apps.good]\nclient_id = \"k\"\nprivate_key = \"none.key\"\nusers = [{ username = \"a@b.c\" }]\n";
    std::fs::write(folder.path().join("profiles.toml"), text).unwrap();
    let ran = run(folder.path(), &["profiles", "--json"]);
    assert_eq!(ran.json()[0]["app"], "good");
    assert!(ran.err.contains("profiles.toml:2:1: error: "), "{}", ran.err);
    assert!(ran.err.contains("did you mean `client_id`?"), "{}", ran.err);
    assert!(ran.err.contains("profiles.toml:5:15: warning: "), "{}", ran.err);
}

#[test]
fn the_folder_comes_from_the_variable_and_an_empty_one_means_none() {
    let world = World::new();
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_orgdeck"));
    let list = ran(command.args(["profiles", "--json"]).env("ORGDECK_CONFIG", &world.config)).fine().json();
    assert!(!list.as_array().unwrap().is_empty());
    let other = tempfile::tempdir().unwrap();
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_orgdeck"));
    let home = command.args(["profiles", "--json"]).env("ORGDECK_CONFIG", "").env("HOME", other.path());
    let ran_home = ran(home.env_remove("XDG_CONFIG_HOME"));
    assert_eq!((ran_home.code, ran_home.out.as_str()), (2, "[]\n"), "{ran_home:?}");
    let nobody = ran(orgdeck(&world.config).args(["-p", "acme/amdin", "whoami"]));
    assert_eq!(nobody.code, 2);
}

/// One good app, one with two mistakes, and a mistake of the whole file.
const MIXED: &str = "defualt = \"good\"\n[apps.good]\nclient_id = \"k\"\nprivate_key = \"none.key\"\nusers = [{ username = \"a@b.c\" }]\n[apps.bad]\nconsumer_key = \"k\"\nkind = \"prod\"\nusers = [{ username = \"u@v.w\" }]\n";

fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("profiles.toml"), text).unwrap();
    folder
}

#[test]
fn a_command_tells_the_mistakes_that_concern_it_and_counts_the_others() {
    let folder = folder(MIXED);
    let ran = run(folder.path(), &["-p", "good", "whoami"]);
    assert!(ran.err.contains("has no key `defualt`"), "what is wrong in the whole file: {}", ran.err);
    assert!(ran.err.contains("none.key"), "what is wrong in the app: {}", ran.err);
    assert!(!ran.err.contains("consumer_key"), "{}", ran.err);
    assert!(ran.err.contains("3 more problems in apps that are not used here"), "{}", ran.err);
    assert!(ran.err.contains("orgdeck profiles"), "{}", ran.err);
    let all = run(folder.path(), &["profiles"]);
    assert!(all.err.contains("consumer_key") && all.err.contains("`kind` is `prod`"), "{}", all.err);
}

#[test]
fn an_app_with_mistakes_is_not_one_that_is_not_there() {
    let folder = folder(MIXED);
    for name in ["bad", "bad/u@v.w"] {
        let ran = run(folder.path(), &["-p", name, "whoami"]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("[apps.bad]") && ran.err.contains("has mistakes"), "{}", ran.err);
        assert!(ran.err.contains("did you mean `client_id`?"), "{}", ran.err);
        assert!(!ran.err.contains("none.key") && !ran.err.contains("no profile is called"), "{}", ran.err);
    }
    let ran = run(folder.path(), &["-p", "bat", "whoami"]);
    assert!(ran.err.contains("no profile is called `bat`"), "{}", ran.err);
}

#[test]
fn a_file_with_nothing_but_mistakes_is_not_an_empty_one() {
    let folder = folder("[apps.bad]\nconsumer_key = \"k\"\n");
    for args in [&["whoami"][..], &["-p", "x", "whoami"], &["profiles"]] {
        let ran = run(folder.path(), args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.contains("has mistakes: nobody in it can be used"), "{args:?}: {}", ran.err);
        assert!(
            ran.err.contains("did you mean `client_id`?") && !ran.err.contains("There is no profile"),
            "{}",
            ran.err
        );
    }
    let empty = tempfile::tempdir().unwrap();
    let ran = run(empty.path(), &["whoami"]);
    assert!(ran.err.contains("There is no profile in") && ran.err.contains("orgdeck demo"), "{}", ran.err);
}

#[test]
fn keys_are_listed_as_they_are_in_effect() {
    let folder = tempfile::tempdir().unwrap();
    let settings =
        "[keys.answer]\nsearch = [\"ctrl-f\", \"f3\"]\npage-down = \"pgdn\"\n[keys.rest]\nsnd = \"x\"\nsend = \"n\"\n";
    std::fs::write(folder.path().join("settings.toml"), settings).unwrap();
    let ran = run(folder.path(), &["keys", "--json"]);
    assert_eq!(ran.code, 0);
    let list = ran.json();
    let of = |scope: &str, command: &str| {
        let found = list.as_array().unwrap().iter().find(|k| k["scope"] == scope && k["command"] == command);
        found.unwrap_or_else(|| panic!("no {scope} {command}"))["keys"].to_string()
    };
    assert_eq!(of("answer", "search"), r#"["ctrl-f","f3"]"#);
    assert_eq!(of("rest", "send"), r#"["r","ctrl-r","f5"]"#, "a clash leaves the default");
    assert!(ran.err.contains("settings.toml:5:1: error: [keys.rest] has no command `snd`"), "{}", ran.err);
    assert!(ran.err.contains("did you mean `send`?"), "{}", ran.err);
    assert!(ran.err.contains("settings.toml:6:8: error: `n` is `next-match` of [keys.answer]"), "{}", ran.err);
    let table = run(folder.path(), &["keys"]);
    let has = |line: &str| line.split_whitespace().take(4).eq(["answer", "search", "ctrl-f", "f3"]);
    assert!(table.out.lines().any(has), "{}", table.out);
}

#[test]
fn profiles_of_other_tools_log_in_and_go_to_a_colleague_without_keys() {
    let world = World::new();
    let org = &world.demo.card().orgs[0];
    let (home, config) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::create_dir_all(home.path().join("config")).unwrap();
    std::fs::copy(&org.private_key, home.path().join("server.key")).unwrap();
    let article = format!("{{\"loginURI\": {:?}, \"client_id\": {:?}}}", org.login_url, org.client_id);
    let file = home.path().join("config/default.json");
    std::fs::write(&file, article).unwrap();
    let file = file.display().to_string();
    let nobody = run(config.path(), &["profiles", "import", &file]);
    assert_eq!(nobody.code, 2, "{nobody:?}");
    assert!(nobody.err.contains("--user"), "{nobody:?}");

    let user = format!("{}=me", org.users[0].username);
    let ran = run(config.path(), &["profiles", "import", &file, "--user", &user, "--as", "article"]).fine();
    assert_eq!(ran.out, format!("article/{}\n", org.users[0].username));
    assert!(run(config.path(), &["whoami", "-p", "me"]).fine().out.contains(&org.users[0].username));

    let export = run(config.path(), &["profiles", "export"]).fine();
    assert!(export.out.contains("[apps.article]") && export.out.contains("private_key = \"server.key\""), "{export:?}");
    assert!(!export.out.contains(&home.path().display().to_string()), "{export:?}");
    let colleague = tempfile::tempdir().unwrap();
    std::fs::write(colleague.path().join("profiles.toml"), &export.out).unwrap();
    assert!(run(colleague.path(), &["profiles"]).out.contains("article"));
}
