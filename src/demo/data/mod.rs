//! The records, schema and query language of a demo org.
//!
//! Everything is made from an [`OrgSpec`] alone, so that the same spec gives the same org. Who asks is a [`Viewer`]: it sees
//! only what its user may see, the same in describe, query, record and search. No HTTP here; the clock is read only to
//! know what `TODAY` means. The calls are synchronous and may take milliseconds: keep them off an async thread.
//!
//! ```text
//! assets/demo/*.toml ─▶ schema, people, words ─▶ make ─▶ store (SQLite in memory)
//!                          │                                ▲
//! SOQL ─▶ soql::parse ─▶ plan (path, filter, function, select) ─▶ page ─▶ shape ─▶ JSON
//!                          ▲
//!                        eyes: what this user may see
//! body ─▶ editor ─▶ write (body, value, lookup, checks, rollup, bin) ─▶ turn ─▶ store
//! ```

#[cfg(test)]
mod access_tests;
mod api;
mod bin;
mod body;
mod catalog;
mod changes;
mod checks;
mod describe;
mod editor;
mod error;
mod export;
mod eyes;
mod filter;
mod find;
mod function;
mod id;
mod load;
mod lookup;
mod make;
mod org;
mod page;
mod path;
mod people;
mod plan;
#[cfg(test)]
mod refusal_tests;
mod related;
mod rollup;

mod schema;
mod select;
mod shape;
mod spec;
mod store;
#[cfg(test)]
mod tests;
mod turn;
#[cfg(test)]
mod turn_tests;
mod value;
mod viewer;
mod words;
mod write;
#[cfg(test)]
mod write_tests;

pub use error::SfError;
pub use export::Export;
pub use find::{SearchObject, SearchParams};
pub use id::widen as long_id;
pub use load::{Load, Loaded, Loader};
pub use org::OrgData;
pub use related::Related;
pub use spec::{Access, DataError, DemoUser, Fate, OrgKind, OrgSpec};
pub use viewer::Viewer;
pub use write::{Upserted, Wishes};
