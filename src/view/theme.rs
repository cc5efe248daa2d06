//! Roles of colour. Views name a role, never a colour, so that every theme, 16 colours and `NO_COLOR` stay readable.

mod colour;

pub use colour::Depth;

use crate::profile::{Kind, Rgb, ThemeFile, built_in_themes};
use colour::{luminance, nearest};
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::merge::MergeStrategy;
use ratatui::widgets::{Block, BorderType};

/// A style for each role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Beneath everything: the background, and the text's own colour.
    pub base: Style,
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
            base: fg(Color::Reset),
            // The terminal's own colour by name, so that words on a border do not take the border's.
            text: fg(Color::Reset),
            // The text's own colour, weaker: a grey of the palette is invisible on some backgrounds.
            faint: fg(Color::Reset).add_modifier(Modifier::DIM),
            accent: fg(Color::Cyan),
            border: fg(Color::DarkGray),
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

    /// The same where there are no more than those sixteen.
    pub fn sixteen() -> Self {
        Self { chosen: Style::new().fg(Color::Black).bg(Color::Gray), ..Self::terminal() }
    }

    /// The program's dark theme on a background that is dark already.
    pub fn dark() -> Self {
        Self::built_in("dark")
    }

    /// The program's light theme on a background that is light already.
    pub fn light() -> Self {
        Self::built_in("light")
    }

    fn built_in(name: &str) -> Self {
        let file = built_in_themes().into_iter().find(|theme| theme.name == name);
        file.map_or_else(Self::terminal, |file| Self::of(&file.without_background(), Depth::True))
    }

    /// A theme's own colours, as a terminal with so many colours can show them.
    pub fn of(file: &ThemeFile, depth: Depth) -> Self {
        let ink = Ink::new(file, depth);
        let (text, accent, base) = (ink.text("text"), ink.text("accent"), ink.base());
        let label = |role: &str| ink.text(role).add_modifier(Modifier::BOLD | Modifier::REVERSED);
        // Of sixteen there is none that lies between the background and the text.
        let few = depth == Depth::Sixteen;
        Self {
            base,
            text,
            faint: ink.faint("faint"),
            accent,
            border: ink.faint("border"),
            border_focus: ink.text("border_focus"),
            chosen: if few { ink.turned() } else { ink.behind("chosen") },
            chosen_faint: if few { Style::new().add_modifier(Modifier::BOLD) } else { ink.behind("chosen_faint") },
            name: ink.text("name"),
            string: ink.text("string"),
            number: ink.text("number"),
            word: ink.text("word"),
            link: ink.text("link").add_modifier(Modifier::UNDERLINED),
            variable: ink.text("variable"),
            good: ink.text("good"),
            warn: ink.text("warn"),
            bad: ink.text("bad"),
            hit: ink.hit(),
            key: ink.text("key"),
            production: label("production"),
            sandbox: label("sandbox"),
            scratch: label("scratch"),
            demo: label("demo"),
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
            base: plain,
            // Words on a faint border are not faint.
            text: plain.remove_modifier(Modifier::DIM),
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

/// Contrast of what is read, and of what is only to be seen.
const READ: f64 = 4.5;
const SEEN: f64 = 3.0;

/// Makes styles of a theme's roles.
struct Ink<'a> {
    file: &'a ThemeFile,
    depth: Depth,
    /// What lies behind all text, as it is really shown.
    ground: Rgb,
    /// `None`: the terminal's own.
    background: Option<Color>,
}

impl<'a> Ink<'a> {
    fn new(file: &'a ThemeFile, depth: Depth) -> Self {
        let text = file.colour("text").unwrap_or(Rgb(255, 255, 255));
        let (background, ground) = match file.colour("background") {
            Some(wanted) => {
                let (colour, is) = nearest(wanted, depth, text, READ);
                (Some(colour), is)
            }
            // The terminal's own is taken to be what the text is made for.
            None if luminance(text) > 0.4 => (None, Rgb(0, 0, 0)),
            None => (None, Rgb(255, 255, 255)),
        };
        Self { file, depth, ground, background }
    }

    fn base(&self) -> Style {
        self.text("text").bg(self.background.unwrap_or(Color::Reset))
    }

    fn on_ground(&self, role: &str, least: f64) -> Style {
        let colour = self.file.colour(role).map(|wanted| nearest(wanted, self.depth, self.ground, least).0);
        Style::new().fg(colour.unwrap_or(Color::Reset))
    }

    fn text(&self, role: &str) -> Style {
        self.on_ground(role, READ)
    }

    fn faint(&self, role: &str) -> Style {
        self.on_ground(role, SEEN)
    }

    /// A colour that lies behind the theme's text.
    fn behind(&self, role: &str) -> Style {
        let text = self.file.colour("text").unwrap_or(Rgb(255, 255, 255));
        let colour = self.file.colour(role).map(|wanted| nearest(wanted, self.depth, text, READ).0);
        colour.map_or_else(Style::new, |colour| Style::new().bg(colour))
    }

    /// Text and background changed for each other, for all that stands there alike.
    fn turned(&self) -> Style {
        let text = self.file.colour("text").unwrap_or(Rgb(255, 255, 255));
        Style::new()
            .bg(nearest(text, self.depth, self.ground, READ).0)
            .fg(nearest(self.ground, self.depth, text, READ).0)
    }

    fn hit(&self) -> Style {
        let (Some(behind), Some(text)) = (self.file.colour("hit"), self.file.colour("hit_text")) else {
            return Style::new().add_modifier(Modifier::REVERSED);
        };
        let (behind, is) = nearest(behind, self.depth, text, READ);
        Style::new().bg(behind).fg(nearest(text, self.depth, is, READ).0)
    }
}

#[cfg(test)]
mod tests {
    use super::colour::contrast;
    use super::*;

    /// Roles that are read as text on the background.
    const TEXTS: [&str; 16] = [
        "text",
        "accent",
        "name",
        "string",
        "number",
        "word",
        "link",
        "variable",
        "good",
        "warn",
        "bad",
        "key",
        "production",
        "sandbox",
        "scratch",
        "demo",
    ];

    #[test]
    fn every_theme_can_be_read() {
        for theme in built_in_themes() {
            let colour = |role: &str| theme.colour(role).unwrap();
            let strong = theme.name.starts_with("contrast");
            let (read, seen, lines) = if strong { (7.0, 7.0, 4.5) } else { (4.5, 3.0, 1.5) };
            let check = |role: &str, on: &str, least: f64| {
                let ratio = contrast(colour(role), colour(on));
                assert!(ratio >= least, "{}: {role} on {on} has {ratio:.2}, less than {least}", theme.name);
            };
            for role in TEXTS {
                check(role, "background", read);
                // Under the cursor it must still be read.
                check(role, "chosen", if strong { 4.5 } else { 3.0 });
                check(role, "chosen_faint", if strong { 4.5 } else { 3.0 });
            }
            check("text", "chosen", read);
            check("faint", "background", seen);
            check("faint", "chosen", if strong { 4.5 } else { 3.0 });
            check("hit_text", "hit", read);
            check("border", "background", lines);
            check("border_focus", "background", seen);
        }
    }

    /// What an xterm shows for a colour.
    fn is(colour: Color) -> Rgb {
        match colour {
            Color::Rgb(r, g, b) => Rgb(r, g, b),
            other => colour::shown(other),
        }
    }

    #[test]
    fn it_can_be_read_with_fewer_colours_too() {
        for depth in [Depth::Indexed, Depth::Sixteen] {
            for file in built_in_themes() {
                let theme = Theme::of(&file, depth);
                let ground = is(theme.base.bg.unwrap());
                let texts = [theme.text, theme.accent, theme.string, theme.number, theme.link, theme.warn, theme.bad];
                for style in texts {
                    let ratio = contrast(is(style.fg.unwrap()), ground);
                    assert!(ratio >= READ, "{} {depth:?}: {style:?} has {ratio:.2}", file.name);
                }
                assert!(contrast(is(theme.faint.fg.unwrap()), ground) >= SEEN, "{} {depth:?}", file.name);
                assert!(contrast(is(theme.hit.fg.unwrap()), is(theme.hit.bg.unwrap())) >= READ);
                let chosen = is(theme.chosen.bg.unwrap());
                assert_ne!(chosen, ground, "{} {depth:?}: the chosen row cannot be seen", file.name);
                let text = theme.chosen.fg.or(theme.text.fg).unwrap();
                assert!(contrast(is(text), chosen) >= READ, "{} {depth:?}: the chosen row", file.name);
            }
        }
    }

    #[test]
    fn a_theme_brings_its_background_unless_the_terminal_has_it() {
        let file = built_in_themes().into_iter().find(|t| t.name == "paper").unwrap();
        assert_eq!(Theme::of(&file, Depth::True).base.bg, Some(Color::Rgb(0xfb, 0xf5, 0xe6)));
        assert_eq!(Theme::of(&file.without_background(), Depth::True).base.bg, Some(Color::Reset));
    }
}
