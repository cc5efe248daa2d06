//! Everything under `/services/data`.

use crate::support::{Answer, Fixture, query_path, read};
use reqwest::Method;
use serde_json::{Value, json};

fn count(answer: &Answer) -> u64 {
    let (used, most) = answer.header("sforce-limit-info").strip_prefix("api-usage=").unwrap().split_once('/').unwrap();
    assert_eq!(most, "100000");
    used.parse().unwrap()
}

#[tokio::test]
async fn versions_need_no_token() {
    let fixture = Fixture::new().await;
    for origin in [fixture.org(0).instance_url.as_str(), fixture.demo.login_host()] {
        let answer = read(fixture.http.get(format!("{origin}/services/data")).send().await.unwrap()).await;
        let list = answer.json();
        let list = list.as_array().unwrap();
        assert_eq!(list.len(), 37);
        let last = json!({ "label": "Summer '26", "url": "/services/data/v67.0", "version": "67.0" });
        assert_eq!(list.last(), Some(&last));
        assert_eq!(list[0]["version"], "31.0");
    }
}

#[tokio::test]
async fn versions_are_gone_or_were_never_there() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    for (version, status, code) in [
        ("v30.0", 410, "UNSUPPORTED_API_VERSION"),
        ("v7.0", 410, "UNSUPPORTED_API_VERSION"),
        ("v68.0", 404, "NOT_FOUND"),
        ("67.0", 404, "NOT_FOUND"),
    ] {
        let answer = fixture.get(0, &token, &format!("/services/data/{version}/limits")).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{version}");
    }
    assert_eq!(fixture.get(0, &token, "/services/data/v31.0/limits").await.status, 200);
}

#[tokio::test]
async fn nobody_gets_in_without_a_session() {
    let fixture = Fixture::new().await;
    let foreign = fixture.token(1, "admin").await;
    let url = format!("{}/services/data/v67.0/limits", fixture.org(0).instance_url);
    let plain = read(fixture.http.get(&url).send().await.unwrap()).await;
    let expected = r#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#;
    assert_eq!((plain.status, plain.text()), (401, expected));
    for token in ["nonsense", foreign.as_str()] {
        let answer = fixture.data(0, token, "limits").await;
        assert_eq!((answer.status, answer.text()), (401, expected));
    }
    let basic = read(fixture.http.get(&url).basic_auth("a", Some("b")).send().await.unwrap()).await;
    assert_eq!((basic.status, basic.code().as_str()), (401, "INVALID_AUTH_HEADER"));
    let token = fixture.token(0, "admin").await;
    let other = fixture.http.get(&url).header("authorization", format!("OAuth {token}"));
    assert_eq!(read(other.send().await.unwrap()).await.status, 200);
    fixture.demo.expire_all();
    assert_eq!(fixture.data(0, &token, "limits").await.text(), expected);
}

#[tokio::test]
async fn calls_are_counted_truly() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let first = count(&fixture.data(0, &token, "limits").await);
    let missing = fixture.data(0, &token, "sobjects/Nothing/describe").await;
    assert_eq!((missing.status, count(&missing)), (404, first + 1));
    let limits = fixture.data(0, &token, "limits").await;
    assert_eq!(count(&limits), first + 2);
    let daily = limits.json()["DailyApiRequests"].clone();
    assert_eq!(daily["Max"].as_u64().unwrap() - daily["Remaining"].as_u64().unwrap(), first + 2);
    // What was refused for want of a session is nobody's call.
    assert_eq!(count(&fixture.data(0, "nonsense", "limits").await), first + 2);
}

#[tokio::test]
async fn the_resource_list_names_what_answers() {
    let fixture = Fixture::new().await;
    let login = fixture.log_in(0, "admin").await;
    let token = login["access_token"].as_str().unwrap();
    for path in ["/services/data/v67.0", "/services/data/v67.0/"] {
        let list = fixture.get(0, token, path).await.json();
        assert_eq!(list["identity"], login["id"]);
        assert_eq!(list["sobjects"], "/services/data/v67.0/sobjects");
        for (name, path) in list.as_object().unwrap() {
            if name != "identity" {
                let answer = fixture.get(0, token, path.as_str().unwrap()).await;
                assert_ne!(answer.status, 404, "{name}");
            }
        }
    }
}

#[tokio::test]
async fn objects_are_described_as_they_are_seen() {
    let fixture = Fixture::new().await;
    let admin = fixture.token(0, "admin").await;
    let sales = fixture.token(0, "sales").await;
    let global = fixture.data(0, &admin, "sobjects/").await.json();
    assert_eq!(global["encoding"], "UTF-8");
    let seen = |global: &Value| global["sobjects"].as_array().unwrap().len();
    let less = fixture.data(0, &sales, "sobjects").await.json();
    assert!(seen(&less) < seen(&global), "{} {}", seen(&less), seen(&global));
    let basic = fixture.data(0, &admin, "sobjects/Account").await.json();
    assert_eq!(basic["objectDescribe"]["name"], "Account");
    let describe = fixture.data(0, &admin, "sobjects/account/describe/").await.json();
    assert_eq!(describe["name"], "Account");
    let fields = |describe: &Value| describe["fields"].as_array().unwrap().len();
    let sales_describe = fixture.data(0, &sales, "sobjects/Account/describe").await.json();
    assert!(fields(&sales_describe) < fields(&describe));
}

#[tokio::test]
async fn a_describe_that_did_not_change_is_not_sent_again() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    for path in ["sobjects", "sobjects/Account/describe"] {
        let first = fixture.data(0, &token, path).await;
        let stamp = first.header("last-modified").to_owned();
        let ask = |since: String| {
            let path = format!("/services/data/v67.0/{path}");
            let request = fixture.request(0, Method::GET, &token, &path).header("if-modified-since", since);
            async { read(request.send().await.unwrap()).await }
        };
        let same = ask(stamp.clone()).await;
        assert_eq!((same.status, same.body.len()), (304, 0));
        assert_eq!(same.header("last-modified"), stamp);
        for since in ["Mon, 01 Jan 2024 00:00:00 GMT", "yesterday"] {
            assert_eq!(ask(since.to_owned()).await.status, 200, "{since}");
        }
    }
}

#[tokio::test]
async fn records_are_read_whole_and_in_part() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let found = fixture.query(0, &token, "SELECT Id, Name FROM Account ORDER BY Name LIMIT 1").await.json();
    let record = &found["records"][0];
    let url = record["attributes"]["url"].as_str().unwrap();
    let whole = fixture.get(0, &token, url).await.json();
    assert_eq!(whole["Name"], record["Name"]);
    assert!(whole.as_object().unwrap().len() > 5);
    let part = fixture.get(0, &token, &format!("{url}?fields=Id,Name")).await.json();
    assert_eq!(part, *record);
    let missing = fixture.data(0, &token, "sobjects/Account/001000000000000AAA").await;
    assert_eq!(missing.status, 404);
    for path in ["nothing", "sobjects/Account/describe/more", "connect/user-profiles/x/photo", "limits/more"] {
        let answer = fixture.data(0, &token, path).await;
        let expected = r#"[{"message":"The requested resource does not exist","errorCode":"NOT_FOUND"}]"#;
        assert_eq!((answer.status, answer.text()), (404, expected), "{path}");
    }
}

#[tokio::test]
async fn queries_come_in_pages() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let soql = "SELECT Id, Name, Owner.Name FROM Contact";
    let request = fixture.request(0, Method::GET, &token, &format!("/services/data/v67.0/{}", query_path(soql)));
    let mut page = read(request.header("sforce-query-options", "batchSize=200").send().await.unwrap()).await.json();
    let total = page["totalSize"].as_u64().unwrap();
    assert!(total > 200, "{total}");
    let mut ids: Vec<String> = Vec::new();
    loop {
        let records = page["records"].as_array().unwrap();
        ids.extend(records.iter().map(|record| record["Id"].as_str().unwrap().to_owned()));
        let Some(next) = page["nextRecordsUrl"].as_str() else { break };
        assert_eq!(records.len(), 200);
        assert_eq!(page["done"], false);
        let request = fixture.request(0, Method::GET, &token, next).header("sforce-query-options", "batchSize=200");
        page = read(request.send().await.unwrap()).await.json();
    }
    assert_eq!(page["done"], true);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len() as u64, total);
}

#[tokio::test]
async fn a_wrong_query_says_why() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    for (path, status, code) in [
        ("query".to_owned(), 400, "MALFORMED_QUERY"),
        (query_path("SELECT"), 400, "MALFORMED_QUERY"),
        (query_path("SELECT Nme FROM Account"), 400, "INVALID_FIELD"),
        (query_path("SELECT Id FROM Nothing"), 400, "INVALID_TYPE"),
        ("query/01g000000000000AAA-2000".to_owned(), 400, "INVALID_QUERY_LOCATOR"),
        ("search".to_owned(), 400, "MALFORMED_SEARCH"),
    ] {
        let answer = fixture.data(0, &token, &path).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{path} {}", answer.text());
    }
}

#[tokio::test]
async fn a_sales_user_sees_less_everywhere_alike() {
    let fixture = Fixture::new().await;
    let admin = fixture.token(0, "admin").await;
    let sales = fixture.token(0, "sales").await;
    let total = |answer: Answer| answer.json()["totalSize"].as_u64().unwrap();
    let all = total(fixture.query(0, &admin, "SELECT COUNT() FROM Account").await);
    let own = total(fixture.query(0, &sales, "SELECT COUNT() FROM Account").await);
    assert!(0 < own && own < all, "{own} of {all}");
    let field = "SELECT AnnualRevenue FROM Account LIMIT 1";
    assert_eq!(fixture.query(0, &admin, field).await.status, 200);
    assert_eq!(fixture.query(0, &sales, field).await.code(), "INVALID_FIELD");
}

#[tokio::test]
async fn search_finds_by_text_and_by_parameters() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let accounts = fixture.query(0, &token, "SELECT Name FROM Account ORDER BY Name").await.json();
    let mut names = accounts["records"].as_array().unwrap().iter().map(|record| record["Name"].as_str().unwrap());
    let plain = |name: &&str| name.chars().all(|letter| letter.is_ascii_alphabetic() || letter == ' ');
    let name = names.rfind(plain).unwrap().to_owned();
    let word = name.split(' ').max_by_key(|word| word.len()).unwrap().to_owned();
    let encode = |name: &str, value: &str| {
        url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish()
    };
    let find = format!("search?{}", encode("q", &format!("FIND {{{word}}} IN ALL FIELDS RETURNING Account(Id, Name)")));
    let by_pairs = format!("parameterizedSearch?{}&sobject=Account&Account.fields=Id,Name", encode("q", &word));
    for path in [find, by_pairs] {
        let found = fixture.data(0, &token, &path).await.json();
        let records = found["searchRecords"].as_array().unwrap_or_else(|| panic!("{path} {found}"));
        assert!(records.iter().any(|record| record["Name"] == name.as_str()), "{path} {found}");
    }
    let body = json!({ "q": word, "sobjects": [{ "name": "Account", "fields": ["Name"] }] }).to_string();
    let request = fixture.request(0, Method::POST, &token, "/services/data/v67.0/parameterizedSearch").body(body);
    assert!(!read(request.send().await.unwrap()).await.json()["searchRecords"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn recent_counts_and_photos_answer() {
    let fixture = Fixture::new().await;
    let login = fixture.log_in(0, "admin").await;
    let token = login["access_token"].as_str().unwrap();
    let recent = fixture.data(0, token, "recent?limit=3").await.json();
    assert!(recent.as_array().unwrap().len() <= 3);
    let counts = fixture.data(0, token, "limits/recordCount?sObjects=Account,Contact").await.json();
    let names: Vec<&str> =
        counts["sObjects"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Account", "Contact"]);
    let user = login["id"].as_str().unwrap().rsplit('/').next().unwrap();
    let photo = fixture.data(0, token, &format!("connect/user-profiles/{user}/photo")).await.json();
    let picture = read(fixture.http.get(photo["standardEmailPhotoUrl"].as_str().unwrap()).send().await.unwrap()).await;
    assert_eq!(picture.header("content-type"), "image/png");
}

#[tokio::test]
async fn other_methods_are_told_which_are_allowed() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    for (method, path, allowed) in [
        (Method::DELETE, "limits", "HEAD,GET"),
        (Method::POST, "sobjects", "HEAD,GET"),
        (Method::PUT, "sobjects/Account", "HEAD,GET,POST"),
        (Method::POST, "sobjects/Account/describe", "HEAD,GET"),
        (Method::PUT, "sobjects/Account/001000000000000AAA", "HEAD,GET,PATCH,DELETE"),
    ] {
        let request = fixture.request(0, method, &token, &format!("/services/data/v67.0/{path}"));
        let answer = read(request.send().await.unwrap()).await;
        assert_eq!((answer.status, answer.code().as_str()), (405, "METHOD_NOT_ALLOWED"), "{path}");
        assert_eq!(answer.header("allow"), allowed, "{path}");
    }
    let head = fixture.request(0, Method::HEAD, &token, "/services/data/v67.0/limits");
    let answer = read(head.send().await.unwrap()).await;
    assert_eq!((answer.status, answer.body.len()), (200, 0));
}

#[tokio::test]
async fn records_are_made_changed_and_deleted() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let send = |method: Method, path: String, body: &str| {
        let request = fixture.request(0, method, &token, &format!("/services/data/v67.0/sobjects/{path}"));
        let request = request.header("content-type", "application/json").body(body.to_owned());
        async { read(request.send().await.unwrap()).await }
    };
    assert_eq!(send(Method::POST, "Account".to_owned(), "{").await.code(), "JSON_PARSER_ERROR");
    let made = send(Method::POST, "Account".to_owned(), r#"{"Name":"Quay & Sons"}"#).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["success"], true);
    let path = format!("Account/{}", made.json()["id"].as_str().unwrap());
    assert_eq!(send(Method::PATCH, path.clone(), r#"{"Name":"Quay"}"#).await.status, 204);
    assert_eq!(send(Method::POST, format!("{path}?_HttpMethod=PATCH"), r#"{"Name":"Quay II"}"#).await.status, 204);
    let read_back = fixture.data(0, &token, &format!("sobjects/{path}?fields=Name")).await.json();
    assert_eq!(read_back["Name"], "Quay II");
    assert_eq!(send(Method::DELETE, path.clone(), "").await.status, 204);
    assert_eq!(fixture.data(0, &token, &format!("sobjects/{path}")).await.status, 404);
}
