//! The article's way to a key and a certificate, by OpenSSL's own commands, and a login with them.

use crate::home::Home;
use crate::org::{private, profiles};
use crate::served::Served;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};

const PASS: &str = "SomePassword";
const CLIENT_ID: &str = "3MVG9.article.consumer_key";

/// Runs `openssl` with these words; false where there is no such program.
fn openssl(folder: &Path, words: &[&str]) -> bool {
    let Ok(done) = Command::new("openssl").args(words).current_dir(folder).stdin(Stdio::null()).output() else {
        return false;
    };
    assert!(done.status.success(), "openssl {words:?}: {}", String::from_utf8_lossy(&done.stderr));
    true
}

#[test]
fn a_key_and_certificate_made_as_the_article_tells_log_in() {
    let mut home = Home::new();
    let config = home.config();
    if !openssl(&config, &["version"]) {
        println!("openssl is not installed: nothing was tested");
        return;
    }
    let pass = format!("pass:{PASS}");
    openssl(&config, &["genrsa", "-des3", "-passout", &pass, "-out", "server.pass.key", "2048"]);
    openssl(&config, &["rsa", "-passin", &pass, "-in", "server.pass.key", "-out", "server.key"]);
    openssl(
        &config,
        &["req", "-new", "-key", "server.key", "-out", "server.csr", "-subj", "/C=DE/O=Acme/CN=acme.example"],
    );
    openssl(
        &config,
        &[
            "x509",
            "-req",
            "-sha256",
            "-days",
            "365",
            "-in",
            "server.csr",
            "-signkey",
            "server.key",
            "-out",
            "server.crt",
        ],
    );
    for key in ["server.pass.key", "server.key"] {
        private(&config.join(key), &std::fs::read_to_string(config.join(key)).unwrap());
    }
    let certificate = config.join("server.crt").display().to_string();
    let served = Served::start(&["--cert", &certificate, "--client-id", CLIENT_ID]);
    home.set("ARTICLE_PASSPHRASE", PASS);
    let encrypted = "certificate = \"server.crt\"\nkind = \"demo\"\npassphrase = { env = \"ARTICLE_PASSPHRASE\" }";
    for (key, lines) in
        [("server.key", "certificate = \"server.crt\"\nkind = \"demo\""), ("server.pass.key", encrypted)]
    {
        let profile = profiles(CLIENT_ID, served.org("login_url"), lines).replace("acme.key", key);
        private(&config.join("profiles.toml"), &profile);
        let done = home.run(&["--config", "../config", "whoami", "--json"]);
        let said = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(0), "{key}: {said}");
        let who: Value = serde_json::from_slice(&done.stdout).unwrap();
        assert_eq!(who["username"], "admin@acme.example", "{who}");
    }
    // Another key than the certificate's is refused, and the refusal says that the two do not belong together.
    std::fs::copy(served.org("private_key"), config.join("other.key")).unwrap();
    let profile = profiles(CLIENT_ID, served.org("login_url"), "certificate = \"server.crt\"\nkind = \"demo\"");
    private(&config.join("profiles.toml"), &profile.replace("acme.key", "other.key"));
    let done = home.run(&["--config", "../config", "whoami"]);
    let said = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(3), "{said}");
    assert!(said.contains("invalid_grant") || said.contains("invalid assertion"), "{said}");
    assert!(said.contains("server.crt"), "{said}");
    served.interrupt();
}
