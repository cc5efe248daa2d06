//! The org's own resources as a tree: what each answer offers to go on to.
//!
//! Pure: whoever shows the tree asks the org and hands the answer in. Addresses come out as paths on the org, whatever
//! host the answer writes in front of them; one that names another host is left out.

use crate::json::{Document, Kind, NodeId};

/// What kind of node it is: tells how its answer is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceKind {
    /// `/services/data`: the versions.
    Versions,
    /// `/services/data/v67.0`: its resources.
    Version,
    /// Any resource; what in its answer is an address lies below it.
    Resource,
    /// The global describe.
    SObjects,
    /// One object.
    SObject,
    /// One object's describe, or any other answer that is read and not expanded.
    Describe,
    /// The identity.
    Identity,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceNode {
    /// What it is called.
    pub label: String,
    /// What is asked when it is opened or expanded: a path on the org, or `{{IdURL}}`.
    pub address: String,
    /// What kind.
    pub kind: ResourceKind,
    /// Whether its answer may have nodes below it.
    pub expandable: bool,
    /// A word beside it: an object's label, a version's release.
    pub note: String,
}

impl ResourceNode {
    fn new(label: &str, address: impl Into<String>, kind: ResourceKind, note: &str) -> Self {
        let expandable = !matches!(kind, ResourceKind::Describe | ResourceKind::Identity);
        Self { label: label.to_owned(), address: address.into(), kind, expandable, note: note.to_owned() }
    }
}

/// Where the tree begins: the identity, the version in use, and all versions.
pub fn roots(version: &str) -> Vec<ResourceNode> {
    vec![
        ResourceNode::new("identity", "{{IdURL}}", ResourceKind::Identity, ""),
        ResourceNode::new(
            &format!("v{version}"),
            format!("/services/data/v{version}/"),
            ResourceKind::Version,
            "in use",
        ),
        ResourceNode::new("versions", "/services/data", ResourceKind::Versions, ""),
    ]
}

/// The nodes below one, from its answer; none where the answer is another than this kind gives.
pub fn expand(node: &ResourceNode, answer: &Document) -> Vec<ResourceNode> {
    let Some(root) = answer.root() else { return Vec::new() };
    match node.kind {
        ResourceKind::Versions => versions(answer, root),
        ResourceKind::Version => resources(answer, root),
        ResourceKind::SObjects => sobjects(answer, root, &node.address),
        ResourceKind::SObject => sobject(answer, root, &node.address),
        ResourceKind::Resource => addresses(answer, root),
        ResourceKind::Describe | ResourceKind::Identity => Vec::new(),
    }
}

/// Newest first.
fn versions(answer: &Document, root: NodeId) -> Vec<ResourceNode> {
    let mut nodes: Vec<_> = answer
        .children(root)
        .filter_map(|entry| {
            let version = answer.text(answer.get(entry, "version")?).into_owned();
            let url = path_on_org(&answer.text(answer.get(entry, "url")?))?;
            let label = answer.get(entry, "label").map(|node| answer.text(node).into_owned()).unwrap_or_default();
            let number: f64 = version.parse().unwrap_or(0.0);
            Some((number, ResourceNode::new(&format!("v{version}"), format!("{url}/"), ResourceKind::Version, &label)))
        })
        .collect();
    nodes.sort_by(|a, b| b.0.total_cmp(&a.0));
    nodes.into_iter().map(|(_, node)| node).collect()
}

/// The families that give nothing to a bare GET; they stand in the list and their note says what they want.
const WANTS: [(&str, &str); 7] = [
    ("query", "?q=SELECT …"),
    ("queryAll", "?q=SELECT …, deleted rows too"),
    ("search", "?q=FIND {…}"),
    ("parameterizedSearch", "?q=…"),
    ("graphql", "POST"),
    ("composite", "POST, or GET for its list"),
    ("identity", ""),
];

/// An object of name and path.
fn resources(answer: &Document, root: NodeId) -> Vec<ResourceNode> {
    if answer.kind(root) != Kind::Object {
        return Vec::new();
    }
    let mut nodes: Vec<_> = answer
        .children(root)
        .filter_map(|child| {
            let name = answer.key(child)?;
            if name == "identity" {
                return Some(ResourceNode::new(&name, "{{IdURL}}", ResourceKind::Identity, ""));
            }
            let path = path_on_org(&answer.text(child)).filter(|_| answer.kind(child) == Kind::String)?;
            let note = WANTS.iter().find(|(known, _)| *known == name).map_or("", |(_, note)| note);
            let kind = if name == "sobjects" { ResourceKind::SObjects } else { ResourceKind::Resource };
            let node = ResourceNode::new(&name, path, kind, note);
            Some(ResourceNode { expandable: note.is_empty() || name == "composite", ..node })
        })
        .collect();
    nodes.sort_by_cached_key(|node| node.label.to_lowercase());
    nodes
}

/// The objects of a global describe, by name.
fn sobjects(answer: &Document, root: NodeId, above: &str) -> Vec<ResourceNode> {
    let Some(list) = answer.get(root, "sobjects") else { return Vec::new() };
    let mut nodes: Vec<_> = answer
        .children(list)
        .filter_map(|entry| {
            let name = answer.text(answer.get(entry, "name")?).into_owned();
            let label = answer.get(entry, "label").map(|node| answer.text(node).into_owned()).unwrap_or_default();
            // `urls.sobject` is what the org says; the name is enough where it says nothing.
            let told =
                answer.get(entry, "urls").and_then(|urls| answer.get(urls, "sobject")).map(|node| answer.text(node));
            let path = told
                .and_then(|text| path_on_org(&text))
                .or_else(|| path_on_org(&format!("{}/{name}", above.trim_end_matches('/'))))?;
            Some(ResourceNode::new(&name, path, ResourceKind::SObject, &label))
        })
        .collect();
    nodes.sort_by_cached_key(|node| node.label.to_lowercase());
    nodes
}

/// What lies below one object: its own URLs, and its recent records.
fn sobject(answer: &Document, root: NodeId, above: &str) -> Vec<ResourceNode> {
    let mut nodes = Vec::new();
    let urls = answer.get(root, "objectDescribe").and_then(|object| answer.get(object, "urls"));
    if let Some(urls) = urls {
        for child in answer.children(urls) {
            let name = answer.key(child).unwrap_or_default();
            let path = path_on_org(&answer.text(child))
                .filter(|path| path.trim_end_matches('/') != above.trim_end_matches('/'));
            // `rowTemplate` and its like hold braces: no address yet.
            if let Some(path) = path.filter(|path| !path.contains('{')) {
                let kind = if matches!(&*name, "describe" | "uiDetailTemplate") {
                    ResourceKind::Describe
                } else {
                    ResourceKind::Resource
                };
                nodes.push(ResourceNode::new(&name, path, kind, ""));
            }
        }
    }
    if let Some(recent) = answer.get(root, "recentItems") {
        for item in answer.children(recent) {
            let told =
                answer.get(item, "attributes").and_then(|node| answer.get(node, "url")).map(|node| answer.text(node));
            let (Some(path), Some(id)) = (told.and_then(|text| path_on_org(&text)), answer.get(item, "Id")) else {
                continue;
            };
            let name = answer.get(item, "Name").map(|node| answer.text(node).into_owned()).unwrap_or_default();
            nodes.push(ResourceNode::new(&answer.text(id), path, ResourceKind::Describe, &name));
        }
    }
    if nodes.is_empty() {
        nodes.push(ResourceNode::new(
            "describe",
            format!("{}/describe", above.trim_end_matches('/')),
            ResourceKind::Describe,
            "",
        ));
    }
    nodes
}

/// Most nodes below a resource that is not known here.
const MOST: usize = 500;

/// What in an answer of any kind is an address of the REST API, at most three levels deep.
fn addresses(answer: &Document, root: NodeId) -> Vec<ResourceNode> {
    let mut nodes: Vec<ResourceNode> = Vec::new();
    for node in root..answer.end(root) {
        if nodes.len() >= MOST {
            break;
        }
        if answer.kind(node) != Kind::String
            || answer.depth(node) > 3
            || !answer.raw(node).starts_with(b"\"/services/data/")
        {
            continue;
        }
        let Some(path) = path_on_org(&answer.text(node)).filter(|path| !path.contains('{')) else { continue };
        if nodes.iter().any(|known| known.address == path) {
            continue;
        }
        let label = label_of(answer, node);
        nodes.push(ResourceNode::new(&label, path, ResourceKind::Resource, ""));
    }
    nodes
}

/// A name for an address: its key, or where that is only `url`, what stands beside it.
fn label_of(answer: &Document, node: NodeId) -> String {
    let key = answer.key(node).unwrap_or_default();
    if matches!(&*key, "url" | "Url" | "") {
        let above = answer.parent(node);
        let name = ["name", "label", "id"].iter().find_map(|key| answer.get(above?, key));
        if let Some(name) = name {
            return answer.text(name).into_owned();
        }
        return answer.text(node).trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    }
    key.into_owned()
}

/// A path under `/services/data` as it stands.
fn path_on_org(text: &str) -> Option<String> {
    let fine = text == "/services/data" || text.starts_with("/services/data/");
    // An org's text must not become a template of ours.
    let plain = !text.contains("{{");
    (fine
        && plain
        && !text.contains("..")
        && !text.contains('\\')
        && !text.chars().any(|c| c.is_whitespace() || c.is_control()))
    .then(|| text.to_owned())
}

#[cfg(test)]
#[path = "resources_tests.rs"]
mod tests;
