//! What a key file holds: finds the private key in it, or says what was given instead and how to get a key from it.
//!
//! Nothing is decrypted here.

use super::LoginError;
use std::path::Path;
use zeroize::Zeroizing;

/// The private key of a file, still in its wrapping.
pub(super) enum Wrapped {
    /// `RSA PRIVATE KEY`: PKCS#1, DER.
    Pkcs1(Zeroizing<Vec<u8>>),
    /// `PRIVATE KEY`: PKCS#8, DER.
    Pkcs8(Zeroizing<Vec<u8>>),
    /// `ENCRYPTED PRIVATE KEY`: PKCS#8, DER, encrypted.
    EncryptedPkcs8(Zeroizing<Vec<u8>>),
    /// `RSA PRIVATE KEY` with `Proc-Type: 4,ENCRYPTED`: the ciphertext and what `DEK-Info` says.
    EncryptedPkcs1 {
        /// PKCS#1, encrypted.
        cipher_text: Zeroizing<Vec<u8>>,
        /// The cipher's name, as `DES-EDE3-CBC`.
        cipher: String,
        /// Hex of the initial vector.
        iv: String,
    },
}

/// What form a key file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyForm {
    /// `PKCS#1` or `PKCS#8`.
    pub name: &'static str,
    /// Whether a passphrase is needed.
    pub encrypted: bool,
}

/// Reads a key file as far as that goes without its passphrase.
///
/// # Errors
/// `Key`: it cannot be read, or holds something else.
pub fn key_form(path: &Path) -> Result<KeyForm, LoginError> {
    let wrapped = unwrap(&super::key::text(path)?, path)?;
    let name = match wrapped {
        Wrapped::Pkcs1(_) | Wrapped::EncryptedPkcs1 { .. } => "PKCS#1",
        Wrapped::Pkcs8(_) | Wrapped::EncryptedPkcs8(_) => "PKCS#8",
    };
    Ok(KeyForm { name, encrypted: wrapped.is_encrypted() })
}

impl Wrapped {
    /// Whether a passphrase is needed.
    pub(super) fn is_encrypted(&self) -> bool {
        matches!(self, Self::EncryptedPkcs8(_) | Self::EncryptedPkcs1 { .. })
    }
}

/// Finds the private key.
///
/// # Errors
/// `Key`, with what the file holds instead.
pub(super) fn unwrap(text: &[u8], path: &Path) -> Result<Wrapped, LoginError> {
    let blocks = pem::parse_many(text).unwrap_or_default();
    let mut other = None;
    for block in blocks {
        let tag = block.tag().to_owned();
        match tag.as_str() {
            "PRIVATE KEY" => return Ok(Wrapped::Pkcs8(Zeroizing::new(block.into_contents()))),
            "ENCRYPTED PRIVATE KEY" => return Ok(Wrapped::EncryptedPkcs8(Zeroizing::new(block.into_contents()))),
            "RSA PRIVATE KEY" => return traditional(block, path),
            _ => _ = other.get_or_insert(tag),
        }
    }
    Err(match other {
        Some(tag) => wrong_block(&tag, path),
        None => no_block(text, path),
    })
}

fn traditional(block: pem::Pem, path: &Path) -> Result<Wrapped, LoginError> {
    let encrypted = block.headers().get("Proc-Type").is_some_and(|value| value.contains("ENCRYPTED"));
    if !encrypted {
        return Ok(Wrapped::Pkcs1(Zeroizing::new(block.into_contents())));
    }
    let info = block.headers().get("DEK-Info").unwrap_or_default();
    let Some((cipher, iv)) = info.split_once(',') else {
        return Err(key(
            format!("{} is encrypted but its DEK-Info line is missing or damaged", path.display()),
            "copy the file again from where it came".to_owned(),
        ));
    };
    let (cipher, iv) = (cipher.trim().to_owned(), iv.trim().to_owned());
    Ok(Wrapped::EncryptedPkcs1 { cipher_text: Zeroizing::new(block.into_contents()), cipher, iv })
}

/// A PEM file without a private key that we can use.
fn wrong_block(tag: &str, path: &Path) -> LoginError {
    let file = path.display();
    let named = "name the private key's file as private_key; it begins with -----BEGIN PRIVATE KEY-----".to_owned();
    let (held, cure) = match tag {
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => (
            "a certificate",
            "name the private key's file as private_key; the certificate may be named as certificate".to_owned(),
        ),
        "PUBLIC KEY" | "RSA PUBLIC KEY" => ("a public key", named),
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => ("a certificate request", named),
        "EC PRIVATE KEY" | "EC PARAMETERS" => ("an EC key", rsa_needed()),
        "DSA PRIVATE KEY" | "DSA PARAMETERS" => ("a DSA key", rsa_needed()),
        "OPENSSH PRIVATE KEY" => (
            "an OpenSSH key",
            format!("if it is an RSA key, turn a copy of it into PEM: ssh-keygen -p -m PEM -f {}", quoted(path)),
        ),
        "PKCS7" | "CMS" => ("a PKCS#7 bundle, which has no private key", named),
        _ => return key(format!("{file} holds \"{tag}\", which is no private key"), named),
    };
    key(format!("{file} holds {held}, not a private key that Salesforce takes"), cure)
}

/// A file in which no PEM block was found.
fn no_block(text: &[u8], path: &Path) -> LoginError {
    let file = path.display();
    let quoted = quoted(path);
    let trimmed = text.trim_ascii_start();
    let (what, cure) = if trimmed.is_empty() {
        (format!("{file} is empty"), "put the private key into it, or name the right file".to_owned())
    } else if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        (format!("{file} is UTF-16 text"), "save it as UTF-8 or ASCII".to_owned())
    } else if trimmed.starts_with(b"PuTTY-User-Key-File") {
        (format!("{file} is a PuTTY key"), format!("puttygen {quoted} -O private-openssh -o key.pem"))
    } else if trimmed.starts_with(b"ssh-") || trimmed.starts_with(b"ecdsa-") {
        (format!("{file} is a public SSH key"), "name the private key's file as private_key".to_owned())
    } else if text.starts_with(b"\xfe\xed\xfe\xed") {
        (
            format!("{file} is a Java keystore"),
            format!(
                "keytool -importkeystore -srckeystore {quoted} -destkeystore key.p12 -deststoretype PKCS12, then openssl pkcs12 -in key.p12 -nocerts -nodes -out key.pem"
            ),
        )
    } else if text.first() == Some(&0x30) && begins_with_version(text, 3) {
        (format!("{file} is a PKCS#12 keystore"), format!("openssl pkcs12 -in {quoted} -nocerts -nodes -out key.pem"))
    } else if text.first() == Some(&0x30) {
        (
            format!("{file} is binary DER, not PEM"),
            format!("if it is a private key: openssl pkey -inform DER -in {quoted} -out key.pem"),
        )
    } else if memchr::memmem::find(text, b"-----BEGIN ").is_some() {
        (
            format!("{file} is damaged: it has a BEGIN line, but what follows is not PEM"),
            "copy the file again from where it came, with its line breaks and its END line".to_owned(),
        )
    } else {
        (
            format!("{file} is no PEM file"),
            "a private key begins with -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY-----".to_owned(),
        )
    };
    key(what, cure)
}

/// Whether DER is a sequence whose first member is this small integer.
fn begins_with_version(der: &[u8], version: u8) -> bool {
    let after_length = match der.get(1) {
        Some(length) if *length < 0x80 => 2,
        Some(length) => 2 + usize::from(length & 0x7f),
        None => return false,
    };
    der.get(after_length..).is_some_and(|rest| rest.starts_with(&[2, 1, version]))
}

/// What to do about a key of another kind.
pub(super) fn rsa_needed() -> String {
    "Salesforce takes RSA keys only: make one with openssl genrsa -out key.pem 2048, and upload its certificate to the app"
        .to_owned()
}

pub(super) fn key(what: String, cure: String) -> LoginError {
    LoginError::Key { what, cure }
}

/// A path as a shell takes it.
pub(super) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:@%,".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
