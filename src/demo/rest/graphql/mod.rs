//! `graphql`: the records by Salesforce's GraphQL API.
//!
//! A request is validated against a schema made from what its user may see, and answered by SOQL through the viewer, so
//! access holds here as everywhere. Errors stand in `errors` of a 200.
//!
//! ```text
//! describes ─▶ model ─▶ sdl ─▶ schema ─┐ (once for each kind of access)
//! body ─▶ optional ─▶ validate ────────┴─▶ guard ─▶ resolve ─▶ record (filter) │ aggregate │ info │ mutate ─▶ {data, errors}
//! ```
//! <https://developer.salesforce.com/docs/platform/graphql/guide/graphql-about.html>

mod aggregate;
mod args;
mod errors;
mod filter;
mod guard;
mod info;
mod kinds;
mod list;
mod model;
mod mutate;
mod optional;
mod record;
mod resolve;
mod sdl;

use super::Caller;
use super::route::Call;
use crate::demo::answer::Reply;
use crate::demo::data::{Access, SfError, Viewer};
use apollo_compiler::parser::Parser;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::resolvers::Execution;
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema, introspection};
use axum::http::StatusCode;
use model::Model;
use mutate::Writes;
use resolve::{Root, Scene};
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

/// Nested brackets of a request, and its words: more is an attack.
const DEEPEST: usize = 80;
const LONGEST: usize = 20_000;
/// The oldest version that has GraphQL.
const SINCE: f64 = 56.0;

/// What is the same for all users of one access: the demo has one schema.
struct Made {
    model: Model,
    schema: Valid<Schema>,
}

/// What a request asks.
struct Asked {
    query: String,
    variables: Map<String, Value>,
    operation: Option<String>,
}

/// Everything there.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>) -> Reply {
    if call.version.parse::<f64>().is_ok_and(|version| version < SINCE) {
        return Reply::not_found();
    }
    if call.method != "POST" {
        return Reply::not_allowed(&call.method, "POST");
    }
    let asked = match call.json().and_then(|body| Asked::read(&body)) {
        Ok(asked) => asked,
        Err(error) => return Reply::from_error(&error),
    };
    let Some(made) = made(&caller.viewer, caller.user.access) else {
        let text = "An unexpected error occurred.";
        return Reply::refusal(StatusCode::INTERNAL_SERVER_ERROR, "UNKNOWN_EXCEPTION", text);
    };
    Reply::ok(&answer(caller, call.version, made, &asked).unwrap_or_else(errors::only))
}

impl Asked {
    fn read(body: &Value) -> Result<Self, SfError> {
        let bad = |told: &str| SfError::new(400, "JSON_PARSER_ERROR", told);
        let query = body.get("query").and_then(Value::as_str).ok_or_else(|| bad("the request has no query"))?;
        let variables = match body.get("variables") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(map)) => map.clone(),
            Some(_) => return Err(bad("variables is no object")),
        };
        let operation = body.get("operationName").and_then(Value::as_str).filter(|name| !name.is_empty());
        Ok(Self { query: query.to_owned(), variables, operation: operation.map(str::to_owned) })
    }
}

fn made(viewer: &Viewer<'_>, access: Access) -> Option<&'static Made> {
    static MADE: [OnceLock<Option<Made>>; 3] = [const { OnceLock::new() }; 3];
    let place = match access {
        Access::Admin => 0,
        Access::Sales => 1,
        Access::Integration => 2,
    };
    MADE.get(place)?.get_or_init(|| make(viewer).inspect_err(|told| tracing::warn!("{told}")).ok()).as_ref()
}

fn make(viewer: &Viewer<'_>) -> Result<Made, String> {
    let model = Model::read(viewer, super::NEWEST);
    let schema = Schema::parse_and_validate(sdl::text(&model), "demo.graphql").map_err(|wrong| wrong.to_string())?;
    Ok(Made { model, schema })
}

/// The whole answer, or the errors that nothing was done for.
fn answer(caller: &Caller<'_>, version: &str, made: &Made, asked: &Asked) -> Result<Value, Vec<Value>> {
    let schema = &made.schema;
    let document = validated(schema, &asked.query)?;
    let unsupported = |told: String| vec![errors::plain("OperationNotSupported", &told)];
    let operation = document
        .operations
        .get(asked.operation.as_deref())
        .map_err(|wrong| unsupported(wrong.message().to_string()))?;
    let size = guard::measure(&document, operation);
    size.check().map_err(|told| vec![errors::plain("ExecutionAborted", &told)])?;
    introspection::check_max_depth(&document, operation)
        .map_err(|wrong| vec![errors::plain("ExecutionAborted", &wrong.message().to_string())])?;
    let given: JsonMap =
        asked.variables.iter().map(|(name, value)| (name.as_str().into(), value.clone().into())).collect();
    let coerced = coerce_variable_values(schema, operation, &given)
        .map_err(|wrong| vec![errors::request(&wrong, &document.sources)])?;
    let variables = args::variables(operation, &asked.variables);
    let together = mutate::all_or_none(&document, operation, &variables);
    let scene = Scene::new(caller, version, &made.model, &document, variables, size.lists);
    let root = Root::new(&scene, operation.is_mutation().then(|| Writes::new(&scene, together)));
    let execution = Execution::new(schema, &document)
        .operation(operation)
        .coerced_variable_values(&coerced)
        .enable_schema_introspection(true);
    let run = || (execution.execute_sync(&root), root.void().is_none());
    let done = if together {
        let failed = |error: SfError| vec![errors::plain("ExecutionAborted", &error.message)];
        caller.viewer.together(run).map_err(failed)?
    } else {
        run().0
    };
    let done = done.map_err(|wrong| vec![errors::request(&wrong, &document.sources)])?;
    let mut data = json!(done.data);
    if let Some(writes) = root.void() {
        writes.forget(&mut data);
    }
    Ok(json!({ "data": data, "errors": done.errors.iter().map(errors::execution).collect::<Vec<_>>() }))
}

/// The document, read and held against the schema.
fn validated(schema: &Valid<Schema>, text: &str) -> Result<Valid<ExecutableDocument>, Vec<Value>> {
    let mut parser = Parser::new().recursion_limit(DEEPEST).token_limit(LONGEST);
    let mut ast = parser.parse_ast(text, "query").map_err(|wrong| errors::syntax(&wrong.errors, text))?;
    optional::strip(schema, &mut ast);
    ast.to_executable_validate(schema).map_err(|wrong| errors::validation(&wrong.errors, &ast, schema))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::data::{OrgData, OrgKind, OrgSpec};

    #[test]
    fn the_schema_is_valid_whoever_asks() {
        let spec = OrgSpec {
            kind: OrgKind::Production,
            org_id: "00D5i000004RkQwEAK".into(),
            name: "x".into(),
            instance_name: "X1".into(),
            scale: 0,
            domain: "x.example".into(),
        };
        let data = OrgData::build(&spec).unwrap();
        for user in data.users() {
            if let Err(wrong) = make(&data.viewer(&user.id).unwrap()) {
                panic!("{}: {wrong}", user.alias);
            }
        }
    }
}
