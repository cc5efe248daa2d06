//! orgdeck: a terminal explorer for Salesforce's REST API.

pub mod auth;
pub mod demo;
pub mod json;
pub mod org;
pub mod profile;
pub mod request;
pub mod secret;
pub mod soql;
pub mod wire;
