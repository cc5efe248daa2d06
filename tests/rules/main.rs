//! Holds the code against its own rules: who may import whom, who may wait or print, and that generated text is fresh.
//!
//! The tables stand in `table`; `code` reads Rust just well enough to judge it. No rule has an exception for a file: where
//! the code teaches better, a table is refined, with its reason.

#[cfg(test)]
mod code;
#[cfg(test)]
mod files;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod layers;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod table;
