//! The raw, headers and timing views of an answer.

use super::Theme;
use super::text::{self, Pen, put};
use crate::app::page::Page;
use crate::app::rest::raw_text;
use crate::app::state::Zone;
use crate::json::Needle;
use crate::request::{AnswerBody, Exchange};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

fn line(area: Rect, row: u16) -> Rect {
    Rect { y: area.y + row, height: 1, ..area }
}

/// The body as it came, cut into rows.
pub(super) fn raw(page: &Page, exchange: &Exchange, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some(rows) = &page.look.raw else {
        put(buffer, area, "…", theme.faint);
        return;
    };
    let body = raw_text(&exchange.body);
    let needle = page.look.search.needle().and_then(Needle::new);
    let binary = matches!(exchange.body, AnswerBody::Binary(_));
    for row in 0..area.height {
        let at = page.look.top + usize::from(row);
        if at >= rows.rows() {
            return;
        }
        let bytes = rows.row(body, at);
        let words = if binary { printable(bytes) } else { String::from_utf8_lossy(bytes).into_owned() };
        let hits = needle.as_ref().map(|n| n.ranges(&words)).unwrap_or_default();
        Pen::new(buffer, line(area, row)).marked(&words, theme.text, &hits, theme.hit);
    }
}

fn printable(bytes: &[u8]) -> String {
    bytes.iter().map(|b| if b.is_ascii_graphic() || *b == b' ' { char::from(*b) } else { '·' }).collect()
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
