//! What went wrong, as the API tells it: the kinds and words are those of the library that Salesforce's server uses.
//!
//! ```text
//! {"message": "Validation error (FieldUndefined@[uiapi/query/X]) : Field 'X' in type 'RecordQuery' is undefined",
//!  "locations": [{"line": 4, "column": 7}], "paths": [], "extensions": {"ErrorType": "ValidationError"}}
//! ```
//! <https://developer.salesforce.com/docs/platform/graphql/guide/query-status.html>

use apollo_compiler::Schema;
use apollo_compiler::ast::{Definition, Document, Field, Selection};
use apollo_compiler::diagnostic::{Diagnostic, ToCliReport};
use apollo_compiler::parser::{LineColumn, SourceMap};
use apollo_compiler::request::RequestError;
use apollo_compiler::response::GraphQLError;
use apollo_compiler::validation::{DiagnosticData, DiagnosticList};
use serde_json::{Value, json};

/// Errors told of one request.
const MOST: usize = 100;
/// Something with fields of its own, and none selected.
const SUBSELECTION: &str = "SubselectionRequired";

/// An answer of errors alone.
pub(super) fn only(errors: Vec<Value>) -> Value {
    json!({ "data": {}, "errors": errors })
}

fn error(kind: &str, message: &str, at: Option<LineColumn>, path: &[Value]) -> Value {
    let locations: Vec<Value> = at.iter().map(|at| json!({ "line": at.line, "column": at.column })).collect();
    let mut told = json!({
        "message": message,
        "locations": locations,
        "paths": path,
        "extensions": { "ErrorType": kind },
    });
    // The name that the GraphQL specification gives it, which forbids it where there is none.
    if let (false, Some(map)) = (path.is_empty(), told.as_object_mut()) {
        map.insert("path".to_owned(), Value::from(path));
    }
    told
}

/// An error of the whole request.
pub(super) fn plain(kind: &str, message: &str) -> Value {
    error(kind, message, None, &[])
}

/// Variables that are not what the operation says.
pub(super) fn request(wrong: &RequestError, sources: &SourceMap) -> Value {
    let at = wrong.location().and_then(|at| at.line_column(sources));
    error("ValidationError", &wrong.message().to_string(), at, &[])
}

/// A field that could not be had.
pub(super) fn execution(wrong: &GraphQLError) -> Value {
    let path: Vec<Value> = wrong.path.iter().map(|step| json!(step)).collect();
    let message = wrong.message.strip_prefix("resolver error: ").unwrap_or(&wrong.message);
    error("DataFetchingException", message, wrong.locations.first().copied(), &path)
}

/// Text that is no GraphQL.
pub(super) fn syntax(wrong: &DiagnosticList, text: &str) -> Vec<Value> {
    let one = |wrong: Diagnostic<'_, DiagnosticData>| {
        let at = wrong.line_column_range().map(|range| range.start);
        let told = wrong.error.to_string();
        let message = match (at, told.starts_with("syntax error")) {
            (Some(at), true) => {
                let token = token_at(text, at);
                format!("Invalid syntax with offending token '{token}' at line {} column {}", at.line, at.column)
            }
            _ => told,
        };
        error("InvalidSyntax", &message, at, &[])
    };
    // What follows the first error is mostly its echo.
    wrong.iter().take(1).map(one).collect()
}

fn token_at(text: &str, at: LineColumn) -> String {
    let line = text.lines().nth(at.line.saturating_sub(1)).unwrap_or_default();
    let rest: String = line.chars().skip(at.column.saturating_sub(1)).collect();
    let word: String = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').take(40).collect();
    match (word.is_empty(), rest.chars().next()) {
        (false, _) => word,
        (true, Some(mark)) => mark.to_string(),
        (true, None) => "<EOF>".to_owned(),
    }
}

/// A document that the schema does not allow.
pub(super) fn validation(wrong: &DiagnosticList, document: &Document, schema: &Schema) -> Vec<Value> {
    let one = |wrong: Diagnostic<'_, DiagnosticData>| {
        let at = wrong.line_column_range().map(|range| range.start);
        let around = wrong.error.location().map(|span| around(document, span.offset())).unwrap_or_default();
        let (kind, told) = worded(wrong.error, schema);
        // Where all that was selected is unknown, the library says besides that nothing is selected.
        if kind == SUBSELECTION && around.last().is_some_and(|field| !field.selection_set.is_empty()) {
            return None;
        }
        let path: Vec<&str> = around.iter().map(|field| field.name.as_str()).collect();
        let place = if path.is_empty() { String::new() } else { format!("@[{}]", path.join("/")) };
        Some(error("ValidationError", &format!("Validation error ({kind}{place}) : {told}"), at, &[]))
    };
    wrong.iter().filter_map(one).take(MOST).collect()
}

/// The fields around a place in the text.
fn around(document: &Document, offset: usize) -> Vec<&Field> {
    fn walk<'d>(selections: &'d [Selection], offset: usize, path: &mut Vec<&'d Field>) {
        for selection in selections {
            let (span, inner) = match selection {
                Selection::Field(field) => (field.location(), &field.selection_set),
                Selection::InlineFragment(inline) => (inline.location(), &inline.selection_set),
                Selection::FragmentSpread(_) => continue,
            };
            if span.is_some_and(|span| (span.offset()..span.end_offset()).contains(&offset)) {
                if let Selection::Field(field) = selection {
                    path.push(field);
                }
                walk(inner, offset, path);
            }
        }
    }
    let mut path = Vec::new();
    for definition in &document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => walk(&operation.selection_set, offset, &mut path),
            Definition::FragmentDefinition(fragment) => walk(&fragment.selection_set, offset, &mut path),
            _ => {}
        }
    }
    path
}

/// Kind and words.
fn worded(wrong: &DiagnosticData, schema: &Schema) -> (&'static str, String) {
    let told = wrong.unstable_compat_message().unwrap_or_else(|| wrong.to_string());
    let quoted: Vec<&str> = told.split('"').skip(1).step_by(2).collect();
    let first = quoted.first().copied().unwrap_or_default().trim_start_matches(['$', '@']);
    let second = quoted.get(1).copied().unwrap_or_default();
    match wrong.unstable_error_name().unwrap_or_default() {
        "UndefinedField" => ("FieldUndefined", format!("Field '{first}' in type '{second}' is undefined")),
        "UndefinedArgument" => ("UnknownArgument", format!("Unknown field argument '{first}'")),
        "RequiredArgument" => ("MissingFieldArgument", format!("Missing field argument '{second}'")),
        "UndefinedDefinition"
        | "UndefinedTypeInNamedFragmentTypeCondition"
        | "UndefinedTypeInInlineFragmentTypeCondition" => ("UnknownType", format!("Unknown type '{first}'")),
        "UndefinedFragment" => ("UndefinedFragment", format!("Undefined fragment '{first}'")),
        "UndefinedVariable" => ("UndefinedVariable", format!("Undefined variable '{first}'")),
        "UnusedVariable" => ("UnusedVariable", format!("Unused variable '{first}'")),
        "UnusedFragment" => ("UnusedFragment", format!("Unused fragment '{first}'")),
        "UndefinedDirective" => ("UnknownDirective", format!("Unknown directive '{first}'")),
        "MissingSubselection" => {
            let of = schema.type_field(second, first).map_or(second, |field| field.ty.inner_named_type().as_str());
            (SUBSELECTION, format!("Subselection required for type '{of}' of field '{first}'"))
        }
        "SubselectionOnScalarType" | "SubselectionOnEnumType" => {
            ("SubselectionNotAllowed", format!("Subselection not allowed on leaf type '{second}' of field '{first}'"))
        }
        "RecursiveFragmentDefinition" => ("FragmentCycle", format!("Fragment '{first}' is used within itself")),
        "UndefinedEnumValue"
        | "UnsupportedValueType"
        | "UndefinedInputValue"
        | "IntCoercionError"
        | "FloatCoercionError"
        | "RequiredField" => ("WrongType", told.replace('"', "'")),
        "DisallowedVariableUsage" => ("VariableTypeMismatch", told.replace('"', "'")),
        "ConflictingFieldType" | "ConflictingFieldName" | "ConflictingFieldArgument" => {
            ("FieldsConflict", told.replace('"', "'"))
        }
        _ => ("InvalidRequest", told.replace('"', "'")),
    }
}
