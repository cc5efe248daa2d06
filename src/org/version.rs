//! The REST API version that an org speaks.
use super::client::Org;
use crate::auth::Token;
use crate::profile::Profile;
use crate::request::Failure;
pub(super) async fn version(org: &Org, profile: &Profile, token: &Token) -> Result<String, Failure> {
    let _ = (org, profile, token);
    Err(Failure::default())
}
