//! What tab offers in a jq line: names that the document has where the caret is, and functions. It follows a program as
//! far as it can be followed without running it; where it cannot, nothing is offered.

use crate::json::{Document, Kind, NodeId, filter};
use std::ops::Range;
use std::sync::LazyLock;

/// Values that are looked at in one step: what a thousand records have, the first ones have.
const SAMPLE: usize = 64;
/// Members of one object that are looked at.
const MEMBERS: usize = 2000;
/// How many are offered.
const MOST: usize = 50;
/// Deeper programs are not followed.
const DEEPEST: usize = 64;

static FUNCTIONS: LazyLock<Vec<(String, usize)>> = LazyLock::new(filter::functions);

/// One thing that tab puts in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What is put in.
    pub insert: String,
    /// What is shown.
    pub label: String,
    /// A word beside it.
    pub note: String,
}

/// What tab offers now. Tab again takes the next in its place.
#[derive(Debug, Clone, Default)]
pub struct Completion {
    /// What is offered.
    pub offers: Vec<Offer>,
    /// The one that stands in the line.
    pub chosen: Option<usize>,
    /// The bytes of the line that an offer takes the place of.
    pub range: Range<usize>,
}

impl Completion {
    /// What fits to the end of what stands before the caret.
    pub fn of(document: &Document, before: &str) -> Self {
        let mut reader = Reader::new(document);
        reader.read(before);
        let partial = reader.partial.clone();
        let typed = before.get(partial.clone()).unwrap_or_default();
        let mut offers = match reader.wants {
            Wants::Name => names(document, &reader.here(), typed),
            Wants::Word if !typed.is_empty() => words(typed),
            Wants::Key => names(document, &reader.frame().input, typed),
            Wants::Word | Wants::Nothing => Vec::new(),
        };
        // What is typed already is nothing to take.
        offers.retain(|offer| offer.insert != typed);
        offers.truncate(MOST);
        Self { offers, chosen: None, range: partial }
    }

    /// The next one, or the one before: what to put in, and in place of what.
    pub fn walk(&mut self, forward: bool) -> Option<(Range<usize>, String)> {
        let count = self.offers.len().max(1);
        let next = match self.chosen {
            None if forward => 0,
            None => count - 1,
            Some(at) if forward => (at + 1) % count,
            Some(at) => (at + count - 1) % count,
        };
        let offer = self.offers.get(next)?;
        let range = self.range.clone();
        self.chosen = Some(next);
        self.range.end = self.range.start + offer.insert.len();
        Some((range, offer.insert.clone()))
    }
}

fn names(document: &Document, values: &Values, typed: &str) -> Vec<Offer> {
    let mut offers: Vec<Offer> = Vec::new();
    if typed.is_empty() && (values.wraps > 0 || values.nodes.iter().any(|n| document.kind(*n) == Kind::Array)) {
        offers.push(Offer { insert: "[]".to_owned(), label: "[]".to_owned(), note: "each of them".to_owned() });
    }
    if values.wraps > 0 {
        return offers;
    }
    let wanted = typed.trim_start_matches('"').to_lowercase();
    let objects = values.nodes.iter().filter(|node| document.kind(**node) == Kind::Object);
    for child in objects.flat_map(|object| document.children(*object).take(MEMBERS)) {
        let Some((name, false)) = document.key_preview(child, 200) else { continue };
        if !name.to_lowercase().starts_with(&wanted) || offers.iter().any(|offer| offer.label == name) {
            continue;
        }
        offers.push(Offer { insert: spelled(&name), label: name, note: note(document, child) });
        if offers.len() > MOST {
            break;
        }
    }
    offers
}

/// A name as it stands behind a dot.
fn spelled(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { name.to_owned() } else { serde_json::Value::from(name).to_string() }
}

fn note(document: &Document, node: NodeId) -> String {
    match document.kind(node) {
        Kind::Object => format!("{{{}}}", document.child_count(node)),
        Kind::Array => format!("[{}]", document.child_count(node)),
        _ => {
            let (text, more) = document.preview(node, 24);
            text + if more { "…" } else { "" }
        }
    }
}

fn words(typed: &str) -> Vec<Offer> {
    let fitting = FUNCTIONS.iter().filter(|(name, _)| name.starts_with(typed));
    let offer = |(name, arguments): &(String, usize)| Offer {
        insert: if *arguments > 0 { format!("{name}(") } else { name.clone() },
        label: name.clone(),
        note: match arguments {
            0 => String::new(),
            1 => "( )".to_owned(),
            more => format!("({})", "; ".repeat(more - 1)),
        },
    };
    fitting.map(offer).collect()
}

/// Some values of the document that an expression gives; `wraps`: in so many arrays that stand nowhere in it.
#[derive(Debug, Clone, Default)]
struct Values {
    nodes: Vec<NodeId>,
    wraps: usize,
}

/// A bracket that is open, or the whole program.
#[derive(Debug, Clone, Default)]
struct Frame {
    /// The bracket.
    open: char,
    /// The function before it.
    call: String,
    /// The last word in it.
    word: String,
    /// What the dot stands for at its beginning, and here.
    begun: Values,
    input: Values,
    /// What the term gives that has been read so far; `None`: a term begins here.
    term: Option<Values>,
    /// Behind `as`: what follows the pipe begins again.
    binds: bool,
    /// In an object: whether a key is due.
    key: bool,
}

/// What would go on here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wants {
    Nothing,
    /// A name behind a dot.
    Name,
    /// A function.
    Word,
    /// A key of an object that is made.
    Key,
}

struct Reader<'a> {
    document: &'a Document,
    frames: Vec<Frame>,
    wants: Wants,
    partial: Range<usize>,
}

impl<'a> Reader<'a> {
    fn new(document: &'a Document) -> Self {
        let root = Values { nodes: document.root().into_iter().collect(), wraps: 0 };
        let whole = Frame { begun: root.clone(), input: root, ..Frame::default() };
        Self { document, frames: vec![whole], wants: Wants::Nothing, partial: 0..0 }
    }

    fn frame(&self) -> Frame {
        self.frames.last().cloned().unwrap_or_default()
    }

    fn with(&mut self, change: impl FnOnce(&mut Frame)) {
        if let Some(frame) = self.frames.last_mut() {
            change(frame);
        }
    }

    /// What a dot here would look into.
    fn here(&self) -> Values {
        let frame = self.frame();
        frame.term.unwrap_or(frame.input)
    }

    fn read(&mut self, text: &str) {
        let mut at = 0;
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let rest = text.get(at..).unwrap_or_default();
            self.wants = Wants::Nothing;
            self.partial = text.len()..text.len();
            let taken = match c {
                '"' => {
                    let length = string(rest);
                    self.with(|frame| frame.term = Some(Values::default()));
                    length
                }
                '#' => rest.find('\n').unwrap_or(rest.len()),
                '.' => self.dot(rest, at),
                '[' | '(' | '{' => self.open(c, rest),
                ']' | ')' | '}' => {
                    self.close(c);
                    1
                }
                '?' => 1,
                '|' if !rest.starts_with("|=") => {
                    self.with(pipe);
                    1
                }
                ':' => {
                    self.with(|frame| (frame.key, frame.term) = (false, None));
                    1
                }
                c if c.is_alphabetic() || matches!(c, '_' | '@' | '$') => self.word(rest, at),
                c if c.is_ascii_digit() => {
                    self.with(|frame| frame.term = Some(Values::default()));
                    rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())
                }
                c if c.is_whitespace() => c.len_utf8(),
                c => {
                    let object = self.frame().open == '{';
                    self.with(|frame| {
                        frame.word.clear();
                        frame.term = None;
                        frame.key = object && c == ',';
                    });
                    c.len_utf8()
                }
            };
            at += taken.max(1);
        }
        if text.is_empty() || text.ends_with(char::is_whitespace) || text.ends_with(['{', ',']) {
            self.partial = text.len()..text.len();
            self.wants = if self.frame().key { Wants::Key } else { Wants::Nothing };
        }
    }

    /// `.`, `..`, `.name`, `."name"`; how long it is.
    fn dot(&mut self, rest: &str, at: usize) -> usize {
        let after = rest.get(1..).unwrap_or_default();
        self.with(|frame| frame.word.clear());
        if after.starts_with('.') {
            self.with(|frame| frame.term = Some(Values::default()));
            return 2;
        }
        let name = match after.starts_with('"') {
            true => after.get(..string(after)).unwrap_or_default(),
            false => after.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default(),
        };
        let end = 1 + name.len();
        let here = self.here();
        if rest.len() == end {
            self.wants = Wants::Name;
            self.partial = at + 1..at + end;
            // A dot behind a term has its own value to look into; what it gives is not needed any more.
            self.with(|frame| frame.term = Some(here));
            return end;
        }
        let name: String =
            if name.starts_with('"') { serde_json::from_str(name).unwrap_or_default() } else { name.to_owned() };
        let term = if name.is_empty() { here } else { self.get(&here, &name) };
        self.with(|frame| frame.term = Some(term));
        end
    }

    fn open(&mut self, open: char, rest: &str) -> usize {
        let frame = self.frame();
        if open == '['
            && let Some(term) = &frame.term
        {
            let length = rest.find(']').map_or(rest.len(), |end| end + 1);
            let inside = rest.get(1..length.saturating_sub(1)).unwrap_or_default().trim();
            let term = match (inside, inside.parse::<usize>(), serde_json::from_str::<String>(inside)) {
                (_, Ok(index), _) => self.at(term, index),
                (_, _, Ok(name)) => self.get(term, &name),
                ("", ..) => self.each(term),
                // A slice is as the whole.
                (inside, ..) if inside.contains(':') => term.clone(),
                _ => self.each(term),
            };
            self.with(|frame| frame.term = Some(term));
            return length;
        }
        if self.frames.len() >= DEEPEST {
            return rest.len();
        }
        let call = if open == '(' { frame.word.clone() } else { String::new() };
        const OVER_EACH: [&str; 9] =
            ["map", "map_values", "any", "all", "sort_by", "group_by", "unique_by", "min_by", "max_by"];
        let input = match call.as_str() {
            name if OVER_EACH.contains(&name) => self.each(&frame.input),
            "with_entries" | "walk" | "reduce" | "foreach" | "paths" => Values::default(),
            _ => frame.input.clone(),
        };
        let key = open == '{';
        self.frames.push(Frame { open, call, begun: input.clone(), input, key, ..Frame::default() });
        1
    }

    fn close(&mut self, close: char) {
        let Some(inner) = (self.frames.len() > 1).then(|| self.frames.pop()).flatten() else { return };
        let given = inner.term.clone().unwrap_or_else(|| inner.input.clone());
        let input = self.frame().input;
        let wrapped = |values: Values| Values { wraps: values.wraps + 1, ..values };
        let term = match (close, inner.call.as_str()) {
            (']', _) | (')', "map") => wrapped(given),
            (')', "") => given,
            (')', "select" | "sort_by" | "unique_by" | "del" | "limit" | "debug") => input,
            (')', "group_by") => wrapped(input),
            (')', "min_by" | "max_by") => self.each(&input),
            (')', "first" | "last" | "recurse") => given,
            _ => Values::default(),
        };
        self.with(|frame| {
            frame.word.clear();
            frame.term = Some(term);
        });
    }

    fn word(&mut self, rest: &str, at: usize) -> usize {
        let length = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| !(c.is_ascii_alphanumeric() || *c == '_'))
            .map_or(rest.len(), |(at, _)| at);
        let word = rest.get(..length).unwrap_or_default();
        let frame = self.frame();
        self.partial = at..at + length;
        self.wants = match () {
            () if word.starts_with('$') => Wants::Nothing,
            () if frame.key => Wants::Key,
            () => Wants::Word,
        };
        let input = frame.input;
        let term = match word {
            "as" => {
                self.with(|frame| frame.binds = true);
                return length;
            }
            "then" | "else" | "elif" | "if" | "and" | "or" | "reduce" | "foreach" | "try" | "catch" | "def" => None,
            "sort" | "reverse" | "unique" | "values" | "objects" | "arrays" | "scalars" | "strings" | "numbers"
            | "empty" => Some(input),
            "first" | "last" | "min" | "max" => Some(self.each(&input)),
            _ => Some(Values::default()),
        };
        self.with(|frame| {
            // Behind a keyword a bracket only groups.
            if term.is_some() {
                word.clone_into(&mut frame.word)
            } else {
                frame.word.clear()
            }
            frame.term = term;
        });
        // A function with arguments: its bracket begins nothing of its own.
        if rest.get(length..).is_some_and(|after| after.starts_with('(')) {
            self.with(|frame| frame.term = None);
        }
        length
    }

    fn get(&self, values: &Values, name: &str) -> Values {
        if values.wraps > 0 {
            return Values::default();
        }
        let document = self.document;
        let member = |node: &NodeId| {
            let named = |child: &NodeId| document.key(*child).is_some_and(|key| key == name);
            document.children(*node).take(MEMBERS).find(named)
        };
        let objects = values.nodes.iter().filter(|node| document.kind(**node) == Kind::Object);
        Values { nodes: objects.filter_map(member).collect(), wraps: 0 }
    }

    fn at(&self, values: &Values, index: usize) -> Values {
        match values.wraps {
            0 => Values { nodes: values.nodes.iter().filter_map(|n| self.document.at(*n, index)).collect(), wraps: 0 },
            wraps => Values { wraps: wraps - 1, ..values.clone() },
        }
    }

    fn each(&self, values: &Values) -> Values {
        if values.wraps > 0 {
            return Values { wraps: values.wraps - 1, ..values.clone() };
        }
        let inside = values.nodes.iter().flat_map(|node| self.document.children(*node).take(SAMPLE));
        Values { nodes: inside.take(SAMPLE).collect(), wraps: 0 }
    }
}

/// What stands before a pipe is what the dot means behind it.
fn pipe(frame: &mut Frame) {
    let given = frame.term.take();
    frame.input = match std::mem::take(&mut frame.binds) {
        // `… as $x | …`: the dot is what it was.
        true => frame.begun.clone(),
        false => given.unwrap_or_default(),
    };
    frame.begun = frame.input.clone();
    frame.word.clear();
}

/// How long a string is that begins here, with its quotes.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == '"' && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"totalSize":2,"records":[{"Id":"001","Name":"a","Owner":{"Name":"Ada","Email":"a@b"},"Tags":[{"on":true}]},{"Id":"002","Name":"b","Amount":3.5}],"a b":null}"#;

    fn offered(before: &str) -> Vec<String> {
        let document = Document::parse(BODY.as_bytes().to_vec());
        Completion::of(&document, before).offers.into_iter().map(|offer| offer.label).collect()
    }

    #[test]
    fn names_are_those_that_the_document_has_there() {
        let record = ["Id", "Name", "Owner", "Tags", "Amount"];
        for (before, wanted) in [
            (".", vec!["totalSize", "records", "a b"]),
            (".re", vec!["records"]),
            (".records[].", record.to_vec()),
            (".records[0].Ow", vec!["Owner"]),
            (".records[].Owner.", vec!["Name", "Email"]),
            (".records | .[1].am", vec!["Amount"]),
            (".records[] | select(.Na", vec!["Name"]),
            (".records[] | select(.Name == \"x|y\") | .Owner.E", vec!["Email"]),
            (".records | map(.Tags[].", vec!["on"]),
            (".records | map(.Owner) | .[].E", vec!["Email"]),
            ("[.records[] | .Owner] | .[0].E", vec!["Email"]),
            (".records | sort_by(.Name) | .[].Ow", vec!["Owner"]),
            (".records | group_by(.Name) | .[][].Am", vec!["Amount"]),
            (".records as $all | .tot", vec!["totalSize"]),
            (".records[] | {Na", vec!["Name"]),
            (".records[] | {a: .Owner.Na", vec!["Name"]),
            (".records[] | {a: .Id, Ow", vec!["Owner"]),
            ("(.records[0] | .Owner).Em", vec!["Email"]),
            (".records | length, .", vec!["[]"]),
            (".records | keys | .[0].", vec![]),
            (".nosuch.", vec![]),
        ] {
            assert_eq!(offered(before), wanted, "{before}");
        }
    }

    #[test]
    fn functions_are_offered_with_their_bracket() {
        assert!(offered(".records | so").contains(&"sort_by".to_owned()));
        assert_eq!(offered(".records | "), Vec::<String>::new(), "nothing is typed yet");
        assert!(offered("\"so").is_empty() && offered("$so").is_empty(), "in a string, a variable");
        let document = Document::parse(BODY.as_bytes().to_vec());
        let select = Completion::of(&document, ".records[] | sele").offers;
        assert_eq!(select.iter().map(|o| o.insert.as_str()).collect::<Vec<_>>(), ["select("]);
    }

    #[test]
    fn tab_walks_round_and_each_takes_the_place_of_the_one_before() {
        let document = Document::parse(BODY.as_bytes().to_vec());
        let mut completion = Completion::of(&document, ".records[0].N");
        assert_eq!(completion.walk(true), Some((12..13, "Name".to_owned())));
        assert_eq!(completion.walk(true), Some((12..16, "Name".to_owned())), "round");
        let mut odd = Completion::of(&document, ".a");
        assert_eq!(odd.walk(true), Some((1..2, "\"a b\"".to_owned())));
    }

    #[test]
    fn no_text_is_too_odd() {
        for text in ["((((", "}}}", "[[[]]", "....", ".\"", "\"\\", "{,,{", ".[", "| |", "é.日", &"(".repeat(10_000)]
        {
            let _ = offered(text);
        }
    }
}
