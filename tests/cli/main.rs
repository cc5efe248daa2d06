//! The command line as scripts and people use it: the real binary against a demo org over real sockets.

mod demo;
mod profiles;
mod query;
mod request;
mod support;
mod terminal;
mod who;
mod writes;
