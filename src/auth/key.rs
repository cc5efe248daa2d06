//! The private key of a connected app: read, opened, and used to sign. It never leaves this module.

use super::LoginError;
use super::pem_file::{self, Wrapped, key, quoted, rsa_needed};
use crate::secret::Secret;
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use pkcs8::{EncryptedPrivateKeyInfoRef, ObjectIdentifier, PrivateKeyInfoRef};
use std::fmt;
use std::io::Read;
use std::path::Path;
use zeroize::Zeroizing;

/// A key file is a few kilobytes; what is longer than this is none.
const LONGEST: u64 = 1024 * 1024;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// An RSA private key that is ready to sign.
pub struct PrivateKey {
    pair: RsaKeyPair,
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PrivateKey(••••)")
    }
}

impl PrivateKey {
    /// Reads a PEM file: PKCS#1 or PKCS#8, plain or encrypted.
    ///
    /// # Errors
    /// `PassphraseNeeded` for an encrypted key, `Key` for what is no usable key.
    pub fn read(path: &Path, passphrase: Option<&Secret>) -> Result<Self, LoginError> {
        Self::from_pem(&text(path)?, path, passphrase)
    }

    /// As [`PrivateKey::read`], from the file's text; `path` is for the errors.
    ///
    /// # Errors
    /// As [`PrivateKey::read`].
    pub fn from_pem(text: &[u8], path: &Path, passphrase: Option<&Secret>) -> Result<Self, LoginError> {
        Self::open(pem_file::unwrap(text, path)?, path, passphrase)
    }

    /// Opens a key that was found.
    pub(super) fn open(wrapped: Wrapped, path: &Path, passphrase: Option<&Secret>) -> Result<Self, LoginError> {
        let needed = |wrong| LoginError::PassphraseNeeded { path: path.to_owned(), wrong };
        let pair = match wrapped {
            Wrapped::Pkcs1(der) => RsaKeyPair::from_der(&der),
            Wrapped::Pkcs8(der) => from_pkcs8(&der, path)?,
            Wrapped::EncryptedPkcs1 { cipher_text, cipher, iv } => {
                let passphrase = passphrase.ok_or_else(|| needed(false))?;
                let plain = super::legacy::decrypt(&cipher_text, &cipher, &iv, passphrase, path)?;
                // A wrong passphrase passes the padding once in 256 tries, but hardly ever gives a key.
                match plain {
                    Some(plain) if looks_like_pkcs1(&plain) => RsaKeyPair::from_der(&plain),
                    _ => return Err(needed(true)),
                }
            }
            Wrapped::EncryptedPkcs8(der) => {
                let info = EncryptedPrivateKeyInfoRef::try_from(der.as_slice()).map_err(|_| unsupported(&der, path))?;
                if info.encryption_algorithm.pbes2().is_none() {
                    return Err(old_scheme(path));
                }
                let passphrase = passphrase.ok_or_else(|| needed(false))?;
                match info.decrypt(passphrase.expose()) {
                    Ok(plain) if PrivateKeyInfoRef::try_from(plain.as_bytes()).is_ok() => {
                        from_pkcs8(plain.as_bytes(), path)?
                    }
                    Ok(_) => return Err(needed(true)),
                    Err(error) if wrong_passphrase(&error) => return Err(needed(true)),
                    Err(_) => return Err(old_scheme(path)),
                }
            }
        };
        match pair {
            Ok(pair) => Ok(Self { pair }),
            Err(rejected) => Err(rejection(&rejected.to_string(), path)),
        }
    }

    /// Hex of the SHA-256 of the public key (its SubjectPublicKeyInfo, DER), as
    /// `openssl pkey -pubout -outform DER | sha256sum` gives it.
    pub fn public_sha256(&self) -> String {
        let der: Result<PublicKeyX509Der<'_>, _> = self.pair.public_key().as_der();
        der.map(|der| sha256(der.as_ref())).unwrap_or_default()
    }

    /// How long it is, in bits.
    pub fn bits(&self) -> usize {
        self.pair.public_modulus_len() * 8
    }

    /// What is wrong with the file's permissions, and the `chmod` that cures it.
    pub fn warning(path: &Path) -> Option<String> {
        let mode = mode(path)?;
        (mode & 0o077 != 0).then(|| {
            format!("{} may be read by others (mode {:03o}): chmod 600 {}", path.display(), mode & 0o777, quoted(path))
        })
    }

    /// RS256 of these bytes.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
        Some(signature)
    }
}

/// The text of a key file.
pub(super) fn text(path: &Path) -> Result<Zeroizing<Vec<u8>>, LoginError> {
    let file = path.display();
    let read = || {
        let mut text = Zeroizing::new(Vec::new());
        std::fs::File::open(path)?.take(LONGEST + 1).read_to_end(&mut text)?;
        Ok::<_, std::io::Error>(text)
    };
    match read() {
        Ok(text) if text.len() as u64 > LONGEST => Err(key(
            format!("{file} is too long to be a private key"),
            "name the private key's file as private_key".to_owned(),
        )),
        Ok(text) => Ok(text),
        Err(error) => Err(key(
            format!("the private key {file} cannot be read: {error}"),
            "name a file that exists and that you may read as private_key".to_owned(),
        )),
    }
}

/// Hex of a SHA-256.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

type Parsed = Result<RsaKeyPair, aws_lc_rs::error::KeyRejected>;

fn from_pkcs8(der: &[u8], path: &Path) -> Result<Parsed, LoginError> {
    let Ok(info) = PrivateKeyInfoRef::try_from(der) else {
        return Err(rejection("InvalidEncoding", path));
    };
    let kind = match info.algorithm.oid {
        RSA => return Ok(RsaKeyPair::from_pkcs8(der)),
        RSA_PSS => "an RSA-PSS key, which cannot sign RS256".to_owned(),
        EC => "an EC key".to_owned(),
        other => format!("a key of another kind ({other})"),
    };
    Err(key(format!("{} holds {kind}", path.display()), rsa_needed()))
}

/// Whether this is a sequence that begins with version 0 and an integer, as PKCS#1 does.
fn looks_like_pkcs1(der: &[u8]) -> bool {
    pkcs1::RsaPrivateKeyRef::try_from(der).is_ok()
}

/// With a wrong passphrase the padding is broken, or what comes out is no key. The rest is about the scheme.
fn wrong_passphrase(error: &pkcs8::Error) -> bool {
    !matches!(error, pkcs8::Error::EncryptedPrivateKey(inner) if *inner != pkcs8::pkcs5::Error::DecryptFailed)
}

fn rejection(why: &str, path: &Path) -> LoginError {
    let file = path.display();
    match why {
        "TooSmall" => key(
            format!("the RSA key in {file} has fewer than 2048 bits"),
            "make one with openssl genrsa -out key.pem 2048, and upload its certificate to the app".to_owned(),
        ),
        "TooLarge" => key(format!("the RSA key in {file} has more than 8192 bits"), rsa_needed()),
        _ => key(
            format!("the key in {file} is damaged ({why})"),
            "copy the file again from where it came; openssl pkey -noout -check -in FILE tells more".to_owned(),
        ),
    }
}

/// An encryption of PKCS#8 that is no more in use, or that nothing here knows.
fn old_scheme(path: &Path) -> LoginError {
    let quoted = quoted(path);
    key(
        format!("{} is encrypted in a way that orgdeck does not open", path.display()),
        format!("write it anew, encrypted with AES: openssl pkcs8 -in {quoted} -topk8 -v2 aes-256-cbc -out key.pem"),
    )
}

/// What an encrypted key that cannot be parsed is: damaged, or of a scheme that the parser does not know.
fn unsupported(der: &[u8], path: &Path) -> LoginError {
    // Content type identifiers of PKCS#12's schemes, 1.2.840.113549.1.12.1.x.
    const PKCS12: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01];
    const PKCS5: [u8; 8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05];
    let known = |oid: &[u8]| memchr::memmem::find(der, oid).is_some();
    if known(&PKCS12) || known(&PKCS5) { old_scheme(path) } else { rejection("InvalidEncoding", path) }
}

#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(std::fs::metadata(path).ok()?.permissions().mode())
}

#[cfg(not(unix))]
fn mode(_path: &Path) -> Option<u32> {
    None
}
