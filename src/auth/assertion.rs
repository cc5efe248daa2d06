//! The assertion: a JWT that says who wants in, signed with the app's key. It is a login by itself, so it is a secret.

use super::PrivateKey;
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

/// How long an assertion is good for, in seconds. Salesforce takes at most three minutes.
const LIFE: i64 = 180;

/// `iss`, `sub` and `aud` with an `exp` of now and [`LIFE`], signed by RS256; `None` where the key cannot sign.
pub(super) fn sign(
    key: &PrivateKey,
    consumer_key: &str,
    username: &str,
    audience: &str,
    now: jiff::Timestamp,
) -> Option<Secret> {
    let claims = serde_json::json!({
        "iss": consumer_key,
        "sub": username,
        "aud": audience,
        "exp": now.as_second() + LIFE,
    });
    let mut assertion = Zeroizing::new(String::with_capacity(1024));
    URL_SAFE_NO_PAD.encode_string(br#"{"alg":"RS256","typ":"JWT"}"#, &mut assertion);
    assertion.push('.');
    URL_SAFE_NO_PAD.encode_string(claims.to_string(), &mut assertion);
    let signature = key.sign(assertion.as_bytes())?;
    assertion.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut assertion);
    Some(Secret::new(std::mem::take(&mut *assertion)))
}
