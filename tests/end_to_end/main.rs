//! The real binary from outside: its screen in a pseudo-terminal, its files, what it leaves behind.
//!
//! A test waits for what the screen shows, never for time. Each has a home of its own, and its own demo org where it
//! makes the org misbehave.
#![cfg(unix)]

mod article;
mod faults;
mod guard;
mod home;
mod org;
mod parallel;
mod passphrase;
mod restored;
mod secrets;
mod served;
mod sizes;
mod story;
mod table;
mod term;
mod typing;
mod welcome;
