//! A naive tree of JSON values, made at random and written out in a random spelling: blanks, escapes, numbers. What the
//! index says is held against it.

use proptest::prelude::*;

use super::super::Kind;

/// A value, with keys and strings decoded and numbers as spelled.
#[derive(Debug, Clone)]
pub enum Model {
    Object(Vec<(Text, Model)>),
    Array(Vec<Model>),
    String(Text),
    Other(Kind, String),
}

/// What a string says, and one way to write it.
#[derive(Debug, Clone)]
pub struct Text {
    pub said: String,
    pub written: String,
}

/// What one node should look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flat {
    pub kind: Kind,
    pub key: Option<String>,
    pub index: Option<usize>,
    pub text: Option<String>,
    pub parent: Option<u32>,
    pub depth: usize,
    pub children: Vec<u32>,
    pub end: u32,
}

impl Model {
    /// All nodes in the order of the text.
    pub fn flat(&self) -> Vec<Flat> {
        let mut nodes = Vec::new();
        self.flatten(&mut nodes, None, None, None, 0);
        nodes
    }

    fn flatten(
        &self,
        nodes: &mut Vec<Flat>,
        key: Option<String>,
        index: Option<usize>,
        parent: Option<u32>,
        depth: usize,
    ) {
        let id = nodes.len();
        let (kind, text) = match self {
            Self::Object(_) => (Kind::Object, None),
            Self::Array(_) => (Kind::Array, None),
            Self::String(text) => (Kind::String, Some(text.said.clone())),
            Self::Other(kind, text) => (*kind, Some(text.clone())),
        };
        nodes.push(Flat { kind, key, index, text, parent, depth, children: Vec::new(), end: 0 });
        let mut children = Vec::new();
        match self {
            Self::Object(members) => {
                for (key, value) in members {
                    children.push(nodes.len() as u32);
                    value.flatten(nodes, Some(key.said.clone()), None, Some(id as u32), depth + 1);
                }
            }
            Self::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    children.push(nodes.len() as u32);
                    value.flatten(nodes, None, Some(index), Some(id as u32), depth + 1);
                }
            }
            _ => {}
        }
        nodes[id].children = children;
        nodes[id].end = nodes.len() as u32;
    }

    /// Its text, with blanks as a number says.
    pub fn render(&self, blanks: u64) -> String {
        let mut out = String::new();
        let mut state = blanks;
        self.write(&mut out, &mut state);
        out
    }

    fn write(&self, out: &mut String, state: &mut u64) {
        blank(out, state);
        match self {
            Self::Object(members) => {
                out.push('{');
                for (at, (key, value)) in members.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    blank(out, state);
                    out.push_str(&key.written);
                    blank(out, state);
                    out.push(':');
                    value.write(out, state);
                }
                blank(out, state);
                out.push('}');
            }
            Self::Array(values) => {
                out.push('[');
                for (at, value) in values.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    value.write(out, state);
                }
                blank(out, state);
                out.push(']');
            }
            Self::String(text) => out.push_str(&text.written),
            Self::Other(_, text) => out.push_str(text),
        }
        blank(out, state);
    }
}

fn blank(out: &mut String, state: &mut u64) {
    if *state == 0 {
        return;
    }
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    out.push_str(["", "", " ", "\n", "\r\n", "\t ", "", ""][(*state >> 61) as usize]);
}

/// A string in a random spelling. `alphabet` is a proptest expression for its characters.
pub fn text(alphabet: &'static str) -> impl Strategy<Value = Text> {
    (alphabet, any::<u64>()).prop_map(|(said, spelling)| {
        let mut written = String::from("\"");
        for (at, character) in said.chars().enumerate() {
            let way = spelling.rotate_left(at as u32 * 3) & 7;
            let short = match character {
                '"' => Some("\\\""),
                '\\' => Some("\\\\"),
                '\n' => Some("\\n"),
                '\t' => Some("\\t"),
                '/' if way & 1 == 1 => Some("\\/"),
                _ => None,
            };
            match short {
                Some(short) if way > 0 => written.push_str(short),
                None if way > 0 && character >= ' ' => written.push(character),
                _ => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        written.push_str(&format!("\\u{unit:04x}"));
                    }
                }
            }
        }
        written.push('"');
        Text { said, written }
    })
}

/// A value of some depth and size.
pub fn model(alphabet: &'static str) -> impl Strategy<Value = Model> {
    let scalar = prop_oneof![
        4 => text(alphabet).prop_map(Model::String),
        2 => "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,5})?([eE][+-]?[0-9]{1,3})?".prop_map(|n| Model::Other(Kind::Number, n)),
        1 => Just(Model::Other(Kind::True, "true".to_owned())),
        1 => Just(Model::Other(Kind::False, "false".to_owned())),
        1 => Just(Model::Other(Kind::Null, "null".to_owned())),
    ];
    scalar.prop_recursive(5, 120, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Model::Array),
            prop::collection::vec((text(alphabet), inner), 0..8).prop_map(Model::Object),
        ]
    })
}

/// Letters, quotes, escapes, other scripts and characters beyond 16 bits.
pub const ANY: &str = "[a-cA-C\"\\\\/\n\t{}\\[\\],: é€😀\u{1}]{0,10}";
