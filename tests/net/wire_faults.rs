//! Bad days on an open connection, and bodies in every wrapping.

use crate::listener::{Listener, Step, answer, client, get, phases, raw, send};
use async_compression::Level;
use async_compression::tokio::bufread::{BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder};
use futures_util::FutureExt;
use orgdeck::wire::{Body, Client, Incoming, Outgoing, Phase, Settings, WireError};
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::sync::Semaphore;

/// A megabyte that packs well and is no repetition.
fn body() -> Vec<u8> {
    (0..50_000).flat_map(|n| format!("{{\"row\":{n}}}, ").into_bytes()).collect()
}

/// All pieces up to the end or the error.
async fn drain(incoming: &mut Incoming) -> (Vec<u8>, Option<WireError>) {
    let mut all = Vec::new();
    loop {
        match incoming.chunk().await {
            Ok(Some(piece)) => all.extend_from_slice(&piece),
            Ok(None) => return (all, None),
            Err(error) => return (all, Some(error)),
        }
    }
}

async fn packed(coding: &str, plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let read = match coding {
        "gzip" => GzipEncoder::new(plain).read_to_end(&mut out).await,
        "br" => BrotliEncoder::with_quality(plain, Level::Fastest).read_to_end(&mut out).await,
        "deflate" => ZlibEncoder::new(plain).read_to_end(&mut out).await,
        _ => DeflateEncoder::new(plain).read_to_end(&mut out).await,
    };
    read.unwrap();
    out
}

#[tokio::test]
async fn every_coding_is_undone_and_counted_as_it_came() {
    let plain = body();
    for coding in ["gzip", "br", "deflate", "bare deflate"] {
        let wire = packed(coding, &plain).await;
        let (length, name) = (wire.len() as u64, coding.trim_start_matches("bare "));
        let listener = Listener::start(move |_, _| answer(200, &[("content-encoding", name)], &wire)).await;
        let mut incoming = send(&client(), get(listener.url("/"))).await.unwrap();
        assert_eq!(incoming.content_length(), None, "the length is the packed one");
        let (all, error) = drain(&mut incoming).await;
        assert!(error.is_none() && all == plain, "{coding}: {error:?}, {} bytes", all.len());
        assert_eq!(incoming.wire_bytes(), length, "{coding}");
        assert!(incoming.wire_bytes() < plain.len() as u64 / 3);
    }
}

#[tokio::test]
async fn codings_on_top_of_each_other_are_undone_in_turn() {
    let wire = packed("br", &packed("gzip", b"hello").await).await;
    let listener = Listener::start(move |_, _| answer(200, &[("content-encoding", "gzip, br")], &wire)).await;
    let incoming = send(&client(), get(listener.url("/"))).await.unwrap();
    assert_eq!(&incoming.bytes(100).await.unwrap()[..], b"hello");
}

#[tokio::test]
async fn who_stops_waiting_for_a_piece_loses_nothing() {
    let plain = body();
    for name in ["gzip", "br", "deflate", "deflate, gzip", "identity"] {
        let mut wire = plain.clone();
        for coding in name.split(", ").filter(|coding| *coding != "identity") {
            wire = packed(coding, &wire).await;
        }
        let (gate, (start, rest)) = (Arc::new(Semaphore::new(0)), wire.split_at(1));
        let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: {name}\r\ncontent-length: {}\r\n\r\n", wire.len());
        let start = Step::Send([head.as_bytes(), start].concat());
        let steps = vec![start, Step::Gate(Arc::clone(&gate)), Step::Send(rest.to_vec())];
        let listener = Listener::start(move |_, _| steps.clone()).await;
        let mut incoming = send(&client(), get(listener.url("/"))).await.unwrap();
        let mut all = Vec::new();
        while incoming.wire_bytes() == 0 {
            if let Some(piece) = incoming.chunk().now_or_never() {
                all.extend_from_slice(&piece.unwrap().unwrap());
            }
            tokio::task::yield_now().await;
        }
        assert!(incoming.chunk().now_or_never().is_none(), "{name}");
        gate.add_permits(1);
        let (rest, error) = drain(&mut incoming).await;
        all.extend_from_slice(&rest);
        assert!(error.is_none() && all == plain, "{name}: {error:?}, {} bytes", all.len());
    }
}

#[tokio::test]
async fn an_unknown_coding_is_left_alone() {
    let listener = Listener::start(|_, _| answer(200, &[("content-encoding", "zstd")], "(packed)")).await;
    let incoming = send(&client(), get(listener.url("/"))).await.unwrap();
    assert_eq!(&incoming.bytes(100).await.unwrap()[..], b"(packed)");
}

#[tokio::test]
async fn no_body_is_no_broken_coding() {
    let listener = Listener::start(|seen, _| match seen.method.as_str() {
        "HEAD" => vec![raw("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 700\r\n\r\n")],
        _ if seen.target == "/304" => vec![raw("HTTP/1.1 304 Not Modified\r\ncontent-encoding: gzip\r\n\r\n")],
        _ => answer(200, &[("content-encoding", "gzip")], ""),
    })
    .await;
    let client = client();
    let head = Outgoing { method: http::Method::HEAD, ..get(listener.url("/")) };
    for outgoing in [head, get(listener.url("/304")), get(listener.url("/empty"))] {
        let mut incoming = send(&client, outgoing).await.unwrap();
        let (all, error) = drain(&mut incoming).await;
        assert!(all.is_empty() && error.is_none(), "{error:?}");
    }
}

#[tokio::test]
async fn a_broken_coding_keeps_what_came_before() {
    let plain = body();
    let mut cut = packed("gzip", &plain).await;
    cut.truncate(cut.len() / 2);
    let mut damaged = packed("gzip", &plain).await;
    let middle = damaged.len() / 2;
    damaged[middle..middle + 64].fill(0xff);
    for wire in [cut, damaged] {
        let listener = Listener::start(move |_, _| answer(200, &[("content-encoding", "gzip")], &wire)).await;
        let mut incoming = send(&client(), get(listener.url("/"))).await.unwrap();
        let (all, error) = drain(&mut incoming).await;
        let Some(WireError::Cut { received, .. }) = error else { panic!("{error:?}") };
        assert_eq!(received, all.len() as u64);
        assert!(all.len() > 100_000 && all.len() < plain.len(), "{}", all.len());
        assert!(plain.starts_with(&all[..100_000]));
        assert!(incoming.chunk().await.unwrap().is_none(), "nothing comes after an error");
    }
}

#[tokio::test]
async fn chunked_bodies_are_put_together() {
    let text = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n";
    let listener = Listener::start(move |_, _| vec![raw(text)]).await;
    let incoming = send(&client(), get(listener.url("/"))).await.unwrap();
    assert_eq!(incoming.content_length(), None);
    assert_eq!(&incoming.bytes(100).await.unwrap()[..], b"hello, world");
}

#[tokio::test]
async fn a_body_may_be_read_up_to_a_cap() {
    let listener = Listener::start(|_, _| answer(200, &[], body())).await;
    let incoming = send(&client(), get(listener.url("/"))).await.unwrap();
    assert_eq!(incoming.bytes(10).await.unwrap(), &body()[..10]);
}

#[tokio::test]
async fn a_cut_body_keeps_what_came_before() {
    for text in [
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nthe beginning",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nd\r\nthe beginning\r\n",
    ] {
        let listener = Listener::start(move |_, _| vec![raw(text), Step::Close]).await;
        let mut incoming = send(&client(), get(listener.url("/"))).await.unwrap();
        let (all, error) = drain(&mut incoming).await;
        assert_eq!(all, b"the beginning");
        assert!(matches!(error, Some(WireError::Cut { received: 13, .. })), "{error:?}");
    }
}

#[tokio::test]
async fn a_cut_before_the_head_is_a_cut() {
    for text in ["", "HTTP/1.1 200 OK\r\ncontent-le"] {
        let listener = Listener::start(move |_, _| vec![raw(text), Step::Close]).await;
        let told = send(&client(), get(listener.url("/"))).await.unwrap_err();
        assert!(matches!(told, WireError::Cut { received: 0, .. }), "{told:?}");
        assert_eq!(listener.seen().len(), 1, "a first connection that fails is not tried again");
    }
}

#[tokio::test]
async fn what_is_no_http_is_told() {
    let listener = Listener::start(|_, _| vec![raw("220 smtp.example ready\r\n\r\n"), Step::Close]).await;
    let told = send(&client(), get(listener.url("/"))).await.unwrap_err();
    assert!(matches!(&told, WireError::Other(detail) if detail.contains("not HTTP")), "{told:?}");
}

#[tokio::test]
async fn nobody_there_is_told_with_the_place() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let told = send(&client(), get(format!("http://{free}/?token=s3cret"))).await.unwrap_err();
    let WireError::Connect { host, .. } = &told else { panic!("{told:?}") };
    assert_eq!(host, &free.to_string());
    assert!(!format!("{told:?} {told}").contains("s3cret"));
}

#[tokio::test]
async fn a_host_that_can_have_no_address_is_told() {
    // A label has 63 characters at most.
    let host = format!("{}.example", "a".repeat(70));
    let told = send(&client(), get(format!("https://{host}/"))).await.unwrap_err();
    assert!(matches!(&told, WireError::Dns { host: named, .. } if named == &host), "{told:?}");
}

#[tokio::test]
async fn a_request_that_is_dropped_is_over() {
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", socket.local_addr().unwrap());
    let client = client();
    let request = tokio::spawn(async move { send(&client, get(url)).await });
    let (mut stream, _) = socket.accept().await.unwrap();
    assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
    request.abort();
    assert_eq!(stream.read(&mut [0; 4096]).await.unwrap(), 0, "the connection is closed, not kept");
}

fn impatient() -> Client {
    Client::new(&Settings { idle_limit: Duration::from_millis(60), ..Settings::default() }).unwrap()
}

#[tokio::test]
async fn silence_before_the_head_ends_at_the_idle_limit() {
    let listener = Listener::start(|_, _| vec![Step::Hold]).await;
    let told = send(&impatient(), get(listener.url("/"))).await.unwrap_err();
    assert!(matches!(told, WireError::IdleLimit { received: 0, .. }), "{told:?}");
}

#[tokio::test]
async fn silence_in_the_body_ends_at_the_idle_limit() {
    let text = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello";
    let listener = Listener::start(move |_, _| vec![raw(text), Step::Hold]).await;
    let mut incoming = send(&impatient(), get(listener.url("/"))).await.unwrap();
    let (all, error) = drain(&mut incoming).await;
    assert_eq!(all, b"hello");
    assert!(matches!(error, Some(WireError::IdleLimit { received: 5, .. })), "{error:?}");
}

#[tokio::test]
async fn silence_while_sending_ends_at_the_idle_limit() {
    // Accepts and never reads: the socket's buffers fill up.
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", socket.local_addr().unwrap());
    let held = tokio::spawn(async move { socket.accept().await.unwrap() });
    let body = Body::Bytes(vec![7; 64 * 1024 * 1024].into());
    let told = send(&impatient(), Outgoing { method: http::Method::POST, body, ..get(url) }).await.unwrap_err();
    assert!(matches!(told, WireError::IdleLimit { received: 0, .. }), "{told:?}");
    drop(held.await.unwrap());
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_is_replaced_for_a_read() {
    let listener = Listener::start(|seen, number| match (seen.connection, number) {
        // The second request on the first connection is read and not answered.
        (0, 1) => vec![Step::Close],
        _ => answer(200, &[], "ok"),
    })
    .await;
    let client = client();
    for _ in 0..2 {
        let incoming = send(&client, get(listener.url("/"))).await.unwrap();
        assert_eq!(&incoming.bytes(100).await.unwrap()[..], b"ok");
    }
    assert_eq!(listener.seen().iter().map(|seen| seen.connection).collect::<Vec<_>>(), [0, 0, 1]);
}

#[tokio::test]
async fn a_get_that_acts_is_not_sent_again_on_a_new_connection() {
    let listener = Listener::start(|_, number| match number {
        0 => answer(200, &[], "ok"),
        _ => vec![Step::Close],
    })
    .await;
    let client = client();
    let incoming = send(&client, get(listener.url("/"))).await.unwrap();
    assert_eq!(&incoming.bytes(100).await.unwrap()[..], b"ok");
    let told = send(&client, Outgoing { repeat: false, ..get(listener.url("/")) }).await.unwrap_err();
    assert!(matches!(told, WireError::Cut { .. }), "{told:?}");
    assert_eq!(listener.seen().iter().map(|seen| seen.connection).collect::<Vec<_>>(), [0, 0]);
}

#[tokio::test]
async fn a_write_that_may_have_been_seen_is_not_sent_again() {
    let listener = Listener::start(|seen, _| match seen.method.as_str() {
        "POST" => vec![Step::Close],
        _ => answer(200, &[], "ok"),
    })
    .await;
    let client = client();
    let incoming = send(&client, get(listener.url("/"))).await.unwrap();
    assert_eq!(&incoming.bytes(100).await.unwrap()[..], b"ok");
    let told = send(&client, Outgoing { method: http::Method::POST, ..get(listener.url("/")) }).await.unwrap_err();
    assert!(matches!(told, WireError::Cut { .. }), "{told:?}");
    assert_eq!(listener.seen().iter().filter(|seen| seen.method == "POST").count(), 1);
}

#[tokio::test]
async fn phases_are_told_in_order() {
    let listener = Listener::start(|_, _| answer(200, &[], "hello")).await;
    let client = client();
    let run = async |outgoing: Outgoing| {
        let (progress, told) = phases();
        let mut incoming = client.send(outgoing, &progress).await.unwrap();
        drain(&mut incoming).await;
        told.lock().unwrap().clone()
    };
    let received = Phase::Receiving { received: 5, total: Some(5) };
    assert_eq!(run(get(listener.url("/"))).await, [Phase::Connecting, Phase::Waiting, received]);
    assert_eq!(run(get(listener.url("/"))).await, [Phase::Waiting, received]);

    let body = vec![b'x'; 200_000];
    let outgoing =
        Outgoing { method: http::Method::PUT, body: Body::Bytes(body.clone().into()), ..get(listener.url("/")) };
    let told = run(outgoing).await;
    let sent: Vec<u64> = told
        .iter()
        .filter_map(|phase| match phase {
            Phase::Sending { sent, total } => {
                assert_eq!(*total, Some(200_000));
                Some(*sent)
            }
            _ => None,
        })
        .collect();
    assert_eq!(sent, [0, 65_536, 131_072, 196_608, 200_000]);
    assert_eq!(told[told.len() - 2..], [Phase::Waiting, received]);
    assert_eq!(listener.seen()[2].body, body);
}

#[tokio::test]
async fn a_file_is_streamed_with_its_length() {
    let listener = Listener::start(|_, _| answer(200, &[], "")).await;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&body()).unwrap();
    let put = |body| Outgoing { method: http::Method::PUT, body, ..get(listener.url("/")) };
    send(&client(), put(Body::File(file.path().to_owned()))).await.unwrap();
    let seen = listener.seen();
    assert_eq!(seen[0].header("content-length"), Some(body().len().to_string().as_str()));
    assert_eq!((seen[0].header("transfer-encoding"), seen[0].body == body()), (None, true));

    for path in [file.path().with_extension("gone"), file.path().parent().unwrap().to_owned()] {
        let told = send(&client(), put(Body::File(path.clone()))).await.unwrap_err();
        assert!(matches!(&told, WireError::File { path: named, .. } if named == &path), "{told:?}");
    }
    assert_eq!(listener.seen().len(), 1, "nothing was sent without its body");
}
