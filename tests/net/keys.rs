//! Key files: what is given in place of a key, permissions, and where a passphrase comes from.

use crate::fixtures::{KEY, PASSPHRASE, clock, granted, profile, with};
use crate::listener::{Listener, client};
use orgdeck::auth::{Certificate, LoginError, PrivateKey, log_in};
use orgdeck::profile::Passphrase;
use orgdeck::secret::Secret;
use std::path::Path;

/// What is wrong with this file, and what to do.
fn told(content: &[u8]) -> (String, String) {
    let path = Path::new("/keys/my key.pem");
    match PrivateKey::from_pem(content, path, None) {
        Err(LoginError::Key { what, cure }) => {
            assert!(what.contains("/keys/my key.pem"), "{what}");
            (what, cure)
        }
        other => panic!("{other:?}"),
    }
}

fn block(tag: &str) -> Vec<u8> {
    pem::encode(&pem::Pem::new(tag, *b"0\x03\x02\x01\x00")).into_bytes()
}

#[test]
fn what_is_given_in_place_of_a_key_is_told() {
    for (content, what, cure) in [
        (Vec::new(), "empty", "name the right file"),
        (b" \n\n".to_vec(), "empty", ""),
        (block("CERTIFICATE"), "a certificate", "certificate may be named"),
        (block("PUBLIC KEY"), "a public key", "BEGIN PRIVATE KEY"),
        (block("CERTIFICATE REQUEST"), "a certificate request", "private_key"),
        (block("EC PRIVATE KEY"), "an EC key", "RSA keys only"),
        (block("DSA PRIVATE KEY"), "a DSA key", "RSA keys only"),
        (block("OPENSSH PRIVATE KEY"), "an OpenSSH key", "ssh-keygen -p -m PEM -f '/keys/my key.pem'"),
        (block("SOMETHING ELSE"), "\"SOMETHING ELSE\"", "private_key"),
        (block("PRIVATE KEY"), "damaged", "openssl pkey"),
        (block("RSA PRIVATE KEY"), "damaged", "openssl pkey"),
        (block("ENCRYPTED PRIVATE KEY"), "damaged", ""),
        (b"PuTTY-User-Key-File-3: ssh-rsa\n".to_vec(), "a PuTTY key", "puttygen '/keys/my key.pem'"),
        (b"ssh-rsa AAAAB3 ada@acme".to_vec(), "a public SSH key", ""),
        (b"0\x82\x04\xbe\x02\x01\x00rest".to_vec(), "binary DER", "openssl pkey -inform DER"),
        (b"0\x82\x04\xbe\x02\x01\x03rest".to_vec(), "a PKCS#12 keystore", "openssl pkcs12"),
        (b"\xfe\xed\xfe\xed\0\0\0\x02".to_vec(), "a Java keystore", "keytool"),
        (b"\xff\xfe-\0-\0".to_vec(), "UTF-16", "UTF-8"),
        (b"-----BEGIN PRIVATE KEY-----\nMIIE".to_vec(), "damaged", "END line"),
        (b"hello".to_vec(), "no PEM file", "BEGIN RSA PRIVATE KEY"),
    ] {
        let (said, todo) = told(&content);
        assert!(said.contains(what) && todo.contains(cure), "{said}: {todo}");
    }
}

#[test]
fn a_key_among_other_blocks_is_found() {
    let mut text = b"Bag Attributes\r\n    friendlyName: acme\r\n".to_vec();
    text.extend_from_slice(&block("CERTIFICATE"));
    text.extend_from_slice(KEY.pem().replace('\n', "\r\n").as_bytes());
    let key = PrivateKey::from_pem(&text, Path::new("key.pem"), None).unwrap();
    assert_eq!(key.public_sha256(), PrivateKey::read(&KEY.path(), None).unwrap().public_sha256());
    assert!(!format!("{key:?}").contains("BEGIN"));
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let failed = PrivateKey::read(Path::new("/nonexistent/key.pem"), None).unwrap_err();
    assert!(matches!(&failed, LoginError::Key { what, .. } if what.contains("/nonexistent/key.pem")), "{failed:?}");
    let failed = Certificate::read(&KEY.path()).unwrap_err();
    assert!(matches!(&failed, LoginError::Key { what, .. } if what.contains("no X.509 certificate")), "{failed:?}");
}

#[test]
fn a_certificate_belongs_to_its_key() {
    let key = PrivateKey::read(&KEY.path(), None).unwrap();
    let certificate = Certificate::read(&KEY.certificate(2041)).unwrap();
    assert!(certificate.matches(&key));
    assert_eq!(certificate.public_sha256(), key.public_sha256());
    assert_eq!(certificate.not_after.to_string(), "2041-01-01T00:00:00Z");
    let other = PrivateKey::read(&crate::fixtures::Key::make().path(), None).unwrap();
    assert!(!certificate.matches(&other));
}

#[cfg(unix)]
#[test]
fn a_key_that_others_may_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it's a key.pem");
    std::fs::write(&path, "key").unwrap();
    for (mode, warned) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o644, true)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let warning = PrivateKey::warning(&path);
        assert_eq!(warning.is_some(), warned, "{mode:o}");
        if let Some(warning) = warning {
            assert!(
                warning.contains(&format!("mode {mode:03o}")) && warning.contains(r"it'\''s a key.pem'"),
                "{warning}"
            );
        }
    }
    assert!(PrivateKey::warning(Path::new("/nonexistent")).is_none());
}

#[tokio::test]
async fn the_passphrase_comes_from_where_the_profile_says() {
    let listener = Listener::start(|seen, _| granted(seen)).await;
    let key = crate::fixtures::Key::make();
    let profile = profile(listener.url("/").as_str(), &key.encrypted());
    let from = async |passphrase: Passphrase, given: Option<&Secret>| {
        let profile = with(&profile, |app| app.passphrase = passphrase);
        log_in(&client(), &profile, given, &clock()).await
    };
    let command = |words: &[&str]| Passphrase::Command(words.iter().map(|word| (*word).to_owned()).collect());

    assert!(from(Passphrase::Ask, Some(&Secret::new(PASSPHRASE))).await.is_ok());
    assert!(from(command(&["printf", "%s\\nmore", PASSPHRASE]), None).await.is_ok());
    let failed = from(Passphrase::Env("ORGDECK_TEST_NOT_SET".to_owned()), None).await.unwrap_err();
    assert!(matches!(&failed, LoginError::Key { what, .. } if what.contains("ORGDECK_TEST_NOT_SET")), "{failed:?}");
    // Asking would not help against a wrong variable, so it is told where the passphrase came from.
    let failed = from(Passphrase::Env("CARGO_PKG_NAME".to_owned()), None).await.unwrap_err();
    assert!(matches!(&failed, LoginError::Key { what, .. } if what.contains("CARGO_PKG_NAME")), "{failed:?}");
    let failed = from(command(&["printf", "wrong"]), None).await.unwrap_err();
    assert!(matches!(&failed, LoginError::Key { what, .. } if what.contains("command printf")), "{failed:?}");
    assert_eq!(listener.seen().len(), 2);
}

#[tokio::test]
async fn a_plain_key_runs_no_command() {
    let listener = Listener::start(|seen, _| granted(seen)).await;
    let mark = tempfile::tempdir().unwrap();
    let touched = mark.path().join("ran");
    let profile = with(&profile(listener.url("/").as_str(), &KEY.path()), |app| {
        app.passphrase = Passphrase::Command(vec!["touch".to_owned(), touched.display().to_string()]);
    });
    assert!(log_in(&client(), &profile, None, &clock()).await.is_ok());
    assert!(!touched.exists());
}
