//! Every form in which an org tells of an error.

use super::*;
use std::sync::Arc;

fn json(text: &str) -> AnswerBody {
    AnswerBody::Json(Arc::new(Document::parse(text.as_bytes().to_vec())))
}

fn of(status: u16, media: &str, text: &str) -> Option<Failure> {
    let headers = [("Content-Type".to_owned(), media.to_owned()), ("Allow".to_owned(), "GET,HEAD".to_owned())];
    let body = match media {
        "application/json;charset=UTF-8" => json(text),
        _ if text.is_empty() => AnswerBody::Empty,
        _ => AnswerBody::Text(text.into()),
    };
    trouble(status, &headers, &body, Asked { rest: true, newest: Some("67.0") })
}

const JSON: &str = "application/json;charset=UTF-8";

#[test]
fn a_list_of_errors() {
    let failure = of(400, JSON, r#"[{"message":"\nselect Nme from Account\n       ^\nERROR at Row:1:Column:8\nNo such column","errorCode":"INVALID_FIELD"}]"#).unwrap();
    assert_eq!(failure.title, "400 INVALID_FIELD");
    assert!(failure.detail.contains("       ^\nERROR at Row:1:Column:8"), "verbatim");
    assert!(failure.hint[0].contains("describe"));
    let two = of(400, JSON, r#"[{"message":"a","errorCode":"REQUIRED_FIELD_MISSING","fields":["Name","City"]},{"message":"b","errorCode":"STRING_TOO_LONG","fields":[]}]"#).unwrap();
    assert_eq!(two.detail, "a\nb");
    assert!(two.facts.contains(&("fields".to_owned(), "Name, City".to_owned())));
    assert_eq!(two.hint.len(), 2);
    assert_eq!(two.kind, FailureKind::Org);
}

#[test]
fn oauth_errors_and_single_objects() {
    let failure =
        of(400, JSON, r#"{"error":"unsupported_token_type","error_description":"this token type is not supported"}"#)
            .unwrap();
    assert_eq!(
        (failure.title.as_str(), failure.detail.as_str()),
        ("400 unsupported_token_type", "this token type is not supported")
    );
    let failure = of(404, JSON, r#"{"errorCode":"ITEM_NOT_FOUND","message":"gone"}"#).unwrap();
    assert_eq!((failure.title.as_str(), failure.detail.as_str()), ("404 ITEM_NOT_FOUND", "gone"));
    assert!(!failure.hint.is_empty(), "the status has a cure where the code has none");
}

#[test]
fn words_xml_and_pages() {
    let failure = of(403, "text/html", "Bad_OAuth_Token").unwrap();
    assert_eq!((failure.title.as_str(), failure.detail.as_str()), ("403 Bad_OAuth_Token", "Bad_OAuth_Token"));
    let failure = of(403, "text/plain", "Missing_OAuth_Token").unwrap();
    assert_eq!(failure.title, "403 Missing_OAuth_Token");
    let xml = r#"<?xml version="1.0"?><Errors><Error><errorCode>NOT_FOUND</errorCode><message>no &lt;such&gt; thing</message></Error></Errors>"#;
    let failure = of(404, "application/xml", xml).unwrap();
    assert_eq!((failure.title.as_str(), failure.detail.as_str()), ("404 NOT_FOUND", "no <such> thing"));
    let page = "<html><head><title>Down for Maintenance</title></head><body><p>Back soon</p></body></html>";
    let failure = of(503, "text/html; charset=utf-8", page).unwrap();
    assert_eq!(
        (failure.title.as_str(), failure.detail.as_str()),
        ("503 Service Unavailable: Down for Maintenance", "Back soon")
    );
    assert!(failure.hint[0].contains("status.salesforce.com"));
    assert!(of(200, "text/html", page).unwrap().title.contains("Down for Maintenance"));
    let other =
        trouble(200, &[("content-type".into(), "text/html".into())], &AnswerBody::Text(page.into()), Asked::default());
    assert_eq!(other, None, "a page that was asked for is none");
}

#[test]
fn statuses_alone() {
    for (status, word) in [
        (414, "16,384"),
        (431, "16,384"),
        (420, "login URL"),
        (410, "v67.0"),
        (429, "wait"),
        (500, "try again"),
        (404, "spelling"),
    ] {
        let failure = of(status, "text/plain", "").unwrap();
        assert!(failure.hint.iter().any(|line| line.contains(word)), "{status}: {failure:?}");
    }
    let failure = of(405, JSON, r#"[{"errorCode":"METHOD_NOT_ALLOWED","message":"no"}]"#).unwrap();
    assert!(failure.facts.contains(&("Allow".to_owned(), "GET,HEAD".to_owned())));
    let failure =
        of(300, JSON, r#"["/services/data/v67.0/sobjects/A/1","/services/data/v67.0/sobjects/A/2"]"#).unwrap();
    assert!(failure.title.contains("2 records") && failure.detail.lines().count() == 2);
    let failure = of(410, JSON, r#"[{"errorCode":"UNSUPPORTED_API_VERSION","message":"old"}]"#).unwrap();
    assert!(failure.hint.iter().any(|line| line.contains("v67.0")));
    assert_eq!(of(304, "", ""), None);
    assert_eq!(of(204, "", ""), None);
}

#[test]
fn a_session_that_is_not_for_the_rest_api_has_its_own_cure() {
    let text =
        r#"[{"message":"This session is not valid for use with the REST API","errorCode":"INVALID_SESSION_ID"}]"#;
    assert!(of(401, JSON, text).unwrap().hint[0].contains("may not use the REST API"));
}

#[test]
fn trouble_inside_a_good_status() {
    let fine = r#"{"compositeResponse":[{"body":{},"httpStatusCode":200,"referenceId":"a"}]}"#;
    assert_eq!(of(200, JSON, fine), None);
    let failed = r#"{"compositeResponse":[{"body":{},"httpStatusCode":200,"referenceId":"a"},{"body":[{"errorCode":"NOT_FOUND","message":"x"}],"httpStatusCode":404,"referenceId":"b"}]}"#;
    let failure = of(200, JSON, failed).unwrap();
    assert_eq!((failure.title.as_str(), failure.detail.as_str()), ("1 of 2 parts failed", "b: x"));
    assert_eq!(failure.facts, [("b".to_owned(), "404 NOT_FOUND".to_owned())]);
    let batch = r#"{"hasErrors":true,"results":[{"statusCode":400,"result":[{"errorCode":"E","message":"m"}]}]}"#;
    assert_eq!(of(200, JSON, batch).unwrap().detail, "part 1: m");
    let graph = r#"{"graphs":[{"graphId":"g","graphResponse":{"compositeResponse":[{"httpStatusCode":400,"referenceId":"r","body":[{"errorCode":"E","message":"m"}]}]},"isSuccessful":false}]}"#;
    assert_eq!(of(200, JSON, graph).unwrap().title, "1 of 1 parts failed");
    let rows = r#"[{"id":"1","success":true,"errors":[]},{"success":false,"errors":[{"statusCode":"DUPLICATE_VALUE","message":"d","fields":[]}]}]"#;
    let failure = of(200, JSON, rows).unwrap();
    assert_eq!((failure.title.as_str(), failure.detail.as_str()), ("1 of 2 rows failed", "row 2: DUPLICATE_VALUE d"));
    let graphql = r#"{"data":null,"errors":[{"message":"no field x","paths":[]}]}"#;
    assert_eq!(of(200, JSON, graphql).unwrap().detail, "no field x");
    assert_eq!(of(200, JSON, r#"{"data":{},"errors":[]}"#), None);
    let tree = of(400, JSON, r#"{"hasErrors":true,"results":[{"referenceId":"r1","errors":[{"statusCode":"INVALID_EMAIL_ADDRESS","message":"m"}]}]}"#).unwrap();
    assert_eq!(
        (tree.title.as_str(), tree.detail.as_str()),
        ("400 Bad Request: 1 of 1 rows failed", "r1: INVALID_EMAIL_ADDRESS m")
    );
}

#[test]
fn broken_json_tells_its_place() {
    let failure = of(200, JSON, "{\"a\": 1,\n  \"b\": tru").unwrap();
    assert!(failure.title.contains("broken JSON") && failure.detail.starts_with("line 2,"), "{failure:?}");
    // On the command line nothing is cut: the hint tells of nothing that is shown.
    assert!(!failure.hint[0].contains("shown"), "{failure:?}");
    assert!(of(500, JSON, "{oops").unwrap().title.starts_with("500"));
}

#[test]
fn long_and_strange_bodies_do_not_grow_into_the_message() {
    let failure = of(500, "text/plain", &"ä".repeat(100_000)).unwrap();
    assert!(failure.detail.chars().count() <= LONGEST + 1);
    assert_eq!(of(599, "text/plain", "").unwrap().title, "599");
}

proptest::proptest! {
    /// Whatever an org says, it becomes a message of a bearable length, and nothing panics.
    #[test]
    fn any_answer_is_told(
        status in 200_u16..600,
        media in proptest::sample::select(vec![JSON, "text/html", "text/plain", "application/xml", ""]),
        text in "[<>/!a-z\\[\\]{}\":,é0-9 ]{0,60}|<html><(script|style|title)>\\PC{0,20}(</script>)?|\\[\\{\"(errorCode|message|success|errors)\":(1|\"x\"|\\[\\]|true)\\}\\]",
    ) {
        let told = of(status, media, &text);
        proptest::prop_assert!(told.is_some() || status < 305, "{status} {text}");
        if let Some(failure) = told {
            proptest::prop_assert!(!failure.title.is_empty() && failure.detail.len() < 20_000);
        }
    }
}
