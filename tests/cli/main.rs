//! The command line as scripts and people use it: the real binary against a demo org over real sockets.
//!
//! The modules are marked as test code so that the lints allow in their helpers what they allow in tests.

#[cfg(test)]
mod demo;
#[cfg(test)]
mod diff;
#[cfg(test)]
#[cfg(unix)]
mod doctor;
#[cfg(test)]
mod files;
#[cfg(test)]
mod filter;
#[cfg(test)]
mod functions;
#[cfg(test)]
mod history;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod killed_saved;
#[cfg(test)]
mod profiles;
#[cfg(test)]
mod query;
#[cfg(test)]
mod request;
#[cfg(test)]
mod saved;
#[cfg(test)]
#[cfg(unix)]
mod serve;
#[cfg(test)]
#[cfg(unix)]
mod setup;
#[cfg(test)]
mod several;
#[cfg(test)]
#[cfg(unix)]
mod signals;
#[cfg(test)]
mod support;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod who;
#[cfg(test)]
mod writes;
