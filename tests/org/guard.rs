//! The write guard on its way to a real socket: what is not allowed never leaves.

use crate::support::{Reply, VERSIONS, World, token_answer};
use orgdeck::org::OrgFacts;
use orgdeck::profile::Kind;
use orgdeck::request::{FailureKind, Pair, Request, RequestBody};

fn post(address: &str, body: &str) -> Request {
    Request { method: "POST".into(), body: RequestBody::Text(body.into()), ..Request::get(address) }
}

fn writes() -> Vec<Request> {
    vec![
        post("sobjects/Account", "{}"),
        Request { method: "delete".into(), ..Request::get("sobjects/Account/001") },
        Request { method: "PATCH".into(), ..Request::get("sobjects/Account/001") },
        Request::get("tooling/executeAnonymous/?anonymousBody=x"),
        Request { params: vec![Pair::new("_HttpMethod", "DELETE")], ..Request::get("sobjects/Account/001") },
        Request { headers: vec![Pair::new("X-HTTP-Method-Override", "PATCH")], ..Request::get("sobjects/Account/001") },
        Request::get("/services/apexrest/x"),
        Request::get("{{IdURL}}/../../../services/oauth2/revoke"),
        post(
            "composite",
            r#"{"compositeRequest":[{"method":"DELETE","url":"/services/data/v67.0/sobjects/Account/001","referenceId":"a"}]}"#,
        ),
    ]
}

#[tokio::test]
async fn production_asks_and_what_was_confirmed_goes_once_as_it_was() {
    let world = World::with(|app| app.kind = Kind::Production, |_| ()).await;
    for request in writes() {
        let failure = world.ask(request.clone()).await.unwrap_err();
        let FailureKind::Confirm(permit) = failure.kind else { panic!("{request:?}: {failure:?}") };
        assert_eq!((permit.who.username.as_str(), permit.org.as_str()), ("ada@acme.example", "127.0.0.1"));
        assert!(failure.facts.iter().any(|(label, _)| label == "address"));
        assert!(world.instance.asked().is_empty() && world.login.asked().is_empty(), "{request:?}");
    }
    let request = post("sobjects/Account", r#"{"Name":"a"}"#);
    let FailureKind::Confirm(permit) = world.ask(request.clone()).await.unwrap_err().kind else { panic!() };
    let mut changed = world.ask_of(post("sobjects/Account", r#"{"Name":"b"}"#));
    changed.permit = Some((*permit).clone());
    assert!(matches!(world.org.ask(changed).await.unwrap_err().kind, FailureKind::Confirm(_)), "a change asks again");
    assert!(world.instance.asked().is_empty());
    let mut same = world.ask_of(request);
    same.permit = Some(*permit);
    assert_eq!(world.org.ask(same).await.unwrap().status, 200);
    assert_eq!(world.instance.asked()[0].body, r#"{"Name":"a"}"#);
}

#[tokio::test]
async fn read_only_refuses_whatever_the_kind_and_the_permit() {
    for kind in [Kind::Production, Kind::Sandbox, Kind::Demo] {
        let world = World::with(|app| (app.kind, app.read_only) = (kind, true), |_| ()).await;
        for request in writes() {
            assert_eq!(world.ask(request).await.unwrap_err().kind, FailureKind::Refused);
        }
        assert!(world.instance.asked().is_empty());
        world.get("limits").await.unwrap();
    }
}

#[tokio::test]
async fn a_sandbox_is_believed_when_the_org_says_so() {
    let world = World::with(|app| app.kind = Kind::Sandbox, |_| ()).await;
    let confirm = |failure: orgdeck::request::Failure| matches!(failure.kind, FailureKind::Confirm(_));
    assert!(confirm(world.ask(post("sobjects/Account", "{}")).await.unwrap_err()), "unknown counts as production");
    let say = |is_sandbox| {
        let facts = OrgFacts { is_sandbox: Some(is_sandbox), ..OrgFacts::default() };
        world.org.note_facts(&world.profile.id(), "00Dxx0000000001EAA", facts)
    };
    say(false);
    assert!(confirm(world.ask(post("sobjects/Account", "{}")).await.unwrap_err()));
    say(true);
    assert_eq!(world.ask(post("sobjects/Account", "{}")).await.unwrap().status, 200);
}

#[tokio::test]
async fn what_one_org_said_does_not_count_for_another_of_the_same_profile() {
    let mut world = World::with(|app| app.kind = Kind::Sandbox, |_| ()).await;
    let facts = OrgFacts { is_sandbox: Some(true), ..OrgFacts::default() };
    world.org.note_facts(&world.profile.id(), "00Dxx0000000001", facts);
    assert_eq!(world.ask(post("sobjects/Account", "{}")).await.unwrap().status, 200);
    // The login URL is changed in profiles.toml; the names stay as they were.
    let (here, id) = (world.instance.url.clone(), "/id/00Dxx0000000009EAA/005xx0000000001AAA");
    let stranger = world.stranger.url.clone();
    world.stranger.says(move |_, n| token_answer(n, &here, &format!("{stranger}{id}")));
    let before = world.profile.id();
    std::sync::Arc::make_mut(&mut world.profile.app).login_url = world.stranger.url.parse().unwrap();
    assert_eq!(world.profile.id(), before);
    let failure = world.ask(post("sobjects/Account", "{}")).await.unwrap_err();
    assert!(matches!(failure.kind, FailureKind::Confirm(_)), "{failure:?}");
    assert_eq!(world.instance.asked().len(), 1);
}

#[tokio::test]
async fn posts_that_only_ask_go_to_production_unasked() {
    let world = World::with(|app| (app.kind, app.read_only) = (Kind::Production, true), |_| ()).await;
    for request in [
        post("graphql", r#"{"query":"{ uiapi { query { Account { edges { node { Id } } } } } }"}"#),
        post("parameterizedSearch", r#"{"q":"Acme"}"#),
        post(
            "composite",
            r#"{"compositeRequest":[{"method":"GET","url":"/services/data/v67.0/limits","referenceId":"a"}]}"#,
        ),
        post("jobs/query", r#"{"operation":"query","query":"SELECT Id FROM Account"}"#),
    ] {
        assert_eq!(world.ask(request).await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn a_write_that_was_cut_is_told_as_outcome_unknown_and_a_read_is_not() {
    let world = World::new().await;
    world.instance.says(|seen, _| {
        if seen.path() == "/services/data" {
            Reply::json(200, VERSIONS)
        } else {
            Reply { silent: true, ..Reply::default() }
        }
    });
    let failure = world.ask(post("sobjects/Account", "{}")).await.unwrap_err();
    assert_eq!((failure.kind, failure.title.starts_with("Outcome unknown")), (FailureKind::Unknown, true));
    assert_eq!(world.instance.asked().len(), 1, "a write is never sent twice on its own");
    assert_eq!(world.get("limits").await.unwrap_err().kind, FailureKind::Network);
}

#[tokio::test]
async fn a_get_that_acts_is_sent_once_though_its_connection_was_dropped() {
    let world = World::new().await;
    world.instance.says(|seen, n| match (seen.path(), n) {
        ("/services/data", _) => Reply::json(200, VERSIONS),
        ("/services/data/v67.0/limits", _) => Reply::json(200, "{}"),
        _ => Reply { silent: true, ..Reply::default() },
    });
    for request in writes().into_iter().filter(|request| request.method == "GET") {
        // A connection that was used and is kept.
        world.get("limits").await.unwrap();
        let before = world.instance.asked().len() + world.login.asked().len();
        let failure = world.ask(request.clone()).await;
        if let Err(failure) = failure {
            assert_eq!(failure.kind, FailureKind::Unknown, "{request:?}: {failure:?}");
        }
        assert_eq!(world.instance.asked().len() + world.login.asked().len(), before + 1, "{request:?}");
    }
}
