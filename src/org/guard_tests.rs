//! The guard against every way in which a write can look like a question.

use super::*;

fn reason(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Option<String> {
    let url = Url::parse(&format!("https://acme.my.salesforce.com{path}")).unwrap();
    write_reason(&Method::from_bytes(method.as_bytes()).unwrap(), &url, headers, Some(body.as_bytes()))
}

const V: &str = "/services/data/v67.0";

#[test]
fn what_only_asks() {
    for (method, path, body) in [
        ("GET", "/sobjects/Account/describe", ""),
        ("HEAD", "/limits", ""),
        ("GET", "/query?q=SELECT+Id+FROM+Account+WHERE+Name='executeAnonymous'", ""),
        ("POST", "/parameterizedSearch", r#"{"q":"x"}"#),
        ("POST", "/search/", r#"{"q":"x"}"#),
        (
            "POST",
            "/graphql",
            r#"{"query":"query q { uiapi { query { Account { edges { node { Id } } } } } }","variables":{"a":1}}"#,
        ),
        ("POST", "/jobs/query", r#"{"operation":"queryAll","query":"SELECT Id FROM Account"}"#),
        (
            "POST",
            "/composite",
            r#"{"compositeRequest":[{"method":"GET","url":"/services/data/v67.0/limits","referenceId":"a"}]}"#,
        ),
        ("POST", "/composite/", r#"{"allOrNone":true,"compositeRequest":[]}"#),
        (
            "POST",
            "/composite/batch",
            r#"{"batchRequests":[{"method":"get","url":"v67.0/limits"},{"method":"HEAD","url":"v67.0/tabs"}]}"#,
        ),
        (
            "POST",
            "/composite/graph",
            r#"{"graphs":[{"graphId":"g","compositeRequest":[{"method":"GET","url":"/services/data/v67.0/tabs","referenceId":"a"}]}]}"#,
        ),
        (
            "POST",
            "/composite/batch",
            r#"{"batchRequests":[{"method":"POST","url":"v67.0/parameterizedSearch","richInput":{"q":"x"}}]}"#,
        ),
    ] {
        assert_eq!(reason(method, &format!("{V}{path}"), &[], body), None, "{method} {path} {body}");
    }
    assert_eq!(reason("POST", "/services/oauth2/userinfo", &[], ""), None);
    assert_eq!(reason("GET", "/id/00D/005", &[], ""), None);
}

#[test]
fn what_writes() {
    for (method, path, body) in [
        ("POST", "/sobjects/Account", "{}"),
        ("PATCH", "/sobjects/Account/001", "{}"),
        ("DELETE", "/sobjects/Account/001", ""),
        ("PUT", "/x", ""),
        ("OPTIONS", "/limits", ""),
        ("MERGE", "/x", ""),
        ("GET", "/tooling/executeAnonymous/?anonymousBody=x", ""),
        ("GET", "/tooling/EXECUTEanonymous", ""),
        ("GET", "/tooling/execute%41nonymous", ""),
        ("GET", "/tooling/execute%2541nonymous", ""),
        ("GET", "/tooling/executeAnonymous;jsessionid=1/", ""),
        ("GET", "//tooling//runTestsSynchronous?classids=1", ""),
        ("POST", "/tooling/runTestsAsynchronous", "{}"),
        ("GET", "/sobjects/Account/001?_HttpMethod=PATCH", ""),
        ("GET", "/sobjects/Account/001?%5fhttpmethod=DELETE", ""),
        ("POST", "/composite/tree/Account", "{}"),
        ("POST", "/composite/sobjects", "{}"),
        ("DELETE", "/jobs/query/750", ""),
        ("PATCH", "/jobs/query/750", "{}"),
        ("POST", "/jobs/ingest", r#"{"operation":"insert"}"#),
        ("POST", "/jobs/query", r#"{"operation":"delete"}"#),
        ("POST", "/async-queries", "{}"),
    ] {
        assert!(reason(method, &format!("{V}{path}"), &[], body).is_some(), "{method} {path} {body}");
    }
    for path in [
        "/services/apexrest/x",
        "/services/apexrest",
        "/services/%61pexrest/x",
        "/services/data/%2e%2e/apexrest/x",
        "/site/services/apexrest/x",
        "/services/oauth2/revoke?token=x",
        "/secur/logout.jsp",
    ] {
        assert!(reason("GET", path, &[], "").is_some(), "{path}");
    }
}

#[test]
fn a_header_that_overrides_the_method() {
    for name in ["X-HTTP-Method-Override", "x-http-method", "X-Method-Override"] {
        let said = reason("GET", "/services/data/v67.0/limits", &[(name, "DELETE")], "").unwrap();
        assert!(said.contains("DELETE"), "{said}");
    }
}

#[test]
fn a_part_may_hide_a_write() {
    let part = |part: &str| {
        format!(
            r#"{{"compositeRequest":[{{"method":"GET","url":"/services/data/v67.0/limits","referenceId":"a"}},{part}]}}"#
        )
    };
    for hidden in [
        r#"{"method":"POST","url":"/services/data/v67.0/sobjects/Account","referenceId":"b","body":{}}"#,
        r#"{"method":"PATCH","url":"/services/data/v67.0/sobjects/Account/001","referenceId":"b"}"#,
        r#"{"method":"\u0050OST","url":"/services/data/v67.0/sobjects/Account","referenceId":"b"}"#,
        r#"{"method":"GET","method":"DELETE","url":"/services/data/v67.0/limits","referenceId":"b"}"#,
        r#"{"method":"GET","Method":"DELETE","url":"/services/data/v67.0/limits","referenceId":"b"}"#,
        r#"{"method":"GET","url":"/services/data/v67.0/tooling/executeAnonymous?anonymousBody=x","referenceId":"b"}"#,
        r#"{"method":"GET","url":"/services/apexrest/x","referenceId":"b"}"#,
        r#"{"method":"GET","url":"@{a.next}","referenceId":"b"}"#,
        r##"{"method":"GET","url":"/services/data/v67.0/limits#/../../x","referenceId":"b"}"##,
        r#"{"method":"GET","url":"https://evil.example/services/data","referenceId":"b"}"#,
        r#"{"method":"GET","url":"/services/data/v67.0/x?_HttpMethod=PATCH","referenceId":"b"}"#,
        r#"{"method":"GET","url":"/services/data/v67.0/x","referenceId":"b","httpHeaders":{"X-HTTP-Method-Override":"PATCH"}}"#,
        r#"{"url":"/services/data/v67.0/sobjects/Account","referenceId":"b"}"#,
        r#"{"method":["GET"],"url":"/services/data/v67.0/limits"}"#,
        r#""GET""#,
    ] {
        let said = reason("POST", "/services/data/v67.0/composite", &[], &part(hidden));
        assert!(said.as_ref().is_some_and(|s| s.contains("part 2") || s.contains("twice")), "{hidden}: {said:?}");
    }
    let batch = r#"{"batchRequests":[{"method":"POST","url":"v67.0/composite","richInput":{"compositeRequest":[{"method":"DELETE","url":"/services/data/v67.0/sobjects/Account/001","referenceId":"a"}]}}]}"#;
    assert!(
        reason("POST", "/services/data/v67.0/composite/batch", &[], batch).unwrap().contains("part 1: part 1: DELETE")
    );
}

#[test]
fn bodies_that_cannot_be_seen_through() {
    let reads = r#"{"compositeRequest":[]}"#;
    let path = "/services/data/v67.0/composite";
    assert_eq!(reason("POST", path, &[("Content-Type", "application/json; charset=UTF-8")], reads), None);
    for (name, value) in [
        ("Content-Type", "application/xml"),
        ("Content-Type", "application/json;charset=utf-16"),
        ("Content-Encoding", "gzip"),
    ] {
        assert!(reason("POST", path, &[(name, value)], reads).is_some(), "{name}: {value}");
    }
    for body in [
        "",
        "[]",
        "{",
        "{}",
        r#"{"compositeRequest":{}}"#,
        r#"{"compositeRequest":[],"extra":1}"#,
        r#"{"compositeRequest":[]} x"#,
    ] {
        assert!(reason("POST", path, &[], body).is_some(), "{body}");
    }
    let url = Url::parse("https://acme.my.salesforce.com/services/data/v67.0/composite").unwrap();
    assert!(write_reason(&Method::POST, &url, &[], None).is_some());
}

#[test]
fn graphql_mutations() {
    for query in
        ["mutation { x }", "query a { x } mutation b { y }", "# c\\nMUTATION{x}", "{ x } \\u006dutation y { z }"]
    {
        let body = format!(r#"{{"query":"{query}"}}"#);
        assert!(reason("POST", "/services/data/v67.0/graphql", &[], &body).is_some(), "{query}");
    }
    assert!(reason("POST", "/services/data/v67.0/graphql", &[], r#"{"query":"{x}","extensions":{}}"#).is_some());
    assert_eq!(reason("POST", "/services/data/v67.0/graphql", &[], r#"{"query":"{ Permutation_Case__c }"}"#), None);
}

proptest::proptest! {
    /// No body is judged to ask only, save those in which every part does.
    #[test]
    fn a_body_that_names_another_method_never_passes(
        method in proptest::sample::select(vec!["POST", "PATCH", "DELETE", "PUT", "patch"]),
        before in 0_usize..4, after in 0_usize..4,
        key in proptest::sample::select(vec!["composite", "composite/batch", "composite/graph"]),
    ) {
        let get = r#"{"method":"GET","url":"/services/data/v67.0/limits"}"#.to_owned();
        let hidden = format!(r#"{{"method":"{method}","url":"/services/data/v67.0/sobjects/Account/001"}}"#);
        let list = [vec![get.clone(); before], vec![hidden], vec![get; after]].concat().join(",");
        let body = match key {
            "composite" => format!(r#"{{"compositeRequest":[{list}]}}"#),
            "composite/batch" => format!(r#"{{"batchRequests":[{list}]}}"#),
            _ => format!(r#"{{"graphs":[{{"graphId":"g","compositeRequest":[{list}]}}]}}"#),
        };
        let said = reason("POST", &format!("{V}/{key}"), &[], &body);
        let part = format!("part {}", before + 1);
        proptest::prop_assert!(said.as_ref().is_some_and(|text| text.contains(&part)), "{:?}", said);
    }
}
