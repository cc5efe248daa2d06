//! `tooling/completions`: what an editor of Apex offers. The system's classes are data; no code is looked at.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/intro_rest_resources.htm>

use super::route::Call;
use crate::demo::answer::Reply;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

const TEXT: &str = include_str!("../../../assets/demo/apex.txt");

static APEX: LazyLock<Value> = LazyLock::new(|| {
    let mut spaces = Map::new();
    TEXT.lines().filter(|line| !line.starts_with('#')).for_each(|line| {
        let _ = declare(&mut spaces, line);
    });
    json!({ "publicDeclarations": spaces })
});

/// `?type=apex`.
pub(super) fn serve(call: &Call<'_>) -> Reply {
    match call.param("type") {
        Some("apex") => Reply::ok(&APEX),
        Some("visualforce") => Reply::not_found(),
        _ => {
            let text = "The type parameter must be apex or visualforce.";
            Reply::refusal(StatusCode::BAD_REQUEST, "INVALID_FIELD", text)
        }
    }
}

/// Adds what one line declares.
fn declare(spaces: &mut Map<String, Value>, line: &str) -> Option<()> {
    let (class, member) = line.split_once(' ')?;
    let (space, class) = class.split_once('.')?;
    let classes = spaces.entry(space.to_owned()).or_insert_with(|| json!({})).as_object_mut()?;
    let empty = || json!({ "constructors": [], "methods": [], "properties": [] });
    let own = classes.entry(class.to_owned()).or_insert_with(empty);
    let (is_static, member) = member.strip_prefix('+').map_or((false, member), |member| (true, member));
    let Some((name, rest)) = member.split_once('(') else {
        own.get_mut("properties")?.as_array_mut()?.push(json!({ "name": member, "references": [] }));
        return Some(());
    };
    let (list, kind) = rest.rsplit_once(')')?;
    let parts = parameters(list);
    let named: Vec<Value> = parts.iter().map(|(kind, name)| json!({ "name": name, "type": kind })).collect();
    let told = match kind.strip_prefix(": ") {
        None => json!({ "name": name, "parameters": named, "references": [] }),
        Some(kind) => json!({
            "argTypes": parts.iter().map(|(kind, _)| kind).collect::<Vec<_>>(),
            "isStatic": is_static,
            "methodDoc": null,
            "name": name,
            "parameters": named,
            "references": [],
            "returnType": kind,
        }),
    };
    let place = if told.get("returnType").is_some() { "methods" } else { "constructors" };
    own.get_mut(place)?.as_array_mut()?.push(told);
    Some(())
}

/// `TYPE name, TYPE name`; a type may hold commas of its own.
fn parameters(list: &str) -> Vec<(&str, &str)> {
    list.split(", ").filter_map(|part| part.rsplit_once(' ')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_declares_something() {
        let mut spaces = Map::new();
        for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
            assert_eq!(declare(&mut spaces, line), Some(()), "{line}");
        }
        let all = &*APEX;
        let debug = &all["publicDeclarations"]["System"]["System"]["methods"][0];
        assert_eq!(
            (&debug["name"], &debug["argTypes"], &debug["isStatic"]),
            (&json!("debug"), &json!(["Object"]), &json!(true))
        );
        assert_eq!(all["publicDeclarations"]["System"]["Http"]["constructors"][0]["name"], "Http");
        assert_eq!(all["publicDeclarations"]["System"]["LoggingLevel"]["properties"][0]["name"], "DEBUG");
        assert_eq!(all["publicDeclarations"]["System"]["JSON"]["methods"][0]["parameters"][1]["type"], "System.Type");
    }
}
