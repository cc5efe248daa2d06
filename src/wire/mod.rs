//! The one way out for every byte: TLS, proxies, the origin rule, redirects, timeouts. The only user of reqwest.
//!
//! It follows no redirect and knows nothing of Salesforce. What may leave is decided by the [`Clearance`] of each
//! request, checked here and nowhere else.

mod address;
mod client;
mod failure;
mod meter;
mod proxy;
mod stream;
mod types;
mod upload;

pub use address::{check, is_loopback};
pub use client::Client;
pub use types::{
    Body, Clearance, Incoming, Origin, Outgoing, Part, Phase, Progress, Proxy, Settings, WireError, WireTiming,
};
