//! Keys and certificates as the `openssl` program makes them. Where it is not installed, these tests say so and pass.

use crate::fixtures::{claims, clock, granted, profile};
use crate::listener::{Listener, client};
use orgdeck::auth::{Certificate, LoginError, PrivateKey, log_in};
use orgdeck::secret::Secret;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PASS: &str = "SomePassword";

/// A folder to run openssl in; `None` where there is no openssl.
fn folder() -> Option<tempfile::TempDir> {
    let there =
        Command::new("openssl").arg("version").stdin(Stdio::null()).output().is_ok_and(|out| out.status.success());
    if !there {
        println!("openssl is not installed: nothing was tested");
    }
    there.then(|| tempfile::tempdir().unwrap())
}

/// Runs `openssl` with these words, and gives what it printed; `None` where it does not know how.
fn openssl(folder: &Path, words: &str) -> Option<Vec<u8>> {
    let output =
        Command::new("openssl").args(words.split(' ')).current_dir(folder).stdin(Stdio::null()).output().unwrap();
    if !output.status.success() {
        println!("openssl {words}: {}", String::from_utf8_lossy(&output.stderr));
    }
    output.status.success().then_some(output.stdout)
}

fn must(folder: &Path, words: &str) -> Vec<u8> {
    openssl(folder, words).unwrap_or_else(|| panic!("openssl {words} failed"))
}

/// The SHA-256 of the public key in the words of openssl.
fn public_sha256(folder: &Path, key: &str) -> String {
    must(folder, &format!("pkey -in {key} -pubout -outform DER -out public.der"));
    let digest = String::from_utf8(must(folder, "dgst -sha256 -r public.der")).unwrap();
    digest.split(' ').next().unwrap().to_owned()
}

fn open(path: &Path, passphrase: &str) -> Result<PrivateKey, LoginError> {
    PrivateKey::read(path, Some(&Secret::new(passphrase)))
}

fn needed(result: Result<PrivateKey, LoginError>) -> Option<bool> {
    match result {
        Err(LoginError::PassphraseNeeded { wrong, .. }) => Some(wrong),
        _ => None,
    }
}

#[test]
fn every_form_of_a_key_opens() {
    let Some(folder) = folder() else { return };
    let folder = folder.path();
    must(folder, "genrsa -out key.pem 2048");
    let sha256 = public_sha256(folder, "key.pem");
    let plain = ["pkey -in key.pem -out out.pem", "rsa -in key.pem -traditional -out out.pem"];
    for words in plain {
        must(folder, words);
        let key = PrivateKey::read(&folder.join("out.pem"), None).unwrap();
        assert_eq!(key.public_sha256(), sha256, "{words}");
    }
    let mut opened = 0;
    for words in [
        "rsa -in key.pem -des3",
        "rsa -in key.pem -aes256",
        "rsa -in key.pem -traditional -des3",
        "rsa -in key.pem -traditional -aes128",
        "rsa -in key.pem -traditional -aes192",
        "rsa -in key.pem -traditional -aes256",
        "pkcs8 -in key.pem -topk8 -v2 des3",
        "pkcs8 -in key.pem -topk8 -v2 des3 -v2prf hmacWithSHA1",
        "pkcs8 -in key.pem -topk8 -v2 aes-128-cbc",
        "pkcs8 -in key.pem -topk8 -v2 aes-256-cbc",
        "pkcs8 -in key.pem -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA1",
        "pkcs8 -in key.pem -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA512",
        "pkcs8 -in key.pem -topk8 -scrypt -scrypt_N 1024",
    ] {
        let Some(_) = openssl(folder, &format!("{words} -passout pass:{PASS} -out out.pem")) else { continue };
        let path = folder.join("out.pem");
        let key = open(&path, PASS).unwrap_or_else(|error| panic!("{words}: {error:?}"));
        assert_eq!(key.public_sha256(), sha256, "{words}");
        assert_eq!(needed(PrivateKey::read(&path, None)), Some(false), "{words}");
        assert_eq!(needed(open(&path, "SomePassword2")), Some(true), "{words}");
        opened += 1;
    }
    assert!(opened >= 8, "openssl made {opened} forms only");
}

/// One in 256 wrong passphrases leaves a padding that looks right, and then bytes that are no key.
#[test]
fn no_wrong_passphrase_ever_opens_an_old_key() {
    let Some(folder) = folder() else { return };
    let folder = folder.path();
    must(folder, "genrsa -out key.pem 2048");
    let Some(_) = openssl(folder, &format!("rsa -in key.pem -traditional -aes256 -passout pass:{PASS} -out out.pem"))
    else {
        return;
    };
    let text = std::fs::read(folder.join("out.pem")).unwrap();
    for n in 0..1500 {
        let guess = Secret::new(format!("guess {n}"));
        assert_eq!(needed(PrivateKey::from_pem(&text, Path::new("out.pem"), Some(&guess))), Some(true), "{n}");
    }
}

#[test]
fn what_cannot_be_opened_says_what_to_do() {
    let Some(folder) = folder() else { return };
    let folder = folder.path();
    must(folder, "genrsa -out key.pem 2048");
    for (words, what, cure) in [
        (
            format!("pkcs8 -in key.pem -topk8 -v1 PBE-SHA1-3DES -passout pass:{PASS} -out out.pem"),
            "does not open",
            "-v2 aes-256-cbc",
        ),
        ("ecparam -name prime256v1 -genkey -noout -out out.pem".to_owned(), "an EC key", "RSA keys only"),
        (
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out out.pem".to_owned(),
            "an EC key",
            "RSA keys only",
        ),
        ("genpkey -algorithm ED25519 -out out.pem".to_owned(), "another kind", "RSA keys only"),
        (
            "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out out.pem".to_owned(),
            "RSA-PSS",
            "RSA keys only",
        ),
        ("genrsa -out out.pem 1024".to_owned(), "fewer than 2048 bits", "genrsa"),
        ("pkey -in key.pem -outform DER -out out.pem".to_owned(), "binary DER", "-inform DER"),
        ("pkey -in key.pem -pubout -out out.pem".to_owned(), "a public key", "private_key"),
        ("req -new -key key.pem -subj /CN=x -out out.pem".to_owned(), "a certificate request", "private_key"),
        ("req -x509 -new -key key.pem -subj /CN=x -out out.pem".to_owned(), "a certificate", "private_key"),
        (
            format!("rsa -in key.pem -traditional -camellia128 -passout pass:{PASS} -out out.pem"),
            "CAMELLIA-128-CBC",
            "openssl rsa -aes256",
        ),
    ] {
        let Some(_) = openssl(folder, &words) else { continue };
        let failed = open(&folder.join("out.pem"), PASS).unwrap_err();
        let LoginError::Key { what: told, cure: todo } = &failed else { panic!("{words}: {failed:?}") };
        assert!(told.contains(what) && todo.contains(cure), "{words}: {told}: {todo}");
        std::fs::remove_file(folder.join("out.pem")).unwrap();
    }
}

/// The article's commands, in its order; then the certificate is what the org checks the assertion with.
#[tokio::test]
async fn the_article_s_commands_make_a_login() {
    let Some(folder) = folder() else { return };
    let folder = folder.path();
    for words in [
        "genrsa -des3 -passout pass:SomePassword -out server.pass.key 2048",
        "rsa -passin pass:SomePassword -in server.pass.key -out server.key",
        "req -new -key server.key -subj /CN=acme.example -out server.csr",
        "x509 -req -sha256 -days 365 -in server.csr -signkey server.key -out server.crt",
    ] {
        must(folder, words);
    }
    let path = |name: &str| -> PathBuf { folder.join(name) };
    let certificate = Certificate::read(&path("server.crt")).unwrap();
    assert!(certificate.matches(&PrivateKey::read(&path("server.key"), None).unwrap()));
    assert!(certificate.matches(&open(&path("server.pass.key"), PASS).unwrap()));
    let printed = String::from_utf8(must(folder, "x509 -in server.crt -noout -fingerprint -sha256")).unwrap();
    let fingerprint = printed.trim().rsplit('=').next().unwrap().replace(':', "").to_ascii_lowercase();
    assert_eq!(certificate.sha256(), fingerprint);

    let listener = Listener::start(|seen, _| granted(seen)).await;
    for (key, passphrase) in [("server.key", None), ("server.pass.key", Some(Secret::new(PASS)))] {
        let profile = profile(listener.url("/").as_str(), &path(key));
        log_in(&client(), &profile, passphrase.as_ref(), &clock()).await.unwrap();
    }
    must(folder, "x509 -in server.crt -pubkey -noout -out public.pem");
    must(folder, "rsa -pubin -in public.pem -RSAPublicKey_out -outform DER -out public.der");
    let public = std::fs::read(path("public.der")).unwrap();
    for seen in listener.seen() {
        assert_eq!(claims(&seen, &public)["iss"], crate::fixtures::CONSUMER_KEY);
    }
    assert_eq!(listener.seen().len(), 2);
}
