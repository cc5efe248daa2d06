//! Times of many runs and their percentiles, and how they are told.

use std::time::Duration;

/// How long the runs took.
#[derive(Debug, Default, Clone)]
pub struct Series(Vec<Duration>);

impl Series {
    /// One more run.
    pub fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    /// The time that this share of the runs (0 to 100) did not exceed.
    pub fn percentile(&self, percent: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
        sorted.get(at).copied().unwrap_or_default()
    }

    /// The longest.
    pub fn longest(&self) -> Duration {
        self.0.iter().max().copied().unwrap_or_default()
    }
}

/// In milliseconds, with as many digits as tell something.
pub fn ms(took: Duration) -> String {
    let value = took.as_secs_f64() * 1e3;
    match value {
        ..0.1 => format!("{value:.4}"),
        ..10.0 => format!("{value:.3}"),
        _ => format!("{value:.1}"),
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark talks on stdout")]
pub fn tell(text: &str) {
    println!("{text}");
}

/// The load of the machine, on Linux: the figures of a busy machine are to be taken as such.
pub fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}
