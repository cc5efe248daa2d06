//! Tests of reading: every mistake at its place, and what must work in spite of it.

use super::*;
use std::path::Path;

/// A config folder with this text in it and a key, and what reading it gives.
fn read(text: &str) -> (tempfile::TempDir, Profiles) {
    let folder = tempfile::tempdir().unwrap();
    write_key(&folder.path().join("acme.key"));
    std::fs::write(folder.path().join(PROFILES_FILE), text).unwrap();
    let profiles = load(folder.path());
    (folder, profiles)
}

fn write_key(path: &Path) {
    std::fs::write(path, "not looked into here").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// An app that is right in all, save for what `line` adds or replaces (a key is replaced by its own name).
fn app_with(line: &str) -> String {
    let mut lines = vec![
        "client_id = \"3MVG9\"".to_owned(),
        "private_key = \"acme.key\"".to_owned(),
        "users = [{ username = \"a@b.c\", alias = \"admin\" }, { username = \"d@e.f\" }]".to_owned(),
    ];
    let name = |line: &str| line.split('=').next().unwrap_or_default().trim().to_owned();
    let names: Vec<String> = line.lines().map(name).collect();
    lines.retain(|old| !names.contains(&name(old)));
    lines.insert(0, line.to_owned());
    format!(
        "[apps.acme]\n{}\n\n[apps.good]\nclient_id = \"k\"\nprivate_key = \"acme.key\"\nusers = [{{ username = \"g@h.i\" }}]\n",
        lines.join("\n")
    )
}

fn only(profiles: &Profiles) -> &Problem {
    assert_eq!(profiles.problems.len(), 1, "{:#?}", profiles.problems);
    &profiles.problems[0]
}

#[test]
fn a_right_file_has_no_problems_and_says_everything() {
    let text = r#"
default = "acme/admin"
[variables]
record = "001"
count = 3
[apps.acme]
client_id = "3MVG9"
private_key = "acme.key"
passphrase = { env = "ACME_PASS" }
login_url = "https://acme--uat.sandbox.my.salesforce.com/"
audience = "https://test.salesforce.com"
version = "v67.0"
read_only = true
default_user = "sales"
[[apps.acme.users]]
username = "admin@acme.example"
alias = "admin"
[[apps.acme.users]]
username = "sales@acme.example"
alias = "sales"
[apps.acme.variables]
account = "Acme"
"#;
    let (folder, profiles) = read(text);
    assert_eq!(profiles.problems, []);
    let app = profiles.app("acme").unwrap();
    assert_eq!(app.private_key, folder.path().join("acme.key"));
    assert_eq!(app.passphrase, Passphrase::Env("ACME_PASS".into()));
    assert_eq!(app.version, VersionChoice::Fixed("67.0".into()));
    assert_eq!((app.kind, app.read_only), (Kind::Sandbox, true));
    assert_eq!(app.audience.as_deref(), Some("https://test.salesforce.com"));
    assert_eq!(app.variables.get("account").map(String::as_str), Some("Acme"));
    assert_eq!(profiles.variables.get("count").map(String::as_str), Some("3"));
    assert_eq!(profiles.start().unwrap().user.short(), "admin");
    assert_eq!(profiles.pick("acme").unwrap().user.short(), "sales");
    assert_eq!(profiles.all().len(), 2);
}

/// The line to put into `[apps.acme]` (its line 2), the column, whether the app is lost, and words of the problem.
const MISTAKES: &[(&str, usize, bool, &str, &str)] = &[
    ("consumer_key = \"x\"\nclient_id = \"k\"", 1, true, "has no key `consumer_key`", "did you mean `client_id`?"),
    ("raed_only = true", 1, true, "has no key `raed_only`", "read_only = true"),
    ("colour = \"red\"", 1, false, "has no key `colour`", "the known keys are client_id, private_key"),
    ("client_id = 12", 13, true, "`client_id` is a number", "client_id = \"3MVG9…\""),
    ("client_id = \" \"", 13, true, "`client_id` is empty", "client_id = \"3MVG9…\""),
    ("read_only = \"yes\"", 13, true, "`read_only` is a text", "read_only = true"),
    ("version = 67.0", 11, true, "`version` is a number", "version = \"67.0\""),
    ("version = \"67\"", 11, true, "`version` is `67`", "write \"67.0\""),
    ("version = \"v1\"", 11, true, "`version` is `v1`", "a version like \"67.0\""),
    ("version = \"29.0\"", 11, false, "retired", "newest"),
    ("kind = \"prodution\"", 8, true, "`kind` is `prodution`", "did you mean \"production\"?"),
    ("kind = \"demo\"", 8, false, "not this machine", "production"),
    ("tokens = \"fiel\"", 10, true, "`tokens` is `fiel`", "did you mean \"file\"?"),
    ("tokens = true", 10, true, "`tokens` is true or false", "tokens = \"file\""),
    ("tokens = \"file\"\nlogin_url = \"http://127.0.0.1:1\"", 10, false, "tokens of a demo org are not kept", "take"),
    ("login_url = \"prod\"", 13, true, "`login_url` is `prod`", "did you mean \"production\"?"),
    ("login_url = \"acme.my.salesforce.com\"", 13, true, "no scheme", "\"https://acme.my.salesforce.com\""),
    ("login_url = \"http://acme.example\"", 13, true, "plain http", "\"https://acme.example\""),
    ("login_url = \"https://a.example/services\"", 13, true, "goes on after the host", "\"https://a.example\""),
    ("login_url = \"https://u:hunter2@a.example\"", 13, true, "user name or password", "\"https://a.example\""),
    ("login_url = \"ftp://a.example\"", 13, true, "begins with `ftp://`", "https://"),
    ("login_url = \"https://acme.lightning.force.com\"", 13, false, "for browsers", "https://acme.my.salesforce.com"),
    ("audience = \"sandbox\"", 12, true, "`audience` is `sandbox`", "https://test.salesforce.com"),
    ("audience = \"http://x.example\"", 12, true, "no https address", "https://login.salesforce.com"),
    (
        "audience = \"https://login.salesforce.com\"\nlogin_url = \"https://sf.corp.example\"",
        12,
        true,
        "names another host than `login_url`, https://sf.corp.example",
        "leave it out",
    ),
    ("private_key = \"none.key\"", 15, false, "cannot find the private key", "put the PEM file there"),
    ("private_key = \".\"", 15, true, "is a folder", "PEM file"),
    ("private_key = \"~root/x.key\"", 15, true, "begins with `~` and a name", "~/path"),
    ("private_key = \"-----BEGIN PRIVATE KEY-----\"", 15, true, "content of a file", "mode 0600"),
    ("certificate = \"none.crt\"", 15, false, "there is no certificate", "leave it out"),
    ("passphrase = \"hunter2\"", 14, true, "a passphrase stands in the file", "{ env = \"NAME\" }"),
    ("passphrase = { env = \"hunter2!\" }", 22, true, "not the name of an environment variable", "ACME_PASSPHRASE"),
    ("passphrase = { comand = [\"x\"], env = \"A\" }", 16, true, "has no key `comand`", "`command`"),
    ("passphrase = {}", 14, true, "neither `env` nor `command`", "\"ask\""),
    ("passphrase = { env = \"A\", command = [\"x\"] }", 14, true, "both", "keep one"),
    ("passphrase = { command = \"pass show x\" }", 26, true, "must be a list", "[\"pass\", \"show\", \"acme\"]"),
    ("users = []", 9, true, "`users` is empty", "username = "),
    ("users = \"a@b.c\"", 9, true, "`users` is a text", "users = [{"),
    ("users = [\"a@b.c\"]", 10, true, "a user is a text", "{ username = \"a@b.c\" }"),
    ("users = [{ alias = \"x\" }]", 10, true, "`username` is missing", "username = "),
    ("users = [{ username = \"Ann\" }]", 23, false, "has no @", "email address"),
    ("users = [{ username = \"a@b.c\" }, { username = \"A@B.c\" }]", 47, false, "stands here twice", "ignored"),
    (
        "users = [{ username = \"a@b.c\", alias = \"x\" }, { username = \"d@e.f\", alias = \"x\" }]",
        77,
        false,
        "the alias `x` belongs to a@b.c already",
        "write another one",
    ),
    ("users = [{ username = \"a@b.c\", alias = \"a/b\" }]", 40, true, "`a/b` is no alias", "without blanks"),
    ("default_user = \"amdin\"", 16, false, "`default_user` names `amdin`", "admin, d@e.f"),
    ("variables = { api_token = \"x\" }", 27, false, "looks like a secret", "Variables screen"),
    ("variables = { who = \"00Dxx0000000001!AQ4\" }", 21, false, "looks like a secret", "in memory only"),
    ("variables = { list = [1] }", 22, true, "the variable `list` is a list", "text in quotes"),
    ("login_url = sandbox", 13, true, "not TOML", "quotes"),
    ("version = \"newest\nkind = \"sandbox\"", 18, true, "not TOML", ""),
];

#[test]
fn every_mistake_has_its_place_and_its_cure_and_hides_no_good_app() {
    for (line, column, lost, what, cure) in MISTAKES {
        let (_folder, profiles) = read(&app_with(line));
        let found = profiles.problems.first().unwrap_or_else(|| panic!("nothing found in {line}"));
        let all = &profiles.problems;
        assert_eq!((found.line, found.column), (2, *column), "{line}: {all:#?}");
        assert_eq!(found.app.as_deref(), Some("acme"), "{line}: {all:#?}");
        assert!(found.what.contains(what), "{line}: {all:#?}");
        assert!(found.cure.contains(cure), "{line}: {all:#?}");
        assert_eq!(found.severity == Severity::Error, *lost, "{line}: {all:#?}");
        assert_eq!(profiles.app("acme").is_none(), *lost, "{line}: {all:#?}");
        assert!(profiles.app("good").is_some(), "{line} hides a good app: {all:#?}");
        assert!(!format!("{all:?}").contains("hunter2"), "{line} shows a secret: {all:#?}");
        assert!(all.iter().all(|problem| !problem.what.is_empty() && !problem.cure.is_empty()), "{all:#?}");
    }
}

#[test]
fn missing_keys_are_told_where_the_app_begins() {
    let (_folder, profiles) = read("\n[apps.acme]\nlogin_url = \"sandbox\"\n");
    let told: Vec<_> = profiles.problems.iter().map(|p| (p.line, p.column, p.what.as_str())).collect();
    let expected =
        ["`client_id` is missing", "`private_key` is missing", "`users` is missing"].map(|what| (2, 1, what));
    assert_eq!(told, expected);
}

/// The whole file, the place, and words of the problem.
#[test]
fn mistakes_outside_the_apps() {
    let good = "[apps.good]\nclient_id = \"k\"\nprivate_key = \"acme.key\"\nusers = [{ username = \"g@h.i\", alias = \"gee\" }]\n";
    for (top, line, column, what, cure) in [
        (
            "default = \"good/gea\"\n",
            1,
            11,
            "`default` names `good/gea`",
            "did you mean \"good/gee\"?; meanwhile it is good/g@h.i",
        ),
        ("default = \"zzzzzzzzzz\"\n", 1, 11, "is nobody", "app/alias"),
        ("default = 1\n", 1, 11, "`default` is a number", "default = \"acme/admin\""),
        ("defualt = \"good\"\n", 1, 1, "has no key `defualt`", "did you mean `default`?"),
        ("apps.x = 1\n", 1, 10, "`apps.x` is a number", "[apps.acme]"),
        ("[variables]\npassword = \"x\"\n", 2, 12, "looks like a secret", "in memory only"),
        ("[aps.acme]\nx = 1\n", 1, 2, "has no key `aps`", "did you mean `apps`?"),
        (
            "[apps.\"a b\"]\nclient_id = \"k\"\nprivate_key = \"acme.key\"\nusers = [{ username = \"u@v.w\" }]\n",
            1,
            1,
            "no name for an app",
            "[apps.acme-sandbox]",
        ),
        (
            "default = \"bad\"\n[apps.bad]\nusers = [{ username = \"u@v.w\" }]\nclient_id = \"k\"\n",
            1,
            11,
            "whose app cannot be used",
            "correct [apps.bad]",
        ),
    ] {
        // Dotted `apps.x` and `[apps.good]` cannot stand in one file, so that one has its app the other way.
        let good =
            if top.starts_with("apps.x") { good.replace("[apps.good]\n", "[apps.y]\n") } else { good.to_owned() };
        let (_folder, profiles) = read(&format!("{top}{good}"));
        let found = &profiles.problems.first().unwrap_or_else(|| panic!("nothing found in {top}"));
        let all = &profiles.problems;
        assert_eq!((found.line, found.column), (line, column), "{top}: {all:#?}");
        assert!(found.what.contains(what) && found.cure.contains(cure), "{top}: {all:#?}");
        if !top.starts_with("apps.x") {
            assert_eq!(profiles.start().unwrap().user.username, "g@h.i", "{top}: {all:#?}");
        }
    }
}

#[test]
fn an_ambiguous_default_lists_whom_it_may_mean() {
    let app = |name: &str| {
        format!(
            "[apps.{name}]\nclient_id=\"k\"\nprivate_key=\"acme.key\"\nusers=[{{username=\"u@{name}.x\",alias=\"admin\"}}]\n"
        )
    };
    let (_folder, profiles) = read(&format!("default = \"admin\"\n{}{}", app("one"), app("two")));
    assert!(only(&profiles).cure.contains("write one of one/u@one.x, two/u@two.x"), "{:?}", profiles.problems);
    let error = profiles.pick("admin").unwrap_err();
    assert!(matches!(&error, PickError::Ambiguous { candidates, .. } if candidates.len() == 2), "{error:?}");
    assert_eq!(profiles.pick("two/admin").unwrap().id().to_string(), "two/u@two.x");
    assert_eq!(profiles.pick("U@ONE.X").unwrap().app.name, "one");
    let error = profiles.pick("two/admni").unwrap_err();
    assert_eq!(error.to_string(), "no profile is called `two/admni`: did you mean `two/admin`?");
    assert_eq!(Profiles::default().pick("x").unwrap_err(), PickError::None);
}

#[test]
fn a_file_that_is_not_there_is_no_problem() {
    let folder = tempfile::tempdir().unwrap();
    let profiles = load(folder.path());
    assert!(!profiles.exists && profiles.problems.is_empty() && profiles.start().is_none());
    std::fs::create_dir(folder.path().join(PROFILES_FILE)).unwrap();
    let profiles = load(folder.path());
    assert!(profiles.exists);
    assert_eq!((only(&profiles).line, only(&profiles).what.as_str()), (0, "it is a folder"));
}

#[test]
fn byte_order_mark_and_line_ends_of_another_system_do_not_shift_places() {
    let text = app_with("read_only = 1").replace('\n', "\r\n");
    let (_folder, profiles) = read(&format!("\u{feff}{text}"));
    assert_eq!((only(&profiles).line, only(&profiles).column), (2, 13));
    let (_folder, profiles) = read("\u{feff}defualt = \"é\"");
    assert_eq!((only(&profiles).line, only(&profiles).column), (1, 1));
}

#[test]
fn bytes_that_are_no_text_are_told_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(PROFILES_FILE), b"[variables]\na = \"\xFF\"\n").unwrap();
    let profiles = load(folder.path());
    assert_eq!((only(&profiles).line, only(&profiles).column), (2, 6));
}

#[test]
fn a_syntax_error_leaves_the_apps_before_and_after_it() {
    let app = |name: &str, more: &str| {
        format!("[apps.{name}]\nclient_id=\"k\"\nprivate_key=\"acme.key\"\n{more}\nusers=[{{username=\"u@v.w\"}}]\n")
    };
    let (_folder, profiles) = read(&format!("{}{}{}", app("one", ""), app("two", "kind = ="), app("three", "")));
    let names: Vec<&str> = profiles.apps.iter().map(|app| app.name.as_str()).collect();
    assert_eq!(names, ["one", "three"], "{:#?}", profiles.problems);
    assert_eq!((only(&profiles).line, only(&profiles).app.as_deref()), (9, Some("two")));
    // The same name twice: neither is taken, since nobody can tell which one is meant.
    let (_folder, profiles) =
        read(&format!("{}{}{}", app("one", ""), app("two", ""), app("two", "kind = \"sandbox\"")));
    assert!(profiles.app("one").is_some() && profiles.app("two").is_none(), "{:#?}", profiles.problems);
    assert!(profiles.problems[0].what.contains("a second time"), "{:#?}", profiles.problems);
    // What else is wrong in either of them is told at once, not when that one is mended.
    let text = format!("{}{}{}", app("one", ""), app("two", "knid = \"demo\""), app("two", "audience = 7"));
    let (_folder, profiles) = read(&text);
    let told: Vec<&str> = profiles.problems.iter().map(|p| p.what.as_str()).collect();
    assert!(told.iter().any(|what| what.contains("`knid`")), "{told:#?}");
    assert!(told.iter().any(|what| what.contains("`audience` is a number")), "{told:#?}");
    assert!(profiles.app("two").is_none() && profiles.problems.iter().all(|p| p.app.as_deref() == Some("two")));
    assert!(matches!(profiles.pick("two/u@v.w"), Err(PickError::Broken { app: Some(app), .. }) if app == "two"));
}

#[cfg(unix)]
#[test]
fn keys_and_commands_that_others_can_touch() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    let (folder, profiles) = read(&app_with("passphrase = { command = [\"pass\", \"show\"] }"));
    assert_eq!(profiles.problems, [], "mode 644 in a folder of one's own is fine");
    assert_eq!(profiles.app("acme").unwrap().passphrase, Passphrase::Command(vec!["pass".into(), "show".into()]));

    let file = folder.path().join(PROFILES_FILE);
    mode(&file, 0o666);
    let profiles = load(folder.path());
    assert!(profiles.app("acme").is_none() && profiles.app("good").is_some());
    assert_eq!(only(&profiles).cure, format!("chmod go-w {}", file.display()));

    mode(&file, 0o600);
    let key = folder.path().join("acme.key");
    mode(&key, 0o640);
    let profiles = load(folder.path());
    assert_eq!(profiles.apps.len(), 2);
    assert!(profiles.problems.iter().all(|p| p.severity == Severity::Warning));
    assert_eq!(profiles.problems[0].cure, format!("chmod 600 {}", key.display()));
}

#[test]
fn a_thousand_apps_are_read() {
    let mut text = String::new();
    for n in 0..1000 {
        text.push_str(&format!(
            "[apps.a{n}]\nclient_id=\"k\"\nprivate_key=\"acme.key\"\nusers=[{{username=\"u{n}@v.w\",alias=\"u{n}\"}}]\n"
        ));
    }
    text.push_str("[apps.bad]\nkind = 1\n");
    let (_folder, profiles) = read(&text);
    assert_eq!(profiles.apps.len(), 1000);
    assert_eq!(profiles.problems.last().map(|p| (p.line, p.column)), Some((4002, 8)));
    assert_eq!(profiles.pick("u999").unwrap().app.name, "a999");
}

#[test]
fn the_template_is_filled_in_to_a_file_without_errors() {
    for key in schema::KEYS
        .iter()
        .filter(|key| matches!(key.table, schema::Table::Top | schema::Table::App | schema::Table::User))
    {
        assert!(template().contains(key.name), "the template does not speak of `{}`", key.name);
    }
    let (_folder, profiles) = read(template());
    let empty: Vec<_> = profiles.problems.iter().map(|p| p.what.as_str()).collect();
    assert_eq!(empty, ["`client_id` is empty", "`private_key` is empty", "`username` is empty"]);
    // Every commented key, taken in as it stands there.
    let mut text = template()
        .replace("client_id = \"\"", "client_id = \"k\"")
        .replace("private_key = \"\"", "private_key = \"acme.key\"");
    text = text.replace("username = \"\"", "username = \"a@b.c\"");
    let text: Vec<String> = text
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_lowercase()) => rest.to_owned(),
            _ => line.to_owned(),
        })
        .collect();
    let (_folder, profiles) = read(&text.join("\n"));
    let told: Vec<_> = profiles.problems.iter().map(|p| p.what.split('/').next().unwrap_or_default()).collect();
    assert_eq!(told, ["there is no certificate "], "{:#?}", profiles.problems);
    assert_eq!(profiles.start().unwrap().user.short(), "admin");
}

#[cfg(unix)]
#[test]
fn the_template_is_written_for_the_user_alone_and_never_over_a_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("deep/orgdeck");
    let file = write_template(&config).unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&config), mode(&file)), (0o700, 0o600));
    std::fs::write(&file, "mine").unwrap();
    write_template(&config).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn settings_have_defaults_and_their_mistakes_places() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(load_settings(folder.path()), (Settings::default(), Vec::new()));
    let file = folder.path().join(SETTINGS_FILE);
    let text = "[network]\nconnect_limit_s = 5\nproxy = { url = \"http://p.example:3128\", username = \"u\", password_env = \"P\" }\n[screen]\nmouse = false\ntheme = \"light\"\n[answers]\nkeep_mib = 0x10\n[history]\non = false\nkeep = 50\nbody_kib = 0\n";
    std::fs::write(&file, text).unwrap();
    let (settings, problems) = load_settings(folder.path());
    assert_eq!(problems, []);
    assert_eq!((settings.network.connect_limit_s, settings.network.idle_limit_s), (5, 150));
    assert_eq!(
        (settings.screen.mouse, settings.screen.theme.as_str(), settings.answers.keep_mib),
        (false, "light", 16)
    );
    assert_eq!(settings.history, HistorySettings { on: false, keep: 50, body_kib: 0, total_mib: 256 });
    assert_eq!(settings.network.proxy.unwrap().url.port(), Some(3128));
    for (text, line, column, what) in [
        ("[network]\nidle_limit_s = 0", 2, 16, "out of bounds"),
        ("[network]\ntimeout = 5", 2, 1, "has no key `timeout`"),
        ("[network]\nca_file = \"none.pem\"", 2, 11, "there is no file"),
        ("[network]\nproxy = { password = \"x\", url = \"http://p\" }", 2, 11, "has no key `password`"),
        ("[network]\nproxy = { url = \"http://u:p@h\" }", 2, 17, "user name or password"),
        ("[screen]\ntheme = \"drak\"", 2, 9, "`theme` is `drak`"),
        ("[history]\nkeep = 0", 2, 8, "`keep` is 0, out of bounds"),
        ("[history]\nenabled = false", 2, 1, "[history] has no key `enabled`"),
        ("screen = 1", 1, 10, "`screen` is a number"),
        ("[answers]\nmemory_cap_mib = \"x\"", 2, 18, "`memory_cap_mib` is a text"),
    ] {
        std::fs::write(&file, text).unwrap();
        let (settings, problems) = load_settings(folder.path());
        let found = problems.first().unwrap_or_else(|| panic!("nothing found in {text}"));
        assert_eq!((found.line, found.column), (line, column), "{text}: {problems:#?}");
        assert!(found.what.contains(what), "{text}: {problems:#?}");
        assert_eq!(settings.screen, Screen::default());
    }
}
