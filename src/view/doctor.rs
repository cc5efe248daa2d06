//! The doctor's screen: every step with its mark, and under one that does not hold what to do about it.

use super::Theme;
use super::layout::inner;
use super::text::{self, Pen, put};
use crate::app::State;
use crate::app::doctor::{Pane, Stage};
use crate::org::doctor::{Check, Line, Standing};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;

/// Lines over the steps: how it stands, and one that keeps it apart.
const HEADING: u16 = 2;
/// Columns before what was found: mark, name, and what keeps them apart.
const NAME: usize = 17;

/// Where the steps are.
pub(super) fn list(area: Rect) -> Rect {
    let area = inner(area);
    let heading = HEADING.min(area.height);
    Rect { y: area.y + heading, height: area.height - heading, ..area }
}

/// A line of the screen, of the step with this number.
struct Row {
    step: usize,
    /// Empty under the first one of a step.
    mark: (&'static str, Style),
    name: &'static str,
    words: String,
    style: Style,
}

/// Draws it.
pub(super) fn draw(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some(pane) = state.doctor_shown() else { return };
    theme.pane(true).render(area, buffer);
    let title = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: 1.min(area.height), ..area };
    Pen::new(buffer, title)
        .put(theme.focus_mark, theme.accent)
        .put(" Doctor ", theme.accent.patch(theme.title))
        .put(&format!("· {} ▸ {} ", pane.person.app.name, pane.person.user.username), theme.text);
    let inside = inner(area);
    let heading =
        Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), height: 1.min(inside.height), ..inside };
    let (words, style) = heading_of(pane, theme);
    put(buffer, heading, &words, style);
    let list = list(area);
    let rows = rows(pane, theme, list.width);
    let top = top(&rows, pane, list.height);
    for (y, row) in (0..list.height).zip(rows.iter().skip(top)) {
        let line = Rect { y: list.y + y, height: 1, ..list };
        let here = row.step == pane.row && !row.name.is_empty() && row.step < pane.lines.len();
        Pen::new(buffer, line)
            .put(if here { "▸" } else { " " }, theme.accent)
            .put(row.mark.0, row.mark.1)
            .put(&format!("{:<width$}", row.name, width = NAME - 4), if here { theme.title } else { theme.text })
            .put(&row.words, row.style);
        if here {
            buffer.set_style(line, theme.chosen);
        }
    }
}

/// The step that a line of the list belongs to.
pub(super) fn step_at(state: &State, area: Rect, line: u16) -> Option<usize> {
    let pane = state.doctor_shown()?;
    let list = list(area);
    let rows = rows(pane, &Theme::plain(), list.width);
    let row = rows.get(top(&rows, pane, list.height) + usize::from(line))?;
    (row.step < pane.lines.len()).then_some(row.step)
}

fn heading_of(pane: &Pane, theme: &Theme) -> (String, Style) {
    match &pane.stage {
        Stage::Running(_) => ("Looking at every step from the files to the API · esc cancels".to_owned(), theme.faint),
        Stage::Stopped(why) => (format!("Not finished: {why}"), theme.warn),
        Stage::Done(report) => {
            let failed = report.count(Standing::Failed);
            let (mark, style) = match (failed, report.count(Standing::Warning)) {
                (0, 0) => ("✓", theme.good),
                (0, _) => ("!", theme.warn),
                _ => ("✗", theme.bad),
            };
            (format!("{mark} {}", report.summary()), style.patch(theme.title))
        }
    }
}

/// The first line shown: so that all of the chosen step is seen, and of a long one its beginning.
fn top(rows: &[Row], pane: &Pane, height: u16) -> usize {
    let first = rows.iter().position(|row| row.step == pane.row).unwrap_or(0);
    let last = rows.iter().rposition(|row| row.step == pane.row).unwrap_or(0);
    (last + 1).saturating_sub(usize::from(height)).min(first)
}

fn rows(pane: &Pane, theme: &Theme, width: u16) -> Vec<Row> {
    let room = usize::from(width).saturating_sub(NAME + 1).max(8);
    let mut rows: Vec<Row> = Vec::new();
    for (step, line) in pane.lines.iter().enumerate() {
        rows.extend(of_line(step, line, pane.open.contains(&line.check), theme, room));
    }
    let coming = Check::ALL.iter().enumerate().skip(pane.lines.len());
    for (step, check) in coming.filter(|_| !matches!(pane.stage, Stage::Done(_))) {
        let now = pane.under_way() == Some(*check);
        let (mark, words) = if now { ("⟳  ", "…") } else { ("·  ", "") };
        let style = if now { theme.warn } else { theme.faint };
        rows.push(Row { step, mark: (mark, style), name: check.name(), words: words.to_owned(), style: theme.faint });
    }
    rows
}

/// A step: what holds in one line, what does not as long as it is, with its cure; opened, with all that is known.
fn of_line(step: usize, line: &Line, open: bool, theme: &Theme, room: usize) -> Vec<Row> {
    let (mark, style, words) = match line.standing {
        Standing::Ok => ("✓  ", theme.good, theme.text),
        Standing::Skipped => ("–  ", theme.faint, theme.faint),
        Standing::Warning => ("!  ", theme.warn, theme.warn),
        Standing::Failed => ("✗  ", theme.bad, theme.bad),
    };
    let matters = matches!(line.standing, Standing::Warning | Standing::Failed);
    let told =
        if matters || open { text::wrap(&line.what, room) } else { vec![text::clip(&line.what, room).into_owned()] };
    let mut rows: Vec<Row> = Vec::new();
    let mut add = |words: String, style: Style| {
        let under = !rows.is_empty();
        let name = if under { "" } else { line.check.name() };
        let mark = if under { ("   ", style) } else { (mark, style) };
        rows.push(Row { step, mark, name, words, style });
    };
    told.into_iter().for_each(|one| add(one, words));
    for cure in &line.cure {
        for (at, piece) in text::wrap(cure, room.saturating_sub(2)).into_iter().enumerate() {
            add(format!("{}{piece}", if at == 0 { "→ " } else { "  " }), theme.text);
        }
    }
    if open {
        let wide = line.facts.iter().map(|(label, _)| text::width(label)).max().unwrap_or(0).min(32);
        for (label, value) in &line.facts {
            let left = room.saturating_sub(wide + 2).max(8);
            for (at, piece) in text::wrap(value, left).into_iter().enumerate() {
                let label = if at == 0 { label.as_str() } else { "" };
                let pad = " ".repeat((wide + 2).saturating_sub(text::width(label)));
                add(format!("{label}{pad}{piece}"), theme.faint);
            }
        }
    }
    // The mark keeps its own colour, whatever the words have.
    if let Some(first) = rows.first_mut() {
        first.mark = (mark, style);
    }
    rows
}
