//! Generated queries, answered twice: by the org, and by a plain evaluation over all rows written from the language's
//! documentation alone. The two share no code: the evaluation knows JSON rows and trees of conditions, no SQL.

use super::tests::{spec, viewer};
use super::{OrgData, OrgKind};
use proptest::prelude::*;
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A small org with many nulls, and texts that differ in case and script.
static SMALL: LazyLock<(OrgData, Vec<Value>)> = LazyLock::new(|| {
    let org = OrgData::build(&spec(OrgKind::Production, 260)).unwrap();
    let rows = {
        let fields = FIELDS.map(|(name, _)| name).join(", ");
        let answer =
            viewer(&org, "admin").query("67.0", &format!("SELECT Id, {fields} FROM Opportunity"), false, 2_000);
        answer.unwrap()["records"].as_array().unwrap().clone()
    };
    assert!((20..200).contains(&rows.len()), "{}", rows.len());
    (org, rows)
});

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Text,
    Number,
    Day,
    Flag,
    Many,
}

const FIELDS: [(&str, Kind); 11] = [
    ("Name", Kind::Text),
    ("StageName", Kind::Text),
    ("Type", Kind::Text),
    ("NextStep", Kind::Text),
    ("Amount", Kind::Number),
    ("FiscalYear", Kind::Number),
    ("Margin__c", Kind::Number),
    ("CloseDate", Kind::Day),
    ("IsWon", Kind::Flag),
    ("Account.Name", Kind::Text),
    ("Competitors__c", Kind::Many),
];

/// A condition, as the language has them.
#[derive(Clone, Debug)]
enum Test {
    Compare(usize, &'static str, Value),
    In(usize, bool, Vec<Value>),
    Like(usize, String),
    Includes(usize, bool, Vec<String>),
    Not(Box<Test>),
    All(Vec<Test>),
    Any(Vec<Test>),
}

fn value(row: &Value, field: usize) -> &Value {
    FIELDS[field].0.split('.').fold(row, |at, key| &at[key])
}

/// Text without regard to case, and no text where it is empty.
fn folded(value: &Value) -> Option<String> {
    value.as_str().map(str::to_lowercase).filter(|text| !text.is_empty())
}

fn same(one: &Value, other: &Value, kind: Kind) -> bool {
    match kind {
        Kind::Number => one.as_f64() == other.as_f64(),
        Kind::Flag => one.as_bool().unwrap_or(false) == other.as_bool().unwrap_or(false) && !other.is_null(),
        _ => folded(one) == folded(other),
    }
}

/// Order of two values that are there. Texts are compared only where both are plain letters, digits and blanks.
fn order(one: &Value, other: &Value, kind: Kind) -> Option<Ordering> {
    match kind {
        Kind::Number => one.as_f64()?.partial_cmp(&other.as_f64()?),
        _ => Some(folded(one)?.cmp(&folded(other)?)),
    }
}

/// Letter by letter of the pattern, which ends of the text fit: trying every length of every `%` takes for ever.
fn like(text: &[char], pattern: &[char]) -> bool {
    let mut fits = vec![false; text.len() + 1];
    fits[0] = true;
    for sign in pattern {
        let mut next = vec![false; text.len() + 1];
        for at in 0..=text.len() {
            next[at] = match sign {
                '%' => fits[at] || (at > 0 && next[at - 1]),
                '_' => at > 0 && fits[at - 1],
                letter => at > 0 && fits[at - 1] && text[at - 1] == *letter,
            };
        }
        fits = next;
    }
    fits[text.len()]
}

#[test]
fn the_plain_like_is_like() {
    let fits =
        |text: &str, pattern: &str| like(&text.chars().collect::<Vec<_>>(), &pattern.chars().collect::<Vec<_>>());
    for (text, pattern, wanted) in [
        ("", "", true),
        ("", "%", true),
        ("", "_", false),
        ("quay", "q%y", true),
        ("quay", "q__y", true),
        ("quay", "q_y", false),
        ("quay", "%a%", true),
        ("quay", "quay%", true),
        ("quay", "ua", false),
    ] {
        assert_eq!(fits(text, pattern), wanted, "{text} {pattern}");
    }
    assert!(!fits(&"a".repeat(200), &format!("{}b", "%a".repeat(60))));
}

impl Test {
    /// Whether a row fits: there is no third answer.
    fn holds(&self, row: &Value) -> bool {
        match self {
            Self::Compare(field, op, wanted) => {
                let (own, kind) = (value(row, *field), FIELDS[*field].1);
                match *op {
                    "=" => same(own, wanted, kind),
                    "!=" => !same(own, wanted, kind),
                    op => order(own, wanted, kind).is_some_and(|order| match op {
                        "<" => order.is_lt(),
                        "<=" => order.is_le(),
                        ">" => order.is_gt(),
                        _ => order.is_ge(),
                    }),
                }
            }
            Self::In(field, inside, list) => {
                let own = value(row, *field);
                list.iter().any(|wanted| same(own, wanted, FIELDS[*field].1)) == *inside
            }
            Self::Like(field, pattern) => {
                let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
                folded(value(row, *field)).is_some_and(|text| like(&text.chars().collect::<Vec<_>>(), &pattern))
            }
            Self::Includes(field, inside, choices) => {
                let own: Vec<String> =
                    folded(value(row, *field)).map_or(Vec::new(), |text| text.split(';').map(str::to_owned).collect());
                let any = choices.iter().any(|all| all.split(';').all(|one| own.contains(&one.to_lowercase())));
                any == *inside
            }
            Self::Not(inner) => !inner.holds(row),
            Self::All(parts) => parts.iter().all(|part| part.holds(row)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(row)),
        }
    }

    fn soql(&self) -> String {
        let joined = |parts: &[Self], word: &str| {
            let parts: Vec<String> = parts.iter().map(|part| format!("({})", part.soql())).collect();
            parts.join(word)
        };
        match self {
            Self::Compare(field, op, wanted) => format!("{} {op} {}", FIELDS[*field].0, literal(wanted, *field)),
            Self::In(field, inside, list) => {
                let list: Vec<String> = list.iter().map(|one| literal(one, *field)).collect();
                format!("{} {} ({})", FIELDS[*field].0, if *inside { "IN" } else { "NOT IN" }, list.join(", "))
            }
            Self::Like(field, pattern) => format!("{} LIKE {}", FIELDS[*field].0, quoted(pattern)),
            Self::Includes(field, inside, choices) => {
                let word = if *inside { "INCLUDES" } else { "EXCLUDES" };
                let choices: Vec<String> = choices.iter().map(|one| quoted(one)).collect();
                format!("{} {word} ({})", FIELDS[*field].0, choices.join(", "))
            }
            Self::Not(inner) => format!("NOT ({})", inner.soql()),
            Self::All(parts) => joined(parts, " AND "),
            Self::Any(parts) => joined(parts, " OR "),
        }
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn literal(value: &Value, field: usize) -> String {
    match value {
        Value::String(text) if FIELDS[field].1 == Kind::Day => text.clone(),
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// A value that some row has in the field, in another case now and then, or null.
fn some_value(field: usize) -> impl Strategy<Value = Value> {
    (any::<prop::sample::Index>(), 0..6u8).prop_map(move |(index, turn)| {
        let own = value(&SMALL.1[index.index(SMALL.1.len())], field).clone();
        match (turn, own.as_str()) {
            (0, _) => Value::Null,
            (1, Some(text)) if FIELDS[field].1 == Kind::Text => Value::from(text.to_uppercase()),
            (2, Some(_)) if FIELDS[field].1 == Kind::Text => Value::from(""),
            _ => own,
        }
    })
}

fn comparison() -> impl Strategy<Value = Test> {
    (0..FIELDS.len() - 1).prop_flat_map(|field| {
        let plain = matches!(FIELDS[field].1, Kind::Number | Kind::Day);
        let ops: &[&str] = if plain { &["=", "!=", "<", "<=", ">", ">="] } else { &["=", "!="] };
        let compare =
            (prop::sample::select(ops), some_value(field)).prop_map(move |(op, value)| Test::Compare(field, op, value));
        let list = (any::<bool>(), prop::collection::vec(some_value(field), 1..4))
            .prop_map(move |(inside, list)| Test::In(field, inside, list));
        prop_oneof![compare, list]
    })
}

/// A pattern made of a value: letters become wildcards, the ends are cut.
fn pattern() -> impl Strategy<Value = Test> {
    let texts = prop::sample::select(vec![0usize, 1, 2, 3, 9]);
    (texts, any::<prop::sample::Index>(), prop::collection::vec(0..12u8, 1..12)).prop_map(|(field, index, turns)| {
        let own = value(&SMALL.1[index.index(SMALL.1.len())], field).as_str().unwrap_or("a").to_owned();
        // A wildcard or a backslash of the data would need an escape, which the evaluation does not know.
        let letters = own.chars().filter(|letter| !"%_\\".contains(*letter));
        let made = letters.zip(turns.iter().cycle()).map(|(letter, turn)| match turn {
            0 => "%".to_owned(),
            1 => "_".to_owned(),
            2 => letter.to_uppercase().to_string(),
            _ => letter.to_string(),
        });
        Test::Like(field, made.collect::<String>() + if turns.len() % 2 == 0 { "%" } else { "" })
    })
}

fn many() -> impl Strategy<Value = Test> {
    let values = prop::sample::subsequence(vec!["Brackwater", "Tidefall", "lanternrow", "In-house"], 1..3);
    (any::<bool>(), prop::collection::vec(values, 1..3)).prop_map(|(inside, choices)| {
        Test::Includes(FIELDS.len() - 1, inside, choices.iter().map(|all| all.join(";")).collect())
    })
}

fn condition() -> impl Strategy<Value = Test> {
    prop_oneof![4 => comparison(), 2 => pattern(), 1 => many()].prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|test| Test::Not(Box::new(test))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Test::All),
            prop::collection::vec(inner, 2..4).prop_map(Test::Any),
        ]
    })
}

fn ask(soql: &str) -> Vec<Value> {
    let answer = viewer(&SMALL.0, "admin").query("67.0", soql, false, 2_000);
    answer.unwrap_or_else(|error| panic!("{soql}: {error:?}"))["records"].as_array().unwrap().clone()
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["Id"].as_str().unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn conditions_find_the_same_rows(test in condition()) {
        let soql = format!("SELECT Id FROM Opportunity WHERE {}", test.soql());
        let expected: Vec<Value> = SMALL.1.iter().filter(|row| test.holds(row)).cloned().collect();
        let found = ask(&soql);
        prop_assert_eq!(ids(&found), ids(&expected), "{}", soql);
    }

    #[test]
    fn order_limit_and_offset_cut_the_same_rows(
        test in condition(),
        fields in prop::collection::vec((prop::sample::select(vec![4usize, 5, 6, 7, 8]), any::<bool>(), any::<Option<bool>>()), 1..3),
        limit in prop::option::of(0..30usize),
        offset in 0..20usize,
    ) {
        let mut expected: Vec<&Value> = SMALL.1.iter().filter(|row| test.holds(row)).collect();
        expected.sort_by(|one, other| {
            let by = fields.iter().map(|(field, down, first)| {
                let (a, b) = (value(one, *field), value(other, *field));
                match (a.is_null(), b.is_null()) {
                    (true, true) => Ordering::Equal,
                    (true, false) => if first.unwrap_or(true) { Ordering::Less } else { Ordering::Greater },
                    (false, true) => if first.unwrap_or(true) { Ordering::Greater } else { Ordering::Less },
                    _ => {
                        let plain = match FIELDS[*field].1 {
                            Kind::Flag => a.as_bool().cmp(&b.as_bool()),
                            kind => order(a, b, kind).unwrap(),
                        };
                        if *down { plain.reverse() } else { plain }
                    }
                }
            });
            by.fold(Ordering::Equal, Ordering::then).then_with(|| one["Id"].as_str().cmp(&other["Id"].as_str()))
        });
        let by: Vec<String> = fields.iter().map(|(field, down, first)| {
            let nulls = first.map_or("", |first| if first { " NULLS FIRST" } else { " NULLS LAST" });
            format!("{}{}{nulls}", FIELDS[*field].0, if *down { " DESC" } else { "" })
        }).collect();
        let cut = limit.map_or(String::new(), |limit| format!(" LIMIT {limit}"));
        let soql =
            format!("SELECT Id FROM Opportunity WHERE {} ORDER BY {}{cut} OFFSET {offset}", test.soql(), by.join(", "));
        let found = ask(&soql);
        let expected: Vec<Value> = expected.into_iter().skip(offset).take(limit.unwrap_or(usize::MAX)).cloned().collect();
        prop_assert_eq!(ids(&found), ids(&expected), "{}", soql);
    }

    #[test]
    fn groups_hold_the_same_sums(test in condition(), field in prop::sample::select(vec![1usize, 2, 5, 8, 9])) {
        let mut groups: BTreeMap<String, (u64, u64, f64, Option<String>)> = BTreeMap::new();
        for row in SMALL.1.iter().filter(|row| test.holds(row)) {
            let own = groups.entry(folded(value(row, field)).unwrap_or_else(|| value(row, field).to_string())).or_default();
            own.0 += 1;
            own.1 += u64::from(!row["Amount"].is_null());
            own.2 += row["Amount"].as_f64().unwrap_or(0.0);
            let day = row["CloseDate"].as_str().map(str::to_owned);
            own.3 = own.3.take().into_iter().chain(day).max();
        }
        let name = FIELDS[field].0;
        let soql = format!(
            "SELECT {name} g, COUNT(Id) n, COUNT(Amount) told, SUM(Amount) sum, MAX(CloseDate) last FROM Opportunity WHERE {} \
             GROUP BY {name}",
            test.soql()
        );
        let found = ask(&soql);
        prop_assert_eq!(found.len(), groups.len(), "{}", soql);
        for row in found {
            let key = folded(&row["g"]).unwrap_or_else(|| row["g"].to_string());
            let (n, told, sum, last) = groups.get(&key).unwrap_or_else(|| panic!("{soql}: no group {key}"));
            prop_assert_eq!((row["n"].as_u64(), row["told"].as_u64()), (Some(*n), Some(*told)), "{}", soql);
            prop_assert!((row["sum"].as_f64().unwrap_or(0.0) - sum).abs() < 0.01, "{}", soql);
            prop_assert_eq!(row["last"].as_str(), last.as_deref(), "{}", soql);
            prop_assert_eq!(row["sum"].is_null(), *told == 0, "a sum of nothing is null: {}", soql);
        }
    }
}
