//! `composite/tree/NAME`: records with their children, all or nothing.

use super::Caller;
use super::route::Call;
use crate::demo::answer::Reply;

/// Everything there.
pub(super) fn serve(_caller: &Caller<'_>, _call: &Call<'_>, _name: &str) -> Reply {
    Reply::not_found()
}
