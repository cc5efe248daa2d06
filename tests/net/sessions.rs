//! Sessions: one login for all who need it, whoever goes away, and renewal.

use crate::fixtures::{KEY, Key, PASSPHRASE, clock, granted, granted_for, profile, refused, with};
use crate::listener::{Listener, Seen, Step, client};
use futures_util::FutureExt;
use futures_util::future::join_all;
use orgdeck::auth::{LoginError, Sessions};
use orgdeck::profile::Profile;
use orgdeck::secret::Secret;
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::Semaphore;

fn sessions() -> Sessions {
    Sessions::new(client(), clock())
}

fn profile_at(listener: &Listener) -> Profile {
    profile(listener.url("/").as_str(), &KEY.path())
}

/// A listener that grants each login a token of its own, and waits for the gate first.
async fn gated() -> (Listener, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let listener = Listener::start(move |seen, number| {
        let mut steps = vec![Step::Gate(Arc::clone(&held))];
        steps.extend(numbered(seen, number));
        steps
    })
    .await;
    (listener, gate)
}

/// A token answer whose token tells how many logins there were before.
fn numbered(seen: &Seen, number: usize) -> Vec<Step> {
    let Some(Step::Send(bytes)) = granted(seen).into_iter().next() else { return Vec::new() };
    // The same length as before, so that the announced one stays right.
    let text = String::from_utf8(bytes).unwrap().replace("sessionOfTheTest", &format!("session{number:09}"));
    vec![Step::Send(text.into_bytes())]
}

#[tokio::test]
async fn callers_share_one_login_and_its_token() {
    let (listener, gate) = gated().await;
    let (sessions, profile) = (sessions(), profile_at(&listener));
    gate.add_permits(1);
    let tokens = join_all((0..5).map(|_| sessions.token(&profile))).await;
    let later = sessions.clone().token(&profile).await.unwrap();
    assert!(tokens.iter().all(|token| Arc::ptr_eq(token.as_ref().unwrap(), &later)));
    assert!(Arc::ptr_eq(&sessions.peek(&profile.id()).unwrap(), &later));
    assert_eq!(listener.seen().len(), 1);
}

#[tokio::test]
async fn a_caller_who_goes_away_takes_nothing_from_the_others() {
    let (listener, gate) = gated().await;
    let (sessions, profile) = (sessions(), profile_at(&listener));
    let first = tokio::spawn({
        let (sessions, profile) = (sessions.clone(), profile.clone());
        async move { sessions.token(&profile).await.is_ok() }
    });
    listener.arrived(1).await;
    let mut second = pin!(sessions.token(&profile));
    assert!(second.as_mut().now_or_never().is_none());
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    gate.add_permits(1);
    assert!(second.await.is_ok());
    assert_eq!(listener.seen().len(), 1);
}

#[tokio::test]
async fn a_login_nobody_waits_for_leaves_nothing_behind() {
    let (listener, gate) = gated().await;
    let (sessions, profile) = (sessions(), profile_at(&listener));
    let only = tokio::spawn({
        let (sessions, profile) = (sessions.clone(), profile.clone());
        async move { sessions.token(&profile).await.is_ok() }
    });
    listener.arrived(1).await;
    only.abort();
    assert!(only.await.unwrap_err().is_cancelled());
    assert!(sessions.peek(&profile.id()).is_none());
    gate.add_permits(2);
    assert!(sessions.token(&profile).await.is_ok());
    assert_eq!(listener.seen().len(), 2);
}

#[tokio::test]
async fn failures_are_shared_and_not_kept() {
    let listener = Listener::start(|seen, number| match number {
        0 => refused("invalid_grant", "inactive user"),
        _ => granted(seen),
    })
    .await;
    let (sessions, profile) = (sessions(), profile_at(&listener));
    let failed = join_all((0..3).map(|_| sessions.token(&profile))).await;
    assert!(failed.iter().all(|result| matches!(result, Err(error) if matches!(**error, LoginError::Refused { .. }))));
    assert_eq!(listener.seen().len(), 1);
    assert!(sessions.peek(&profile.id()).is_none());
    assert!(sessions.token(&profile).await.is_ok());
}

#[tokio::test]
async fn users_do_not_share() {
    let listener = Listener::start(numbered).await;
    let (sessions, ada) = (sessions(), profile_at(&listener));
    let mut ben = ada.clone();
    ben.user.username = "ben@acme.example".to_owned();
    let (one, other) = tokio::join!(sessions.token(&ada), sessions.token(&ben));
    assert_ne!(one.unwrap().access_token, other.unwrap().access_token);
    assert_eq!(listener.seen().len(), 2);
}

#[tokio::test]
async fn an_edited_app_logs_in_anew() {
    let listener = Listener::start(numbered).await;
    let (sessions, profile) = (sessions(), profile_at(&listener));
    let token = sessions.token(&profile).await.unwrap();
    let renamed = with(&profile, |app| app.read_only = true);
    assert!(Arc::ptr_eq(&sessions.token(&renamed).await.unwrap(), &token));
    let edited = with(&profile, |app| app.client_id = "another".to_owned());
    assert_ne!(sessions.token(&edited).await.unwrap().access_token, token.access_token);
}

#[tokio::test]
async fn an_ended_session_is_renewed_once_for_all() {
    let listener = Listener::start(numbered).await;
    let (sessions, profile) = (sessions(), profile_at(&listener));
    let ended = sessions.token(&profile).await.unwrap();
    let renewals = join_all((0..4).map(|_| sessions.renew(&profile, &ended))).await;
    let late = sessions.renew(&profile, &ended).await.unwrap();
    for renewal in renewals {
        let renewal = renewal.unwrap();
        assert!(Arc::ptr_eq(&renewal.token, &late.token));
        assert!(!renewal.moved);
    }
    assert_ne!(late.token.access_token, ended.access_token);
    assert_eq!(listener.seen().len(), 2);

    // Who still holds the ended one cannot throw the new one away.
    sessions.forget(&profile.id(), &ended);
    assert!(sessions.peek(&profile.id()).is_some());
    sessions.forget(&profile.id(), &late.token);
    assert!(sessions.peek(&profile.id()).is_none());
}

#[tokio::test]
async fn a_renewal_that_brings_somebody_else_says_so() {
    const ORG: &str = "00Dxx0000000001";
    const USER: &str = "005xx0000000001";
    for (host, org, user, other_identity, moved) in [
        // The same ids in their long form.
        ("http://127.0.0.1:1", "00Dxx0000000001EAA", "005xx0000000001AAA", false, false),
        ("http://127.0.0.1:2", ORG, USER, false, true),
        ("http://127.0.0.1:1", "00Dxx0000000002", USER, true, false),
        ("http://127.0.0.1:1", ORG, "005xx0000000002", true, false),
    ] {
        let listener = Listener::start(move |_, number| match number {
            0 => granted_for("http://127.0.0.1:1", ORG, USER),
            _ => granted_for(host, org, user),
        })
        .await;
        let (sessions, profile) = (sessions(), profile_at(&listener));
        let ended = sessions.token(&profile).await.unwrap();
        let renewal = sessions.renew(&profile, &ended).await;
        let told = match &renewal {
            Ok(renewal) => (false, renewal.moved),
            Err(error) => (matches!(**error, LoginError::OtherIdentity { .. }), false),
        };
        assert_eq!(told, (other_identity, moved), "{host} {org} {user}");
    }
}

#[tokio::test]
async fn somebody_else_s_session_is_an_alarm_until_the_app_is_changed() {
    let listener = Listener::start(|seen, number| {
        let user = if number == 0 { "005xx0000000001AAA" } else { "005xx0000000002AAA" };
        granted_for(&format!("http://{}", seen.header("host").unwrap()), "00Dxx0000000001EAA", user)
    })
    .await;
    let (sessions, profile) = (sessions(), profile_at(&listener));
    let first = sessions.token(&profile).await.unwrap();
    sessions.forget(&profile.id(), &first);
    // What does not log in in another way changes nothing.
    let renamed = with(&profile, |app| app.read_only = true);
    for profile in [&profile, &profile, &renamed, &profile] {
        let failed = sessions.token(profile).await.unwrap_err();
        let LoginError::OtherIdentity { before, now } = &*failed else { panic!("{failed:?}") };
        assert_eq!((before.user_id.as_str(), now.user_id.as_str()), ("005xx0000000001AAA", "005xx0000000002AAA"));
        assert!(sessions.peek(&profile.id()).is_none(), "its token is not kept");
    }
    let edited = with(&profile, |app| app.client_id = "another".to_owned());
    assert_eq!(sessions.token(&edited).await.unwrap().user_id(), "005xx0000000002AAA");
}

#[tokio::test]
async fn a_passphrase_is_asked_for_and_asked_again() {
    let listener = Listener::start(|seen, _| granted(seen)).await;
    let key = Key::make();
    let profile = profile(listener.url("/").as_str(), &key.encrypted());
    let sessions = sessions();
    let wrong = async |expected: bool| match sessions.token(&profile).await {
        Err(error) => match &*error {
            LoginError::PassphraseNeeded { wrong, path } => {
                assert_eq!((path, *wrong), (&profile.app.private_key, expected));
            }
            other => panic!("{other:?}"),
        },
        Ok(_) => panic!("the key opened without its passphrase"),
    };
    wrong(false).await;
    sessions.give_passphrase("other app", Secret::new(PASSPHRASE));
    wrong(false).await;
    sessions.give_passphrase("acme", Secret::new("guess"));
    wrong(true).await;
    wrong(false).await;
    sessions.give_passphrase("acme", Secret::new(PASSPHRASE));
    assert!(sessions.token(&profile).await.is_ok());
    assert_eq!(listener.seen().len(), 1);
}
