//! Requests from and for other programs: pasted curl commands, imports, copies.

use super::Desk;
use crate::support::{Bench, LINKS, TOKEN};
use orgdeck::app::Event;
use orgdeck::app::dialog::Dialog;
use orgdeck::app::rest::Focus;
use orgdeck::request::{Pair, RequestBody, curl};

#[test]
fn a_curl_command_becomes_the_request() {
    let bash = "curl -X POST 'https://h.example/services/data/v60.0/sobjects/Account' \\\n  -H 'X-A: it'\\''s' \\\n  -H 'Content-Type: application/json' \\\n  --data-raw '{\"Name\": \"x\"}'\n";
    let cmd = "curl -X POST \"https://h.example/services/data/v60.0/sobjects/Account\" ^\r\n  -H \"X-A: it's\" ^\r\n  -H \"Content-Type: application/json\" ^\r\n  --data-raw \"{\\\"Name\\\": \\\"x\\\"}\"\r\n";
    let power = "curl.exe -X POST 'https://h.example/services/data/v60.0/sobjects/Account' `\r\n  -H 'X-A: it''s' `\r\n  -H 'Content-Type: application/json' `\r\n  --data-raw '{\"Name\": \"x\"}'\r\n";
    for (shell, text) in [("bash", bash), ("cmd", cmd), ("PowerShell", power)] {
        for place in ["a", "t", "x"] {
            let mut bench = Bench::rest();
            bench.keys("a");
            bench.typed("typed before");
            bench.keys("esc esc");
            bench.keys(place);
            bench.event(Event::Pasted(text.to_owned()));
            let request = bench.state.rest.request();
            assert_eq!(request.method, "POST", "{shell}");
            assert_eq!(request.address, "https://h.example/services/data/v60.0/sobjects/Account", "{shell}");
            assert_eq!(request.headers[0], Pair::new("X-A", "it's"), "{shell}");
            assert_eq!(request.body, RequestBody::Text("{\"Name\": \"x\"}".to_owned()), "{shell}");
            assert_eq!(bench.state.rest.focus, Focus::Address);
            assert!(bench.sent.is_empty() && bench.notice().starts_with("The curl command"), "{}", bench.notice());
            bench.keys("ctrl-_");
            assert_eq!(bench.address(), "typed before", "{shell} {place}");
        }
    }
}

#[test]
fn what_a_curl_command_has_too_much_is_told() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.event(Event::Pasted(format!(
        "curl -k https://acme.my.salesforce.com/services/data -H 'Authorization: Bearer {TOKEN}' -o x"
    )));
    let Some(Dialog::Told { lines, .. }) = &bench.state.dialog else { panic!("nothing is told") };
    assert!(lines.len() == 3 && lines.iter().any(|line| line.contains("token was left out")), "{lines:?}");
    assert!(!format!("{:?}", bench.state.rest).contains(TOKEN));
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.event(Event::Pasted("curl 'https://x.example".to_owned()));
    assert!(bench.notice().contains("never closed"), "{}", bench.notice());
    assert_eq!(bench.address(), "curl 'https://x.example", "what was pasted is not lost");
    // In a body it is text.
    bench.keys("esc esc b");
    bench.event(Event::Pasted("curl https://x.example".to_owned()));
    assert_eq!(bench.state.rest.body.lines(), ["curl https://x.example"]);
}

#[test]
fn copies_hold_no_secret_unless_asked() {
    let mut bench = Bench::rest();
    bench.keys("4 n");
    bench.typed("apiKey=hunter2");
    bench.keys("enter 2");
    bench.ask("limits?key={{apiKey}}&r={{region}}", 200, LINKS);
    bench.keys("c c");
    let copied = bench.copied().unwrap();
    assert!(
        copied.starts_with("curl 'https://acme.my.salesforce.com/services/data/v67.0/limits?key={{apiKey}}&r=emea'"),
        "{copied}"
    );
    assert!(copied.contains("Authorization: Bearer {{accessToken}}"), "{copied}");
    // It comes back as what it was, the session being one's own again.
    let back = curl::read(&copied).unwrap();
    assert!(back.request.headers.iter().all(|pair| pair.name != "Authorization"), "{back:?}");
    bench.keys("c h");
    assert!(bench.copied().unwrap().starts_with("http GET "), "{:?}", bench.copied());
    bench.keys("c f");
    assert!(bench.copied().unwrap().starts_with("### limits"), "{:?}", bench.copied());
    for text in [bench.copied().unwrap(), format!("{:?}", bench.wanted)] {
        assert!(!text.contains("hunter2") && !text.contains(TOKEN), "{text}");
    }
    bench.wanted.clear();
    bench.keys("c s");
    assert!(bench.copied().is_none() && matches!(bench.state.dialog, Some(Dialog::CopySecret(..))));
    bench.keys("enter");
    assert!(bench.copied().is_none(), "enter is no");
    bench.keys("c s y");
    let copied = bench.copied().unwrap();
    assert!(copied.contains("key=hunter2") && copied.contains(&format!("Bearer {TOKEN}")), "{copied}");
    assert!(!format!("{:?}", bench.wanted).contains(TOKEN));
    bench.keys("a");
    bench.typed("{{nope}}");
    bench.keys("esc esc c c");
    assert!(bench.notice().starts_with("Not copied: Variable {{nope}}"), "{}", bench.notice());
}

#[test]
fn a_body_is_copied_with_its_media_type() {
    let mut bench = Bench::rest();
    bench.keys("b");
    bench.event(Event::Pasted("{\"a\":\"{{region}}\"}".to_owned()));
    bench.keys("esc a");
    bench.typed("POST sobjects/Account");
    bench.keys("enter esc c c");
    let copied = bench.copied().unwrap();
    assert!(copied.contains("Content-Type: application/json") && copied.contains("{\"a\":\"emea\"}"), "{copied}");
}

#[test]
fn collections_of_others_are_imported_and_what_is_lost_is_read() {
    let mut desk = Desk::new();
    let file = desk.config.path().join("shop collection.json");
    let text = r#"{"info":{"name":"Theirs"},"variable":[{"key":"secretKey","value":"hush"}],"item":[{"name":"Inner","item":[{"name":"Limits","event":[{"listen":"test","script":{"exec":["pm.test('ok', () => {});"]}}],"request":{"method":"GET","url":{"raw":"{{_endpoint}}/services/data"}}}]}]}"#;
    std::fs::write(&file, text).unwrap();
    desk.keys("t i");
    desk.event(Event::Pasted(format!("'{}'\n", file.display())));
    desk.keys("enter");
    let Some(Dialog::Told { title, lines, .. }) = &desk.bench.state.dialog else { panic!("{}", desk.notice()) };
    assert_eq!(title, "1 requests imported into Theirs");
    assert!(lines.iter().any(|l| l.contains("secretKey")) && lines.iter().any(|l| l.contains("pm.test(")), "{lines:?}");
    desk.keys("esc");
    assert_eq!(desk.shown()[..2], ["Theirs", " Inner"]);
    // The same from the clipboard.
    desk.keys("i");
    desk.event(Event::Pasted(text.replace("Theirs", "Pasted")));
    desk.keys("esc");
    assert!(desk.shown().contains(&"Pasted".to_owned()), "{:?}", desk.shown());
    desk.keys("i");
    desk.typed("/nowhere/at all.json");
    desk.keys("enter");
    assert!(desk.notice().contains("/nowhere/at all.json"), "{}", desk.notice());
}

#[test]
fn an_environment_sets_variables_but_no_secrets() {
    let mut desk = Desk::new();
    desk.keys("t i");
    desk.event(Event::Pasted(
        r#"{"name":"e","values":[{"key":"site","value":"x","enabled":true},{"key":"clientSecret","value":"hush","enabled":true},{"key":"version","value":"40.0","enabled":true}]}"#.to_owned(),
    ));
    let Some(Dialog::Told { title, lines, .. }) = &desk.bench.state.dialog else { panic!("{}", desk.notice()) };
    assert!(title.starts_with('0') || title.starts_with('1'), "{title}");
    assert!(lines.iter().any(|line| line.contains("clientSecret")), "{lines:?}");
    let file = std::fs::read_to_string(desk.config.path().join("profiles.toml")).unwrap_or_default();
    assert!(!file.contains("hush"));
}
