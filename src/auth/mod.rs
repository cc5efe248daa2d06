//! How you get in: private key, assertion, token, and why a login failed. It is given the time.
//!
//! An assertion is a login by itself and goes to its own host only; see `audience`. Nothing is written to disk.

mod answer;
mod assertion;
mod audience;
mod certificate;
mod key;
mod legacy;
mod login;
mod make;
mod passphrase;
mod pem_file;
mod sessions;
mod trouble;
mod types;

pub use audience::{audience_for, is_salesforce_host};
pub use certificate::Certificate;
pub use key::PrivateKey;
pub use login::log_in;
pub use make::{NewKey, make_key};
pub use sessions::{Renewal, Sessions};
pub use trouble::Cause;
pub use types::{Clock, LoginError, LoginTrouble, Somebody, Token};
