//! `@{name.path}`: what a part of a composite takes from the answers of the parts before it.

use serde_json::{Map, Value};

/// What may be put into one part altogether, in bytes: a few references to a long text would else fill the memory.
const MOST: usize = 8 * 1_024 * 1_024;

/// Whether a text can name a part.
pub(super) fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric()) && text.bytes().all(plain)
}

/// The part with every `@{reference.path}` in its address and body put in; else what is said of the one that leads nowhere.
pub(super) fn filled(part: &Value, known: &Map<String, Value>) -> Result<Value, String> {
    Filler { known, left: MOST }.value(part)
}

struct Filler<'k> {
    known: &'k Map<String, Value>,
    /// Bytes that may still be put in.
    left: usize,
}

impl Filler<'_> {
    fn value(&mut self, part: &Value) -> Result<Value, String> {
        Ok(match part {
            Value::String(template) => Value::String(self.text(template)?),
            Value::Array(list) => Value::Array(list.iter().map(|item| self.value(item)).collect::<Result<_, _>>()?),
            Value::Object(map) => {
                let mut out = Map::with_capacity(map.len());
                for (key, value) in map {
                    out.insert(key.clone(), self.value(value)?);
                }
                Value::Object(out)
            }
            other => other.clone(),
        })
    }

    fn text(&mut self, template: &str) -> Result<String, String> {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("@{") {
            let Some((path, behind)) = after.split_once('}') else { break };
            let value = look_up(path, self.known).ok_or_else(|| {
                let name = path.split(['.', '[']).next().unwrap_or_default();
                format!("Invalid reference specified. No value for {path} found in {name}.")
            })?;
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let left = self.left.checked_sub(text.len());
            self.left =
                left.ok_or_else(|| format!("Invalid reference specified. The values are longer than {MOST} bytes."))?;
            out.push_str(before);
            out.push_str(&text);
            rest = behind;
        }
        out.push_str(rest);
        Ok(out)
    }
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
    fn a_flood_is_held_back() {
        let known = json!({ "a": { "long": "x".repeat(1_024 * 1_024) } });
        let many = json!(vec!["@{a.long}"; 9]);
        assert!(filled(&many, known.as_object().unwrap()).unwrap_err().contains("longer than"));
    }

    #[test]
    fn names_are_plain_words() {
        for (name, good) in [("ref1", true), ("1_a", true), ("", false), ("_a", false), ("a.b", false), ("ä", false)] {
            assert_eq!(is_name(name), good, "{name}");
        }
    }
}
