//! Drives the screen's state and drawing without a terminal, a network or a clock.

mod answers;
mod links;
mod previews;
mod random;
mod requests;
mod screens;
mod start;
mod support;
mod variables;
