//! The records of an answer as a table: pages of rows, a cell cursor, a sort. Rows are loaded on demand.

use crate::json::{Document, Kind, NodeId, Table};
use std::cmp::Ordering;
use std::sync::Arc;
use unicode_width::UnicodeWidthStr;

/// What of a record is no column.
const SKIP: &[&str] = &["attributes"];

/// One page of rows: an answer's records.
#[derive(Debug, Clone)]
struct Rows {
    document: Arc<Document>,
    table: Table,
    /// For each column of the whole table, the column of this page.
    columns: Vec<Option<usize>>,
}

/// How the loaded rows are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortBy {
    /// The column.
    pub column: usize,
    /// Z to A.
    pub down: bool,
}

/// Records as a table.
#[derive(Debug, Clone)]
pub struct TableLook {
    columns: Vec<String>,
    widths: Vec<usize>,
    pages: Vec<Rows>,
    /// Row numbers in the order shown; empty: as they came.
    order: Vec<u32>,
    /// How it is sorted.
    pub sort: Option<SortBy>,
    /// What the org says there is in all.
    pub total: Option<u64>,
    /// Where the next rows are.
    pub next: Option<String>,
    /// The row under the cursor.
    pub row: usize,
    /// The first row shown.
    pub top: usize,
    /// The column under the cursor.
    pub column: usize,
    /// The first column shown after the frozen one.
    pub left: usize,
}

/// So many rows are sorted within a frame.
const AT_ONCE: usize = 10_000;

/// The widest a column is drawn; the cell in full is in the tree.
pub const WIDEST: usize = 40;

impl TableLook {
    /// The table of an answer that holds `records` (or is an array of objects itself).
    pub fn of(document: &Arc<Document>) -> Option<Self> {
        let root = document.root()?;
        let array = match document.kind(root) {
            Kind::Object => ["records", "searchRecords"].iter().find_map(|k| document.get(root, k))?,
            Kind::Array => root,
            _ => return None,
        };
        let table = Table::of(document, array, SKIP)?;
        if table.rows() == 0 || table.columns().is_empty() {
            return None;
        }
        let columns: Vec<String> = table.columns().to_vec();
        let widths = table.widths().iter().map(|w| (*w).clamp(2, WIDEST)).collect();
        let mut look = Self {
            widths,
            pages: Vec::new(),
            order: Vec::new(),
            sort: None,
            total: None,
            next: None,
            row: 0,
            top: 0,
            column: 0,
            left: 1,
            columns,
        };
        look.total = document.get(root, "totalSize").and_then(|n| document.text(n).parse().ok());
        look.next = next_of(document);
        look.pages.push(look.rows_of(document, table));
        look.widen();
        Some(look)
    }

    /// Makes room for a title with the mark of a sort, and for characters that take two columns.
    fn widen(&mut self) {
        const SEEN: usize = 200;
        for column in 0..self.columns.len() {
            let title = self.columns.get(column).map_or(0, |c| c.width() + 2);
            let cells = (0..self.rows().min(SEEN)).filter_map(|row| self.cell(row, column));
            let texts = cells.filter(|(d, n)| d.kind(*n) == Kind::String).map(|(d, n)| d.preview(n, WIDEST).0);
            let widest = texts.filter(|t| !t.is_ascii()).map(|t| t.width()).max().unwrap_or(0);
            if let Some(width) = self.widths.get_mut(column) {
                *width = (*width).max(title).max(widest).min(WIDEST);
            }
        }
    }

    /// Adds a further page.
    pub fn add(&mut self, document: &Arc<Document>) {
        self.next = next_of(document);
        let records = document.root().and_then(|root| document.get(root, "records"));
        if let Some(table) = records.and_then(|array| Table::of(document, array, SKIP)) {
            let rows = self.rows_of(document, table);
            self.pages.push(rows);
            self.sort_by(self.sort);
        }
    }

    fn rows_of(&self, document: &Arc<Document>, table: Table) -> Rows {
        let columns = self.columns.iter().map(|c| table.columns().iter().position(|t| t == c)).collect();
        Rows { document: Arc::clone(document), table, columns }
    }

    /// Stands where the reader stood in the beginning of the same rows.
    pub fn stand_as(&mut self, before: &Self) {
        self.row = before.row.min(self.rows().saturating_sub(1));
        self.top = before.top;
        self.column = before.column.min(self.columns.len().saturating_sub(1));
        if before.sort.is_some_and(|by| by.column < self.columns.len()) && self.rows() <= AT_ONCE {
            self.sort_by(before.sort);
        }
    }

    /// Titles.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Columns of the screen per column.
    pub fn widths(&self) -> &[usize] {
        &self.widths
    }

    /// Loaded rows.
    pub fn rows(&self) -> usize {
        self.pages.iter().map(|p| p.table.rows()).sum()
    }

    /// Bytes held by pages after the first, which the answer itself does not count.
    pub fn more_bytes(&self) -> usize {
        self.pages.iter().skip(1).map(|p| p.document.memory()).sum()
    }

    fn place(&self, row: usize) -> Option<(&Rows, usize)> {
        self.place_as_loaded(self.order.get(row).map_or(row, |at| *at as usize))
    }

    fn place_as_loaded(&self, mut row: usize) -> Option<(&Rows, usize)> {
        for page in &self.pages {
            if row < page.table.rows() {
                return Some((page, row));
            }
            row -= page.table.rows();
        }
        None
    }

    /// A cell, if the record has it.
    pub fn cell(&self, row: usize, column: usize) -> Option<(&Arc<Document>, NodeId)> {
        Self::cell_at(self.place(row)?, column)
    }

    fn cell_as_loaded(&self, row: usize, column: usize) -> Option<(&Arc<Document>, NodeId)> {
        Self::cell_at(self.place_as_loaded(row)?, column)
    }

    fn cell_at((page, row): (&Rows, usize), column: usize) -> Option<(&Arc<Document>, NodeId)> {
        let column = (*page.columns.get(column)?)?;
        page.table.cell(&page.document, row, column).map(|node| (&page.document, node))
    }

    /// A record.
    pub fn record(&self, row: usize) -> Option<(&Arc<Document>, NodeId)> {
        let (page, row) = self.place(row)?;
        page.table.record(row).map(|node| (&page.document, node))
    }

    /// The row, as shown, that holds this node of the first page.
    pub fn row_of(&self, node: NodeId) -> Option<usize> {
        let page = self.pages.first()?;
        let (mut low, mut high) = (0, page.table.rows());
        while low < high {
            let middle = usize::midpoint(low, high);
            if page.table.record(middle).is_some_and(|r| r <= node) { low = middle + 1 } else { high = middle }
        }
        let row = low.checked_sub(1)?;
        if self.order.is_empty() { Some(row) } else { self.order.iter().position(|r| *r as usize == row) }
    }

    /// The address of a record, as its `attributes` tell it.
    pub fn address(&self, row: usize) -> Option<String> {
        let (document, record) = self.record(row)?;
        let url = document.get(document.get(record, "attributes")?, "url")?;
        Some(document.text(url).into_owned())
    }

    /// Sorts by the column under the cursor: up, then down, then as they came.
    pub fn cycle_sort(&mut self) {
        let column = self.column;
        let next = match self.sort {
            Some(SortBy { column: c, down: false }) if c == column => Some(SortBy { column, down: true }),
            Some(SortBy { column: c, down: true }) if c == column => None,
            _ => Some(SortBy { column, down: false }),
        };
        self.sort_by(next);
        self.row = 0;
        self.top = 0;
    }

    fn sort_by(&mut self, sort: Option<SortBy>) {
        self.sort = sort;
        self.order.clear();
        if let Some(by) = sort.filter(|_| self.rows() <= AT_ONCE) {
            self.order = self.order_by(by);
        }
    }

    /// What is to be sorted elsewhere, since it takes longer than a frame; [`TableLook::take_order`] brings it back.
    pub fn unsorted(&self) -> Option<SortBy> {
        self.sort.filter(|_| self.order.is_empty() && self.rows() > AT_ONCE)
    }

    /// The loaded rows in this order.
    pub fn order_by(&self, by: SortBy) -> Vec<u32> {
        let SortBy { column, down } = by;
        let mut rows: Vec<(u32, SortKey)> = (0..self.rows())
            .filter_map(|row| u32::try_from(row).ok())
            .map(|row| (row, SortKey::of(self.cell_as_loaded(row as usize, column))))
            .collect();
        rows.sort_by(|a, b| if down { b.1.compare(&a.1) } else { a.1.compare(&b.1) });
        rows.into_iter().map(|(row, _)| row).collect()
    }

    /// An order that was made elsewhere, unless it is no longer the one that is wanted.
    pub fn take_order(&mut self, by: SortBy, order: Vec<u32>) {
        if self.sort == Some(by) && order.len() == self.rows() {
            self.order = order;
            self.row = 0;
            self.top = 0;
        }
    }
}

fn next_of(document: &Document) -> Option<String> {
    let next = document.get(document.root()?, "nextRecordsUrl")?;
    (document.kind(next) == Kind::String).then(|| document.text(next).into_owned())
}

/// Nothing before numbers before text, as Salesforce orders nulls first.
enum SortKey {
    Nothing,
    Number(f64),
    Text(String),
}

impl SortKey {
    fn of(cell: Option<(&Arc<Document>, NodeId)>) -> Self {
        let Some((document, node)) = cell else { return Self::Nothing };
        match document.kind(node) {
            Kind::Null => Self::Nothing,
            Kind::Number => document.text(node).parse().map_or(Self::Nothing, Self::Number),
            _ => Self::Text(document.preview(node, 200).0.to_lowercase()),
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::Number(_) => 1,
            Self::Text(_) => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_table_is_sorted_elsewhere_and_a_late_order_is_left() {
        let rows: Vec<String> = (0..=AT_ONCE).rev().map(|n| format!("{{\"n\":{n}}}")).collect();
        let document = Arc::new(Document::parse(format!("[{}]", rows.join(",")).into_bytes()));
        let mut table = TableLook::of(&document).unwrap();
        let first = |table: &TableLook| table.cell(0, 0).map(|(d, n)| d.text(n).into_owned()).unwrap();
        table.cycle_sort();
        let by = table.unsorted().unwrap();
        assert_eq!(first(&table), AT_ONCE.to_string(), "as it came until the order is there");
        let order = table.order_by(by);
        table.take_order(by, order.clone());
        assert_eq!((first(&table).as_str(), table.unsorted()), ("0", None));
        table.cycle_sort();
        table.take_order(by, order);
        assert_eq!(first(&table), AT_ONCE.to_string(), "the order of another sort is not taken");
    }
}
