//! Bad days: each does what it says, where it says, and ends when it is switched off.

use crate::support::{Fixture, read};
use orgdeck::demo::{Fault, Options};
use reqwest::Method;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn tokens_that_expire_work_once() {
    let fixture = Fixture::with(Options { faults: vec![Fault::ExpiredTokens.into()], ..Options::default() }).await;
    for _ in 0..2 {
        let token = fixture.token(0, "admin").await;
        assert_eq!(fixture.data(0, &token, "limits").await.status, 200);
        let over = fixture.data(0, &token, "limits").await;
        assert_eq!((over.status, over.code().as_str()), (401, "INVALID_SESSION_ID"));
    }
    let login = fixture.log_in(1, "admin").await;
    let id = login["id"].as_str().unwrap();
    let ask = || fixture.http.get(id).bearer_auth(login["access_token"].as_str().unwrap()).send();
    assert_eq!(read(ask().await.unwrap()).await.status, 200);
    assert_eq!(read(ask().await.unwrap()).await.text(), "Bad_OAuth_Token");
}

#[tokio::test]
async fn tokens_have_the_life_they_are_given() {
    let fixture = Fixture::with(Options { token_life: Some(Duration::ZERO), ..Options::default() }).await;
    let token = fixture.token(0, "admin").await;
    assert_eq!(fixture.data(0, &token, "limits").await.code(), "INVALID_SESSION_ID");
}

#[tokio::test]
async fn refusals_have_their_bodies() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    for (fault, status, code) in [
        (Fault::Unavailable, 503, "SERVER_UNAVAILABLE"),
        (Fault::LimitExceeded, 403, "REQUEST_LIMIT_EXCEEDED"),
        (Fault::ApiDisabled, 403, "API_DISABLED_FOR_ORG"),
    ] {
        fixture.demo.set_fault(Some(fault));
        let answer = fixture.data(0, &token, "limits").await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code));
        fixture.log_in(0, "sales").await;
    }
    fixture.demo.set_fault(Some(Fault::LimitExceeded));
    assert_eq!(fixture.data(0, &token, "limits").await.header("sforce-limit-info"), "api-usage=100000/100000");
    fixture.demo.set_fault(None);
    assert_eq!(fixture.data(0, &token, "limits").await.status, 200);
}

#[tokio::test]
async fn maintenance_is_a_page() {
    let fixture = Fixture::new().await;
    let login = fixture.log_in(1, "admin").await;
    let token = login["access_token"].as_str().unwrap();
    fixture.demo.set_fault(Some(Fault::HtmlPage));
    let identity = fixture.http.get(login["id"].as_str().unwrap()).bearer_auth(token);
    for answer in [fixture.data(1, token, "limits").await, read(identity.send().await.unwrap()).await] {
        assert_eq!(answer.status, 503);
        assert!(answer.header("content-type").starts_with("text/html"));
        assert!(answer.text().contains("<title>"));
    }
}

#[tokio::test]
async fn broken_json_ends_as_if_it_were_whole() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let whole = fixture.get(0, &token, "/services/data").await;
    fixture.demo.set_fault(Some(Fault::BrokenJson));
    let broken = fixture.get(0, &token, "/services/data").await;
    assert_eq!(broken.status, 200);
    assert_eq!(broken.header("content-length"), broken.body.len().to_string());
    assert!(whole.text().starts_with(broken.text()) && !broken.body.is_empty());
    assert!(serde_json::from_slice::<serde_json::Value>(&broken.body).is_err());
}

#[tokio::test]
async fn a_cut_comes_in_the_middle_of_the_body() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let whole = fixture.get(0, &token, "/services/data").await;
    fixture.demo.set_fault(Some(Fault::Cut));
    let host = fixture.org(0).instance_url.strip_prefix("http://").unwrap();
    let mut socket = tokio::net::TcpStream::connect(host).await.unwrap();
    let request = format!("GET /services/data HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut raw = Vec::new();
    // Whether the end is a reset or not, what came before it counts.
    let _ = socket.read_to_end(&mut raw).await;
    let text = String::from_utf8(raw).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"));
    assert!(head.to_lowercase().contains(&format!("content-length: {}", whole.body.len())), "{head}");
    assert!(!body.is_empty() && body.len() < whole.body.len() && whole.text().starts_with(body));
    let mut response = fixture.request(0, Method::GET, &token, "/services/data").send().await.unwrap();
    let error = loop {
        match response.chunk().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the body ended well"),
            Err(error) => break error,
        }
    };
    assert!(error.is_body() || error.is_decode(), "{error:?}");
}

#[tokio::test]
async fn slow_bytes_come_in_pieces_and_are_all_there() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let whole = fixture.data(0, &token, "").await;
    fixture.demo.set_fault(Some(Fault::SlowBytes));
    let mut response = fixture.request(0, Method::GET, &token, "/services/data/v67.0/").send().await.unwrap();
    let (mut pieces, mut body) = (0, Vec::new());
    while let Some(piece) = response.chunk().await.unwrap() {
        pieces += 1;
        body.extend_from_slice(&piece);
    }
    assert!(pieces > 5, "{pieces}");
    assert_eq!(body, whole.body);
}

#[tokio::test]
async fn a_fault_may_be_for_some_paths_only() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    fixture.demo.set_fault_on(Fault::Unavailable, "/limits");
    assert_eq!(fixture.data(0, &token, "limits").await.status, 503);
    assert_eq!(fixture.data(0, &token, "").await.status, 200);
}

#[tokio::test]
async fn latency_is_before_everything() {
    let latency = Duration::from_millis(60);
    let fixture = Fixture::with(Options { latency, ..Options::default() }).await;
    let start = Instant::now();
    let token = fixture.token(0, "admin").await;
    assert!(start.elapsed() >= latency);
    let start = Instant::now();
    fixture.data(0, &token, "limits").await;
    assert!(start.elapsed() >= latency);
}

#[tokio::test]
async fn the_end_does_not_wait_for_slow_answers() {
    let fixture = Fixture::with(Options { latency: Duration::from_secs(3_600), ..Options::default() }).await;
    let url = format!("{}/services/data", fixture.org(0).instance_url);
    let waiting = tokio::spawn(fixture.http.get(url).send());
    while fixture.demo.requests_seen().is_empty() {
        tokio::task::yield_now().await;
    }
    fixture.demo.stop().await;
    // Whatever becomes of it, it is not an hour's wait.
    let ended = waiting.await.unwrap();
    assert!(ended.map_or(true, |response| response.status() == 503));
}
