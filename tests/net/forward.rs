//! Requests that are forwarded with a token put on: what goes on and comes back, what writes, and what a hostile page or
//! neighbour sends.

use crate::fixtures::{KEY, TOKEN, granted, with};
use crate::listener::{Listener, Seen, Step, answer, client, raw};
use crate::serve::{OWN, Serving, parts, serving_as};
use indexmap::IndexMap;
use orgdeck::profile::Kind;
use orgdeck::serve::{Forwarding, Limits, Writes};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

fn is_login(seen: &Seen) -> bool {
    seen.target.ends_with("/oauth2/token")
}

async fn org(says: impl Fn(&Seen, usize) -> Vec<Step> + Send + Sync + 'static) -> Listener {
    Listener::start(move |seen, n| if is_login(seen) { granted(seen) } else { says(seen, n) }).await
}

async fn forwarding_as(org: Listener, kind: Kind, read_only: bool, writes: Writes, limits: Limits) -> Serving {
    serving_as(org, &KEY, |options| {
        options.limits = limits;
        options.people = options
            .people
            .iter()
            .map(|one| {
                with(one, |app| {
                    app.kind = kind;
                    app.read_only = read_only;
                })
            })
            .collect();
        options.forwarding = Some(Forwarding { wire: client(), defaults: IndexMap::new(), writes });
    })
    .await
}

async fn forwarding(org: Listener) -> Serving {
    forwarding_as(org, Kind::Production, false, Writes::Never, Limits::default()).await
}

fn fine(_: &Seen, _: usize) -> Vec<Step> {
    answer(200, &[("content-type", "application/json")], "{\"a\":1}")
}

/// What reached the org beside logins.
fn asked(serving: &Serving) -> Vec<Seen> {
    serving.org.seen().into_iter().filter(|seen| !is_login(seen)).collect()
}

/// A request with the key; the whole answer.
async fn ask(serving: &Serving, line: &str, headers: &str, body: &str) -> String {
    let head = format!("{line} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {OWN}\r\n{headers}", serving.host());
    serving.raw(format!("{head}\r\n{body}").as_bytes()).await
}

const LIMITS: &str = "/acme/services/data/v67.0/limits";

#[tokio::test]
async fn what_is_asked_goes_on_as_it_is_with_the_token() {
    let headers = [
        ("content-type", "application/json"),
        ("set-cookie", "sid=abc"),
        ("sforce-limit-info", "api-usage=1/100"),
        ("access-control-allow-origin", "*"),
    ];
    let org = org(move |_, _| answer(203, &headers, "{\"a\":1}")).await;
    let serving = forwarding(org).await;
    let more = "Accept: text/x\r\nCookie: a=b\r\nX-Forwarded-For: 1.2.3.4\r\nSforce-Query-Options: batchSize=200\r\n";
    let got = ask(&serving, &format!("GET {LIMITS}?q=a%2Fb+c'd"), more, "").await;
    let (status, body) = parts(&got);
    assert_eq!((status, body.as_str()), (203, "{\"a\":1}"), "{got}");
    let lower = got.to_lowercase();
    for header in ["sforce-limit-info: api-usage=1/100", "connection: close", "nosniff", "content-length: 7"] {
        assert!(lower.contains(header), "{header}: {got}");
    }
    assert!(!lower.contains("set-cookie") && !lower.contains("access-control") && !got.contains(TOKEN), "{got}");
    let seen = asked(&serving).pop().unwrap();
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("GET", "/services/data/v67.0/limits?q=a%2Fb+c%27d"));
    assert_eq!(seen.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
    assert_eq!((seen.header("accept"), seen.header("sforce-query-options")), (Some("text/x"), Some("batchSize=200")));
    for name in ["cookie", "x-forwarded-for", "x-orgdeck-key", "x-sfdc-session"] {
        assert_eq!(seen.header(name), None, "{name}");
    }
    assert!(!format!("{seen:?}").contains(OWN), "our key is nobody's else");
    ask(&serving, "GET /acme/services/async/67.0/job/750", "X-SFDC-Session: mine\r\n", "").await;
    let seen = asked(&serving).pop().unwrap();
    assert_eq!((seen.header("x-sfdc-session"), seen.header("authorization")), (Some(TOKEN), None));
    assert_eq!(serving.org.seen().len(), 3, "one login for both");
    let told = serving.last();
    assert_eq!(told.asked.as_deref(), Some("GET /acme/services/async/67.0/job/750"));
    assert!(!format!("{:?}", serving.told.lock().unwrap()).contains("a%2Fb"), "no query is told");
    let list: serde_json::Value = serde_json::from_str(&parts(&ask(&serving, "GET /", "", "").await).1).unwrap();
    let first = &list["profiles"][0];
    assert_eq!((first["app"].as_str(), first["writes"].as_bool()), (Some("acme"), Some(false)), "{list}");
    let path = first["address"].as_str().unwrap().strip_prefix(&serving.origin).unwrap().to_owned();
    assert_eq!(parts(&ask(&serving, &format!("GET {path}/services/data"), "", "").await).0, 203, "{path}");
    let got = ask(&serving, "POST /api/jwtauth", "Content-Type: application/json\r\nContent-Length: 2\r\n", "{}").await;
    assert!(parts(&got).0 == 404 && got.contains("gives no tokens"), "{got}");
}

#[tokio::test]
async fn a_head_and_a_chunked_body_and_one_that_waits_to_be_wanted() {
    let org = org(|seen, _| match seen.method.as_str() {
        "HEAD" => vec![raw("HTTP/1.1 200 Fine\r\ncontent-length: 1234\r\n\r\n")],
        _ => answer(201, &[("location", "/services/data/v67.0/sobjects/Account/001")], "{}"),
    })
    .await;
    let serving = forwarding_as(org, Kind::Demo, false, Writes::WhereFree, Limits::default()).await;
    let got = ask(&serving, &format!("HEAD {LIMITS}"), "", "").await;
    assert!(parts(&got) == (200, String::new()) && got.to_lowercase().contains("content-length: 1234"), "{got}");
    let create = "POST /acme/services/data/v67.0/sobjects/Account";
    let json = "Content-Type: application/json\r\n";
    let chunked = format!("{json}Transfer-Encoding: chunked\r\n");
    let got = ask(&serving, create, &chunked, "5\r\n{\"a\":\r\n3\r\n 1}\r\n0\r\n\r\n").await;
    assert_eq!(parts(&got).0, 201, "{got}");
    assert!(got.contains("location: /acme/services/data/v67.0/sobjects/Account/001\r\n"), "an address of ours: {got}");
    let seen = asked(&serving).pop().unwrap();
    assert_eq!((seen.body.as_slice(), seen.header("content-length")), (&b"{\"a\": 1}"[..], Some("8")));
    assert_eq!((seen.header("transfer-encoding"), seen.header("expect")), (None, None));
    // Told to go on where it is wanted, and not where it is refused.
    for (line, expected) in [(create, "100 Continue"), ("POST /acme/services/oauth2/token", "404 Not Found")] {
        let mut stream = TcpStream::connect(serving.host()).await.unwrap();
        let host = serving.host();
        let head = format!(
            "{line} HTTP/1.1\r\nHost: {host}\r\nX-Orgdeck-Key: {OWN}\r\n{json}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut first = [0; 25];
        stream.read_exact(&mut first).await.unwrap();
        assert!(String::from_utf8_lossy(&first).contains(expected), "{}", String::from_utf8_lossy(&first));
    }
    // A long body goes by a file, which is gone afterwards.
    let long = "x".repeat(3 << 20);
    let put = "PUT /acme/services/data/v67.0/jobs/ingest/750/batches";
    let csv = format!("Content-Type: text/csv\r\nContent-Length: {}\r\n", long.len());
    assert_eq!(parts(&ask(&serving, put, &csv, &long).await).0, 201);
    assert_eq!(asked(&serving).pop().unwrap().body.len(), long.len());
}

#[tokio::test]
async fn a_hostile_page_or_neighbour_reaches_no_org() {
    let serving = forwarding_as(org(fine).await, Kind::Demo, false, Writes::Confirmed, Limits::default()).await;
    let host = serving.host();
    let port = host.rsplit_once(':').unwrap().1;
    let own = format!("Host: {host}\r\nX-Orgdeck-Key: {OWN}\r\n");
    let get = format!("GET {LIMITS} HTTP/1.1");
    let post = "POST /acme/services/data/v67.0/sobjects/Account HTTP/1.1";
    let case = |line: &str, headers: String, expected: u16| (line.to_owned(), headers, expected);
    let cases = [
        case(&get, format!("Host: {host}\r\n"), 401),
        case(&get, format!("Host: {host}\r\nAuthorization: Bearer wrong\r\n"), 401),
        case(&get, format!("Host: {host}\r\nAuthorization: Bearer {TOKEN}\r\n"), 401),
        case(&get, format!("Host: evil.example:{port}\r\nX-Orgdeck-Key: {OWN}\r\n"), 403),
        case(&get, format!("Host: 127.0.0.1\r\nX-Orgdeck-Key: {OWN}\r\n"), 403),
        case(&get, format!("Host: {host}\r\nHost: {host}\r\nX-Orgdeck-Key: {OWN}\r\n"), 400),
        case(&get, format!("X-Orgdeck-Key: {OWN}\r\n"), 403),
        case(&get, format!("{own}Origin: https://evil.example\r\n"), 403),
        case(&get, format!("{own}Origin: {}\r\n", serving.origin), 403),
        case(&get, format!("{own}Sec-Fetch-Site: cross-site\r\n"), 403),
        case(&get, format!("{own}Sec-Fetch-Site: same-origin\r\n"), 403),
        case(&format!("OPTIONS {LIMITS} HTTP/1.1"), format!("{own}Access-Control-Request-Method: GET\r\n"), 405),
        case(&format!("TRACE {LIMITS} HTTP/1.1"), own.clone(), 405),
        case(&format!("GET http://{host}{LIMITS} HTTP/1.1"), own.clone(), 400),
        case(&format!("GET http://evil.example{LIMITS} HTTP/1.1"), own.clone(), 403),
        case("GET /acme/services/data/../oauth2/token HTTP/1.1", own.clone(), 400),
        case("GET /acme/services/data/%2e%2e/%2e%2e/id/x HTTP/1.1", own.clone(), 400),
        case("GET /acme/services/data/..%2foauth2%2ftoken HTTP/1.1", own.clone(), 400),
        case("GET /acme/services//data HTTP/1.1", own.clone(), 400),
        case("GET //evil.example/services/data HTTP/1.1", own.clone(), 400),
        case("GET /acme/services/data\\..\\x HTTP/1.1", own.clone(), 400),
        case("GET /acme/services/data/a%00b HTTP/1.1", own.clone(), 400),
        case("GET /acme/services/data;x/limits HTTP/1.1", own.clone(), 400),
        case("GET /acme@evil.example/services/data HTTP/1.1", own.clone(), 404),
        case("GET /services/data HTTP/1.1", own.clone(), 404),
        case("GET /acme/services/oauth2/revoke?token=x HTTP/1.1", own.clone(), 404),
        case("GET /acme/services/data?_HttpMethod=DELETE HTTP/1.1", own.clone(), 400),
        case("GET /acme/services/data?%5FhttpMETHOD=DELETE HTTP/1.1", own.clone(), 400),
        case(&get, format!("{own}X-HTTP-Method-Override: DELETE\r\n"), 400),
        case(&get, format!("{own}Content-Length: 1\r\n"), 400),
        case(&get, format!("{own}Upgrade: websocket\r\nConnection: Upgrade\r\n"), 400),
        case(post, format!("{own}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), 400),
        case(post, format!("{own}Transfer-Encoding: chunked\r\nContent-Length: 1\r\n"), 400),
        case(post, format!("{own}Content-Length: 1\r\nContent-Length: 2\r\n"), 400),
        case(post, format!("{own}Content-Length: 1\r\nContent-Length: 1\r\n"), 400),
        case(post, format!("{own}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), 400),
        case(post, format!("{own}Transfer-Encoding: xchunked\r\n"), 400),
        case(post, format!("{own}Transfer-Encoding : chunked\r\n"), 400),
        case(post, format!("{own}X: a\r\n Transfer-Encoding: chunked\r\n"), 400),
        case(post, format!("{own}X: a\nTransfer-Encoding: chunked\r\n"), 400),
        case(post, format!("{own}Content-Length: 999999999999\r\n"), 413),
        case(post, format!("{own}Content-Length: -1\r\n"), 400),
        case(post, format!("{own}X: {}\r\n", "x".repeat(40 << 10)), 400),
        case(
            "POST /acme/services/data/v67.0/sobjects/Account HTTP/1.0",
            format!("{own}Transfer-Encoding: chunked\r\n"),
            400,
        ),
    ];
    for (line, headers, expected) in cases {
        let got = serving.raw(format!("{line}\r\n{headers}\r\n1").as_bytes()).await;
        assert_eq!(parts(&got).0, expected, "{line}\n{}\n{got}", headers.get(..200.min(headers.len())).unwrap());
        assert_eq!(got.matches("HTTP/1.").count(), 1, "one answer to one request: {got}");
        assert!(!got.to_lowercase().contains("access-control"), "{got}");
        assert!(!got.contains(TOKEN) && !got.contains(OWN), "{got}");
    }
    assert!(serving.org.seen().is_empty(), "nothing was asked of the org: {:?}", serving.org.seen());
    // What follows a request is none, whoever ends where.
    let second = format!("GET {LIMITS} HTTP/1.1\r\n{own}\r\n");
    let smuggled = format!("{second}{second}");
    let got = serving.raw(smuggled.as_bytes()).await;
    assert!(got.matches("HTTP/1.").count() == 1 && asked(&serving).len() == 1, "{got}");
}

#[tokio::test]
async fn what_writes_is_guarded() {
    let query = r#"{"compositeRequest":[{"method":"GET","url":"/services/data/v67.0/limits","referenceId":"a"}]}"#;
    let hidden = r#"{"compositeRequest":[{"method":"DELETE","url":"/services/data/v67.0/sobjects/Account/001","referenceId":"a"}]}"#;
    let data = "/acme/services/data/v67.0";
    let (create, read) = (format!("POST {data}/sobjects/Account"), format!("GET {data}/sobjects"));
    let composite = format!("POST {data}/composite");
    let (delete, anonymous) =
        (format!("DELETE {data}/sobjects/Account/001"), format!("GET {data}/tooling/executeAnonymous?a=b"));
    let apex = "GET /acme/services/apexrest/own".to_owned();
    let requests =
        [(&create, "{}"), (&composite, hidden), (&delete, ""), (&anonymous, ""), (&apex, ""), (&composite, "no json")];
    for (kind, read_only, writes, passes) in [
        (Kind::Demo, false, Writes::Never, false),
        (Kind::Demo, false, Writes::WhereFree, true),
        (Kind::Production, false, Writes::WhereFree, false),
        (Kind::Sandbox, false, Writes::WhereFree, false),
        (Kind::Production, false, Writes::Confirmed, true),
        (Kind::Production, true, Writes::Confirmed, false),
        (Kind::Demo, true, Writes::WhereFree, false),
    ] {
        let serving = forwarding_as(org(fine).await, kind, read_only, writes, Limits::default()).await;
        for (line, body) in requests {
            let length = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
            let got = ask(&serving, line, &length, body).await;
            let expected = if passes { 200 } else { 403 };
            assert_eq!(parts(&got).0, expected, "{line} {body} {kind:?} {read_only} {writes:?}: {got}");
        }
        assert_eq!(asked(&serving).len(), if passes { requests.len() } else { 0 }, "{kind:?} {read_only} {writes:?}");
        // What only asks passes everywhere.
        let length = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", query.len());
        assert_eq!(parts(&ask(&serving, &composite, &length, query).await).0, 200);
        assert_eq!(parts(&ask(&serving, &read, "", "").await).0, 200);
    }
}

#[tokio::test]
async fn a_session_that_ended_is_renewed_once() {
    let ended = r#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#;
    let json = [("content-type", "application/json")];
    let first = std::sync::atomic::AtomicBool::new(true);
    let once = org(move |_, _| match first.swap(false, std::sync::atomic::Ordering::Relaxed) {
        true => answer(401, &json, ended),
        false => answer(200, &json, "{}"),
    })
    .await;
    let serving = forwarding_as(once, Kind::Demo, false, Writes::WhereFree, Limits::default()).await;
    let length = "Content-Type: application/json\r\nContent-Length: 2\r\n";
    let create = "POST /acme/services/data/v67.0/sobjects/Account";
    assert_eq!(parts(&ask(&serving, create, length, "{}").await).0, 200);
    assert_eq!((serving.org.seen().len(), asked(&serving).len()), (4, 2), "two logins, the write twice");
    assert!(asked(&serving).iter().all(|seen| seen.body == b"{}"));
    // One that has always ended is handed on, and a refusal of another kind is not asked again.
    for (status, text) in [(401, ended), (403, "[{\"errorCode\":\"API_DISABLED_FOR_ORG\"}]")] {
        let serving = forwarding(org(move |_, _| answer(status, &json, text)).await).await;
        let got = parts(&ask(&serving, &format!("GET {LIMITS}"), "", "").await);
        assert_eq!(got, (status, text.to_owned()));
        assert_eq!(asked(&serving).len(), if status == 401 { 2 } else { 1 });
    }
    // The org's own code may have run before it said so.
    let apex = forwarding_as(
        org(move |_, _| answer(401, &json, ended)).await,
        Kind::Demo,
        false,
        Writes::WhereFree,
        Limits::default(),
    )
    .await;
    assert_eq!(parts(&ask(&apex, "POST /acme/services/apexrest/own", length, "{}").await).0, 401);
    assert_eq!(asked(&apex).len(), 1);
}

#[tokio::test]
async fn the_answer_comes_as_it_arrives_and_breaks_off_as_it_does() {
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let org = org(move |_, _| {
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\ncontent-length: 12\r\n\r\nfirst,".to_vec();
        vec![Step::Send(head), Step::Gate(Arc::clone(&held)), Step::Send(b"sec".to_vec()), Step::Close]
    })
    .await;
    let serving = forwarding(org).await;
    let mut stream = TcpStream::connect(serving.host()).await.unwrap();
    let head = format!("GET {LIMITS} HTTP/1.1\r\nHost: {}\r\nX-Orgdeck-Key: {OWN}\r\n\r\n", serving.host());
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut got = Vec::new();
    while !got.ends_with(b"first,") {
        got.push(stream.read_u8().await.unwrap());
    }
    gate.add_permits(1);
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    assert_eq!(String::from_utf8(rest).unwrap(), "sec", "and no end that was none");
}

#[tokio::test]
async fn the_token_does_not_come_back_and_a_redirect_leads_nowhere_else() {
    let org = org(|seen, _| {
        let host = seen.header("host").unwrap().to_owned();
        let to = match seen.target.rsplit('/').next().unwrap() {
            "own" => format!("http://{host}/services/data/v67.0/limits?a=b"),
            "login" => format!("http://{host}/secur/frontdoor.jsp?sid={TOKEN}"),
            "away" => "https://evil.example/services/data".to_owned(),
            _ => {
                let text = format!("{{\"session\":\"{}\"}}", seen.header("authorization").unwrap());
                return answer(200, &[("x-echo", seen.header("authorization").unwrap())], text);
            }
        };
        answer(302, &[("location", &to)], String::new())
    })
    .await;
    let serving = forwarding(org).await;
    let got = ask(&serving, "GET /acme/services/data/echo", "", "").await;
    assert_eq!(parts(&got).1, format!("{{\"session\":\"Bearer {}\"}}", "*".repeat(TOKEN.len())));
    assert!(!got.contains(TOKEN) && !got.contains("x-echo"), "{got}");
    let got = ask(&serving, "GET /acme/services/data/own", "", "").await;
    assert!(parts(&got).0 == 302 && got.contains("location: /acme/services/data/v67.0/limits?a=b\r\n"), "{got}");
    for path in ["login", "away"] {
        let got = ask(&serving, &format!("GET /acme/services/data/{path}"), "", "").await;
        assert!(parts(&got).0 == 502 && !got.to_lowercase().contains("location:") && !got.contains(TOKEN), "{got}");
    }
    assert_eq!(asked(&serving).len(), 4, "nobody followed");
}

#[tokio::test]
async fn a_body_that_is_slow_or_too_long_is_given_up() {
    let limits = Limits { arrive: Duration::from_millis(150), upload: 2000, least_rate: 1 << 20, ..Limits::default() };
    let serving = forwarding_as(org(fine).await, Kind::Demo, false, Writes::WhereFree, limits).await;
    let create = "POST /acme/services/data/v67.0/sobjects/Account";
    let long = "x".repeat(3000);
    let slow = ask(&serving, create, "Content-Length: 20\r\n", "{").await;
    assert_eq!(parts(&slow).0, 408, "{slow}");
    let told = ask(&serving, create, "Content-Length: 3000\r\n", &long).await;
    assert_eq!(parts(&told).0, 413, "{told}");
    let untold = ask(&serving, create, "Transfer-Encoding: chunked\r\n", &format!("bb8\r\n{long}\r\n0\r\n\r\n")).await;
    assert_eq!(parts(&untold).0, 413, "{untold}");
    // A byte now and then is no progress.
    let mut stream = TcpStream::connect(serving.host()).await.unwrap();
    let head =
        format!("{create} HTTP/1.1\r\nHost: {}\r\nX-Orgdeck-Key: {OWN}\r\nContent-Length: 900\r\n\r\n", serving.host());
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let drip = tokio::spawn(async move {
        let mut every = tokio::time::interval(Duration::from_millis(20));
        while writing.write_all(b"x").await.is_ok() {
            every.tick().await;
        }
    });
    let mut got = Vec::new();
    let _ = reading.read_to_end(&mut got).await;
    drip.abort();
    assert_eq!(parts(&String::from_utf8_lossy(&got)).0, 408);
    assert!(serving.org.seen().is_empty());
}

#[tokio::test]
async fn an_answer_that_nobody_takes_makes_room_for_the_next() {
    let org = org(|seen, n| match seen.target.ends_with("/big") {
        true => answer(200, &[("content-type", "text/csv")], "x".repeat(64 << 20)),
        false => fine(seen, n),
    })
    .await;
    // One of the two places is the other family's.
    let limits = Limits { connections: 2, taking: Duration::from_millis(200), ..Limits::default() };
    let serving = forwarding_as(org, Kind::Demo, false, Writes::Never, limits).await;
    let mut lazy = TcpStream::connect(serving.host()).await.unwrap();
    let head =
        format!("GET /acme/services/data/big HTTP/1.1\r\nHost: {}\r\nX-Orgdeck-Key: {OWN}\r\n\r\n", serving.host());
    lazy.write_all(head.as_bytes()).await.unwrap();
    lazy.read_u8().await.unwrap();
    assert_eq!(parts(&ask(&serving, &format!("GET {LIMITS}"), "", "").await).0, 200);
    let mut rest = Vec::new();
    let _ = lazy.read_to_end(&mut rest).await;
    assert!(rest.len() < 64 << 20, "it was cut off");
}
