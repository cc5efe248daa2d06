//! `composite/graph`: graphs of dependent requests, each all or nothing, independent of each other.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_graph.htm>

use super::Caller;
use super::parts::{self, bad, list, text};
use super::route::Call;
use crate::demo::answer::Reply;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// Graphs of one request, and requests of all its graphs together.
const MOST_GRAPHS: usize = 75;
const MOST_NODES: usize = 500;

/// Runs the graphs.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>, body: &Value) -> Result<Value, Reply> {
    let graphs = list(body, "graphs", MOST_GRAPHS)?;
    let mut checked: Vec<(&str, &[Value])> = Vec::with_capacity(graphs.len());
    for graph in graphs {
        let Some(id) = text(graph, "graphId") else { return Err(bad("a graph has no graphId")) };
        if checked.iter().any(|(other, _)| *other == id) {
            return Err(bad(&format!("the graphId {id} stands twice")));
        }
        let nodes = list(graph, "compositeRequest", MOST_NODES)?;
        parts::check_names(nodes)?;
        checked.push((id, nodes));
    }
    let count: usize = checked.iter().map(|(_, nodes)| nodes.len()).sum();
    if count > MOST_NODES {
        let told = format!("the graphs hold {count} requests; {MOST_NODES} are the most");
        return Err(Reply::refusal(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED", &told));
    }
    let mut answers = Vec::with_capacity(checked.len());
    for (id, nodes) in checked {
        let work = || {
            let (answers, good) = parts::sequence(caller, call, nodes, true);
            ((answers, good), good)
        };
        let (response, good) = caller.viewer.together(work).map_err(|error| Reply::from_error(&error))?;
        answers.push(json!({
            "graphId": id,
            "graphResponse": { "compositeResponse": response },
            "isSuccessful": good,
        }));
    }
    Ok(json!({ "graphs": answers }))
}
