//! The control address: who may use it, and that what it says happens.

use crate::support::{Answer, Fixture, read};
use reqwest::Method;
use serde_json::{Value, json};

async fn send(fixture: &Fixture, method: Method, path: &str, body: Option<Value>) -> Answer {
    let control = &fixture.demo.card().control;
    let mut request = fixture.http.request(method, format!("{}{path}", control.url));
    request = request.header("x-orgdeck-control", control.secret.expose());
    if let Some(body) = body {
        request = request.body(body.to_string());
    }
    read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn only_who_has_the_secret_may_use_it() {
    let fixture = Fixture::new().await;
    let control = &fixture.demo.card().control;
    for header in [None, Some(""), Some("guess")] {
        let mut request = fixture.http.put(format!("{}/faults", control.url)).body("\"503\"");
        if let Some(header) = header {
            request = request.header("x-orgdeck-control", header);
        }
        let refused = read(request.send().await.unwrap()).await;
        assert_eq!(refused.status, 403);
        assert!(!refused.text().contains(control.secret.expose()));
    }
    // What a browser asks first on a page's behalf is refused, and nothing is allowed to any page.
    let preflight = fixture.http.request(Method::OPTIONS, &control.url).header("origin", "http://evil.example");
    let preflight =
        read(preflight.header("access-control-request-headers", "x-orgdeck-control").send().await.unwrap()).await;
    assert_eq!(preflight.status, 403);
    assert!(preflight.headers.keys().all(|name| !name.as_str().starts_with("access-control")));
    // It lies on the login host alone, and the front page does not tell the secret.
    let elsewhere = fixture.get(0, "", "/orgdeck").await;
    assert_eq!(elsewhere.status, 404);
    let front = read(fixture.http.get(fixture.demo.login_host()).send().await.unwrap()).await;
    assert!(!front.text().contains(control.secret.expose()));
}

#[tokio::test]
async fn faults_are_set_and_taken_back_while_it_runs() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let set =
        send(&fixture, Method::PUT, "/faults", Some(json!(["503,path=/limits", { "fault": "500", "user": "sales" }])))
            .await;
    assert_eq!(set.status, 200, "{}", set.text());
    assert_eq!(fixture.data(0, &token, "limits").await.status, 503);
    assert_eq!(fixture.data(0, &token, "").await.status, 200);
    let told = send(&fixture, Method::GET, "/faults", None).await.json();
    assert_eq!(told[0], json!({ "id": 1, "fault": "503", "path": "/limits", "met": 1, "hit": 1 }));
    assert_eq!(send(&fixture, Method::POST, "/faults", Some(json!("cut,times=0"))).await.json()[2]["id"], 3);
    assert_eq!(send(&fixture, Method::DELETE, "/faults/1", None).await.status, 200);
    assert_eq!(send(&fixture, Method::DELETE, "/faults/1", None).await.status, 404);
    assert_eq!(fixture.data(0, &token, "limits").await.status, 200);
    let sales = fixture.token(0, "sales").await;
    assert_eq!(fixture.data(0, &sales, "limits").await.status, 500);
    assert_eq!(send(&fixture, Method::DELETE, "/faults", None).await.json(), json!([]));
    assert_eq!(fixture.data(0, &sales, "limits").await.status, 200);
    for (body, told) in [
        (json!("teapot"), "no fault is called"),
        (json!({ "fault": "cut", "percent": 0 }), "1 to 100"),
        (json!({ "fault": "cut", "paht": "/" }), "paht"),
        (json!([7]), "invalid type"),
    ] {
        let refused = send(&fixture, Method::PUT, "/faults", Some(body.clone())).await;
        assert_eq!(refused.status, 400, "{body}");
        assert!(refused.json()["error"].as_str().unwrap().contains(told), "{body}: {}", refused.text());
    }
}

#[tokio::test]
async fn faults_and_latency_leave_the_control_address_alone() {
    let fixture = Fixture::new().await;
    let set = json!(["503,path=/", "silence,path=/", "reset,path=/orgdeck"]);
    send(&fixture, Method::PUT, "/faults", Some(set)).await;
    let state = send(&fixture, Method::PATCH, "", Some(json!({ "latency_ms": 3_600_000, "seed": 9 }))).await.json();
    assert_eq!((&state["latency_ms"], &state["seed"]), (&json!(3_600_000), &json!(9)));
    assert_eq!(state["kinds"].as_array().unwrap().len(), orgdeck::demo::Fault::ALL.len());
    assert_eq!(state["faults"][0]["met"], 0);
    send(&fixture, Method::DELETE, "/faults", None).await;
    send(&fixture, Method::PATCH, "", Some(json!({ "latency_ms": 0 }))).await;
    fixture.log_in(0, "admin").await;
    for body in [json!({ "latency_ms": -1 }), json!({ "speed": 1 }), json!([]), json!({ "latency_ms": 3_600_001 })] {
        assert_eq!(send(&fixture, Method::PATCH, "", Some(body.clone())).await.status, 400, "{body}");
    }
}

#[tokio::test]
async fn sessions_end_by_command() {
    let fixture = Fixture::new().await;
    let [admin, sales, tester] =
        [fixture.token(0, "admin").await, fixture.token(0, "sales").await, fixture.token(1, "admin").await];
    let status = async |org, token: &str| fixture.data(org, token, "limits").await.status;
    assert_eq!(send(&fixture, Method::DELETE, "/sessions?user=sales", None).await.json(), json!({ "ended": 1 }));
    assert_eq!([status(0, &admin).await, status(0, &sales).await, status(1, &tester).await], [200, 401, 200]);
    assert_eq!(send(&fixture, Method::DELETE, "/sessions?org=sandbox", None).await.json(), json!({ "ended": 1 }));
    assert_eq!([status(0, &admin).await, status(1, &tester).await], [200, 401]);
    assert_eq!(send(&fixture, Method::DELETE, "/sessions", None).await.json(), json!({ "ended": 1 }));
    assert_eq!(status(0, &admin).await, 401);
    assert_eq!(send(&fixture, Method::DELETE, "/sessions?user=nobody", None).await.status, 400);
}

#[tokio::test]
async fn it_tells_what_was_asked_and_counts_calls() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    send(&fixture, Method::DELETE, "/requests", None).await;
    fixture.data(0, &token, "limits").await;
    let seen = send(&fixture, Method::GET, "/requests", None).await.json();
    assert_eq!(seen[0]["path"], "/services/data/v67.0/limits");
    assert_eq!(seen[0]["authorization"], true);
    let state = send(&fixture, Method::GET, "", None).await.json();
    assert_eq!((&state["orgs"][0]["calls"], &state["orgs"][1]["calls"]), (&json!(1), &json!(0)));
    assert_eq!(send(&fixture, Method::POST, "/requests", None).await.status, 405);
    assert_eq!(send(&fixture, Method::GET, "/nothing", None).await.status, 404);
}

#[tokio::test]
async fn it_can_be_asked_to_end() {
    let fixture = Fixture::new().await;
    assert_eq!(send(&fixture, Method::POST, "/stop", None).await.status, 200);
    fixture.demo.asked_to_stop().await;
}

#[tokio::test]
async fn calls_are_counted_truly_however_many_ask_at_once() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let asks = (0..64).map(|_| fixture.data(0, &token, "limits"));
    let answers = futures_util::future::join_all(asks).await;
    let used = |answer: &Answer| {
        let info = answer.header("sforce-limit-info").strip_prefix("api-usage=").unwrap().to_owned();
        info.split('/').next().unwrap().parse::<u64>().unwrap()
    };
    let most = answers.iter().map(used).max().unwrap();
    assert_eq!(most, 64);
    let last = fixture.data(0, &token, "limits").await;
    assert_eq!(used(&last), 65);
    assert_eq!(last.json()["DailyApiRequests"]["Remaining"], 100_000 - 65);
    // Refusals tell it too, and use nothing up.
    let refused = fixture.data(0, "nobody", "limits").await;
    assert_eq!((refused.status, used(&refused)), (401, 65));
}

#[tokio::test]
async fn an_app_is_made_step_by_step_and_each_step_counts() {
    let fixture = Fixture::new().await;
    let certificate = |app: &str| std::fs::read_to_string(fixture.folder.path().join(format!("{app}.crt"))).unwrap();
    let mut claims = fixture.claims(0, "admin");
    claims["iss"] = json!("3MVG9.made.here");
    let said = async || {
        let answer = fixture.log_in_with(0, &claims).await;
        answer.json()["error_description"].as_str().unwrap_or("granted").to_owned()
    };
    assert_eq!(said().await, "client identifier invalid");
    let (own, other) = (certificate("acme"), certificate("acme-sandbox"));
    for (app, told) in [
        (json!({}), "invalid assertion"),
        (json!({ "certificate": other }), "invalid assertion"),
        (json!({ "certificate": own }), "user hasn't approved this consumer"),
        (
            json!({ "certificate": own, "permitted": "admin", "users": ["sales"] }),
            "user is not admin approved to access this app",
        ),
        (json!({ "certificate": own, "permitted": "admin", "users": ["sales", "admin"] }), "granted"),
    ] {
        let mut app = app;
        app["client_id"] = json!("3MVG9.made.here");
        let made = send(&fixture, Method::POST, "/apps", Some(app)).await;
        assert_eq!(made.status, 200, "{}", made.text());
        assert_eq!(said().await, told);
    }
    for (body, told) in [
        (json!({ "client_id": fixture.org(0).client_id }), "one of the demo's own"),
        (json!({ "client_id": "k", "org": "nowhere" }), "no such org"),
        (json!({ "client_id": "k", "users": ["nobody"] }), "no user nobody"),
        (json!({ "client_id": "k", "certificate": "x" }), "BEGIN CERTIFICATE"),
        (json!({ "client_id": "k", "permitted": "all" }), "admin, self or everybody"),
        (json!({ "client_id": " " }), "empty"),
    ] {
        let refused = send(&fixture, Method::POST, "/apps", Some(body.clone())).await;
        assert_eq!(refused.status, 400, "{body}");
        assert!(refused.text().contains(told), "{body}: {}", refused.text());
    }
    // The demo's own app is as it was.
    fixture.log_in(0, "admin").await;
}
