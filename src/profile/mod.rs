//! Who you can be: connected apps, their users, and the files that name them.
//!
//! This layer reads and writes files and knows no network. Reading never stops at the first mistake: a bad app
//! becomes a [`Problem`] and the good ones stay usable.

mod types;

pub use types::{App, Kind, Passphrase, Problem, Profile, ProfileId, Profiles, Severity, User, VersionChoice};
