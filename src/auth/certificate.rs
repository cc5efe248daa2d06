//! The certificate that was uploaded to a connected app: read to tell whether it belongs to the key. It is never sent.

use super::key::sha256;
use super::pem_file::key;
use super::{LoginError, PrivateKey};
use std::path::Path;
use x509_parser::prelude::{FromDer, SubjectPublicKeyInfo, X509Certificate};
use x509_parser::public_key::PublicKey;

/// An X.509 certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The beginning of its validity.
    pub not_before: jiff::Timestamp,
    /// The end of its validity.
    pub not_after: jiff::Timestamp,
    /// Its key, as `RSA, 2048 bits`.
    pub algorithm: String,
    sha256: String,
    public_sha256: String,
}

impl Certificate {
    /// Reads a PEM or DER file.
    ///
    /// # Errors
    /// `Key` where it is no certificate.
    pub fn read(path: &Path) -> Result<Self, LoginError> {
        let bytes = std::fs::read(path).map_err(|error| {
            key(
                format!("the certificate {} cannot be read: {error}", path.display()),
                "name a file that exists as certificate, or leave it out".to_owned(),
            )
        })?;
        let block = pem::parse_many(&bytes)
            .unwrap_or_default()
            .into_iter()
            .find(|block| matches!(block.tag(), "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE"));
        let der = block.map_or(bytes, pem::Pem::into_contents);
        Self::from_der(&der).ok_or_else(|| {
            key(
                format!("{} is no X.509 certificate", path.display()),
                "it begins with -----BEGIN CERTIFICATE-----; leave certificate out if there is none".to_owned(),
            )
        })
    }

    fn from_der(der: &[u8]) -> Option<Self> {
        let (rest, certificate) = X509Certificate::from_der(der).ok()?;
        let exact = der.get(..der.len() - rest.len())?;
        let validity = certificate.validity();
        Some(Self {
            not_before: jiff::Timestamp::from_second(validity.not_before.timestamp()).ok()?,
            not_after: jiff::Timestamp::from_second(validity.not_after.timestamp()).ok()?,
            algorithm: algorithm(certificate.public_key()),
            sha256: sha256(exact),
            public_sha256: sha256(certificate.public_key().raw),
        })
    }

    /// Hex of its SHA-256 fingerprint.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Hex of the SHA-256 of its public key, comparable to [`PrivateKey::public_sha256`].
    pub fn public_sha256(&self) -> &str {
        &self.public_sha256
    }

    /// Whether it holds the public half of this key.
    pub fn matches(&self, key: &PrivateKey) -> bool {
        self.public_sha256 == key.public_sha256()
    }
}

fn algorithm(key: &SubjectPublicKeyInfo<'_>) -> String {
    match key.parsed() {
        Ok(PublicKey::RSA(rsa)) => format!("RSA, {} bits", rsa.key_size()),
        Ok(PublicKey::EC(point)) => format!("EC, {} bits", point.key_size()),
        Ok(_) | Err(_) => "a key of another kind than RSA".to_owned(),
    }
}
