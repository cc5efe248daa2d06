//! Bodies: what they are called on the way out, and what is made of them on the way in.

use crate::support::{Reply, VERSIONS, World};
use orgdeck::json::Document;
use orgdeck::org::{Ask, Blocking};
use orgdeck::request::{AnswerBody, FailureKind, Pair, Request, RequestBody};
use std::sync::{Arc, Mutex};

fn says(world: &World, reply: impl Fn() -> Reply + Send + Sync + 'static) {
    world
        .instance
        .says(move |seen, _| if seen.path() == "/services/data" { Reply::json(200, VERSIONS) } else { reply() });
}

fn records(n: usize) -> String {
    let rows: Vec<String> = (0..n).map(|n| format!(r#"{{"Id":"{n:015}","Name":"Row {n}"}}"#)).collect();
    format!(r#"{{"totalSize":{n},"done":true,"records":[{}]}}"#, rows.join(","))
}

#[tokio::test]
async fn a_body_gets_a_name_and_a_file_its_variables() {
    let world = World::new().await;
    let file = tempfile::Builder::new().suffix(".json").tempfile().unwrap();
    std::fs::write(file.path(), r#"{"user":"{{username}}"}"#).unwrap();
    for (body, name) in [
        (RequestBody::Text(r#"{"a":1}"#.into()), "application/json"),
        (RequestBody::Text("<a/>".into()), "application/xml"),
        (RequestBody::Text("a=1&b=2".into()), "application/x-www-form-urlencoded"),
        (RequestBody::File(file.path().to_owned()), "application/json"),
    ] {
        let exchange = world.ask(Request { method: "POST".into(), body, ..Request::get("sobjects/X") }).await.unwrap();
        let seen = world.instance.asked().pop().unwrap();
        assert_eq!((seen.header("content-type"), seen.header("accept")), (Some(name), Some("application/json")));
        assert_eq!(exchange.sent_bytes, seen.body.len() as u64);
    }
    assert_eq!(world.instance.asked().pop().unwrap().body, r#"{"user":"ada@acme.example"}"#);
    let mut own = Request { method: "POST".into(), body: RequestBody::Text("{}".into()), ..Request::get("sobjects/X") };
    own.headers.push(Pair::new("content-type", "text/odd"));
    world.ask(own).await.unwrap();
    assert_eq!(world.instance.asked().pop().unwrap().header("content-type"), Some("text/odd"));
    let gone = Request {
        method: "POST".into(),
        body: RequestBody::File("/nowhere/at-all".into()),
        ..Request::get("sobjects/X")
    };
    assert!(world.ask(gone).await.unwrap_err().title.contains("/nowhere/at-all"));
}

#[tokio::test]
async fn a_big_file_is_streamed_as_it_is() {
    let world = World::new().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = format!("{{{{username}}}}{}", "x".repeat(3 << 20));
    std::fs::write(file.path(), &text).unwrap();
    let request = Request {
        method: "PUT".into(),
        body: RequestBody::File(file.path().to_owned()),
        ..Request::get("jobs/ingest/750/batches")
    };
    let exchange = world.ask(request).await.unwrap();
    let seen = world.instance.asked().pop().unwrap();
    assert_eq!((seen.body.len(), seen.body == text, exchange.sent_bytes), (text.len(), true, text.len() as u64));
    assert_eq!(seen.header("content-type"), Some("text/csv"));
}

/// A body of parts as it is typed: lines end as in an editor, a file stands in its part alone.
fn upload(path: &str) -> Request {
    let text = format!(
        "--part\nContent-Disposition: form-data; name=\"entity_content\"\nContent-Type: application/json\n\n{{\"Title\": \"{{{{username}}}}\"}}\n--part\nContent-Disposition: form-data; name=\"VersionData\"; filename=\"a.bin\"\n\n{{{{file(\"{path}\")}}}}\n--part--\n"
    );
    Request {
        method: "POST".into(),
        headers: vec![Pair::new("Content-Type", "multipart/form-data; boundary=part")],
        body: RequestBody::Text(text),
        ..Request::get("sobjects/ContentVersion")
    }
}

#[tokio::test]
async fn a_file_in_a_body_of_parts_is_sent_as_it_is() {
    let world = World::new().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let bytes = [b"\x89PNG\x00\xff\n{{username}}".as_slice(), &vec![0xab; 300_000]].concat();
    std::fs::write(file.path(), &bytes).unwrap();
    let request = upload(file.path().to_str().unwrap());
    let refused = world.ask(request.clone()).await.unwrap_err();
    assert!(refused.hint[0].contains("typed by hand"), "{refused:?}");
    assert!(world.instance.asked().iter().all(|seen| !seen.path().contains("ContentVersion")));
    let exchange = world.ask(request.clone().typed()).await.unwrap();
    let seen = world.instance.asked().pop().unwrap();
    // Each sending has an edge of its own.
    let kind = seen.header("content-type").unwrap().to_owned();
    let edge = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    assert!(edge.len() > 30, "{kind}");
    let head = "--part\r\nContent-Disposition: form-data; name=\"entity_content\"\r\nContent-Type: application/json\r\n\r\n{\"Title\": \"ada@acme.example\"}\r\n--part\r\nContent-Disposition: form-data; name=\"VersionData\"; filename=\"a.bin\"\r\n\r\n".replace("--part", &format!("--{edge}"));
    let whole = [head.as_bytes(), &bytes, format!("\r\n--{edge}--\r\n").as_bytes()].concat();
    assert!(seen.body.starts_with(&head), "{}", seen.body.get(..400).unwrap_or_default());
    assert_eq!(exchange.sent_bytes, whole.len() as u64);
    assert_eq!(seen.header("content-length"), Some(whole.len().to_string().as_str()));
    let gone = world.ask(upload("/nowhere/at/all").typed()).await.unwrap_err();
    assert!(gone.title.contains("/nowhere/at/all"), "{gone:?}");
}

#[tokio::test]
async fn json_text_and_bytes_are_told_apart() {
    let world = World::new().await;
    for (media, body, kind) in [
        ("application/json", &br#"{"a":1}"#[..], "json"),
        ("text/html;charset=UTF-8", br#"{"a":1}"#, "json"),
        ("text/csv", b"Id\n1", "text"),
        ("text/plain", b"{not json", "text"),
        ("text/plain; charset=ISO-8859-1", b"caf\xe9", "text"),
        ("image/png", b"\x89PNG\x00\xff", "binary"),
        ("text/plain", b"a\x00b", "binary"),
        ("application/json", b"", "empty"),
    ] {
        says(&world, move || Reply::of(200, media, body));
        let exchange = world.get("x").await.unwrap();
        let found = match &exchange.body {
            AnswerBody::Json(_) => "json",
            AnswerBody::Text(_) => "text",
            AnswerBody::Binary(_) => "binary",
            AnswerBody::Empty => "empty",
            AnswerBody::Spooled(_) => "spooled",
        };
        assert_eq!(found, kind, "{media} {body:?}");
        assert_eq!(exchange.wire_bytes, body.len() as u64);
    }
}

#[tokio::test]
async fn the_beginning_of_a_big_answer_is_shown_while_the_rest_arrives() {
    let used = Arc::new(Mutex::new(0));
    let count = Arc::clone(&used);
    let blocking: Blocking = Arc::new(move |work| {
        *count.lock().unwrap() += 1;
        std::thread::spawn(work);
    });
    let world = World::with(|_| (), |limits| limits.blocking = Some(blocking)).await;
    let text = records(40_000);
    let length = text.len();
    assert!(length > 1 << 20);
    says(&world, move || Reply::json(200, text.clone()));
    let shown: Arc<Mutex<Vec<(usize, bool)>>> = Arc::default();
    let keep = Arc::clone(&shown);
    let mut ask = world.ask_of(Request::get("query?q=x"));
    ask.preview =
        Some(Arc::new(move |part: Document| keep.lock().unwrap().push((part.bytes().len(), part.error().is_some()))));
    let exchange = world.org.ask(ask).await.unwrap();
    let shown = shown.lock().unwrap().clone();
    assert!(!shown.is_empty() && shown.iter().all(|(len, broken)| *len <= length && !broken), "{shown:?}");
    assert!(shown[0].0 >= 64 << 10);
    let document = exchange.body.json().unwrap();
    assert_eq!((document.bytes().len(), document.is_complete(), *used.lock().unwrap()), (length, true, 1));
}

#[tokio::test]
async fn past_the_cap_a_body_goes_to_a_file_that_only_we_may_read_and_that_goes_with_it() {
    let world = World::with(|_| (), |limits| limits.memory_cap = 100_000).await;
    let text = records(10_000);
    let sent = text.clone();
    says(&world, move || Reply::json(200, sent.clone()));
    let exchange = world.get("x").await.unwrap();
    let AnswerBody::Spooled(spool) = &exchange.body else { panic!("{:?}", exchange.body) };
    let path = spool.path.clone();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    assert_eq!((spool.len, spool.head.as_slice()), (text.len() as u64, &text.as_bytes()[..spool.head.len()]));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    drop(exchange);
    assert!(!path.exists());
}

#[tokio::test]
async fn a_body_that_was_cut_is_kept_as_far_as_it_came() {
    let world = World::new().await;
    says(&world, || Reply { missing: 1000, ..Reply::json(200, r#"{"records":[{"Id":"1"},{"Id":"2"#) });
    let exchange = world.get("x").await.unwrap();
    let cut = exchange.cut.unwrap();
    assert_eq!((exchange.status, cut.kind), (200, FailureKind::Network));
    let document = exchange.body.json().unwrap();
    assert_eq!(document.lookup(".records[0].Id").map(|node| document.text(node).into_owned()).as_deref(), Some("1"));
    assert!(document.error().is_none());
}

#[tokio::test]
async fn a_stream_goes_out_as_it_arrives_and_an_error_does_not() {
    let world = World::new().await;
    let text = records(20_000);
    let sent = text.clone();
    says(&world, move || Reply::json(200, sent.clone()));
    let mut out = Vec::new();
    let exchange = world
        .org
        .stream(Ask::new(world.profile.clone(), Request::get("x")), |piece: &[u8]| out.extend_from_slice(piece))
        .await
        .unwrap();
    assert!(out == text.as_bytes() && exchange.body.is_empty());
    says(&world, || Reply::json(404, r#"[{"errorCode":"NOT_FOUND","message":"no"}]"#));
    out.clear();
    let exchange = world
        .org
        .stream(Ask::new(world.profile.clone(), Request::get("x")), |piece: &[u8]| out.extend_from_slice(piece))
        .await
        .unwrap();
    assert!(out.is_empty() && exchange.trouble.unwrap().title == "404 NOT_FOUND" && !exchange.body.is_empty());
}

#[tokio::test]
async fn a_query_too_long_for_an_address_goes_as_a_composite_and_comes_back_as_itself() {
    let world = World::with(|app| app.read_only = true, |_| ()).await;
    world.instance.says(|seen, _| match (seen.path(), seen.method.as_str()) {
        ("/services/data", _) => Reply::json(200, VERSIONS),
        ("/services/data/v67.0/composite", "POST") => {
            let part: serde_json::Value = serde_json::from_str(&seen.body).unwrap();
            assert_eq!(part["compositeRequest"][0]["method"], "GET");
            let failed = part["compositeRequest"][0]["url"].as_str().unwrap().contains("Wrong");
            let (status, body) = if failed {
                (400, r#"[{"errorCode":"INVALID_FIELD","message":"no Wrong"}]"#)
            } else {
                (200, r#"{"totalSize":1, "done":true,"records":[{"Id":"1"}]}"#)
            };
            Reply::json(200, format!(r#"{{"compositeResponse":[{{"body":{body},"httpHeaders":{{}},"httpStatusCode":{status},"referenceId":"query"}}]}}"#))
        }
        _ => Reply::json(200, "{}"),
    });
    let long = |field: &str| format!("SELECT {field} FROM Account WHERE Name IN ('{}')", "x','".repeat(4_000));
    let exchange = world.get(&long("Id")).await.unwrap();
    assert_eq!((exchange.status, exchange.trouble.as_ref(), exchange.method.as_str()), (200, None, "POST"));
    assert_eq!(exchange.body.json().unwrap().bytes(), br#"{"totalSize":1, "done":true,"records":[{"Id":"1"}]}"#);
    assert!(exchange.notes.iter().any(|note| note.contains("composite")));
    let exchange = world.get(&long("Wrong")).await.unwrap();
    assert_eq!((exchange.status, exchange.trouble.unwrap().title.as_str()), (400, "400 INVALID_FIELD"));
    let mut out = Vec::new();
    world
        .org
        .stream(Ask::new(world.profile.clone(), Request::get(long("Id"))), |piece: &[u8]| out.extend_from_slice(piece))
        .await
        .unwrap();
    assert!(out.starts_with(br#"{"totalSize""#));
    // A short one is asked as it is.
    world.get("SELECT Id FROM Account").await.unwrap();
    assert_eq!(world.instance.asked().pop().unwrap().target, "/services/data/v67.0/query?q=SELECT+Id+FROM+Account");
}

#[tokio::test]
async fn the_version_is_asked_once_and_only_where_it_matters() {
    let world = World::new().await;
    assert_eq!(world.org.version(&world.profile).await.unwrap(), "67.0");
    world.get("limits").await.unwrap();
    let lists = |world: &World| world.instance.seen().iter().filter(|one| one.path() == "/services/data").count();
    assert_eq!(lists(&world), 1);
    assert!(world.instance.seen()[0].header("authorization").is_none(), "the list needs no token");
    let several = World::new().await;
    let (a, b, c) = tokio::join!(several.get("limits"), several.get("tabs"), several.get("recent"));
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert_eq!((lists(&several), several.login.logins()), (1, 1), "the first finds out for all");
    // Where it cannot be found out, what does not depend on it works all the same.
    let other = World::new().await;
    other
        .instance
        .says(|seen, _| if seen.path() == "/services/data" { Reply::json(503, "[]") } else { Reply::json(200, "{}") });
    assert_eq!(other.get("/services/data/v60.0/limits").await.unwrap().status, 200);
    let failure = other.get("limits").await.unwrap_err();
    assert!(failure.title.contains("newest version") && failure.title.contains("503"), "{failure:?}");
}

#[tokio::test]
async fn a_question_given_up_half_way_leaves_no_file_behind() {
    let world = World::with(|_| (), |limits| limits.memory_cap = 1_000).await;
    // The rest never comes, and the connection stays open.
    says(&world, || Reply { missing: 1_000_000, hold: true, ..Reply::json(200, records(10_000)) });
    let (arrived, during) = (Arc::new(tokio::sync::Notify::new()), Arc::new(Mutex::new(0)));
    let (told, counted, folder) = (Arc::clone(&arrived), Arc::clone(&during), world.spool.path().to_owned());
    let mut ask = world.ask_of(Request::get("x"));
    ask.progress = Arc::new(move |phase| {
        if matches!(phase, orgdeck::wire::Phase::Receiving { received, .. } if received > 100_000) {
            *counted.lock().unwrap() = std::fs::read_dir(&folder).unwrap().count();
            told.notify_one();
        }
    });
    tokio::select! {
        exchange = world.org.ask(ask) => panic!("{exchange:?}"),
        () = arrived.notified() => {}
    }
    let after = std::fs::read_dir(world.spool.path()).unwrap().count();
    assert_eq!((*during.lock().unwrap(), after), (1, 0));
}

#[tokio::test]
async fn a_page_for_people_is_trouble_unless_it_is_a_file_s_content() {
    let world = World::new().await;
    says(&world, || {
        Reply::of(200, "text/html", "<html><head><title>Down</title></head><body>We are down</body></html>")
    });
    let trouble = world.get("limits").await.unwrap().trouble.unwrap();
    assert!(trouble.title.contains("Down") && trouble.detail == "We are down", "{trouble:?}");
    assert_eq!(world.get("sobjects/Attachment/00P/Body").await.unwrap().trouble, None);
    assert_eq!(world.get("/lightning/page/home").await.unwrap().trouble, None);
}

#[tokio::test]
async fn what_an_exchange_tells_of_itself() {
    let world = World::new().await;
    says(&world, || {
        let mut reply = Reply::json(200, "{}");
        reply.headers.push(("Sforce-Limit-Info".into(), "api-usage=18/15000".into()));
        reply.headers.push(("Set-Cookie".into(), format!("sid={}; Secure", crate::support::TOKEN)));
        reply
    });
    let first = world.get("limits").await.unwrap();
    assert!(first.timing.login.is_some());
    assert!(first.timing.total >= first.timing.wait);
    let second = world.get("limits").await.unwrap();
    assert_eq!((second.timing.login, second.version, &second.who), (None, "HTTP/1.1", &world.profile.id()));
    let used = second.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("sforce-limit-info")).unwrap();
    assert_eq!(orgdeck::org::ApiUse::parse(&used.1), Some(orgdeck::org::ApiUse { used: 18, max: 15_000 }));
    assert!(!format!("{second:?}").contains("AQ4AQP"), "{second:?}");
    let head = world.ask(Request { method: "HEAD".into(), ..Request::get("limits") }).await.unwrap();
    assert_eq!((head.status, head.body.is_empty(), head.trouble.as_ref()), (200, true, None));
}
