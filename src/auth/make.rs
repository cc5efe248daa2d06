//! Makes a private key with its self-signed certificate, for the app of a set-up. Writes nothing; it is given the time.

use super::LoginError;
use super::pem_file::key;
use crate::secret::Secret;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use jiff::Timestamp;
use pkcs8::PrivateKeyInfoRef;
use pkcs8::pkcs5::pbes2::Parameters;
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use zeroize::Zeroizing;

/// Rounds of PBKDF2 with SHA-256, some hundredths of a second each time the key is opened and each time one is guessed. OpenSSL
/// takes 2,048.
const ROUNDS: u32 = 100_000;

/// A key and its certificate.
#[derive(Debug)]
pub struct NewKey {
    /// PKCS#8, PEM; encrypted by PBES2 with AES-256 where there is a passphrase.
    pub private_pem: Secret,
    /// X.509, self-signed, SHA-256, PEM.
    pub certificate_pem: String,
}

/// Makes an RSA key of 2048 or 4096 bits, and a certificate that is valid from now on for so many days. Takes from a tenth of
/// a second to some seconds: call it where waiting is allowed.
///
/// # Errors
/// `Key` where the library refuses, which it does not for what a set-up asks.
pub fn make_key(
    common_name: &str,
    bits: u16,
    days: u32,
    passphrase: Option<&Secret>,
    now: Timestamp,
) -> Result<NewKey, LoginError> {
    make(common_name, bits, days, passphrase.map(|passphrase| (passphrase, ROUNDS)), now)
}

fn make(
    common_name: &str,
    bits: u16,
    days: u32,
    locked: Option<(&Secret, u32)>,
    now: Timestamp,
) -> Result<NewKey, LoginError> {
    let size = match bits {
        2048 => RsaKeySize::_2048,
        4096 => RsaKeySize::_4096,
        other => return Err(refused(&format!("a key of {other} bits is not made here"))),
    };
    let made = |error: rcgen::Error| refused(&error.to_string());
    let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, size).map_err(made)?;
    let mut params = CertificateParams::new(Vec::new()).map_err(made)?;
    params.distinguished_name.push(DnType::CommonName, common_name);
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let end = today.saturating_add(jiff::Span::new().days(days));
    let date = |date: jiff::civil::Date| {
        rcgen::date_time_ymd(i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    (params.not_before, params.not_after) = (date(today), date(end));
    let certificate = params.self_signed(&pair).map_err(made)?;
    let der = Zeroizing::new(pair.serialize_der());
    let private_pem = match locked {
        Some((passphrase, rounds)) => encrypted(&der, passphrase, rounds)?,
        None => Secret::new(pem::encode(&pem::Pem::new("PRIVATE KEY", der.as_slice()))),
    };
    Ok(NewKey { private_pem, certificate_pem: certificate.pem() })
}

fn encrypted(der: &[u8], passphrase: &Secret, rounds: u32) -> Result<Secret, LoginError> {
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    let chance = SystemRandom::new();
    let filled = chance.fill(&mut salt).and_then(|()| chance.fill(&mut iv));
    filled.map_err(|_| refused("the system has no randomness"))?;
    let made = |error: pkcs8::Error| refused(&error.to_string());
    let params =
        Parameters::generate_pbkdf2_sha256_aes256cbc(rounds, &salt, iv).map_err(|error| refused(&error.to_string()))?;
    let info = PrivateKeyInfoRef::try_from(der).map_err(made)?;
    let document = info.encrypt_with_params(params, passphrase.expose()).map_err(made)?;
    Ok(Secret::new(pem::encode(&pem::Pem::new("ENCRYPTED PRIVATE KEY", document.as_bytes()))))
}

fn refused(why: &str) -> LoginError {
    key(format!("no key could be made: {why}"), "try again, or make one with openssl".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{Certificate, PrivateKey};
    use std::path::Path;

    #[test]
    fn the_key_opens_with_its_passphrase_alone_and_the_certificate_is_its_own() {
        let now: Timestamp = "2026-11-24T20:00:00Z".parse().unwrap();
        let secret = Secret::new("correct horse sésame");
        // Few rounds: how many there are changes nothing but the time.
        let made = make("acme", 2048, 30, Some((&secret, 1_000)), now).unwrap();
        let open = |with| PrivateKey::from_pem(made.private_pem.expose().as_bytes(), Path::new("acme.key"), with);
        let needed = |result| matches!(result, Err(LoginError::PassphraseNeeded { .. }));
        let wrong = Secret::new("wrong");
        assert!(needed(open(None)) && needed(open(Some(&wrong))));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("acme.crt");
        std::fs::write(&file, &made.certificate_pem).unwrap();
        let certificate = Certificate::read(&file).unwrap();
        assert!(certificate.matches(&open(Some(&secret)).unwrap()));
        let day = |time: Timestamp| time.strftime("%Y-%m-%d").to_string();
        assert_eq!(
            (day(certificate.not_before), day(certificate.not_after)),
            ("2026-11-24".into(), "2026-12-24".into())
        );
    }

    #[test]
    fn without_a_passphrase_it_is_plain_pkcs8() {
        let made = make_key("acme", 2048, 365, None, Timestamp::UNIX_EPOCH).unwrap();
        assert!(made.private_pem.expose().starts_with("-----BEGIN PRIVATE KEY-----"));
        assert!(PrivateKey::from_pem(made.private_pem.expose().as_bytes(), Path::new("a"), None).is_ok());
        assert!(make_key("acme", 1024, 365, None, Timestamp::UNIX_EPOCH).is_err());
    }
}
