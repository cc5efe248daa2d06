//! What the body of a new job says, checked.

use super::refused;
use crate::demo::answer::Reply;
use crate::demo::jobs::{Delimiter, Ending, Operation, Settings};
use serde_json::{Map, Value};

/// Reads what both families share. Unknown keys are refused, as Salesforce does.
pub(super) fn read(body: &Value, known: &[&str], operations: &[Operation], version: &str) -> Result<Settings, Reply> {
    let map = body.as_object().ok_or_else(|| refused("JSON_PARSER_ERROR", "The body of a job is a JSON object"))?;
    if let Some(other) = map.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(refused("JSON_PARSER_ERROR", &format!("Unrecognized field \"{other}\"")));
    }
    let wanted = text(map, "operation")?.unwrap_or_default();
    let operation = operations.iter().find(|one| one.name() == wanted);
    let Some(operation) = operation else {
        let names: Vec<&str> = operations.iter().map(|one| one.name()).collect();
        let told = format!("operation '{wanted}' is none of {}", names.join(", "));
        return Err(refused("INVALIDJOB", &told));
    };
    if let Some(kind) = text(map, "contentType")?.filter(|kind| *kind != "CSV") {
        return Err(refused("INVALIDJOB", &format!("contentType '{kind}' is not supported: CSV is")));
    }
    let delimiter = named(map, "columnDelimiter", &Delimiter::ALL, Delimiter::name)?;
    let ending = named(map, "lineEnding", &Ending::ALL, Ending::name)?;
    Ok(Settings {
        operation: *operation,
        object: text(map, "object")?.unwrap_or_default().to_owned(),
        query: text(map, "query")?.unwrap_or_default().to_owned(),
        external: text(map, "externalIdFieldName")?.map(str::to_owned),
        assignment: text(map, "assignmentRuleId")?.map(str::to_owned),
        delimiter,
        ending,
        version: version.to_owned(),
        fates: false,
    })
}

/// A text of the body; null is as good as nothing.
fn text<'m>(map: &'m Map<String, Value>, key: &str) -> Result<Option<&'m str>, Reply> {
    match map.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(refused("JSON_PARSER_ERROR", &format!("{key} is a string"))),
    }
}

fn named<T: Copy + Default>(
    map: &Map<String, Value>,
    key: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<T, Reply> {
    let Some(wanted) = text(map, key)? else { return Ok(T::default()) };
    all.iter().copied().find(|one| name(*one) == wanted).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|one| name(*one)).collect();
        refused("INVALIDJOB", &format!("{key} '{wanted}' is none of {}", names.join(", ")))
    })
}
