//! Which API is asked, and which objects it has: the same records are seen through the data API and the Tooling API.

use super::schema::Object;
use serde::Deserialize;

/// Which API is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Api {
    Data,
    Tooling,
}

/// Whether the Tooling API has an object, and whether it has it for itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Tooling {
    #[default]
    No,
    Also,
    Only,
}

impl Object {
    /// Whether this API has it.
    pub(super) fn is_in(&self, api: Api) -> bool {
        match api {
            Api::Data => self.raw.tooling != Tooling::Only,
            Api::Tooling => self.raw.tooling != Tooling::No,
        }
    }
}
