//! How you get in: private key, assertion, token, and why a login failed. It is given the time.
//!
//! An assertion is a login by itself and goes to its own host only; see `audience`. Nothing is written to disk,
//! save tokens where a profile says so; see `vault`.

mod answer;
mod assertion;
mod audience;
mod certificate;
mod kept;
mod key;
mod keyring;
mod legacy;
mod login;
mod logout;
mod make;
mod passphrase;
mod pem_file;
mod sessions;
mod trial;
mod trouble;
mod types;
mod vault;

pub use audience::{audience_for, check_recipient, is_salesforce_host};
pub use certificate::Certificate;
pub use key::PrivateKey;
pub use login::log_in;
pub use logout::LoggedOut;
pub use make::{NewKey, make_key};
pub use passphrase::{find as find_passphrase, source as passphrase_source};
pub use pem_file::{KeyForm, key_form};
pub use sessions::{Renewal, Sessions};
pub use trial::{MOST_TRIALS, Trial, audiences, try_audiences};
pub use trouble::Cause;
pub use types::{Clock, LoginError, LoginTrouble, Somebody, Token};
pub use vault::{Blocking, Vault};
