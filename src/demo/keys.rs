//! The keys of the demo's apps: made afresh at every start, or read from a certificate that was given.
//!
//! A private key passes through here once, on its way into its file; what is kept is the public half.

use crate::secret::Secret;
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use x509_parser::prelude::{FromDer, Pem, X509Certificate};
use x509_parser::public_key::PublicKey;

/// A new key with its certificate.
pub(super) struct MadeKey {
    /// PKCS#8 PEM.
    pub(super) private_pem: Secret,
    /// Self-signed, SHA-256, PEM, for 365 days from today.
    pub(super) certificate_pem: String,
    /// PKCS#1 `RSAPublicKey`, DER.
    pub(super) public: Vec<u8>,
}

/// Makes an RSA 2048 key and its certificate. Takes a tenth of a second or more: call it on a thread that may wait.
///
/// # Errors
/// What the library says, as text.
pub(super) fn make(common_name: &str) -> Result<MadeKey, String> {
    let text = |error: rcgen::Error| error.to_string();
    let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).map_err(text)?;
    let mut params = CertificateParams::new(Vec::new()).map_err(text)?;
    params.distinguished_name.push(DnType::CommonName, common_name);
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let end = today.saturating_add(jiff::Span::new().days(365));
    let parts =
        |date: jiff::civil::Date| (i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs());
    let ((year, month, day), (end_year, end_month, end_day)) = (parts(today), parts(end));
    params.not_before = rcgen::date_time_ymd(year, month, day);
    params.not_after = rcgen::date_time_ymd(end_year, end_month, end_day);
    let certificate = params.self_signed(&pair).map_err(text)?;
    Ok(MadeKey {
        private_pem: Secret::new(pair.serialize_pem()),
        certificate_pem: certificate.pem(),
        public: pair.public_key_raw().to_vec(),
    })
}

/// The public key of a PEM certificate, as PKCS#1 `RSAPublicKey` DER.
///
/// # Errors
/// Why the text is no certificate with an RSA key.
pub(super) fn public_of_certificate(pem: &[u8]) -> Result<Vec<u8>, String> {
    let block = Pem::iter_from_buffer(pem)
        .filter_map(Result::ok)
        .find(|block| block.label == "CERTIFICATE" || block.label == "TRUSTED CERTIFICATE")
        .ok_or("it holds no -----BEGIN CERTIFICATE-----")?;
    let (_, certificate) = X509Certificate::from_der(&block.contents).map_err(|error| error.to_string())?;
    let key = certificate.public_key();
    match key.parsed() {
        Ok(PublicKey::RSA(rsa)) if rsa.key_size() >= 2048 => Ok(key.subject_public_key.data.to_vec()),
        Ok(PublicKey::RSA(rsa)) => Err(format!("its RSA key has {} bits; 2048 are the least", rsa.key_size())),
        _ => Err("its key is not RSA, and RS256 needs an RSA key".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_certificate_holds_the_public_key() {
        let made = make("acme").unwrap();
        assert!(made.private_pem.expose().starts_with("-----BEGIN PRIVATE KEY-----"));
        assert_eq!(public_of_certificate(made.certificate_pem.as_bytes()).unwrap(), made.public);
    }

    #[test]
    fn other_texts_say_why_not() {
        assert!(public_of_certificate(b"hello").unwrap_err().contains("BEGIN CERTIFICATE"));
        let pair = KeyPair::generate().unwrap();
        let pem = CertificateParams::new(Vec::new()).unwrap().self_signed(&pair).unwrap().pem();
        assert!(public_of_certificate(pem.as_bytes()).unwrap_err().contains("not RSA"));
    }
}
