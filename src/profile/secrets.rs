//! What should not be seen: told by the name of a value, or by its look. One answer for the file of profiles, which
//! warns of it, and for the variables of a request, which mask it and bind it to its own hosts.
//!
//! It guesses on the careful side: what is no secret is masked once too often rather than a secret shown.

/// Whether a name says that its value should not be seen.
pub fn names_a_secret(name: &str) -> bool {
    let words = words(name);
    // Two names of Salesforce's own that hold such a word and are no secret.
    if matches!(words.join(" ").as_str(), "token type" | "key prefix") {
        return false;
    }
    let pair = |first: &str, second: &str| words.windows(2).any(|two| two == [first, second]);
    pair("session", "id") || words.iter().any(|word| is_secret_word(word))
}

fn is_secret_word(word: &str) -> bool {
    const PARTS: [&str; 5] = ["token", "password", "passphrase", "passwd", "secret"];
    const WORDS: [&str; 14] = [
        "key",
        "keys",
        "pwd",
        "sid",
        "session",
        "jwt",
        "cookie",
        "cookies",
        "auth",
        "authorization",
        "assertion",
        "bearer",
        "credential",
        "credentials",
    ];
    const ENDS: [&str; 3] = ["apikey", "privatekey", "sessionid"];
    PARTS.iter().any(|part| word.contains(part)) || WORDS.contains(&word) || ENDS.iter().any(|end| word.ends_with(end))
}

/// The words of a name, lower case: `_initAccessToken` is init, access, token.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        let starts = c.is_uppercase() && after_lower;
        if (starts || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        after_lower = c.is_lowercase() || c.is_ascii_digit();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether a text holds what looks like a secret, wherever in it: a session id (`00D…!…`), a signed token
/// (`eyJ….….…`), a private key.
pub fn holds_a_secret(text: &str) -> bool {
    (text.contains("-----BEGIN") && text.contains("PRIVATE KEY"))
        || at_word(text, "00D").any(is_session_id)
        || at_word(text, "eyJ").any(is_signed_token)
}

/// What follows each place where a word begins like this.
fn at_word<'a>(text: &'a str, begin: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(begin).filter_map(move |(at, _)| {
        let (before, rest) = text.split_at_checked(at)?;
        // `%20` before it is a blank.
        let escaped =
            before.len().checked_sub(3).and_then(|at| before.get(at..)).is_some_and(|end| end.starts_with('%'));
        (escaped || !before.ends_with(|c: char| c.is_ascii_alphanumeric())).then_some(rest.get(begin.len()..)?)
    })
}

/// The rest of an org's id, `!` as it is or as `%21`, and something after it.
fn is_session_id(rest: &str) -> bool {
    let after = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    let secret = after.strip_prefix('!').or_else(|| after.strip_prefix("%21"));
    secret.is_some_and(|secret| secret.starts_with(|c: char| !c.is_whitespace()))
}

/// Three parts in base64url; the last may be empty.
fn is_signed_token(rest: &str) -> bool {
    let end =
        rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '='))).unwrap_or(rest.len());
    let mut parts = rest.get(..end).unwrap_or_default().split('.');
    let header = parts.next().is_some_and(|part| !part.is_empty());
    header && parts.next().is_some_and(|part| !part.is_empty()) && parts.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_speak_of_secrets() {
        for name in [
            "accessToken",
            "_accessToken",
            "secretToken",
            "password",
            "client_secret",
            "apiKey",
            "APIKEY",
            "X-Api-Key",
            "private_key",
            "privatekey",
            "sid",
            "SID",
            "sessionId",
            "session_id",
            "sessionid",
            "jwt",
            "cookie",
            "auth",
            "assertion",
            "authorization",
            "Authorization",
            "x-auth",
        ] {
            assert!(names_a_secret(name), "{name}");
        }
        for name in [
            "tokenType",
            "keyPrefix",
            "monkey",
            "keyword",
            "endpoint",
            "username",
            "IdURL",
            "version",
            "clientId",
            "author",
            "side",
            "account_id",
            "orgId",
            "url",
            "site",
            "inside",
        ] {
            assert!(!names_a_secret(name), "{name}");
        }
    }

    #[test]
    fn values_that_look_like_secrets() {
        for text in [
            "00Dxx0000000001!AQ4AQP.session_x",
            "Bearer 00Dxx0000000001EAA!AQ4",
            "/secur/frontdoor.jsp?sid=00Dxx0000000001%21AQ4",
            "a%2000Dxx0000000001%21AQ4",
            "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln-_x",
            "assertion=eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.",
            "-----BEGIN RSA PRIVATE KEY-----\nMII",
            "-----BEGIN ENCRYPTED PRIVATE KEY-----",
        ] {
            assert!(holds_a_secret(text), "{text}");
        }
        for text in [
            "",
            "00Dxx0000000001EAA",
            "00Dxx0000000001EAA! next",
            "x00Dxx!a",
            "eyJ",
            "eyJhbGci.x",
            "eyJ, he said. And. So",
            "-----BEGIN CERTIFICATE-----",
            "https://acme.my.salesforce.com/id/00Dxx0000000001EAA/005xx0000000001AAA",
            "3MVG9consumer.key_of_the.app",
            "日本",
        ] {
            assert!(!holds_a_secret(text), "{text}");
        }
    }
}
