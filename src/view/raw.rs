//! The raw, headers and timing views of an answer.

use super::Theme;
use super::raw_words::{self, Spans};
use super::text::{self, Pen, put};
use crate::app::answer::{Form, HEX_ROW, hex_row};
use crate::app::page::Page;
use crate::app::rest::seen_text;
use crate::app::state::Zone;
use crate::json::Needle;
use crate::request::{AnswerBody, Exchange};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::ops::Range;

fn line(area: Rect, row: u16) -> Rect {
    Rect { y: area.y + row, height: 1, ..area }
}

/// The body as it came, cut into rows, or line by line. Only what is seen of it is looked at.
pub(super) fn raw(page: &Page, exchange: &Exchange, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let look = &page.look;
    let Some(rows) = &look.raw else {
        put(buffer, area, "…", theme.faint);
        return;
    };
    let body = seen_text(look, &exchange.body);
    let needle = look.search.needle().and_then(Needle::new);
    for row in 0..area.height {
        let at = look.top + usize::from(row);
        if at >= rows.rows() {
            return;
        }
        let (from, end) = rows.place(body, at);
        let (from, to, skipped) = seen(body, from, end, look.left, usize::from(area.width));
        let bytes = body.get(from..to).unwrap_or_default();
        let words = String::from_utf8_lossy(bytes);
        let spans = match (&exchange.body, look.form) {
            // What is no text has no places.
            _ if words.len() != bytes.len() => Spans::new(),
            (AnswerBody::Json(document), _) => raw_words::json(document, theme, from, to),
            (_, Form::Xml | Form::Html) => raw_words::xml(body, theme, from, to),
            _ => Spans::new(),
        };
        let hits = needle.as_ref().map(|n| n.ranges(&words)).unwrap_or_default();
        let mut pen = Pen::new(buffer, line(area, row)).skipping(skipped);
        painted(&mut pen, &words, &spans, &hits, theme);
    }
}

/// The bytes of a row of which something is seen, and how many columns of those are still out of sight.
fn seen(body: &[u8], from: usize, end: usize, left: usize, room: usize) -> (usize, usize, usize) {
    /// Farther to the right a column of what is not plain is taken for a byte.
    const COUNTED: usize = 2000;
    /// The widest character, in bytes.
    const WIDEST: usize = 4;
    let starts = |at: usize| body.get(at).is_none_or(|byte| byte & 0xC0 != 0x80);
    let snapped = |at: usize| (at.min(end)..end).find(|at| starts(*at)).unwrap_or(end);
    let plain = body.get(from..end.min(from + left + room)).is_some_and(<[u8]>::is_ascii);
    if plain || left > COUNTED {
        let begin = snapped(from + left);
        return (begin, snapped(begin + (room + 1) * WIDEST), 0);
    }
    (from, snapped(from + (left + room + 1) * WIDEST), left)
}

/// Words in their colours, with what was found marked.
fn painted(pen: &mut Pen<'_>, words: &str, spans: &Spans, hits: &[Range<usize>], theme: &Theme) {
    let mut put = |range: Range<usize>, style| {
        let Some(piece) = words.get(range.clone()) else { return };
        let inside = hits.iter().filter(|hit| hit.start < range.end && hit.end > range.start);
        let inside: Vec<Range<usize>> =
            inside.map(|hit| hit.start.max(range.start) - range.start..hit.end.min(range.end) - range.start).collect();
        pen.marked(piece, style, &inside, theme.hit);
    };
    let whole = spans.iter().all(|(range, _)| words.is_char_boundary(range.start) && words.is_char_boundary(range.end));
    let mut at = 0;
    for (range, style) in spans.iter().filter(|_| whole) {
        put(at..range.start, theme.text);
        put(range.clone(), *style);
        at = range.end;
    }
    put(at..words.len(), theme.text);
}

/// A page for people, as text.
pub(super) fn page(page: &Page, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some(text) = &page.look.page_text else { return };
    let needle = page.look.search.needle().and_then(Needle::new);
    for (row, words) in (0..area.height).zip(text.lines.iter().skip(page.look.top)) {
        let hits = needle.as_ref().map(|n| n.ranges(words)).unwrap_or_default();
        Pen::new(buffer, line(area, row)).put(" ", theme.text).marked(words, theme.text, &hits, theme.hit);
    }
}

/// Bytes as numbers.
pub(super) fn hex(page: &Page, exchange: &Exchange, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    /// Where the place ends and the letters begin.
    const PLACE: usize = 8;
    const LETTERS: usize = 60;
    let body = seen_text(&page.look, &exchange.body);
    let begins = usize::try_from(page.look.windows.from()).unwrap_or(0);
    for row in 0..area.height {
        let at = (page.look.top + usize::from(row)) * HEX_ROW;
        let Some(bytes) = body.get(at..body.len().min(at + HEX_ROW)).filter(|bytes| !bytes.is_empty()) else { return };
        let words = hex_row(begins + at, bytes);
        let part = |range: Range<usize>| words.get(range).unwrap_or_default();
        Pen::new(buffer, line(area, row))
            .put(" ", theme.text)
            .put(part(0..PLACE), theme.faint)
            .put(part(PLACE..LETTERS), theme.text)
            .put(words.get(LETTERS..).unwrap_or_default(), theme.string);
    }
}

/// What was sent and what came, before the bodies.
pub(super) fn headers(page: &Page, exchange: &Exchange, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let mut lines: Vec<(String, String)> = vec![(format!("{} {}", exchange.method, exchange.url), String::new())];
    lines.extend(exchange.sent_headers.iter().cloned());
    lines.push((String::new(), String::new()));
    let status = if exchange.status == 0 {
        "still arriving".to_owned()
    } else {
        format!("{} {}", exchange.version, exchange.status)
    };
    lines.push((status, String::new()));
    lines.extend(exchange.headers.iter().cloned());
    let widest = lines.iter().filter(|(_, v)| !v.is_empty()).map(|(n, _)| text::width(n)).max().unwrap_or(0).min(32);
    for (row, (name, value)) in (0..area.height).zip(lines.iter().skip(page.look.top)) {
        let mut pen = Pen::new(buffer, line(area, row));
        if value.is_empty() {
            pen.put(" ", theme.text).put(name, theme.title);
        } else {
            let pad = " ".repeat((widest + 2).saturating_sub(text::width(name)));
            pen.put("  ", theme.text).put(name, theme.name).put(&pad, theme.text).put(value, theme.text);
        }
    }
}

/// How long what took, as bars on one scale, and what it weighed.
pub(super) fn timing(page: &Page, exchange: &Exchange, zone: &Zone, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let timing = &exchange.timing;
    let parts = [
        ("login", timing.login.map_or_else(|| "a token was there".to_owned(), text::time), timing.login),
        (
            "connect",
            timing.connect.map_or_else(|| "an open connection was used".to_owned(), text::time),
            timing.connect,
        ),
        ("wait", text::time(timing.wait), Some(timing.wait)),
        ("body", text::time(timing.body), Some(timing.body)),
        ("index", text::time(timing.index), Some(timing.index)),
        ("total", text::time(timing.total), Some(timing.total)),
    ];
    let scale = usize::from(area.width).saturating_sub(36).min(60);
    let total = timing.total.as_secs_f64().max(1e-9);
    let mut row = 0;
    let skip = page.look.top;
    let mut next = |buffer: &mut Buffer, draw: &dyn Fn(&mut Pen<'_>)| {
        if row >= skip && u16::try_from(row - skip).is_ok_and(|r| r < area.height) {
            draw(&mut Pen::new(buffer, line(area, u16::try_from(row - skip).unwrap_or(0))));
        }
        row += 1;
    };
    for (name, words, took) in &parts {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "columns of a bar"
        )]
        let bar = took.map_or(0, |t| ((t.as_secs_f64() / total).min(1.0) * scale as f64).round() as usize);
        let style = if *name == "total" { theme.faint } else { theme.accent };
        next(buffer, &|pen| {
            pen.put(&format!("  {name:<10}"), theme.faint)
                .put(&format!("{words:<14} "), theme.text)
                .put(&"━".repeat(bar), style);
        });
    }
    let head: u64 = exchange.headers.iter().map(|(n, v)| (n.len() + v.len() + 4) as u64).sum();
    let sizes = [
        ("sent", format!("{} of body", text::bytes(exchange.sent_bytes))),
        ("headers", text::bytes(head)),
        ("body", format!("{} · {} over the wire", text::bytes(exchange.body.len()), text::bytes(exchange.wire_bytes))),
        ("protocol", exchange.version.to_owned()),
        (
            "identity",
            if exchange.with_identity {
                "sent with the token of this profile".to_owned()
            } else {
                "sent without identity".to_owned()
            },
        ),
        ("at", zone.show(exchange.at, "%Y-%m-%d %H:%M:%S %Z")),
    ];
    next(buffer, &|_| {});
    for (name, words) in &sizes {
        next(buffer, &|pen| {
            pen.put(&format!("  {name:<10}"), theme.faint).put(words, theme.text);
        });
    }
    for note in &exchange.notes {
        next(buffer, &|pen| {
            pen.put("  note      ", theme.faint).put(note, theme.warn);
        });
    }
}
