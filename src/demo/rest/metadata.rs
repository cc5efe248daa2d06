//! Reads of how the org is set up: layouts, list views, quick actions, tabs, theme, apps.

use super::Caller;
use super::route::Call;
use crate::demo::answer::Reply;

/// Whether this path below an object is one of these reads.
pub(super) fn knows(_rest: &[&str]) -> bool {
    false
}

/// Below `sobjects/NAME`.
pub(super) fn of_object(_caller: &Caller<'_>, _call: &Call<'_>, _name: &str, _rest: &[&str]) -> Reply {
    Reply::not_found()
}

/// `tabs`, `appMenu`, `theme`, `quickActions`, `compactLayouts`.
pub(super) fn serve(_caller: &Caller<'_>, _call: &Call<'_>) -> Reply {
    Reply::not_found()
}
