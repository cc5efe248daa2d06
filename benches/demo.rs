//! The demo org: how long its records take to make, a page of 2,000 rows, and how many requests a second it answers, asked
//! over loopback by clients in the same process. Prints figures; asserts nothing.

#[path = "support/figures.rs"]
mod figures;

use figures::{Series, ms, tell};
use orgdeck::auth::Sessions;
use orgdeck::demo::data::{OrgData, OrgKind, OrgSpec};
use orgdeck::demo::{self, Options};
use orgdeck::org::{Ask, Limits, Org};
use orgdeck::profile::{self, Profile};
use orgdeck::request::Request;
use orgdeck::wire;
use std::sync::Arc;
use std::time::{Duration, Instant};

type Error = Box<dyn std::error::Error>;

fn main() -> Result<(), Error> {
    tell(&format!("load at the beginning: {}", figures::load()));
    for scale in [0, 1_000_000] {
        let mut series = Series::default();
        for _ in 0..if scale == 0 { 20 } else { 2 } {
            let began = Instant::now();
            drop(std::hint::black_box(OrgData::build(&spec(scale))?));
            series.add(began.elapsed());
        }
        tell(&format!(
            "records made, scale {scale}: median {} ms, longest {} ms; {}",
            ms(series.percentile(50)),
            ms(series.longest()),
            memory()
        ));
    }
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    tokio.block_on(served())?;
    tell(&format!("load at the end: {}", figures::load()));
    Ok(())
}

fn spec(scale: usize) -> OrgSpec {
    OrgSpec {
        kind: OrgKind::Production,
        org_id: "00D5i000004RkQwEAK".to_owned(),
        name: "Acme Harbour Works".to_owned(),
        instance_name: "DEM1".to_owned(),
        scale,
        domain: "acme.example".to_owned(),
    }
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lines = status.lines().filter(|line| line.starts_with("VmHWM"));
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

async fn served() -> Result<(), Error> {
    let folder = tempfile::tempdir()?;
    let began = Instant::now();
    let demo = demo::start(Options { scale: 100_000, ..Options::default() }, &folder.path().join("demo")).await?;
    tell(&format!("start with 100,000 records, key making included: {} ms", ms(began.elapsed())));
    let profiles = profile::load(&demo.card().config);
    let person = profiles.start().ok_or("the demo has no profile")?;
    let org = client()?;
    org.log_in(&person).await.map_err(|failure| failure.title)?;
    page(&org, &person).await?;
    for clients in [1, 8, 32] {
        limits(&org, &person, clients).await?;
    }
    demo.stop().await;
    Ok(())
}

fn client() -> Result<Org, Error> {
    let wire = wire::Client::new(&wire::Settings::default())?;
    let clock: orgdeck::auth::Clock = Arc::new(jiff::Timestamp::now);
    Ok(Org::new(wire.clone(), Sessions::new(wire, Arc::clone(&clock)), clock, Limits::default()))
}

/// A page of 2,000 rows, read and indexed.
async fn page(org: &Org, person: &Profile) -> Result<(), Error> {
    let mut series = Series::default();
    for _ in 0..100 {
        let began = Instant::now();
        let request = Request::get("SELECT Id, Name, StageName, Amount, CloseDate, Owner.Name FROM Opportunity");
        let answer = org.ask(Ask::new(person.clone(), request)).await.map_err(|failure| failure.title)?;
        series.add(began.elapsed());
        if !answer.ok() {
            return Err("the page was refused".into());
        }
    }
    tell(&format!(
        "a page of 2,000 rows, 6 columns: median {} ms, p95 {} ms",
        ms(series.percentile(50)),
        ms(series.percentile(95))
    ));
    Ok(())
}

/// `limits`, asked by several clients at once with plain HTTP, a connection each.
async fn limits(org: &Org, person: &Profile, clients: usize) -> Result<(), Error> {
    const TIME: Duration = Duration::from_secs(3);
    let token = org.log_in(person).await.map_err(|failure| failure.title)?;
    let url = format!("{}/services/data/v67.0/limits", token.instance_url.as_str().trim_end_matches('/'));
    let last = Instant::now() + TIME;
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let (url, bearer) = (url.clone(), token.access_token.expose().to_owned());
            tokio::spawn(async move {
                let http = reqwest::Client::builder().no_proxy().build()?;
                let mut count = 0_u32;
                while Instant::now() < last {
                    http.get(&url).bearer_auth(&bearer).send().await?.error_for_status()?.bytes().await?;
                    count += 1;
                }
                Ok::<_, reqwest::Error>(count)
            })
        })
        .collect();
    let mut all = 0;
    for task in tasks {
        all += task.await??;
    }
    let rate = f64::from(all) / TIME.as_secs_f64();
    tell(&format!("limits, {clients} clients in the same process: {rate:.0} requests a second"));
    Ok(())
}
