//! orgdeck: a terminal explorer for Salesforce's REST API.
//!
//! A user looks at an org as one person, asks it something, and browses the answer. The layers, the lowest first; each
//! imports only what stands above it in this list and is named in `tests/rules.rs`:
//!
//! | layer | what lives there |
//! |---|---|
//! | [`secret`] | a text that is never printed and is wiped on drop |
//! | [`json`] | a body as a document: index, visible rows, search, table |
//! | [`soql`] | SOQL text: tokens, a tolerant syntax tree |
//! | [`profile`] | who you can be: connected apps, users, `profiles.toml`, settings |
//! | [`request`] | what you ask: requests with `{{variables}}`, exchanges |
//! | [`wire`] | one way out for every byte; the only user of reqwest |
//! | [`auth`] | how you get in: private key, assertion, token, why a login failed |
//! | [`org`] | what an org answers: client, identity, resources, guard, errors |
//! | [`store`] | what is kept between runs: collections of requests |
//! | [`serve`] | the article's server on loopback: tokens by user name, or requests forwarded with one |
//! | [`setup`] | an app set up step by step: a pure machine of questions, jobs and words |
//! | [`demo`] | the embedded demo org, a loopback server |
//! | [`app`] | the screen's state: `State`, `Event`, `Effect`, `update` |
//! | [`view`] | the screen's looks: `layout`, `hit`, `draw` |
//! | [`runtime`] | owns the terminal and the tasks |
//! | [`cli`] | arguments, sub-commands, exit codes |
//!
//! Invariants, each held by a test:
//!
//! - A request into which a secret resolves goes only to the origins of its own profile. Redirects are followed by our
//!   own code: one hop, from the id URL to the instance.
//! - An assertion for Salesforce goes only to Salesforce's own domains, and a token answer that names a stranger is
//!   refused. Plain http is for loopback, and loopback never goes through a proxy.
//! - A secret is a [`secret::Secret`] from the moment it is read, and stands in no log, snapshot, error or file, save the tokens
//!   that a profile wants kept.
//! - Writes ask on production and are refused on read-only profiles, on the screen and on the command line.
//! - Text from an org or a file is shown, never obeyed.
//! - A file of the user's is replaced whole, mode 0600, and keeps its comments.
//! - `app` and `view` are deterministic: no I/O, no clock, no environment. Time arrives in events.
//! - One table of keys feeds dispatch, the footer, the help page and the README.

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
pub mod serve;
pub mod setup;
pub mod soql;
pub mod store;
pub mod view;
pub mod wire;
