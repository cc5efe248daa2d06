//! The records, schema and query language of a demo org.
//!
//! Everything is made from an [`OrgSpec`] alone, so that the same spec gives the same org. Who asks is a [`Viewer`]: it sees
//! only what its user may see, the same in describe, query, record and search. No HTTP here; the clock is read only to
//! know what `TODAY` means. The calls are synchronous and may take milliseconds: keep them off an async thread.
//!
//! ```text
//! assets/demo/*.toml ─▶ schema, people, words ─▶ make ─▶ store (SQLite in memory)
//!                          │                                ▲
//! SOQL ─▶ soql::parse ─▶ plan (rules, path, poly, filter, semi, function, group, select) ─▶ page ─▶ shape ─▶ JSON
//!                          ▲
//!                        eyes: what this user may see
//! body ─▶ editor ─▶ write (body, value, lookup, checks, rollup, bin) ─▶ turn ─▶ store
//! ```

#[cfg(test)]
mod access_tests;
mod api;
mod audit;
mod bin;
mod body;
mod catalog;
mod changes;
mod checks;
mod columns;
mod content;
mod derived;
mod describe;
mod dialect;
mod doubles;
mod editor;
mod error;
mod explain;
mod export;
mod eyes;
mod filter;
mod find;
mod fold;
mod function;
mod gone;
#[cfg(test)]
mod gone_tests;
mod group;
#[cfg(test)]
mod group_tests;
mod id;
mod index;
mod load;
mod locale;
mod lookup;
mod make;
mod mark;
#[cfg(test)]
mod oracle_tests;
mod org;
mod page;
mod params;
mod path;
mod people;
mod plan;
mod poly;
mod recent;
#[cfg(test)]
mod recent_tests;
#[cfg(test)]
mod refusal_tests;
mod related;
mod rollup;
mod rules;
mod schema;
#[cfg(test)]
mod search_tests;
mod select;
mod semi;
mod shape;
#[cfg(test)]
mod soql_tests;
mod spec;
mod store;
mod suggest;
#[cfg(test)]
mod tests;
mod turn;
#[cfg(test)]
mod turn_tests;
mod value;
mod viewed;
mod viewer;
mod words;
mod write;
#[cfg(test)]
mod write_tests;

pub use doubles::Doubles;
pub use error::SfError;
pub use export::Export;
pub use id::widen as long_id;
pub use load::{Load, Loaded, Loader};
pub use org::OrgData;
pub use params::{SearchObject, SearchParams};
pub use related::Related;
pub use spec::{Access, DataError, DemoUser, Fate, OrgKind, OrgSpec};
pub use suggest::Suggest;
pub use viewed::Glance;
pub use viewer::Viewer;
pub use write::{Upserted, Wishes};
