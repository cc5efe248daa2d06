//! The variables screen: what names stand for, set here, hidden, removed, copied.

use super::support::{Bench, TOKEN};
use orgdeck::app::variables::rows;
use orgdeck::app::{Effect, Event, Place};
use orgdeck::request::VarOrigin;

fn variables() -> Bench {
    let mut bench = Bench::rest();
    bench.keys("4");
    assert_eq!(bench.state.place, Place::Variables);
    bench
}

fn of(bench: &Bench, name: &str) -> Vec<(VarOrigin, String)> {
    rows(&bench.state).into_iter().filter(|v| v.name == name).map(|v| (v.origin, v.shown())).collect()
}

fn choose(bench: &mut Bench, name: &str, origin: VarOrigin) {
    let at = rows(&bench.state).iter().position(|v| v.name == name && v.origin == origin).unwrap();
    bench.keys("home");
    for _ in 0..at {
        bench.keys("down");
    }
}

#[test]
fn every_origin_is_listed_and_secrets_are_masked() {
    let bench = variables();
    assert_eq!(
        of(&bench, "region"),
        [(VarOrigin::Profile, "emea".to_owned()), (VarOrigin::Global, "world".to_owned())]
    );
    assert_eq!(of(&bench, "endpoint"), [(VarOrigin::Login, "https://acme.my.salesforce.com".to_owned())]);
    let token = of(&bench, "accessToken");
    assert!(token[0].0 == VarOrigin::Login && !token[0].1.contains("00D"), "{token:?}");
}

#[test]
fn one_is_set_changed_and_removed() {
    let mut bench = variables();
    bench.keys("n");
    bench.typed("objects = Account, Contact=x");
    bench.keys("enter");
    assert_eq!(of(&bench, "objects"), [(VarOrigin::Yours, "Account, Contact=x".to_owned())]);
    bench.keys("e");
    bench.typed("y");
    bench.keys("enter");
    assert_eq!(of(&bench, "objects")[0].1, "Account, Contact=xy");
    bench.keys("e");
    bench.typed("zzz");
    bench.keys("esc");
    assert_eq!(of(&bench, "objects")[0].1, "Account, Contact=xy", "esc leaves it as it was");
    bench.keys("d");
    assert!(of(&bench, "objects").is_empty());
    assert!(bench.notice().contains("Removed"));
    assert!(bench.state.variables.row < rows(&bench.state).len());
}

#[test]
fn yours_hides_one_of_the_same_name() {
    let mut bench = variables();
    choose(&mut bench, "region", VarOrigin::Profile);
    bench.keys("enter end");
    bench.typed("-north");
    bench.keys("enter");
    assert_eq!(of(&bench, "region")[0], (VarOrigin::Yours, "emea-north".to_owned()));
    assert_eq!(bench.state.all_variables().get("region").map(|v| v.origin), Some(VarOrigin::Yours));
    choose(&mut bench, "region", VarOrigin::Profile);
    bench.keys("d");
    assert!(bench.notice().contains("only what you set here"), "{}", bench.notice());
    assert_eq!(of(&bench, "region").len(), 3);
}

#[test]
fn a_name_that_cannot_be_one_is_not_set() {
    let mut bench = variables();
    for text in ["=x", "a b=x", "a{{b=x", ""] {
        bench.keys("n");
        bench.typed(text);
        bench.keys("enter");
        assert!(bench.state.variables.line.is_some() && bench.notice().contains("name=value"), "{text}");
        bench.keys("esc");
    }
}

#[test]
fn letters_in_the_line_are_text_and_paste_is_one_line() {
    let mut bench = variables();
    bench.keys("n");
    bench.typed("q1?!");
    bench.event(Event::Pasted("=a\r\nb\n".to_owned()));
    assert_eq!(bench.state.variables.line.as_ref().unwrap().text(), "q1?!=a b");
    assert_eq!(bench.state.place, Place::Variables);
}

#[test]
fn copying_a_secret_asks_first() {
    let mut bench = variables();
    choose(&mut bench, "accessToken", VarOrigin::Login);
    bench.keys("Y");
    assert!(bench.copied().is_none());
    bench.keys("enter");
    assert!(bench.copied().is_none() && bench.state.dialog.is_none(), "enter is no");
    bench.keys("Y y");
    assert_eq!(bench.copied().as_deref(), Some(TOKEN));
    assert!(!format!("{:?}", bench.wanted).contains(TOKEN));
    bench.keys("y");
    assert_eq!(bench.copied().as_deref(), Some("{{accessToken}}"), "the name is no secret");
    choose(&mut bench, "region", VarOrigin::Profile);
    bench.keys("Y");
    assert_eq!(bench.copied().as_deref(), Some("emea"));
}

#[test]
fn the_screen_before_a_login_asks_for_one() {
    let mut bench = Bench::new();
    bench.keys("4");
    assert!(bench.wanted.iter().any(|e| matches!(e, Effect::LogIn(..))));
}
