//! The embedded demo org: a loopback server that behaves as Salesforce does, as a client sees it.
//!
//! [`start()`] makes two orgs (a production and a sandbox) on ports of 127.0.0.1, with apps, keys and users of different
//! fates, and writes a `profiles.toml` that reaches them. It must not listen anywhere else, nor keep a private key or a
//! token that it gave out.
//!
//! ```text
//!  start ─▶ keys, data (threads) ─▶ World ─▶ three listeners: instance, instance, login
//!                                              │
//!  a request ─▶ gate (host, size, latency) ─▶ Ask ─▶ who, rules: what hits it ─▶ bad_day │ oauth │ identity │ rest │ soap
//!                                                                                     └▶ Reply ─▶ packing (faults, gzip) ─▶ out
//!  the login port's /orgdeck ─▶ control: changes the rules while it runs
//! ```

mod answer;
mod apps;
mod ask;
mod assertion;
mod bad_day;
mod card;
mod control;
pub mod data;
mod fault;
mod flows;
mod gate;
mod hosts;
mod identity;
mod jobs;
mod keys;
mod line;
mod oauth;
mod options;
mod packing;
mod photo;
mod picture;
mod rest;
mod rule;
mod running;
mod session;
mod soap;
mod start;
mod unpacking;
mod usage;
mod welcome;
mod well_known;
mod who;
mod world;
mod xml;

pub use card::{Card, ControlCard, OrgCard, UserCard};
pub use fault::{Fault, UnknownFault};
pub use options::{ExtraCert, Flow, Options, UnknownFlow};
pub use rule::{Rule, RuleError};
pub use running::{Demo, Port};
pub use start::{DemoError, start};
pub use world::Seen;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a panicking thread left behind is still whole here: every change under a lock is one step.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
