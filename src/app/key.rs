//! A key press as plain data, so that nothing here knows the terminal library; how it is written and read.

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

impl Key {
    /// Reads a key as it is shown: `f`, `ctrl-f`, `alt-1`, `shift-tab`, `pgdn`, `space`. Arrows by sign or name.
    ///
    /// # Errors
    /// What is wrong, and what would be right.
    pub fn parse(text: &str) -> Result<Self, (String, String)> {
        let mut key = Self::of(Code::Esc);
        let mut rest = text.trim();
        loop {
            let lower = rest.to_ascii_lowercase();
            let held = ["ctrl-", "alt-", "shift-"].into_iter().find(|m| lower.starts_with(m) && rest.len() > m.len());
            let Some(held) = held else { break };
            match held {
                "ctrl-" => key.ctrl = true,
                "alt-" => key.alt = true,
                _ => key.shift = true,
            }
            rest = rest.get(held.len()..).unwrap_or_default();
        }
        key.code = code(rest).ok_or_else(|| unreadable(text))?;
        key.as_terminals_send_it(text)
    }

    /// A terminal tells some keys as others; a binding to what never arrives would be dead.
    fn as_terminals_send_it(mut self, text: &str) -> Result<Self, (String, String)> {
        match self.code {
            Code::Tab if self.shift => (self.code, self.shift) = (Code::BackTab, false),
            Code::Char(c) if self.shift => {
                let upper = c.to_uppercase().next().filter(|u| *u != c);
                let sign = || (format!("`{text}` depends on the keyboard"), "write the sign that it types".to_owned());
                (self.code, self.shift) = (Code::Char(upper.ok_or_else(sign)?), false);
            }
            _ => {}
        }
        if let (Code::Char(c), true) = (self.code, self.ctrl) {
            self.code = Code::Char(c.to_ascii_lowercase());
            let same = match c.to_ascii_lowercase() {
                'i' => "tab",
                'm' => "enter",
                '[' => "esc",
                _ => return Ok(self),
            };
            let what = format!("a terminal sends `{text}` as {same}");
            return Err((what, format!("write \"{same}\", or choose another key")));
        }
        Ok(self)
    }
}

/// Keys with a name, as they are shown and as people write them.
const NAMED: &[(&str, Code)] = &[
    ("enter", Code::Enter),
    ("return", Code::Enter),
    ("esc", Code::Esc),
    ("escape", Code::Esc),
    ("tab", Code::Tab),
    ("backtab", Code::BackTab),
    ("backspace", Code::Backspace),
    ("delete", Code::Delete),
    ("del", Code::Delete),
    ("up", Code::Up),
    ("↑", Code::Up),
    ("down", Code::Down),
    ("↓", Code::Down),
    ("left", Code::Left),
    ("←", Code::Left),
    ("right", Code::Right),
    ("→", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pgup", Code::PageUp),
    ("pageup", Code::PageUp),
    ("pgdn", Code::PageDown),
    ("pagedown", Code::PageDown),
    ("space", Code::Char(' ')),
];

fn code(name: &str) -> Option<Code> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next())
        && !c.is_control()
        && !NAMED.iter().any(|(n, _)| *n == name)
    {
        return Some(Code::Char(c));
    }
    let plain = name.to_lowercase().replace(['-', '_', ' '], "");
    let named = NAMED.iter().find(|(n, _)| *n == plain).map(|(_, code)| *code);
    let function = || plain.strip_prefix('f')?.parse().ok().filter(|n| (1..=24).contains(n)).map(Code::F);
    named.or_else(function)
}

fn unreadable(text: &str) -> (String, String) {
    let near = crate::request::nearest(text.rsplit('-').next().unwrap_or(text), NAMED.iter().map(|(n, _)| *n));
    let meant = near.map(|name| format!("did you mean \"{name}\"? ")).unwrap_or_default();
    let forms = "a key is written \"f\", \"ctrl-f\", \"alt-f\", \"f5\", \"enter\", \"shift-up\" and the like";
    (format!("`{}` is no key", text.escape_debug()), format!("{meant}{forms}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keymap::BINDINGS;

    #[test]
    fn every_key_is_read_as_it_is_shown() {
        for key in BINDINGS.iter().flat_map(|b| b.keys.iter()) {
            assert_eq!(Key::parse(&key.to_string()), Ok(*key));
        }
        for code in NAMED.iter().map(|(_, code)| *code).chain([Code::F(1), Code::F(24), Code::Char('-')]) {
            for (ctrl, alt) in [(false, false), (true, false), (false, true), (true, true)] {
                let key = Key { code, ctrl, alt, shift: false };
                assert_eq!(Key::parse(&key.to_string()), Ok(key), "{key}");
            }
        }
    }

    #[test]
    fn people_write_keys_in_many_ways() {
        for (text, key) in [
            (" Ctrl-F ", Key::ctrl('f')),
            ("Page-Up", Key::of(Code::PageUp)),
            ("shift-a", Key::char('A')),
            ("ctrl--", Key::ctrl('-')),
            ("shift-tab", Key::of(Code::BackTab)),
            ("alt-up", Key::alt(Code::Up)),
            ("ö", Key::char('ö')),
            ("F", Key::char('F')),
        ] {
            assert_eq!(Key::parse(text), Ok(key), "{text}");
        }
    }

    #[test]
    fn what_no_terminal_sends_is_no_key() {
        for (text, cure) in
            [("ctrl-i", "\"tab\""), ("ctrl-M", "\"enter\""), ("entr", "\"enter\""), ("", "\"f\""), ("shift-1", "sign")]
        {
            let (_, said) = Key::parse(text).unwrap_err();
            assert!(said.contains(cure), "{text}: {said}");
        }
        for text in ["f0", "f25", "hyper-x", "ctrl-", "\u{1b}"] {
            assert!(Key::parse(text).is_err(), "{text:?}");
        }
    }
}
