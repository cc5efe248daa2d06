//! The token's own text in a request: somebody pasted it. It is a secret there as much as by variable.

use crate::auth::Token;
use crate::request::Failure;
use crate::secret::{MASK, Secret};

/// Shorter texts would be found by accident.
const SHORTEST: usize = 12;

/// What to look for.
pub struct Literal {
    /// Longest first: the whole token, then its secret part.
    needles: Vec<Secret>,
}

impl Literal {
    /// The token's.
    pub fn of(token: &Token) -> Self {
        Self::of_text(token.access_token.expose())
    }

    /// This text's.
    pub fn of_text(whole: &str) -> Self {
        // `00D…!AQ…`: the org's id, and what is secret. The ! may be written %21; the rest stands as it is.
        let parts = [whole, whole.split_once('!').map_or("", |(_, tail)| tail)];
        let needles = parts.iter().filter(|part| part.len() >= SHORTEST).map(|part| Secret::new(*part)).collect();
        Self { needles }
    }

    /// Whether it is in these bytes, or in them with percent signs resolved.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        let found = |bytes: &[u8]| {
            self.needles.iter().any(|one| memchr::memmem::find(bytes, one.expose().as_bytes()).is_some())
        };
        found(bytes) || (bytes.contains(&b'%') && found(&percent_encoding::percent_decode(bytes).collect::<Vec<_>>()))
    }

    /// Blots it out where it stands as it is, length for length.
    pub fn blot(&self, bytes: &mut [u8]) {
        for needle in self.needles.iter().map(|needle| needle.expose().as_bytes()) {
            let finder = memchr::memmem::Finder::new(needle);
            let mut from = 0;
            while let Some(found) = bytes.get(from..).and_then(|rest| finder.find(rest)) {
                let at = from + found;
                from = at + needle.len();
                bytes.get_mut(at..from).unwrap_or_default().fill(b'*');
            }
        }
    }

    /// How many bytes at the end may be its beginning.
    pub fn begun(&self, bytes: &[u8]) -> usize {
        let begun = |needle: &[u8]| {
            let longest = bytes.len().min(needle.len().saturating_sub(1));
            (1..=longest).rev().find(|length| bytes.ends_with(needle.get(..*length).unwrap_or(b"\0")))
        };
        self.needles.iter().filter_map(|needle| begun(needle.expose().as_bytes())).max().unwrap_or(0)
    }

    /// A text without it.
    pub fn mask(&self, text: &str) -> String {
        let masked = self.needles.iter().fold(text.to_owned(), |text, one| text.replace(one.expose(), MASK));
        if self.is_in(masked.as_bytes()) {
            // Written in a way that cannot be cut out: nothing of it is shown.
            return MASK.to_owned();
        }
        masked
    }

    /// A failure whose words come from elsewhere, without it.
    pub fn mask_failure(&self, failure: Failure) -> Failure {
        Failure { title: self.mask(&failure.title), detail: self.mask(&failure.detail), ..failure }
    }

    /// An answer's headers as they may be kept: without the token, and without the session that a cookie may hold.
    pub fn mask_headers(&self, headers: Vec<(String, String)>) -> Vec<(String, String)> {
        let mask = |(name, value): (String, String)| {
            let value = match value.split_once('=') {
                Some((cookie, rest)) if name.eq_ignore_ascii_case("set-cookie") => {
                    let about = rest.split_once(';').map_or(String::new(), |(_, about)| format!(";{about}"));
                    format!("{cookie}={MASK}{about}")
                }
                _ if self.is_in(value.as_bytes()) => self.mask(&value),
                _ => value,
            };
            (name, value)
        };
        headers.into_iter().map(mask).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal() -> Literal {
        Literal::of_text("00Dxx0000000001!AQ4AQPsession")
    }

    #[test]
    fn it_is_found_however_it_is_written() {
        for text in
            ["x00Dxx0000000001!AQ4AQPsession", "AQ4AQPsession", "00Dxx0000000001%21AQ4AQPsession", "%41Q4AQPsession"]
        {
            assert!(literal().is_in(text.as_bytes()), "{text}");
            assert!(!literal().mask(text).contains("Q4AQP"), "{}", literal().mask(text));
        }
        assert!(!literal().is_in(b"00Dxx0000000001"));
        assert_eq!(literal().mask("a 100% plain text"), "a 100% plain text");
        assert_eq!(literal().mask("t=00Dxx0000000001!AQ4AQPsession&x"), format!("t={MASK}&x"));
    }

    #[test]
    fn headers_are_kept_without_sessions() {
        let headers = [("Set-Cookie", "sid=abc; Path=/; Secure"), ("Location", "/x?t=AQ4AQPsession"), ("Date", "now")];
        let kept = literal().mask_headers(headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect());
        let values: Vec<_> = kept.into_iter().map(|(_, value)| value).collect();
        assert_eq!(values, [format!("sid={MASK}; Path=/; Secure"), format!("/x?t={MASK}"), "now".to_owned()]);
    }
}
