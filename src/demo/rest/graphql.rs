//! `graphql`: the records by GraphQL.

use super::Caller;
use super::route::Call;
use crate::demo::answer::Reply;

/// Everything there.
pub(super) fn serve(_caller: &Caller<'_>, _call: &Call<'_>) -> Reply {
    Reply::not_found()
}
