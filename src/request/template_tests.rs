//! Where variables and functions stand, what they come to, and what must not get out of them.

use super::super::pieces::{asked_in, name_at};
use super::super::surroundings::Surroundings;
use super::*;

fn vars(list: &[(&str, &str)]) -> Variables {
    let mut all = Variables::new();
    for (name, value) in list {
        all.set(VarOrigin::Yours, *name, *value);
    }
    all
}

fn names(text: &str) -> Vec<(String, String)> {
    pieces(text)
        .into_iter()
        .filter_map(|p| match p.kind {
            PieceKind::Variable { name } => Some((text.get(p.span).unwrap().to_owned(), name)),
            PieceKind::Text | PieceKind::Call(_) | PieceKind::Broken { .. } => None,
        })
        .collect()
}

#[test]
fn where_variables_stand() {
    assert_eq!(names("{{a}}/{{ b c }}"), [("{{a}}".into(), "a".into()), ("{{ b c }}".into(), "b c".into())]);
    assert_eq!(names(r#"{"x":{"y":{{z}}}}"#), [("{{z}}".to_owned(), "z".to_owned())]);
    assert_eq!(names("{{{a}}}"), [("{{a}}".to_owned(), "a".to_owned())]);
    for none in ["{{a", "{{}}", "{{ }}", "{{a}", "{{a\n}}", "}}{{", "{a}", "{{{{"] {
        assert_eq!(names(none), [], "{none}");
    }
    assert_eq!(names("{{a {{b}}"), [("{{b}}".to_owned(), "b".to_owned())]);
}

#[test]
fn pieces_cover_the_text() {
    for text in ["", "x", "{{a}}", "x{{a}}ü{{b}}{{", "{{{é}}}"] {
        let whole: String = pieces(text).into_iter().map(|p| text.get(p.span).unwrap().to_owned()).collect();
        assert_eq!(whole, text);
    }
}

#[test]
fn values_may_hold_variables() {
    let all = vars(&[("a", "<{{b}}>"), ("b", "{{c}}!"), ("c", "ok")]);
    assert_eq!(expand("{{a}} {{a}}", &all).unwrap().shown, "<ok!> <ok!>");
}

#[test]
fn braces_in_what_the_org_gave_are_text() {
    let mut all = vars(&[("apiKey", "hunter2"), ("mine", "<{{endpoint}}>")]);
    all.set(VarOrigin::Login, "endpoint", "https://x/{{apiKey}}/{{nobody}}");
    all.set(VarOrigin::Login, "accessToken", "a{{apiKey}}");
    let whole = expand("{{mine}}", &all).unwrap();
    assert_eq!((whole.text.expose(), whole.secret), ("<https://x/{{apiKey}}/{{nobody}}>", false));
    assert_eq!(whole.shown, whole.text.expose());
    let token = expand("{{accessToken}}", &all).unwrap();
    assert_eq!((token.text.expose(), token.shown.as_str()), ("a{{apiKey}}", MASK));
}

#[test]
fn a_circle_is_found_and_named() {
    let all = vars(&[("a", "{{b}}"), ("b", "x{{a}}")]);
    let unknown = expand("see {{a}}", &all).unwrap_err();
    assert_eq!(unknown.len(), 1);
    assert_eq!(unknown[0].span, 4..9);
    assert_eq!(unknown[0].why, Why::Circular(vec!["a".into(), "b".into(), "a".into()]));
}

#[test]
fn a_text_that_grows_without_end_is_stopped() {
    let mut list = vec![("v0".to_owned(), "x".repeat(1 << 10))];
    for n in 1..40 {
        list.push((format!("v{n}"), format!("{{{{v{0}}}}}{{{{v{0}}}}}", n - 1)));
    }
    let list: Vec<_> = list.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let unknown = expand("{{v39}}", &vars(&list)).unwrap_err();
    assert_eq!((unknown.len(), &unknown[0].why), (1, &Why::TooLong));
}

#[test]
fn empty_values_that_double_and_long_chains_end() {
    let mut all = vars(&[("v0", "")]);
    for n in 1..60 {
        all.set(VarOrigin::Yours, format!("v{n}"), format!("{{{{v{0}}}}}{{{{v{0}}}}}", n - 1));
    }
    assert_eq!(expand("{{v59}}", &all).unwrap_err()[0].why, Why::TooLong);
    let mut chain = vars(&[("c0", "end")]);
    for n in 1..5_000 {
        chain.set(VarOrigin::Yours, format!("c{n}"), format!("{{{{c{}}}}}", n - 1));
    }
    assert_eq!(expand("{{c4999}}", &chain).unwrap_err()[0].why, Why::TooLong);
    assert_eq!(expand("{{c90}}", &chain).unwrap().shown, "end");
}

#[test]
fn every_unknown_is_told_with_its_place_and_the_nearest() {
    let unknown = expand("{{endpoit}}/{{x}}", &vars(&[("endpoint", "https://a")])).unwrap_err();
    assert_eq!(unknown.len(), 2);
    assert_eq!((unknown[0].span.clone(), unknown[0].nearest.as_deref()), (0..11, Some("endpoint")));
    assert_eq!((unknown[1].span.clone(), unknown[1].nearest.as_deref()), (12..17, None));
}

#[test]
fn a_secret_is_sent_and_not_shown_however_deep_it_is() {
    let all = vars(&[("head", "Bearer {{accessToken}}"), ("accessToken", "00D!{{tail}}"), ("tail", "AQ4")]);
    let whole = expand("x {{head}} y", &all).unwrap();
    assert_eq!(whole.text.expose(), "x Bearer 00D!AQ4 y");
    assert_eq!(whole.shown, format!("x Bearer {MASK} y"));
    assert!(whole.secret && !expand("{{tail}}", &all).unwrap().secret);
    assert!(!format!("{whole:?}").contains("AQ4"));
}

#[test]
fn the_name_under_the_caret() {
    assert_eq!(name_at("a/{{ acc", 8), Some(5..8));
    assert_eq!(name_at("a/{{acc}}", 9), None);
    assert_eq!(name_at("a/{{acc}}", 7), Some(4..7));
    assert_eq!(name_at("plain", 3), None);
}

proptest::proptest! {
    /// The parts are the text, whatever is typed; and without variables it stands for itself.
    #[test]
    fn any_text_has_its_parts(text in "[{} a\\n\"é]{0,40}|\\PC{0,30}") {
        let parts = pieces(&text);
        let whole: String = parts.iter().map(|piece| text.get(piece.span.clone()).unwrap()).collect();
        proptest::prop_assert_eq!(&whole, &text);
        let variable = parts.iter().any(|piece| piece.kind != PieceKind::Text);
        match expand(&text, &Variables::new()) {
            Ok(same) => proptest::prop_assert!(!variable && same.shown == text && !same.secret),
            Err(unknown) => proptest::prop_assert!(variable && unknown.iter().all(|one| text.get(one.span.clone()).is_some())),
        }
        for caret in 0..=text.len() {
            let _ = name_at(&text, caret);
        }
    }
}

fn at(text: &str) -> Surroundings {
    Surroundings::new(text.parse().unwrap(), 7)
}

fn with(list: &[(&str, &str)]) -> Variables {
    let mut all = vars(list);
    all.around = at("2026-01-02T03:04:05Z");
    all
}

fn sent(text: &str, all: &Variables) -> String {
    expand_as(text, all, &Trust::Typed, "x").unwrap().text.expose().to_owned()
}

fn why(text: &str, all: &Variables) -> Why {
    let mut unknown = expand_as(text, all, &Trust::Typed, "x").unwrap_err();
    assert_eq!(unknown.len(), 1, "{unknown:?}");
    unknown.remove(0).why
}

#[test]
fn functions_stand_where_variables_do() {
    let all = with(&[("user", "ann"), ("pass", "{{user}}!"), ("day", "%d")]);
    for (text, wanted) in [
        ("{{now()}}", "2026-01-02T03:04:05.000Z"),
        ("{{ now( '+1d' , \"%Y-%m-%d\" ) }}/x", "2026-01-03/x"),
        ("{{now('', day)}}", "02"),
        ("{{timestamp()}}", "1767323045"),
        ("{{base64(\"{{user}}:{{pass}}\")}}", "YW5uOmFubiE="),
        ("{{url-encode(\"a b\")}}", "a%20b"),
        ("{{url_encode(base64(user))}}", "YW5u"),
        ("{{raw('{{{Recipient.Name}}}')}}", "{{{Recipient.Name}}}"),
        (r#"{"a":{"b":{{random(5, 5)}}}}"#, r#"{"a":{"b":5}}"#),
        ("{{$timestamp}} {{$isoTimestamp}}", "1767323045 2026-01-02T03:04:05.000Z"),
    ] {
        assert_eq!(sent(text, &all), wanted, "{text}");
    }
    assert!(sent("{{$randomInt}}", &all).parse::<u32>().unwrap() <= 1000);
    // Whoever sets a variable of that name means it.
    assert_eq!(sent("{{$guid}}", &with(&[("$guid", "mine")])), "mine");
}

#[test]
fn chance_falls_once_for_each_place_of_a_sending() {
    let all = with(&[("id", "{{uuid()}}")]);
    let two = sent("{{id}} {{id}}", &all);
    let (one, other) = two.split_once(' ').unwrap();
    assert_eq!(one, other, "a variable is one value");
    let two = sent("{{uuid()}} {{uuid()}} {{$guid}}", &all);
    let parts: std::collections::HashSet<&str> = two.split(' ').collect();
    assert_eq!(parts.len(), 3, "{two}");
    assert_eq!(sent("{{uuid()}} {{uuid()}} {{$guid}}", &all), two, "made ready again it is the same");
    let mut next = all.clone();
    next.around.seed = 8;
    assert_ne!(sent("{{uuid()}}", &next), sent("{{uuid()}}", &all));
    let body = expand_as("{{uuid()}}", &all, &Trust::Typed, "the body").unwrap();
    assert_ne!(body.text.expose(), sent("{{uuid()}}", &all));
}

#[test]
fn what_is_not_closed_or_not_right_is_told() {
    let all = with(&[("zero", "0")]);
    for text in ["{{zz", "a{{zz b", "{{a}", "{{a\n}}", "{\"x\": \"{{zz\"}"] {
        assert_eq!(why(text, &all), Why::Broken("}} is missing"), "{text}");
    }
    assert_eq!(why("{{now(", &all), Why::Broken(") is missing"));
    assert_eq!(why("{{now() x}}", &all), Why::Broken("}} is missing behind it"));
    for text in ["{{", "{{}}", "{{ }}", "{{{{", "{{1", "{{{{{{"] {
        assert_eq!(sent(text, &all), text);
    }
    assert!(matches!(why("{{now('soon')}}", &all), Why::Wrong(_)));
    assert!(matches!(why("{{now(1, 2, 3)}}", &all), Why::Wrong(what) if what.contains("at most 2")));
    let unknown = expand("{{uuidd()}} {{uuid}} {{base64(zeroo)}} {{$guids}}", &all).unwrap_err();
    let told: Vec<_> = unknown.iter().map(|one| (one.name.as_str(), one.nearest.as_deref(), &one.why)).collect();
    let none = Why::NoFunction("uuidd".to_owned());
    let wanted = [
        ("uuidd()", Some("uuid()"), &none),
        ("uuid", Some("uuid()"), &Why::NotSet),
        ("zeroo", Some("zero"), &Why::NotSet),
        ("$guids", Some("$guid"), &Why::NotSet),
    ];
    assert_eq!(told, wanted);
    assert_eq!(unknown[2].span, 21..38);
}

#[test]
fn circles_through_functions_are_found() {
    let all = with(&[("a", "{{base64(b)}}"), ("b", "{{url_encode('{{a}}')}}")]);
    assert!(matches!(why("{{a}}", &all), Why::Circular(circle) if circle == ["a", "b", "a"]));
}

#[test]
fn a_secret_stays_one_through_functions() {
    let whole = expand("x{{base64(accessToken)}}y", &with(&[("accessToken", "hunter2")])).unwrap();
    assert_eq!((whole.text.expose(), whole.shown.as_str()), ("xaHVudGVyMg==y", format!("x{MASK}y").as_str()));
    assert!(whole.secret);
}

#[test]
fn what_is_read_hangs_on_who_wrote_the_text() {
    let need = Need::Env("HOME".to_owned());
    let file = Need::File { path: "a.json".into(), within: None };
    let mut all = with(&[("mine", "{{env('HOME')}}")]);
    all.set(VarOrigin::Request, "theirs", "{{env('HOME')}}");
    all.set(VarOrigin::Captured, "answer", "{{env('HOME')}}");
    let all_needs = |text: &str, trust| needs_of(text, &all, trust);
    assert_eq!(all_needs("{{env('HOME')}}{{mine}}", &Trust::Typed), [need.clone(), need.clone()]);
    assert_eq!(all_needs("{{mine}}{{theirs}}{{env('HOME')}}{{answer}}", &Trust::Nothing), std::slice::from_ref(&need));
    assert_eq!(all_needs("{{base64(file('a.json'))}}", &Trust::Typed), std::slice::from_ref(&file));
    // Before it is read, a sample stands for it.
    let sample = expand_as("{{mine}} {{file('a.json')}}", &all, &Trust::Typed, "x").unwrap();
    assert_eq!((sample.shown, sample.sample, sample.secret), (format!("{MASK} {{{{file(\"a.json\")}}}}"), true, true));
    for text in ["{{theirs}}", "{{env('HOME')}}", "{{file('a.json')}}"] {
        let unknown = expand(text, &all).unwrap_err();
        assert!(matches!(&unknown[0].why, Why::Refused(why) if why.contains("typed by hand")), "{unknown:?}");
    }
    // The org's word is text.
    assert_eq!(expand("{{answer}}", &all).unwrap().shown, "{{env('HOME')}}");
    // What is read is no template, and names no further file.
    all.around.read = Some(
        [
            (need, Ok(Content::Env(Secret::new("/home/{{x}}")))),
            (file, Ok(Content::File(b"\x89{{env('HOME')}}".as_slice().into()))),
        ]
        .into(),
    );
    assert_eq!(sent("{{mine}}", &all), "/home/{{x}}");
    assert_eq!(sent("{{base64(file('a.json'))}}", &all), "iXt7ZW52KCdIT01FJyl9fQ==");
    assert!(matches!(why("{{file('a.json')}}", &all), Why::Wrong(what) if what.contains("base64")));
    assert!(!format!("{all:?}").contains("/home"));
    all.set(VarOrigin::Yours, "name", "HOME");
    for text in ["{{env(name)}}", "{{env('{{name}}')}}", "{{file(base64(name))}}"] {
        assert!(matches!(why(text, &all), Why::Wrong(what) if what.contains("as it stands")), "{text}");
    }
}

#[test]
fn what_a_text_asks_to_read_is_told_without_running_it() {
    let asked =
        asked_in("{{env('A')}} {{base64(file(\"b.json\"))}} {{base64(\"{{env('C')}}\")}} {{raw(\"{{env('D')}}\")}}");
    let wanted = [Asked::Env("A".to_owned()), Asked::File("b.json".to_owned()), Asked::Env("C".to_owned())];
    assert_eq!(asked, wanted);
}
