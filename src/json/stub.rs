//! The shape of this layer, until it is written.

use std::borrow::Cow;
use std::sync::atomic::AtomicBool;

/// A value of a document, numbered in the order of the text; the root is 0.
pub type NodeId = u32;

/// What kind of value a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}

/// Where and why a text is no JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    pub line: usize,
    pub column: usize,
    pub offset: usize,
    pub what: String,
}

/// A body and its index.
#[derive(Debug)]
pub struct Document {
    bytes: Vec<u8>,
}

impl Document {
    /// Indexes a whole body. Never fails: what stands before an error is kept and `error` tells the place.
    pub fn parse(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }
    /// Indexes the beginning of a body that is still arriving: the missing end is no error.
    pub fn partial(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
    pub fn is_complete(&self) -> bool {
        true
    }
    pub fn error(&self) -> Option<&SyntaxError> {
        None
    }
    /// Number of nodes.
    pub fn len(&self) -> usize {
        0
    }
    pub fn is_empty(&self) -> bool {
        true
    }
    pub fn root(&self) -> Option<NodeId> {
        None
    }
    pub fn kind(&self, _node: NodeId) -> Kind {
        Kind::Null
    }
    pub fn parent(&self, _node: NodeId) -> Option<NodeId> {
        None
    }
    /// 0 for the root.
    pub fn depth(&self, _node: NodeId) -> usize {
        0
    }
    /// Direct children; constant time.
    pub fn child_count(&self, _node: NodeId) -> usize {
        0
    }
    /// The node after the last one inside this.
    pub fn end(&self, _node: NodeId) -> NodeId {
        0
    }
    /// Its name in the object above it, decoded.
    pub fn key(&self, _node: NodeId) -> Option<Cow<'_, str>> {
        None
    }
    /// Its place in the array above it.
    pub fn index(&self, _node: NodeId) -> Option<usize> {
        None
    }
    /// The value as it stands in the text.
    pub fn raw(&self, _node: NodeId) -> &[u8] {
        &[]
    }
    /// A string decoded (lone surrogates replaced), any other value as it stands.
    pub fn text(&self, _node: NodeId) -> Cow<'_, str> {
        Cow::Borrowed("")
    }
    /// The first characters of `text`, without decoding the rest; whether it goes on.
    pub fn preview(&self, _node: NodeId, _max_chars: usize) -> (String, bool) {
        (String::new(), false)
    }
    pub fn children(&self, _node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::empty()
    }
    /// The child of an object by name (the last, where a name repeats).
    pub fn get(&self, _node: NodeId, _key: &str) -> Option<NodeId> {
        None
    }
    /// The child of an array.
    pub fn at(&self, _node: NodeId, _index: usize) -> Option<NodeId> {
        None
    }
    /// `.fields[1].name`, as jq would have it.
    pub fn path(&self, _node: NodeId) -> String {
        String::new()
    }
    /// The node at such a path.
    pub fn lookup(&self, _path: &str) -> Option<NodeId> {
        None
    }
    /// The node whose text covers this byte, or the last before it.
    pub fn node_at_offset(&self, _offset: usize) -> Option<NodeId> {
        None
    }
    /// Where the value begins in the text.
    pub fn offset(&self, _node: NodeId) -> usize {
        0
    }
    /// Bytes held: text and index.
    pub fn memory(&self) -> usize {
        0
    }
}

/// Which nodes show: one row a node, those inside a folded one hidden.
#[derive(Debug, Clone, Default)]
pub struct Outline {}

impl Outline {
    /// Everything open.
    pub fn new(_document: &Document) -> Self {
        Self {}
    }
    pub fn rows(&self) -> usize {
        0
    }
    pub fn node_at(&self, _row: usize) -> Option<NodeId> {
        None
    }
    /// Its row, or that of the folded node that hides it.
    pub fn row_of(&self, _node: NodeId) -> usize {
        0
    }
    pub fn is_folded(&self, _node: NodeId) -> bool {
        false
    }
    pub fn set_folded(&mut self, _document: &Document, _node: NodeId, _folded: bool) {}
    /// Folds every container at this depth and deeper; those above are open. `usize::MAX` opens all.
    pub fn fold_from(&mut self, _document: &Document, _depth: usize) {}
    /// Opens what hides a node.
    pub fn reveal(&mut self, _document: &Document, _node: NodeId) {}
}

/// What is searched for: any case, unless it holds a capital.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle {}

impl Needle {
    pub fn new(_text: &str) -> Option<Self> {
        None
    }
    /// Where it stands in a text: byte ranges, for marking.
    pub fn ranges(&self, _text: &str) -> Vec<std::ops::Range<usize>> {
        Vec::new()
    }
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Backward,
}

/// The next node after (or before) `from` whose key or value holds the needle, around the end; `from` itself last.
/// `None` in `from` starts at the beginning (end). Looks at `stop` every 64 KiB.
pub fn find(
    _document: &Document,
    _needle: &Needle,
    _from: Option<NodeId>,
    _direction: Direction,
    _stop: &AtomicBool,
) -> Option<NodeId> {
    None
}

/// How many nodes match, and how many of them up to and with `node`: `3 of 17`.
pub fn count(_document: &Document, _needle: &Needle, _node: NodeId, _stop: &AtomicBool) -> (usize, usize) {
    (0, 0)
}

/// An array of objects as a table.
#[derive(Debug, Clone)]
pub struct Table {}

impl Table {
    /// Columns in the order in which the records first name them, nested objects as `Owner.Name`; keys in `skip` left out.
    /// Looks at the first 200 records for columns; records are found by number in constant time.
    pub fn of(_document: &Document, _array: NodeId, _skip: &[&str]) -> Option<Self> {
        None
    }
    pub fn columns(&self) -> &[String] {
        &[]
    }
    pub fn rows(&self) -> usize {
        0
    }
    /// The record.
    pub fn record(&self, _row: usize) -> Option<NodeId> {
        None
    }
    /// The cell's value, where the record has one.
    pub fn cell(&self, _document: &Document, _row: usize, _column: usize) -> Option<NodeId> {
        None
    }
    /// The widest of the first 200 cells and the title, in characters, per column.
    pub fn widths(&self) -> &[usize] {
        &[]
    }
}
