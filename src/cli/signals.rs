//! The signals that end a command. The first one lets it drop what it waits for, so that its files go; whoever sends a
//! second one does not want to wait for that.

use std::sync::atomic::{AtomicU8, Ordering};
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// The first signal's number; 0 while none came.
static CAME: AtomicU8 = AtomicU8::new(0);

/// The signal that came, if one did.
pub(super) fn came() -> Option<u8> {
    Some(CAME.load(Ordering::Relaxed)).filter(|number| *number != 0)
}

/// Tells of the first signal.
#[derive(Clone)]
pub(super) struct Ending(watch::Receiver<Option<u8>>);

impl Ending {
    /// Listens from now on. A worker of this runtime does, whatever the main thread waits for.
    pub(super) fn listen(tokio: &Runtime) -> Self {
        let (tell, told) = watch::channel(None);
        let _inside = tokio.enter();
        let mut signals = system::Signals::new();
        tokio.spawn(async move {
            loop {
                let number = signals.next().await;
                if tell.send_replace(Some(number)).is_some() {
                    let _ = crossterm::terminal::disable_raw_mode();
                    std::process::exit(128 + i32::from(number));
                }
                CAME.store(number, Ordering::Relaxed);
            }
        });
        Self(told)
    }

    /// Waits for the first signal; its number.
    pub(super) async fn wait(&self) -> u8 {
        let mut told = self.0.clone();
        loop {
            let number = *told.borrow_and_update();
            match number {
                Some(number) => return number,
                None if told.changed().await.is_err() => std::future::pending::<()>().await,
                None => {}
            }
        }
    }
}

#[cfg(unix)]
mod system {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// Those that are listened to; one that cannot be does what it always did.
    pub(super) struct Signals {
        interrupt: Option<Signal>,
        terminate: Option<Signal>,
        hang_up: Option<Signal>,
    }

    impl Signals {
        pub(super) fn new() -> Self {
            let ignored = ignored();
            // Whoever started the program with a signal ignored, as nohup does, means it.
            let listen = |kind: SignalKind| {
                let bit = u32::try_from(kind.as_raw_value() - 1).ok().and_then(|n| 1_u64.checked_shl(n)).unwrap_or(0);
                if ignored & bit == 0 { signal(kind).ok() } else { None }
            };
            Self {
                interrupt: listen(SignalKind::interrupt()),
                terminate: listen(SignalKind::terminate()),
                hang_up: listen(SignalKind::hangup()),
            }
        }

        pub(super) async fn next(&mut self) -> u8 {
            tokio::select! {
                () = came(&mut self.interrupt) => 2,
                () = came(&mut self.terminate) => 15,
                () = came(&mut self.hang_up) => 1,
            }
        }
    }

    /// The signals that are ignored, a bit each, where the system tells.
    pub(super) fn ignored() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
    }

    async fn came(signal: &mut Option<Signal>) {
        let some = match signal {
            Some(signal) => signal.recv().await.is_some(),
            None => false,
        };
        if !some {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
mod system {
    /// The console's own way to end a program.
    pub(super) struct Signals;

    impl Signals {
        pub(super) fn new() -> Self {
            Self
        }

        pub(super) async fn next(&mut self) -> u8 {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            2
        }
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    #[test]
    fn what_is_ignored_is_told_from_what_is_not() {
        // A closed pipe is an error in Rust and no signal: 13. Nobody can ignore being killed: 9.
        let ignored = super::system::ignored();
        assert_eq!((ignored >> 12 & 1, ignored >> 8 & 1), (1, 0), "{ignored:x}");
    }
}
