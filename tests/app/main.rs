//! Drives the screen's state and drawing without a terminal, a network or a clock.
//!
//! The modules are marked as test code so that the lints allow in their helpers what they allow in tests.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod diffs;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod filter;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod functions;
#[cfg(test)]
mod hand;
#[cfg(test)]
mod history;
#[cfg(test)]
mod links;
#[cfg(test)]
mod palette;
#[cfg(test)]
mod past;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod previews;
#[cfg(test)]
mod random;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod saved;
#[cfg(test)]
mod screens;
#[cfg(test)]
mod searching;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod spooled;
#[cfg(test)]
mod start;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tabs;
#[cfg(test)]
mod variables;
#[cfg(test)]
mod ways;
