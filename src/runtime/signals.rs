//! Signals: those that end, stop and continue the program.

use std::io;

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(unix), expect(dead_code, reason = "there is nothing to stop and continue"))]
pub(super) enum Signal {
    /// To end; its number.
    End(u8),
    /// To stop until it is continued.
    Stop,
    /// It was continued after somebody else stopped it.
    Continue,
}

#[cfg(unix)]
mod system {
    use super::{Signal, io};
    use futures_util::FutureExt;
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::io::Errno;
    use std::sync::Arc;
    use tokio::signal::unix::{Signal as Stream, SignalKind, signal};
    use tokio::sync::Notify;

    /// `SIGTSTP` is 20 on Linux and 18 on macOS and the BSDs.
    const STOP: i32 = if cfg!(any(target_os = "linux", target_os = "android")) { 20 } else { 18 };
    /// `SIGCONT` is 18 on Linux and 19 on macOS and the BSDs.
    const CONTINUE: i32 = if cfg!(any(target_os = "linux", target_os = "android")) { 18 } else { 19 };

    /// The signals that are listened to.
    pub(crate) struct Signals {
        terminate: Stream,
        hang_up: Stream,
        interrupt: Stream,
        stop: Stream,
        continued: Stream,
        gone: Arc<Notify>,
    }

    impl Signals {
        pub(crate) fn new() -> io::Result<Self> {
            Ok(Self {
                terminate: signal(SignalKind::terminate())?,
                hang_up: signal(SignalKind::hangup())?,
                interrupt: signal(SignalKind::interrupt())?,
                stop: signal(SignalKind::from_raw(STOP))?,
                continued: signal(SignalKind::from_raw(CONTINUE))?,
                gone: watch_terminal(),
            })
        }

        /// Forgets what the keyboard has sent until now, to stop or interrupt another program.
        pub(crate) fn forget_keys(&mut self) {
            while waits(&mut self.stop) || waits(&mut self.continued) || waits(&mut self.interrupt) {}
        }

        pub(crate) async fn next(&mut self) -> Signal {
            tokio::select! {
                _ = self.terminate.recv() => Signal::End(15),
                _ = self.hang_up.recv() => Signal::End(1),
                _ = self.interrupt.recv() => Signal::End(2),
                _ = self.stop.recv() => Signal::Stop,
                _ = self.continued.recv() => Signal::Continue,
                () = self.gone.notified() => Signal::End(1),
            }
        }
    }

    fn waits(stream: &mut Stream) -> bool {
        stream.recv().now_or_never().flatten().is_some()
    }

    /// Tells when the terminal is gone without a signal: reading it would then end at once, again and again. The thread
    /// sleeps in the system until that happens.
    fn watch_terminal() -> Arc<Notify> {
        let gone = Arc::new(Notify::new());
        let tell = Arc::clone(&gone);
        std::thread::spawn(move || {
            let stdin = std::io::stdin();
            let mut wanted = [PollFd::new(&stdin, PollFlags::empty())];
            loop {
                match poll(&mut wanted, None) {
                    Err(Errno::INTR) => {}
                    Ok(_) => return tell.notify_one(),
                    // Where it cannot be watched, the signals have to do.
                    Err(_) => return,
                }
            }
        });
        gone
    }
}

#[cfg(not(unix))]
mod system {
    use super::{Signal, io};

    /// The console's own ways to end a program.
    pub(crate) struct Signals;

    impl Signals {
        pub(crate) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        pub(crate) fn forget_keys(&mut self) {}

        pub(crate) async fn next(&mut self) -> Signal {
            // Where the console cannot tell, nothing ever comes.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            Signal::End(2)
        }
    }
}

pub(super) use system::Signals;
