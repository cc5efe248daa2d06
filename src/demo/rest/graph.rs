//! `composite/graph`: graphs of dependent requests, each all or nothing, independent of each other.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_graph.htm>

use super::Caller;
use super::parts::{self, ROOT, bad, list, text};
use super::route::Call;
use crate::demo::answer::Reply;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// Graphs of one request, requests of all its graphs together, kinds of requests, and requests that follow from another.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_graph_limits.htm>
const MOST_GRAPHS: usize = 75;
const MOST_NODES: usize = 500;
const MOST_KINDS: usize = 15;
const DEEPEST: usize = 15;
/// Graphs that may fail before the others are not tried.
const MOST_FAILURES: usize = 14;

/// Runs the graphs.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>, body: &Value) -> Result<Value, Reply> {
    let graphs = checked(list(body, "graphs", MOST_GRAPHS)?)?;
    let mut answers = Vec::with_capacity(graphs.len());
    let mut failures = 0;
    for (id, nodes) in graphs {
        let (response, good) = if failures > MOST_FAILURES {
            (parts::halted(nodes, "Too many graphs failed; this one was not tried."), false)
        } else {
            let work = || {
                let (answers, good) = parts::sequence(caller, call, nodes, true);
                ((answers, good), good)
            };
            caller.viewer.together(work).map_err(|error| Reply::from_error(&error))?
        };
        failures += usize::from(!good);
        answers.push(json!({
            "graphId": id,
            "graphResponse": { "compositeResponse": response },
            "isSuccessful": good,
        }));
    }
    Ok(json!({ "graphs": answers }))
}

fn too_many(told: String) -> Reply {
    Reply::refusal(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED", &told)
}

/// The names of the graphs and their requests, if all of it is within its bounds.
fn checked(graphs: &[Value]) -> Result<Vec<(&str, &[Value])>, Reply> {
    let mut checked: Vec<(&str, &[Value])> = Vec::with_capacity(graphs.len());
    let mut kinds: HashSet<(String, String)> = HashSet::new();
    let mut count = 0;
    for graph in graphs {
        let Some(id) = text(graph, "graphId") else { return Err(bad("a graph has no graphId")) };
        if checked.iter().any(|(other, _)| *other == id) {
            return Err(bad(&format!("the graphId {id} stands twice")));
        }
        let nodes = list(graph, "compositeRequest", MOST_NODES)?;
        parts::check_names(nodes)?;
        for node in nodes {
            kinds.insert(kind(node)?);
        }
        if depth(nodes) > DEEPEST {
            return Err(too_many(format!("the graph {id} is deeper than {DEEPEST} requests")));
        }
        count += nodes.len();
        checked.push((id, nodes));
    }
    match (count, kinds.len()) {
        (count, _) if count > MOST_NODES => {
            Err(too_many(format!("the graphs hold {count} requests; {MOST_NODES} are the most")))
        }
        (_, kinds) if kinds > MOST_KINDS => {
            Err(too_many(format!("the graphs hold {kinds} kinds of requests; {MOST_KINDS} are the most")))
        }
        _ => Ok(checked),
    }
}

/// Method, version and object of a request, which is for one record: a graph holds no others.
fn kind(node: &Value) -> Result<(String, String), Reply> {
    let (Some(method), Some(url)) = (text(node, "method"), text(node, "url")) else {
        return Err(bad("a request needs method and url"));
    };
    let (method, path) = (method.to_ascii_uppercase(), url.split('?').next().unwrap_or_default());
    let below = path.strip_prefix(ROOT).unwrap_or_default().trim_end_matches('/');
    let names: Vec<&str> = below.split('/').collect();
    let fits = match names.as_slice() {
        [_, "sobjects", _] => method == "POST",
        [_, "sobjects", _, _] => ["GET", "PATCH", "DELETE"].contains(&method.as_str()),
        [_, "sobjects", _, _, _] => ["GET", "PATCH", "DELETE", "POST"].contains(&method.as_str()),
        _ => false,
    };
    if !fits {
        let told = format!("{method} {path} is not supported in a composite graph");
        return Err(Reply::refusal(StatusCode::BAD_REQUEST, "INVALID_INPUT", &told));
    }
    let what: Vec<&str> = names.into_iter().take(3).collect();
    Ok((method, what.join("/").to_ascii_lowercase()))
}

/// The longest chain of requests of which each refers to the one before.
fn depth(nodes: &[Value]) -> usize {
    let mut depths: HashMap<&str, usize> = HashMap::new();
    for node in nodes {
        let written = node.to_string();
        let named = written.split("@{").skip(1).filter_map(|rest| rest.split(['.', '[', '}']).next());
        let above = named.filter_map(|name| depths.get(name)).max().copied().unwrap_or(0);
        depths.insert(text(node, "referenceId").unwrap_or_default(), above + 1);
    }
    depths.into_values().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(at: usize, url: &str, of: Option<usize>) -> Value {
        let parent = of.map(|of| format!("@{{r{of}.id}}"));
        let method = if url.matches('/').count() > 4 { "PATCH" } else { "POST" };
        json!({ "method": method, "url": format!("/services/data/v67.0/{url}"), "referenceId": format!("r{at}"), "body": { "P": parent } })
    }

    #[test]
    fn bounds_are_kept() {
        let chain =
            |length: usize| (0..length).map(|at| node(at, "sobjects/Account", at.checked_sub(1))).collect::<Vec<_>>();
        assert_eq!((depth(&chain(15)), depth(&chain(16)), depth(&[])), (15, 16, 0));
        let one = |nodes: Vec<Value>| json!([{ "graphId": "1", "compositeRequest": nodes }]);
        let kinds =
            |count: usize| (0..count).map(|at| node(at, &format!("sobjects/Thing{at}__c"), None)).collect::<Vec<_>>();
        for (graph, fits) in [
            (one(chain(15)), true),
            (one(chain(16)), false),
            (one(kinds(15)), true),
            (one(kinds(16)), false),
            (one(vec![node(0, "sobjects/Account/Key__c/7", None)]), true),
            (one(vec![node(0, "query", None)]), false),
            (one(vec![node(0, "composite/sobjects", None)]), false),
        ] {
            assert_eq!(checked(graph.as_array().unwrap()).is_ok(), fits, "{graph}");
        }
    }
}
