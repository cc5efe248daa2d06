//! How you get in: private key, assertion, token, and why a login failed. It is given the time.

mod types;

pub use types::{Clock, LoginError, LoginTrouble, Token};
