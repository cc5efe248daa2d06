//! Tests of this layer, by theme, and what they share: a model of a document that is rendered in many spellings. Must
//! not need a file or the network.

mod model;
mod navigate;
mod outline;
mod path;
mod pretty;
mod scan;
mod search;
mod table;

use super::Document;

/// A text that is expected to be whole.
fn whole(text: &str) -> Document {
    let document = Document::parse(text.as_bytes().to_vec());
    assert_eq!(document.error(), None, "{text}");
    assert!(document.is_complete(), "{text}");
    document
}

/// Whether a later key of the same name hides a node, or what it stands in, from paths.
fn is_shadowed(document: &Document, node: u32) -> bool {
    let mut at = node;
    while let Some(above) = document.parent(at) {
        if document.key(at).is_some_and(|key| document.get(above, &key) != Some(at)) {
            return true;
        }
        at = above;
    }
    false
}
