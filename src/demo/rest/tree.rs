//! `composite/tree/NAME`: records with their children and children's children, all or nothing.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobject_tree.htm>

use super::Caller;
use super::record::writer;
use super::route::Call;
use crate::demo::answer::Reply;
use crate::demo::data::{SfError, Viewer};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use std::collections::VecDeque;

/// Records, levels, and different objects of one request.
const MOST: usize = 200;
const DEEPEST: usize = 5;
const MOST_TYPES: usize = 5;

/// One record of the tree.
struct Node {
    object: String,
    reference: String,
    fields: Map<String, Value>,
    /// Place of the parent among the nodes, and the field that leads to it.
    parent: Option<(usize, String)>,
}

/// A record still to be read.
struct Branch<'v> {
    record: &'v Value,
    object: String,
    parent: Option<(usize, String)>,
    level: usize,
}

/// Makes the records.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>, name: &str) -> Reply {
    let viewer = &writer(caller, call);
    let body = match call.json() {
        Ok(body) => body,
        Err(error) => return Reply::from_error(&error),
    };
    let nodes = match nodes(viewer, name, &body) {
        Ok(nodes) => nodes,
        Err(wrong) => return refused(&wrong),
    };
    let work = || {
        let (ids, errors) = make(viewer, &nodes);
        let good = errors.is_empty();
        ((ids, errors), good)
    };
    match viewer.together(work) {
        Ok((ids, errors)) if errors.is_empty() => {
            let one = |(node, id): (&Node, Option<String>)| json!({ "referenceId": node.reference, "id": id });
            let results: Vec<Value> = nodes.iter().zip(ids).map(one).collect();
            Reply::json(StatusCode::CREATED, &json!({ "hasErrors": false, "results": results }))
        }
        Ok((_, errors)) => refused(&errors),
        Err(error) => Reply::from_error(&error),
    }
}

fn refused(errors: &[Wrong]) -> Reply {
    let one = |(reference, error): &Wrong| json!({ "referenceId": reference, "errors": error.to_list() });
    let results: Vec<Value> = errors.iter().map(one).collect();
    Reply::json(StatusCode::BAD_REQUEST, &json!({ "hasErrors": true, "results": results }))
}

/// Makes the records, parents first: their ids, and what was wrong with which.
fn make(viewer: &Viewer<'_>, nodes: &[Node]) -> (Vec<Option<String>>, Vec<Wrong>) {
    let mut ids: Vec<Option<String>> = Vec::with_capacity(nodes.len());
    let mut errors = Vec::new();
    for node in nodes {
        let mut fields = node.fields.clone();
        if let Some((parent, field)) = &node.parent {
            // What hangs on a record that was not made is not tried.
            let Some(id) = ids.get(*parent).cloned().flatten() else {
                ids.push(None);
                continue;
            };
            fields.insert(field.clone(), Value::String(id));
        }
        match viewer.create(&node.object, &Value::Object(fields)) {
            Ok(id) => ids.push(Some(id)),
            Err(error) => {
                ids.push(None);
                errors.push((node.reference.clone(), error.among_many()));
            }
        }
    }
    (ids, errors)
}

/// Whose record, and what is wrong with it.
type Wrong = (String, SfError);

/// The records level by level.
fn nodes(viewer: &Viewer<'_>, name: &str, body: &Value) -> Result<Vec<Node>, Vec<Wrong>> {
    let Some(roots) = body.get("records").and_then(Value::as_array) else {
        return Err(wrong("", "records is missing or is no list"));
    };
    let root = |record| Branch { record, object: name.to_owned(), parent: None, level: 1 };
    let mut waiting: VecDeque<Branch<'_>> = roots.iter().map(root).collect();
    let mut nodes: Vec<Node> = Vec::new();
    while let Some(branch) = waiting.pop_front() {
        let node = read(viewer, branch, nodes.len(), &mut waiting)?;
        if nodes.iter().any(|other| other.reference == node.reference) {
            // Each of the two is told.
            let told = wrong(&node.reference, "Duplicate ReferenceId provided in the request.");
            return Err([told.clone(), told].concat());
        }
        nodes.push(node);
        let mut types: Vec<&str> = nodes.iter().map(|node| node.object.as_str()).collect();
        types.sort_unstable();
        types.dedup();
        if nodes.len() + waiting.len() > MOST || types.len() > MOST_TYPES {
            let told = format!("a request holds at most {MOST} records of {MOST_TYPES} types");
            return Err(wrong("", &told));
        }
    }
    Ok(nodes)
}

fn wrong(reference: &str, message: &str) -> Vec<Wrong> {
    vec![(reference.to_owned(), SfError::new(400, "INVALID_INPUT", message))]
}

/// One record; its children are left waiting.
fn read<'v>(
    viewer: &Viewer<'_>,
    branch: Branch<'v>,
    place: usize,
    waiting: &mut VecDeque<Branch<'v>>,
) -> Result<Node, Vec<Wrong>> {
    let attributes = |key: &str| branch.record.get("attributes")?.get(key)?.as_str();
    let reference = attributes("referenceId").unwrap_or_default();
    let Some(record) = branch.record.as_object() else { return Err(wrong(reference, "a record is no object")) };
    if reference.is_empty() {
        return Err(wrong("", "Include a reference ID for each record in the request."));
    }
    let kind = attributes("type").unwrap_or_default();
    if !kind.eq_ignore_ascii_case(&branch.object) {
        return Err(wrong(reference, &format!("the type {kind} stands where {} belongs", branch.object)));
    }
    if branch.level > DEEPEST {
        return Err(wrong(reference, &format!("a tree is at most {DEEPEST} levels deep")));
    }
    let mut fields = Map::new();
    for (key, value) in record.iter().filter(|(key, _)| *key != "attributes") {
        let children = value.get("records").and_then(Value::as_array);
        let Some(children) = children else {
            fields.insert(key.clone(), value.clone());
            continue;
        };
        let Some((object, field)) = viewer.child_relation(&branch.object, key) else {
            let told = format!("No such relationship '{key}' on sobject of type {}", branch.object);
            return Err(vec![(reference.to_owned(), SfError::new(400, "INVALID_FIELD", told))]);
        };
        waiting.extend(children.iter().map(|record| Branch {
            record,
            object: object.to_owned(),
            parent: Some((place, field.to_owned())),
            level: branch.level + 1,
        }));
    }
    Ok(Node { object: branch.object, reference: reference.to_owned(), fields, parent: branch.parent })
}
