//! orgdeck: a terminal explorer for Salesforce's REST API.

pub mod app;
pub mod auth;
pub mod cli;
pub mod demo;
pub mod json;
pub mod org;
pub mod profile;
pub mod request;
pub mod runtime;
pub mod secret;
pub mod soql;
pub mod view;
pub mod wire;
