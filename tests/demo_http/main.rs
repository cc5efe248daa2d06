//! The demo org over real sockets: what a client sees of it that knows nothing of orgdeck.
//!
//! The modules are marked as test code so that the lints allow in their helpers what they allow in tests.

#[cfg(test)]
mod bulk_classic;
#[cfg(test)]
mod bulk_ingest;
#[cfg(test)]
mod bulk_query;
#[cfg(test)]
mod chatter;
#[cfg(test)]
mod composite;
#[cfg(test)]
mod control;
#[cfg(test)]
mod door;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod files;
#[cfg(test)]
mod flows;
#[cfg(test)]
mod graphql;
#[cfg(test)]
mod hosts;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod login;
#[cfg(test)]
mod many;
#[cfg(test)]
mod offers;
#[cfg(test)]
mod reads;
#[cfg(test)]
mod rest;
#[cfg(test)]
mod search;
#[cfg(test)]
mod soap;
#[cfg(test)]
mod soql;
#[cfg(test)]
mod spoiled;
#[cfg(test)]
mod support;
#[cfg(test)]
mod surface;
#[cfg(test)]
mod tooling;
#[cfg(test)]
mod uiapi;
#[cfg(test)]
mod uilists;
#[cfg(test)]
mod user;
#[cfg(test)]
mod writes;
