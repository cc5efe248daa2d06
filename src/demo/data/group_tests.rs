//! Groups as a user asks for them: subtotals, aggregates, dates and clocks, and where each may stand.

use super::tests::{ORG, admin, refusal, viewer};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn rows(soql: &str) -> Vec<Value> {
    let answer = admin().query("67.0", soql, false, 2_000).unwrap_or_else(|error| panic!("{soql}: {error:?}"));
    answer["records"].as_array().unwrap().clone()
}

fn texts(rows: &[Value], keys: &[&str]) -> Vec<Vec<String>> {
    rows.iter().map(|row| keys.iter().map(|key| row[*key].to_string()).collect()).collect()
}

/// What the groups of a plain GROUP BY would be, counted here.
fn counted(soql: &str, keys: &[&str]) -> BTreeMap<Vec<String>, u64> {
    let mut found = BTreeMap::new();
    for key in texts(&rows(soql), keys) {
        *found.entry(key).or_default() += 1;
    }
    found
}

#[test]
fn a_rollup_has_subtotals_behind_what_they_sum() {
    let found = rows(
        "SELECT LeadSource, Rating, GROUPING(LeadSource) grpLS, GROUPING(Rating) grpRating, COUNT(Name) cnt FROM Lead \
         GROUP BY ROLLUP(LeadSource, Rating)",
    );
    let plain = counted("SELECT LeadSource, Rating FROM Lead", &["LeadSource", "Rating"]);
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    let mut open: Option<String> = None;
    for (at, row) in found.iter().enumerate() {
        let (source, rating) = (row["LeadSource"].to_string(), row["Rating"].to_string());
        let count = row["cnt"].as_u64().unwrap();
        match (row["grpLS"].as_u64().unwrap(), row["grpRating"].as_u64().unwrap()) {
            (0, 0) => {
                assert_eq!(plain.get(&vec![source.clone(), rating]), Some(&count));
                assert!(open.is_none() || open.as_ref() == Some(&source), "the subtotal of {open:?} comes first");
                open = Some(source.clone());
                *sums.entry(source).or_default() += count;
            }
            (0, 1) => {
                assert_eq!((row["Rating"].clone(), sums.get(&source)), (Value::Null, Some(&count)), "{source}");
                open = None;
            }
            (1, 1) => {
                assert_eq!(at, found.len() - 1, "the grand total comes last");
                assert_eq!((row["LeadSource"].clone(), count), (Value::Null, plain.values().sum()));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(found.len(), plain.len() + sums.len() + 1);
    assert_eq!(found[0]["attributes"], json!({ "type": "AggregateResult" }));
}

#[test]
fn a_cube_has_every_subtotal() {
    let found = rows(
        "SELECT Type, Rating, Tier__c, GROUPING(Type) a, GROUPING(Rating) b, GROUPING(Tier__c) c, COUNT(Id) n FROM Account \
         GROUP BY CUBE(Type, Rating, Tier__c) ORDER BY GROUPING(Type), GROUPING(Rating) DESC, GROUPING(Tier__c)",
    );
    let all = rows("SELECT Type, Rating, Tier__c FROM Account");
    let keys = ["Type", "Rating", "Tier__c"];
    let mut expected = 0;
    for set in 0..8 {
        let kept: Vec<&str> =
            keys.iter().enumerate().filter(|(at, _)| set >> at & 1 == 0).map(|(_, key)| *key).collect();
        let mut sums: BTreeMap<Vec<String>, u64> = BTreeMap::new();
        for key in texts(&all, &kept) {
            *sums.entry(key).or_default() += 1;
        }
        expected += sums.len();
        let flags: Vec<u64> = (0..3).map(|at| set >> at & 1).collect();
        let own: Vec<&Value> =
            found.iter().filter(|row| json!(flags) == json!([row["a"], row["b"], row["c"]])).collect();
        assert_eq!(own.len(), sums.len(), "{flags:?}");
        for row in own {
            let key: Vec<String> = kept.iter().map(|key| row[*key].to_string()).collect();
            assert_eq!(row["n"].as_u64(), sums.get(&key).copied(), "{row}");
            assert!(keys.iter().filter(|key| !kept.contains(key)).all(|key| row[*key].is_null()));
        }
    }
    assert_eq!(found.len(), expected);
    let flags: Vec<(i64, i64, i64)> = found
        .iter()
        .map(|row| (row["a"].as_i64().unwrap(), -row["b"].as_i64().unwrap(), row["c"].as_i64().unwrap()))
        .collect();
    assert!(flags.is_sorted());
}

#[test]
fn subtotals_can_be_filtered_counted_and_cut() {
    let only = rows(
        "SELECT LeadSource, COUNT(LeadSource) told, COUNT(Id) n FROM Contact GROUP BY ROLLUP(LeadSource) \
         HAVING GROUPING(LeadSource) = 1",
    );
    assert_eq!(only.len(), 1);
    let told = admin().query("67.0", "SELECT COUNT() FROM Contact WHERE LeadSource != null", false, 1).unwrap();
    assert_eq!(only[0]["told"], told["totalSize"], "a field that is summed over is still counted");
    let cut = rows("SELECT LeadSource, COUNT(Id) n FROM Contact GROUP BY ROLLUP(LeadSource) LIMIT 2 OFFSET 1");
    assert_eq!(cut.len(), 2);
    let years = rows(
        "SELECT CALENDAR_YEAR(CloseDate) y, COUNT(Id) n FROM Opportunity GROUP BY ROLLUP(CALENDAR_YEAR(CloseDate))",
    );
    let (total, each) = years.split_last().unwrap();
    assert_eq!(total["y"], Value::Null);
    assert_eq!(total["n"].as_u64().unwrap(), each.iter().map(|row| row["n"].as_u64().unwrap()).sum::<u64>());
}

#[test]
fn aggregates_without_a_name_are_numbered() {
    let row = rows(
        "SELECT COUNT(Id), SUM(Amount) total, AVG(Amount), MIN(CloseDate), COUNT_DISTINCT(StageName) FROM Opportunity",
    )
    .remove(0);
    let keys: Vec<&String> = row.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["attributes", "expr0", "total", "expr1", "expr2", "expr3"]);
    let all = rows("SELECT Amount, CloseDate, StageName FROM Opportunity");
    let amounts: Vec<f64> = all.iter().filter_map(|row| row["Amount"].as_f64()).collect();
    let sum: f64 = amounts.iter().sum();
    assert_eq!(row["expr0"].as_u64(), Some(all.len() as u64));
    assert!((row["total"].as_f64().unwrap() - sum).abs() < 0.01);
    assert!((row["expr1"].as_f64().unwrap() - sum / amounts.len() as f64).abs() < 0.01, "null amounts do not count");
    assert_eq!(row["expr2"].as_str(), all.iter().filter_map(|row| row["CloseDate"].as_str()).min());
    assert_eq!(row["expr3"].as_u64(), Some(counted("SELECT StageName FROM Opportunity", &["StageName"]).len() as u64));
    assert!(rows("SELECT SUM(NumberOfEmployees) n FROM Account")[0]["n"].is_i64());
}

#[test]
fn having_and_order_take_aggregates_and_groups() {
    let found = rows(
        "SELECT LeadSource, COUNT(Name) cnt FROM Lead GROUP BY LeadSource \
         HAVING COUNT(Name) > 5 AND LeadSource LIKE '%e%' ORDER BY COUNT(Name) DESC, LeadSource",
    );
    assert!(found.len() > 1);
    let counts: Vec<u64> = found.iter().map(|row| row["cnt"].as_u64().unwrap()).collect();
    assert!(counts.iter().all(|count| *count > 5) && counts.iter().rev().is_sorted());
    let by_parent = rows(
        "SELECT Account.Name n, COUNT(Id) FROM Contact GROUP BY Account.Name HAVING COUNT(Id) > 3 ORDER BY Account.Name NULLS LAST LIMIT 4",
    );
    assert!(by_parent.iter().all(|row| row["n"].is_string() && row["expr0"].as_u64() > Some(3)));
    let labels =
        rows("SELECT toLabel(LeadSource), COUNT(Id) FROM Lead GROUP BY LeadSource ORDER BY LeadSource NULLS LAST");
    let order: Vec<&str> = labels.iter().filter_map(|row| row["LeadSource"].as_str()).collect();
    assert_eq!(order, ["Web", "Trade Fair", "Referral", "Harbour Visit", "Other"], "a picklist has its own order");
    let formatted =
        rows("SELECT FORMAT(MIN(CloseDate)) Amt, FORMAT(convertCurrency(MAX(Amount))) most FROM Opportunity");
    assert!(formatted[0]["Amt"].is_string() && formatted[0]["most"].as_str().unwrap().contains('€'));
}

#[test]
fn date_functions_read_the_clock_where_the_user_is() {
    let moments = rows("SELECT CreatedDate FROM Opportunity");
    let hours = |shift: i64| {
        let mut found: BTreeMap<i64, u64> = BTreeMap::new();
        for row in &moments {
            let text = row["CreatedDate"].as_str().unwrap().replace("+0000", "Z");
            let seconds = text.parse::<jiff::Timestamp>().unwrap().as_second();
            *found.entry((seconds + shift).rem_euclid(86_400) / 3_600).or_default() += 1;
        }
        found
    };
    let told = |viewer: &super::Viewer<'_>, inner: &str| -> BTreeMap<i64, u64> {
        let soql = format!("SELECT HOUR_IN_DAY({inner}) h, COUNT(Id) n FROM Opportunity GROUP BY HOUR_IN_DAY({inner})");
        let answer = viewer.query("67.0", &soql, false, 2_000).unwrap();
        let rows = answer["records"].as_array().unwrap().clone();
        rows.iter().map(|row| (row["h"].as_i64().unwrap(), row["n"].as_u64().unwrap())).collect()
    };
    assert_eq!(told(&admin(), "CreatedDate"), hours(0));
    if jiff::tz::TimeZone::get("Asia/Tokyo").is_err() {
        println!("skipped: no time zone data here");
        return;
    }
    // A zone without summer time, so that one shift holds for all; the user must see everything.
    let tokyo = ORG.users().into_iter().find(|user| user.timezone == "Asia/Tokyo").unwrap();
    let there = viewer(&ORG, &tokyo.alias);
    let seen = there.query("67.0", "SELECT COUNT() FROM Opportunity", false, 1).unwrap();
    if seen["totalSize"].as_u64() == Some(moments.len() as u64) {
        assert_eq!(told(&there, "convertTimezone(CreatedDate)"), hours(9 * 3_600));
    } else {
        let shifted = told(&there, "convertTimezone(CreatedDate)");
        let plain = told(&there, "CreatedDate");
        let moved: BTreeMap<i64, u64> = plain.iter().map(|(hour, n)| ((hour + 9) % 24, *n)).collect();
        assert_eq!(shifted, moved);
    }
    let days = "SELECT COUNT() FROM Opportunity WHERE DAY_ONLY(convertTimezone(CreatedDate)) = THIS_YEAR";
    let year = "SELECT COUNT() FROM Opportunity WHERE CreatedDate = THIS_YEAR";
    let count = |soql: &str| there.query("67.0", soql, false, 1).unwrap()["totalSize"].as_u64();
    assert_eq!(count(days), count(year));
}

#[test]
fn date_functions_agree_with_the_calendar() {
    for row in rows(
        "SELECT CloseDate, CALENDAR_YEAR(CloseDate) y, FISCAL_QUARTER(CloseDate) q, CALENDAR_MONTH(CloseDate) m, \
         DAY_IN_MONTH(CloseDate) d, DAY_IN_WEEK(CloseDate) w, DAY_IN_YEAR(CloseDate) j, WEEK_IN_MONTH(CloseDate) wm, \
         WEEK_IN_YEAR(CloseDate) wy FROM Opportunity GROUP BY CloseDate",
    ) {
        let date: jiff::civil::Date = row["CloseDate"].as_str().unwrap().parse().unwrap();
        let (month, day, of_year) = (i64::from(date.month()), i64::from(date.day()), i64::from(date.day_of_year()));
        let expected = [
            i64::from(date.year()),
            (month - 1) / 3 + 1,
            month,
            day,
            i64::from(date.weekday().to_sunday_one_offset()),
            of_year,
            (day - 1) / 7 + 1,
            (of_year - 1) / 7 + 1,
        ];
        let told: Vec<i64> =
            ["y", "q", "m", "d", "w", "j", "wm", "wy"].iter().map(|key| row[*key].as_i64().unwrap()).collect();
        assert_eq!(told, expected, "{date}");
    }
}

#[test]
fn what_groups_do_not_allow() {
    for (soql, code, told) in [
        ("SELECT Name, COUNT(Id) FROM Account", "MALFORMED_QUERY", "Field must be grouped or aggregated: Name"),
        ("SELECT CALENDAR_YEAR(CreatedDate) FROM Account", "MALFORMED_QUERY", "grouped or aggregated: CreatedDate"),
        ("SELECT Type FROM Account GROUP BY Type ORDER BY Name", "MALFORMED_QUERY", "Ordered field must be grouped"),
        (
            "SELECT Type FROM Account GROUP BY Type HAVING Name = 'x'",
            "MALFORMED_QUERY",
            "must be grouped or aggregated: Name",
        ),
        ("SELECT MAX(CreatedDate) FROM Account LIMIT 1", "MALFORMED_QUERY", "cannot also use LIMIT"),
        (
            "SELECT COUNT(Id) FROM Account GROUP BY AnnualRevenue",
            "MALFORMED_QUERY",
            "field 'AnnualRevenue' can not be grouped",
        ),
        (
            "SELECT COUNT(Id) FROM Account GROUP BY CreatedDate",
            "MALFORMED_QUERY",
            "field 'CreatedDate' can not be grouped",
        ),
        ("SELECT COUNT(Id) FROM Account GROUP BY Description", "MALFORMED_QUERY", "can not be grouped"),
        ("SELECT COUNT(Id) FROM Account GROUP BY COUNT(Id)", "MALFORMED_QUERY", "can not be grouped"),
        (
            "SELECT COUNT(Id) FROM Account GROUP BY ROLLUP(Type, Rating, Tier__c, Industry)",
            "MALFORMED_QUERY",
            "at most 3 fields",
        ),
        (
            "SELECT GROUPING(Type) FROM Account GROUP BY Type",
            "MALFORMED_QUERY",
            "GROUPING() takes a field of GROUP BY ROLLUP",
        ),
        ("SELECT COUNT(), Id FROM Account", "MALFORMED_QUERY", "COUNT() must be the only element"),
        ("SELECT COUNT() FROM Account GROUP BY Type", "MALFORMED_QUERY", "COUNT() must be the only element"),
        ("SELECT COUNT() FROM Account ORDER BY Name", "MALFORMED_QUERY", "COUNT() can not be used with ORDER BY"),
        ("SELECT SUM(Name) FROM Account", "INVALID_FIELD", "does not support aggregate operator SUM"),
        ("SELECT MIN(MAX(Amount)) FROM Opportunity", "INVALID_FIELD", "does not support aggregate operator MIN"),
        ("SELECT Id FROM Account WHERE COUNT(Id) > 1", "MALFORMED_QUERY", "not allowed in the WHERE clause"),
        (
            "SELECT HOUR_IN_DAY(CloseDate) FROM Opportunity GROUP BY CloseDate",
            "INVALID_FIELD",
            "does not support function",
        ),
        ("SELECT Id FROM Account WHERE CALENDAR_YEAR(Name) = 1", "INVALID_FIELD", "does not support function"),
        ("SELECT Id FROM Account ORDER BY CALENDAR_YEAR(CreatedDate)", "MALFORMED_QUERY", "without groups"),
        ("SELECT convertTimezone(CreatedDate) FROM Account", "MALFORMED_QUERY", "only be used in a date function"),
        ("SELECT Id FROM Account WHERE convertTimezone(CreatedDate) = TODAY", "INVALID_FIELD", "can not be filtered"),
        ("SELECT Type, (SELECT Id FROM Contacts) FROM Account GROUP BY Type", "MALFORMED_QUERY", "child relationships"),
        ("SELECT Type, Type, COUNT(Id) FROM Account GROUP BY Type", "MALFORMED_QUERY", "duplicate"),
        ("SELECT COUNT(Id) n, SUM(AnnualRevenue) n FROM Account", "MALFORMED_QUERY", "duplicate"),
    ] {
        let error = refusal(&admin(), soql);
        assert_eq!(error.code, code, "{soql}: {}", error.message);
        assert!(error.message.contains(told), "{soql}: {}", error.message);
        assert!(error.message.contains("ERROR at Row:1:Column:"), "{soql}: {}", error.message);
    }
}
