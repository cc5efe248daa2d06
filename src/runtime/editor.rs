//! Waiting for another program that has the terminal: an editor. Stopped with ctrl-z, it takes this program with it.

use std::io;
use std::process::Child;

/// Waits until it has ended. While it is stopped this program is stopped as well, so that the shell has its prompt.
#[cfg(unix)]
pub(super) fn wait(child: Child) -> io::Result<()> {
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
pub(super) fn wait(mut child: Child) -> io::Result<()> {
    child.wait().map(|_| ())
}
