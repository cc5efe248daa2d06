//! `org` over real sockets of 127.0.0.1: against the demo org, and against hosts that record what reaches them.

#[cfg(test)]
mod bodies;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod origin;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod renewal;
#[cfg(test)]
mod support;
