//! The shape of a Postman collection, lenient where versions and exporters differ. Plain data.

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub(super) struct Collection {
    pub(super) info: Option<Info>,
    #[serde(default)]
    pub(super) item: Vec<Item>,
    #[serde(default)]
    pub(super) variable: Vec<Pair>,
    #[serde(default)]
    pub(super) event: Vec<Event>,
    pub(super) auth: Option<Value>,
    /// Of version 1, which had requests in a list of their own.
    pub(super) requests: Option<Value>,
}

#[derive(Deserialize)]
pub(super) struct Info {
    #[serde(default)]
    pub(super) name: String,
    pub(super) description: Option<Description>,
}

/// A text, or an object with one in it.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Description {
    Text(String),
    Object {
        #[serde(default)]
        content: Option<String>,
    },
}

impl Description {
    pub(super) fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Object { content } => content.unwrap_or_default(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Item {
    #[serde(default)]
    pub(super) name: String,
    pub(super) description: Option<Description>,
    pub(super) item: Option<Vec<Item>>,
    pub(super) request: Option<Request>,
    #[serde(default)]
    pub(super) event: Vec<Event>,
    pub(super) auth: Option<Value>,
    /// What our own export adds, where Postman has no place for it.
    #[serde(rename = "_orgdeck")]
    pub(super) own: Option<Own>,
}

/// What Postman has no place for.
#[derive(Deserialize, serde::Serialize, Default)]
#[serde(default)]
pub(super) struct Own {
    /// The address as it was typed, where it was made absolute for Postman.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) docs: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) variables: Vec<(String, String)>,
}

/// A whole request, or its address alone.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Request {
    Address(String),
    Whole(Box<Whole>),
}

#[derive(Deserialize)]
pub(super) struct Whole {
    pub(super) method: Option<String>,
    pub(super) url: Option<Url>,
    pub(super) header: Option<Headers>,
    pub(super) body: Option<Body>,
    pub(super) description: Option<Description>,
    pub(super) auth: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Headers {
    List(Vec<Pair>),
    Text(String),
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Url {
    Text(String),
    Parts(Box<Parts>),
}

#[derive(Deserialize)]
pub(super) struct Parts {
    pub(super) raw: Option<String>,
    pub(super) protocol: Option<String>,
    pub(super) host: Option<Joined>,
    pub(super) port: Option<String>,
    pub(super) path: Option<Joined>,
    #[serde(default)]
    pub(super) query: Option<Vec<Pair>>,
    /// Values of `:name` parts of the path.
    #[serde(default)]
    pub(super) variable: Option<Vec<Pair>>,
}

/// A text, or its parts.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Joined {
    Text(String),
    Parts(Vec<Value>),
}

impl Joined {
    pub(super) fn with(self, between: &str) -> String {
        match self {
            Self::Text(text) => text,
            Self::Parts(parts) => parts.iter().map(word).collect::<Vec<_>>().join(between),
        }
    }
}

/// A part of a path is a text, or an object with one as its value.
fn word(part: &Value) -> String {
    match part {
        Value::String(text) => text.clone(),
        Value::Object(map) => map.get("value").and_then(Value::as_str).unwrap_or_default().to_owned(),
        other => other.to_string(),
    }
}

#[derive(Deserialize)]
pub(super) struct Pair {
    pub(super) key: Option<String>,
    /// In variables of old exports.
    pub(super) id: Option<String>,
    pub(super) value: Option<Value>,
    #[serde(default)]
    pub(super) disabled: bool,
    /// In environments.
    pub(super) enabled: Option<bool>,
    pub(super) src: Option<Value>,
    /// Of a part of a body.
    #[serde(rename = "contentType")]
    pub(super) kind: Option<String>,
}

impl Pair {
    pub(super) fn name(&self) -> String {
        self.key.clone().or_else(|| self.id.clone()).unwrap_or_default()
    }

    pub(super) fn text(&self) -> String {
        match &self.value {
            Some(Value::String(text)) => text.clone(),
            None | Some(Value::Null) => String::new(),
            Some(other) => other.to_string(),
        }
    }

    pub(super) fn on(&self) -> bool {
        !self.disabled && self.enabled != Some(false)
    }
}

#[derive(Deserialize)]
pub(super) struct Body {
    pub(super) mode: Option<String>,
    pub(super) raw: Option<String>,
    pub(super) urlencoded: Option<Vec<Pair>>,
    pub(super) formdata: Option<Vec<Pair>>,
    pub(super) file: Option<File>,
    pub(super) graphql: Option<Value>,
    pub(super) options: Option<Value>,
    #[serde(default)]
    pub(super) disabled: bool,
}

#[derive(Deserialize)]
pub(super) struct File {
    pub(super) src: Option<String>,
    pub(super) content: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Event {
    #[serde(default)]
    pub(super) listen: String,
    pub(super) script: Option<Script>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Script {
    Text(String),
    Object { exec: Option<Lines> },
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Lines {
    One(String),
    Many(Vec<String>),
}

impl Script {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Object { exec: Some(Lines::One(text)) } => text.clone(),
            Self::Object { exec: Some(Lines::Many(lines)) } => lines.join("\n"),
            Self::Object { exec: None } => String::new(),
        }
    }
}
