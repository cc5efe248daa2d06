//! JWT assertions: what they claim, and whether the app's key signed them.
//!
//! Reading is lenient where real clients differ; the signature is not. Who may log in is decided elsewhere.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, dangerous};
use serde_json::Value;

/// The `iss` of an assertion that nobody verified yet: it says whose key to verify with.
pub(super) fn issuer(assertion: &str) -> Option<String> {
    let token = dangerous::insecure_decode::<Value>(assertion).ok()?;
    Some(token.claims.get("iss")?.as_str()?.trim().to_owned())
}

/// The username of an assertion that nobody verified: good enough to choose whose bad day it is, and for nothing else.
pub(super) fn unverified_subject(assertion: &str) -> Option<String> {
    let token = dangerous::insecure_decode::<Value>(assertion).ok()?;
    Claims(token.claims).subject().map(str::to_owned)
}

/// The claims, if this key (PKCS#1 `RSAPublicKey` DER) signed them by RS256.
pub(super) fn verify(assertion: &str, public: &[u8]) -> Option<Claims> {
    let mut validation = Validation::new(Algorithm::RS256);
    // Only the signature is left to the library: it reads `exp` as a number of seconds and knows no trailing slashes.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let token = jsonwebtoken::decode::<Value>(assertion, &DecodingKey::from_rsa_der(public), &validation).ok()?;
    Some(Claims(token.claims))
}

/// Verified claims.
#[derive(Debug)]
pub(super) struct Claims(Value);

impl Claims {
    /// The username: `sub`, or `prn` as old clients call it.
    pub(super) fn subject(&self) -> Option<&str> {
        ["sub", "prn"].iter().find_map(|name| self.0.get(*name)?.as_str()).map(str::trim)
    }

    /// When the assertion ends, in seconds since 1970: a number, or a string that holds one.
    ///
    /// Salesforce CLI sends `now in milliseconds + 300`. Read as milliseconds that would be a third of a second, over
    /// before it arrives; Salesforce takes it, so it reads it as the seconds of a year far away, and so does the demo.
    pub(super) fn expiry(&self) -> Option<i64> {
        let claim = self.0.get("exp")?;
        let number = match claim {
            Value::String(text) => text.trim().parse::<f64>().ok()?,
            other => other.as_f64()?,
        };
        #[expect(clippy::cast_possible_truncation, reason = "a cast from f64 saturates, and fractions do not matter")]
        Some(number as i64)
    }

    /// Whether one of its audiences is accepted; trailing slashes do not matter.
    pub(super) fn audience_is(&self, accepted: impl Fn(&str) -> bool) -> bool {
        let fits = |audience: &Value| {
            let audience = audience.as_str().unwrap_or_default().trim().trim_end_matches('/');
            accepted(audience)
        };
        match self.0.get("aud") {
            Some(Value::Array(list)) => list.iter().any(&fits),
            Some(one) => fits(one),
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn expiry_is_read_in_every_form() {
        for form in [json!(1_700_000_000), json!("1700000000"), json!(1_700_000_000.9), json!(" 1.7e9 ")] {
            assert_eq!(Claims(json!({ "exp": form })).expiry(), Some(1_700_000_000), "{form}");
        }
        for form in [json!(1_700_000_000_123_i64), json!("1700000000123")] {
            assert_eq!(Claims(json!({ "exp": form })).expiry(), Some(1_700_000_000_123), "{form}");
        }
        for form in [json!("soon"), json!(null), json!([1])] {
            assert_eq!(Claims(json!({ "exp": form })).expiry(), None, "{form}");
        }
    }

    #[test]
    fn audiences_may_end_in_slashes() {
        let accepted = |audience: &str| ["https://login.salesforce.com", "http://127.0.0.1:9"].contains(&audience);
        for form in [json!("https://login.salesforce.com/"), json!(["x", "http://127.0.0.1:9//"])] {
            assert!(Claims(json!({ "aud": form })).audience_is(accepted), "{form}");
        }
        for form in [json!("https://test.salesforce.com"), json!(""), json!(null), json!("http://127.0.0.1:99")] {
            assert!(!Claims(json!({ "aud": form })).audience_is(accepted), "{form}");
        }
    }

    #[test]
    fn a_text_that_is_no_assertion_has_no_issuer() {
        for text in ["", "a.b.c", "....", "eyJhbGciOiJSUzI1NiJ9.e30.", "é.é.é"] {
            assert_eq!(issuer(text), None, "{text}");
        }
    }
}
