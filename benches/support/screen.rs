//! The program in a pseudo-terminal: keys in, the screen out, and what the system says of its process.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

type Error = Box<dyn std::error::Error>;

/// A program on a screen of 200x60.
pub struct Program {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    parser: vt100::Parser,
    /// When the last key was written, or the process started.
    began: Instant,
    _terminal: Box<dyn MasterPty + Send>,
}

impl Program {
    /// Starts it with a config folder of its own.
    pub fn start(binary: &str, config: &Path, arguments: &[&str]) -> Result<Self, Error> {
        let terminal = native_pty_system().openpty(PtySize { rows: 60, cols: 200, ..PtySize::default() })?;
        let mut command = CommandBuilder::new(binary);
        command.arg("--config");
        command.arg(config);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        let mut reader = terminal.master.try_clone_reader()?;
        let writer = terminal.master.take_writer()?;
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut piece = vec![0; 1 << 16];
            while let Ok(count) = reader.read(&mut piece) {
                let bytes = piece.get(..count).unwrap_or_default().to_vec();
                if count == 0 || sender.send((Instant::now(), bytes)).is_err() {
                    break;
                }
            }
        });
        let began = Instant::now();
        let child = terminal.slave.spawn_command(command)?;
        Ok(Self {
            child,
            writer,
            output,
            parser: vt100::Parser::new(60.try_into()?, 200.try_into()?, 0),
            began,
            _terminal: terminal.master,
        })
    }

    /// Reads until the screen shows it; the time since the last keys (or the start) until its bytes came.
    pub fn until(&mut self, what: &str, shown: impl Fn(&str) -> bool) -> Result<Duration, Error> {
        let last = Instant::now() + crate::PATIENCE;
        let mut at = self.began;
        loop {
            let screen = self.parser.screen().contents();
            if shown(&screen) {
                return Ok(at.saturating_duration_since(self.began));
            }
            match self.output.recv_timeout(last.saturating_duration_since(Instant::now())) {
                Ok((when, bytes)) => {
                    self.parser.process(&bytes);
                    at = when;
                }
                Err(_) => return Err(format!("{what} did not show; the screen is\n{screen}").into()),
            }
        }
    }

    /// Reads for this long; tells how many bytes came.
    pub fn read_for(&mut self, time: Duration) -> usize {
        let last = Instant::now() + time;
        let mut count = 0;
        loop {
            match self.output.recv_timeout(last.saturating_duration_since(Instant::now())) {
                Ok((_, bytes)) => {
                    count += bytes.len();
                    self.parser.process(&bytes);
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return count,
            }
        }
    }

    /// Types.
    pub fn keys(&mut self, text: &str) -> Result<(), Error> {
        self.began = Instant::now();
        self.writer.write_all(text.as_bytes())?;
        self.writer.flush()?;
        Ok(())
    }

    fn proc(&self, file: &str) -> String {
        let id = self.child.process_id().unwrap_or(0);
        std::fs::read_to_string(format!("/proc/{id}/{file}")).unwrap_or_default()
    }

    /// Hundredths of a second of CPU that it used.
    pub fn ticks(&self) -> u64 {
        let stat = self.proc("stat");
        let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
        after.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum()
    }

    /// Resident, of that its own, and the most it ever was.
    pub fn memory(&self) -> String {
        let status = self.proc("status");
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            let kib: u64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
            format!("{}.{} MiB", kib / 1024, kib % 1024 * 10 / 1024)
        };
        format!(
            "resident {} (anonymous {}, files {}), peak {}",
            field("VmRSS"),
            field("RssAnon"),
            field("RssFile"),
            field("VmHWM")
        )
    }

    /// Ends it.
    pub fn end(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
