//! Bad days on the wire and in the body, and whom they are for.

use crate::support::{Fixture, now, read};
use orgdeck::demo::{Fault, Options, Rule};
use reqwest::Method;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn rules(list: &[&str]) -> Vec<Rule> {
    list.iter().map(|text| text.parse().unwrap()).collect()
}

#[tokio::test]
async fn further_refusals_have_their_bodies() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    for (fault, status, code, message) in [
        (Fault::ServerError, 500, "UNKNOWN_EXCEPTION", "ErrorId"),
        (Fault::ConcurrentLimit, 403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded."),
        (Fault::QueryTimeout, 400, "QUERY_TIMEOUT", "running for too long"),
    ] {
        fixture.demo.set_fault(Some(fault));
        let answer = fixture.query(0, &token, "SELECT Id FROM Account LIMIT 1").await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code));
        assert!(answer.json()[0]["message"].as_str().unwrap().contains(message));
    }
    assert_eq!(fixture.data(0, &token, "limits").await.status, 200, "limits is no query");
    fixture.demo.set_fault(Some(Fault::LockedRow));
    assert_eq!(fixture.query(0, &token, "SELECT Id FROM Account LIMIT 1").await.status, 200);
    let path = "/services/data/v67.0/sobjects/Account/001000000000000AAA";
    let write = fixture.request(0, Method::PATCH, &token, path).body(json!({ "Name": "x" }).to_string());
    let locked = read(write.send().await.unwrap()).await;
    assert_eq!((locked.status, locked.code().as_str()), (400, "UNABLE_TO_LOCK_ROW"));
    assert!(locked.text().contains("001000000000000AAA"));
    for (fault, status) in [(Fault::Gone, 420), (Fault::BadGateway, 502)] {
        fixture.demo.set_fault(Some(fault));
        let page = fixture.data(0, &token, "limits").await;
        assert_eq!(page.status, status);
        assert!(page.header("content-type").starts_with("text/html") && page.text().contains("<title>"));
    }
    fixture.demo.set_fault(Some(Fault::Stranger));
    let away = fixture.data(0, &token, "limits").await;
    assert_eq!((away.status, away.header("location").contains(".invalid/")), (302, true));
}

#[tokio::test]
async fn bodies_say_what_they_are_not() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let whole = fixture.data(0, &token, "").await;
    fixture.demo.set_fault(Some(Fault::EmptyBody));
    let empty = fixture.data(0, &token, "").await;
    assert_eq!((empty.status, empty.body.len()), (200, 0));
    assert_eq!(empty.header("content-type"), whole.header("content-type"));
    fixture.demo.set_fault(Some(Fault::WrongType));
    let page = fixture.data(0, &token, "").await;
    assert!(page.header("content-type").starts_with("text/html"));
    assert_eq!(page.body, whole.body);
    fixture.demo.set_fault(Some(Fault::WrongCharset));
    let wide = fixture.data(0, &token, "").await;
    assert!(wide.header("content-type").ends_with("UTF-8"));
    assert_eq!(wide.body.len(), 2 * whole.body.len());
    fixture.demo.set_fault(Some(Fault::BrokenGzip));
    let broken = fixture.data(0, &token, "").await;
    assert_eq!((broken.status, broken.header("content-encoding")), (200, "gzip"));
    let mut decoder = async_compression::tokio::write::GzipDecoder::new(Vec::new());
    let unpacked = async { decoder.write_all(&broken.body).await.and(decoder.shutdown().await) }.await;
    assert!(unpacked.is_err());
}

#[tokio::test]
async fn a_reset_comes_before_any_byte() {
    let fixture = Fixture::new().await;
    let host = fixture.org(0).instance_url.strip_prefix("http://").unwrap().to_owned();
    fixture.demo.set_fault(Some(Fault::Reset));
    let mut socket = tokio::net::TcpStream::connect(&host).await.unwrap();
    socket.write_all(format!("GET /services/data HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let end = socket.read_to_end(&mut answer).await;
    assert!(answer.is_empty(), "{answer:?}");
    assert_eq!(end.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    fixture.demo.set_fault(None);
    assert_eq!(fixture.get(0, "", "/services/data").await.status, 200);
}

#[tokio::test]
async fn silence_lasts_until_the_demo_ends() {
    let fixture = Fixture::new().await;
    fixture.demo.set_fault(Some(Fault::Silence));
    let url = format!("{}/services/data", fixture.org(0).instance_url);
    let waiting = tokio::spawn(fixture.http.get(url).send());
    while fixture.demo.requests_seen().is_empty() {
        tokio::task::yield_now().await;
    }
    // Logins go on meanwhile.
    fixture.log_in(0, "admin").await;
    assert!(!waiting.is_finished());
    fixture.demo.stop().await;
    assert!(waiting.await.unwrap().map_or(true, |response| response.status() == 503));
}

#[tokio::test]
async fn a_slow_start_is_as_long_as_its_rule_says() {
    let fixture = Fixture::new().await;
    fixture.demo.set_rules(rules(&["slow-start,ms=80"]));
    let start = Instant::now();
    assert_eq!(fixture.get(0, "", "/services/data").await.status, 200);
    assert!(start.elapsed() >= Duration::from_millis(80));
}

#[tokio::test]
async fn a_clock_that_is_ahead_shows_and_refuses() {
    let fixture = Fixture::new().await;
    fixture.demo.set_fault(Some(Fault::ClockSkew));
    let refused = fixture.log_in_with(0, &fixture.claims(0, "admin")).await;
    assert_eq!(refused.json()["error_description"], "expired authorization code");
    let date = jiff::fmt::rfc2822::parse(refused.header("date")).unwrap().timestamp().as_second();
    assert!((date - now() - 3_600).abs() < 30, "{date}");
    let mut claims = fixture.claims(0, "admin");
    claims["exp"] = json!(now() + 3_600 + 180);
    assert_eq!(fixture.log_in_with(0, &claims).await.status, 200);
}

#[tokio::test]
async fn a_fault_may_be_for_one_user_or_one_org() {
    let fixture = Fixture::new().await;
    fixture.demo.set_rules(rules(&["503,user=sales", "500,org=sandbox", "login-ip,user=api"]));
    let [admin, sales] = [fixture.token(0, "admin").await, fixture.token(0, "sales").await];
    assert_eq!(fixture.data(0, &admin, "limits").await.status, 200);
    assert_eq!(fixture.data(0, &sales, "limits").await.status, 503);
    let tester = fixture.token(1, "admin").await;
    assert_eq!(fixture.data(1, &tester, "limits").await.status, 500);
    let api = fixture.log_in_with(0, &fixture.claims(0, "api")).await;
    assert_eq!(api.json()["error_description"], "ip restricted");
    // The identity too, whose token may stand in the query.
    let login = fixture.log_in(0, "sales").await;
    let path = login["id"].as_str().unwrap().split_once("/id/").unwrap().1.to_owned();
    let token = login["access_token"].as_str().unwrap();
    assert_eq!(fixture.get(0, "x", &format!("/id/{path}?oauth_token={token}")).await.text(), "Bad_OAuth_Token");
    let url = format!("{}/id/{path}?oauth_token={token}", fixture.org(0).instance_url);
    assert_eq!(read(fixture.http.get(url).send().await.unwrap()).await.status, 503);
}

#[tokio::test]
async fn a_path_makes_a_fault_reach_logins() {
    let fixture = Fixture::new().await;
    fixture.demo.set_rules(rules(&["503,path=/oauth2/token,times=1", "cut,after=1,path=/limits"]));
    let refused = fixture.log_in_with(0, &fixture.claims(0, "admin")).await;
    assert_eq!((refused.status, refused.code().as_str()), (503, "SERVER_UNAVAILABLE"));
    let token = fixture.token(0, "admin").await;
    assert_eq!(fixture.data(0, &token, "limits").await.status, 200);
    let cut = fixture.request(0, Method::GET, &token, "/services/data/v67.0/limits").send().await.unwrap();
    assert!(cut.bytes().await.is_err());
}

#[tokio::test]
async fn the_same_seed_gives_the_same_day() {
    let mut days = Vec::new();
    for seed in [1, 1, 2] {
        let options = Options { seed, faults: rules(&["503,percent=40"]), ..Options::default() };
        let fixture = Fixture::with(options).await;
        let token = fixture.token(0, "admin").await;
        let mut day = Vec::new();
        for _ in 0..40 {
            day.push(fixture.data(0, &token, "limits").await.status);
        }
        days.push(day);
    }
    assert_eq!(days[0], days[1]);
    assert_ne!(days[0], days[2]);
    assert!(days[0].contains(&200) && days[0].contains(&503));
}
