//! The resources tree of one person's org: loaded a node at a time, each failing on its own.

use super::event::TaskId;
use crate::json::Document;
use crate::org::{ResourceNode, expand, roots};
use crate::request::Failure;

/// Whether a node's children are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Branch {
    /// Nothing inside.
    Leaf,
    /// Closed.
    Closed,
    /// Being asked for.
    Loading(TaskId),
    /// Open: the deeper rows that follow are its children.
    Open,
    /// It could not be had.
    Failed(Failure),
}

/// A row of the tree.
#[derive(Debug, Clone)]
pub struct TreeRow {
    /// What it is.
    pub node: ResourceNode,
    /// How deep.
    pub depth: usize,
    /// Its children.
    pub branch: Branch,
}

/// One org as one person sees it.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    rows: Vec<TreeRow>,
    /// Children of closed nodes, kept so that opening again costs no call.
    kept: Vec<(String, Vec<TreeRow>)>,
    /// The row under the cursor, among those that the filter shows.
    pub row: usize,
    /// The first row shown.
    pub top: usize,
    /// What names must hold.
    pub filter: super::edit::Line,
    /// Whether the filter is being typed.
    pub filtering: bool,
}

impl Tree {
    /// The roots of an org.
    pub fn of(version: &str) -> Self {
        let rows = roots(version).into_iter().map(|node| row(node, 0)).collect();
        Self { rows, ..Self::default() }
    }

    /// Whether it has been started.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows that the filter shows, with their place among all.
    pub fn shown(&self) -> Vec<usize> {
        let needle = self.filter.text().to_lowercase();
        if needle.is_empty() {
            return (0..self.rows.len()).collect();
        }
        let mut keep = vec![false; self.rows.len()];
        // A row is kept for its own name or for one inside it; walking backwards, `wanted` is the depth above a hit.
        let mut wanted: Option<usize> = None;
        for (at, row) in self.rows.iter().enumerate().rev() {
            let hit = row.node.label.to_lowercase().contains(&needle);
            let above = wanted.is_some_and(|depth| row.depth < depth);
            if hit || above {
                wanted = Some(row.depth);
                if let Some(k) = keep.get_mut(at) {
                    *k = true;
                }
            }
        }
        (0..self.rows.len()).filter(|at| keep.get(*at) == Some(&true)).collect()
    }

    /// The first of the shown rows that is shown for its own name.
    pub fn first_hit(&self) -> usize {
        let needle = self.filter.text().to_lowercase();
        let hit = |at: &usize| self.rows.get(*at).is_some_and(|r| r.node.label.to_lowercase().contains(&needle));
        self.shown().iter().position(hit).unwrap_or(0)
    }

    /// All rows, by place.
    pub fn get(&self, at: usize) -> Option<&TreeRow> {
        self.rows.get(at)
    }

    /// The place of the row under the cursor.
    pub fn chosen(&self) -> Option<usize> {
        self.shown().get(self.row).copied()
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&TreeRow> {
        self.chosen().and_then(|at| self.rows.get(at))
    }

    /// Notes that a node's children are being asked for.
    pub fn loading(&mut self, address: &str, id: TaskId) {
        let Some(at) = self.rows.iter().position(|r| r.node.address == address) else { return };
        // Asked for again: what was inside is kept until the new children come.
        self.close(at);
        if let Some(row) = self.rows.get_mut(at) {
            row.branch = Branch::Loading(id);
        }
    }

    /// A node that is being asked for and no longer is.
    pub fn stopped(&mut self, id: TaskId) {
        for row in &mut self.rows {
            if row.branch == Branch::Loading(id) {
                row.branch = Branch::Closed;
            }
        }
    }

    /// Puts a node's children in, as its document tells them.
    pub fn fill(&mut self, address: &str, document: &Document) {
        let Some(at) = self.rows.iter().position(|r| r.node.address == address) else { return };
        self.close(at);
        self.kept.retain(|(a, _)| a != address);
        let Some(parent) = self.rows.get_mut(at) else { return };
        let depth = parent.depth + 1;
        let children: Vec<TreeRow> = expand(&parent.node, document).into_iter().map(|node| row(node, depth)).collect();
        parent.branch = if children.is_empty() { Branch::Leaf } else { Branch::Open };
        self.rows.splice(at + 1..at + 1, children);
    }

    /// A node's children could not be had.
    pub fn failed(&mut self, address: &str, failure: Failure) {
        if let Some(row) = self.rows.iter_mut().find(|r| r.node.address == address) {
            row.branch = Branch::Failed(failure);
        }
    }

    /// Whether this node's children could not be had when they were asked for last.
    pub fn has_failed(&self, address: &str) -> bool {
        self.rows.iter().any(|r| r.node.address == address && matches!(r.branch, Branch::Failed(_)))
    }

    /// Opens a node whose children are kept; whether they were.
    pub fn reopen(&mut self, at: usize) -> bool {
        let Some(address) = self.rows.get(at).map(|r| r.node.address.clone()) else { return false };
        let Some(kept) = self.kept.iter().position(|(a, _)| *a == address) else { return false };
        let (_, children) = self.kept.remove(kept);
        self.rows.splice(at + 1..at + 1, children);
        if let Some(row) = self.rows.get_mut(at) {
            row.branch = Branch::Open;
        }
        true
    }

    /// Closes a node and keeps what was inside.
    pub fn close(&mut self, at: usize) {
        let Some(row) = self.rows.get_mut(at) else { return };
        if row.branch != Branch::Open {
            return;
        }
        row.branch = Branch::Closed;
        let (depth, address) = (row.depth, row.node.address.clone());
        let inside = self.rows.iter().skip(at + 1).take_while(|r| r.depth > depth).count();
        let children: Vec<TreeRow> = self.rows.drain(at + 1..at + 1 + inside).collect();
        self.kept.push((address, children));
    }

    /// The place of the node that a row lies in.
    pub fn parent(&self, at: usize) -> Option<usize> {
        let depth = self.rows.get(at)?.depth;
        (0..at).rev().find(|above| self.rows.get(*above).is_some_and(|r| r.depth < depth))
    }

    /// Puts the cursor on the row at this place.
    pub fn go_to(&mut self, at: usize) {
        if let Some(row) = self.shown().iter().position(|s| *s == at) {
            self.row = row;
        }
    }
}

fn row(node: ResourceNode, depth: usize) -> TreeRow {
    let branch = if node.expandable { Branch::Closed } else { Branch::Leaf };
    TreeRow { node, depth, branch }
}
