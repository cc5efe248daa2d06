//! An array of objects as a grid. Holds the columns and where each record is, no text; the cells are looked up in the
//! document as they are drawn. Knows the two habits of query answers that matter for columns: a parent is a nested
//! object, and child rows are an object with `records`.

use std::collections::HashMap;

use super::document::Document;
use super::tape::{Kind, NodeId};

/// Records that are looked at for columns and widths.
const SAMPLE: usize = 200;

/// Objects nested deeper, and columns beyond these, are not spread out: no org has them, and a hostile body may.
const DEEPEST: usize = 64;
const MOST: usize = 4096;

/// Cells are measured up to so many characters.
const WIDEST: usize = 256;

/// An array of objects as a table.
#[derive(Debug, Clone)]
pub struct Table {
    titles: Vec<String>,
    widths: Vec<usize>,
    /// The keys that lead to each column's cell.
    ways: Vec<Vec<Step>>,
    records: Vec<NodeId>,
}

/// One key on the way from a record to a cell.
#[derive(Debug, Clone)]
struct Step {
    key: String,
    /// Which child it was in the first record that had it: in most others it is the same.
    ordinal: usize,
}

impl Table {
    /// Columns in the order in which the records first name them, nested objects' fields as `Owner.Name` where the object
    /// was first named; keys in `skip` left out at any level. A nested array, or object with `records`, is one column.
    /// Looks at the first 200 records for columns; records are found by number in constant time.
    ///
    /// `None` if this is no array, or holds something else than objects (and nulls) among the first 200.
    pub fn of(document: &Document, array: NodeId, skip: &[&str]) -> Option<Self> {
        if document.kind(array) != Kind::Array {
            return None;
        }
        let records: Vec<NodeId> = document.children(array).collect();
        let mut tree = Tree::new();
        let mut objects = 0;
        for record in records.iter().take(SAMPLE) {
            match document.kind(*record) {
                Kind::Object => tree.learn(document, *record, skip),
                Kind::Null => continue,
                _ => return None,
            }
            objects += 1;
        }
        if objects == 0 && !records.is_empty() {
            return None;
        }
        let mut table = Self { titles: Vec::new(), widths: Vec::new(), ways: Vec::new(), records };
        tree.columns_into(&mut table);
        Some(table)
    }

    /// The titles.
    pub fn columns(&self) -> &[String] {
        &self.titles
    }

    /// Number of records.
    pub fn rows(&self) -> usize {
        self.records.len()
    }

    /// The record.
    pub fn record(&self, row: usize) -> Option<NodeId> {
        self.records.get(row).copied()
    }

    /// The cell's value, where the record has one. A parent that is null has no fields, so its columns are `None`.
    pub fn cell(&self, document: &Document, row: usize, column: usize) -> Option<NodeId> {
        let mut node = self.record(row)?;
        for step in self.ways.get(column)? {
            if document.kind(node) != Kind::Object {
                return None;
            }
            let likely = document.tape.child(node, step.ordinal).filter(|child| document.has_key(*child, &step.key));
            node = likely.or_else(|| document.get(node, &step.key))?;
        }
        Some(node)
    }

    /// The widest of the first 200 cells and the title, in characters, per column. Cells are measured up to 256; one
    /// that holds a container counts as its number of children in brackets.
    pub fn widths(&self) -> &[usize] {
        &self.widths
    }
}

/// The keys seen in the records, as a tree.
struct Tree {
    branches: Vec<Branch>,
}

/// A key below another.
struct Branch {
    step: Step,
    above: usize,
    depth: usize,
    /// Keys below it in the order of first sight, and by name.
    below: Vec<usize>,
    names: HashMap<String, usize>,
    /// Whether some record has a value here that is no object (and, if so, one that is not null).
    seen: Seen,
    width: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    Nothing,
    Null,
    Value,
}

impl Branch {
    fn new(step: Step, above: usize, depth: usize) -> Self {
        Self { step, above, depth, below: Vec::new(), names: HashMap::new(), seen: Seen::Nothing, width: 0 }
    }
}

impl Tree {
    fn new() -> Self {
        Self { branches: vec![Branch::new(Step { key: String::new(), ordinal: 0 }, 0, 0)] }
    }

    /// Adds what one record has.
    fn learn(&mut self, document: &Document, record: NodeId, skip: &[&str]) {
        let mut open = vec![(record, 0)];
        while let Some((object, above)) = open.pop() {
            for (ordinal, child) in document.children(object).enumerate() {
                let key = document.key(child).unwrap_or_default();
                if skip.contains(&key.as_ref()) {
                    continue;
                }
                let Some(place) = self.place(above, &key, ordinal) else { continue };
                let Some(branch) = self.branches.get_mut(place) else { continue };
                match document.kind(child) {
                    Kind::Object if branch.depth < DEEPEST && is_parent(document, child) => open.push((child, place)),
                    Kind::Null => {
                        branch.seen = branch.seen.max(Seen::Null);
                        branch.width = branch.width.max(4);
                    }
                    _ => {
                        branch.seen = Seen::Value;
                        branch.width = branch.width.max(width_of(document, child));
                    }
                }
            }
        }
    }

    /// The branch for a key, made if it is new; `None` where there are too many.
    fn place(&mut self, above: usize, key: &str, ordinal: usize) -> Option<usize> {
        let next = self.branches.len();
        let parent = self.branches.get_mut(above)?;
        if let Some(known) = parent.names.get(key) {
            return Some(*known);
        }
        if next > MOST {
            return None;
        }
        parent.names.insert(key.to_owned(), next);
        parent.below.push(next);
        let depth = parent.depth + 1;
        self.branches.push(Branch::new(Step { key: key.to_owned(), ordinal }, above, depth));
        Some(next)
    }

    /// Writes the columns out. A key that is an object in some records and null in all others is no column of its own.
    fn columns_into(&self, table: &mut Table) {
        let mut open = vec![0];
        while let Some(place) = open.pop() {
            let Some(branch) = self.branches.get(place) else { continue };
            open.extend(branch.below.iter().rev());
            if branch.seen == Seen::Value || (branch.seen == Seen::Null && branch.below.is_empty()) {
                let way = self.way(place);
                let title = way.iter().map(|step| step.key.as_str()).collect::<Vec<_>>().join(".");
                table.widths.push(branch.width.max(title.chars().count()));
                table.titles.push(title);
                table.ways.push(way);
            }
        }
    }

    fn way(&self, place: usize) -> Vec<Step> {
        let mut way = Vec::new();
        let mut at = place;
        while let Some(branch) = self.branches.get(at).filter(|_| at != 0) {
            way.push(branch.step.clone());
            at = branch.above;
        }
        way.reverse();
        way
    }
}

/// Whether an object's fields are columns: it has some, and it is not a list of child rows.
fn is_parent(document: &Document, object: NodeId) -> bool {
    document.child_count(object) > 0 && document.get(object, "records").is_none()
}

fn width_of(document: &Document, node: NodeId) -> usize {
    match document.kind(node) {
        Kind::Object | Kind::Array => document.child_count(node).to_string().len() + 2,
        _ => document.preview(node, WIDEST).0.chars().count(),
    }
}
