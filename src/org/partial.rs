//! Answers whose status is 200 although a part of what was asked failed: composite, batch, graph, tree, collections, GraphQL.

use super::errors::{clip, one_error};
use crate::json::{Document, Kind, NodeId};
use crate::request::Failure;

/// Most failed parts that are told one by one.
const TOLD: usize = 10;

/// What failed inside; `None` where nothing did or the answer is no such collection.
pub(super) fn failed_parts(document: &Document) -> Option<Failure> {
    let root = document.root()?;
    match document.kind(root) {
        Kind::Array => collection(document, root),
        Kind::Object => object(document, root),
        _ => None,
    }
}

fn object(document: &Document, root: NodeId) -> Option<Failure> {
    let list = |key: &str| document.get(root, key).filter(|node| document.kind(*node) == Kind::Array);
    if let Some(parts) = list("compositeResponse") {
        return told(document, document.children(parts), "httpStatusCode", "body");
    }
    if let Some(graphs) = list("graphs") {
        let parts = document.children(graphs).filter_map(|graph| {
            let response = document.get(graph, "graphResponse")?;
            document.get(response, "compositeResponse")
        });
        let parts: Vec<_> = parts.flat_map(|list| document.children(list)).collect();
        return told(document, parts.into_iter(), "httpStatusCode", "body");
    }
    if let (Some(results), Some(failed)) = (list("results"), document.get(root, "hasErrors")) {
        if document.kind(failed) != Kind::True {
            return None;
        }
        let tree = document.children(results).any(|one| document.get(one, "errors").is_some());
        return if tree {
            collection_of(document, results)
        } else {
            told(document, document.children(results), "statusCode", "result")
        };
    }
    // GraphQL: `errors` beside `data`.
    let errors = list("errors").filter(|node| document.child_count(*node) > 0)?;
    document.get(root, "data")?;
    let messages: Vec<_> =
        document.children(errors).filter_map(|node| one_error(document, node)).map(|one| one.message).collect();
    let title = match messages.len() {
        1 => "GraphQL: the answer holds an error".to_owned(),
        n => format!("GraphQL: the answer holds {n} errors"),
    };
    Some(Failure { title, detail: clip(&messages.join("\n")), ..Failure::default() })
}

/// Parts with their own status and body.
fn told(document: &Document, parts: impl Iterator<Item = NodeId>, status_key: &str, body_key: &str) -> Option<Failure> {
    let mut failure = Failure::default();
    let (mut failed, mut all) = (0_usize, 0_usize);
    let mut details = Vec::new();
    for part in parts {
        all += 1;
        let status: u16 = document.get(part, status_key).and_then(|node| document.text(node).parse().ok()).unwrap_or(0);
        if status < 400 {
            continue;
        }
        failed += 1;
        if failed > TOLD {
            continue;
        }
        let name = document
            .get(part, "referenceId")
            .map_or_else(|| format!("part {all}"), |node| document.text(node).into_owned());
        let body = document.get(part, body_key);
        let first =
            body.filter(|node| document.kind(*node) == Kind::Array).and_then(|list| document.at(list, 0)).or(body);
        let error = first.and_then(|node| one_error(document, node));
        let (code, message) = error.map(|one| (one.code, one.message)).unwrap_or_default();
        details.push(format!("{name}: {message}"));
        failure.facts.push((name, format!("{status} {code}").trim_end().to_owned()));
    }
    if failed == 0 {
        return None;
    }
    failure.title = format!("{failed} of {all} parts failed");
    failure.detail = clip(&details.join("\n"));
    Some(failure)
}

/// `[{"id":…,"success":false,"errors":[…]}]`, or a list of errors in a 200.
fn collection(document: &Document, list: NodeId) -> Option<Failure> {
    let first = document.at(list, 0)?;
    (document.kind(first) == Kind::Object
        && document.get(first, "success").is_some()
        && document.get(first, "errors").is_some())
    .then(|| collection_of(document, list))?
}

fn collection_of(document: &Document, list: NodeId) -> Option<Failure> {
    let all = document.child_count(list);
    let mut details = Vec::new();
    let mut failed = 0_usize;
    for (n, row) in document.children(list).enumerate() {
        let errors = document.get(row, "errors").filter(|node| document.child_count(*node) > 0);
        let Some(errors) = errors else { continue };
        failed += 1;
        if failed <= TOLD {
            let name = document
                .get(row, "referenceId")
                .map_or_else(|| format!("row {}", n + 1), |node| document.text(node).into_owned());
            let said: Vec<_> = document
                .children(errors)
                .filter_map(|node| one_error(document, node))
                .map(|one| format!("{} {}", one.code, one.message))
                .collect();
            details.push(format!("{name}: {}", said.join("; ")));
        }
    }
    let title = format!("{failed} of {all} rows failed");
    (failed > 0).then(|| Failure { title, detail: clip(&details.join("\n")), ..Failure::default() })
}
