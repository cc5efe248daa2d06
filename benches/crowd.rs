//! A crowd at the demo org: a thousand clients at once for a minute against `orgdeck demo --serve`, each doing what chance
//! says, every answer checked. Tells requests a second, times, and what became of the server's memory and files.
//!
//! `CROWD_CLIENTS`, `CROWD_SECONDS` and `CROWD_SEED` change its size and its chance. A wrong answer ends it with code 1.

#[path = "support/crowd/client.rs"]
mod client;
#[path = "support/figures.rs"]
mod figures;
#[path = "support/crowd/served.rs"]
mod served;

use client::{Client, Tally};
use figures::{Series, ms, tell};
use served::Served;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Wrong answers that are told one by one.
const TOLD: usize = 10;

fn main() -> Result<ExitCode, Error> {
    let number =
        |name: &str, default: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (clients, seconds) = (number("CROWD_CLIENTS", 1_000), number("CROWD_SECONDS", 60));
    let seed = number("CROWD_SEED", 1);
    tell(&format!("load at the beginning: {}", figures::load()));
    let served = Served::start()?;
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let tally = tokio.block_on(crowd(&served, clients, Duration::from_secs(seconds), seed))?;
    // The clients' connections are closed: what the server holds now is what it keeps.
    drop(tokio);
    served.settle();
    tell(&format!("all gone: server {}", served.figures()));
    tell(&format!("load at the end: {}", figures::load()));
    Ok(if tally.wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn crowd(served: &Served, clients: u64, time: Duration, seed: u64) -> Result<Tally, Error> {
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(usize::MAX)
        .timeout(Duration::from_secs(60))
        .build()?;
    let card = Arc::new(served.card().clone());
    let warm =
        Client::new(http.clone(), Arc::clone(&card), 0, seed)?.run(Instant::now() + Duration::from_secs(2)).await;
    tell(&format!(
        "one client for 2 s: {} requests, {} wrong; server {}",
        warm.times.len(),
        warm.wrong.len(),
        served.figures()
    ));
    let last = Instant::now() + time;
    let mut tasks = Vec::new();
    for index in 0..clients {
        let client = Client::new(http.clone(), Arc::clone(&card), index, seed.wrapping_add(index))?;
        tasks.push(tokio::spawn(client.run(last)));
    }
    for part in 1..=4_u32 {
        tokio::time::sleep_until((last - time + time * part / 4).into()).await;
        tell(&format!("after {:.0} s: server {}", (time * part / 4).as_secs_f64(), served.figures()));
    }
    let mut all = warm;
    let from = all.times.len();
    for task in tasks {
        all.join(task.await?);
    }
    let mut series = Series::default();
    all.times.iter().skip(from).for_each(|took| series.add(*took));
    let count = all.times.len() - from;
    tell(&format!(
        "{clients} clients, {} s: {count} requests, {:.0} a second; median {} ms, p99 {} ms, longest {} ms",
        time.as_secs(),
        count as f64 / time.as_secs_f64(),
        ms(series.percentile(50)),
        ms(series.percentile(99)),
        ms(series.longest())
    ));
    for (name, done) in &all.done {
        tell(&format!("  {name:<12} {done}"));
    }
    tell(&format!("wrong answers: {}", all.wrong.len()));
    all.wrong.iter().take(TOLD).for_each(|wrong| tell(&format!("  {wrong}")));
    Ok(all)
}
