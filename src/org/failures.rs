//! Typed errors of login and wire, told as failures.
use crate::auth::LoginError;
use crate::profile::Profile;
use crate::request::Failure;
use crate::wire::WireError;
pub fn login(error: &LoginError, profile: &Profile) -> Failure {
    let _ = profile;
    Failure { title: error.to_string(), ..Failure::default() }
}
pub fn wire(error: &WireError, write: bool) -> Failure {
    let _ = write;
    Failure { title: error.to_string(), ..Failure::default() }
}
