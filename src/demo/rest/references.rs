//! `@{name.path}`: what a part of a composite takes from the answers of the parts before it.

use serde_json::{Map, Value};

/// Whether a text can name a part.
pub(super) fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric()) && text.bytes().all(plain)
}

/// The part with every `@{reference.path}` in its address and body put in; else what is said of the one that leads nowhere.
pub(super) fn filled(part: &Value, known: &Map<String, Value>) -> Result<Value, String> {
    Ok(match part {
        Value::String(template) => Value::String(fill(template, known)?),
        Value::Array(list) => Value::Array(list.iter().map(|item| filled(item, known)).collect::<Result<_, _>>()?),
        Value::Object(map) => {
            let one = |(key, value): (&String, &Value)| Ok((key.clone(), filled(value, known)?));
            Value::Object(map.iter().map(one).collect::<Result<_, String>>()?)
        }
        other => other.clone(),
    })
}

fn fill(template: &str, known: &Map<String, Value>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("@{") {
        let Some((path, behind)) = after.split_once('}') else { break };
        let value = look_up(path, known).ok_or_else(|| {
            let name = path.split(['.', '[']).next().unwrap_or_default();
            format!("Invalid reference specified. No value for {path} found in {name}.")
        })?;
        out.push_str(before);
        match value {
            Value::String(text) => out.push_str(text),
            other => out.push_str(&other.to_string()),
        }
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

/// `ref.records[0].Id` or `ref[0].id` in what was answered so far. Only a plain value can be put in.
fn look_up<'a>(path: &str, known: &'a Map<String, Value>) -> Option<&'a Value> {
    let mut steps = path.split(['.', '[']).map(|step| step.trim_end_matches(']'));
    let mut at = known.get(steps.next()?)?;
    for step in steps {
        at = match at {
            Value::Array(list) => list.get(step.parse::<usize>().ok()?)?,
            other => other.get(step)?,
        };
    }
    match at {
        Value::Object(_) | Value::Array(_) | Value::Null => None,
        plain => Some(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_are_put_in() {
        let known =
            json!({ "first": { "records": [{ "Id": "001x", "N": 4 }], "id": "003y" }, "list": [{ "id": "00Qz" }] });
        let known = known.as_object().unwrap();
        let part = json!({
            "url": "/a/@{first.records[0].Id}/@{first.id}",
            "body": { "n": "@{first.records[0].N}", "l": ["@{list[0].id}"] },
            "keep": 1,
            "open": "@{first.id",
        });
        let wanted = json!({
            "url": "/a/001x/003y",
            "body": { "n": "4", "l": ["00Qz"] },
            "keep": 1,
            "open": "@{first.id",
        });
        assert_eq!(filled(&part, known).unwrap(), wanted);
        for nowhere in ["@{other.id}", "@{first.records[1].Id}", "@{first.records}", "@{first.records.Id}", "@{}"] {
            let told = filled(&json!(nowhere), known).unwrap_err();
            let path = nowhere.trim_start_matches("@{").trim_end_matches('}');
            assert!(told.starts_with(&format!("Invalid reference specified. No value for {path} found in ")), "{told}");
        }
    }

    #[test]
    fn names_are_plain_words() {
        for (name, good) in [("ref1", true), ("1_a", true), ("", false), ("_a", false), ("a.b", false), ("ä", false)] {
            assert_eq!(is_name(name), good, "{name}");
        }
    }
}
