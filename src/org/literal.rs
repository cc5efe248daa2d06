//! The token's own text in a request: somebody pasted it. It is a secret there as much as by variable.

use crate::auth::Token;
use crate::secret::{MASK, Secret};

/// Shorter texts would be found by accident.
const SHORTEST: usize = 12;

/// What to look for.
pub(super) struct Literal {
    /// Longest first: the whole token, then its secret part.
    needles: Vec<Secret>,
}

impl Literal {
    pub fn of(token: &Token) -> Self {
        let whole = token.access_token.expose();
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

    /// A text without it.
    pub fn mask(&self, text: &str) -> String {
        let masked = self.needles.iter().fold(text.to_owned(), |text, one| text.replace(one.expose(), MASK));
        if self.is_in(masked.as_bytes()) {
            // Written in a way that cannot be cut out: nothing of it is shown.
            return MASK.to_owned();
        }
        masked
    }
}
