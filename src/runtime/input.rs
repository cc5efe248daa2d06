//! Terminal events as plain events.

use crate::app::event::{Border, Target};
use crate::app::key::{Code, Key};
use crate::app::{Event, State};
use crate::view;
use crossterm::event::{
    Event as Told, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use futures_util::StreamExt;
use std::future::poll_fn;
use std::task::Poll;

/// Rows that one notch of the wheel moves.
const WHEEL: i32 = 3;

/// The terminal's events. Paused while another program has the terminal.
pub(super) struct Input {
    stream: Option<EventStream>,
    /// The border being dragged.
    drag: Option<Border>,
}

impl Input {
    /// Begins to listen.
    pub(super) fn new() -> Self {
        Self { stream: Some(EventStream::new()), drag: None }
    }

    /// Stops reading the terminal.
    pub(super) fn pause(&mut self) {
        self.stream = None;
    }

    /// Reads it again.
    pub(super) fn resume(&mut self) {
        self.stream = Some(EventStream::new());
    }

    /// The next event that means something; `None` when the terminal is gone.
    pub(super) async fn next(&mut self, state: &State) -> Option<Event> {
        loop {
            let Some(stream) = &mut self.stream else { return std::future::pending().await };
            let told = stream.next().await?.ok()?;
            if let Some(event) = self.event(told, state) {
                return Some(event);
            }
        }
    }

    /// An event that waits already.
    ///
    /// The stream is polled with this task's own waker: it keeps the first waker it was given, and one that does nothing
    /// would leave the program deaf.
    pub(super) async fn ready(&mut self, state: &State) -> Option<Event> {
        loop {
            let stream = self.stream.as_mut()?;
            let told = poll_fn(|context| match stream.poll_next_unpin(context) {
                Poll::Ready(told) => Poll::Ready(told),
                Poll::Pending => Poll::Ready(None),
            });
            let told = told.await?.ok()?;
            if let Some(event) = self.event(told, state) {
                return Some(event);
            }
        }
    }

    fn event(&mut self, told: Told, state: &State) -> Option<Event> {
        match told {
            Told::Key(key) => key_of(key).map(Event::Key),
            Told::Paste(text) => Some(Event::Pasted(text)),
            Told::Resize(columns, rows) => Some(Event::Resized(columns, rows)),
            Told::Mouse(mouse) => self.mouse(mouse, state),
            Told::FocusGained => Some(Event::FocusGained),
            Told::FocusLost => None,
        }
    }

    fn mouse(&mut self, mouse: MouseEvent, state: &State) -> Option<Event> {
        let at = || view::hit(state, state.size, mouse.column, mouse.row);
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                let target = at();
                self.drag = match target {
                    Target::Border(border) => Some(border),
                    _ => None,
                };
                self.drag.is_none().then_some(Event::Clicked(target))
            }
            MouseEventKind::Drag(MouseButton::Left) => self.drag.map(|b| Event::Dragged(b, mouse.column, mouse.row)),
            MouseEventKind::Up(MouseButton::Left) => {
                self.drag = None;
                None
            }
            MouseEventKind::ScrollDown => Some(Event::Wheeled(at(), WHEEL)),
            MouseEventKind::ScrollUp => Some(Event::Wheeled(at(), -WHEEL)),
            _ => None,
        }
    }
}

/// A key as the program knows it. Releases, which some terminals tell too, are none.
fn key_of(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let code = match event.code {
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(n) => Code::F(n),
        _ => return None,
    };
    let held = |m: KeyModifiers| event.modifiers.contains(m);
    // On some layouts AltGr is told as ctrl and alt with the character that it gives.
    let alt_gr = held(KeyModifiers::CONTROL)
        && held(KeyModifiers::ALT)
        && matches!(code, Code::Char(c) if !c.is_ascii_alphanumeric());
    let shift = held(KeyModifiers::SHIFT) && !matches!(code, Code::Char(_) | Code::BackTab);
    Some(Key { code, ctrl: held(KeyModifiers::CONTROL) && !alt_gr, alt: held(KeyModifiers::ALT) && !alt_gr, shift })
}
