//! Before there is anybody to be: what orgdeck is and the ways to go on.

use super::Theme;
use super::text::{Pen, put};
use crate::app::State;
use crate::app::command::{Command, Scope};
use crate::app::state::Start;
use crate::profile::Severity;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws it in the middle.
pub(super) fn draw(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let width = area.width.min(66);
    let height = 14.min(area.height);
    let x = area.x + (area.width - width) / 2;
    let y = area.y + (area.height - height) / 3;
    let row = |n: u16| Rect { x, y: y + n, width, height: u16::from(n < height) };
    put(buffer, row(0), "orgdeck", theme.accent.patch(theme.title));
    put(buffer, row(1), "log in as somebody, see who you are, ask the org", theme.faint);
    match state.start {
        Start::Reading => {
            put(buffer, row(3), "Reading your profiles…", theme.faint);
        }
        Start::Demo => {
            put(buffer, row(3), "Starting the demo org: making its keys and records…", theme.text);
        }
        Start::Welcome | Start::Ready => {
            let file = state.profiles_file.display().to_string();
            let mistaken =
                state.problems.iter().any(|p| p.severity == Severity::Error && p.file == state.profiles_file);
            let words =
                if mistaken { "Nobody can be used: there are mistakes in" } else { "There is no profile yet in" };
            put(buffer, row(3), words, if mistaken { theme.warn } else { theme.text });
            put(buffer, row(4), &file, theme.faint);
            let key = |command| state.keymap.key(Scope::Welcome, command);
            let (demo, setup, write) = (key(Command::StartDemo), key(Command::SetUp), key(Command::WriteProfile));
            let quit = state.keymap.key(Scope::Browse, Command::Quit);
            let ways = [
                (demo, "try the demo org", "a whole org inside this program"),
                (setup, "set up a login", "an app and its key, step by step"),
                (write, "write a profile", "a commented file in your editor"),
                (quit, "quit", ""),
            ];
            for (n, (key, what, note)) in (6..).zip(ways) {
                let mut pen = Pen::new(buffer, row(n));
                pen.put(&format!("  {key}  "), theme.key)
                    .put(&format!("{what:<20}"), theme.text)
                    .put(note, theme.faint);
            }
            if !state.problems.is_empty() {
                let key = state.keymap.key(Scope::Browse, Command::ShowProblems);
                let count = state.problems.len();
                let words = format!("! {count} problem{} in the files: {key} shows", if count == 1 { "" } else { "s" });
                put(buffer, row(11), &format!("{words} {}", if count == 1 { "it" } else { "them" }), theme.warn);
            }
        }
    }
}
