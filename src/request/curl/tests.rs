//! Commands in and out.

use super::shell::{Shell, shell_of, words};
use super::*;
use crate::request::{Pair, Request, RequestBody, postman};
use proptest::prelude::*;
use std::path::{Path, PathBuf};

#[test]
fn three_shells_cut_their_own_ways() {
    for (text, shell, expected) in [
        (
            r#"curl 'a b' "c\"d" e\ f $'g\n\u00e9' h"i"'j'"#,
            Shell::Bash,
            vec!["curl", "a b", "c\"d", "e f", "g\né", "hij"],
        ),
        ("curl \\\n  -X POST \\\r\n  x", Shell::Bash, vec!["curl", "-X", "POST", "x"]),
        (
            "curl ^\"https://x.example/?a=1^&b=2^\" ^\n  -H ^\"A: ^\\^\"b^\\^\"^\"",
            Shell::Cmd,
            vec!["curl", "https://x.example/?a=1&b=2", "-H", "A: \"b\""],
        ),
        ("curl.exe -d '{\"a\": ''b''}' `\n  x", Shell::Power, vec!["curl.exe", "-d", "{\"a\": 'b'}", "x"]),
        ("curl -d \"{\\\"a\\\": 1}\" ^\n x", Shell::Cmd, vec!["curl", "-d", "{\"a\": 1}", "x"]),
        ("curl --data-raw '`' \\\n  x", Shell::Bash, vec!["curl", "--data-raw", "`", "x"]),
        ("curl \"\" ''", Shell::Bash, vec!["curl", "", ""]),
    ] {
        assert_eq!(shell_of(text), shell, "{text}");
        assert_eq!(words(text, shell), (expected.iter().map(|w| (*w).to_owned()).collect(), false), "{text}");
    }
    assert!(words("curl 'x", Shell::Bash).1);
}

fn request(text: &str) -> Request {
    read(text).unwrap_or_else(|error| panic!("{text}: {error}")).request
}

#[test]
fn flags_make_the_request_that_curl_would_send() {
    let header = |name: &str, value: &str| Pair::new(name, value);
    let get = request("curl https://x.example/a -sSL -H 'Accept: text/csv' --compressed -o file");
    assert_eq!((get.method.as_str(), get.headers), ("GET", vec![header("Accept", "text/csv")]));
    let post = request("curl -XPOST -d a=1 -d 'b=2 3' --data-urlencode 'c=4 5&' x");
    assert_eq!(post.body, RequestBody::Text("a=1&b=2 3&c=4+5%26".to_owned()));
    assert_eq!(post.headers, [header("Content-Type", "application/x-www-form-urlencoded")]);
    let json = request("curl --json '{\"a\":1}' x");
    assert_eq!((json.method.as_str(), json.headers.len()), ("POST", 2));
    let listed = request("curl -G -d 'q=SELECT Id FROM Account' --data-urlencode 'x=a b' https://x.example/query");
    assert_eq!(listed.params, [header("q", "SELECT Id FROM Account"), header("x", "a b")]);
    assert_eq!((listed.method.as_str(), listed.body), ("GET", RequestBody::Empty));
    assert_eq!(request("curl -I x").method, "HEAD");
    let put = request("curl -T rows.csv -H 'Content-Type: text/csv' x");
    assert_eq!((put.method.as_str(), put.body), ("PUT", RequestBody::File(PathBuf::from("rows.csv"))));
    assert_eq!(request("curl --data-binary @rows.csv x").body, RequestBody::File(PathBuf::from("rows.csv")));
    assert_eq!(request("curl --data-raw @not-a-file x").body, RequestBody::Text("@not-a-file".to_owned()));
    let user = request("curl -u user:pass -A me -b a=b --url x");
    assert_eq!(
        user.headers,
        [header("Authorization", "Basic dXNlcjpwYXNz"), header("User-Agent", "me"), header("Cookie", "a=b")]
    );
    let form = request("curl -F 'json={\"a\":1};type=application/json' -F file=@x.png https://x.example");
    let RequestBody::Text(text) = form.body else { panic!() };
    assert!(text.contains("name=\"json\"\nContent-Type: application/json\n\n{\"a\":1}"), "{text}");
    assert!(text.contains("filename=\"x.png\"\n\n{{file(\"x.png\")}}\n"), "{text}");
    let again =
        request("curl -F 'json={\"a\":1;};type=application/json' -F 'file=@in/x.png;filename=y.png;type=image/png' x");
    let command = curl(&again);
    assert!(command.contains("-F 'file=@in/x.png;type=image/png;filename=y.png'"), "{command}");
    assert_eq!(read(&command).unwrap().request, again);
}

#[test]
fn what_has_no_place_is_told() {
    let pasted = read(
        "curl -k https://o.my.salesforce.com/services/data -H 'Authorization: Bearer 00D!abc' --max-time 5 | jq .",
    )
    .unwrap();
    assert_eq!(pasted.request.headers, []);
    assert_eq!(pasted.notes.len(), 4, "{:?}", pasted.notes);
    assert!(!format!("{pasted:?}").contains("00D!abc"), "a pasted token is in nothing that is shown");
    for (text, told) in [("curl -H", "no value"), ("curl -s", "no address"), ("curl 'x", "never closed")] {
        assert!(read(text).unwrap_err().contains(told), "{text}");
    }
    assert!(is_curl("  $ curl x") && is_curl("curl.exe x") && !is_curl("curling x") && !is_curl("curl"));
}

#[test]
fn every_request_of_salesforces_collection_survives_curl() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/postman/postman-salesforce-platform-apis.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("{} is not there: nothing is compared", path.display());
        return;
    };
    for (_, saved) in postman::import(&text).unwrap().requests {
        survives(&saved.request);
    }
}

/// What was said by `curl` is read again as the same request: parameters then stand in the address, and what was switched
/// off is gone.
fn survives(request: &Request) {
    let command = curl(request);
    let again = read(&command).unwrap_or_else(|error| panic!("{command}\n{error}"));
    let headers = |request: &Request| {
        let sent = request.headers.iter().filter(|pair| pair.on && !pair.name.is_empty());
        sent.filter(|pair| !pair.name.eq_ignore_ascii_case("content-type")).cloned().collect::<Vec<_>>()
    };
    assert_eq!(again.request.method, request.method, "{command}");
    assert_eq!(again.request.body, request.body, "{command}");
    let kept: Vec<Pair> =
        headers(request).into_iter().filter(|p| !p.name.eq_ignore_ascii_case("authorization")).collect();
    let read: Vec<Pair> =
        headers(&again.request).into_iter().filter(|p| !p.name.eq_ignore_ascii_case("authorization")).collect();
    assert_eq!(read, kept, "{command}");
    assert_eq!(curl(&again.request), curl(&super::read(&curl(&again.request)).unwrap().request), "{command}");
}

proptest! {
    #[test]
    fn any_request_survives_curl(
        method in "GET|POST|PATCH|DELETE|QUERY",
        address in "https://[a-z]{1,8}\\.example/[a-zA-Z0-9/{}' \"\\\\$`!^&;é日-]{0,30}",
        name in "[A-Za-z-]{1,10}x",
        value in "[ -~é日]{0,20}[!-~]",
        body in "\\PC{0,80}",
    ) {
        let mut request = Request::get(address);
        request.method = method;
        request.headers = vec![Pair::new(name, value.trim())];
        if !body.is_empty() {
            request.body = RequestBody::Text(body);
            request.headers.push(Pair::new("Content-Type", "text/plain"));
        }
        if request.headers[0].value.is_empty() { request.headers.remove(0); }
        survives(&request);
    }

    #[test]
    fn nothing_pasted_breaks_it(text in "curl [ -~\\n'\"^`\\\\$]{0,80}") {
        let _ = read(&text);
    }
}
