//! Requests that hold requests: composite, batch, graph; and the bodies of the POSTs that only ask.
//!
//! Only what is wholly understood passes: keys are a closed list in their exact spelling, none may occur twice, and a
//! part's address must not depend on another part's answer.

use super::guard::reason_at;
use crate::json::{Document, Kind, NodeId};
use http::Method;
use std::collections::HashSet;
use url::Url;

type Reason = Option<String>;

fn because(text: impl Into<String>) -> Reason {
    Some(text.into())
}

/// The body as a document without doubts: valid, an object, no key twice (servers differ on which one counts).
fn sure(body: &[u8]) -> Result<Document, String> {
    let document = Document::parse(body.to_vec());
    let Some(root) = document.root() else { return Err("its body is no JSON".to_owned()) };
    if document.error().is_some() || document.kind(root) != Kind::Object {
        return Err("its body is no JSON object".to_owned());
    }
    for node in 0..document.end(root) {
        if document.kind(node) != Kind::Object {
            continue;
        }
        let mut seen = HashSet::new();
        for child in document.children(node) {
            let key = document.key(child).unwrap_or_default().to_lowercase();
            if !seen.insert(key) {
                return Err(format!("its body has a key twice, at {}", document.path(child)));
            }
        }
    }
    Ok(document)
}

/// The first key of an object that is not in the list.
fn strange_key(document: &Document, object: NodeId, known: &[&str]) -> Reason {
    let mut keys = document.children(object).filter_map(|child| document.key(child));
    keys.find(|key| !known.contains(&key.as_ref()))
        .map(|key| format!("its body has a key that is not known here: {key}"))
}

/// `{"compositeRequest":[…]}`
pub(super) fn composite(url: &Url, body: &[u8], depth: usize) -> Reason {
    let document = match sure(body) {
        Ok(document) => document,
        Err(reason) => return Some(reason),
    };
    let root = document.root()?;
    strange_key(&document, root, &["allOrNone", "collateSubrequests", "compositeRequest"])
        .or_else(|| parts(&document, root, "compositeRequest", url, depth, composite_part))
}

/// `{"batchRequests":[…]}`
pub(super) fn batch(url: &Url, body: &[u8], depth: usize) -> Reason {
    let document = match sure(body) {
        Ok(document) => document,
        Err(reason) => return Some(reason),
    };
    let root = document.root()?;
    strange_key(&document, root, &["batchRequests", "haltOnError"])
        .or_else(|| parts(&document, root, "batchRequests", url, depth, batch_part))
}

/// `{"graphs":[{"graphId":…,"compositeRequest":[…]}]}`
pub(super) fn graph(url: &Url, body: &[u8], depth: usize) -> Reason {
    let document = match sure(body) {
        Ok(document) => document,
        Err(reason) => return Some(reason),
    };
    let root = document.root()?;
    strange_key(&document, root, &["graphs"]).or_else(|| {
        let one = |document: &Document, graph: NodeId, url: &Url, depth: usize| {
            strange_key(document, graph, &["graphId", "compositeRequest"])
                .or_else(|| parts(document, graph, "compositeRequest", url, depth, composite_part))
        };
        parts(&document, root, "graphs", url, depth, one)
    })
}

/// Every element of the array under this key, which must be there.
fn parts(
    document: &Document,
    object: NodeId,
    key: &str,
    url: &Url,
    depth: usize,
    one: impl Fn(&Document, NodeId, &Url, usize) -> Reason,
) -> Reason {
    let Some(array) = document.get(object, key).filter(|node| document.kind(*node) == Kind::Array) else {
        return because(format!("its body has no list {key}"));
    };
    document.children(array).enumerate().find_map(|(n, part)| {
        if document.kind(part) != Kind::Object {
            return because(format!("part {} is no object", n + 1));
        }
        one(document, part, url, depth).map(|reason| format!("part {}: {reason}", n + 1))
    })
}

fn composite_part(document: &Document, part: NodeId, url: &Url, depth: usize) -> Reason {
    strange_key(document, part, &["method", "url", "referenceId", "httpHeaders", "body"])
        .or_else(|| one_part(document, part, url, "body", depth))
}

fn batch_part(document: &Document, part: NodeId, url: &Url, depth: usize) -> Reason {
    strange_key(document, part, &["method", "url", "richInput"])
        .or_else(|| one_part(document, part, url, "richInput", depth))
}

/// One part, judged as if it were sent alone.
fn one_part(document: &Document, part: NodeId, outer: &Url, body_key: &str, depth: usize) -> Reason {
    let text = |key: &str| {
        document.get(part, key).filter(|node| document.kind(*node) == Kind::String).map(|node| document.text(node))
    };
    let (Some(method), Some(address)) = (text("method"), text("url")) else {
        return because("it has no method or no url");
    };
    let Ok(method) = Method::from_bytes(method.to_ascii_uppercase().as_bytes()) else {
        return because("its method is none");
    };
    // Composite resolves @{…} from the answers of earlier parts: where it leads is not known yet.
    if address.contains("@{") {
        return because("its address depends on another part's answer");
    }
    // A fragment is cut off by us and perhaps not by the org.
    if address.contains('#') {
        return because("its address has a fragment");
    }
    let Some(url) = part_url(outer, &address) else {
        return because("its address is not one of the org");
    };
    let headers = match document.get(part, "httpHeaders") {
        Some(node) => document
            .children(node)
            .map(|child| (document.key(child).unwrap_or_default().into_owned(), document.text(child).into_owned()))
            .collect(),
        None => Vec::new(),
    };
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let body = document.get(part, body_key).map(|node| document.raw(node)).unwrap_or_default();
    reason_at(&method, &url, &headers, Some(body), depth + 1)
}

/// `/services/data/v67.0/…` (composite) or `v67.0/…` (batch) on the org of the whole.
fn part_url(outer: &Url, address: &str) -> Option<Url> {
    let origin = outer.origin().ascii_serialization();
    let path = if address.starts_with('/') { address.to_owned() } else { format!("/services/data/{address}") };
    if address.contains("://") && !address.starts_with('/') && !address.contains('?') {
        return None;
    }
    Url::parse(&format!("{origin}{path}")).ok()
}

/// A GraphQL request whose document holds no mutation. Salesforce has no subscriptions.
pub(super) fn graphql(body: &[u8]) -> Reason {
    let document = match sure(body) {
        Ok(document) => document,
        Err(reason) => return Some(reason),
    };
    let root = document.root()?;
    if let Some(reason) = strange_key(&document, root, &["query", "variables", "operationName"]) {
        return Some(reason);
    }
    let Some(query) = document.get(root, "query").filter(|node| document.kind(*node) == Kind::String) else {
        return because("its body has no query");
    };
    // The word may stand in a string or a comment and mean nothing: then it is asked once too often. A name in GraphQL
    // cannot be written in any other way.
    let text = document.text(query);
    let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.any(|word| word.eq_ignore_ascii_case("mutation")).then(|| "its GraphQL document holds a mutation".to_owned())
}

/// A bulk job that queries: it makes a job, and changes no record.
pub(super) fn query_job(body: &[u8]) -> Reason {
    let document = match sure(body) {
        Ok(document) => document,
        Err(reason) => return Some(reason),
    };
    let operation = document.root().and_then(|root| document.get(root, "operation")).map(|node| document.text(node));
    match operation.as_deref() {
        Some("query" | "queryAll") => None,
        _ => because("its operation is not query or queryAll"),
    }
}
