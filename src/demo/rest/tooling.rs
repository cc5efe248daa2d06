//! `tooling`: what developers' tools ask.

use super::Caller;
use super::route::Call;
use crate::demo::answer::Reply;

/// Everything there.
pub(super) fn serve(_caller: &Caller<'_>, _call: &Call<'_>, _rest: &[&str]) -> Reply {
    Reply::not_found()
}
