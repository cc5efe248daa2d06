//! The demo org over real sockets: what a client sees of it that knows nothing of orgdeck.

mod faults;
mod identity;
mod login;
mod rest;
mod support;
