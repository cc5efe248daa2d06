//! Other programs that get the terminal for a while: an editor, a pager. They start without a shell, see the files they
//! are given, and the screen comes back however they end. Must not know what is in those files.
//!
//! ```text
//! input pauses ─▶ screen leaves ─▶ program runs ─▶ screen is taken again ─▶ input goes on, keys meant for it forgotten
//! ```

use super::input::Input;
use super::signals::Signals;
use super::terminal::Screen;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

/// What another program needs to get the terminal, and this one to get it back.
pub(super) struct Stage<'a> {
    /// Left and taken again.
    pub(super) screen: &'a mut Screen,
    /// Paused meanwhile.
    pub(super) input: &'a mut Input,
    /// Those that the keyboard sends to both programs are forgotten.
    pub(super) signals: &'a mut Signals,
    /// Whether the mouse is captured afterwards.
    pub(super) mouse: bool,
}

impl Stage<'_> {
    /// Opens a file in a program (its name and arguments as words) and waits for its end.
    ///
    /// # Errors
    /// Where it cannot be started, or the terminal not taken again.
    pub(super) fn open(&mut self, program: &str, file: &Path) -> io::Result<()> {
        self.input.pause();
        self.screen.leave();
        // `code --wait` and the like: words, no shell.
        let mut words = program.split_whitespace();
        let ended = Command::new(words.next().unwrap_or(program)).args(words).arg(file).spawn().and_then(wait);
        let back = self.screen.resume(self.mouse);
        self.input.resume();
        // ctrl-c and ctrl-z were meant for the other program.
        self.signals.forget_keys();
        ended.and(back)
    }
}

/// The user's editor, as words.
pub(super) fn editor() -> String {
    first_of(&["VISUAL", "EDITOR"], if cfg!(windows) { "notepad" } else { "vi" })
}

/// The user's pager, as words.
pub(super) fn pager() -> String {
    first_of(&["PAGER"], if cfg!(windows) { "more" } else { "less" })
}

fn first_of(names: &[&str], otherwise: &str) -> String {
    let set = names.iter().find_map(|name| std::env::var(name).ok().filter(|words| !words.trim().is_empty()));
    set.unwrap_or_else(|| otherwise.to_owned())
}

/// Where something typed with `~` lies.
pub(super) fn home(typed: &str) -> PathBuf {
    let rest = typed.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/'));
    match (rest, directories::BaseDirs::new()) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest.trim_start_matches('/')),
        _ => PathBuf::from(typed),
    }
}

/// Waits until it has ended. While it is stopped this program is stopped as well, so that the shell has its prompt.
#[cfg(unix)]
fn wait(child: Child) -> io::Result<()> {
    use rustix::process::{Pid, Signal, WaitOptions, kill_current_process_group, waitpid};
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    loop {
        match waitpid(pid, WaitOptions::UNTRACED) {
            Ok(Some((_, status))) if status.stopped() => kill_current_process_group(Signal::STOP)?,
            Ok(_) => return Ok(()),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Waits until it has ended.
#[cfg(not(unix))]
fn wait(mut child: Child) -> io::Result<()> {
    child.wait().map(|_| ())
}
