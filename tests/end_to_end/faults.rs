//! Bad days on the screen: each has its own message, what had arrived is kept, and the screen lives on.

use crate::org::Org;
use crate::term::{ENTER, ESC, Term};
use orgdeck::demo::{Fault, Options};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// Types an address over the old one and sends it.
fn ask(term: &mut Term, address: &str) {
    term.press("a").shows("complete").press(address).press(ENTER);
}

#[test]
fn each_fault_has_its_message_and_loses_nothing() {
    let org = Org::start(Options::default());
    let home = org.home("kind = \"demo\"");
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows_all(&["Ada Quill", "Data Export"]).press("2").shows("▸ limits");
    let table: [(Fault, &[&str]); 6] = [
        (Fault::Unavailable, &["503 SERVER_UNAVAILABLE", "Service is busy. Try again later.", "status.salesforce.com"]),
        (Fault::LimitExceeded, &["403 REQUEST_LIMIT_EXCEEDED", "last 24 hours are used up", "API 100,000/100,000"]),
        (Fault::ApiDisabled, &["403 API_DISABLED_FOR_ORG", "API Enabled"]),
        (Fault::HtmlPage, &["503", "We are down for maintenance.", "status.salesforce.com"]),
        // The beginning of the describe is there to be read.
        (Fault::Cut, &["200 OK", "The connection was cut", "childRelationships ["]),
        (Fault::BrokenJson, &["200 OK", "broken JSON", "column ", "childRelationships ["]),
    ];
    for (fault, told) in table {
        org.demo.set_fault_on(fault, "/sobjects/Account/describe");
        ask(&mut term, "sobjects/Account/describe");
        term.shows_all(told);
        org.demo.set_fault(None);
        // The same request is sent again by one key, and the failure is gone.
        term.press("r").shows_all(&["200 OK", "fields ["]).hides("✗");
    }
    // A session that ends after every answer is renewed without a word.
    let logins = org.seen("POST", "/services/oauth2/token");
    org.demo.set_fault(Some(Fault::ExpiredTokens));
    for address in ["limits", "recent", "sobjects"] {
        ask(&mut term, address);
        term.until(format!("{address} answered"), |s| {
            s.contains("200 OK") && s.contains(&format!("v67.0/{address} ")) && !s.contains('⟳')
        });
        assert!(!term.screen().contains('✗'), "{}", term.screen());
    }
    assert!(org.seen("POST", "/services/oauth2/token") > logins, "sessions were renewed");
    term.press("q");
    assert_eq!(term.ended(), 0);
}

#[test]
fn stranger_days_are_lived_through_too() {
    let org = Org::start(Options::default());
    let home = org.home("kind = \"demo\"");
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows_all(&["Ada Quill", "Data Export"]).press("2").shows("▸ limits");
    let table: [(Fault, &[&str]); 10] = [
        (Fault::ServerError, &["500 UNKNOWN_EXCEPTION", "Salesforce failed"]),
        (Fault::Gone, &["✗ 420", "routing information", "the org was moved or removed"]),
        (Fault::BadGateway, &["✗ 502 Bad Gateway", "Salesforce failed"]),
        (Fault::ConcurrentLimit, &["ConcurrentPerOrgLongTxn", "too many long requests run at once"]),
        (Fault::Stranger, &["302 Found", "A redirect was refused", "stranger.example.invalid"]),
        (Fault::Reset, &["No answer", "reset by peer"]),
        (Fault::EmptyBody, &["200 OK", "0 B", "content-length          0"]),
        (Fault::WrongType, &["200 OK", "childRelationships ["]),
        (Fault::WrongCharset, &["200 OK", "broken JSON", "U+0000"]),
        (Fault::BrokenGzip, &["200 OK", "decompression"]),
    ];
    for (fault, told) in table {
        org.demo.set_fault_on(fault, "/sobjects/Account/describe");
        ask(&mut term, "sobjects/Account/describe");
        term.shows_all(told);
        org.demo.set_fault(None);
        // Another request between, so that what is seen next is of the next answer.
        ask(&mut term, "limits");
        term.shows_all(&["200 OK", "DailyApiRequests {"]).hides("✗");
    }
    // Silence is waited for until one has had enough of it.
    org.demo.set_fault_on(Fault::Silence, "/sobjects/Account/describe");
    ask(&mut term, "sobjects/Account/describe");
    term.shows("esc cancels").press(ESC).shows("Cancelled");
    org.demo.set_fault(None);
    ask(&mut term, "limits");
    term.shows_all(&["200 OK", "DailyApiRequests {"]).press("q");
    assert_eq!(term.ended(), 0);
}

#[test]
fn a_login_that_never_ends_is_cancelled() {
    let org = Org::start(Options { latency: Duration::from_secs(3_600), ..Options::default() });
    let home = org.home("kind = \"demo\"");
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows("logging in").press(ESC).shows("Cancelled");
    // What else waits for the same login is cancelled by the same key.
    for _ in 0..8 {
        if !term.screen().contains("cancels") {
            break;
        }
        let before = term.line("cancels");
        term.press(ESC).until("one task fewer", |s| s.lines().all(|l| l != before));
    }
    term.hides("cancels").press("?").shows("Keys of this place").press(ESC).hides("Keys of this place").press("q");
    assert_eq!(term.ended(), 0);
    term.given_back();
}

#[test]
fn an_answer_that_stands_still_is_cancelled_and_its_beginning_kept() {
    let org = Org::start(Options::default());
    let home = org.home("kind = \"demo\"");
    let still = Still::start();
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows("Ada Quill").press("2").shows("▸ limits");
    ask(&mut term, &still.address);
    term.shows_all(&["⟳ GET", "esc cancels", "of 10.0 MB", "arriving ·", "kept: true"])
        .press(ESC)
        .shows("Cancelled")
        .hides("⟳");
    term.shows("only the beginning");
    // Alive: the org answers as before.
    ask(&mut term, "limits");
    term.shows_all(&["200 OK", "DailyApiRequests {"]).press("q");
    assert_eq!(term.ended(), 0);
}

#[test]
fn a_write_cancelled_after_it_was_sent_is_told_as_unknown() {
    let org = Org::start(Options::default());
    let home = org.home("kind = \"demo\"");
    let (address, arrived) = silent();
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows("Ada Quill").press("2").shows("▸ limits");
    ask(&mut term, &format!("POST {address}"));
    // Only what has arrived may have been done.
    let seen = arrived.recv_timeout(Duration::from_secs(60)).unwrap();
    assert!(seen.starts_with("POST /silent "), "{seen}");
    term.shows("⟳ POST").press(ESC);
    term.shows_all(&["Outcome unknown: POST", "cancelled after it was sent", "look before sending it again"])
        .hides("⟳");
    // A reading request that is cancelled is only cancelled.
    ask(&mut term, &format!("GET {address}"));
    arrived.recv_timeout(Duration::from_secs(60)).unwrap();
    term.shows("⟳ GET").press(ESC).shows("Cancelled").hides("⟳");
    term.press("q");
    assert_eq!(term.ended(), 0);
}

/// A server that reads and never answers: its address, and the beginning of each request that arrived.
fn silent() -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/silent", listener.local_addr().unwrap());
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let mut piece = [0; 4096];
            let read = socket.read(&mut piece).unwrap_or(0);
            held.push(socket);
            if tell.send(String::from_utf8_lossy(&piece[..read]).into_owned()).is_err() {
                return;
            }
        }
    });
    (address, told)
}

/// A server whose answer begins and never goes on.
struct Still {
    address: String,
    _held: std::sync::mpsc::Receiver<TcpStream>,
}

impl Still {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/still.json", listener.local_addr().unwrap());
        let (hold, held) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let mut socket = socket.unwrap();
                let _ = socket.read(&mut [0; 4096]);
                let _ = socket.write_all(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10000000\r\n\r\n",
                );
                let _ = socket.write_all(format!("[{}", "{\"kept\": true},".repeat(9_000)).as_bytes());
                if hold.send(socket).is_err() {
                    return;
                }
            }
        });
        Self { address, _held: held }
    }
}
