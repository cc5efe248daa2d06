//! How you get in: private key, assertion, token, and why a login failed. It is given the time.

mod audience;
mod certificate;
mod key;
mod login;
mod sessions;
mod types;

pub use audience::{audience_for, is_salesforce_host};
pub use certificate::Certificate;
pub use key::PrivateKey;
pub use login::log_in;
pub use sessions::{Renewal, Sessions};
pub use types::{Clock, LoginError, LoginTrouble, Token};
