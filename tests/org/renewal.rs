//! Sessions that end: renewed once, and not at all where that would be of no use or an alarm.

use crate::support::{ID_PATH, Reply, TOKEN, VERSIONS, World, token_answer};
use orgdeck::profile::Kind;
use orgdeck::request::{Exchange, Failure, FailureKind, Request, RequestBody};

const ENDED: &str = r#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#;

/// Refuses the first session and takes the next.
fn ended_once(world: &World, status: u16, media: &'static str, body: &'static str) {
    world.instance.says(move |seen, _| match seen.path() {
        "/services/data" => Reply::json(200, VERSIONS),
        _ if seen.header("authorization") == Some(&format!("Bearer {TOKEN}")) => Reply::of(status, media, body),
        _ => Reply::json(200, r#"{"fine":true}"#),
    });
}

#[tokio::test]
async fn a_read_is_sent_again_silently_with_a_note() {
    let world = World::new().await;
    ended_once(&world, 401, "application/json", ENDED);
    let exchange = world.get("limits").await.unwrap();
    assert_eq!((exchange.status, world.login.logins(), world.instance.asked().len()), (200, 2, 2));
    assert!(exchange.notes.iter().any(|note| note.contains("renewed")), "{:?}", exchange.notes);
    // The new session serves what comes after.
    world.get("limits").await.unwrap();
    assert_eq!(world.login.logins(), 2);
}

#[tokio::test]
async fn the_identity_s_own_word_for_it_counts_as_well() {
    let world = World::new().await;
    ended_once(&world, 403, "text/html", "Bad_OAuth_Token");
    assert_eq!(world.get(ID_PATH).await.unwrap().status, 200);
    assert_eq!(world.login.logins(), 2);
}

#[tokio::test]
async fn a_token_by_variable_is_renewed_as_well() {
    let world = World::new().await;
    ended_once(&world, 401, "application/json", ENDED);
    let mut request = Request::get("{{endpoint}}/services/data/v67.0/limits");
    request.headers.push(orgdeck::request::Pair::new("Authorization", "{{tokenType}} {{accessToken}}"));
    assert_eq!(world.ask(request).await.unwrap().status, 200);
}

#[tokio::test]
async fn once_and_no_more() {
    let world = World::new().await;
    world.instance.says(|seen, _| {
        if seen.path() == "/services/data" { Reply::json(200, VERSIONS) } else { Reply::json(401, ENDED) }
    });
    let exchange = world.get("limits").await.unwrap();
    assert_eq!((exchange.status, world.login.logins(), world.instance.asked().len()), (401, 2, 2));
    assert_eq!(exchange.trouble.unwrap().title, "401 INVALID_SESSION_ID");
}

#[tokio::test]
async fn other_refusals_are_shown_and_not_retried() {
    for (status, body) in [
        (
            401,
            r#"[{"message":"This session is not valid for use with the REST API","errorCode":"INVALID_SESSION_ID"}]"#,
        ),
        (401, r#"[{"message":"no","errorCode":"INVALID_AUTH_HEADER"}]"#),
        (403, r#"[{"message":"The REST API is not enabled","errorCode":"API_DISABLED_FOR_ORG"}]"#),
        (401, ""),
    ] {
        let world = World::new().await;
        ended_once(&world, status, "application/json", body);
        let exchange = world.get("limits").await.unwrap();
        assert_eq!((exchange.status, world.login.logins(), world.instance.asked().len()), (status, 1, 1), "{body}");
    }
}

#[tokio::test]
async fn a_session_of_the_user_s_own_is_not_renewed() {
    let world = World::new().await;
    world.instance.says(|seen, _| {
        if seen.path() == "/services/data" { Reply::json(200, VERSIONS) } else { Reply::json(401, ENDED) }
    });
    let mut request = Request::get("limits");
    request.headers.push(orgdeck::request::Pair::new("Authorization", "Bearer someone-elses"));
    let exchange = world.ask(request).await.unwrap();
    assert_eq!((exchange.status, exchange.with_identity, world.login.logins()), (401, false, 1));
}

#[tokio::test]
async fn a_write_is_sent_again_since_the_org_refused_it_before_running_it() {
    let world = World::with(|app| app.kind = Kind::Production, |_| ()).await;
    ended_once(&world, 401, "application/json", ENDED);
    let request =
        Request { method: "POST".into(), body: RequestBody::Text("{}".into()), ..Request::get("sobjects/Account") };
    let FailureKind::Confirm(permit) = world.ask(request.clone()).await.unwrap_err().kind else { panic!() };
    let mut ask = world.ask_of(request);
    ask.permit = Some(*permit);
    let exchange = world.org.ask(ask).await.unwrap();
    assert_eq!((exchange.status, world.instance.asked().len()), (200, 2));
    assert!(exchange.notes.iter().any(|note| note.contains("before running it")), "{:?}", exchange.notes);
}

/// Confirms this write and sends it.
async fn confirmed(world: &World, request: Request) -> Result<Exchange, Failure> {
    let FailureKind::Confirm(permit) = world.ask(request.clone()).await.unwrap_err().kind else { panic!() };
    let mut ask = world.ask_of(request);
    ask.permit = Some(*permit);
    world.org.ask(ask).await
}

fn post(address: &str, body: RequestBody) -> Request {
    Request { method: "POST".into(), body, ..Request::get(address) }
}

#[tokio::test]
async fn a_write_whose_answer_only_mentions_an_ended_session_is_not_sent_again() {
    for (address, body) in [
        // The org's own code: it may have changed something before another org refused it.
        ("/services/apexrest/pay", ENDED),
        ("/services//apexrest;x=y/pay", ENDED),
        // No word of Salesforce's own.
        ("sobjects/Account", r#"{"message":"the callout said INVALID_SESSION_ID","errorCode":"APEX_ERROR"}"#),
        ("sobjects/Account", r#"[{"message":"INVALID_SESSION_ID","errorCode":"APEX_ERROR"}]"#),
        ("sobjects/Account", r#"{"errorCode":"INVALID_SESSION_ID"}"#),
    ] {
        let world = World::with(|app| app.kind = Kind::Production, |_| ()).await;
        ended_once(&world, 401, "application/json", body);
        let exchange = confirmed(&world, post(address, RequestBody::Text("{}".into()))).await.unwrap();
        assert_eq!(
            (exchange.status, world.instance.asked().len(), world.login.logins()),
            (401, 1, 1),
            "{address} {body}"
        );
        assert!(exchange.notes.iter().any(|note| note.contains("not sent again")), "{:?}", exchange.notes);
        // Who asks next gets a session that works.
        assert_eq!(world.get("limits").await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn a_body_that_changed_is_asked_for_again_before_it_goes_with_the_new_session() {
    let world = World::with(|app| app.kind = Kind::Production, |_| ()).await;
    let file = world.spool.path().join("body.json");
    std::fs::write(&file, r#"{"Name":"confirmed"}"#).unwrap();
    let path = file.clone();
    world.instance.says(move |seen, _| match seen.path() {
        "/services/data" => Reply::json(200, VERSIONS),
        _ => {
            std::fs::write(&path, r#"{"Name":"another"}"#).unwrap();
            Reply::json(401, ENDED)
        }
    });
    let failure = confirmed(&world, post("sobjects/Account", RequestBody::File(file))).await.unwrap_err();
    assert!(matches!(failure.kind, FailureKind::Confirm(_)), "{failure:?}");
    let asked = world.instance.asked();
    assert_eq!(asked.iter().map(|seen| seen.body.as_str()).collect::<Vec<_>>(), [r#"{"Name":"confirmed"}"#]);
}

#[tokio::test]
async fn another_user_is_an_alarm() {
    let world = World::new().await;
    let (here, login) = (world.instance.url.clone(), world.login.url.clone());
    world.login.says(move |_, n| {
        let user = if n == 0 { "005xx0000000001AAA" } else { "005xx0000000002AAA" };
        token_answer(n, &here, &format!("{login}/id/00Dxx0000000001EAA/{user}"))
    });
    ended_once(&world, 401, "application/json", ENDED);
    let failure = world.get("limits").await.unwrap_err();
    assert_eq!((failure.kind, failure.title.contains("Alarm")), (FailureKind::Refused, true));
    assert_eq!(world.instance.asked().len(), 1, "nothing was sent as somebody else");
    assert!(world.org.sessions().peek(&world.profile.id()).is_none());
    // Asking again does not make it right.
    for _ in 0..2 {
        let failure = world.get("limits").await.unwrap_err();
        assert_eq!((failure.kind, failure.title.contains("Alarm")), (FailureKind::Refused, true));
    }
    assert_eq!(world.instance.asked().len(), 1, "nothing was sent as somebody else");
}

#[tokio::test]
async fn another_instance_is_followed() {
    let world = World::new().await;
    let (old, new) = (world.instance.url.clone(), world.stranger.url.clone());
    let id = format!("{}{ID_PATH}", world.login.url);
    world.login.says(move |_, n| token_answer(n, if n == 0 { &old } else { &new }, &id));
    ended_once(&world, 401, "application/json", ENDED);
    world.stranger.says(|seen, _| {
        if seen.path() == "/services/data" { Reply::json(200, VERSIONS) } else { Reply::json(200, "{}") }
    });
    let exchange = world.get(&format!("{}/services/data/v67.0/limits", world.instance.url)).await.unwrap();
    assert_eq!((exchange.status, exchange.url.starts_with(&world.stranger.url)), (200, true));
    assert!(exchange.notes.iter().any(|note| note.contains(&world.stranger.url)), "{:?}", exchange.notes);
}

#[tokio::test]
async fn two_that_need_a_new_session_share_one_login() {
    let world = World::new().await;
    world.get("limits").await.unwrap();
    ended_once(&world, 401, "application/json", ENDED);
    let (a, b) = tokio::join!(world.get("limits"), world.get("tabs"));
    assert_eq!((a.unwrap().status, b.unwrap().status, world.login.logins()), (200, 200, 2));
}
