//! The embedded demo org: a loopback server that behaves as Salesforce does, as a client sees it.
//!
//! [`start()`] makes two orgs (a production and a sandbox) on ports of 127.0.0.1, with apps, keys and users of different
//! fates, and writes a `profiles.toml` that reaches them. It must not listen anywhere else, nor keep a private key or a
//! token that it gave out.
//!
//! ```text
//!  start ─▶ keys, data (threads) ─▶ World ─▶ three listeners: instance, instance, login
//!                                              │
//!  a request ─▶ gate (host, size, latency) ─▶ Ask ─▶ oauth │ identity │ rest ─▶ Reply ─▶ packing (faults, gzip) ─▶ out
//! ```

mod answer;
mod ask;
mod assertion;
mod card;
pub mod data;
mod fault;
mod gate;
mod identity;
mod jobs;
mod keys;
mod oauth;
mod options;
mod packing;
mod photo;
mod picture;
mod rest;
mod session;
mod start;
mod welcome;
mod world;
mod xml;

pub use card::{Card, OrgCard, UserCard};
pub use fault::{Fault, UnknownFault};
pub use options::{ExtraCert, Options};
pub use start::{Demo, DemoError, start};
pub use world::Seen;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a panicking thread left behind is still whole here: every change under a lock is one step.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
