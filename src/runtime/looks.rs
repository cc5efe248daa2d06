//! What colours the terminal has, as far as it tells, and which theme it gets.

use crate::app::themes::Themes;
use crate::profile::ThemeFile;
use crate::view::{Depth, Theme};
use std::sync::Arc;

/// What is known of the terminal's colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Looks {
    /// `NO_COLOR` is set.
    plain: bool,
    depth: Depth,
    /// Whether its background is dark, where it tells.
    dark: Option<bool>,
}

impl Looks {
    /// As the environment tells.
    pub(super) fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let plain = variable("NO_COLOR").is_some_and(|v| !v.is_empty());
        let rich = variable("COLORTERM").is_some_and(|c| c == "truecolor" || c == "24bit");
        let terminal = variable("TERM").unwrap_or_default();
        let depth = match () {
            () if rich || terminal.ends_with("-direct") => Depth::True,
            () if terminal.contains("256color") => Depth::Indexed,
            () => Depth::Sixteen,
        };
        // Terminals that tell their colours do it as `foreground;background`, 0 to 6 and 8 being dark.
        let told = variable("COLORFGBG");
        let background = told.as_deref().and_then(|t| t.rsplit(';').next()).and_then(|b| b.parse::<u8>().ok());
        Self { plain, depth, dark: background.map(|b| matches!(b, 0..=6 | 8)) }
    }

    /// Whether there are colours enough for a picture, and whether they are of 24 bits.
    pub(super) fn colours(self) -> Option<bool> {
        match self.depth {
            _ if self.plain => None,
            Depth::True => Some(true),
            Depth::Indexed => Some(false),
            Depth::Sixteen => None,
        }
    }

    /// The theme that is to be shown.
    pub(super) fn theme(self, themes: &Themes) -> Theme {
        if self.plain {
            return Theme::plain();
        }
        match (themes.get(themes.shown()), self.dark) {
            (Some(file), _) => Theme::of(file, self.depth),
            // What the terminal has already is not painted over.
            (None, Some(dark)) if themes.shown() != "terminal" && self.depth == Depth::True => {
                if dark {
                    Theme::dark()
                } else {
                    Theme::light()
                }
            }
            (None, _) if self.depth == Depth::Sixteen => Theme::sixteen(),
            (None, _) => Theme::terminal(),
        }
    }
}

/// The theme that is shown, made anew when another is wanted.
pub(super) struct Shown {
    looks: Looks,
    wanted: (String, Option<Arc<ThemeFile>>),
    theme: Theme,
}

impl Shown {
    /// For this terminal.
    pub(super) fn new(looks: Looks, themes: &Themes) -> Self {
        Self { looks, wanted: wanted(themes), theme: looks.theme(themes) }
    }

    /// The theme that is to be shown now.
    pub(super) fn theme(&mut self, themes: &Themes) -> &Theme {
        let same = self.wanted.0 == themes.shown() && self.wanted.1.as_ref() == themes.get(themes.shown());
        if !same {
            self.wanted = wanted(themes);
            self.theme = self.looks.theme(themes);
        }
        &self.theme
    }
}

fn wanted(themes: &Themes) -> (String, Option<Arc<ThemeFile>>) {
    (themes.shown().to_owned(), themes.get(themes.shown()).cloned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::built_in_themes;

    fn looks(variables: &[(&str, &str)]) -> Looks {
        Looks::of(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    fn themes(chosen: &str) -> Themes {
        Themes { all: built_in_themes(), chosen: chosen.to_owned(), tried: None }
    }

    #[test]
    fn the_terminal_decides_unless_a_theme_is_named() {
        let rich = [("COLORTERM", "truecolor"), ("COLORFGBG", "15;0")];
        assert_eq!(looks(&rich).theme(&themes("auto")), Theme::dark());
        assert_eq!(looks(&[rich[0], ("COLORFGBG", "0;15")]).theme(&themes("auto")), Theme::light());
        assert_eq!(looks(&rich[..1]).theme(&themes("auto")), Theme::terminal());
        assert_eq!(looks(&rich).theme(&themes("terminal")), Theme::terminal());
        assert_eq!(looks(&[("TERM", "vt220")]).theme(&themes("auto")), Theme::sixteen());
        let dusk = themes("dusk");
        let of = |depth| Theme::of(dusk.get("dusk").unwrap(), depth);
        assert_eq!(looks(&rich).theme(&dusk), of(Depth::True));
        assert_eq!(looks(&[("TERM", "xterm-256color")]).theme(&dusk), of(Depth::Indexed));
        assert_eq!(looks(&[("TERM", "xterm")]).theme(&dusk), of(Depth::Sixteen));
        assert_eq!(looks(&[rich[0], ("NO_COLOR", "1")]).theme(&dusk), Theme::plain());
    }

    #[test]
    fn it_is_made_anew_when_another_is_tried_on_or_its_file_changes() {
        let mut all = themes("dusk");
        let mut shown = Shown::new(looks(&[("COLORTERM", "truecolor")]), &all);
        let dusk = shown.theme(&all).clone();
        all.tried = Some("paper".to_owned());
        assert_ne!(*shown.theme(&all), dusk);
        all.tried = None;
        assert_eq!(*shown.theme(&all), dusk);
        let plain = Arc::new(all.get("dusk").unwrap().without_background());
        all.all = vec![plain];
        assert_ne!(*shown.theme(&all), dusk);
    }
}
