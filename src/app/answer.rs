//! How an answer is looked at: which view, where the cursor is, what is folded. One per page, kept with it.

mod form;
mod hex;
mod page_text;
mod picture;
mod raw;
mod window;

pub use form::Form;
pub use hex::{HEX_ROW, hex_row};
pub use page_text::PageText;
pub use picture::Picture;
pub use raw::RawRows;
pub use window::{Then, WINDOW, Window, Windows};

use super::filter::Filter;
use super::pictures::Painting;
use super::search::Search;
use super::table::TableLook;
use crate::json::{Document, Kind, NodeId, Outline};
use crate::request::{AnswerBody, Exchange};
use std::sync::Arc;

/// A view of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum View {
    /// JSON, folded.
    #[default]
    Tree,
    /// Records.
    Table,
    /// A page for people, as text.
    Page,
    /// What a picture says of itself.
    Picture,
    /// Bytes as numbers.
    Hex,
    /// As it came.
    Raw,
    /// What stands before the body, sent and received.
    Headers,
    /// How long what took, and sizes.
    Timing,
}

impl View {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 8] =
        [Self::Tree, Self::Table, Self::Page, Self::Picture, Self::Hex, Self::Raw, Self::Headers, Self::Timing];

    /// As on its tab.
    pub fn title(self) -> &'static str {
        match self {
            Self::Tree => "Tree",
            Self::Table => "Table",
            Self::Page => "Text",
            Self::Picture => "Image",
            Self::Hex => "Hex",
            Self::Raw => "Raw",
            Self::Headers => "Headers",
            Self::Timing => "Timing",
        }
    }
}

/// The tree view's state.
#[derive(Debug, Clone, Default)]
pub struct TreeLook {
    /// What is folded.
    pub outline: Outline,
    /// The row under the cursor.
    pub row: usize,
    /// The first row shown.
    pub top: usize,
    /// Columns scrolled to the right.
    pub left: usize,
}

/// How one answer is looked at.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// Which view.
    pub view: View,
    /// The tree.
    pub tree: TreeLook,
    /// The table, where the answer holds records.
    pub table: Option<TableLook>,
    /// The rows of the raw view, once it was looked at, for one width.
    pub raw: Option<RawRows>,
    /// The first row shown of raw, headers and timing.
    pub top: usize,
    /// The search.
    pub search: Search,
    /// The filter.
    pub filter: Filter,
    /// What form the body has.
    pub form: Form,
    /// A body in another form (XML, CSV) as a document.
    pub derived: Option<Arc<Document>>,
    /// The lines of a page, once it was looked at, for one width.
    pub page_text: Option<PageText>,
    /// What a picture says of itself.
    pub picture: Option<Picture>,
    /// As it is shown, where the terminal can.
    pub painting: Painting,
    /// Whether the raw view's lines go on beyond the edge.
    pub unwrapped: bool,
    /// Columns that those are scrolled to the right.
    pub left: usize,
    /// The part of an answer in a file that is held.
    pub windows: Windows,
}

/// So long a text is converted within a frame, in bytes.
const AT_ONCE: usize = 1 << 17;
/// More rows than this are not opened all at once at first.
const OPEN_ROWS: usize = 400;

impl Look {
    /// For a fresh answer: small ones open, large ones folded to what can be seen at once.
    pub fn of(exchange: &Exchange) -> Self {
        let mut look = Self { form: Form::of(exchange), ..Self::default() };
        match &exchange.body {
            AnswerBody::Text(text) => {
                look.view = if look.form == Form::Html { View::Page } else { View::Raw };
                if look.form.converts() && text.len() <= AT_ONCE {
                    look.take_derived(exchange, look.form.document(text).map(Arc::new));
                }
            }
            AnswerBody::Binary(bytes) => look.show_bytes(bytes),
            AnswerBody::Spooled(spool) if look.form == Form::Bytes => look.show_bytes(&spool.head),
            AnswerBody::Json(document) => {
                look.tree.outline = opened(document);
                look.table = TableLook::of(document);
                // An error in the text is told by the raw view, at its place, only where nothing could be read.
                if document.root().is_none() {
                    look.view = View::Raw;
                }
            }
            AnswerBody::Empty => look.view = View::Headers,
            _ => look.view = View::Raw,
        }
        if !look.views(exchange).contains(&look.view) {
            look.view = View::Headers;
        }
        look
    }

    /// The document that tree, table, search and filter work on.
    pub fn document<'a>(&'a self, exchange: &'a Exchange) -> Option<&'a Arc<Document>> {
        self.derived.as_ref().or_else(|| exchange.body.json())
    }

    fn show_bytes(&mut self, bytes: &[u8]) {
        self.picture = Picture::of(bytes);
        self.view = if self.picture.is_some() { View::Picture } else { View::Hex };
    }

    /// The body as a document, made elsewhere where it is long. Who has not begun to read the text sees it at once.
    pub fn take_derived(&mut self, exchange: &Exchange, document: Option<Arc<Document>>) {
        let Some(document) = document else { return };
        self.tree.outline = opened(&document);
        self.table = TableLook::of(&document).filter(|_| self.form == Form::Csv);
        self.derived = Some(document);
        if self.view == View::Raw && self.top == 0 && self.search.needle().is_none() {
            self.view = self.views(exchange).first().copied().unwrap_or_default();
            if self.table.is_some() {
                self.view = View::Table;
            }
        }
    }

    /// A text that is yet to become a document.
    pub fn to_derive(&self, exchange: &Exchange) -> Option<(Arc<str>, Form)> {
        match &exchange.body {
            AnswerBody::Text(text) if self.form.converts() && text.len() > AT_ONCE && self.derived.is_none() => {
                Some((Arc::clone(text), self.form))
            }
            _ => None,
        }
    }

    /// Whether the body is searched as a text, and not as a document.
    pub fn searches_text(&self, exchange: &Exchange) -> bool {
        let as_document = self.derived.is_some() && matches!(self.view, View::Tree | View::Table);
        matches!(exchange.body, AnswerBody::Text(_)) && !as_document
    }

    /// The views that this answer has.
    pub fn views(&self, exchange: &Exchange) -> Vec<View> {
        View::ALL
            .into_iter()
            .filter(|view| match view {
                View::Tree => self.document(exchange).is_some_and(|d| d.root().is_some()),
                View::Table => self.table.is_some(),
                View::Page => self.form == Form::Html,
                View::Picture => self.picture.is_some(),
                View::Hex => self.form == Form::Bytes,
                View::Raw => !exchange.body.is_empty() && self.form != Form::Bytes,
                View::Headers | View::Timing => true,
            })
            .collect()
    }

    /// The view after (or before) this one.
    pub fn turn(&mut self, exchange: &Exchange, forward: bool) {
        let views = self.views(exchange);
        let at = views.iter().position(|v| *v == self.view).unwrap_or(0);
        let next = if forward { at + 1 } else { at + views.len().saturating_sub(1) };
        if let Some(view) = views.get(next.checked_rem(views.len()).unwrap_or(0)) {
            self.view = *view;
            self.filter.wanted = *view;
            self.top = 0;
        }
    }

    /// The node under the cursor, of whatever document it stands in.
    pub fn node<'a>(&'a self, exchange: &'a Exchange) -> Option<(&'a Arc<Document>, NodeId)> {
        match self.view {
            View::Tree => {
                let document = self.document(exchange)?;
                self.tree.outline.node_at(self.tree.row).map(|node| (document, node))
            }
            View::Table => {
                let table = self.table.as_ref()?;
                table.cell(table.row, table.column)
            }
            _ => None,
        }
    }

    /// Puts the cursor on a node, opening what hides it.
    pub fn go_to(&mut self, document: &Document, node: NodeId, height: usize) {
        self.tree.outline.reveal(document, node);
        self.tree.row = self.tree.outline.row_of(node);
        self.tree.top = around(self.tree.top, self.tree.row, height, self.tree.outline.rows());
        if let Some(table) = &mut self.table
            && let Some(row) = table.row_of(node)
        {
            table.row = row;
            table.top = keep_in_view(table.top, row, height, table.rows());
        }
    }

    /// Scrolls the raw view, where that is shown, to a byte of its text.
    pub fn show_raw(&mut self, text: &[u8], byte: usize, height: usize) {
        if let (Some(raw), View::Raw) = (&self.raw, self.view) {
            let row = raw.row_at(text, byte);
            if !(self.top..self.top + height).contains(&row) {
                self.top = row.saturating_sub(height / 3).min(raw.rows().saturating_sub(height));
            }
        }
    }

    /// Folds every container at the depth of the cursor, or opens them where that one is folded.
    pub fn fold_level(&mut self, document: &Document) {
        let Some(node) = self.tree.outline.node_at(self.tree.row) else { return };
        let holder = if container(document, node) { Some(node) } else { document.parent(node) };
        let Some(holder) = holder else { return };
        let depth = document.depth(holder);
        let open = self.tree.outline.is_folded(holder);
        self.tree.outline.fold_from(document, if open { depth + 1 } else { depth.max(1) });
        self.tree.row = self.tree.outline.row_of(holder);
    }

    /// Folds all below the first level, or opens all where that is so already.
    pub fn fold_all(&mut self, document: &Document) {
        let Some(node) = self.tree.outline.node_at(self.tree.row) else { return };
        let mut folded = self.tree.outline.clone();
        folded.fold_from(document, 1);
        if folded.rows() == self.tree.outline.rows() {
            self.tree.outline.fold_from(document, usize::MAX);
        } else {
            self.tree.outline = folded;
        }
        self.tree.row = self.tree.outline.row_of(node);
    }
}

/// Whether a node has something to fold.
pub fn container(document: &Document, node: NodeId) -> bool {
    matches!(document.kind(node), Kind::Object | Kind::Array) && document.child_count(node) > 0
}

fn opened(document: &Document) -> Outline {
    let mut outline = Outline::new(document);
    let mut depth = 4;
    while outline.rows() > OPEN_ROWS && depth > 1 {
        depth -= 1;
        outline.fold_from(document, depth);
    }
    outline
}

/// The first row to show so that `row` is seen with what stands around it.
fn around(top: usize, row: usize, height: usize, rows: usize) -> usize {
    let margin = 3.min(height / 4);
    let top = keep_in_view(top, (row + margin).min(rows.saturating_sub(1)), height, rows);
    keep_in_view(top, row.saturating_sub(margin), height, rows)
}

/// The first row to show so that `row` is seen, moving as little as may be.
pub fn keep_in_view(top: usize, row: usize, height: usize, rows: usize) -> usize {
    let height = height.max(1);
    let top = top.min(rows.saturating_sub(height));
    if row < top {
        row
    } else if row >= top + height {
        row + 1 - height
    } else {
        top
    }
}

#[cfg(test)]
mod tests {
    use super::keep_in_view;

    #[test]
    fn the_view_moves_only_as_far_as_it_must() {
        assert_eq!(keep_in_view(10, 12, 5, 100), 10);
        assert_eq!(keep_in_view(10, 9, 5, 100), 9);
        assert_eq!(keep_in_view(10, 15, 5, 100), 11);
        assert_eq!(keep_in_view(90, 3, 5, 4), 0);
        assert_eq!(keep_in_view(0, 0, 0, 0), 0);
    }
}
