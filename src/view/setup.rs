//! The guided set-up: what is to be known, the answers to choose from, what is typed, and why it was not taken.

use super::Theme;
use super::text::{self, Pen, put};
use crate::app::setup::Wizard;
use crate::setup::{Page, Step, Tone};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// Where everything is, in the inside of the dialogue.
pub(super) struct Places {
    /// What is to be known.
    pub(super) words: Rect,
    /// The offers.
    pub(super) offers: Rect,
    /// What is typed; empty where nothing can be.
    pub(super) line: Rect,
    /// The hint, or what is wrong or under way.
    pub(super) below: Rect,
}

/// In the frame.
pub(super) fn title(wizard: &Wizard) -> String {
    match wizard.page() {
        Some(page) if page.step == Step::Done => " Set up ".to_owned(),
        Some(page) => format!(" Set up · {} of {} · {} ", page.step.part(), Step::PARTS, page.step.title()),
        None => " Set up ".to_owned(),
    }
}

/// Divides the inside. The words begin at the top, what is asked stands under them, and at the bottom where they are long.
pub(super) fn places(wizard: &Wizard, inside: Rect) -> Places {
    let Some(page) = wizard.page() else {
        return Places { words: inside, offers: Rect::ZERO, line: Rect::ZERO, below: Rect::ZERO };
    };
    let typed = page.step.is_secret() || Wizard::takes_text(&page);
    let offers = u16::try_from(page.offers.len()).unwrap_or(u16::MAX);
    let (line, gap) = (u16::from(typed), u16::from(offers > 0));
    let asked = offers.saturating_add(gap + line + 2);
    let wanted = u16::try_from(lines(&page, usize::from(inside.width), &Theme::plain()).len()).unwrap_or(u16::MAX);
    let height = wanted.min(inside.height.saturating_sub(asked));
    let row = |y: u16, height: u16| {
        let y = (inside.y + y).min(inside.bottom());
        Rect { y, height: height.min(inside.bottom() - y), ..inside }
    };
    let above = height + u16::from(height > 0);
    Places {
        words: row(0, height),
        offers: row(above, offers),
        line: row(above + offers + gap, line),
        below: row(above + offers + gap + line, 2),
    }
}

/// How many lines there are to read, in a dialogue's inside.
pub(super) fn lines_of(wizard: &Wizard, inside: Rect) -> usize {
    wizard.page().map_or(0, |page| lines(&page, usize::from(inside.width), &Theme::plain()).len())
}

fn style(tone: Tone, theme: &Theme) -> Style {
    match tone {
        Tone::Text => theme.text,
        Tone::Faint => theme.faint,
        Tone::Value => theme.accent,
        Tone::Good => theme.good,
        Tone::Bad => theme.bad,
    }
}

type Line = Vec<(String, Style)>;

fn lines(page: &Page, room: usize, theme: &Theme) -> Vec<Line> {
    let mut lines = Vec::new();
    for words in &page.words {
        let indent = text::width(&words.mark);
        for (at, line) in text::wrap(&words.text, room.saturating_sub(indent)).into_iter().enumerate() {
            let mark = if at == 0 { words.mark.clone() } else { " ".repeat(indent) };
            let faint = if words.tone == Tone::Value { theme.faint } else { style(words.tone, theme) };
            lines.push(vec![(mark, faint), (line, style(words.tone, theme))]);
        }
    }
    lines
}

/// Draws it; where the caret is, if there is one.
pub(super) fn draw(wizard: &Wizard, theme: &Theme, inside: Rect, buffer: &mut Buffer) -> Option<Position> {
    let Some(page) = wizard.page() else {
        put(buffer, inside, "Reading what was kept…", theme.faint);
        return None;
    };
    let places = places(wizard, inside);
    let all = lines(&page, usize::from(inside.width), theme);
    let height = usize::from(places.words.height);
    let top = wizard.top.min(all.len().saturating_sub(height));
    for (row, line) in (0..places.words.height).zip(all.iter().skip(top)) {
        let mut pen = Pen::new(buffer, Rect { y: places.words.y + row, height: 1, ..places.words });
        line.iter().for_each(|(words, style)| _ = pen.put(words, *style));
    }
    offers(wizard, &page, theme, places.offers, buffer);
    below(wizard, &page, all.len() > top + height, theme, places.below, buffer);
    (!places.line.is_empty()).then(|| line(wizard, &page, theme, places.line, buffer))
}

fn offers(wizard: &Wizard, page: &Page, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    for (row, (at, offer)) in (0..area.height).zip(page.offers.iter().enumerate()) {
        let place = Rect { y: area.y + row, height: 1, ..area };
        Pen::new(buffer, place).put("  ", theme.text).put(&offer.words, theme.text);
        if wizard.chosen == Some(at) {
            buffer.set_style(place, theme.chosen);
        }
    }
}

fn line(wizard: &Wizard, page: &Page, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Position {
    let dots: String;
    let (shown, before) = if page.step.is_secret() {
        dots = wizard.secret.expose().chars().map(|_| '•').collect();
        (dots.as_str(), dots.as_str())
    } else {
        (wizard.line.text(), wizard.line.before())
    };
    Pen::new(buffer, area).put("› ", theme.accent);
    let typed = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
    let scroll = (text::width(before) + 1).saturating_sub(usize::from(typed.width));
    Pen::new(buffer, typed).skipping(scroll).put(shown, theme.text);
    let caret = u16::try_from(text::width(before).saturating_sub(scroll)).unwrap_or(0);
    Position::new(typed.x + caret.min(typed.width.saturating_sub(1)), area.y)
}

fn below(wizard: &Wizard, page: &Page, more: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some(setup) = &wizard.setup else { return };
    let (words, style) = match (setup.wrong(), setup.is_busy()) {
        (_, true) => (working(page.step).to_owned(), theme.faint),
        (Some(why), _) => (format!("! {why}"), theme.warn),
        (None, _) if more && page.hint.is_empty() => ("more to read below: pgdn".to_owned(), theme.faint),
        (None, _) => (page.hint.clone(), theme.faint),
    };
    for (row, line) in (0..area.height).zip(text::wrap(&words, usize::from(area.width))) {
        put(buffer, Rect { y: area.y + row, height: 1, ..area }, &line, style);
    }
}

fn working(step: Step) -> &'static str {
    match step {
        Step::Passphrase | Step::Again => "Making the key…",
        Step::Test => "Logging in…",
        _ => "Looking at it…",
    }
}
