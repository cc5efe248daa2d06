//! Tests of this layer, by theme. Must not need a file or the network.

mod basic;
