//! `request`: what goes in, what comes out, and how it ends.

use crate::support::World;
use orgdeck::demo::Fault;
use serde_json::{Value, json};

#[test]
fn the_body_comes_as_it_is_and_headers_when_asked_for() {
    let world = World::new();
    let plain = world.run(&["request", "GET", "limits"]).fine();
    assert!(plain.json()["DailyApiRequests"]["Max"].is_number());
    assert!(!plain.out.contains("\n  "), "not indented where a program reads: {}", plain.out);
    let whole = world.run(&["request", "get", "limits", "-i"]).fine();
    let (head, body) = whole.out.split_once("\n\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(head.to_lowercase().contains("sforce-limit-info: api-usage="), "{head}");
    assert!(serde_json::from_str::<Value>(body).unwrap()["DailyApiRequests"].is_object());
}

#[test]
fn one_object_holds_all_of_an_exchange() {
    let world = World::new();
    let one = world.run(&["request", "GET", "limits", "--json"]).fine().json();
    assert_eq!(one["status"], 200);
    assert!(one["body"]["DailyApiRequests"].is_object());
    assert!(one["timing"]["login_ms"].as_f64().unwrap() > 0.0 && one["timing"]["total_ms"].is_number());
    let headers = one["headers"].as_array().unwrap();
    assert!(headers.iter().any(|pair| pair[0].as_str().unwrap().eq_ignore_ascii_case("content-type")));
    // A body that is no JSON stands there as a text; bytes that are no text in base64.
    let welcome = world.run(&["request", "GET", "/", "--json"]).json();
    assert!(welcome["body"].is_string(), "{welcome}");
    let missing = world.run(&["request", "GET", "sobjects/Nope", "--json"]);
    assert_eq!((missing.code, missing.json()["status"].as_u64()), (1, Some(404)));
    assert_eq!(missing.json()["body"][0]["errorCode"], "NOT_FOUND");
}

#[test]
fn an_error_of_the_org_ends_with_one_and_is_told_in_its_own_words() {
    let world = World::new();
    let ran = world.run(&["request", "GET", "sobjects/Nope"]);
    assert_eq!((ran.code, &ran.json()[0]["errorCode"]), (1, &json!("NOT_FOUND")));
    assert!(ran.err.contains("NOT_FOUND"), "{}", ran.err);
    world.demo.set_fault_on(Fault::HtmlPage, "limits");
    let ran = world.run(&["request", "GET", "limits"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains('<') && ran.err.contains("503"), "{ran:?}");
}

#[test]
fn an_answer_that_is_cut_ends_with_four_and_keeps_what_came() {
    let world = World::new();
    let whole = world.run(&["request", "GET", "sobjects/Account/describe"]).fine();
    world.demo.set_fault_on(Fault::Cut, "describe");
    let cut = world.run(&["request", "GET", "sobjects/Account/describe"]);
    assert_eq!(cut.code, 4, "{}", cut.err);
    assert!(!cut.out.is_empty() && cut.out.len() < whole.out.len(), "{} of {} bytes", cut.out.len(), whole.out.len());
    assert!(cut.err.contains("cut"), "{}", cut.err);
}

#[test]
fn queries_variables_and_absolute_addresses() {
    let world = World::new();
    let found = world.run(&["request", "GET", "SELECT Id, Name FROM Account LIMIT 2"]).fine().json();
    assert_eq!(found["records"].as_array().map(Vec::len), Some(2));
    let given = world.run(&["request", "GET", "sobjects/{{what}}/describe", "-v", "what=Contact"]).fine().json();
    assert_eq!(given["name"], "Contact");
    let identity = world.run(&["request", "GET", "{{IdURL}}"]);
    assert_eq!((identity.code, identity.json()["user_id"].is_string()), (0, true));
    assert!(identity.err.contains("note: "), "the hop to the instance is told: {}", identity.err);
    let unknown = world.run(&["request", "GET", "{{endpiont}}/services/data"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (2, ""));
    assert!(unknown.err.contains("endpiont") && unknown.err.contains("endpoint"), "{}", unknown.err);
    let stranger = world.run(&["request", "GET", "https://elsewhere.example/?t={{accessToken}}"]);
    assert_eq!((stranger.code, stranger.out.as_str()), (2, ""), "{stranger:?}");
}

#[test]
fn a_body_is_a_text_a_file_or_stdin() {
    let world = World::new();
    let body = json!({"allOrNone": false, "compositeRequest": [
        {"method": "GET", "url": "/services/data/v{{version}}/limits", "referenceId": "limits"}
    ]})
    .to_string();
    let file = world.folder.path().join("body.json");
    std::fs::write(&file, &body).unwrap();
    let at_file = format!("@{}", file.display());
    for data in [body.as_str(), &at_file, "-"] {
        let ran = world.run_with(&["request", "POST", "composite", "-d", data], body.as_str()).fine();
        let part = &ran.json()["compositeResponse"][0];
        assert_eq!((&part["referenceId"], &part["httpStatusCode"]), (&json!("limits"), &json!(200)), "-d {data}");
    }
    let none = world.run(&["request", "POST", "composite", "-d", "@/nothing/there.json"]);
    assert_eq!((none.code, none.out.as_str()), (2, ""), "{none:?}");
    assert!(none.err.contains("/nothing/there.json"), "{}", none.err);
}

#[test]
fn a_session_that_ended_is_renewed_and_said_so() {
    let world = World::new();
    world.demo.set_fault(Some(Fault::ExpiredTokens));
    // The first use goes to the list of versions, so the request itself meets an ended session.
    let ran = world.run(&["request", "GET", "limits"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.json()["DailyApiRequests"].is_object());
}

#[test]
fn jq_prints_one_output_after_the_other() {
    let world = World::new();
    let names = world.run(&["request", "GET", "sobjects", "--jq", ".sobjects[:2][].name"]).fine();
    assert_eq!(names.out, "\"Account\"\n\"ApexClass\"\n");
    let raw = world.run(&["request", "GET", "sobjects", "-r", "--jq", ".sobjects[0] | .name, .queryable"]).fine();
    assert_eq!(raw.out, "Account\ntrue\n");
    let wrong = world.run(&["request", "GET", "sobjects", "--jq", ".a | nosuch"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("there is no nosuch/0\n  .a | nosuch\n       ^"), "{}", wrong.err);
    let failed = world.run(&["request", "GET", "sobjects", "--jq", ".sobjects.name"]);
    assert!(failed.code == 2 && failed.err.contains("cannot index"), "{failed:?}");
    let refused = world.run(&["request", "GET", "sobjects/Nosuch", "--jq", ".name"]);
    assert!(refused.code == 1 && refused.out.contains("NOT_FOUND"), "an error comes as it is: {refused:?}");
}
