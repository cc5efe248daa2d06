//! Texts in other forms as JSON, so that tree, table, search and filter work on them: XML and CSV. What cannot be read to
//! its end is not converted at all: half of it would pass for the whole.
//!
//! An element is an object with a member for each kind of child, an array where a kind comes more than once; attributes
//! are members named `@name`, text beside children is `#text`, and an element with nothing but text is a string.
//! A table is an array of objects named by its first row; all of its cells are strings.

use indexmap::IndexMap;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::Value;

/// Elements within elements, at most: each level is written anew into the one around it.
const DEEPEST: usize = 256;
/// Bytes of a result, at most.
const MOST: usize = 1 << 30;

/// An XML document as JSON.
pub fn from_xml(text: &str) -> Option<Vec<u8>> {
    let mut reader = Reader::from_str(text);
    // What stands around the outermost element is as an element itself.
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if open.len() <= DEEPEST => open.push(Element::of(&start)?),
            Event::Start(_) | Event::DocType(_) => return None,
            Event::Empty(start) => {
                let element = Element::of(&start)?;
                open.last_mut()?.add(element)?;
            }
            Event::End(_) => {
                let done = open.pop()?;
                open.last_mut()?.add(done)?;
            }
            Event::Text(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::CData(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().ok()? {
                Some(letter) => open.last_mut()?.text.push(letter),
                None => open.last_mut()?.text.push_str(entity(&reference.xml10_content())?),
            },
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
    let bottom = open.pop().filter(|_| open.is_empty())?;
    (bottom.members.len() == 1 && bottom.text.trim().is_empty()).then(|| bottom.json().into_bytes())
}

/// The five that XML has of its own.
fn entity(name: &str) -> Option<&'static str> {
    Some(match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    })
}

/// An element that is being read; its members are JSON already.
#[derive(Default)]
struct Element {
    name: String,
    members: IndexMap<String, Vec<String>>,
    text: String,
}

impl Element {
    fn of(start: &BytesStart<'_>) -> Option<Self> {
        let mut element = Self { name: start.name().as_ref().to_owned(), ..Self::default() };
        for attribute in start.attributes() {
            let attribute = attribute.ok()?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
            element.members.insert(format!("@{}", attribute.key.as_ref()), vec![quoted(&value)]);
        }
        Some(element)
    }

    fn add(&mut self, child: Self) -> Option<()> {
        let name = child.name.clone();
        let json = child.json();
        if json.len() > MOST {
            return None;
        }
        self.members.entry(name).or_default().push(json);
        Some(())
    }

    fn json(mut self) -> String {
        if self.members.is_empty() {
            return quoted(self.text.trim());
        }
        if !self.text.trim().is_empty() {
            self.members.insert("#text".to_owned(), vec![quoted(self.text.trim())]);
        }
        let member = |(name, values): (String, Vec<String>)| match values.as_slice() {
            [one] => format!("{}: {one}", quoted(&name)),
            more => format!("{}: [{}]", quoted(&name), more.join(", ")),
        };
        format!("{{{}}}", self.members.into_iter().map(member).collect::<Vec<_>>().join(", "))
    }
}

/// A table as JSON.
pub fn from_csv(text: &str) -> Option<Vec<u8>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let mut titles: Vec<String> = Vec::new();
    for (at, title) in reader.headers().ok()?.iter().enumerate() {
        let title = title.trim_start_matches('\u{feff}');
        // Two columns of one name would be one member.
        let fresh = !title.is_empty() && !titles.iter().any(|other| other == title);
        titles.push(if fresh { title.to_owned() } else { format!("{title}#{}", at + 1) });
    }
    let names: Vec<String> = titles.iter().map(|title| quoted(title)).collect();
    let mut out = String::from("[");
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).ok()? {
        out.push_str(if out.len() > 1 { ",\n{" } else { "\n{" });
        for (at, cell) in record.iter().enumerate() {
            if at > 0 {
                out.push_str(", ");
            }
            match names.get(at) {
                Some(name) => out.push_str(name),
                None => out.push_str(&quoted(&format!("#{}", at + 1))),
            }
            out.push_str(": ");
            out.push_str(&quoted(cell));
        }
        out.push('}');
        if out.len() > MOST {
            return None;
        }
    }
    out.push_str("\n]");
    Some(out.into_bytes())
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Document;

    fn xml(text: &str) -> Option<String> {
        from_xml(text).map(|json| {
            assert!(Document::parse(json.clone()).is_complete());
            String::from_utf8(json).unwrap()
        })
    }

    #[test]
    fn elements_become_members() {
        for (text, wanted) in [
            ("<a/>", r#"{"a": ""}"#),
            ("<?xml version='1.0'?><!-- x --><a>\n <b>1</b>\n</a>\n", r#"{"a": {"b": "1"}}"#),
            ("<a><b>1</b><c/><b>2</b></a>", r#"{"a": {"b": ["1", "2"], "c": ""}}"#),
            ("<a x='1&amp;2'>t<![CDATA[<&>]]>&lt;&#65;</a>", r##"{"a": {"@x": "1&2", "#text": "t<&><A"}}"##),
            ("<s:E xmlns:s='u'><s:B>x</s:B></s:E>", r#"{"s:E": {"@xmlns:s": "u", "s:B": "x"}}"#),
        ] {
            assert_eq!(xml(text).as_deref(), Some(wanted), "{text}");
        }
        let deep = format!("{}{}", "<a>".repeat(1000), "</a>".repeat(1000));
        for text in
            ["", "x", "<a>", "<a></b>", "<a/><b/>", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "<a>&x;</a>", &deep]
        {
            assert_eq!(xml(text), None, "{text:.60}");
        }
    }

    #[test]
    fn rows_become_objects() {
        let csv = |text: &str| from_csv(text).map(|json| String::from_utf8(json).unwrap());
        assert_eq!(
            csv("\u{feff}\"Id\",\"Name\"\n\"1\",\"a, \"\"b\"\"\nc\"\n2,\n").as_deref(),
            Some("[\n{\"Id\": \"1\", \"Name\": \"a, \\\"b\\\"\\nc\"},\n{\"Id\": \"2\", \"Name\": \"\"}\n]")
        );
        assert_eq!(
            csv("a,a,\n1,2,3,4").as_deref(),
            Some("[\n{\"a\": \"1\", \"a#2\": \"2\", \"#3\": \"3\", \"#4\": \"4\"}\n]")
        );
        assert_eq!(csv("").as_deref(), Some("[\n]"));
    }
}
