//! Drives the screen's state and drawing without a terminal, a network or a clock.

mod random;
mod support;
