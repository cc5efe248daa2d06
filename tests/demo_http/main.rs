//! The demo org over real sockets: what a client sees of it that knows nothing of orgdeck.

mod identity;
mod login;
mod support;
