//! The CSV of bulk jobs: delimiters, line endings, quoting, and where its rows begin.

/// What stands between two fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::demo) enum Delimiter {
    Backquote,
    Caret,
    #[default]
    Comma,
    Pipe,
    Semicolon,
    Tab,
}

/// What stands between two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::demo) enum Ending {
    #[default]
    Lf,
    CrLf,
}

impl Delimiter {
    pub(in crate::demo) const ALL: [Self; 6] =
        [Self::Backquote, Self::Caret, Self::Comma, Self::Pipe, Self::Semicolon, Self::Tab];

    pub(in crate::demo) fn name(self) -> &'static str {
        match self {
            Self::Backquote => "BACKQUOTE",
            Self::Caret => "CARET",
            Self::Comma => "COMMA",
            Self::Pipe => "PIPE",
            Self::Semicolon => "SEMICOLON",
            Self::Tab => "TAB",
        }
    }

    pub(in crate::demo) fn byte(self) -> u8 {
        match self {
            Self::Backquote => b'`',
            Self::Caret => b'^',
            Self::Comma => b',',
            Self::Pipe => b'|',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

impl Ending {
    pub(in crate::demo) const ALL: [Self; 2] = [Self::Lf, Self::CrLf];

    pub(in crate::demo) fn name(self) -> &'static str {
        match self {
            Self::Lf => "LF",
            Self::CrLf => "CRLF",
        }
    }

    /// That of a text's first line.
    pub(in crate::demo) fn of(text: &[u8]) -> Self {
        let first = text.iter().position(|byte| *byte == b'\n').and_then(|at| at.checked_sub(1));
        if first.and_then(|at| text.get(at)) == Some(&b'\r') { Self::CrLf } else { Self::Lf }
    }

    pub(in crate::demo) fn bytes(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
        }
    }
}

/// Writes a field in quotes, as Salesforce writes all it answers.
pub(super) fn quoted(out: &mut Vec<u8>, field: &str) {
    out.push(b'"');
    for (at, part) in field.split('"').enumerate() {
        if at > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
}

/// Writes a row whose fields are all in quotes.
pub(super) fn row<'f>(
    out: &mut Vec<u8>,
    fields: impl IntoIterator<Item = &'f str>,
    delimiter: Delimiter,
    ending: Ending,
) {
    for (at, field) in fields.into_iter().enumerate() {
        if at > 0 {
            out.push(delimiter.byte());
        }
        quoted(out, field);
    }
    out.extend_from_slice(ending.bytes());
}

/// Where row number `rows` begins in a text whose fields are all in quotes; its end, if there are fewer.
pub(super) fn skip(text: &[u8], rows: usize) -> usize {
    let (mut left, mut inside) = (rows, false);
    for (at, byte) in text.iter().enumerate() {
        if left == 0 {
            return at;
        }
        match byte {
            b'"' => inside = !inside,
            b'\n' if !inside => left -= 1,
            _ => {}
        }
    }
    text.len()
}

/// Where a field begins whose quotes are never closed, and on which line.
pub(super) fn unclosed(text: &[u8], delimiter: u8) -> Option<(usize, usize)> {
    let (mut line, mut fresh, mut open) = (1, true, None);
    let mut bytes = text.iter().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        line += usize::from(*byte == b'\n');
        match (open, byte) {
            // Two of them are one within the field.
            (Some(_), b'"') if bytes.peek().is_some_and(|(_, next)| **next == b'"') => {
                bytes.next();
            }
            (Some(_), b'"') => open = None,
            (Some(_), _) => {}
            // Quotes count where a field begins.
            (None, b'"') if fresh => open = Some((at, line)),
            (None, _) => {}
        }
        fresh = open.is_none() && (*byte == delimiter || matches!(byte, b'\n' | b'\r'));
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_that_never_close_are_found() {
        for text in ["", "a,b\n1,2\n", "\"a\",\"b\"\"\"\n", "a\"b,c\n", "\"two\nlines\",x", "\"a\"b\"\n", "\"\"\"\""] {
            assert_eq!(unclosed(text.as_bytes(), b','), None, "{text}");
        }
        for (text, found) in
            [("\"", (0, 1)), ("a,b\n1,\"2\n3,4\n", (6, 2)), ("a\n\"x\"\"\n", (2, 2)), ("a,\"b\"\",", (2, 1))]
        {
            assert_eq!(unclosed(text.as_bytes(), b','), Some(found), "{text}");
        }
        assert_eq!(unclosed(b"a;\"b", b','), None);
        assert_eq!(unclosed(b"a;\"b", b';'), Some((2, 1)));
    }

    #[test]
    fn rows_are_quoted_and_found_again() {
        let mut out = Vec::new();
        row(&mut out, ["Id", "Name"], Delimiter::Comma, Ending::Lf);
        row(&mut out, ["1", "two\nlines, \"quoted\""], Delimiter::Comma, Ending::Lf);
        row(&mut out, ["2", ""], Delimiter::Pipe, Ending::CrLf);
        assert_eq!(out, b"\"Id\",\"Name\"\n\"1\",\"two\nlines, \"\"quoted\"\"\"\n\"2\"|\"\"\r\n");
        assert_eq!(skip(&out, 0), 0);
        assert!(out[skip(&out, 1)..].starts_with(b"\"1\""));
        assert!(out[skip(&out, 2)..].starts_with(b"\"2\""));
        assert_eq!((skip(&out, 3), skip(&out, 9)), (out.len(), out.len()));
    }
}
