//! Keys encrypted as OpenSSL 1 did it (`Proc-Type: 4,ENCRYPTED`): an MD5 key derivation and CBC. Decrypts, no more.

use super::LoginError;
use super::pem_file::{key, quoted};
use crate::secret::Secret;
use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7};
use des::TdesEde3;
use md5::{Digest, Md5};
use std::path::Path;
use zeroize::Zeroizing;

/// The salt is the first eight bytes of the initial vector.
const SALT: usize = 8;

type Plain = Option<Zeroizing<Vec<u8>>>;

/// The plain text; `None` where the passphrase is wrong for sure. A right one is told by what comes out.
///
/// # Errors
/// `Key` for a cipher that is not known or a damaged header.
pub(super) fn decrypt(
    cipher_text: &[u8],
    cipher: &str,
    iv: &str,
    passphrase: &Secret,
    path: &Path,
) -> Result<Plain, LoginError> {
    let damaged = || {
        key(
            format!("{}: its DEK-Info line is damaged", path.display()),
            "copy the file again from where it came".to_owned(),
        )
    };
    let iv = unhex(iv).ok_or_else(damaged)?;
    let salt = iv.get(..SALT).ok_or_else(damaged)?;
    let opened = match cipher {
        "DES-EDE3-CBC" => open::<cbc::Decryptor<TdesEde3>>(cipher_text, &derive(passphrase, salt, 24), &iv),
        "AES-128-CBC" => open::<cbc::Decryptor<Aes128>>(cipher_text, &derive(passphrase, salt, 16), &iv),
        "AES-192-CBC" => open::<cbc::Decryptor<Aes192>>(cipher_text, &derive(passphrase, salt, 24), &iv),
        "AES-256-CBC" => open::<cbc::Decryptor<Aes256>>(cipher_text, &derive(passphrase, salt, 32), &iv),
        other => {
            return Err(key(
                format!("{} is encrypted with {other}, which orgdeck does not open", path.display()),
                format!("write it anew: openssl rsa -aes256 -in {} -out key.pem", quoted(path)),
            ));
        }
    };
    opened.ok_or_else(damaged)
}

/// `None`: the initial vector has a wrong length. `Some(None)`: the padding is broken.
fn open<D: KeyIvInit + BlockModeDecrypt>(cipher_text: &[u8], key: &[u8], iv: &[u8]) -> Option<Plain> {
    let decryptor = D::new_from_slices(key, iv).ok()?;
    Some(decryptor.decrypt_padded_vec::<Pkcs7>(cipher_text).ok().map(Zeroizing::new))
}

/// OpenSSL's `EVP_BytesToKey` with MD5 and one round: each digest is of the last one, the passphrase and the salt.
fn derive(passphrase: &Secret, salt: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(Vec::with_capacity(length + 16));
    let mut last: Option<[u8; 16]> = None;
    while key.len() < length {
        let mut digest = Md5::new();
        if let Some(last) = &last {
            digest.update(last);
        }
        digest.update(passphrase.expose().as_bytes());
        digest.update(salt);
        let block: [u8; 16] = digest.finalize().into();
        key.extend_from_slice(&block);
        last = Some(block);
    }
    key.truncate(length);
    key
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits?;
    let pairs = digits.chunks_exact(2);
    pairs
        .remainder()
        .is_empty()
        .then(|| pairs.map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}
