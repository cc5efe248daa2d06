//! A profile and a token for the tests of this layer.

use crate::auth::Token;
use crate::profile::{App, Kind, Passphrase, Profile, User, VersionChoice};
use std::sync::Arc;
use std::time::Duration;

pub(super) fn profile(kind: Kind, read_only: bool) -> Profile {
    profile_of("acme", "ada@acme.example", kind, read_only)
}

pub(super) fn profile_of(app: &str, username: &str, kind: Kind, read_only: bool) -> Profile {
    let user = User { username: username.to_owned(), alias: Some("ada".to_owned()) };
    let app = App {
        name: app.to_owned(),
        client_id: "3MVG9key".to_owned(),
        private_key: "/keys/acme.key".into(),
        certificate: None,
        passphrase: Passphrase::Ask,
        login_url: "https://login.salesforce.com".parse().unwrap(),
        audience: None,
        version: VersionChoice::Newest,
        kind,
        read_only,
        users: vec![user.clone()],
        variables: indexmap::IndexMap::new(),
    };
    Profile { app: Arc::new(app), user }
}

pub(super) fn token() -> Token {
    Token {
        access_token: "00Dxx0000000001!AQ4AQPsession".to_owned().into(),
        instance_url: "https://acme.my.salesforce.com".parse().unwrap(),
        id_url: "https://login.salesforce.com/id/00Dxx0000000001EAA/005xx0000000001AAA".parse().unwrap(),
        token_type: "Bearer".to_owned(),
        scope: "id full".to_owned(),
        issued_at: jiff::Timestamp::UNIX_EPOCH,
        audience: "https://login.salesforce.com".to_owned(),
        audience_guessed: false,
        took: Duration::ZERO,
        answer: String::new().into(),
    }
}
