//! Arguments as JSON, in the order in which they were given: an order is sorted by its first field first.
//!
//! Everything was validated before, so nothing is checked here.

use apollo_compiler::ast::Value as Given;
use apollo_compiler::executable::{Field, Operation};
use serde_json::{Map, Value};

/// The variables of a request, with the defaults of its operation.
pub(super) fn variables(operation: &Operation, given: &Map<String, Value>) -> Map<String, Value> {
    let mut all = Map::new();
    for variable in &operation.variables {
        let name = variable.name.as_str();
        let default = || variable.default_value.as_ref().and_then(|value| json(value, &Map::new()));
        if let Some(value) = given.get(name).cloned().or_else(default) {
            all.insert(name.to_owned(), value);
        }
    }
    all
}

/// One argument of a field; none where it is missing or null.
pub(super) fn argument(field: &Field, name: &str, variables: &Map<String, Value>) -> Option<Value> {
    let given = field.arguments.iter().find(|argument| argument.name == name)?;
    json(&given.value, variables).filter(|value| !value.is_null())
}

/// Missing where it is a variable that has no value.
fn json(given: &Given, variables: &Map<String, Value>) -> Option<Value> {
    Some(match given {
        Given::Null => Value::Null,
        Given::Enum(name) => Value::from(name.as_str()),
        Given::Variable(name) => variables.get(name.as_str())?.clone(),
        Given::String(text) => Value::from(text.as_str()),
        Given::Int(number) => number_of(number.as_str()),
        Given::Float(number) => number_of(number.as_str()),
        Given::Boolean(truth) => Value::from(*truth),
        Given::List(items) => items.iter().map(|item| json(item, variables).unwrap_or(Value::Null)).collect(),
        Given::Object(fields) => {
            let fields = fields.iter().filter_map(|(name, value)| Some((name.to_string(), json(value, variables)?)));
            Value::Object(fields.collect())
        }
    })
}

/// Numbers of GraphQL are numbers of JSON.
fn number_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}
