//! Tests of the edits: what changes, and that everything else stays as the user wrote it.

use super::*;
use crate::profile::load;

const OWN: &str = "# mine\n\n# all of them\n[variables]   # global\na = \"1\" # first\n\n[apps.acme] # the app\nclient_id = \"k\" # key\nprivate_key = \"acme.key\"\nusers = [\n  # the boss\n  { username = \"a@b.c\", alias = \"admin\" }, # she\n]\n";

/// What the file becomes by a change.
fn after(before: &str, change: impl FnOnce(&Path) -> Result<(), EditError>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(PROFILES_FILE);
    std::fs::write(&file, before).unwrap();
    change(folder.path()).unwrap();
    std::fs::read_to_string(&file).unwrap()
}

fn admin() -> ProfileId {
    ProfileId { app: "acme".into(), username: "a@b.c".into() }
}

/// Every line of `before` is still there, in its order.
fn kept(before: &str, after: &str) {
    let mut lines = after.lines();
    for line in before.lines() {
        assert!(lines.any(|other| other == line), "`{line}` is gone or moved in:\n{after}");
    }
}

#[test]
fn a_new_default_stands_above_the_first_table_and_its_comment() {
    let text = after(OWN, |config| set_default(config, &admin()));
    kept(OWN, &text);
    assert!(text.starts_with("# mine\n\ndefault = \"acme/admin\"\n\n# all of them\n[variables]"), "{text}");
}

#[test]
fn a_changed_default_keeps_its_comment() {
    let before = format!("default = \"x\"   # who\n{OWN}");
    let text = after(&before, |config| set_default(config, &admin()));
    assert!(text.starts_with("default = \"acme/admin\"   # who\n"), "{text}");
    kept(OWN, &text);
}

#[test]
fn variables_are_set_added_and_removed_beside_their_comments() {
    let text = after(OWN, |config| set_variable(config, &Scope::Everywhere, "a", "x\"y"));
    assert!(text.contains("a = 'x\"y' # first\n"), "{text}");
    let text = after(OWN, |config| set_variable(config, &Scope::Everywhere, "b", "2"));
    kept(OWN, &text);
    assert!(text.contains("a = \"1\" # first\nb = \"2\"\n"), "{text}");
    let text = after(OWN, |config| set_variable(config, &Scope::App("acme".into()), "c", "3"));
    kept(OWN, &text);
    assert!(text.ends_with("\n[apps.acme.variables]\nc = \"3\"\n"), "{text}");
    let text = after(OWN, |config| remove_variable(config, &Scope::Everywhere, "a"));
    kept(&OWN.replace("a = \"1\" # first\n", ""), &text);
    assert!(!text.contains("first"), "{text}");
}

#[test]
fn a_user_is_added_in_the_layout_of_the_list() {
    let user = User { username: "d@e.f".into(), alias: Some("dee".into()) };
    let text = after(OWN, |config| add_user(config, "acme", &user));
    kept(OWN, &text);
    assert!(text.ends_with("# she\n  { username = \"d@e.f\", alias = \"dee\" },\n]\n"), "{text}");
    let tables = "[apps.acme]\n[[apps.acme.users]] # one\nusername = \"a@b.c\" # she\n";
    let text = after(tables, |config| add_user(config, "acme", &user));
    kept(tables, &text);
    assert!(text.contains("[[apps.acme.users]]\nusername = \"d@e.f\"\nalias = \"dee\"\n"), "{text}");
    let named = User { username: "A@B.c".into(), alias: Some("boss".into()) };
    let text = after(OWN, |config| add_user(config, "acme", &named));
    assert!(text.contains("alias = \"boss\" }, # she\n"), "{text}");
}

#[test]
fn an_audience_is_written_down() {
    let text = after(OWN, |config| set_audience(config, "acme", "https://test.salesforce.com"));
    kept(OWN, &text);
    assert!(text.contains("audience = \"https://test.salesforce.com\"\n"), "{text}");
}

#[test]
fn an_added_app_is_read_again_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("new/orgdeck");
    let app = App {
        name: "acme-uat".into(),
        client_id: "3MVG9".into(),
        private_key: folder.path().join("acme.key"),
        certificate: None,
        passphrase: Passphrase::Env("PASS".into()),
        login_url: url::Url::parse("https://test.salesforce.com").unwrap(),
        audience: None,
        version: VersionChoice::Fixed("67.0".into()),
        kind: crate::profile::Kind::Sandbox,
        read_only: true,
        tokens: crate::profile::Tokens::File,
        users: vec![User { username: "a@b.c".into(), alias: Some("a".into()) }],
        variables: [("x".to_owned(), "1".to_owned())].into_iter().collect(),
    };
    add_app(&config, &app).unwrap();
    let profiles = load(&config);
    assert_eq!(profiles.apps.first().map(|read| (**read).clone()), Some(app.clone()), "{:?}", profiles.problems);
    assert!(matches!(add_app(&config, &app), Err(EditError::AppExists(_))));
    let other = App { name: "second".into(), ..app };
    add_app(&config, &other).unwrap();
    assert_eq!(load(&config).apps.len(), 2);
}

#[test]
fn mark_and_line_ends_stay() {
    let before = format!("\u{feff}{}", OWN.replace('\n', "\r\n"));
    let text = after(&before, |config| set_variable(config, &Scope::Everywhere, "b", "2"));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    kept(&before, &text);
    assert!(text.starts_with('\u{feff}'));
}

#[test]
fn what_cannot_be_read_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(PROFILES_FILE);
    let broken = "[apps.acme]\nkind = = 1\n";
    std::fs::write(&file, broken).unwrap();
    let error = set_default(folder.path(), &admin()).unwrap_err();
    assert!(matches!(&error, EditError::Syntax(problem) if problem.line == 2), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), broken);
    std::fs::write(&file, "").unwrap();
    assert!(matches!(set_default(folder.path(), &admin()), Err(EditError::NoApp(_))));
}

#[test]
fn two_writers_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(PROFILES_FILE), OWN).unwrap();
    std::thread::scope(|scope| {
        for writer in ["x", "y"] {
            let config = folder.path();
            scope.spawn(move || {
                for n in 0..20 {
                    set_variable(config, &Scope::Everywhere, &format!("{writer}{n}"), "v").unwrap();
                }
            });
        }
    });
    let profiles = load(folder.path());
    assert_eq!(profiles.variables.len(), 41, "{:?}", profiles.variables);
    kept(OWN, &std::fs::read_to_string(folder.path().join(PROFILES_FILE)).unwrap());
}

#[test]
fn a_theme_is_written_down_beside_what_stands_there() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("new");
    let read = || std::fs::read_to_string(config.join("settings.toml")).unwrap();
    set_theme(&config, "dusk").unwrap();
    assert_eq!(read(), "[screen]\ntheme = \"dusk\"\n");
    let own = "# mine\n[keys.answer] # keys\nsearch = \"f3\"\n\n[screen]\nmouse = false\ntheme = \"light\" # by day\n";
    std::fs::write(config.join("settings.toml"), own).unwrap();
    set_theme(&config, "paper").unwrap();
    assert_eq!(read(), own.replace("light", "paper"));
    std::fs::write(config.join("settings.toml"), "[screen\n").unwrap();
    assert!(matches!(set_theme(&config, "paper"), Err(EditError::Syntax(_))));
    assert_eq!(read(), "[screen\n", "what is no TOML is never written");
}
