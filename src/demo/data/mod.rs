//! The records, schema and query language of a demo org.
//!
//! Everything is made from an [`OrgSpec`] alone, so that the same spec gives the same org. Who asks is a [`Viewer`]: it sees
//! only what its user may see, the same in describe, query, record and search. No HTTP here; the clock is read only to
//! know what `TODAY` means. The calls are synchronous and may take milliseconds: keep them off an async thread.

mod error;
mod spec;
mod viewer;

pub use error::SfError;
pub use spec::{Access, DataError, DemoUser, Fate, OrgKind, OrgSpec};
pub use viewer::{OrgData, SearchObject, SearchParams, Viewer};
