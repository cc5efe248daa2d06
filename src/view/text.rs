//! Text on the screen: control characters as marks, wide characters counted, what is too long cut with an ellipsis.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// A text with nothing in it that a terminal would obey: C0 as its picture, C1 and bidirectional controls by number.
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\t' => out.push('⇥'),
            '\n' => out.push('⏎'),
            '\u{7f}' => out.push('␡'),
            c if (c as u32) < 0x20 => out.push(char::from_u32(0x2400 + c as u32).unwrap_or('�')),
            c if acts(c) => {
                use std::fmt::Write as _;
                let _ = write!(out, "‹{:X}›", c as u32);
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Characters that steer a terminal or turn text around.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Columns that a text takes once it is shown.
pub(super) fn width(text: &str) -> usize {
    shown(text).width()
}

/// Puts a text on the first line of an area, cut to its width; tells how many columns it took.
pub(super) fn put(buffer: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    if area.width == 0 || area.height == 0 {
        return 0;
    }
    let room = usize::from(area.width);
    // What is behind is not looked at: a text may be megabytes long.
    let text = beginning(text, room + 1, 1);
    if text.bytes().all(|b| (b' '..0x7f).contains(&b)) {
        return put_plain(buffer, area, text, style);
    }
    let text = shown(text);
    let cut = clip(&text, room);
    let (end, _) = buffer.set_stringn(area.x, area.y, &cut, room, style);
    end.saturating_sub(area.x)
}

/// The same for printable ASCII, which most of a screen is: one character is one column.
fn put_plain(buffer: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let room = usize::from(area.width);
    let over = text.len() > room;
    let whole = if over { room - 1 } else { text.len() };
    let mut x = area.x;
    for c in text.chars().take(whole).chain(over.then_some('…')) {
        if let Some(cell) = buffer.cell_mut((x, area.y)) {
            cell.set_char(c).set_style(style);
        }
        x += 1;
    }
    x - area.x
}

/// At most `room` columns of a text, an ellipsis where something is missing. Looks at no more of it than that takes.
pub(super) fn clip(text: &str, room: usize) -> Cow<'_, str> {
    // No character is wider in columns than in bytes.
    if text.len() <= room {
        return Cow::Borrowed(text);
    }
    let mut used = 0;
    let mut end = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        if used + grapheme.width() > room {
            return Cow::Owned(format!("{}{}", text.get(..end).unwrap_or_default(), if room > 0 { "…" } else { "" }));
        }
        used += grapheme.width();
        // The last place after which an ellipsis fits.
        if used < room {
            end = at + grapheme.len();
        }
    }
    Cow::Borrowed(text)
}

/// The beginning of a text, not longer than `lines` lines of `room` columns can be: what is behind is not looked at.
pub(super) fn beginning(text: &str, room: usize, lines: usize) -> &str {
    /// Characters to a column: more stand there only where marks are heaped on each other.
    const HEAPED: usize = 2;
    let most = room.max(1).saturating_mul(lines).saturating_mul(HEAPED);
    if text.len() <= most {
        return text;
    }
    text.char_indices().nth(most).and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

/// The first of the lines that [`wrap`] gives.
pub(super) fn wrap_first(text: &str, room: usize, lines: usize) -> Vec<String> {
    let mut wrapped = wrap(beginning(text, room, lines + 1), room);
    wrapped.truncate(lines);
    wrapped
}

/// The end of a text, without more than what could be seen in `room` columns.
pub(super) fn ending(text: &str, room: usize) -> &str {
    let from = text.char_indices().rev().nth(room.saturating_mul(2)).map_or(0, |(at, _)| at);
    text.get(from..).unwrap_or(text)
}

/// A text without its first columns.
pub(super) fn skip(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        if used >= columns {
            return text.get(at..).unwrap_or_default();
        }
        used += grapheme.width();
    }
    ""
}

/// A pen that walks along one line of the screen.
pub(super) struct Pen<'a> {
    buffer: &'a mut Buffer,
    area: Rect,
    /// Columns that are still to be skipped, for a line scrolled to the right.
    skip: usize,
}

impl<'a> Pen<'a> {
    /// On the first line of an area.
    pub(super) fn new(buffer: &'a mut Buffer, area: Rect) -> Self {
        Self { buffer, area: Rect { height: area.height.min(1), ..area }, skip: 0 }
    }

    /// With its first columns out of sight.
    pub(super) fn skipping(mut self, columns: usize) -> Self {
        self.skip = columns;
        self
    }

    /// Writes and moves on.
    pub(super) fn put(&mut self, text: &str, style: Style) -> &mut Self {
        if self.skip == 0 {
            return self.place(text, style);
        }
        let text = shown(text);
        let wide = text.width();
        if self.skip >= wide {
            self.skip -= wide;
            return self;
        }
        let rest = skip(&text, self.skip);
        self.skip = 0;
        self.place(rest, style)
    }

    fn place(&mut self, text: &str, style: Style) -> &mut Self {
        let used = put(self.buffer, self.area, text, style);
        self.area.x += used;
        self.area.width -= used.min(self.area.width);
        self
    }

    /// Writes with the parts that match marked.
    pub(super) fn marked(
        &mut self,
        text: &str,
        style: Style,
        hits: &[std::ops::Range<usize>],
        mark: Style,
    ) -> &mut Self {
        let mut at = 0;
        for hit in hits {
            if let (Some(before), Some(inside)) = (text.get(at..hit.start), text.get(hit.clone())) {
                self.put(before, style).put(inside, mark);
                at = hit.end;
            }
        }
        self.put(text.get(at..).unwrap_or_default(), style)
    }

    /// Columns left.
    pub(super) fn room(&self) -> usize {
        usize::from(self.area.width)
    }
}

/// Lays a style over a row, but not over a search's hits in it.
pub(super) fn lay(buffer: &mut Buffer, row: Rect, style: Style, hit: Style) {
    for x in row.left()..row.right() {
        if let Some(cell) = buffer.cell_mut((x, row.y))
            && (hit.bg.is_none() || Some(cell.bg) != hit.bg)
        {
            cell.set_style(style);
        }
    }
}

/// Puts a text at the right end of a line; tells where it begins.
pub(super) fn put_right(buffer: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let wide = u16::try_from(width(text)).unwrap_or(area.width).min(area.width);
    let x = area.right().saturating_sub(wide);
    put(buffer, Rect { x, width: wide, ..area }, text, style);
    x
}

/// `1,203`
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `61.2 KB`, in thousands.
pub(super) fn bytes(n: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if n < 1000 {
        return format!("{n} B");
    }
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let mut value = n as f64 / 1000.0;
    let mut unit = UNITS[0];
    for next in &UNITS[1..] {
        if value < 999.95 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    if value < 99.95 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
}

/// `182 ms`, `1.82 s`.
pub(super) fn time(took: std::time::Duration) -> String {
    let micros = took.as_micros();
    match micros {
        0..1_000 => format!("{:.1} ms", took.as_secs_f64() * 1e3),
        1_000..10_000 => format!("{:.1} ms", took.as_secs_f64() * 1e3),
        10_000..1_000_000 => format!("{} ms", micros / 1000),
        1_000_000..60_000_000 => format!("{:.2} s", took.as_secs_f64()),
        _ => format!("{} min {} s", took.as_secs() / 60, took.as_secs() % 60),
    }
}

/// The words of a text and what stands between them; what ends a word stays with it.
fn words(text: &str) -> Vec<&str> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut whole = 0;
    for (at, piece) in text.split_word_bound_indices() {
        // A variable is one word, braces and all.
        if at < whole {
            if let Some((_, to)) = spans.last_mut() {
                *to = at + piece.len();
            }
            continue;
        }
        whole = text.get(at..).and_then(variable).map_or(whole, |length| at + length);
        let ends = piece.chars().all(|c| ".,;:!?)]}\"'»…".contains(c));
        match spans.last_mut() {
            Some((from, to)) if ends && !text.get(*from..*to).is_some_and(|w| w.trim().is_empty()) => {
                *to = at + piece.len()
            }
            _ => spans.push((at, at + piece.len())),
        }
    }
    spans.into_iter().filter_map(|(from, to)| text.get(from..to)).collect()
}

/// The length of a `{{name}}` that stands at the beginning.
fn variable(text: &str) -> Option<usize> {
    let name = text.strip_prefix("{{")?;
    let end = name.find("}}").filter(|end| !name.get(..*end).is_some_and(|n| n.contains(['{', '\n'])))?;
    Some(end + 4)
}

/// Lines of at most `room` columns, broken between words where it can be.
pub fn wrap(text: &str, room: usize) -> Vec<String> {
    let room = room.max(1);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let paragraph = shown(paragraph);
        let (mut line, mut used) = (String::new(), 0);
        for word in words(&paragraph) {
            let wide = word.width();
            if used + wide > room && !line.trim().is_empty() {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
                used = 0;
                if word.trim().is_empty() {
                    continue;
                }
            }
            if wide <= room {
                line.push_str(word);
                used += wide;
                continue;
            }
            for grapheme in word.graphemes(true) {
                let wide = grapheme.width();
                if used + wide > room {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push_str(grapheme);
                used += wide;
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_is_left() {
        let text = "a\u{1b}[31m\u{9b}2J\u{202e}b\tc\u{7f}";
        let seen = shown(text);
        assert!(!seen.chars().any(acts), "{seen}");
        assert!(seen.contains('␛') && seen.contains("‹202E›") && seen.contains("‹9B›"));
    }

    #[test]
    fn wide_characters_are_cut_whole() {
        assert_eq!(clip("日本語", 5), "日本…");
        assert_eq!(clip("日本語", 4), "日…");
        assert_eq!(clip("日本語", 6), "日本語");
        assert_eq!(skip("日本語", 2), "本語");
        assert_eq!(clip("abc", 0), "");
        assert_eq!(clip("日本", 3), "日…");
        assert_eq!(clip("äöü", 3), "äöü");
        assert_eq!(clip("äöüß", 3), "äö…");
    }

    #[test]
    fn numbers_as_people_write_them() {
        assert_eq!(count(1_203), "1,203");
        assert_eq!(count(48_210_000), "48,210,000");
        assert_eq!(bytes(61_234), "61.2 KB");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(104_857_600), "105 MB");
        assert_eq!(time(std::time::Duration::from_millis(1820)), "1.82 s");
    }

    #[test]
    fn only_what_can_be_seen_of_a_long_text_is_read() {
        let long = "no ".repeat(300_000);
        assert_eq!(wrap_first(&long, 20, 3), wrap(&long, 20).into_iter().take(3).collect::<Vec<_>>());
        assert_eq!(wrap_first("a\n\nb\nc", 20, 3), vec!["a", "", "b"]);
        assert!(beginning(&long, 20, 3).len() < 1_000);
        assert_eq!(ending("…[12].日本", 4), "…[12].日本");
        assert_eq!(ending(&"日".repeat(100), 4).chars().count(), 9);
    }

    #[test]
    fn a_variable_stays_whole() {
        assert_eq!(wrap("/data/v{{version}}/limits", 14), vec!["/data/v", "{{version}}/", "limits"]);
        assert_eq!(wrap("set {{my-own}}, then", 11), vec!["set", "{{my-own}},", "then"]);
        assert_eq!(wrap("{{a}}{{b}}", 5), vec!["{{a}}", "{{b}}"]);
        assert_eq!(wrap("{{aaaaaaaa}}", 5), vec!["{{aaa", "aaaaa", "}}"], "unless it is wider than the line");
        assert_eq!(wrap("{{ open", 4), vec!["{{", "open"]);
    }

    #[test]
    fn long_words_are_broken() {
        assert_eq!(wrap("ab cd efghij", 5), vec!["ab cd", "efghi", "j"]);
        assert_eq!(wrap("ab cde.", 6), vec!["ab", "cde."], "no full stop begins a line");
    }
}
