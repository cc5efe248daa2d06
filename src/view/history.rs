//! The history: when, who, what, and how it ended; what is looked for in the frame's last line.

use super::Theme;
use super::lists::{boxed, fixed};
use super::text::{self, Pen, put, put_right};
use crate::app::State;
use crate::app::answer::keep_in_view;
use crate::app::command::{Command, Scope};
use crate::app::state::Place;
use crate::request::PastRow;
use jiff::Timestamp;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Columns of the narrow ones.
const WHEN: usize = 12;
const METHOD: usize = 7;
const STATUS: usize = 5;
const TOOK: usize = 8;
const SIZE: usize = 9;
/// Columns of those at the right together; why there was no answer stands there.
const FIGURES: u16 = (STATUS + TOOK + SIZE) as u16;

/// Draws it.
pub(super) fn draw(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let history = &state.history;
    let title = if history.this_run_only { "History of this run" } else { "History" };
    let whole = area;
    let buffer = frame.buffer_mut();
    let area = boxed(theme, title, area, buffer);
    count(state, theme, whole, buffer);
    let total = history.page.total;
    if total == 0 {
        let line = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        let words = match (history.known, history.line.text().is_empty()) {
            (false, _) => "",
            (true, true) => &format!("Nothing was asked yet: {} opens REST", state.keymap.place_key(Place::Rest)),
            (true, false) => {
                &format!("Nothing fits: {} shows all", state.keymap.key(Scope::HistoryLine, Command::Cancel))
            }
        };
        put(buffer, line, words, theme.faint);
    } else {
        rows(state, theme, area, buffer);
    }
    if history.typing || !history.line.text().is_empty() {
        search(state, theme, whole, frame);
    }
}

/// How many there are, at the right of the frame's first line.
fn count(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let history = &state.history;
    let total = history.page.total;
    if total == 0 {
        return;
    }
    let of = |n: usize| text::count(n as u64);
    let words = format!(" {} of {} ", of(history.row.min(total - 1) + 1), of(total));
    let line = Rect { height: 1, width: area.width.saturating_sub(2), ..area };
    if text::width(&words) + 24 < usize::from(line.width) {
        put_right(buffer, line, &words, theme.faint);
    }
}

fn rows(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let history = &state.history;
    let who = usize::from(area.width / 5).clamp(10, 32);
    let path = path_width(area, who);
    let heading = format!(
        " {}{}{}{}{:>STATUS$}{:>TOOK$}{:>SIZE$}",
        fixed("when", WHEN),
        fixed("who", who + 1),
        fixed("method", METHOD),
        fixed("address", path),
        "code",
        "took",
        "size"
    );
    put(buffer, area, &heading, theme.faint);
    let list = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let total = history.page.total;
    let chosen = history.row.min(total.saturating_sub(1));
    let top = keep_in_view(history.top, chosen, usize::from(list.height), total);
    for (line, place) in (0..list.height).zip(top..total) {
        let area = Rect { y: list.y + line, height: 1, ..list };
        match history.at(place) {
            Some(row) => draw_row(state, row, (who, path), theme, area, buffer),
            None => {
                put(buffer, Rect { x: area.x + 1, ..area }, "…", theme.faint);
            }
        }
        if place == chosen {
            buffer.set_style(area, theme.chosen);
        }
    }
}

fn path_width(area: Rect, who: usize) -> usize {
    usize::from(area.width).saturating_sub(1 + WHEN + who + 1 + METHOD + STATUS + TOOK + SIZE + 1)
}

fn draw_row(
    state: &State,
    row: &PastRow,
    (who_wide, path): (usize, usize),
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    // Who is in no profile any more is called as then.
    let who = state.person(&row.who).map_or_else(
        || format!("{} ▸ {}", row.who.app, row.who.username),
        |person| format!("{} ▸ {}", person.app.name, person.user.short()),
    );
    let method = if row.method == "GET" { theme.good } else { theme.warn };
    Pen::new(buffer, area)
        .put(" ", theme.text)
        .put(&fixed(&when(state, row.at), WHEN), theme.faint)
        .put(&fixed(&who, who_wide), theme.text)
        .put(" ", theme.text)
        .put(&fixed(&row.method, METHOD), method)
        .put(&fixed(&address(row), path), theme.text);
    let figures = Rect { x: area.right().saturating_sub(FIGURES + 1), width: FIGURES, ..area };
    if row.failed.is_empty() {
        Pen::new(buffer, figures)
            .put(&format!("{:>STATUS$}", row.status), theme.status(row.status))
            .put(&format!("{:>TOOK$}", text::time(row.took)), theme.faint)
            .put(&format!("{:>SIZE$}", text::bytes(row.bytes)), theme.faint);
    } else {
        put(buffer, figures, &fixed(row.failed_briefly(), usize::from(FIGURES)), theme.bad);
    }
}

/// Without what is the same in nearly all of them; a query of several lines in one.
fn address(row: &PastRow) -> String {
    let path = row.address.strip_prefix("/services/data/").unwrap_or(&row.address);
    let path = path.split_whitespace().collect::<Vec<_>>().join(" ");
    if row.pages > 1 { format!("{} · {path}", row.pages_told()) } else { path }
}

/// The time alone on the same day, the day with it before, the year with that before this year.
fn when(state: &State, at: Timestamp) -> String {
    let day = |at| state.zone.show(at, "%Y-%m-%d");
    let year = |at| state.zone.show(at, "%Y");
    let format = match () {
        () if day(at) == day(state.now) => "%H:%M:%S",
        () if year(at) == year(state.now) => "%m-%d %H:%M",
        () => "%Y-%m-%d",
    };
    state.zone.show(at, format)
}

/// What is looked for, in the frame's last line, and what of it is not understood.
fn search(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let history = &state.history;
    let y = area.bottom().saturating_sub(1);
    let at = Rect { x: area.x + 2, y, width: area.width.saturating_sub(4), height: 1 };
    let buffer = frame.buffer_mut();
    let before = text::width(history.line.before());
    let room = usize::from(at.width).saturating_sub(4);
    let skipped = before.saturating_sub(room);
    let mut pen = Pen::new(buffer, at);
    pen.put(" / ", theme.accent).put(text::skip(history.line.text(), skipped), theme.text).put(" ", theme.text);
    if history.line.text().is_empty() {
        pen.put("words  status:4xx  method:POST  user:  org:  after:today ", theme.faint);
    } else if let Some(wrong) = &history.wrong {
        pen.put(" ", theme.text).put(wrong, theme.warn).put(" ", theme.text);
    }
    if history.typing && state.dialog.is_none() {
        let caret = u16::try_from(before - skipped).unwrap_or(0);
        frame.set_cursor_position(Position::new((at.x + 3 + caret).min(at.right()), y));
    }
}
