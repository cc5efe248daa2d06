//! The origin rule and the redirect rule, proved by what reaches a stranger: for every secret in every position.

use crate::support::{ID_PATH, Reply, Seen, TOKEN, World};
use orgdeck::org::{Link, LinkBase, link_of};
use orgdeck::request::{FailureKind, Pair, Request, RequestBody};
use std::collections::HashMap;

/// Nothing that reached the stranger held a secret.
fn clean(seen: &[Seen]) -> bool {
    seen.iter().all(|one| !one.holds_a_secret())
}

#[tokio::test]
async fn a_secret_in_any_position_never_reaches_a_stranger() {
    let world = World::new().await;
    let text = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(text.path(), "k={{apiKey}}").unwrap();
    let binary = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(binary.path(), [b"\xff\x00 ", TOKEN.as_bytes()].concat()).unwrap();
    let big = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(big.path(), format!("{}{TOKEN}", "x".repeat(2 << 20))).unwrap();
    let at = |path: &str| Request::get(format!("{{{{stranger}}}}{path}"));
    let post = |body: RequestBody| Request { method: "POST".into(), body, ..at("/in") };
    let header = |name: &str, value: &str| Request { headers: vec![Pair::new(name, value)], ..at("/x") };
    let requests = [
        at("/x?t={{accessToken}}"),
        at("/{{_accessToken}}"),
        at("/x?k={{apiKey}}"),
        Request { params: vec![Pair::new("t", "{{accessToken}}")], ..at("/x") },
        Request { params: vec![Pair::new("{{accessToken}}", "t")], ..at("/x") },
        header("Authorization", "{{tokenType}} {{accessToken}}"),
        header("X-Whatever", "{{apiKey}}"),
        post(RequestBody::Text("token={{accessToken}}".into())),
        post(RequestBody::File(text.path().to_owned())),
        post(RequestBody::File(binary.path().to_owned())),
        post(RequestBody::File(big.path().to_owned())),
        // Pasted, whole or in part, or written in another way.
        at(&format!("/x?t={TOKEN}")),
        at(&format!("/x?t={}", TOKEN.replace('!', "%21"))),
        at(&format!("/x?t={}", TOKEN.replace('A', "%41"))),
        at(&format!("/x?t={}", TOKEN.split_once('!').unwrap().1)),
        header("Cookie", &format!("sid={TOKEN}")),
        post(RequestBody::Text(format!("<sessionId>{TOKEN}</sessionId>"))),
    ];
    for request in requests {
        let failure = world.ask(request.clone()).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Refused, "{request:?}: {failure:?}");
        assert!(failure.facts.iter().any(|(_, value)| *value == world.stranger.url), "{failure:?}");
        assert!(!format!("{failure:?}").contains("AQ4AQP"), "{failure:?}");
    }
    assert_eq!(world.stranger.seen().len(), 0, "nothing at all was sent");
}

#[tokio::test]
async fn the_same_secrets_reach_their_own_org_and_are_masked_in_what_is_kept() {
    let world = World::new().await;
    let mut request = Request::get("{{endpoint}}/services/data/v67.0/limits?k={{apiKey}}");
    request.headers =
        vec![Pair::new("Authorization", "{{tokenType}} {{accessToken}}"), Pair::new("X-Key", "{{apiKey}}")];
    let exchange = world.ask(request).await.unwrap();
    let seen = &world.instance.asked()[0];
    assert_eq!(seen.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
    assert_eq!(
        (seen.header("x-key"), seen.target.ends_with("k=hunter2-of-the-test")),
        (Some("hunter2-of-the-test"), true)
    );
    let kept = format!("{exchange:?}");
    assert!(!kept.contains("AQ4AQP") && !kept.contains("hunter2"), "{kept}");
    assert!(exchange.with_identity && exchange.url.contains("••••"));
    let pasted = world.get(&format!("/services/data/v67.0/limits?t={TOKEN}")).await.unwrap();
    assert!(!format!("{pasted:?}").contains("AQ4AQP"), "{pasted:?}");
    let typed = Request { headers: vec![Pair::new("Authorization", "Basic typed-by-hand")], ..Request::get("limits") };
    assert!(!format!("{:?}", world.ask(typed).await.unwrap()).contains("typed-by-hand"));
}

#[tokio::test]
async fn an_absolute_address_elsewhere_goes_without_identity_and_says_so() {
    let world = World::new().await;
    world.stranger.says(|_, _| Reply::json(200, "{}"));
    let exchange = world.get("{{stranger}}/services/data/v67.0/limits").await.unwrap();
    assert!(!exchange.with_identity && exchange.notes.iter().any(|note| note.contains("without identity")));
    // The login host is a stranger too, save for the identity's own paths.
    let exchange = world.get(&format!("{}/services/data/v67.0/limits", world.login.url)).await.unwrap();
    assert!(!exchange.with_identity);
    assert!(clean(&world.stranger.seen()) && clean(&world.login.asked()));
    assert_eq!((world.stranger.seen().len(), world.login.asked().len()), (1, 1));
    // Another port of the same host is another origin.
    let near = world.get(&format!("{}/id/00Dxx0000000001EAA/005xx0000000009AAA", world.login.url)).await.unwrap();
    assert!(!near.with_identity, "another user's id URL is not ours");
}

#[tokio::test]
async fn addresses_that_pretend() {
    let world = World::new().await;
    let port = world.stranger.url.rsplit(':').next().unwrap();
    for address in [
        format!("http://127.0.0.1@127.0.0.1:{port}/x"),
        format!("{}@127.0.0.1:{port}/x", world.instance.url),
        format!("http://user:pass@127.0.0.1:{port}/x"),
        "http://evil.example/x".to_owned(),
        "ftp://127.0.0.1/x".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        let failure = world.get(&address).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Refused, "{address}: {failure:?}");
    }
    // With a secret in them, look-alikes are strangers before any name is looked up.
    for address in ["https://аcme.my.salesforce.com/x", "https://127.0.0.1.evil.example/x", "https://localhost/x"] {
        let failure = world.get(&format!("{address}?t={{{{accessToken}}}}")).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Refused, "{address}: {failure:?}");
    }
    assert!(world.stranger.seen().is_empty());
    // Paths that try to become hosts stay on the org.
    for address in [
        format!("//127.0.0.1:{port}/x"),
        format!("/\\127.0.0.1:{port}/x"),
        format!("@127.0.0.1:{port}/x"),
        format!(":{port}/x"),
    ] {
        world.get(&address).await.unwrap();
    }
    assert!(world.stranger.seen().is_empty());
    assert_eq!(world.instance.asked().len(), 4);
}

#[tokio::test]
async fn the_identity_s_redirect_to_the_instance_is_followed_with_the_token() {
    let world = World::new().await;
    let instance = world.instance.url.clone();
    let login = world.login.clone();
    let token_url = format!("{}{ID_PATH}", world.login.url);
    login.says({
        let instance = instance.clone();
        move |seen, n| match seen.path() {
            "/services/oauth2/token" => crate::support::token_answer(n, &instance, &token_url),
            path => Reply::redirect(302, format!("{instance}{path}")),
        }
    });
    let exchange = world.get("{{IdURL}}").await.unwrap();
    assert_eq!((exchange.status, exchange.trouble.as_ref()), (200, None));
    assert_eq!(exchange.url, format!("{instance}{ID_PATH}"));
    assert!(exchange.notes.iter().any(|note| note.contains("own instance")), "{:?}", exchange.notes);
    for host in [&world.login, &world.instance] {
        assert_eq!(host.asked()[0].header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
    }
}

#[tokio::test]
async fn every_other_redirect_with_a_secret_is_refused_and_shown() {
    let world = World::new().await;
    let (instance, stranger) = (world.instance.url.clone(), world.stranger.url.clone());
    let id = format!("{}{ID_PATH}", world.login.url);
    let targets = [
        format!("{stranger}{ID_PATH}"),
        format!("https://evil.example{ID_PATH}"),
        format!("{}@{}", instance, stranger.trim_start_matches("http://")),
        format!("{instance}/services/oauth2/revoke?token=x"),
        format!("{instance}/id/00Dxx0000000001EAA/005xx0000000002AAA"),
        format!("{}/elsewhere", world.login.url),
        "//evil.example/id".to_owned(),
        "javascript:alert(1)".to_owned(),
    ];
    for target in targets {
        let (instance, id, to) = (instance.clone(), id.clone(), target.clone());
        world.login.says(move |seen, n| match seen.path() {
            "/services/oauth2/token" => crate::support::token_answer(n, &instance, &id),
            _ => Reply::redirect(302, to.clone()),
        });
        let exchange = world.get("{{IdURL}}").await.unwrap();
        let trouble = exchange.trouble.clone().unwrap_or_else(|| panic!("{target}"));
        assert_eq!((exchange.status, trouble.kind), (302, FailureKind::Refused), "{target}");
        assert_eq!(exchange.header("location"), Some(target.as_str()));
    }
    // From the instance, wherever it leads; a POST is not turned into a GET either.
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{stranger}/x");
        world.instance.says(move |seen, _| match seen.path() {
            "/services/data" => Reply::json(200, crate::support::VERSIONS),
            _ => Reply::redirect(status, to.clone()),
        });
        for request in [
            Request::get("limits"),
            Request { method: "POST".into(), ..Request::get("sobjects/Account") },
            Request::get(ID_PATH),
        ] {
            let exchange = world.ask(request).await.unwrap();
            assert_eq!((exchange.status, exchange.trouble.unwrap().kind), (status, FailureKind::Refused));
        }
    }
    assert!(world.stranger.seen().is_empty());
}

#[tokio::test]
async fn the_identity_s_hop_is_one_and_no_chain() {
    let world = World::new().await;
    let (instance, login) = (world.instance.url.clone(), world.login.url.clone());
    let (here, id) = (instance.clone(), format!("{login}{ID_PATH}"));
    world.login.says(move |seen, n| match seen.path() {
        "/services/oauth2/token" => crate::support::token_answer(n, &here, &id),
        path => Reply::redirect(302, format!("{here}{path}")),
    });
    world.instance.says(move |seen, _| match seen.path() {
        "/services/data" => Reply::json(200, crate::support::VERSIONS),
        path => Reply::redirect(302, format!("{login}{path}")),
    });
    let exchange = world.get("{{IdURL}}").await.unwrap();
    assert_eq!(exchange.trouble.unwrap().kind, FailureKind::Refused);
    assert_eq!((world.instance.asked().len(), world.login.asked().len()), (1, 1));
}

#[tokio::test]
async fn a_redirect_without_a_secret_is_shown_and_not_followed() {
    let world = World::new().await;
    let to = format!("{}/x", world.instance.url);
    world.stranger.says(move |_, _| Reply::redirect(302, to.clone()));
    let exchange = world.get("{{stranger}}/go").await.unwrap();
    let trouble = exchange.trouble.unwrap();
    assert_eq!((trouble.kind, trouble.title.contains("not followed")), (FailureKind::Org, true));
    assert!(world.instance.asked().is_empty());
}

#[tokio::test]
async fn a_link_in_an_answer_leads_a_token_nowhere_else() {
    let world = World::new().await;
    let token = world.org.log_in(&world.profile).await.unwrap();
    let prefixes = HashMap::new();
    let base = LinkBase { instance: &token.instance_url, id_url: &token.id_url, version: "67.0", prefixes: &prefixes };
    let port = world.stranger.url.rsplit(':').next().unwrap();
    for text in [
        format!("{}/services/data/v67.0/limits", world.stranger.url),
        format!("{}@127.0.0.1:{port}/services/data/", world.instance.url),
        format!("//127.0.0.1:{port}/services/data/"),
        format!("{}{ID_PATH}", world.stranger.url),
        format!("{}/services/data/v67.0/x?t={{{{accessToken}}}}", world.stranger.url),
    ] {
        match link_of(&text, &base) {
            None | Some(Link::Browser(_) | Link::Refused(_)) => {}
            other => panic!("{text}: {other:?}"),
        }
    }
    let Some(Link::Follow(address)) =
        link_of(&format!("{}/services/data/v{{version}}/limits", world.instance.url), &base)
    else {
        panic!()
    };
    assert!(world.get(&address).await.unwrap().with_identity);
}

#[tokio::test]
async fn a_token_answer_that_names_a_stranger_is_thrown_away() {
    let world = World::new().await;
    let stranger = "https://evil.example";
    let id = format!("{}{ID_PATH}", world.login.url);
    world.login.says(move |_, n| crate::support::token_answer(n, stranger, &id));
    let failure = world.get("limits").await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Login);
    assert!(failure.facts.contains(&("instance_url".to_owned(), stranger.to_owned())), "{failure:?}");
    assert!(!format!("{failure:?}").contains("AQ4AQP"));
    assert!(world.org.sessions().peek(&world.profile.id()).is_none());
}

#[tokio::test]
async fn an_assertion_for_salesforce_goes_to_no_stranger() {
    let world = World::with(|app| app.audience = Some("https://login.salesforce.com".to_owned()), |_| ()).await;
    let failure = world.get("limits").await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Refused, "{failure:?}");
    assert!(world.login.seen().is_empty());
}
