//! Reading a body.
use crate::json::Document;
use std::sync::Arc;
/// Given the beginning of an answer that is still arriving.
pub type Preview = Arc<dyn Fn(Document) + Send + Sync>;
/// Where a body goes.
pub(super) enum Keep<'a> {
    /// Into the exchange.
    Memory,
    /// Out, as it arrives.
    Sink(&'a mut (dyn FnMut(&[u8]) + Send)),
}
