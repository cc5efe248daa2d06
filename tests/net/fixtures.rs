//! Keys made when they are needed, profiles for them, and token answers.

use crate::listener::{Seen, Step, answer};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use indexmap::IndexMap;
use orgdeck::auth::Clock;
use orgdeck::profile::{App, Kind, Passphrase, Profile, Tokens, User, VersionChoice};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

pub const CONSUMER_KEY: &str = "3MVG9consumer.key_of_the_test";
pub const USERNAME: &str = "ada+\"quoted\"@acme.example";
pub const TOKEN: &str = "00Dxx0000000001!AQ4AQPsessionOfTheTest";
pub const PASSPHRASE: &str = "open sésame";

/// A key as every test may use it: made once, in a folder of its own.
pub struct Key {
    folder: tempfile::TempDir,
    pkcs8: Vec<u8>,
    /// RSAPublicKey, DER.
    pub public: Vec<u8>,
}

impl Key {
    pub fn make() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let key = Self {
            folder: tempfile::tempdir().unwrap(),
            pkcs8: der.as_ref().to_vec(),
            public: pair.public_key().as_ref().to_vec(),
        };
        std::fs::write(key.path(), key.pem()).unwrap();
        key
    }

    pub fn pem(&self) -> String {
        pem::encode(&pem::Pem::new("PRIVATE KEY", self.pkcs8.clone()))
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    /// The same key, encrypted with `PASSPHRASE`, beside it.
    pub fn encrypted(&self) -> PathBuf {
        let params =
            pkcs8::pkcs5::pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(1000, &[7; 16], [9; 16]).unwrap();
        let info = pkcs8::PrivateKeyInfoRef::try_from(self.pkcs8.as_slice()).unwrap();
        let encrypted = info.encrypt_with_params(params, PASSPHRASE).unwrap();
        let path = self.folder.path().join("encrypted.pem");
        std::fs::write(&path, pem::encode(&pem::Pem::new("ENCRYPTED PRIVATE KEY", encrypted.as_bytes()))).unwrap();
        path
    }

    /// A certificate of this key that is good until this year, beside it.
    pub fn certificate(&self, year: i32) -> PathBuf {
        let mut params = rcgen::CertificateParams::new(vec!["acme.example".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        let key = rcgen::KeyPair::from_pem(&self.pem()).unwrap();
        let path = self.folder.path().join(format!("{year}.crt"));
        std::fs::write(&path, params.self_signed(&key).unwrap().pem()).unwrap();
        path
    }
}

pub static KEY: LazyLock<Key> = LazyLock::new(Key::make);

/// A profile that logs in there with this key.
pub fn profile(login_url: &str, private_key: &Path) -> Profile {
    let user = User { username: USERNAME.to_owned(), alias: None };
    let app = App {
        name: "acme".to_owned(),
        client_id: CONSUMER_KEY.to_owned(),
        private_key: private_key.to_owned(),
        certificate: None,
        passphrase: Passphrase::Ask,
        login_url: login_url.parse().unwrap(),
        audience: None,
        version: VersionChoice::Newest,
        kind: Kind::Production,
        read_only: false,
        tokens: Tokens::Memory,
        users: vec![user.clone()],
        variables: IndexMap::new(),
    };
    Profile { app: Arc::new(app), user }
}

/// The same with another app.
pub fn with(profile: &Profile, change: impl FnOnce(&mut App)) -> Profile {
    let mut profile = profile.clone();
    change(Arc::make_mut(&mut profile.app));
    profile
}

/// It is always the first second of 2026.
pub fn clock() -> Clock {
    Arc::new(|| "2026-01-01T00:00:00Z".parse().unwrap())
}

/// A token answer for this org and user, whose instance is `host`.
pub fn granted_for(host: &str, org: &str, user: &str) -> Vec<Step> {
    let body = serde_json::json!({
        "access_token": TOKEN, "scope": "id full", "instance_url": host, "token_type": "Bearer",
        "id": format!("{host}/id/{org}/{user}"),
    });
    answer(200, &[("content-type", "application/json;charset=UTF-8")], body.to_string())
}

/// A token answer that names the host that was asked.
pub fn granted(seen: &Seen) -> Vec<Step> {
    let host = seen.header("host").unwrap();
    let scheme = if host.starts_with("127.") { "http" } else { "https" };
    granted_for(&format!("{scheme}://{host}"), "00Dxx0000000001EAA", "005xx0000000001AAA")
}

/// An OAuth error.
pub fn refused(error: &str, description: &str) -> Vec<Step> {
    let body = serde_json::json!({ "error": error, "error_description": description });
    answer(400, &[("content-type", "application/json")], body.to_string())
}

/// The claims of the assertion in a token request, its signature checked with this public key.
pub fn claims(seen: &Seen, public: &[u8]) -> serde_json::Value {
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let key = jsonwebtoken::DecodingKey::from_rsa_der(public);
    jsonwebtoken::decode(seen.field("assertion").unwrap(), &key, &validation).unwrap().claims
}
