//! Comparisons held against a plain recursive one, over generated values and their shuffled spellings.

use super::super::Document;
use super::*;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const KEYED: Rules = Rules { keys: &["Id", "name"], ..Rules::ALL };

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes().to_vec())
}

fn of(left: &Document, right: &Document, rules: &Rules) -> Diff {
    compare(left, right, rules, &AtomicBool::new(false)).unwrap()
}

/// Kind and path of each difference, with the values.
fn told(left: &str, right: &str, rules: &Rules) -> Vec<String> {
    let (left, right) = (parse(left), parse(right));
    let text = |document: &Document, node: Option<u32>| {
        node.map_or("-".to_owned(), |n| String::from_utf8(document.raw(n).to_vec()).unwrap())
    };
    let line = |d: &Difference| {
        let (l, r) = (text(&left, d.left), text(&right, d.right));
        format!("{} {} {l} {r}", d.change().as_str(), d.path(&left, &right))
    };
    of(&left, &right, rules).differences.iter().map(line).collect()
}

#[test]
fn members_are_paired_by_name() {
    let left = r#"{"a":1,"b":{"c":[1,2]},"d":null}"#;
    let right = r#"{ "e":true,"b":{"c":[1,3]}, "a":1.0 }"#;
    assert_eq!(told(left, right, &KEYED), ["added .e - true", "changed .b.c[1] 2 3", "removed .d null -"]);
}

#[test]
fn records_are_paired_by_id_wherever_they_stand() {
    let left = r#"{"records":[{"Id":"1","Name":"A"},{"Id":"2","Name":"B"},{"Id":"3","Name":"C"}]}"#;
    let right = r#"{"records":[{"Id":"3","Name":"C"},{"Id":"4","Name":"D"},{"Id":"1","Name":"Z"}]}"#;
    assert_eq!(
        told(left, right, &KEYED),
        [
            "changed .records[2].Name \"A\" \"Z\"",
            "removed .records[1] {\"Id\":\"2\",\"Name\":\"B\"} -",
            "added .records[1] - {\"Id\":\"4\",\"Name\":\"D\"}",
        ]
    );
    // Where two share an id it tells nothing apart, and the next name is tried.
    let left = r#"[{"Id":"1","name":"a"},{"Id":"1","name":"b"}]"#;
    let right = r#"[{"Id":"1","name":"b"},{"Id":"2","name":"a"}]"#;
    assert_eq!(told(left, right, &KEYED), ["changed [1].Id \"1\" \"2\""].map(|t| t.replace("[1]", ".[1]")));
}

#[test]
fn elements_without_an_id_stay_in_their_order() {
    assert_eq!(told("[1,2,3,4]", "[1,9,2,4]", &KEYED), ["added .[1] - 9", "removed .[2] 3 -"]);
    assert_eq!(told("[1,2]", "[2,1]", &KEYED).len(), 2, "order counts here");
    assert_eq!(told("[]", "[[]]", &KEYED), ["added .[0] - []"]);
}

#[test]
fn numbers_are_numbers_and_strings_what_they_say() {
    let equal =
        [("1", "1.0"), ("100", "1e2"), ("-0", "0"), ("0.0e5", "0"), ("12.50", "1.25E+1"), ("\"\\u0041\\/\"", "\"A/\"")];
    for (left, right) in equal {
        assert!(told(left, right, &KEYED).is_empty(), "{left} is {right}");
    }
    for (left, right) in [("1", "-1"), ("10", "1"), ("1e400", "1e401"), ("1", "\"1\""), ("null", "false"), ("[]", "{}")]
    {
        assert_eq!(told(left, right, &KEYED).len(), 1, "{left} is not {right}");
    }
}

#[test]
fn what_does_not_count_makes_no_difference() {
    let rules = Rules { ignored: &["At"], meaning: |text| text.strip_prefix("/v1").unwrap_or(text), ..KEYED };
    let (left, right) = (r#"{"At":1,"url":"/v1/x","deep":[{"At":2}]}"#, r#"{"deep":[{}],"url":"/x"}"#);
    assert!(told(left, right, &rules).is_empty());
    assert_eq!(told(left, right, &KEYED).len(), 3);
}

#[test]
fn what_is_no_whole_document_is_compared_as_far_as_it_goes() {
    assert_eq!(told("", "", &KEYED).len(), 0);
    assert_eq!(told("", "1", &KEYED).len(), 1);
    assert_eq!(told("[1,[2]", "[1,[2],", &KEYED).len(), 0, "an end that is missing is no value");
    assert_eq!(told("[1,[2]]", "[1,[2", &KEYED), ["removed .[1][0] 2 -"]);
    let names = r#"{"a":1,"a":2}"#;
    assert!(told(names, names, &KEYED).is_empty(), "a name may repeat");
    assert_eq!(told(names, r#"{"a":1}"#, &KEYED), ["removed .a 2 -"]);
}

#[test]
fn depth_is_no_danger_and_a_stop_is_heeded() {
    let deep = |inner: &str| parse(&format!("{}{inner}{}", "[".repeat(50_000), "]".repeat(50_000)));
    let (left, right) = (deep("1"), deep("2"));
    assert_eq!(of(&left, &right, &KEYED).differences.len(), 1);
    assert!(compare(&left, &right, &KEYED, &AtomicBool::new(true)).is_none());
}

/// Equal by the rules, as one would write it down.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Object(l), Value::Object(r)) => {
            l.len() == r.len() && l.iter().all(|(k, v)| r.get(k).is_some_and(|other| same(v, other)))
        }
        (Value::Array(l), Value::Array(r)) => {
            let key = KEYED.keys.iter().find(|key| told_apart(l, key) && told_apart(r, key));
            let partner = |value: &Value, key: &str| r.iter().find(|other| other[key] == value[key]).cloned();
            match key {
                Some(key) => l.len() == r.len() && l.iter().all(|v| partner(v, key).is_some_and(|o| same(v, &o))),
                None => l.len() == r.len() && l.iter().zip(r).all(|(l, r)| same(l, r)),
            }
        }
        _ => left == right,
    }
}

fn told_apart(list: &[Value], key: &str) -> bool {
    let keys: Vec<&Value> = list.iter().filter_map(|v| v.get(key)).filter(|k| k.is_string() || k.is_number()).collect();
    keys.len() == list.len() && !list.is_empty() && (1..keys.len()).all(|at| !keys[..at].contains(&keys[at]))
}

/// All scalars.
fn leaves(document: &Document, from: u32, all: &mut Vec<String>) {
    for node in from..document.end(from) {
        if !matches!(document.kind(node), Kind::Object | Kind::Array) {
            all.push(String::from_utf8_lossy(document.raw(node)).into_owned());
        }
    }
}

/// Those that no difference tells of.
fn untold(document: &Document, told: impl Iterator<Item = u32>) -> Vec<String> {
    let (mut all, mut gone) = (Vec::new(), Vec::new());
    leaves(document, 0, &mut all);
    told.for_each(|node| leaves(document, node, &mut gone));
    for leaf in gone {
        let at = all.iter().position(|l| *l == leaf).expect("a value is told twice");
        all.remove(at);
    }
    all.sort();
    all
}

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        (0..4_i32).prop_map(|n| json!(n)),
        "[ab]{0,2}".prop_map(Value::from),
        Just(Value::Null),
        Just(json!(true)),
    ];
    scalar.prop_recursive(4, 40, 6, |inner| {
        let name = prop_oneof![Just("Id"), Just("name"), Just("a"), Just("b"), Just("c")];
        let member = (name, inner.clone()).prop_map(|(name, value)| (name.to_owned(), value));
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Value::Array),
            prop::collection::vec(member, 0..5).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Members of objects and elements that an id tells apart in another order.
fn shuffled(value: &Value, seed: usize) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().map(|(k, v)| (k.clone(), shuffled(v, seed))).collect();
            let by = seed.checked_rem(members.len()).unwrap_or(0);
            members.rotate_left(by);
            Value::Object(members.into_iter().collect::<Map<_, _>>())
        }
        Value::Array(list) => {
            let mut list: Vec<_> = list.iter().map(|v| shuffled(v, seed)).collect();
            if KEYED.keys.iter().any(|key| told_apart(&list, key)) {
                list.reverse();
            }
            Value::Array(list)
        }
        other => other.clone(),
    }
}

/// Another value, often much like this one.
fn two() -> impl Strategy<Value = (Value, Value)> {
    (value(), value(), any::<prop::sample::Index>(), any::<bool>()).prop_map(|(one, other, at, near)| {
        if !near {
            return (one, other);
        }
        let mut changed = one.clone();
        let mut places = Vec::new();
        pointers(&one, String::new(), &mut places);
        if let Some(place) = changed.pointer_mut(&places[at.index(places.len())]) {
            *place = other;
        }
        (one, changed)
    })
}

fn pointers(value: &Value, here: String, all: &mut Vec<String>) {
    all.push(here.clone());
    match value {
        Value::Object(members) => members.iter().for_each(|(k, v)| pointers(v, format!("{here}/{k}"), all)),
        Value::Array(list) => list.iter().enumerate().for_each(|(n, v)| pointers(v, format!("{here}/{n}"), all)),
        _ => {}
    }
}

proptest! {
    #[test]
    fn a_value_differs_from_nothing_that_it_says_in_another_order(value in value(), seed in 0..7_usize) {
        let left = parse(&value.to_string());
        let right = parse(&serde_json::to_string_pretty(&shuffled(&value, seed)).unwrap());
        prop_assert!(of(&left, &right, &KEYED).is_empty(), "{value}");
        prop_assert!(of(&left, &right, &KEYED).steps.is_empty());
    }

    #[test]
    fn something_differs_exactly_where_a_plain_comparison_says_so((one, other) in two()) {
        let (left, right) = (parse(&one.to_string()), parse(&other.to_string()));
        let diff = of(&left, &right, &KEYED);
        prop_assert_eq!(diff.is_empty(), same(&one, &other), "{} against {}", one, other);
        let back = of(&right, &left, &KEYED);
        prop_assert_eq!(diff.is_empty(), back.is_empty());
        // What is not told is the same on both sides, and nothing is told twice.
        let lefts = untold(&left, diff.differences.iter().filter_map(|d| d.left));
        let rights = untold(&right, diff.differences.iter().filter_map(|d| d.right));
        prop_assert_eq!(lefts, rights, "{} against {}", one, other);
    }

    #[test]
    fn the_other_way_round_is_the_mirror((one, other) in two()) {
        // Elements in order may be paired otherwise from behind: only what is paired by name and id is a mirror.
        let (one, other) = (named(&one), named(&other));
        let (left, right) = (parse(&one.to_string()), parse(&other.to_string()));
        let mut there: Vec<_> = of(&left, &right, &KEYED).differences.iter().map(|d| (d.left, d.right)).collect();
        let mut back: Vec<_> = of(&right, &left, &KEYED).differences.iter().map(|d| (d.right, d.left)).collect();
        there.sort();
        back.sort();
        prop_assert_eq!(there, back);
    }

    #[test]
    fn rows_tell_every_difference_once((one, other) in two(), unified in any::<bool>()) {
        let (left, right) = (parse(&one.to_string()), parse(&other.to_string()));
        let diff = of(&left, &right, &KEYED);
        let rows = rows(&left, &right, &diff, unified);
        prop_assert_eq!(rows.starts.len(), diff.differences.len());
        for (at, start) in rows.starts.iter().enumerate() {
            let row = rows.rows[*start as usize];
            prop_assert_eq!(row.difference, Some(at as u32));
            let difference = diff.differences[at];
            let beside = row.left == difference.left && (unified || row.right == difference.right);
            let alone = row.left.is_none() && row.right == difference.right;
            prop_assert!(beside || alone);
        }
        prop_assert!(rows.rows.iter().all(|r| !unified || r.kind == RowKind::Open || r.left.is_none() || r.right.is_none()));
    }

    #[test]
    fn texts_are_their_equal_lines_and_what_stands_between(
        left in prop::collection::vec("[abc]", 0..40), right in prop::collection::vec("[abcd]", 0..40),
    ) {
        let (one, other) = (left.join("\n"), right.join("\n"));
        let (lefts, rights) = (Lines::of(&one), Lines::of(&other));
        let hunks = compare_text((&one, &lefts), (&other, &rights), &AtomicBool::new(false)).unwrap();
        // Applied to the left, they give the right.
        let (mut made, mut next) = (Vec::new(), 0);
        for hunk in &hunks {
            made.extend(left[next..hunk.left.start].iter().cloned());
            made.extend(right[hunk.right.clone()].iter().cloned());
            next = hunk.left.end;
        }
        made.extend(left[next..].iter().cloned());
        prop_assert_eq!(made, right.clone());
        let kept = left.len() - hunks.iter().map(|h| h.left.len()).sum::<usize>();
        prop_assert_eq!(kept, longest_common(&left, &right), "as many lines stay as can");
        for unified in [true, false] {
            let rows = text_rows((left.len(), right.len()), &hunks, unified);
            let hidden: u32 = rows.rows.iter().map(|r| if let RowKind::Equal(n) = r.kind { n } else { 0 }).sum();
            let shown = rows.rows.iter().filter(|r| r.left.is_some()).count();
            prop_assert_eq!(hidden as usize + shown, left.len());
        }
    }
}

fn named(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(members.iter().map(|(k, v)| (k.clone(), named(v))).collect()),
        Value::Array(list) if KEYED.keys.iter().any(|key| told_apart(list, key)) => Value::Array(
            list.iter()
                .enumerate()
                .map(|(n, v)| {
                    let mut v = named(v);
                    v["Id"] = json!(n);
                    v
                })
                .collect(),
        ),
        Value::Array(list) => Value::from(list.len()),
        other => other.clone(),
    }
}

fn longest_common(left: &[String], right: &[String]) -> usize {
    let mut row = vec![0; right.len() + 1];
    for l in left {
        let mut before = 0;
        for (at, r) in right.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if l == r { before + 1 } else { above.max(row[at]) };
            before = above;
        }
    }
    row[right.len()]
}

#[test]
fn lines_end_where_the_text_does() {
    let get = |text: &str| {
        let lines = Lines::of(text);
        (0..lines.len()).map(|line| lines.get(text, line).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(get("a\nb\n"), ["a", "b"]);
    assert_eq!(get("a\n\nb"), ["a", "", "b"]);
    assert!(get("").is_empty());
}

#[test]
fn too_much_to_search_for_is_held_apart_by_what_occurs_once() {
    // Thousands of differences: only the lines that occur once keep their places.
    let line = |n: u32, side: &str| if n.is_multiple_of(3) { format!("once {n}") } else { format!("{side} {n}") };
    let side = |side: &str| (0..3_000).map(|n| line(n, side)).collect::<Vec<_>>().join("\n");
    let (one, other) = (side("left"), side("right"));
    let (lefts, rights) = (Lines::of(&one), Lines::of(&other));
    let hunks = compare_text((&one, &lefts), (&other, &rights), &AtomicBool::new(false)).unwrap();
    assert_eq!(hunks.len(), 1_000);
    assert!(hunks.iter().all(|h| h.left.len() == 2 && h.right.len() == 2));
}
