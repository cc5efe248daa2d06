//! `Secret`: a text that is never printed and is wiped when dropped.
//!
//! It has no `Display`, no serde, and a `Debug` that tells nothing. Whoever calls `expose` answers for where the
//! text goes. It must not learn what the text is for.

use std::fmt;
use zeroize::Zeroizing;

/// What stands on the screen in place of a secret, whatever its length.
pub const MASK: &str = "••••••••";

/// A token, passphrase or key text.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over; the caller keeps no copy.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Every call is a place where a secret may leave: keep them few.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(••••)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_tells_nothing() {
        let secret = Secret::new("00Dxx!AQ4");
        assert!(!format!("{secret:?}").contains("00D"));
        assert_eq!(secret.expose(), "00Dxx!AQ4");
    }
}
