//! A key press as plain data, so that nothing here knows the terminal library.

use std::fmt;

/// Which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// A character, with shift already in it.
    Char(char),
    /// Return.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Tab with shift.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Arrow.
    Up,
    /// Arrow.
    Down,
    /// Arrow.
    Left,
    /// Arrow.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Function key.
    F(u8),
}

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Held.
    pub ctrl: bool,
    /// Held.
    pub alt: bool,
    /// Held; never set for characters.
    pub shift: bool,
}

impl Key {
    /// No modifiers.
    pub const fn of(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A character alone.
    pub const fn char(c: char) -> Self {
        Self::of(Code::Char(c))
    }

    /// With ctrl.
    pub const fn ctrl(c: char) -> Self {
        Self { code: Code::Char(c), ctrl: true, alt: false, shift: false }
    }

    /// With alt.
    pub const fn alt(code: Code) -> Self {
        Self { code, ctrl: false, alt: true, shift: false }
    }

    /// The character it types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            out.write_str("ctrl-")?;
        }
        if self.alt {
            out.write_str("alt-")?;
        }
        if self.shift {
            out.write_str("shift-")?;
        }
        match self.code {
            Code::Char(' ') => out.write_str("space"),
            Code::Char(c) => write!(out, "{c}"),
            Code::Enter => out.write_str("enter"),
            Code::Esc => out.write_str("esc"),
            Code::Tab => out.write_str("tab"),
            Code::BackTab => out.write_str("shift-tab"),
            Code::Backspace => out.write_str("backspace"),
            Code::Delete => out.write_str("delete"),
            Code::Up => out.write_str("↑"),
            Code::Down => out.write_str("↓"),
            Code::Left => out.write_str("←"),
            Code::Right => out.write_str("→"),
            Code::Home => out.write_str("home"),
            Code::End => out.write_str("end"),
            Code::PageUp => out.write_str("pgup"),
            Code::PageDown => out.write_str("pgdn"),
            Code::F(n) => write!(out, "f{n}"),
        }
    }
}
