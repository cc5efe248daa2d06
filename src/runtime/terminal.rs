//! The terminal: taken at the start, given back however the program ends.

use super::pictures::{ALL_GONE, Hung};
use crate::view::Hanging;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste, EnableFocusChange,
    EnableMouseCapture,
};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::backend::CrosstermBackend;
use ratatui::style::Style;
use ratatui::{Frame, Terminal};
use std::cell::Cell;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the terminal is ours now: the panic hook and every exit look here.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether the terminal keeps pictures of ours, which no text wipes out.
static PICTURES: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours.
pub(super) struct Screen {
    /// The pictures that it draws by itself.
    hung: Hung,
    /// Never dropped: dropping it writes to a terminal that may be gone, and complains on one.
    terminal: ManuallyDrop<Terminal<CrosstermBackend<BufWriter<Stdout>>>>,
}

impl Screen {
    /// Takes the terminal.
    pub(super) fn enter() -> io::Result<Self> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "there is no terminal to draw on"));
        }
        give_back_on_panic();
        take()?;
        let backend = CrosstermBackend::new(BufWriter::with_capacity(64 << 10, io::stdout()));
        Ok(Self { hung: Hung::default(), terminal: ManuallyDrop::new(Terminal::new(backend)?) })
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// Draws what changed.
    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(draw).map(|_| ())
    }

    /// Shows these pictures, which the terminal draws by itself over what was drawn, and no others.
    pub(super) fn hang(&mut self, wanted: &[Hanging], ground: Style) -> io::Result<()> {
        let sequence = self.hung.change(wanted, ground);
        if sequence.is_empty() {
            return Ok(());
        }
        PICTURES.store(self.hung.are_kept(), Ordering::SeqCst);
        self.write(&sequence)
    }

    /// Draws everything anew the next time. A terminal that was made small and large again has lost what stood outside,
    /// though its size may be what it was at the last drawing.
    pub(super) fn forget(&mut self) -> io::Result<()> {
        // Ratatui's own `clear` asks the terminal where its cursor is and waits for the answer, which some never give.
        let size = self.terminal.size()?;
        let taken_down = self.hung.change(&[], Style::new());
        self.write(&taken_down)?;
        self.terminal.resize(size.into())
    }

    /// Mouse events, or the terminal's own selecting of text.
    pub(super) fn capture_mouse(&mut self, on: bool) -> io::Result<()> {
        if on { execute!(io::stdout(), EnableMouseCapture) } else { execute!(io::stdout(), DisableMouseCapture) }
    }

    /// Writes bytes that are not part of a frame (the clipboard's sequence).
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout();
        out.write_all(bytes)?;
        out.flush()
    }

    /// Gives the terminal back for another program, or for good.
    pub(super) fn leave(&mut self) {
        give_back();
    }

    /// Takes it again and draws everything anew.
    pub(super) fn resume(&mut self, mouse: bool) -> io::Result<()> {
        take()?;
        if mouse {
            self.capture_mouse(true)?;
        }
        self.forget()
    }

    /// Stops the process group, as ctrl-z in a shell does; comes back when it is continued.
    pub(super) fn suspend(&mut self, mouse: bool) -> io::Result<()> {
        #[cfg(unix)]
        {
            give_back();
            rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?;
            self.resume(mouse)?;
        }
        #[cfg(not(unix))]
        let _ = mouse;
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange)
}

/// Gives the terminal back, once; errors are of no use to anybody here.
fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        if PICTURES.swap(false, Ordering::SeqCst) {
            let _ = io::stdout().write_all(ALL_GONE);
        }
        let _ = execute!(
            io::stdout(),
            DisableMouseCapture,
            DisableBracketedPaste,
            DisableFocusChange,
            LeaveAlternateScreen,
            crossterm::cursor::Show
        );
        let _ = disable_raw_mode();
    }
}

thread_local! {
    /// Whether a panic on this thread is caught where it falls.
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Runs what works on bytes of a stranger with code of others. A panic in it is no result, and the screen stays as it is.
pub(super) fn unshaken<T>(work: impl FnOnce() -> T) -> Option<T> {
    CAUGHT.set(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    CAUGHT.set(false);
    result.ok()
}

/// A panic's message is for the ordinary screen, so the terminal is given back first.
fn give_back_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if CAUGHT.get() {
                return;
            }
            give_back();
            before(info);
        }));
    });
}

/// Width and height of a cell in pixels, as the driver knows it; the terminal itself is not asked. 0 where it is not known.
pub(super) fn cell() -> (u16, u16) {
    let size = crossterm::terminal::window_size();
    let of = |pixels: u16, cells: u16| pixels.checked_div(cells).unwrap_or(0);
    size.map_or((0, 0), |size| (of(size.width, size.columns), of(size.height, size.rows)))
}
