//! Tests of the grammar as a whole: what it takes, what it refuses and where, and that nothing makes it panic.

use super::*;
use proptest::prelude::*;

fn good(text: &str) -> Query {
    let parsed = parse(text);
    assert_eq!(parsed.errors, [], "{text}");
    parsed.query.unwrap()
}

fn first_error(text: &str) -> (String, usize) {
    let error = parse(text).errors.into_iter().next().unwrap_or_else(|| panic!("{text} was taken"));
    (error.message, error.span.start)
}

#[test]
fn every_clause_arrives_in_the_tree() {
    let query = good(
        "SELECT Id, Owner.Name, COUNT(Id) n, (SELECT Id FROM Contacts) FROM Account a, a.Owner o USING SCOPE mine \
         WHERE Name LIKE 'a\\%%' AND (NOT Type IN ('x','y')) WITH SECURITY_ENFORCED GROUP BY ROLLUP(Type) \
         HAVING COUNT(Id) > 1 ORDER BY Name DESC NULLS LAST, Id LIMIT 5 OFFSET 2 FOR VIEW ALL ROWS",
    );
    assert_eq!(query.select.len(), 4);
    assert!(matches!(&query.select[2], SelectItem::Expr { alias: Some(alias), .. } if alias.is("N")));
    assert_eq!(query.from.len(), 2);
    assert!(query.scope.is_some_and(|scope| scope.is("Mine")));
    let Some(Condition::And(parts)) = query.filter else { panic!("AND") };
    assert!(
        matches!(&parts[0], Condition::Test { op: Op::Like, right: Operand::One(Value { literal: Literal::Pattern(p), .. }), .. } if p == "a\\%%")
    );
    assert!(matches!(&parts[1], Condition::Not(_)));
    let grouping = query.grouping.unwrap();
    assert_eq!(grouping.kind, GroupKind::Rollup);
    assert!(grouping.having.is_some());
    assert_eq!(query.order[0].nulls_first, Some(false));
    assert!(query.order[0].descending && !query.order[1].descending);
    assert_eq!((query.limit.map(|n| n.0), query.offset.map(|n| n.0)), (Some(5), Some(2)));
    assert_eq!(query.intents.len(), 1);
    assert!(query.all_rows.is_some());
    assert!(matches!(query.with, Some(WithClause::Mode(mode)) if mode.is("security_enforced")));
}

#[test]
fn rare_clauses_are_read_whole() {
    let with = |text: &str| good(&format!("SELECT Id FROM A WITH {text} LIMIT 1")).with.unwrap();
    let WithClause::Categories(all) = with("DATA CATEGORY Geo__c ABOVE (usa__c, france__c) AND Product__c at dsl__c")
    else {
        panic!("categories")
    };
    assert_eq!(all.len(), 2);
    assert!(all[0].selector.is("above") && all[0].names[1].is("France__c") && all[1].group.is("Product__c"));
    assert!(
        matches!(with("UserId = '005'"), WithClause::Filter(name, value) if name.is("userid") && value.literal == Literal::Text("005".into()))
    );
    assert!(
        matches!(with("RecordVisibilityContext (a = 100, b = true)"), WithClause::Options(_, options) if options.len() == 2)
    );
    let lookup = good("SELECT Id FROM A USING LOOKUP B.C__c BIND Id = 'x', D__c = 'y'").lookup.unwrap();
    assert_eq!((lookup.field.dotted(), lookup.bind.len()), ("B.C__c".to_owned(), 2));
    for (text, token) in [
        ("SELECT Id FROM A WITH DATA CATEGORY Geo__c NEAR x__c", "NEAR"),
        ("SELECT Id FROM A WITH DATA CATEGORY Geo__c AT ()", ")"),
        ("SELECT Id FROM A WITH X (a 1)", "1"),
        ("SELECT Id FROM A WITH 'x'", "'x'"),
        ("SELECT Id FROM A ALL", "<EOF>"),
        ("SELECT Id FROM A FOR NOTHING", "NOTHING"),
        ("SELECT Id FROM A GROUP BY ROLLUP(a), b", ","),
        ("SELECT TYPEOF What THEN Id END FROM A", "THEN"),
        ("SELECT TYPEOF What WHEN A THEN Id FROM A", "FROM"),
    ] {
        assert_eq!(first_error(text).0, format!("unexpected token: '{token}'"), "{text}");
    }
}

#[test]
fn operators_need_brackets_to_mix() {
    good("SELECT Id FROM A WHERE a = 1 AND b = 2 AND (c = 3 OR (NOT d = 4))");
    good("SELECT Id FROM A WHERE NOT (a = 1 AND b = 2)");
    for (text, token) in [
        ("SELECT Id FROM A WHERE a = 1 AND b = 2 OR c = 3", "OR"),
        ("SELECT Id FROM A WHERE a = 1 OR b = 2 AND c = 3", "AND"),
        ("SELECT Id FROM A WHERE a = 1 AND NOT b = 2", "NOT"),
        ("SELECT Id FROM A WHERE NOT a = 1 AND b = 2", "AND"),
    ] {
        let (message, at) = first_error(text);
        assert_eq!(message, format!("unexpected token: '{token}'"), "{text}");
        assert_eq!(at, text.find(&format!(" {token} ")).unwrap() + 1, "{text}");
    }
}

#[test]
fn constants_of_every_kind() {
    let query = good(
        "SELECT Id FROM A WHERE a IN (null, TRUE, -1.50, 'it\\'s \\u0041', 2026-01-02, 2026-01-02T03:04:05Z, TODAY, \
         LAST_N_DAYS:7, USD100)",
    );
    let Some(Condition::Test { right: Operand::Many(values), .. }) = query.filter else { panic!("IN") };
    let literals: Vec<Literal> = values.into_iter().map(|value| value.literal).collect();
    assert_eq!(
        literals,
        [
            Literal::Null,
            Literal::Bool(true),
            Literal::Number("-1.50".into()),
            Literal::Text("it's A".into()),
            Literal::Date("2026-01-02".into()),
            Literal::DateTime("2026-01-02T03:04:05Z".into()),
            Literal::Relative(DateLiteral::One(Unit::Day, 0)),
            Literal::Relative(DateLiteral::LastN(Unit::Day, 7)),
            Literal::Currency("USD".into(), "100".into()),
        ]
    );
}

#[test]
fn mistakes_are_named_and_placed() {
    for (text, message, at) in [
        ("", "unexpected token: '<EOF>'", 0),
        ("SELEC Id FROM A", "unexpected token: 'SELEC'", 0),
        ("SELECT FROM Account", "unexpected token: 'FROM'", 7),
        ("SELECT Id FROM", "unexpected token: '<EOF>'", 14),
        ("SELECT Id, FROM A", "unexpected token: 'FROM'", 11),
        ("SELECT Id FORM Account", "unexpected token: 'Account'", 15),
        ("SELECT Id FROM A WHERE", "unexpected token: '<EOF>'", 22),
        ("SELECT Id FROM A WHERE x = y", "unexpected token: 'y'", 27),
        ("SELECT Id FROM A WHERE x == 1", "unexpected token: '='", 26),
        ("SELECT Id FROM A LIMIT x", "unexpected token: 'x'", 23),
        ("SELECT Id FROM A LIMIT -1", "unexpected token: '-1'", 23),
        ("SELECT Id FROM A LIMIT 1 WHERE x = 1", "unexpected token: 'WHERE'", 25),
        ("SELECT Id FROM A; DROP TABLE A", "unexpected token: ';'", 16),
        ("SELECT * FROM A", "unexpected token: '*'", 7),
        ("SELECT Id FROM A)", "unexpected token: ')'", 16),
        ("SELECT (SELECT Id FROM B FROM A", "unexpected token: 'FROM'", 25),
        ("SELECT Id FROM A WHERE x = 'ab", "line 1:30 mismatched character '<EOF>' expecting '''", 27),
    ] {
        assert_eq!(first_error(text), (message.to_owned(), at), "{text}");
    }
    let (message, _) = first_error(r"SELECT Id FROM A WHERE x = 'a\q'");
    assert!(message.contains(r"Illegal character sequence '\q'"), "{message}");
}

#[test]
fn what_is_good_survives_what_is_not() {
    let parsed = parse("SELECT Id, Name,, FROM Account WHERE = 3 ORDER BY Name LIMIT 7");
    let query = parsed.query.unwrap();
    assert_eq!(parsed.errors.len(), 2);
    assert_eq!(query.select.len(), 2);
    assert!(query.from[0].path.last().is_some_and(|name| name.is("account")));
    assert_eq!(query.limit.map(|limit| limit.0), Some(7));
}

#[test]
fn deep_nesting_is_refused_not_fatal() {
    let text = format!("SELECT Id FROM A WHERE {}", "(".repeat(100_000));
    assert_eq!(first_error(&text).0, "the query is nested too deeply");
    let text = format!("SELECT {} FROM A", "f(".repeat(100_000));
    assert_eq!(first_error(&text).0, "the query is nested too deeply");
    let text = "SELECT Id, (".repeat(100_000);
    assert_eq!(first_error(&text).0, "the query is nested too deeply");
}

/// Queries nobody here wrote, where they are at hand.
#[test]
fn recorded_queries_are_taken() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/soql/valid.json");
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("skipped: no recorded queries here");
        return;
    };
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let refused: Vec<_> = cases
        .iter()
        .map(|case| case["soql"].as_str().unwrap())
        .filter_map(|soql| parse(soql).errors.first().map(|error| (soql.to_owned(), error.message.clone())))
        .collect();
    println!("{} of {} recorded queries taken", cases.len() - refused.len(), cases.len());
    assert_eq!(refused, []);
}

proptest! {
    #[test]
    fn any_text_parses_without_panic(text in ".{0,200}") {
        let parsed = parse(&text);
        prop_assert!(parsed.query.is_some() || !parsed.errors.is_empty());
        let _ = parse_search(&text);
    }

    #[test]
    fn any_words_parse_without_panic(words in proptest::collection::vec(prop::sample::select(vec![
        "SELECT", "FROM", "WHERE", "Id", "Name", ",", "(", ")", "=", "'x'", "'", "AND", "OR", "NOT", "IN", "LIKE", "1", "ORDER", "BY",
        "GROUP", "HAVING", "LIMIT", "OFFSET", ".", ":", "COUNT", "TYPEOF", "WHEN", "THEN", "END", "FIND", "{", "}", "RETURNING",
        "USING", "SCOPE", "WITH", "FOR", "VIEW", "ALL", "ROWS", "TODAY", "LAST_N_DAYS:3", "null", "\\", "é", "2026-01-01",
    ]), 0..40)) {
        let text = words.join(" ");
        for error in parse(&text).errors {
            prop_assert!(text.get(error.span.start..error.span.end).is_some());
            pointed(&text, error.span.start, &error.message);
        }
        let _ = parse_search(&text);
        // Cut anywhere, as a text is while it is being typed.
        for (at, _) in text.char_indices() {
            parse(text.get(..at).unwrap());
        }
    }
}
