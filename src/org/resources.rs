//! The org's own resources as a tree: what each answer offers to go on to.
//!
//! Pure: whoever shows the tree asks the org and hands the answer in.

use crate::json::Document;

/// What kind of node it is: tells how its answer is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceKind {
    /// `/services/data`: the versions.
    Versions,
    /// `/services/data/v67.0`: its resources.
    Version,
    /// Any resource.
    Resource,
    /// The global describe.
    SObjects,
    /// One object.
    SObject,
    /// One object's describe.
    Describe,
    /// The identity.
    Identity,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceNode {
    /// What it is called.
    pub label: String,
    /// What is asked when it is opened or expanded.
    pub address: String,
    /// What kind.
    pub kind: ResourceKind,
    /// Whether its answer has nodes below it.
    pub expandable: bool,
    /// A word beside it: an object's label, a version's release.
    pub note: String,
}

/// Where the tree begins.
pub fn roots(version: &str) -> Vec<ResourceNode> {
    let _ = version;
    Vec::new()
}

/// The nodes below one, from its answer.
pub fn expand(node: &ResourceNode, answer: &Document) -> Vec<ResourceNode> {
    let _ = (node, answer);
    Vec::new()
}
