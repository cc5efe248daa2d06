//! Asks for a passphrase on the terminal. What is typed is shown nowhere, and the terminal is given back however it ends.

use super::output::complain;
use super::signals::Ending;
use crate::request::Failure;
use crate::secret::Secret;
use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use futures_util::StreamExt;
use std::io::{self, IsTerminal, Write};
use zeroize::Zeroizing;

/// Room that is made at once: a text that grows would leave copies of its beginning behind.
const ROOM: usize = 1 << 10;

/// How asking ended.
pub(super) enum Typed {
    /// With this.
    Given(Secret),
    /// There is no terminal, or nobody wanted to.
    Nothing,
    /// By a signal, with its number.
    Signal(u8),
}

/// Asks, and says why.
pub(super) async fn ask(failure: &Failure, ending: &Ending) -> Typed {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Typed::Nothing;
    }
    complain(&failure.title);
    line_of("Passphrase: ", false, ending).await
}

/// Asks for a line that is shown nowhere, on a terminal; whether one without a letter is an answer.
pub(super) async fn line_of(question: &str, empty: bool, ending: &Ending) -> Typed {
    let mut err = io::stderr();
    // Before the question, so that nothing that is typed early is echoed.
    let Ok(raw) = Raw::new() else { return Typed::Nothing };
    if write!(err, "{question}").and_then(|()| err.flush()).is_err() {
        return Typed::Nothing;
    }
    let typed = tokio::select! {
        biased;
        number = ending.wait() => Typed::Signal(number),
        typed = line(empty) => typed.map_or(Typed::Nothing, Typed::Given),
    };
    drop(raw);
    let _ = writeln!(err);
    typed
}

/// The terminal without echo and without meaning of its own for keys; as it was when this is gone.
struct Raw;

impl Raw {
    fn new() -> io::Result<Self> {
        enable_raw_mode().map(|()| Self)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // Nobody can be told that it failed.
        let _ = disable_raw_mode();
    }
}

/// A line, once it is ended; `None` where it was given up.
async fn line(empty: bool) -> Option<Secret> {
    let mut events = EventStream::new();
    let mut text = Zeroizing::new(String::with_capacity(ROOM));
    loop {
        match events.next().await {
            Some(Ok(Event::Key(key))) if key.kind != KeyEventKind::Release => match press(&mut text, key) {
                Step::More => {}
                Step::GivenUp if empty && key.code == KeyCode::Enter => return Some(Secret::new("")),
                Step::Done => return Some(Secret::new(text.as_str())),
                Step::GivenUp => return None,
            },
            Some(Ok(_)) => {}
            // The terminal is gone.
            Some(Err(_)) | None => return None,
        }
    }
}

/// What a key comes to.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    More,
    Done,
    GivenUp,
}

fn press(text: &mut String, key: KeyEvent) -> Step {
    // AltGr, with which some letters are typed, comes as both.
    let held = key.modifiers.intersection(KeyModifiers::CONTROL | KeyModifiers::ALT);
    match key.code {
        KeyCode::Enter if text.is_empty() => return Step::GivenUp,
        KeyCode::Enter => return Step::Done,
        KeyCode::Esc => return Step::GivenUp,
        KeyCode::Backspace => {
            text.pop();
        }
        KeyCode::Char('c' | 'd') if held == KeyModifiers::CONTROL => return Step::GivenUp,
        KeyCode::Char('u') if held == KeyModifiers::CONTROL => zeroize::Zeroize::zeroize(text),
        KeyCode::Char(c) if held != KeyModifiers::CONTROL => text.push(c),
        _ => {}
    }
    Step::More
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[(KeyCode, KeyModifiers)]) -> (String, Step) {
        let mut text = String::new();
        let mut last = Step::More;
        for (code, modifiers) in keys {
            last = press(&mut text, KeyEvent::new(*code, *modifiers));
        }
        (text, last)
    }

    #[test]
    fn keys_edit_the_passphrase_and_control_is_no_text() {
        let (none, control) = (KeyModifiers::NONE, KeyModifiers::CONTROL);
        let key = |c| (KeyCode::Char(c), none);
        let enter = (KeyCode::Enter, none);
        assert_eq!(
            typed(&[key('a'), key('é'), key('b'), (KeyCode::Backspace, none), enter]),
            ("aé".into(), Step::Done)
        );
        assert_eq!(typed(&[key('a'), (KeyCode::Char('u'), control), key('b'), enter]), ("b".into(), Step::Done));
        let others = ['a', 'w', 'k', 'z', 'l', '7'].map(|c| (KeyCode::Char(c), control));
        assert_eq!(typed(&others), (String::new(), Step::More));
        let alt_gr = (KeyCode::Char('@'), control | KeyModifiers::ALT);
        assert_eq!(typed(&[alt_gr, (KeyCode::Char('A'), KeyModifiers::SHIFT)]).0, "@A");
        for last in [(KeyCode::Char('c'), control), (KeyCode::Char('d'), control), (KeyCode::Esc, none)] {
            assert_eq!(typed(&[key('x'), last]).1, Step::GivenUp, "{last:?}");
        }
        assert_eq!(typed(&[enter]).1, Step::GivenUp, "nothing is no passphrase");
    }
}
