//! Roles of colour. Views name a role, never a colour, so that every theme, 16 colours and `NO_COLOR` stay readable.

use crate::profile::Kind;
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::merge::MergeStrategy;
use ratatui::widgets::{Block, BorderType};

/// A style for each role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Ordinary text.
    pub text: Style,
    /// What is there but not to be read first.
    pub faint: Style,
    /// The one accent: what has the focus, what can be done.
    pub accent: Style,
    /// Borders.
    pub border: Style,
    /// Borders of the pane with the focus.
    pub border_focus: Style,
    /// Lines of the pane with the focus, where colour cannot tell it.
    pub focus_lines: BorderType,
    /// Before the title of the pane with the focus, where colour cannot tell it; empty elsewhere.
    pub focus_mark: &'static str,
    /// Before the tab that is open, in one column.
    pub tab_mark: &'static str,
    /// Titles.
    pub title: Style,
    /// The row under the cursor, in the pane with the focus; laid over what is drawn.
    pub chosen: Style,
    /// The row under the cursor, elsewhere.
    pub chosen_faint: Style,
    /// The cell under the cursor, laid over its row.
    pub cell: Style,
    /// Names of an object's members.
    pub name: Style,
    /// JSON strings.
    pub string: Style,
    /// JSON numbers.
    pub number: Style,
    /// JSON true, false, null.
    pub word: Style,
    /// What can be followed.
    pub link: Style,
    /// A variable in a template.
    pub variable: Style,
    /// Good news.
    pub good: Style,
    /// Something to look at.
    pub warn: Style,
    /// Bad news.
    pub bad: Style,
    /// A search's hits.
    pub hit: Style,
    /// A key in the footer.
    pub key: Style,
    /// Labels of the kinds of org.
    production: Style,
    sandbox: Style,
    scratch: Style,
    demo: Style,
}

impl Theme {
    /// The terminal's own sixteen colours: fits whatever background the terminal has.
    pub fn terminal() -> Self {
        let fg = |c: Color| Style::new().fg(c);
        let label = |c: Color| Style::new().fg(c).add_modifier(Modifier::BOLD | Modifier::REVERSED);
        Self {
            text: Style::new(),
            // The text's own colour, weaker: a grey of the palette is invisible on some backgrounds.
            faint: Style::new().add_modifier(Modifier::DIM),
            accent: fg(Color::Cyan),
            border: Style::new().add_modifier(Modifier::DIM),
            border_focus: fg(Color::Cyan),
            focus_lines: BorderType::Plain,
            focus_mark: "",
            tab_mark: " ",
            title: Style::new().add_modifier(Modifier::BOLD),
            // Both colours are given, so that the row is readable on whatever background.
            chosen: Style::new().fg(Color::Indexed(255)).bg(Color::Indexed(238)),
            chosen_faint: Style::new().add_modifier(Modifier::BOLD),
            cell: Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            name: Style::new(),
            string: fg(Color::Green),
            number: fg(Color::Magenta),
            word: fg(Color::Yellow),
            link: fg(Color::Cyan).add_modifier(Modifier::UNDERLINED),
            variable: fg(Color::Yellow),
            good: fg(Color::Green),
            warn: fg(Color::Yellow),
            bad: fg(Color::Red),
            hit: Style::new().fg(Color::Black).bg(Color::Yellow),
            key: fg(Color::Cyan),
            production: label(Color::Red),
            sandbox: label(Color::Green),
            scratch: label(Color::Blue),
            demo: label(Color::Magenta),
        }
    }

    /// Own colours for a dark background.
    pub fn dark() -> Self {
        let rgb = |hex: u32| Color::from_u32(hex);
        Self {
            chosen: Style::new().bg(rgb(0x2c_3644)),
            chosen_faint: Style::new().bg(rgb(0x22_262e)),
            faint: Style::new().fg(rgb(0x7d_8590)),
            border: Style::new().fg(rgb(0x3d_444d)),
            ..Self::terminal()
        }
    }

    /// Own colours for a light background.
    pub fn light() -> Self {
        let rgb = |hex: u32| Color::from_u32(hex);
        let fg = |hex: u32| Style::new().fg(rgb(hex));
        Self {
            chosen: Style::new().bg(rgb(0xdd_e7f3)),
            chosen_faint: Style::new().bg(rgb(0xee_f1f5)),
            text: fg(0x24_292f),
            faint: fg(0x57_606a),
            border: fg(0x8c_959f),
            accent: fg(0x0b_6e7f),
            border_focus: fg(0x0b_6e7f),
            key: fg(0x0b_6e7f),
            link: fg(0x0b_6e7f).add_modifier(Modifier::UNDERLINED),
            string: fg(0x11_6329),
            good: fg(0x11_6329),
            number: fg(0x82_50df),
            word: fg(0x7d_4e00),
            variable: fg(0x7d_4e00),
            warn: fg(0x7d_4e00),
            bad: fg(0xb4_1d28),
            ..Self::terminal()
        }
    }

    /// No colour at all: weight and reversal carry the meaning.
    pub fn plain() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let dim = plain.add_modifier(Modifier::DIM);
        let label = plain.add_modifier(Modifier::BOLD | Modifier::REVERSED);
        Self {
            text: plain,
            faint: dim,
            accent: bold,
            border: dim,
            border_focus: bold,
            focus_lines: BorderType::Thick,
            focus_mark: "▸ ",
            tab_mark: "▸",
            title: bold,
            chosen: plain.add_modifier(Modifier::REVERSED),
            chosen_faint: bold,
            cell: plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            name: plain,
            string: plain,
            number: plain,
            word: plain,
            link: plain.add_modifier(Modifier::UNDERLINED),
            variable: bold,
            good: plain,
            warn: bold,
            bad: bold,
            hit: plain.add_modifier(Modifier::REVERSED | Modifier::BOLD),
            key: bold,
            production: label,
            sandbox: label,
            scratch: label,
            demo: label,
        }
    }

    /// The frame of a pane.
    pub fn pane(&self, focus: bool) -> Block<'static> {
        let (style, lines) =
            if focus { (self.border_focus, self.focus_lines) } else { (self.border, BorderType::Plain) };
        Block::bordered().border_type(lines).border_style(style).merge_borders(MergeStrategy::Exact)
    }

    /// The label of a kind of org.
    pub fn kind(&self, kind: Kind) -> Style {
        match kind {
            Kind::Production => self.production,
            Kind::Sandbox => self.sandbox,
            Kind::Scratch => self.scratch,
            Kind::Demo => self.demo,
        }
    }

    /// By status code.
    pub fn status(&self, status: u16) -> Style {
        match status {
            200..300 => self.good,
            0 | 300..400 => self.warn,
            _ => self.bad,
        }
    }
}
