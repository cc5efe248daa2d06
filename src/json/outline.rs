//! Which nodes show: one row a node, those inside a folded one hidden. Holds two bits a node, so that any row is found
//! in logarithmic time whatever is folded. Must not hold the document: it is handed in where it is needed.

use super::bits::Bits;
use super::document::Document;
use super::tape::NodeId;

/// Which nodes show: one row a node, those inside a folded one hidden.
///
/// A container that is hidden remembers whether it is folded. One without children is never folded.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// Nodes that have a row.
    shown: Bits,
    /// Nodes that hide what is inside them.
    folded: Bits,
}

impl Outline {
    /// Everything open.
    pub fn new(document: &Document) -> Self {
        Self { shown: Bits::new(document.len(), true), folded: Bits::new(document.len(), false) }
    }

    /// Rows that show.
    pub fn rows(&self) -> usize {
        self.shown.total()
    }

    /// The node in this row.
    pub fn node_at(&self, row: usize) -> Option<NodeId> {
        self.shown.select(row).map(|node| node as NodeId)
    }

    /// Its row, or that of the folded node that hides it.
    pub fn row_of(&self, node: NodeId) -> usize {
        // Between a hidden node and the one that hides it nothing shows, so that one has the last row before.
        self.shown.rank(node as usize + 1).saturating_sub(1)
    }

    /// Whether it hides what is inside it.
    pub fn is_folded(&self, node: NodeId) -> bool {
        self.folded.get(node as usize)
    }

    /// Folds or opens one node; those inside keep their state. Does nothing to a node without children.
    pub fn set_folded(&mut self, document: &Document, node: NodeId, folded: bool) {
        if document.child_count(node) == 0 || self.is_folded(node) == folded {
            return;
        }
        self.folded.fill(node as usize, node as usize + 1, folded);
        if self.shown.get(node as usize) {
            self.lay_out(document, node);
        }
    }

    /// Folds every container at this depth and deeper; those above are open. `usize::MAX` opens all.
    pub fn fold_from(&mut self, document: &Document, depth: usize) {
        *self = Self::new(document);
        for container in &document.tape.containers {
            if (container.depth as usize) < depth || container.count == 0 {
                continue;
            }
            let node = container.node as usize;
            self.folded.fill(node, node + 1, true);
            if container.depth as usize == depth {
                self.shown.fill(node + 1, container.end as usize, false);
            }
        }
        self.shown.count_from(0);
    }

    /// Opens what hides a node.
    pub fn reveal(&mut self, document: &Document, node: NodeId) {
        let mut outermost = None;
        let mut inner = node;
        while let Some(above) = document.parent(inner) {
            if self.is_folded(above) {
                self.folded.fill(above as usize, above as usize + 1, false);
                outermost = Some(above);
            }
            inner = above;
        }
        if let Some(outermost) = outermost {
            self.lay_out(document, outermost);
        }
    }

    /// Goes over to an index of more of the same text; what is folded stays folded.
    pub fn follow(&mut self, document: &Document) {
        let known = self.shown.total();
        self.folded.grow(document.len(), false);
        self.shown.grow(document.len(), true);
        if known > 0 {
            self.lay_out(document, 0);
        }
    }

    /// Shows and hides again what is inside a node that shows.
    fn lay_out(&mut self, document: &Document, node: NodeId) {
        let end = document.end(node) as usize;
        let inside = node as usize + 1;
        let open = !self.is_folded(node);
        self.shown.fill(inside, end, open);
        if open {
            let mut at = inside;
            while let Some(folded) = self.folded.next_set(at, end) {
                at = document.end(folded as NodeId) as usize;
                self.shown.fill(folded + 1, at, false);
            }
        }
        self.shown.count_from(inside);
    }
}
