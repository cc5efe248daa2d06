//! The embedded demo org: a loopback server that behaves as Salesforce does, as a client sees it.

pub mod data;
