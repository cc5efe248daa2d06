//! orgdeck in a pseudo-terminal: keys go in, a terminal parser keeps the screen that comes out.

use crate::home::{Home, binary};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use std::fmt::Display;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// Only a program that hangs takes this long, on any machine.
const PATIENCE: Duration = Duration::from_secs(60);

pub const ENTER: &str = "\r";
pub const ESC: &str = "\x1b";
pub const BACKSPACE: &str = "\x7f";
pub const DOWN: &str = "\x1b[B";
pub const END: &str = "\x1b[F";
pub const CTRL_C: &str = "\x03";
pub const CTRL_O: &str = "\x0f";
pub const CTRL_Z: &str = "\x1a";

/// What came out so far.
struct Output {
    parser: vt100::Parser,
    raw: Vec<u8>,
    /// Every screen that could have been read on the way, one after the other.
    screens: String,
    ended: bool,
}

/// A terminal in which orgdeck runs.
pub struct Term {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    output: Arc<(Mutex<Output>, Condvar)>,
    /// The terminal's modes before orgdeck had it.
    before: Modes,
}

/// The terminal driver's modes, to be compared.
#[derive(PartialEq, Eq)]
pub struct Modes(String);

impl Term {
    /// Starts it, 120 columns by 40 rows.
    pub fn start(home: &Home, args: &[&str]) -> Self {
        Self::sized(home, args, (120, 40))
    }

    /// Starts it in a terminal of this many columns and rows.
    pub fn sized(home: &Home, args: &[&str], size: (u16, u16)) -> Self {
        let pty = native_pty_system().openpty(pty_size(size)).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(binary());
        command.args(args);
        command.env_clear();
        for (name, value) in home.environment() {
            command.env(name, value);
        }
        command.cwd(home.path());
        let before = modes(&*pty.master);
        let child = pty.slave.spawn_command(command).expect("orgdeck starts");
        // Only the program holds the other end now, so that its end is seen.
        drop(pty.slave);
        let output = Output {
            parser: vt100::Parser::new(some(size.1), some(size.0), 0),
            raw: Vec::new(),
            screens: String::new(),
            ended: false,
        };
        let output = Arc::new((Mutex::new(output), Condvar::new()));
        let reader = pty.master.try_clone_reader().expect("its output");
        let keyboard = pty.master.take_writer().expect("its input");
        std::thread::spawn({
            let output = Arc::clone(&output);
            move || read(reader, &output)
        });
        Self { child, master: pty.master, keyboard, output, before }
    }

    /// Presses keys, or types text.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        self.keyboard.write_all(keys.as_bytes()).and_then(|()| self.keyboard.flush()).expect("the terminal takes keys");
        self
    }

    /// Where a text begins on the screen: column and row, from 0.
    pub fn place(&self, text: &str) -> (usize, usize) {
        let screen = self.screen();
        let found =
            screen.lines().enumerate().find_map(|(row, line)| Some((line.split_once(text)?.0.chars().count(), row)));
        found.unwrap_or_else(|| panic!("no {text:?} on\n{screen}"))
    }

    /// Clicks where a text begins.
    pub fn click(&mut self, text: &str) -> &mut Self {
        let at = self.place(text);
        self.click_at(at)
    }

    /// Clicks at a column and row.
    pub fn click_at(&mut self, at: (usize, usize)) -> &mut Self {
        self.press(&clicked(at))
    }

    /// Turns the wheel a notch, down or up, where a text begins.
    pub fn wheel(&mut self, text: &str, down: bool) -> &mut Self {
        let at = self.place(text);
        self.wheel_at(at, down)
    }

    /// The same at a column and row.
    pub fn wheel_at(&mut self, at: (usize, usize), down: bool) -> &mut Self {
        self.press(&mouse(if down { 65 } else { 64 }, at, 'M'))
    }

    /// Drags from one place to another.
    pub fn drag(&mut self, from: (usize, usize), to: (usize, usize)) -> &mut Self {
        self.press(&[mouse(0, from, 'M'), mouse(32, to, 'M'), mouse(0, to, 'm')].concat())
    }

    /// Pastes, as a terminal in bracketed paste mode does.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.press(&format!("\x1b[200~{text}\x1b[201~"))
    }

    /// Waits until the screen is as it should be.
    pub fn until(&mut self, what: impl Display, is: impl Fn(&str) -> bool) -> &mut Self {
        self.until_terminal(what, |terminal| is(&terminal.contents()));
        self
    }

    /// Waits until a text stands on the screen.
    pub fn shows(&mut self, text: &str) -> &mut Self {
        self.until(format_args!("{text:?} on the screen"), |screen| screen.contains(text))
    }

    /// Waits until all of these stand on the screen together.
    pub fn shows_all(&mut self, texts: &[&str]) -> &mut Self {
        self.until(format_args!("{texts:?} on the screen"), |screen| texts.iter().all(|t| screen.contains(t)))
    }

    /// Waits until a text is no longer on the screen.
    pub fn hides(&mut self, text: &str) -> &mut Self {
        self.until(format_args!("{text:?} gone from the screen"), |screen| !screen.contains(text))
    }

    /// Presses a key again and again until a text is gone: for a question that takes no answer before it can be read.
    pub fn press_until_gone(&mut self, key: &str, text: &str) -> &mut Self {
        const AGAIN: Duration = Duration::from_millis(100);
        let deadline = Instant::now() + PATIENCE;
        let output = Arc::clone(&self.output);
        while output.0.lock().expect("the reader lives").parser.screen().contents().contains(text) {
            assert!(Instant::now() < deadline, "{key:?} does not answer {text:?}; the screen shows\n{}", self.screen());
            self.press(key);
            let held = output.0.lock().expect("the reader lives");
            let there = |o: &mut Output| o.parser.screen().contents().contains(text);
            drop(output.1.wait_timeout_while(held, AGAIN, there).expect("the reader lives"));
        }
        self
    }

    /// Presses escape until a text stands there: the first may close what is offered. Seldom enough that the next key does not
    /// come right behind one, which would be alt and that key.
    pub fn leaves_for(&mut self, text: &str) -> &mut Self {
        const AGAIN: Duration = Duration::from_secs(1);
        let deadline = Instant::now() + PATIENCE;
        let output = Arc::clone(&self.output);
        while !output.0.lock().expect("the reader lives").parser.screen().contents().contains(text) {
            assert!(Instant::now() < deadline, "escape does not lead to {text:?}; the screen shows\n{}", self.screen());
            self.press(ESC);
            let held = output.0.lock().expect("the reader lives");
            let missing = |o: &mut Output| !o.parser.screen().contents().contains(text);
            drop(output.1.wait_timeout_while(held, AGAIN, missing).expect("the reader lives"));
        }
        self
    }

    /// Waits until the terminal itself is as it should be.
    pub fn until_terminal(&mut self, what: impl Display, is: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let (output, told) = &*self.output;
        let mut output = output.lock().expect("the reader lives");
        while !is(output.parser.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            let screen = output.parser.screen().contents();
            assert!(!output.ended, "orgdeck ended; waited for {what}; the terminal shows\n{screen}");
            assert!(!left.is_zero(), "waited for {what}; the screen shows\n{screen}");
            output = told.wait_timeout(output, left).expect("the reader lives").0;
        }
    }

    /// The screen as it is now.
    pub fn screen(&self) -> String {
        self.output.0.lock().expect("the reader lives").parser.screen().contents()
    }

    /// The first line of the screen that holds a text.
    pub fn line(&self, text: &str) -> String {
        let screen = self.screen();
        let line = screen.lines().find(|l| l.contains(text));
        line.unwrap_or_else(|| panic!("no line with {text:?} on\n{screen}")).to_owned()
    }

    /// The last two lines: where one is in the answer, and the keys.
    pub fn last_lines(&self) -> String {
        last_lines(&self.screen())
    }

    /// Waits until the last two lines differ from these, and no search is under way.
    pub fn until_last_lines_change(&mut self, before: &str) {
        self.until("other last lines", |screen| {
            let now = last_lines(screen);
            now != before && !now.contains("searching…")
        });
    }

    /// Every screen shown so far.
    pub fn screens(&self) -> String {
        self.output.0.lock().expect("the reader lives").screens.clone()
    }

    /// Every byte that was written to the terminal.
    pub fn bytes(&self) -> Vec<u8> {
        self.output.0.lock().expect("the reader lives").raw.clone()
    }

    /// Waits until more was written than this many bytes.
    pub fn until_more_bytes(&mut self, before: usize) -> &mut Self {
        let (output, told) = &*self.output;
        let held = output.lock().expect("the reader lives");
        let (held, late) =
            told.wait_timeout_while(held, PATIENCE, |o| o.raw.len() <= before).expect("the reader lives");
        drop(held);
        assert!(!late.timed_out(), "nothing more was drawn");
        self
    }

    /// Makes the terminal's window larger or smaller.
    pub fn resize(&mut self, size: (u16, u16)) -> &mut Self {
        self.output.0.lock().expect("the reader lives").parser.screen_mut().set_size(some(size.1), some(size.0));
        self.master.resize(pty_size(size)).expect("the terminal is resized");
        self
    }

    /// Sends a signal from outside.
    pub fn signal(&mut self, signal: Signal) -> &mut Self {
        kill_process(self.pid(), signal).expect("the signal is sent");
        self
    }

    fn pid(&self) -> Pid {
        let pid = self.child.process_id().and_then(|p| i32::try_from(p).ok()).and_then(Pid::from_raw);
        pid.expect("a process")
    }

    /// Waits until the process is stopped, as by ctrl-z in a shell.
    pub fn stopped(&mut self) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let told = waitpid(Some(self.pid()), WaitOptions::UNTRACED | WaitOptions::NOHANG).expect("its state");
            match told {
                Some((_, status)) if status.stopped() => return self,
                Some((_, status)) => panic!("it ended instead of stopping: {status:?}"),
                None => assert!(Instant::now() < deadline, "it was not stopped; the screen shows\n{}", self.screen()),
            }
            // The kernel tells a parent of this in no other way that could be waited for.
            std::thread::yield_now();
        }
    }

    /// Waits until it has ended; its exit code.
    pub fn ended(&mut self) -> u32 {
        let (output, told) = &*self.output;
        let held = output.lock().expect("the reader lives");
        let (held, late) = told.wait_timeout_while(held, PATIENCE, |o| !o.ended).expect("the reader lives");
        let screen = held.parser.screen().contents();
        drop(held);
        if late.timed_out() {
            let _ = self.child.kill();
            panic!("it did not end; the screen shows\n{screen}");
        }
        self.child.wait().expect("its exit code").exit_code()
    }

    /// Whether the driver's modes are those from before orgdeck had the terminal.
    pub fn modes_as_before(&self) -> bool {
        modes(&*self.master) == self.before
    }

    /// That the terminal is as it was before: modes, ordinary screen, cursor, paste, mouse.
    pub fn given_back(&self) {
        assert!(
            self.modes_as_before(),
            "the terminal's modes are {}, and were {}",
            modes(&*self.master).0,
            self.before.0
        );
        let output = self.output.0.lock().expect("the reader lives");
        let screen = output.parser.screen();
        assert!(!screen.alternate_screen(), "still on the alternate screen");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste is still on");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is still captured");
    }
}

/// What a terminal sends for a click at a column and row, from 0.
pub fn clicked(at: (usize, usize)) -> String {
    mouse(0, at, 'M') + &mouse(0, at, 'm')
}

/// As xterm tells it (SGR): what, where from 1, and whether it goes down.
fn mouse(what: u8, (column, row): (usize, usize), end: char) -> String {
    format!("\x1b[<{what};{};{}{end}", column + 1, row + 1)
}

impl Drop for Term {
    fn drop(&mut self) {
        // A failed test leaves nothing running. One that ended is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(mut reader: Box<dyn Read + Send>, output: &(Mutex<Output>, Condvar)) {
    let mut piece = [0; 1 << 14];
    loop {
        // Linux tells the end as an error, others as no bytes.
        let read = reader.read(&mut piece).unwrap_or(0);
        let Ok(mut held) = output.0.lock() else { return };
        let bytes = &piece[..read];
        held.parser.process(bytes);
        held.raw.extend_from_slice(bytes);
        held.ended = read == 0;
        let screen = held.parser.screen().contents();
        held.screens.push_str(&screen);
        held.screens.push('\n');
        output.1.notify_all();
        if read == 0 {
            return;
        }
    }
}

fn last_lines(screen: &str) -> String {
    let mut lines: Vec<&str> = screen.lines().rev().take(2).collect();
    lines.reverse();
    lines.join("\n")
}

fn some(cells: u16) -> NonZeroU16 {
    NonZeroU16::new(cells).expect("a terminal has cells")
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn modes(master: &dyn MasterPty) -> Modes {
    let modes = master.get_termios().expect("the terminal's modes");
    Modes(format!("{:?} {:?} {:?}", modes.local_flags, modes.input_flags, modes.output_flags))
}
