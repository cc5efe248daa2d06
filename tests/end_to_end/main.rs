//! The real binary from outside: its screen in a pseudo-terminal, its files, what it leaves behind.
//!
//! A test waits for what the screen shows, never for time. Each has a home of its own, and its own demo org where it
//! makes the org misbehave.
//!
//! The modules are marked as test code so that the lints allow in their helpers what they allow in tests.
#![cfg(unix)]

#[cfg(test)]
mod article;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod home;
#[cfg(test)]
mod jwtauth;
#[cfg(test)]
mod mouse;
#[cfg(test)]
mod org;
#[cfg(test)]
mod outside;
#[cfg(test)]
mod parallel;
#[cfg(test)]
mod passphrase;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod random;
#[cfg(test)]
mod restored;
#[cfg(test)]
mod saved;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod served;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod sizes;
#[cfg(test)]
mod story;
#[cfg(test)]
mod table;
#[cfg(test)]
mod tabs;
#[cfg(test)]
mod term;
#[cfg(test)]
mod typing;
#[cfg(test)]
mod welcome;
