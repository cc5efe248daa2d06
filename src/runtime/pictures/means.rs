//! What the terminal can show pictures with, as far as the environment tells. What may stand between us and it (a multiplexer,
//! a connection to another machine) is not trusted with more than cells: the settings can say that it may be.

use crate::app::pictures::{Easel, Means};
use crate::profile::Pictures;
use crate::runtime::looks::Looks;
use crate::runtime::terminal::cell;

/// As the environment tells.
pub(in crate::runtime) fn easel(looks: Looks, variable: impl Fn(&str) -> Option<String>) -> Easel {
    let rich = looks.colours() == Some(true);
    Easel { offered: offered(looks, variable), rich, cell: cell(), wish: Pictures::Auto }
}

fn offered(looks: Looks, variable: impl Fn(&str) -> Option<String>) -> Means {
    /// Set inside tmux, screen, zellij, and on another machine.
    const BETWEEN: [&str; 5] = ["TMUX", "STY", "ZELLIJ", "SSH_CONNECTION", "SSH_TTY"];
    // No colours are wanted, or there are hardly any.
    let Some(rich) = looks.colours() else { return Means::Facts };
    let told = |name: &str| variable(name).unwrap_or_default();
    let set = |name: &str| !told(name).is_empty();
    let (terminal, program) = (told("TERM"), told("TERM_PROGRAM"));
    let blocks = Means::Blocks { rich };
    if BETWEEN.into_iter().any(set) || ["screen", "tmux"].iter().any(|begin| terminal.starts_with(begin)) {
        return blocks;
    }
    // The one that was started last tells its name: a terminal that was started from kitty has kitty's variable too.
    match program.as_str() {
        "ghostty" => return Means::Kitty,
        "iTerm.app" | "WezTerm" | "mintty" => return Means::Iterm,
        "" => {}
        _ => return blocks,
    }
    match terminal.as_str() {
        "xterm-kitty" | "xterm-ghostty" => Means::Kitty,
        name if name.starts_with("foot") || name.starts_with("mlterm") || name.contains("sixel") => Means::Sixel,
        _ if set("KITTY_WINDOW_ID") => Means::Kitty,
        // Since version 22.04.
        _ if told("KONSOLE_VERSION").parse::<u32>().is_ok_and(|version| version >= 220_400) => Means::Kitty,
        _ => blocks,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_tells_what_the_terminal_can() {
        let rich = Means::Blocks { rich: true };
        let cases: &[(&[(&str, &str)], Means)] = &[
            (&[("TERM", "xterm-256color")], Means::Blocks { rich: false }),
            (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], rich),
            (&[("TERM", "xterm")], Means::Facts),
            (&[("TERM", "xterm-kitty"), ("COLORTERM", "truecolor"), ("NO_COLOR", "1")], Means::Facts),
            (&[("TERM", "xterm-kitty"), ("COLORTERM", "truecolor"), ("KITTY_WINDOW_ID", "1")], Means::Kitty),
            (&[("TERM", "xterm-256color"), ("KITTY_WINDOW_ID", "1")], Means::Kitty),
            (&[("TERM", "xterm-ghostty"), ("COLORTERM", "truecolor")], Means::Kitty),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")], Means::Iterm),
            (&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "WezTerm")], Means::Iterm),
            (
                &[("TERM", "xterm-256color"), ("TERM_PROGRAM", "vscode"), ("KITTY_WINDOW_ID", "1")],
                Means::Blocks { rich: false },
            ),
            (&[("TERM", "foot"), ("COLORTERM", "truecolor")], Means::Sixel),
            (&[("TERM", "xterm-256color"), ("KONSOLE_VERSION", "220401")], Means::Kitty),
            (&[("TERM", "xterm-256color"), ("KONSOLE_VERSION", "211201")], Means::Blocks { rich: false }),
            (&[("TERM", "xterm-kitty"), ("COLORTERM", "truecolor"), ("TMUX", "/tmp/x,1,0")], rich),
            (&[("TERM", "tmux-256color"), ("TERM_PROGRAM", "WezTerm"), ("COLORTERM", "truecolor")], rich),
            (&[("TERM", "xterm-kitty"), ("COLORTERM", "truecolor"), ("SSH_TTY", "/dev/pts/1")], rich),
        ];
        for (variables, wanted) in cases {
            let variable = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            let easel = easel(Looks::of(variable), variable);
            assert_eq!(easel.means(), *wanted, "{variables:?}");
            let forced = Easel { wish: Pictures::Sixel, ..easel };
            assert_eq!(forced.means(), Means::Sixel, "who says so has it");
            assert_eq!(Easel { wish: Pictures::Off, ..easel }.means(), Means::Facts);
        }
    }
}
