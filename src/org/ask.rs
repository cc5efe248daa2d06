//! One question from beginning to end.
use super::client::{Ask, Org};
use super::read::Keep;
use crate::request::{Exchange, Failure};
pub(super) async fn ask(org: &Org, ask: Ask, keep: Keep<'_>) -> Result<Exchange, Failure> {
    let _ = (&org.inner, ask.permit, keep);
    Err(Failure::default())
}
