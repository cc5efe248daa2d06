//! How fast a history of 100,000 exchanges is searched, read and written, and how big its file is. Makes its own answers.

#[path = "support/figures.rs"]
mod figures;

use figures::{Series, load, ms, tell};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use orgdeck::json::Document;
use orgdeck::profile::{HistorySettings, ProfileId};
use orgdeck::request::{AnswerBody, Exchange, PastQuery, Record, Request, Timing, Variables};
use orgdeck::secret::Secret;
use orgdeck::store::history::{Archive, HISTORY_FILE};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

type Error = Box<dyn std::error::Error>;

const EXCHANGES: usize = 100_000;
/// Rows that the screen asks for at once.
const WINDOW: usize = 240;
const OBJECTS: [&str; 8] = ["Account", "Contact", "Case", "Lead", "Opportunity", "Task", "Event", "Asset__c"];

/// Whose numbers look random: splitmix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % below.max(1) as u64).unwrap_or(0)
    }

    fn id(&mut self, prefix: &str) -> String {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let tail: String =
            (0..9).filter_map(|_| letters.get(self.roll(letters.len()))).map(|b| char::from(*b)).collect();
        format!("{prefix}5i0000{tail}AAA")
    }
}

/// A query's first rows, a record, or an error: some hundred bytes to some KiB.
fn answer(dice: &mut Dice, status: u16, object: &str) -> String {
    if status >= 400 {
        return format!(
            r#"[{{"message":"No such column 'X{}__c' on entity '{object}'","errorCode":"INVALID_FIELD"}}]"#,
            dice.roll(500)
        );
    }
    let rows: Vec<String> = (0..1 + dice.roll(12))
        .map(|_| {
            let (id, owner) = (dice.id("001"), dice.roll(900));
            format!(
                r#"{{"attributes":{{"type":"{object}","url":"/services/data/v67.0/sobjects/{object}/{id}"}},"Id":"{id}","Name":"Name {owner} Ltd","Owner":{{"Name":"Owner {owner}"}},"Amount":{}}}"#,
                dice.roll(1_000_000)
            )
        })
        .collect();
    format!(r#"{{"totalSize":{},"done":true,"records":[{}]}}"#, rows.len(), rows.join(","))
}

fn record(dice: &mut Dice, number: usize) -> Record {
    let object = OBJECTS.get(dice.roll(OBJECTS.len())).copied().unwrap_or("Account");
    let status = if dice.roll(20) == 0 { 400 } else { 200 };
    let method = if dice.roll(6) == 0 { "PATCH" } else { "GET" };
    let address = format!("sobjects/{object}/{}", dice.id("001"));
    let at = Timestamp::from_second(1_780_000_000 + i64::try_from(number * 60).unwrap_or(0)).unwrap_or_default();
    let exchange = Exchange {
        who: ProfileId { app: format!("app{}", dice.roll(5)), username: format!("user{}@acme.example", dice.roll(40)) },
        at,
        method: method.to_owned(),
        url: format!("https://acme.my.salesforce.com/services/data/v67.0/{address}"),
        sent_headers: vec![("accept".to_owned(), "application/json".to_owned())],
        sent_bytes: 0,
        with_identity: true,
        status,
        version: "HTTP/2",
        headers: vec![("Content-Type".to_owned(), "application/json;charset=UTF-8".to_owned())],
        body: AnswerBody::Json(Arc::new(Document::parse(answer(dice, status, object).into_bytes()))),
        wire_bytes: 400,
        timing: Timing { total: Duration::from_micros(182_000), ..Timing::default() },
        notes: Vec::new(),
        cut: None,
        trouble: None,
    };
    let mut request = Request::get(address);
    request.method = method.to_owned();
    let mut record = Record::new(Arc::new(exchange), request, &Variables::new());
    record.org_id = "00D5i000004RkQwEAK".to_owned();
    record.instance = "https://acme.my.salesforce.com".to_owned();
    record.secrets = vec![Secret::new("00D5i000004RkQw!AQ4AQPnotintheanswers")];
    record
}

fn size(file: &Path) -> u64 {
    let of = |end: &str| std::fs::metadata(format!("{}{end}", file.display())).map_or(0, |about| about.len());
    of("") + of("-wal")
}

fn main() -> Result<(), Error> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(HISTORY_FILE);
    let bounds = HistorySettings { on: true, keep: 1_000_000, body_kib: 256, total_mib: 65_536 };
    let (mut archive, _) = Archive::open(&file, bounds)?;
    let mut dice = Dice(7);
    let (mut kept, mut bytes) = (Series::default(), 0);
    tell(&format!("load at the start: {}", load()));
    for number in 0..EXCHANGES {
        let record = record(&mut dice, number);
        bytes += record.exchange.body.len();
        let began = Instant::now();
        archive.keep(&record)?;
        kept.add(began.elapsed());
    }
    let (median, slow, longest) = (ms(kept.percentile(50)), ms(kept.percentile(99)), ms(kept.longest()));
    tell(&format!("keep one of {EXCHANGES}: median {median} ms, p99 {slow} ms, longest {longest} ms"));
    let mib = |bytes: u64| bytes >> 20;
    tell(&format!("answers {} MiB in all; the file {} MiB", mib(bytes), mib(size(&file))));
    search(&mut archive)?;
    let began = Instant::now();
    let (again, _) = Archive::open(&file, bounds)?;
    tell(&format!("open it: {} ms", ms(began.elapsed())));
    drop(again);
    tell(&format!("load at the end: {}", load()));
    Ok(())
}

fn search(archive: &mut Archive) -> Result<(), Error> {
    tell("| looked for | fit | median, ms | longest, ms |\n|---|---|---|---|");
    for (line, first) in [
        ("", 0),
        ("", EXCHANGES - WINDOW),
        ("Opportunity", 0),
        ("Opp", 0),
        ("name", 0),
        ("\"no such column\"", 0),
        ("Owner 77", 0),
        ("nosuchword", 0),
        ("sobjects/Case", 0),
        ("status:4xx", 0),
        ("status:404", 0),
        ("method:PATCH user:user17", 0),
        ("org:app3 after:2026-08-01", 0),
        ("Account status:4xx", 0),
        ("name method:PATCH", 0),
        ("name method:PATCH", 10_000),
    ] {
        let (query, _) = PastQuery::parse(line, Timestamp::from_second(1_790_000_000)?, &TimeZone::UTC);
        let never = Arc::new(AtomicBool::new(false));
        let (mut took, mut total) = (Series::default(), 0);
        for _ in 0..20 {
            let began = Instant::now();
            total = archive.read(&query, first, WINDOW, &never)?.total;
            took.add(began.elapsed());
        }
        let line = if first > 0 { format!("{line} from {first} on") } else { line.to_owned() };
        tell(&format!("| `{line}` | {total} | {} | {} |", ms(took.percentile(50)), ms(took.longest())));
    }
    Ok(())
}
