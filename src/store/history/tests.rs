//! The history on real files: what is found again, what is not kept, what happens to files that are not as they should be.

use super::*;
use crate::json::Document;
use crate::profile::ProfileId;
use crate::request::{AnswerBody, Exchange, Pair, PastPage, PastQuery, Record, Request, RequestBody, Streamed, Timing};
use crate::secret::Secret;
use jiff::tz::TimeZone;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

const NEVER: &str = "NotToBeKept77";

fn record(who: &str, method: &str, address: &str, status: u16, answer: &str) -> Record {
    let exchange = Exchange {
        who: ProfileId { app: "acme".to_owned(), username: who.to_owned() },
        at: "2026-11-24T12:00:00.123Z".parse().unwrap(),
        method: method.to_owned(),
        url: format!("https://acme.my.salesforce.com/services/data/v67.0/{address}"),
        sent_headers: vec![
            ("authorization".to_owned(), "Bearer ••••••••".to_owned()),
            ("accept".to_owned(), "*/*".to_owned()),
        ],
        sent_bytes: 12,
        with_identity: true,
        status,
        version: "HTTP/2",
        headers: vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            ("Set-Cookie".to_owned(), "sid=x".to_owned()),
        ],
        body: AnswerBody::Json(Arc::new(Document::parse(answer.as_bytes().to_vec()))),
        wire_bytes: 99,
        timing: Timing {
            connect: Some(Duration::from_micros(41)),
            total: Duration::from_micros(182_345),
            ..Timing::default()
        },
        notes: vec!["a note".to_owned()],
        cut: None,
        trouble: None,
    };
    let mut request = Request::get(address);
    request.method = method.to_owned();
    Record {
        exchange: Arc::new(exchange),
        request,
        org_id: "00Dxx0000000001EAA".to_owned(),
        instance: "https://acme.my.salesforce.com".to_owned(),
        secrets: vec![Secret::new(NEVER)],
        streamed: None,
        page_of: None,
    }
}

fn changed(mut record: Record, change: impl FnOnce(&mut Exchange)) -> Record {
    let mut exchange = (*record.exchange).clone();
    change(&mut exchange);
    record.exchange = Arc::new(exchange);
    record
}

fn memory(bounds: HistorySettings) -> Archive {
    Archive::in_memory(bounds).unwrap()
}

fn find(archive: &mut Archive, line: &str) -> PastPage {
    let now = "2026-11-24T13:00:00Z".parse().unwrap();
    let (query, wrong) = PastQuery::parse(line, now, &TimeZone::UTC);
    assert_eq!(wrong, None);
    archive.read(&query, 0, 50, &Arc::new(AtomicBool::new(false))).unwrap()
}

fn ids(archive: &mut Archive, line: &str) -> Vec<i64> {
    let page = find(archive, line);
    assert_eq!(page.total, page.rows.len(), "{line}");
    page.rows.iter().map(|row| row.id).collect()
}

#[test]
fn what_was_kept_comes_back() {
    let mut archive = memory(HistorySettings::default());
    let mut kept =
        record("ada@acme.example", "PATCH", "sobjects/Account/001", 400, r#"[{"errorCode":"X","message":"日本"}]"#);
    kept.request.params = vec![Pair { on: false, name: "a".to_owned(), value: "{{b}}".to_owned() }];
    kept.request.headers = vec![Pair::new("X-Mine", "1")];
    kept.request.body = RequestBody::Text("{\"Name\":\"{{name}}\"}".to_owned());
    let id = archive.keep(&kept).unwrap();
    let past = archive.entry(id).unwrap().unwrap();
    assert_eq!(past.request, kept.request);
    let (was, is) = (&kept.exchange, &past.exchange);
    assert_eq!((&is.who, is.at, &is.method, &is.url, is.status), (&was.who, was.at, &was.method, &was.url, 400));
    assert_eq!((is.timing, is.wire_bytes, &is.notes, is.version), (was.timing, 99, &was.notes, "HTTP/2"));
    assert_eq!(is.body.json().unwrap().bytes(), was.body.json().unwrap().bytes());
    assert_eq!(is.headers, [("Content-Type".to_owned(), "application/json".to_owned())]);
    assert_eq!(is.sent_headers, [("accept".to_owned(), "*/*".to_owned())]);
    assert!(is.cut.is_none());
    assert_eq!(
        (past.row.bytes, past.row.took, past.row.org_id.as_str()),
        (was.body.len(), was.timing.total, "00Dxx0000000001EAA")
    );
    // The one before it that was asked the same.
    let other = archive.keep(&record("bob@acme.example", "PATCH", "sobjects/Account/001", 200, "{}")).unwrap();
    let again = archive.keep(&kept).unwrap();
    let before = |of: &Request, before| archive.before(of, before).unwrap().map(|past| past.row.id);
    assert_eq!(before(&kept.request, Ok(again)), Some(id), "that with other params is another question");
    assert_eq!((before(&kept.request, Ok(id)), before(&kept.request, Err(kept.exchange.at))), (None, None));
    let later = kept.exchange.at.checked_add(jiff::Span::new().seconds(1)).unwrap();
    assert_eq!(before(&kept.request, Err(later)), Some(again));
    assert!(other > id);
    // A file stays a file.
    kept.request.body = RequestBody::File("/tmp/x.json".into());
    let id = archive.keep(&kept).unwrap();
    assert_eq!(archive.entry(id).unwrap().unwrap().request, kept.request);
    assert!(archive.entry(99).unwrap().is_none());
}

#[test]
fn words_and_filters_find_the_newest_first() {
    let mut archive = memory(HistorySettings::default());
    let mut put = |who: &str, method: &str, address: &str, status: u16, answer: &str| {
        archive.keep(&record(who, method, address, status, answer)).unwrap()
    };
    let limits = put("ada@acme.example", "GET", "limits", 200, r#"{"DailyApiRequests":{"Max":15000}}"#);
    let nope = put(
        "bob@acme.example",
        "GET",
        "sobjects/Account/nope",
        404,
        r#"[{"message":"The requested resource does not exist"}]"#,
    );
    let made =
        put("ada@acme.example", "POST", "sobjects/Account", 201, r#"{"id":"0018d00000abc12AAA","owner":"Müller"}"#);
    for (line, found) in [
        ("", vec![made, nope, limits]),
        ("sobjects/Account", vec![made, nope]),
        ("sobj", vec![made, nope]),
        ("dailyapi", vec![limits]),
        ("\"requested resource\"", vec![nope]),
        ("\"resource requested\"", vec![]),
        ("0018d00000abc12AAA", vec![made]),
        ("muller", vec![made]),
        ("ada status:2xx", vec![made, limits]),
        ("ada@acme.example", vec![made, limits]),
        ("status:404", vec![nope]),
        ("method:post", vec![made]),
        ("user:BOB", vec![nope]),
        ("org:acme.my", vec![made, nope, limits]),
        ("org:00Dxx0000000001EAA method:GET", vec![nope, limits]),
        ("org:%", vec![]),
        ("before:2026-11-24", vec![]),
        ("after:today", vec![made, nope, limits]),
        ("after:30m", vec![]),
        ("/ - \"", vec![made, nope, limits]),
        ("a\"b OR c* NEAR(", vec![]),
    ] {
        assert_eq!(ids(&mut archive, line), found, "{line}");
    }
    let page = archive.read(&PastQuery::default(), 1, 1, &Arc::new(AtomicBool::new(false))).unwrap();
    assert_eq!((page.total, page.first, page.rows[0].id), (3, 1, nope));
    assert!(archive.forget(nope).unwrap() && !archive.forget(nope).unwrap());
    assert_eq!((ids(&mut archive, "resource"), ids(&mut archive, "")), (vec![], vec![made, limits]));
    assert_eq!(archive.clear().unwrap(), 2);
    assert_eq!(find(&mut archive, "limits").total, 0);
    let again = archive.keep(&record("ada@acme.example", "GET", "limits", 200, "{}")).unwrap();
    assert!(again > made, "a number is never used twice");
    assert_eq!(ids(&mut archive, "limits"), [again]);
}

#[test]
fn a_reading_that_nobody_waits_for_ends() {
    let mut archive = memory(HistorySettings::default());
    archive.keep(&record("ada", "GET", "limits", 200, "{}")).unwrap();
    for at in 0..3000 {
        archive.db.execute("INSERT INTO exchange (at, person, method, status, took, bytes, weight) VALUES (?1, 1, 'GET', 200, 1, 1, 1)", [at]).unwrap();
    }
    let (query, _) = PastQuery::parse("status:404", jiff::Timestamp::UNIX_EPOCH, &TimeZone::UTC);
    let error = archive.read(&query, 0, 10, &Arc::new(AtomicBool::new(true))).unwrap_err();
    assert!(error.is_stopped(), "{error}");
    assert_eq!(find(&mut archive, "status:404").total, 0, "the next one is not stopped");
}

#[test]
fn the_oldest_go_by_count_and_by_bytes() {
    let mut archive = memory(HistorySettings { keep: 10, ..HistorySettings::default() });
    for at in 0..30 {
        archive.keep(&record("ada", "GET", &format!("limits?number={at}"), 200, "{}")).unwrap();
    }
    let page = find(&mut archive, "");
    assert_eq!((page.total, page.rows[0].address.as_str(), page.rows[9].id), (10, "limits?number=29", 21));
    assert_eq!(find(&mut archive, "\"number 3\"").total, 0, "what went is not found either");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(HISTORY_FILE);
    let bounds = HistorySettings { total_mib: 1, body_kib: 64, ..HistorySettings::default() };
    let (mut archive, _) = Archive::open(&file, bounds).unwrap();
    // Texts that hardly can be made smaller.
    let mut seed = 7_u64;
    let mut text = |len: usize| {
        let letter = |_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b"abcdefghijklmnopqrstuvwxyz0123456789      "[usize::try_from(seed >> 33).unwrap() % 42])
        };
        (0..len).map(letter).collect::<String>()
    };
    for _ in 0..100 {
        archive.keep(&record("ada", "GET", "limits", 200, &format!("{{\"a\":\"{}\"}}", text(20_000)))).unwrap();
    }
    let total = find(&mut archive, "").total;
    assert!((10..60).contains(&total), "{total}");
    let size = std::fs::metadata(&file).unwrap().len();
    assert!(size < 3 << 20, "{size} bytes of 1 MiB wanted");
}

#[test]
fn a_body_beyond_the_bound_is_kept_in_part_and_says_so() {
    let mut archive = memory(HistorySettings { body_kib: 1, ..HistorySettings::default() });
    let mut long = record("ada", "POST", "x", 200, &format!("{{\"a\":\"{}{NEVER}\"}}", "日".repeat(339)));
    long.request.body = RequestBody::Text("y".repeat(2000));
    let id = archive.keep(&long).unwrap();
    let past = archive.entry(id).unwrap().unwrap();
    assert!(past.exchange.cut.unwrap().title.starts_with("Only the first 10"));
    assert!(past.exchange.body.len() <= 1024 && past.row.bytes > 1024);
    assert!(crate::request::is_masked(&past.request), "a part of a body is never sent for the whole");
    let mut out = record("ada", "GET", "x", 200, "");
    out = changed(out, |exchange| exchange.body = AnswerBody::Empty);
    out.streamed = Some(Streamed { head: b"{\"streamed\":1}".to_vec(), len: 14 });
    let id = archive.keep(&out).unwrap();
    let past = archive.entry(id).unwrap().unwrap();
    assert_eq!(
        (past.exchange.body.json().unwrap().bytes(), past.exchange.cut, past.row.bytes),
        (&b"{\"streamed\":1}"[..], None, 14)
    );
}

/// All that the files of a history hold, as it is and unpacked.
fn everything(folder: &Path, archive: &Archive) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        all.push_str(&String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap()));
    }
    let mut statement = archive.db.prepare("SELECT id FROM exchange").unwrap();
    let ids: Vec<i64> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for id in ids {
        let past = archive.entry(id).unwrap().unwrap();
        all.push_str(&format!("{past:?}"));
        if let Some(document) = past.exchange.body.json() {
            all.push_str(&String::from_utf8_lossy(document.bytes()));
        }
    }
    all
}

#[test]
fn no_secret_is_in_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let (mut archive, _) = Archive::open(&folder.path().join(HISTORY_FILE), HistorySettings::default()).unwrap();
    let url = |to: &'static str| move |exchange: &mut Exchange| to.clone_into(&mut exchange.url);
    // The value of a variable, wherever it comes back.
    let mut echo = record("ada", "POST", &format!("x?a={NEVER}"), 200, &format!("{{\"echo\":\"{NEVER}\"}}"));
    echo.request.body = RequestBody::Text(format!("plain {NEVER}"));
    echo.request.params = vec![Pair::new("a", NEVER)];
    echo = changed(echo, |exchange| {
        exchange.headers.push(("X-Echo".to_owned(), NEVER.to_owned()));
        exchange.notes.push(NEVER.to_owned());
        exchange.trouble =
            Some(crate::request::Failure { title: NEVER.to_owned(), detail: NEVER.to_owned(), ..Default::default() });
    });
    archive.keep(&echo).unwrap();
    // Bodies that are not kept at all.
    for place in [
        "https://a.example/services/oauth2/token",
        "https://a.example/services%2Foauth2//introspect",
        "http://127.0.0.1:5000/api/jwtauth",
    ] {
        let mut login = record("ada", "POST", "{{tokenUrl}}", 200, r#"{"a":"AnswerOfLogin"}"#);
        login.request.body = RequestBody::Text("assertion=BodyOfLogin&x=BodyOfLogin".to_owned());
        archive.keep(&changed(login, url(place))).unwrap();
    }
    let mut soap = record("ada", "POST", "{{endpoint}}/services/Soap/u/67.0", 200, "");
    soap.request.body = RequestBody::Text(
        "<env:Envelope><urn:login><urn:username>u</urn:username><urn:x>BodyOfLogin</urn:x></urn:login>".to_owned(),
    );
    soap = changed(soap, |exchange| {
        exchange.headers = vec![("Content-Type".to_owned(), "text/xml".to_owned())];
        exchange.body = AnswerBody::Text("<loginResponse><result><x>AnswerOfLogin</x></result></loginResponse>".into());
    });
    archive.keep(&soap).unwrap();
    // What stands in answers under names that tell.
    for body in [
        r#"{"access_token":"AnswerOfLogin","refresh_token":"AnswerOfLogin","sessionId":"AnswerOfLogin"}"#,
        r#"{"deep":[{"x":"00Dxx0000000001!AQ.AnswerOfLogin_y"}]}"#,
    ] {
        archive.keep(&record("ada", "GET", "x", 200, body)).unwrap();
    }
    let mut picture = record("ada", "GET", "x", 200, "");
    picture = changed(picture, |exchange| {
        exchange.body = AnswerBody::Binary([&[0, 255, 254][..], b"00Dxx0000000001!AQ.AnswerOfLogin"].concat().into());
    });
    archive.keep(&picture).unwrap();
    let all = everything(folder.path(), &archive);
    assert!(all.contains("••••••••") && all.contains("tokenUrl"));
    for secret in [NEVER, "BodyOfLogin", "AnswerOfLogin", "sid=x", "Bearer"] {
        assert!(!all.to_lowercase().contains(&secret.to_lowercase()), "{secret}");
    }
    // Nor can it be found by a search.
    for word in [NEVER, "BodyOfLogin", "AnswerOfLogin"] {
        assert_eq!(find(&mut archive, word).total, 0, "{word}");
    }
}

#[cfg(unix)]
#[test]
fn the_files_are_the_users_own() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state").join(HISTORY_FILE);
    let (mut archive, told) = Archive::open(&file, HistorySettings::default()).unwrap();
    assert_eq!(told, None);
    archive.keep(&record("ada", "GET", "limits", 200, "{}")).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(file.parent().unwrap()), 0o700);
    let names: Vec<_> = std::fs::read_dir(file.parent().unwrap()).unwrap().map(|e| e.unwrap().path()).collect();
    assert!(names.len() >= 3, "{names:?}");
    for name in names {
        assert_eq!(mode(&name), 0o600, "{}", name.display());
    }
}

#[test]
fn a_file_that_is_none_is_set_aside_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(HISTORY_FILE);
    std::fs::write(&file, "no database ".repeat(1000)).unwrap();
    let (mut archive, told) = Archive::open(&file, HistorySettings::default()).unwrap();
    assert!(told.unwrap().contains("history.set-aside-1.sqlite"));
    archive.keep(&record("ada", "GET", "limits", 200, "{}")).unwrap();
    archive.db.execute_batch("PRAGMA user_version = 7").unwrap();
    drop(archive);
    // One of a later orgdeck, with all that belongs to it.
    let (mut archive, told) = Archive::open(&file, HistorySettings::default()).unwrap();
    let told = told.unwrap();
    assert!(told.contains("later orgdeck (version 7)") && told.contains("history.set-aside-2.sqlite"), "{told}");
    assert_eq!(find(&mut archive, "").total, 0);
    let aside = Connection::open(folder.path().join("history.set-aside-2.sqlite")).unwrap();
    assert_eq!(
        aside.query_row("SELECT count FROM total", [], |row| row.get::<_, i64>(0)).unwrap(),
        1,
        "nothing of it is lost"
    );
    drop(archive);
    // Another program's, and one whose pages were written over.
    std::fs::remove_file(&file).unwrap();
    Connection::open(&file).unwrap().execute_batch("CREATE TABLE other (x); PRAGMA user_version = 1").unwrap();
    assert!(Archive::open(&file, HistorySettings::default()).is_err() || file.exists());
}

#[test]
fn what_cannot_be_written_is_an_error_and_no_damage() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("state"), "a file where the folder should be").unwrap();
    let error = Archive::open(&folder.path().join("state").join(HISTORY_FILE), HistorySettings::default()).unwrap_err();
    assert!(!error.is_damage(), "{error}");
}

#[test]
fn two_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(HISTORY_FILE);
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let file = &file;
            scope.spawn(move || {
                let (mut archive, told) = Archive::open(file, HistorySettings::default()).unwrap();
                assert_eq!(told, None);
                for at in 0..25 {
                    archive.keep(&record("ada", "GET", &format!("w{writer}x{at}"), 200, "{}")).unwrap();
                    find(&mut archive, "limits");
                }
            });
        }
    });
    let (mut archive, _) = Archive::open(&file, HistorySettings::default()).unwrap();
    assert_eq!(find(&mut archive, "").total, 100);
    assert_eq!(archive.db.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).unwrap(), "ok");
}

mod kept;
