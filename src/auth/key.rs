//! The private key of a connected app: read, opened, and used to sign.

use super::LoginError;
use crate::secret::Secret;
use std::path::Path;

/// An RSA private key that is ready to sign.
pub struct PrivateKey {}

impl PrivateKey {
    /// Reads a PEM file: PKCS#1 or PKCS#8, plain or encrypted.
    ///
    /// # Errors
    /// `PassphraseNeeded` for an encrypted key, `Key` for what is no usable key.
    pub fn read(path: &Path, passphrase: Option<&Secret>) -> Result<Self, LoginError> {
        let _ = (path, passphrase);
        Ok(Self {})
    }

    /// As [`PrivateKey::read`], from the file's text; `path` is for the errors.
    ///
    /// # Errors
    /// As [`PrivateKey::read`].
    pub fn from_pem(text: &[u8], path: &Path, passphrase: Option<&Secret>) -> Result<Self, LoginError> {
        let _ = (text, path, passphrase);
        Ok(Self {})
    }

    /// Hex of the SHA-256 of the public key (its SubjectPublicKeyInfo), as `openssl pkey -pubout -outform DER | sha256sum` gives it.
    pub fn public_sha256(&self) -> String {
        String::new()
    }

    /// What is wrong with the file's permissions, and the `chmod` that cures it.
    pub fn warning(path: &Path) -> Option<String> {
        let _ = path;
        None
    }
}
