//! A line being typed: text, caret, undo. Graphemes, not bytes, are what the caret walks over.

use super::key::{Code, Key};
use unicode_segmentation::UnicodeSegmentation;

/// One line of text with a caret.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    text: String,
    /// Byte offset, always between graphemes.
    caret: usize,
    /// All of it is selected: what is typed next takes its place.
    selected: bool,
    undo: Vec<(String, usize)>,
    redo: Vec<(String, usize)>,
}

/// How many steps back are kept.
const UNDO_STEPS: usize = 200;

impl Line {
    /// With this text, the caret at its end.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { caret: text.len(), text, ..Self::default() }
    }

    /// What is typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Byte offset of the caret.
    pub fn caret(&self) -> usize {
        self.caret
    }

    /// What stands before the caret.
    pub fn before(&self) -> &str {
        self.text.get(..self.caret).unwrap_or_default()
    }

    fn after(&self) -> &str {
        self.text.get(self.caret..).unwrap_or_default()
    }

    /// Whether all of it is selected.
    pub fn is_selected(&self) -> bool {
        self.selected
    }

    /// Selects all, as a browser's address bar does when one goes there.
    pub fn select_all(&mut self) {
        self.selected = !self.text.is_empty();
        self.caret = self.text.len();
    }

    /// Selects nothing.
    pub fn unselect(&mut self) {
        self.selected = false;
    }

    /// Replaces all; the caret goes to the end. Can be undone.
    pub fn set(&mut self, text: impl Into<String>) {
        self.remember();
        self.selected = false;
        self.text = text.into();
        self.caret = self.text.len();
    }

    /// Replaces a byte range and puts the caret behind what was put in.
    pub fn replace(&mut self, range: std::ops::Range<usize>, with: &str) {
        let (Some(head), Some(tail)) = (self.text.get(..range.start), self.text.get(range.end..)) else { return };
        let text = format!("{head}{with}{tail}");
        self.remember();
        self.caret = range.start + with.len();
        self.text = text;
    }

    /// Puts the caret at this byte, or at the grapheme before it.
    pub fn move_to(&mut self, byte: usize) {
        self.selected = false;
        self.caret = self
            .text
            .grapheme_indices(true)
            .map(|(at, _)| at)
            .chain([self.text.len()])
            .take_while(|at| *at <= byte)
            .last()
            .unwrap_or(0);
    }

    /// Text from the clipboard: line ends become spaces, so that a pasted query stays one line.
    pub fn paste(&mut self, text: &str) {
        let flat = text.trim_end_matches(['\r', '\n']).replace("\r\n", " ").replace(['\r', '\n', '\t'], " ");
        if std::mem::take(&mut self.selected) {
            return self.set(flat);
        }
        let at = self.caret;
        self.replace(at..at, &flat);
    }

    /// Takes a key; whether the text or the caret changed.
    pub fn input(&mut self, key: Key) -> bool {
        if std::mem::take(&mut self.selected) {
            match (key.typed(), key.code) {
                (Some(_), _) | (_, Code::Backspace | Code::Delete) => self.replace(0..self.text.len(), ""),
                _ => {}
            }
            if key.typed().is_none() && matches!(key.code, Code::Backspace | Code::Delete) {
                return true;
            }
        }
        match (key.code, key.ctrl, key.alt) {
            (Code::Char(c), false, false) => {
                let at = self.caret;
                self.replace(at..at, c.encode_utf8(&mut [0; 4]));
            }
            (Code::Left, false, false) | (Code::Char('b'), true, false) => self.caret = self.previous(),
            (Code::Right, false, false) => self.caret = self.next(),
            (Code::Left, true, _) | (Code::Char('b'), false, true) => self.caret = self.word_before(),
            (Code::Right, true, _) | (Code::Char('f'), false, true) => self.caret = self.word_after(),
            (Code::Home, ..) | (Code::Char('a'), true, false) => self.caret = 0,
            (Code::End, ..) | (Code::Char('e'), true, false) => self.caret = self.text.len(),
            (Code::Backspace, false, false) | (Code::Char('h'), true, false) => self.cut(self.previous(), self.caret),
            (Code::Delete, false, false) | (Code::Char('d'), true, false) => self.cut(self.caret, self.next()),
            (Code::Backspace, ..) | (Code::Char('w'), true, false) => self.cut(self.word_before(), self.caret),
            (Code::Delete, ..) | (Code::Char('d'), false, true) => self.cut(self.caret, self.word_after()),
            (Code::Char('u'), true, false) => self.cut(0, self.caret),
            (Code::Char('k'), true, false) => self.cut(self.caret, self.text.len()),
            (Code::Char('_' | '/' | '7'), true, false) => self.step_back(),
            (Code::Char('y'), true, false) => self.step_forward(),
            _ => return false,
        }
        true
    }

    fn remember(&mut self) {
        self.redo.clear();
        self.undo.push((self.text.clone(), self.caret));
        if self.undo.len() > UNDO_STEPS {
            self.undo.remove(0);
        }
    }

    fn step_back(&mut self) {
        if let Some((text, caret)) = self.undo.pop() {
            self.redo.push((std::mem::replace(&mut self.text, text), self.caret));
            self.caret = caret;
        }
    }

    fn step_forward(&mut self) {
        if let Some((text, caret)) = self.redo.pop() {
            self.undo.push((std::mem::replace(&mut self.text, text), self.caret));
            self.caret = caret;
        }
    }

    fn cut(&mut self, from: usize, to: usize) {
        if from < to {
            self.replace(from..to, "");
        }
    }

    fn previous(&self) -> usize {
        self.before().grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn next(&self) -> usize {
        self.after().graphemes(true).next().map_or(self.caret, |g| self.caret + g.len())
    }

    /// Words end at what separates parts of an address, too.
    fn word_before(&self) -> usize {
        let head = self.before().trim_end_matches(separates);
        head.rfind(separates)
            .map_or(0, |at| at + head.get(at..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8))
    }

    fn word_after(&self) -> usize {
        let tail = self.after();
        let start = tail.len() - tail.trim_start_matches(separates).len();
        let word = tail.get(start..).unwrap_or_default();
        self.caret + start + word.find(separates).unwrap_or(word.len())
    }
}

fn separates(c: char) -> bool {
    c.is_whitespace() || "/?&=.,{}()[]'\":;".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caret_walks_over_whole_graphemes() {
        let mut line = Line::new("a👩‍🚀é");
        line.input(Key::of(Code::Left));
        line.input(Key::of(Code::Left));
        assert_eq!(line.before(), "a");
        line.input(Key::of(Code::Delete));
        assert_eq!(line.text(), "aé");
    }

    #[test]
    fn word_delete_stops_at_a_slash() {
        let mut line = Line::new("/services/data/v67.0");
        line.input(Key::ctrl('w'));
        assert_eq!(line.text(), "/services/data/v67.");
        line.input(Key::ctrl('w'));
        line.input(Key::ctrl('w'));
        assert_eq!(line.text(), "/services/");
        line.input(Key::ctrl('_'));
        assert_eq!(line.text(), "/services/data/");
    }

    #[test]
    fn what_is_selected_is_replaced_by_typing_and_comes_back() {
        let mut line = Line::new("limits");
        line.select_all();
        line.input(Key::char('q'));
        assert_eq!(line.text(), "q");
        line.input(Key::ctrl('_'));
        line.input(Key::ctrl('_'));
        assert_eq!(line.text(), "limits");
        line.select_all();
        line.input(Key::of(Code::Left));
        line.input(Key::char('x'));
        assert_eq!(line.text(), "limitxs");
    }

    #[test]
    fn paste_is_one_line_and_one_step() {
        let mut line = Line::new("");
        line.paste("SELECT Id\r\nFROM Account\n");
        assert_eq!(line.text(), "SELECT Id FROM Account");
        line.input(Key::ctrl('_'));
        assert_eq!(line.text(), "");
    }
}
