//! The parts of a `multipart/form-data` body, which is here whole.

use memchr::memmem;

/// One part.
pub(in crate::demo::rest) struct Part<'b> {
    pub(in crate::demo::rest) name: String,
    pub(in crate::demo::rest) body: &'b [u8],
}

/// The boundary that a content type names, if it is one of parts.
pub(in crate::demo::rest) fn boundary(kind: &str) -> Option<String> {
    let mut pieces = kind.split(';').map(str::trim);
    pieces.next().filter(|kind| kind.eq_ignore_ascii_case("multipart/form-data"))?;
    let named = pieces.find_map(|piece| {
        let (name, value) = piece.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
    });
    named.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The parts between the boundaries; what is broken is left out.
pub(in crate::demo::rest) fn parts<'b>(body: &'b [u8], boundary: &str) -> Vec<Part<'b>> {
    let mark = format!("--{boundary}");
    let starts: Vec<usize> = memmem::find_iter(body, mark.as_bytes())
        .filter(|at| *at == 0 || body.get(at.wrapping_sub(1)) == Some(&b'\n'))
        .collect();
    let ends = starts.iter().skip(1).copied().chain([body.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| part(body.get(start + mark.len()..end)?)).collect()
}

fn part(text: &[u8]) -> Option<Part<'_>> {
    // Behind the boundary: the rest of its line, the headers, an empty line, the body, a line's end.
    let line = memchr::memchr(b'\n', text)?;
    let rest = text.get(line + 1..)?;
    let (head, body) = match (memmem::find(rest, b"\r\n\r\n"), memmem::find(rest, b"\n\n")) {
        (Some(at), other) if other.is_none_or(|other| at < other) => (rest.get(..at)?, rest.get(at + 4..)?),
        (_, Some(at)) => (rest.get(..at)?, rest.get(at + 2..)?),
        _ => return None,
    };
    let head = String::from_utf8_lossy(head);
    let disposition = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let name =
        disposition.split(';').find_map(|piece| piece.trim().strip_prefix("name="))?.trim_matches('"').to_owned();
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    Some(Part { name, body: body.strip_suffix(b"\r").unwrap_or(body) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_are_found() {
        assert_eq!(boundary("multipart/form-data; boundary=BOUND").as_deref(), Some("BOUND"));
        assert_eq!(boundary("Multipart/Form-Data; charset=utf-8; boundary=\"a b\"").as_deref(), Some("a b"));
        assert_eq!(boundary("application/json"), None);
        assert_eq!(boundary("multipart/form-data; boundary="), None);
    }

    #[test]
    fn parts_are_taken_apart() {
        for end in ["\n", "\r\n"] {
            let text = [
                "--B",
                "Content-Type: application/json",
                "Content-Disposition: form-data; name=\"job\"",
                "",
                "{\"a\":1}",
                "--B",
                "content-disposition: form-data; name=\"content\"; filename=\"x\"",
                "",
                "Name\nA --B\n",
                "--B--",
                "",
            ]
            .join(end);
            let found: Vec<(String, String)> = parts(text.as_bytes(), "B")
                .into_iter()
                .map(|part| (part.name, String::from_utf8(part.body.to_vec()).unwrap()))
                .collect();
            let pair = |name: &str, body: &str| (name.to_owned(), body.to_owned());
            assert_eq!(found, [pair("job", "{\"a\":1}"), pair("content", "Name\nA --B\n")]);
        }
        assert!(parts(b"", "B").is_empty());
        assert!(parts(b"--B", "B").is_empty());
    }
}
