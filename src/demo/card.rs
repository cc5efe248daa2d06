//! What a started demo org says about itself, and the files that let clients in: keys, certificates, `profiles.toml`.
//!
//! Files are made new with mode 0600; one that is already there is never overwritten.

use crate::secret::Secret;
use serde::{Serialize, Serializer};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Where the orgs are and who can log in, as `orgdeck demo --serve --json` prints it.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Card {
    /// A folder that works as `--config`.
    pub config: PathBuf,
    /// The production org, then the sandbox.
    pub orgs: Vec<OrgCard>,
    /// Where it is told to have bad days while it runs.
    pub control: ControlCard,
}

/// The control address.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct ControlCard {
    /// The address; what it takes is told by a GET of it.
    pub url: String,
    /// What the header `X-Orgdeck-Control` must hold.
    #[serde(serialize_with = "told")]
    pub secret: Secret,
}

/// The card is what tells secrets to whoever started the demo.
fn told<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(secret.expose())
}

fn told_if_any<S: Serializer>(secret: &Option<Secret>, to: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(Secret::expose).serialize(to)
}

/// One org of the demo.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct OrgCard {
    /// The app's name in `profiles.toml`.
    pub name: String,
    /// `production` or `sandbox`.
    pub kind: String,
    /// Where assertions are posted.
    pub login_url: String,
    /// Where the REST API is.
    pub instance_url: String,
    /// The app's consumer key.
    pub client_id: String,
    /// The app's consumer secret, where a flow was allowed that takes it.
    #[serde(serialize_with = "told_if_any", skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<Secret>,
    /// As whom the client credentials flow logs in, where it was allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_as: Option<String>,
    /// The app's private key, PKCS#8 PEM.
    pub private_key: PathBuf,
    /// Who may try.
    pub users: Vec<UserCard>,
}

/// One user of an org.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct UserCard {
    /// The `sub` of an assertion.
    pub username: String,
    /// The short name in `profiles.toml`.
    pub alias: String,
    /// What becomes of this user's logins.
    pub note: String,
    /// The password, where a flow was allowed that takes it.
    #[serde(serialize_with = "told_if_any", skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// The security token, to be written behind the password.
    #[serde(serialize_with = "told_if_any", skip_serializing_if = "Option::is_none")]
    pub security_token: Option<Secret>,
}

/// The text of `profiles.toml` for these orgs; paths of keys are relative to it.
pub(super) fn profiles_toml(card: &Card) -> String {
    let mut text = String::from("# Written by the demo org. It is gone when the demo ends.\n");
    if let Some((org, user)) = card.orgs.first().and_then(|org| Some((org, org.users.first()?))) {
        let _ = writeln!(text, "default = {}", quoted(&format!("{}/{}", org.name, user.username)));
    }
    for org in &card.orgs {
        let _ = writeln!(text, "\n[apps.{}]", org.name);
        let _ = writeln!(text, "client_id = {}", quoted(&org.client_id));
        let _ = writeln!(text, "private_key = {}", quoted(&key_file(&org.name)));
        let _ = writeln!(text, "certificate = {}", quoted(&certificate_file(&org.name)));
        let _ = writeln!(text, "login_url = {}", quoted(&org.login_url));
        let _ = writeln!(text, "kind = \"demo\"");
        let _ = writeln!(text, "users = [");
        for user in &org.users {
            let (username, alias) = (quoted(&user.username), quoted(&user.alias));
            let _ = writeln!(text, "  {{ username = {username}, alias = {alias} }}, # {}", user.note);
        }
        let _ = writeln!(text, "]");
    }
    text
}

/// Name of an app's private key file.
pub(super) fn key_file(app: &str) -> String {
    format!("{app}.key")
}

/// Name of an app's certificate file.
pub(super) fn certificate_file(app: &str) -> String {
    format!("{app}.crt")
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Makes the folder if need be, for nobody else to enter.
pub(super) fn make_folder(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Writes a file that must not be there yet and that nobody else may read.
pub(super) fn write_new(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Card {
        let user = UserCard {
            username: "a@x.example".into(),
            alias: "a".into(),
            note: "sees all".into(),
            password: None,
            security_token: Some(Secret::new("told")),
        };
        let org = OrgCard {
            name: "acme-sandbox".into(),
            kind: "sandbox".into(),
            login_url: "http://127.0.0.1:1".into(),
            instance_url: "http://127.0.0.1:1".into(),
            client_id: "3MVG9\"\\".into(),
            client_secret: None,
            run_as: None,
            private_key: "/k".into(),
            users: vec![user],
        };
        let control = ControlCard { url: "http://127.0.0.1:2/orgdeck/".into(), secret: Secret::new("s") };
        Card { config: "/c".into(), orgs: vec![org], control }
    }

    #[test]
    fn profiles_are_toml_that_says_what_the_card_says() {
        let text = profiles_toml(&card());
        let parsed: toml::Table = text.parse().unwrap();
        assert_eq!(parsed["default"].as_str(), Some("acme-sandbox/a@x.example"));
        let app = &parsed["apps"]["acme-sandbox"];
        assert_eq!(app["client_id"].as_str(), Some("3MVG9\"\\"));
        assert_eq!(app["private_key"].as_str(), Some("acme-sandbox.key"));
        assert_eq!(app["kind"].as_str(), Some("demo"));
        assert_eq!(app["users"][0]["alias"].as_str(), Some("a"));
    }

    #[test]
    fn secrets_are_told_in_json_alone_and_only_those_there_are() {
        let json = serde_json::to_value(card()).unwrap();
        let user = json["orgs"][0]["users"][0].as_object().unwrap();
        assert_eq!((user.get("security_token").unwrap().as_str(), user.get("password")), (Some("told"), None));
        let others = format!("{:?}{}", card(), profiles_toml(&card()));
        assert!(!others.contains("told"), "{others}");
    }

    #[test]
    fn a_file_that_is_there_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("profiles.toml");
        write_new(&path, b"mine").unwrap();
        assert!(write_new(&path, b"yours").is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"mine");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
