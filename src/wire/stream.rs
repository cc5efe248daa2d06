//! The body of an answer as a stream. Written with the client.

/// Stub.
pub(super) struct BodyStream {}
