//! The one way out for every byte: TLS, proxies, the origin rule, redirects, timeouts. The only user of reqwest.
//!
//! It follows no redirect and knows nothing of Salesforce. What may leave is decided by the [`Clearance`] of each
//! request, checked here and nowhere else.

mod address;
mod client;
mod failure;
mod meter;
mod probe;
mod proxy;
mod stream;
mod types;
mod upload;
mod witness;

pub use address::{check, is_loopback};
pub use client::Client;
pub use probe::Route;
pub use types::{
    Body, Clearance, Incoming, Origin, Outgoing, Part, Phase, Progress, Proxy, Settings, WireError, WireTiming,
};
pub use witness::Presented;
