//! The real binary from outside: its screen in a pseudo-terminal, its files, what it leaves behind.
//!
//! A test waits for what the screen shows, never for time. Each has a home of its own, and its own demo org where it
//! makes the org misbehave.
#![cfg(unix)]

mod home;
mod org;
mod restored;
mod sizes;
mod story;
mod term;
mod typing;
