//! A page for people as text: its words without scripts and styles, paragraphs apart, links with where they lead.
//! It interprets nothing else of a page, and what is odd comes out as text.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Of a longer page only the beginning is read, in bytes.
const MOST: usize = 1 << 20;

/// The lines of a page, for one width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageText {
    /// Columns of the pane; the lines leave one free at each side.
    pub width: usize,
    /// The lines.
    pub lines: Vec<String>,
}

impl PageText {
    /// Of a page.
    pub fn of(html: &str, width: usize) -> Self {
        let html = html.get(..html.floor_char_boundary(MOST)).unwrap_or_default();
        let mut lines = Vec::new();
        for line in text(html).trim_end().lines() {
            wrap(line, width.saturating_sub(2).max(8), &mut lines);
        }
        Self { width, lines }
    }
}

/// Elements that begin a line of their own.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "section",
    "article",
    "header",
    "footer",
    "pre",
    "blockquote",
    "form",
    "hr",
    "dt",
    "dd",
    "title",
    "option",
    "nav",
    "main",
];

fn text(html: &str) -> String {
    let mut out = Lines::default();
    let mut link = None;
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        out.words(before);
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let Some((tag, inside)) = after.split_once('>') else {
            out.words(after);
            return out.text;
        };
        rest = inside;
        let close = tag.starts_with('/');
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_lowercase();
        match name.as_str() {
            "script" | "style" | "noscript" | "svg" if !close => rest = behind(rest, &name),
            "a" if !close => link = attribute(tag, "href"),
            "a" => {
                if let Some(to) = link.take().filter(|to| !to.starts_with(['#', 'j'])) {
                    out.words(&format!(" ‹{to}›"));
                }
            }
            "li" if !close => {
                out.line();
                out.words("• ");
            }
            "td" | "th" if close => out.words("  "),
            name if BLOCKS.contains(&name) => out.line(),
            _ => {}
        }
        if matches!(name.as_str(), "p" | "h1" | "h2" | "h3" | "title" | "table" | "ul") && close {
            out.paragraph();
        }
    }
    out.words(rest);
    out.text
}

/// What follows the end of an element whose inside is no text.
fn behind<'a>(rest: &'a str, name: &str) -> &'a str {
    let mut places = rest.match_indices("</");
    let close = places
        .find(|(at, _)| rest.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)));
    close.and_then(|(at, _)| rest.get(at..)).unwrap_or_default()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, after) = tag.split_once(&format!("{name}="))?;
    let quote = after.chars().next()?;
    let value = match quote {
        '"' | '\'' => after.get(1..)?.split(quote).next()?,
        _ => after.split(|c: char| c.is_whitespace() || c == '>').next()?,
    };
    Some(unescaped(value))
}

fn unescaped(text: &str) -> String {
    const NAMED: [(&str, &str); 8] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&copy;", "©"),
        ("&middot;", "·"),
        ("&amp;", "&"),
    ];
    if !text.contains('&') {
        return text.to_owned();
    }
    NAMED.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    /// Adds words; runs of blanks are one.
    fn words(&mut self, raw: &str) {
        let words = unescaped(raw);
        if words.starts_with(char::is_whitespace) {
            self.blank();
        }
        for (at, word) in words.split_whitespace().enumerate() {
            if at > 0 {
                self.blank();
            }
            self.text.push_str(word);
        }
        if words.ends_with(char::is_whitespace) {
            self.blank();
        }
    }

    fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
            self.text.push(' ');
        }
    }

    fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn paragraph(&mut self) {
        self.line();
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }
}

/// Breaks a line between words, and a word that is wider than the screen where it must be.
fn wrap(line: &str, width: usize, lines: &mut Vec<String>) {
    let mut row = String::new();
    let mut used = 0;
    for word in line.split(' ') {
        let wide = word.width();
        if used > 0 && used + 1 + wide > width {
            lines.push(std::mem::take(&mut row));
            used = 0;
        }
        if used > 0 {
            row.push(' ');
            used += 1;
        }
        for grapheme in word.graphemes(true) {
            let wide = grapheme.width();
            if used + wide > width {
                lines.push(std::mem::take(&mut row));
                used = 0;
            }
            row.push_str(grapheme);
            used += wide;
        }
    }
    lines.push(row);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_people_would() {
        let page = "<!DOCTYPE html><html><head><title>Down &amp; out</title><style>p{}</style></head><body>\
                    <script>if (a<b) {}</SCRIPT><!-- <p>no</p> --><h1>We are\n  down</h1><p>Back <b>soon</b>, see \
                    <a href=\"https://status.example?a=1&amp;b=2\">status</a>.</p><ul><li>one<li>two</ul></body></html>";
        assert_eq!(
            PageText::of(page, 62).lines,
            [
                "Down & out",
                "",
                "We are down",
                "",
                "Back soon, see status ‹https://status.example?a=1&b=2›.",
                "",
                "• one",
                "• two"
            ]
        );
        assert_eq!(PageText::of("<p>one two three four", 11).lines, ["one two", "three", "four"]);
        assert_eq!(PageText::of("abcdefghijk", 10).lines, ["abcdefgh", "ijk"]);
    }

    #[test]
    fn odd_markup_ends() {
        for text in ["<", "<p", "<script>never", "<!-- never", "a < b", "<a href=>x</a>", "<a href='>x", "</"] {
            let _ = PageText::of(text, 20);
        }
    }
}
