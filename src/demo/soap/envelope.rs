//! Reading a SOAP request: its operation as a small tree, and the session in its header.
//!
//! Prefixes are not looked at, since clients choose them as they like. A document type is refused, so that no entity can
//! be defined; how deep and how large a tree grows is bounded.

use super::out::Trouble;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Elements within elements, at most.
const DEEPEST: usize = 32;
/// Elements of one request, at most.
const MOST: usize = 20_000;

/// An element.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Node {
    /// Without its prefix.
    pub(super) name: String,
    /// Its own text, joined.
    pub(super) text: String,
    pub(super) children: Vec<Node>,
}

impl Node {
    /// The text of the first child of this name.
    pub(super) fn child(&self, name: &str) -> Option<&str> {
        self.children.iter().find(|child| child.name == name).map(|child| child.text.trim())
    }

    /// The texts of all children of this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.children.iter().filter(move |child| child.name == name).map(|child| child.text.trim())
    }

    fn take(&mut self, name: &str) -> Option<Node> {
        let place = self.children.iter().position(|child| child.name == name)?;
        Some(self.children.swap_remove(place))
    }
}

/// A request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Envelope {
    pub(super) session: Option<String>,
    /// The org that a login names.
    pub(super) organization: Option<String>,
    /// Rows of a page, as wished.
    pub(super) batch: Option<usize>,
    pub(super) operation: Node,
}

impl Envelope {
    pub(super) fn read(body: &[u8]) -> Result<Self, Trouble> {
        let told = |what: &str| Trouble::client(format!("Content is not allowed: {what}"));
        let text = std::str::from_utf8(body).map_err(|_| told("the request is not UTF-8"))?;
        let mut envelope = tree(text).map_err(|what| told(&what))?;
        if envelope.name != "Envelope" {
            return Err(told("the document is no Envelope"));
        }
        let header = envelope.take("Header").unwrap_or_default();
        let below = |part: &str, name: &str| {
            let part = header.children.iter().find(|child| child.name == part)?;
            part.child(name).map(str::to_owned)
        };
        let body = envelope.take("Body").ok_or_else(|| told("the Envelope has no Body"))?;
        let operation = body.children.into_iter().next().ok_or_else(|| told("the Body holds no operation"))?;
        Ok(Self {
            session: below("SessionHeader", "sessionId"),
            organization: below("LoginScopeHeader", "organizationId"),
            batch: below("QueryOptions", "batchSize").and_then(|wish| wish.parse().ok()),
            operation,
        })
    }
}

/// Whom a request claims to come from.
pub(in crate::demo) enum Claim {
    Session(String),
    User(String),
}

/// Who a request seems to come from, if it says so at all.
pub(in crate::demo) fn claims_to_be(body: &[u8]) -> Option<Claim> {
    let asked = Envelope::read(body).ok()?;
    let user = || asked.operation.child("username").map(|name| Claim::User(name.to_owned()));
    asked.session.clone().map(Claim::Session).or_else(user)
}

/// The root element of a document.
fn tree(text: &str) -> Result<Node, String> {
    let mut reader = Reader::from_str(text);
    // A root that is never closed stands at the bottom.
    let mut open = vec![Node::default()];
    let mut count = 0_usize;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                count += 1;
                if open.len() > DEEPEST || count > MOST {
                    return Err("it is too large".to_owned());
                }
                open.push(named(&start));
            }
            Event::Empty(start) => {
                count += 1;
                if count > MOST {
                    return Err("it is too large".to_owned());
                }
                close(&mut open, named(&start))?;
            }
            Event::End(_) => {
                let done = open.pop().filter(|_| !open.is_empty()).ok_or("an element ends that did not begin")?;
                close(&mut open, done)?;
            }
            Event::Text(text) => add(&mut open, &text.xml10_content()),
            Event::CData(text) => add(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(|error| error.to_string())? {
                Some(letter) => add(&mut open, letter.encode_utf8(&mut [0; 4])),
                None => add(&mut open, entity(&reference.xml10_content())?),
            },
            Event::DocType(_) => return Err("a DOCTYPE is not accepted".to_owned()),
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
    match (open.pop(), open.is_empty()) {
        (Some(mut bottom), true) if bottom.children.len() == 1 => bottom.children.pop().ok_or_else(String::new),
        _ => Err("it is no document".to_owned()),
    }
}

fn named(start: &BytesStart<'_>) -> Node {
    let name = start.local_name();
    Node { name: name.as_ref().to_owned(), ..Node::default() }
}

fn close(open: &mut [Node], done: Node) -> Result<(), String> {
    open.last_mut().ok_or("an element ends that did not begin")?.children.push(done);
    Ok(())
}

fn add(open: &mut [Node], text: &str) {
    if let Some(node) = open.last_mut() {
        node.text.push_str(text);
    }
}

/// The five that XML has without a document type.
fn entity(name: &str) -> Result<&'static str, String> {
    Ok(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        other => return Err(format!("the entity &{other}; is not defined")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGIN: &str = r#"<?xml version="1.0" encoding="utf-8" ?>
        <env:Envelope xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:env="http://schemas.xmlsoap.org/soap/envelope/">
          <env:Header><urn:SessionHeader xmlns:urn="u"><urn:sessionId>00D!AQ</urn:sessionId></urn:SessionHeader></env:Header>
          <env:Body>
            <n1:login xmlns:n1="urn:partner.soap.sforce.com">
              <n1:username>a&amp;b&#64;x.example</n1:username>
              <n1:password><![CDATA[p<w]]></n1:password>
            </n1:login>
          </env:Body>
        </env:Envelope>"#;

    #[test]
    fn a_request_is_read_whatever_its_prefixes() {
        let asked = Envelope::read(LOGIN.as_bytes()).unwrap();
        assert_eq!(asked.session.as_deref(), Some("00D!AQ"));
        assert_eq!(asked.operation.name, "login");
        assert_eq!(asked.operation.child("username"), Some("a&b@x.example"));
        assert_eq!(asked.operation.child("password"), Some("p<w"));
        assert!(matches!(claims_to_be(LOGIN.as_bytes()), Some(Claim::Session(token)) if token == "00D!AQ"));
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let deep = format!("<Envelope><Body>{}", "<a>".repeat(10_000));
        let wide = format!("<Envelope><Body>{}</Body></Envelope>", "<a/>".repeat(MOST));
        for text in [
            "",
            "hello",
            "<Envelope/>",
            "<Envelope><Body/></Envelope>",
            "<Envelope><Body><a></Body></Envelope>",
            "<Envelope><Body><a>",
            "<Envelope><Body><a>&evil;</a></Body></Envelope>",
            "<!DOCTYPE x [<!ENTITY evil \"ha\">]><Envelope><Body><a/></Body></Envelope>",
            "<Other><Body><a/></Body></Other>",
            "<Envelope><Body><a/></Body></Envelope><Envelope/>",
            "</Envelope>",
            &deep,
            &wide,
        ] {
            assert!(Envelope::read(text.as_bytes()).is_err(), "{:.60}", text);
        }
        assert!(Envelope::read(&[0xff, 0xfe]).is_err());
    }
}
