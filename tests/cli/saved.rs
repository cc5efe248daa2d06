//! `import`, `requests`, `run`, `export`, `vars`: saved requests without the screen.

use crate::support::World;
use serde_json::{Value, json};

/// A small collection as Postman writes it: a folder whose requests hang on each other.
fn collection() -> String {
    let test = |lines: &[&str]| json!([{ "listen": "test", "script": { "exec": lines } }]);
    let url = |path: &str| json!({ "raw": format!("{{{{_endpoint}}}}/services/data/v{{{{version}}}}/{path}") });
    json!({
        "info": { "name": "Round trip" },
        "variable": [{ "key": "object", "value": "Account" }, { "key": "version", "value": "40.0" }, { "key": "clientSecret", "value": "s3cret" }],
        "item": [{ "name": "Make and read", "item": [
            { "name": "1 Make", "event": test(&["var answer = pm.response.json();", "pm.environment.set('_recordId', answer.id);"]),
              "request": { "method": "POST", "url": url("sobjects/{{object}}"),
                           "body": { "mode": "raw", "raw": "{\"Name\": \"{{name}}\"}", "options": { "raw": { "language": "json" } } } } },
            { "name": "2 Read", "request": { "method": "GET", "url": url("sobjects/{{object}}/{{_recordId}}") } },
            { "name": "3 Delete", "request": { "method": "DELETE", "url": url("sobjects/{{object}}/{{_recordId}}") } },
        ] }, { "name": "Limits", "event": test(&["pm.test('ok', () => {});"]), "request": { "method": "GET", "url": url("limits") } }],
    })
    .to_string()
}

#[test]
fn a_collection_is_imported_listed_run_and_exported() {
    let world = World::new();
    let file = world.folder.path().join("collection.json");
    std::fs::write(&file, collection()).unwrap();
    let imported = world.run(&["import", file.to_str().unwrap()]);
    assert_eq!(imported.code, 0, "{imported:?}");
    assert!(imported.out.starts_with("4 requests in "), "{imported:?}");
    assert!(imported.err.contains("variable version: the login sets it"), "{imported:?}");
    assert!(imported.err.contains("variable clientSecret: a secret is in no file"), "{imported:?}");
    assert!(imported.err.contains("not carried: Limits: a test script's line: pm.test("), "{imported:?}");
    let folder = world.config.join("requests/Round trip");
    let kept: String = std::fs::read_to_string(folder.join("_folder.toml")).unwrap();
    assert!(kept.contains("Account") && !kept.contains("s3cret"), "{kept}");

    let listed = world.run(&["requests", "round trip", "--json"]).fine().json();
    let paths: Vec<&str> = listed.as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["Make and read/1 Make", "Make and read/2 Read", "Make and read/3 Delete", "Limits"]);

    // One after the other, what the first captured being there for the others.
    let ran = world.run(&["run", "Round trip/Make and read", "--var", "name=Saved Ltd", "--json"]).fine();
    let lines: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<(u64, &str)> =
        lines.iter().map(|l| (l["status"].as_u64().unwrap(), l["name"].as_str().unwrap())).collect();
    assert_eq!(told, [(201, "1 Make"), (200, "2 Read"), (204, "3 Delete")]);
    let one = world.run(&["run", "round trip/limits"]).fine();
    assert!(one.json()["DailyApiRequests"]["Max"].is_number());
    // Without what it hangs on, it says so before anything is sent.
    let missing = world.run(&["run", "Round trip/Make and read/2 Read"]);
    assert!(missing.code == 2 && missing.err.contains("_recordId"), "{missing:?}");

    let again = world.run(&["export", "Round trip"]).fine();
    let text = world.folder.path().join("again.json");
    std::fs::write(&text, &again.out).unwrap();
    world.run(&["import", text.to_str().unwrap(), "--as", "Copy"]).fine();
    let copy = world.run(&["requests", "Copy", "--json"]).fine().json();
    assert_eq!(copy, listed);
    let command = world.run(&["export", "Round trip/Make and read/1 Make", "--format", "curl"]).fine();
    assert!(command.out.contains("--data-raw '{\"Name\": \"{{name}}\"}'"), "{command:?}");
}

#[test]
fn a_curl_command_and_an_environment_are_imported() {
    let world = World::new();
    let command = "curl https://x.example/services/data/v60.0/limits -H 'Authorization: Bearer 00Dx!hidden' -H 'Accept: application/json'";
    let imported = world.run_with(&["import", "-", "--as", "Pasted"], command);
    assert!(imported.code == 0 && imported.err.contains("the pasted token was left out"), "{imported:?}");
    let file = std::fs::read_to_string(world.config.join("requests/curl/Pasted.toml")).unwrap();
    assert!(file.contains("Accept: application/json") && !file.contains("hidden"), "{file}");
    let environment = json!({ "name": "e", "values": [
        { "key": "region", "value": "north", "enabled": true }, { "key": "password", "value": "s3cret", "enabled": true },
        { "key": "off", "value": "x", "enabled": false }, { "key": "version", "value": "50.0" } ] });
    let imported = world.run_with(&["import", "-"], environment.to_string());
    assert!(imported.code == 0 && imported.out.starts_with("1 variables in "), "{imported:?}");
    let vars = world.run(&["vars", "--json"]).fine().json();
    let of = |name: &str| vars.as_array().unwrap().iter().find(|v| v["name"] == name).cloned().unwrap_or_default();
    assert_eq!((&of("region")["value"], &of("region")["from"]), (&json!("north"), &json!("global")));
    assert_eq!((&of("accessToken")["value"], &of("accessToken")["secret"]), (&json!("••••••••"), &json!(true)));
    assert_eq!(of("password"), Value::Null);
    assert_eq!(of("version")["from"], "login");
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let world = World::new();
    let none = world.run(&["run", "Nothing/x"]);
    assert!(none.code == 2 && none.err.contains("there are: Salesforce"), "{none:?}");
    world.run_with(&["import", "-", "--as", "Limits of today"], "curl https://x.example/limits").fine();
    let near = world.run(&["run", "crul/x"]);
    assert!(near.code == 2 && near.err.contains("there is curl"), "{near:?}");
    let near = world.run(&["run", "curl/Limits of toda"]);
    assert!(near.code == 2 && near.err.contains("Limits of today"), "{near:?}");
    for text in ["", "{}", "not a collection", "{\"requests\": []}"] {
        let refused = world.run_with(&["import", "-"], text);
        assert!(refused.code == 2 && !refused.err.is_empty(), "{text}: {refused:?}");
    }
    // A file that is no request hides no other.
    std::fs::write(world.config.join("requests/curl/broken.toml"), "adress = 1").unwrap();
    let listed = world.run(&["requests", "curl"]);
    assert!(listed.out.contains("Limits of today") && listed.err.contains("broken.toml: 1:"), "{listed:?}");
}

#[test]
fn what_the_demo_org_serves_of_the_built_in_collection_answers_well() {
    let world = World::new();
    let listed = world.run(&["requests", "Salesforce", "--json"]).fine().json();
    let mut folders: Vec<&str> = Vec::new();
    for one in listed.as_array().unwrap() {
        let (folder, _) = one["path"].as_str().unwrap().split_once('/').unwrap();
        if folders.last() != Some(&folder) {
            folders.push(folder);
        }
    }
    assert_eq!(folders.len(), 14);
    for folder in folders {
        let path = format!("Salesforce/{folder}");
        let mut args = vec!["run", path.as_str(), "--json", "--yes"];
        for tag in ["needs set-up", "beyond the demo", "after a job"] {
            args.extend(["--skip", tag]);
        }
        let ran = world.run(&args);
        for line in ran.out.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let status = line["status"].as_u64().unwrap();
            // A describe asked for since then may be one that did not change.
            assert!((200..300).contains(&status) || status == 304, "{folder}: {line}: {}", ran.err);
        }
        assert_eq!(ran.code, 0, "{folder}: {ran:?}");
    }
}

/// Waits until a job of the org is done: each look is a request of its own.
fn done(world: &World, address: &str) {
    for _ in 0..200 {
        let job = world.run(&["request", "GET", address]).fine().json();
        match job["state"].as_str() {
            Some("JobComplete") => return,
            Some("Failed" | "Aborted") => panic!("{job}"),
            _ => {}
        }
    }
    panic!("{address} is never done");
}

#[test]
fn what_waits_for_a_job_answers_well_when_the_job_is_done() {
    let world = World::new();
    let run = |name: &str, variables: &[String]| {
        let mut args = vec!["run".to_owned(), format!("Salesforce/{name}"), "--json".to_owned()];
        args.extend(variables.iter().flat_map(|variable| ["--var".to_owned(), variable.clone()]));
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let ran = world.run(&args);
        assert_eq!(ran.code, 0, "{name}: {ran:?}");
        ran.json()
    };
    let query = run("Bulk 2.0 query/Start a query", &[])["body"]["id"].as_str().unwrap().to_owned();
    let other =
        run("Bulk 2.0 query/Start a query that sees deleted rows", &[])["body"]["id"].as_str().unwrap().to_owned();
    done(&world, &format!("jobs/query/{query}"));
    let variables = [format!("queryJobId={query}")];
    let rows = run("Bulk 2.0 query/Rows", &variables);
    assert!(rows["body"].as_str().unwrap().starts_with("\"Id\",\"Name\""), "{rows}");
    run("Bulk 2.0 query/Forget a query", &variables);
    // It may be done before it is aborted: then the org says so.
    let aborted =
        world.run(&["run", "Salesforce/Bulk 2.0 query/Abort a query", "--var", &format!("otherQueryJobId={other}")]);
    assert!(matches!(aborted.code, 0 | 1), "{aborted:?}");

    let job = run("Bulk 2.0 ingest/Start an insert", &[])["body"]["id"].as_str().unwrap().to_owned();
    let variables = [format!("ingestJobId={job}")];
    run("Bulk 2.0 ingest/Upload its rows", &variables);
    run("Bulk 2.0 ingest/Rows are complete", &variables);
    done(&world, &format!("jobs/ingest/{job}"));
    let written = run("Bulk 2.0 ingest/Rows that were written", &variables);
    assert_eq!(written["body"].as_str().unwrap().lines().count(), 3, "{written}");
    run("Bulk 2.0 ingest/Rows that failed", &variables);
    run("Bulk 2.0 ingest/Rows that were not reached", &variables);
}

#[test]
fn a_hostile_capture_ends_with_an_error_and_takes_no_memory() {
    let world = World::new();
    let folder = world.config.join("requests/Hostile");
    std::fs::create_dir_all(&folder).unwrap();
    let text = r#"name = "Limits"
method = "GET"
address = "limits"

[[capture]]
set = "much"
jq = '[range(1e9) | "x" * 1000]'

[[capture]]
set = "deep"
jq = "def f: 1 + f; f"

[[capture]]
set = "wrong"
jq = '[repeat("x" * 1000)] | length'

[[capture]]
set = "first"
jq = "repeat(.) | .DailyApiRequests.Max"

[[capture]]
set = "fine"
jq = ".DailyApiRequests.Max + 0"
"#;
    std::fs::write(folder.join("Limits.toml"), text).unwrap();
    let ran = world.run(&["run", "Hostile/Limits"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for told in [
        "much is not set: it needs more than",
        "deep is not set: it calls itself too often",
        "wrong is not set: it needs",
    ] {
        assert!(ran.err.contains(told), "{told}: {}", ran.err);
    }
    assert!(!ran.err.contains("first is") && !ran.err.contains("fine is"), "{}", ran.err);
}
