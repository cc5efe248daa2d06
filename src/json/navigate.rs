//! Reading a document's nodes: kind, key, text, neighbours. A node that is not there reads as an empty `null`, so that a
//! number kept from another document cannot bring the screen down.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memrchr;

use super::document::Document;
use super::tape::{Kind, NodeId};
use super::text::{as_text, decode, decode_start, plain_start};

impl Document {
    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.tape.nodes.len()
    }

    /// Whether there is no value at all.
    pub fn is_empty(&self) -> bool {
        self.tape.nodes.is_empty()
    }

    /// The outermost value, where there is one.
    pub fn root(&self) -> Option<NodeId> {
        (!self.is_empty()).then_some(0)
    }

    /// What the node is.
    pub fn kind(&self, node: NodeId) -> Kind {
        let first = self.tape.node(node).and_then(|found| self.bytes.get(found.start as usize));
        match first {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b't') => Kind::True,
            Some(b'f') => Kind::False,
            None | Some(b'n') => Kind::Null,
            Some(_) => Kind::Number,
        }
    }

    /// The object or array it stands in.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        self.tape.above(node).map(|(_, container)| container.node)
    }

    /// How many containers it stands in: 0 for the root.
    pub fn depth(&self, node: NodeId) -> usize {
        self.tape.above(node).map_or(0, |(_, container)| container.depth as usize + 1)
    }

    /// Direct children; constant time.
    pub fn child_count(&self, node: NodeId) -> usize {
        self.tape.container(node).map_or(0, |container| container.count as usize)
    }

    /// The node after the last one inside this.
    pub fn end(&self, node: NodeId) -> NodeId {
        self.tape.end(node)
    }

    /// Its name in the object above it, decoded.
    pub fn key(&self, node: NodeId) -> Option<Cow<'_, str>> {
        let name = self.key_range(node)?;
        Some(decode(self.slice(name)))
    }

    /// The first characters of its name, without decoding the rest; whether it goes on.
    pub fn key_preview(&self, node: NodeId, max_chars: usize) -> Option<(String, bool)> {
        let name = self.key_range(node)?;
        Some(decode_start(self.slice(name), max_chars))
    }

    /// Its place in the array above it; logarithmic in the array's length.
    pub fn index(&self, node: NodeId) -> Option<usize> {
        match self.kind(self.parent(node)?) {
            Kind::Array => self.tape.ordinal(node),
            _ => None,
        }
    }

    /// The value as it stands in the text. A container that the text's end or an error cut reaches to there.
    pub fn raw(&self, node: NodeId) -> &[u8] {
        self.slice(self.range(node))
    }

    /// A string decoded (lone surrogates replaced by U+FFFD), any other value as it stands.
    pub fn text(&self, node: NodeId) -> Cow<'_, str> {
        match self.inner(node) {
            Some(inner) => decode(inner),
            None => Cow::Borrowed(as_text(self.raw(node))),
        }
    }

    /// The first characters of `text`, without decoding the rest; whether it goes on.
    pub fn preview(&self, node: NodeId, max_chars: usize) -> (String, bool) {
        match self.inner(node) {
            Some(inner) => decode_start(inner, max_chars),
            None => plain_start(self.raw(node), max_chars),
        }
    }

    /// The values directly inside, in the order of the text; constant time each.
    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.tape.container(node).map_or(0, |container| container.end);
        let mut next = node.saturating_add(1);
        std::iter::from_fn(move || {
            let child = next;
            next = self.tape.end(child);
            (child < end).then_some(child)
        })
    }

    /// The child of an object by name (the last, where a name repeats). Linear in the number of children.
    pub fn get(&self, node: NodeId, key: &str) -> Option<NodeId> {
        if self.kind(node) != Kind::Object {
            return None;
        }
        self.children(node).filter(|child| self.has_key(*child, key)).last()
    }

    /// The child of an array; constant time.
    pub fn at(&self, node: NodeId, index: usize) -> Option<NodeId> {
        match self.kind(node) {
            Kind::Array => self.tape.child(node, index),
            _ => None,
        }
    }

    /// The node whose text (its key belongs to it) covers this byte, or the last before it.
    pub fn node_at_offset(&self, offset: usize) -> Option<NodeId> {
        let Some(last) = self.tape.last_from(offset) else {
            // A mark or blanks before the root belong to nothing.
            return None;
        };
        let next = last.saturating_add(1);
        match self.key_range(next) {
            Some(name) if offset + 1 >= name.start => Some(next),
            _ => Some(last),
        }
    }

    /// Where the value begins in the text, in bytes.
    pub fn offset(&self, node: NodeId) -> usize {
        self.tape.node(node).map_or(0, |found| found.start as usize)
    }

    /// Where the value stands in the text.
    pub(super) fn range(&self, node: NodeId) -> Range<usize> {
        let Some(found) = self.tape.node(node) else { return 0..0 };
        let end = self.tape.container(node).map_or(found.extra, |container| container.close);
        found.start as usize..end as usize
    }

    /// Where the key stands in the text, without its quotes. It is not kept but found again before the value, so it
    /// costs what the key is long.
    pub(super) fn key_range(&self, node: NodeId) -> Option<Range<usize>> {
        if self.kind(self.parent(node)?) != Kind::Object {
            return None;
        }
        let before = self.bytes.get(..self.offset(node))?;
        let end = memrchr(b'"', before)?;
        let mut reach = end;
        loop {
            let quote = memrchr(b'"', before.get(..reach)?)?;
            // A quote inside a key follows an odd number of backslashes; the one that opens it follows none.
            let slashes = before.get(..quote)?.iter().rev().take_while(|byte| **byte == b'\\').count();
            if slashes % 2 == 0 {
                return Some(quote + 1..end);
            }
            reach = quote;
        }
    }

    /// Whether its name is this one, decoded.
    pub(super) fn has_key(&self, node: NodeId, key: &str) -> bool {
        let Some(name) = self.key_range(node) else { return false };
        let name = self.slice(name);
        // The raw spelling of one key may be what another says: `"\\"` says one backslash and is written with two.
        if name.contains(&b'\\') { decode(name) == key } else { name == key.as_bytes() }
    }

    /// What stands between the quotes of a string.
    pub(super) fn inner(&self, node: NodeId) -> Option<&[u8]> {
        self.raw(node).strip_prefix(b"\"")?.strip_suffix(b"\"")
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or_default()
    }
}
