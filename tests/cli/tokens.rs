//! Tokens across runs: kept where the profile says so, had once by all that want them, renewed when they end, gone after a
//! logout, and in no other file.

use crate::support::{Ran, World, orgdeck, ran, run};
use orgdeck::demo::{Fault, Options};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// An app of the demo's that is none by its kind.
const KEPT: &str = "tokens = \"file\"\nkind = \"sandbox\"\nversion = \"67.0\"";

/// Every token of the demo's production org begins like this.
const TOKEN: &str = "00D5i000004RkQw!";

fn logins(world: &World) -> usize {
    world.demo.requests_seen().iter().filter(|seen| seen.path.ends_with("/oauth2/token")).count()
}

fn limits(config: &Path) -> Ran {
    run(config, &["request", "GET", "limits"])
}

fn file(config: &Path) -> PathBuf {
    config.join("state/tokens.json")
}

/// The session ids that are kept.
fn kept(config: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file(config)).unwrap_or_else(|_| "{}".to_owned());
    let all: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
    let answers = all.values().map(|one| one["answer"].as_str().unwrap().to_owned());
    let session = |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap()["access_token"].clone();
    answers.map(|text| session(text).as_str().unwrap().to_owned()).collect()
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, all) } else { all.push(path) }
    }
}

#[test]
fn one_login_serves_many_runs_and_its_token_lies_in_one_private_file() {
    let world = World::new();
    let folder = world.config_with(KEPT);
    let log = folder.path().join("log.txt");
    for _ in 0..3 {
        let ran = ran(orgdeck(folder.path()).args(["request", "GET", "limits", "--log"]).arg(&log));
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    assert_eq!(run(folder.path(), &["whoami"]).code, 0);
    assert_eq!((logins(&world), kept(folder.path()).len()), (1, 1));
    let token = kept(folder.path()).pop().unwrap();
    assert!(token.starts_with(TOKEN));
    let mut all = Vec::new();
    files(folder.path(), &mut all);
    let secret = token.split_once('!').unwrap().1;
    for path in all.iter().filter(|path| **path != file(folder.path())) {
        let bytes = std::fs::read(path).unwrap();
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "the token is in {}", path.display());
    }
    assert!(all.iter().any(|path| path.ends_with("history.sqlite")) && all.contains(&log), "{all:?}");
    #[cfg(unix)]
    {
        assert_eq!(mode(&file(folder.path())), 0o600);
        assert!(all.iter().filter(|path| path.to_string_lossy().contains("tokens")).all(|path| mode(path) == 0o600));
    }
    // A token that is printed is one that is good: of a login of its own, which is kept then.
    let printed = run(folder.path(), &["token"]);
    assert_eq!((printed.json()["access_token"].as_str(), logins(&world)), (Some(kept(folder.path())[0].as_str()), 2));
    assert_eq!((limits(folder.path()).code, logins(&world)), (0, 2));
}

#[test]
fn without_a_word_in_the_profile_nothing_is_kept() {
    let world = World::new();
    let folder = world.config_with("kind = \"sandbox\"\nversion = \"67.0\"");
    for _ in 0..2 {
        assert_eq!(limits(folder.path()).code, 0);
    }
    assert_eq!((logins(&world), file(folder.path()).exists()), (2, false));
    // A demo org's tokens are not kept whatever is said, and that is told.
    let folder = world.config_with("tokens = \"file\"\nversion = \"67.0\"");
    let ran = limits(folder.path());
    assert!(ran.code == 0 && ran.err.contains("the tokens of a demo org are not kept"), "{ran:?}");
    assert_eq!((logins(&world), file(folder.path()).exists()), (3, false));
}

#[test]
fn command_lines_that_start_together_make_one_login() {
    let world = World::with(Options { latency: Duration::from_millis(150), ..Options::default() });
    let folder = world.config_with(KEPT);
    let together = || {
        std::thread::scope(|scope| {
            let all: Vec<_> = (0..4).map(|_| scope.spawn(|| limits(folder.path()))).collect();
            for one in all {
                let ran = one.join().unwrap();
                assert_eq!(ran.code, 0, "{ran:?}");
            }
        });
    };
    together();
    assert_eq!(logins(&world), 1);
    // All of them find out that it ended, and one renews it.
    let before = kept(folder.path());
    world.demo.expire_all();
    together();
    assert_eq!(logins(&world), 2);
    let after = kept(folder.path());
    assert!(after.len() == 1 && after != before, "{before:?} {after:?}");
    assert_eq!((limits(folder.path()).code, logins(&world)), (0, 2));
}

#[test]
fn a_profile_that_was_changed_has_a_token_of_its_own() {
    let world = World::new();
    let folder = world.config_with(KEPT);
    assert_eq!(limits(folder.path()).code, 0);
    let profiles = folder.path().join("profiles.toml");
    let text = std::fs::read_to_string(&profiles).unwrap();
    let org = &world.demo.card().orgs[0];
    let other = &org.users.iter().find(|user| user.note.is_empty() && user.username != org.users[0].username);
    let other = other.map_or("nobody@acme.example", |user| user.username.as_str());
    std::fs::write(&profiles, text.replace(&org.users[0].username, other)).unwrap();
    let who = run(folder.path(), &["whoami"]);
    assert!(logins(&world) > 1, "{who:?}");
    assert!(who.out.is_empty() || who.out.contains(other), "{who:?}");
    let seen = logins(&world);
    std::fs::write(&profiles, text.replace(&org.client_id, "another-app")).unwrap();
    let ran = limits(folder.path());
    assert!(ran.code == 3 && logins(&world) > seen, "another app is not let in by this one's token: {ran:?}");
    let seen = logins(&world);
    std::fs::write(&profiles, &text).unwrap();
    assert_eq!((limits(folder.path()).code, logins(&world)), (0, seen), "the old one is still good");
}

#[test]
fn a_file_that_others_may_read_or_that_is_broken_is_not_used() {
    let world = World::new();
    let folder = world.config_with(KEPT);
    assert_eq!(limits(folder.path()).code, 0);
    let own = std::fs::read(file(folder.path())).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(file(folder.path()), std::fs::Permissions::from_mode(0o644)).unwrap();
        let ran = limits(folder.path());
        assert!(ran.code == 3 && ran.err.contains("others may read") && ran.err.contains("chmod 600"), "{ran:?}");
        assert_eq!(logins(&world), 1, "nothing is had in another way");
        std::fs::set_permissions(file(folder.path()), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    std::fs::write(file(folder.path()), "{\"x\": ").unwrap();
    let ran = limits(folder.path());
    assert!(ran.code == 3 && ran.err.contains("cannot be read") && ran.err.contains("delete it"), "{ran:?}");
    assert!(!ran.err.contains("\"x\""), "{ran:?}");
    // An org that somebody else wrote into the file is none.
    let mut all: serde_json::Value = serde_json::from_slice(&own).unwrap();
    for record in all.as_object_mut().unwrap().values_mut() {
        let mut answer: serde_json::Value = serde_json::from_str(record["answer"].as_str().unwrap()).unwrap();
        answer["instance_url"] = "https://evil.example".into();
        record["answer"] = answer.to_string().into();
    }
    let stranger = all.to_string();
    std::fs::write(file(folder.path()), stranger).unwrap();
    assert_eq!((limits(folder.path()).code, logins(&world)), (0, 2), "it was had anew");
}

#[test]
fn a_logout_ends_the_session_at_the_org_and_forgets_it() {
    let world = World::new();
    let folder = world.config_with(KEPT);
    let revoked = || world.demo.requests_seen().iter().filter(|seen| seen.path.ends_with("/oauth2/revoke")).count();
    assert_eq!(limits(folder.path()).code, 0);
    let token = kept(folder.path()).pop().unwrap();
    let ran = run(folder.path(), &["logout"]);
    assert!(
        ran.code == 0 && ran.out.contains("logged out, at the org and here") && !ran.out.contains(&token),
        "{ran:?}"
    );
    assert!(revoked() == 1 && !world.demo.revoke(&token), "it is over at the org");
    assert!(kept(folder.path()).is_empty());
    let again = run(folder.path(), &["logout", "--json"]);
    assert_eq!((again.json()["session"].as_str(), revoked()), (Some("nothing"), 1));
    // Where the org cannot be told it is forgotten all the same, and that is said.
    assert_eq!(limits(folder.path()).code, 0);
    let token = kept(folder.path()).pop().unwrap();
    world.demo.set_fault_on(Fault::Unavailable, "/oauth2/revoke");
    let ran = run(folder.path(), &["logout", "-p", "acme/me"]);
    assert!(ran.code == 4 && ran.out.contains("forgotten here, but the org could not be told"), "{ran:?}");
    assert!(kept(folder.path()).is_empty() && world.demo.revoke(&token));
    world.demo.set_fault(None);
    // One that is kept no longer was kept once.
    assert_eq!(limits(folder.path()).code, 0);
    let token = kept(folder.path()).pop().unwrap();
    let profiles = folder.path().join("profiles.toml");
    let text = std::fs::read_to_string(&profiles).unwrap();
    std::fs::write(&profiles, text.replace("tokens = \"file\"", "")).unwrap();
    let ran = run(folder.path(), &["logout"]);
    assert!(ran.code == 0 && kept(folder.path()).is_empty() && !world.demo.revoke(&token), "{ran:?}");
    std::fs::write(&profiles, text).unwrap();
    // Those of apps that are no more, too.
    assert_eq!(limits(folder.path()).code, 0);
    let token = kept(folder.path()).pop().unwrap();
    std::fs::write(folder.path().join("profiles.toml"), "").unwrap();
    let ran = run(folder.path(), &["logout", "--all"]);
    assert!(ran.code == 0 && ran.out.contains("logged out"), "{ran:?}");
    assert!(kept(folder.path()).is_empty() && !world.demo.revoke(&token));
    let ran = run(folder.path(), &["logout", "--all"]);
    assert!(ran.code == 0 && ran.out.contains("No token is kept"), "{ran:?}");
}

#[cfg(not(feature = "keyring"))]
#[test]
fn a_keyring_that_is_not_there_is_told_and_nothing_is_kept_elsewhere() {
    let world = World::new();
    let folder = world.config_with("tokens = \"keyring\"\nkind = \"sandbox\"");
    let ran = limits(folder.path());
    assert!(
        ran.code == 3 && ran.err.contains("--features keyring") && ran.err.contains("tokens = \"file\""),
        "{ran:?}"
    );
    assert!(!file(folder.path()).exists() && logins(&world) == 0);
}

#[cfg(all(feature = "keyring", target_os = "linux"))]
#[test]
fn where_no_keyring_runs_that_is_told_and_nothing_is_kept_elsewhere() {
    let world = World::new();
    let folder = world.config_with("tokens = \"keyring\"\nkind = \"sandbox\"");
    let nobody = "unix:path=/nonexistent/bus";
    let ran = ran(orgdeck(folder.path()).args(["request", "GET", "limits"]).env("DBUS_SESSION_BUS_ADDRESS", nobody));
    assert!(ran.code == 3 && ran.err.contains("keyring cannot be used"), "{ran:?}");
    assert!(ran.err.contains("tokens = \"file\""), "{ran:?}");
    assert!(!file(folder.path()).exists() && logins(&world) == 0);
}
