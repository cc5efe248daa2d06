//! Bodies of several parts (`multipart/form-data`), as ContentVersion and Attachment take files.
//!
//! A body of parts is a text like any other, with its boundary in the header `Content-Type`, so that it is typed, saved and
//! diffed as one. A part that is a file is `{{file("path")}}` alone in its part: that is streamed from the disk as it is,
//! whatever is in it and however long. Lines may end as they do in an editor; they are sent as the standard wants them.

use super::call::{Arg, Call};
use super::pieces::{PieceKind, pieces};
use super::surroundings::Surroundings;
use super::types::Pair;

/// The boundary that is used where nothing in the body is like it.
const BOUNDARY: &str = "orgdeck-part";

/// The place of the edge, for [`Surroundings::draw`]; no place in a text is as far.
const EDGE: u64 = u64::MAX;

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    /// Its media type, where one is told.
    pub(super) kind: Option<String>,
    pub(super) content: Content,
}

/// What is in a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    Text(String),
    /// A file, by its path; what it is called there.
    File {
        path: String,
        called: String,
    },
}

impl Content {
    /// A file under its own name.
    pub(super) fn file(path: &str) -> Self {
        let called = path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
        Self::File { path: path.to_owned(), called }
    }
}

/// A piece of a body as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Chunk {
    /// Text, which may hold variables.
    Text(String),
    /// A file's content, by its path.
    File(String),
}

/// The body's text, and the value of its `Content-Type`.
pub(super) fn write(parts: &[Part]) -> (String, String) {
    let taken = |boundary: &str| {
        parts.iter().any(|part| matches!(&part.content, Content::Text(text) if text.contains(&format!("--{boundary}"))))
    };
    let numbered = (2_u32..).map(|n| format!("{BOUNDARY}-{n}"));
    let boundary = [BOUNDARY.to_owned()].into_iter().chain(numbered).find(|one| !taken(one)).unwrap_or_default();
    let mut out = String::new();
    for part in parts {
        let (called, content) = match &part.content {
            Content::Text(text) => (String::new(), text.clone()),
            Content::File { path, called } => (format!("; filename=\"{}\"", named(called)), file_call(path)),
        };
        let kind = part.kind.as_ref().map(|kind| format!("Content-Type: {kind}\n")).unwrap_or_default();
        let name = named(&part.name);
        out.push_str(&format!(
            "--{boundary}\nContent-Disposition: form-data; name=\"{name}\"{called}\n{kind}\n{content}\n"
        ));
    }
    out.push_str(&format!("--{boundary}--\n"));
    (out, format!("multipart/form-data; boundary={boundary}"))
}

/// A file as it stands in a text.
pub(super) fn file_call(path: &str) -> String {
    format!("{{{{file(\"{}\")}}}}", path.replace('\\', "\\\\").replace('"', "\\\""))
}

/// In quotes, as browsers write it.
fn named(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

fn unnamed(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

/// The boundary that the headers tell, if the body is one of parts.
pub(super) fn boundary(headers: &[Pair]) -> Option<String> {
    let kind = headers.iter().find(|pair| pair.on && pair.name.trim().eq_ignore_ascii_case("content-type"))?;
    let (media, rest) = kind.value.split_once(';')?;
    if !media.trim().to_ascii_lowercase().starts_with("multipart/") {
        return None;
    }
    let told = rest.split(';').find_map(|param| {
        let (name, value) = param.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_owned())
    })?;
    (!told.is_empty() && told.len() <= 70 && !told.contains("{{")).then_some(told)
}

/// A body of parts as it is sent: its files apart from its text, its lines ended as the standard wants.
pub(super) fn chunks(text: &str, boundary: &str) -> Vec<Chunk> {
    let lines: Vec<&str> = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    let edge = format!("--{boundary}");
    let mut found = Vec::new();
    let mut begun = String::new();
    for (at, line) in lines.iter().enumerate() {
        let alone = at > 0 && lines.get(at - 1).is_some_and(|before| before.is_empty());
        let last = lines.get(at + 1).is_some_and(|next| next.starts_with(&edge));
        match file_of(line).filter(|_| alone && last) {
            Some(path) => {
                found.push(Chunk::Text(std::mem::take(&mut begun)));
                found.push(Chunk::File(path));
            }
            None => begun.push_str(line),
        }
        if at + 1 < lines.len() {
            begun.push_str("\r\n");
        }
    }
    found.push(Chunk::Text(begun));
    found
}

/// The same with an edge that nobody can foretell, where files stand in it: what is in those is not looked through, and the
/// one that is written may be in them. The headers come along.
pub(super) fn drawn(text: &str, headers: &[Pair], around: &Surroundings) -> Option<(String, Vec<Pair>)> {
    let old = boundary(headers)?;
    if !chunks(text, &old).iter().any(|chunk| matches!(chunk, Chunk::File(_))) {
        return None;
    }
    let new = format!("orgdeck-{:016x}{:016x}", around.draw(EDGE, 0), around.draw(EDGE, 1));
    let (edge, end) = (format!("--{old}"), format!("--{old}--"));
    let lines = text.split('\n').map(|line| match line.trim_end() {
        plain if plain == edge => format!("--{new}"),
        plain if plain == end => format!("--{new}--"),
        _ => line.to_owned(),
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let mut headers = headers.to_vec();
    let kinds = headers.iter_mut().filter(|pair| pair.name.trim().eq_ignore_ascii_case("content-type"));
    // All that stands behind the media type may go: a boundary is the one thing that a body of parts has to tell.
    kinds.for_each(|pair| {
        let media = pair.value.split(';').next().unwrap_or_default().trim_end().to_owned();
        pair.value = format!("{media}; boundary={new}");
    });
    Some((text, headers))
}

/// The path of a line that is nothing but `{{file("path")}}`.
fn file_of(line: &str) -> Option<String> {
    let parts = pieces(line);
    match parts.as_slice() {
        [one] => match &one.kind {
            PieceKind::Call(Call { name, args }) if name == "file" => match args.as_slice() {
                [Arg::Text(path)] if !path.contains("{{") => Some(path.clone()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// The parts of a body that [`write()`] wrote; `None`: it is another's, and may mean more.
pub(super) fn read(text: &str, boundary: &str) -> Option<Vec<Part>> {
    let inside = text.strip_suffix(&format!("--{boundary}--\n"))?;
    let mut parts = Vec::new();
    for part in inside.split(&format!("--{boundary}\n")).skip(1) {
        let (head, content) = part.split_once("\n\n")?;
        let content = content.strip_suffix('\n')?;
        let mut lines = head.lines();
        let told = lines.next()?.strip_prefix("Content-Disposition: form-data; name=\"")?;
        let (name, rest) = told.split_once('"')?;
        let called = rest.strip_prefix("; filename=\"").and_then(|rest| rest.strip_suffix('"'));
        let content = match called {
            Some(called) => Content::File { path: file_of(content)?, called: unnamed(called) },
            None => Content::Text(content.to_owned()),
        };
        let kind = lines.next().and_then(|line| line.strip_prefix("Content-Type: ")).map(str::to_owned);
        parts.push(Part { name: unnamed(name), kind, content });
    }
    (write(&parts).0 == text).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> Vec<Part> {
        let json = Some("application/json".to_owned());
        let text = Content::Text("{\"PathOnClient\": \"{{name}}\"}".to_owned());
        vec![
            Part { name: "entity_content".to_owned(), kind: json, content: text },
            Part { name: "Version\"Data".to_owned(), kind: None, content: Content::file("in/a \"b\".pdf") },
        ]
    }

    #[test]
    fn what_is_written_is_read_and_cut_where_files_stand() {
        let (text, kind) = write(&parts());
        assert_eq!(kind, "multipart/form-data; boundary=orgdeck-part");
        assert!(text.contains("filename=\"a %22b%22.pdf\"\n\n{{file(\"in/a \\\"b\\\".pdf\")}}\n--"), "{text}");
        assert_eq!(read(&text, "orgdeck-part"), Some(parts()));
        let cut = chunks(&text, "orgdeck-part");
        let [Chunk::Text(before), Chunk::File(path), Chunk::Text(after)] = cut.as_slice() else { panic!("{cut:?}") };
        assert_eq!((path.as_str(), after.as_str()), ("in/a \"b\".pdf", "\r\n--orgdeck-part--\r\n"));
        assert!(before.contains("\r\n\r\n{\"PathOnClient\": \"{{name}}\"}\r\n--orgdeck-part\r\n"), "{before}");
        assert!(!before.replace("\r\n", "").contains(['\r', '\n']));
        // Lines that end as the standard wants stay as they are.
        assert_eq!(chunks(&text.replace('\n', "\r\n"), "orgdeck-part"), cut);
    }

    #[test]
    fn where_files_stand_each_sending_has_an_edge_of_its_own() {
        let (text, kind) = write(&parts());
        let headers = [Pair::new("content-type", &kind), Pair::new("X", "orgdeck-part")];
        let drawn = |seed| drawn(&text, &headers, &Surroundings::new(jiff::Timestamp::UNIX_EPOCH, seed)).unwrap();
        let (once, told) = drawn(1);
        assert_eq!(once, drawn(1).0);
        assert_ne!(once, drawn(2).0);
        assert!(!once.contains("orgdeck-part") && told[1].value == "orgdeck-part", "{once}");
        assert_eq!(chunks(&once, &boundary(&told).unwrap()).len(), 3);
        let short = [Pair::new("Content-Type", "multipart/form-data; boundary=part")];
        let (_, told) = super::drawn(&text.replace("orgdeck-part", "part"), &short, &Surroundings::default()).unwrap();
        assert!(told[0].value.starts_with("multipart/form-data; boundary=orgdeck-"), "{told:?}");
        let (plain, kind) = write(&parts()[..1]);
        assert_eq!(super::drawn(&plain, &[Pair::new("Content-Type", kind)], &Surroundings::default()), None);
    }

    #[test]
    fn a_file_that_stands_beside_other_text_is_text() {
        for text in ["x\n\na {{file(\"p\")}}\n--b--\n", "x\n{{file(\"p\")}}\n--b--\n", "\n{{file(\"p\")}}\nmore\n--b--"]
        {
            assert!(matches!(chunks(text, "b").as_slice(), [Chunk::Text(_)]), "{text}");
        }
        assert_eq!(read("--b\nX: y\n\nz\n--b--\n", "b"), None);
    }

    #[test]
    fn the_boundary_is_what_the_header_says_and_stands_in_no_part() {
        let of = |value: &str| boundary(&[Pair::new("content-type", value)]);
        assert_eq!(of("multipart/form-data; charset=x; boundary=\"a b\""), Some("a b".to_owned()));
        assert_eq!(of("Multipart/Mixed;boundary=q"), Some("q".to_owned()));
        for none in ["application/json", "multipart/form-data", "multipart/form-data; boundary=", "text/x; boundary=q"]
        {
            assert_eq!(of(none), None, "{none}");
        }
        let clash = Part { name: "x".to_owned(), kind: None, content: Content::Text("--orgdeck-part\n".to_owned()) };
        let (text, kind) = write(std::slice::from_ref(&clash));
        assert!(kind.ends_with("orgdeck-part-2"));
        assert_eq!(read(&text, "orgdeck-part-2"), Some(vec![clash]));
    }
}
