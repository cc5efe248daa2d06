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
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};

type Error = Box<dyn std::error::Error>;

fn main() -> Result<(), Error> {
    tell(&format!("load at the beginning: {}", figures::load()));
    made(0, 20)?;
    made(1_000_000, 2)?;
    million()?;
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    tokio.block_on(served())?;
    tell(&format!("load at the end: {}", figures::load()));
    Ok(())
}

fn made(scale: usize, times: usize) -> Result<(), Error> {
    let mut series = Series::default();
    for _ in 0..times {
        let began = Instant::now();
        drop(std::hint::black_box(OrgData::build(&spec(scale))?));
        series.add(began.elapsed());
    }
    tell(&format!(
        "records made, scale {scale}: median {} ms, longest {} ms; {}",
        ms(series.percentile(50)),
        ms(series.longest()),
        memory("VmHWM")
    ));
    Ok(())
}

/// A million records without HTTP: pages, a walk through all of one object, searches; and the memory of each.
fn million() -> Result<(), Error> {
    const SOQL: &str = "SELECT Id, Name, StageName, Amount, CloseDate, Owner.Name FROM Opportunity";
    let org = OrgData::build(&spec(1_000_000))?;
    let admin = org.users().first().map(|user| user.id.clone()).ok_or("no user")?;
    let viewer = org.viewer(&admin).ok_or("no viewer")?;
    tell(&format!("a million records there: {}", memory("VmRSS")));
    let mut series = Series::default();
    for _ in 0..100 {
        let began = Instant::now();
        std::hint::black_box(viewer.query_text("67.0", SOQL, false, 2_000).map_err(|error| error.message)?);
        series.add(began.elapsed());
    }
    tell(&format!(
        "a page of 2,000 rows, 6 columns, made: median {} ms, p95 {} ms",
        ms(series.percentile(50)),
        ms(series.percentile(95))
    ));
    for soql in ["SELECT Id, Name FROM Contact", "SELECT Id, Name FROM Contact ORDER BY Email"] {
        let began = Instant::now();
        let mut page = viewer.query("67.0", soql, true, 2_000).map_err(|error| error.message)?;
        let (mut pages, mut rows) = (1, 0);
        loop {
            rows += page.get("records").and_then(Value::as_array).map_or(0, Vec::len);
            let Some(next) = page.get("nextRecordsUrl").and_then(Value::as_str).and_then(|url| url.rsplit('/').next())
            else {
                break;
            };
            page = viewer.query_more("67.0", next, 2_000).map_err(|error| error.message)?;
            pages += 1;
        }
        let took = ms(began.elapsed());
        tell(&format!("{soql}: {rows} rows in {pages} pages, {took} ms; {}", memory("VmRSS")));
    }
    for sosl in
        ["FIND {lantern} IN NAME FIELDS RETURNING Account(Id, Name)", "FIND {lantern}", "FIND {lan* AND NOT rope}"]
    {
        for turn in ["first", "second"] {
            let began = Instant::now();
            let found = viewer.search("67.0", sosl).map_err(|error| error.message)?;
            let count = found.get("searchRecords").and_then(Value::as_array).map_or(0, Vec::len);
            tell(&format!("{sosl}, {turn} time: {count} found, {} ms; {}", ms(began.elapsed()), memory("VmRSS")));
        }
    }
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

fn memory(what: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lines = status.lines().filter(|line| line.starts_with(what));
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

async fn served() -> Result<(), Error> {
    started().await?;
    let folder = tempfile::tempdir()?;
    let began = Instant::now();
    let demo = demo::start(Options { scale: 100_000, ..Options::default() }, &folder.path().join("demo")).await?;
    tell(&format!("start with 100,000 records, key making included: {} ms", ms(began.elapsed())));
    let profiles = profile::load(&demo.card().config);
    let person = profiles.start().ok_or("the demo has no profile")?;
    let org = client()?;
    org.log_in(&person).await.map_err(|failure| failure.title)?;
    page(&org, &person).await?;
    plain_page(&org, &person).await?;
    for clients in [1, 8, 32] {
        limits(&org, &person, clients).await?;
    }
    demo.stop().await;
    Ok(())
}

/// Starts at the default size: all of it, and without the time in which nothing but keys was waited for.
async fn started() -> Result<(), Error> {
    let (mut all, mut rest) = (Series::default(), Series::default());
    for _ in 0..20 {
        let folder = tempfile::tempdir()?;
        let began = Instant::now();
        let demo = demo::start(Options::default(), &folder.path().join("demo")).await?;
        let took = began.elapsed();
        all.add(took);
        rest.add(took.saturating_sub(demo.waited_for_keys()));
        demo.stop().await;
    }
    tell(&format!(
        "start at the default size: median {} ms; without waiting for keys median {} ms, p95 {} ms",
        ms(all.percentile(50)),
        ms(rest.percentile(50)),
        ms(rest.percentile(95))
    ));
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

/// The same page, read by a plain client that does not look at it; with and without compression.
async fn plain_page(org: &Org, person: &Profile) -> Result<(), Error> {
    let token = org.log_in(person).await.map_err(|failure| failure.title)?;
    let soql = "SELECT+Id,Name,StageName,Amount,CloseDate,Owner.Name+FROM+Opportunity";
    let root = token.instance_url.as_str().trim_end_matches('/');
    let url = format!("{root}/services/data/v67.0/query?q={soql}");
    let http = reqwest::Client::builder().no_proxy().build()?;
    for encoding in ["identity", "gzip"] {
        let mut series = Series::default();
        let mut size = 0;
        for _ in 0..100 {
            let began = Instant::now();
            let request = http.get(&url).bearer_auth(token.access_token.expose()).header("accept-encoding", encoding);
            size = request.send().await?.error_for_status()?.bytes().await?.len();
            series.add(began.elapsed());
        }
        tell(&format!(
            "a page of 2,000 rows over HTTP, {encoding}: {size} bytes, median {} ms, p95 {} ms",
            ms(series.percentile(50)),
            ms(series.percentile(95))
        ));
    }
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
