//! Connect and Chatter: users, photos, groups, feeds, and every address that an identity names.

use crate::support::{Answer, Fixture, read};
use reqwest::Method;
use serde_json::{Value, json};

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}"))
}

fn list<'v>(value: &'v Value, key: &str) -> &'v Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("{key} in {value}"))
}

async fn send(fixture: &Fixture, token: &str, method: Method, path: &str, body: Value) -> Answer {
    let request = fixture.request(0, method, token, &format!("/services/data/v67.0/{path}"));
    let request = request.header("content-type", "application/json").body(body.to_string());
    read(request.send().await.unwrap()).await
}

fn post(subject: &str, text: &str) -> Value {
    let segments = json!([{ "type": "Text", "text": text }]);
    json!({ "body": { "messageSegments": segments }, "feedElementType": "FeedItem", "subjectId": subject })
}

#[tokio::test]
async fn every_address_of_an_identity_answers() {
    let fixture = Fixture::new().await;
    for org in [0, 1] {
        let login = fixture.log_in(org, "admin").await;
        let token = text(&login, "access_token");
        let path = text(&login, "id").split_once("/id/").unwrap().1;
        let identity = fixture.get(org, token, &format!("/id/{path}?version=latest")).await.json();
        for (name, url) in identity["urls"].as_object().unwrap() {
            // SOAP is asked by POST; its addresses are tested where it is made. Other resources need an argument.
            if ["enterprise", "metadata", "partner", "tooling_soap", "tooling_rest"].contains(&name.as_str()) {
                continue;
            }
            let answer = read(fixture.http.get(url.as_str().unwrap()).bearer_auth(token).send().await.unwrap()).await;
            let expected = match name.as_str() {
                "query" | "search" => 400,
                "profile" => 302,
                _ => 200,
            };
            assert_eq!(answer.status, expected, "{name} {url}: {}", answer.text());
        }
        for (name, url) in identity["photos"].as_object().unwrap() {
            let answer = read(fixture.http.get(url.as_str().unwrap()).bearer_auth(token).send().await.unwrap()).await;
            assert_eq!((answer.status, answer.header("content-type")), (200, "image/png"), "{name}");
        }
    }
}

/// Width of a PNG.
fn width(answer: &Answer) -> u32 {
    assert_eq!((answer.status, answer.header("content-type")), (200, "image/png"), "{}", answer.status);
    u32::from_be_bytes(answer.body[16..20].try_into().unwrap())
}

#[tokio::test]
async fn photos_open_with_a_token_and_email_photos_without() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let other = fixture.token(1, "admin").await;
    let photo = fixture.data(0, &token, "connect/user-profiles/me/photo").await.json();
    let get = async |url: &str, token: Option<&str>| {
        let request = fixture.http.get(url);
        let request = token.iter().fold(request, |request, token| request.bearer_auth(token));
        read(request.send().await.unwrap()).await
    };
    for (key, side) in [("largePhotoUrl", 200), ("mediumPhotoUrl", 160), ("smallPhotoUrl", 64)] {
        let url = text(&photo, key);
        assert_eq!(width(&get(url, Some(&token)).await), side);
        assert_eq!(width(&get(&format!("{url}?oauth_token={token}"), None).await), side);
        for stranger in [None, Some("00D!nonsense"), Some(other.as_str())] {
            let answer = get(url, stranger).await;
            assert_eq!(answer.status, 302, "{key}");
            assert!(answer.header("location").starts_with("/?ec=302&startURL=%2Fprofilephoto%2F"));
        }
    }
    for (key, side) in [("fullEmailPhotoUrl", 200), ("standardEmailPhotoUrl", 64)] {
        let url = text(&photo, key);
        assert_eq!(width(&get(url, None).await), side);
        let mut forged = url.to_owned();
        let end = if forged.pop() == Some('A') { 'B' } else { 'A' };
        forged.push(end);
        assert_eq!(get(&forged, None).await.status, 404);
    }
    let sales = fixture.token(0, "sales").await;
    let theirs = fixture.data(0, &sales, "chatter/users/me/photo").await.json();
    let (mine, theirs) =
        (get(text(&photo, "fullEmailPhotoUrl"), None).await, get(text(&theirs, "fullEmailPhotoUrl"), None).await);
    assert_ne!(mine.body, theirs.body, "two users have one picture");
}

#[tokio::test]
async fn users_come_in_pages_and_one_by_one() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "sales").await;
    let total =
        fixture.query(0, &token, "SELECT COUNT() FROM User WHERE IsActive = true").await.json()["totalSize"].clone();
    let mut url = "/services/data/v67.0/chatter/users?pageSize=3".to_owned();
    let mut ids = Vec::new();
    loop {
        let page = fixture.get(0, &token, &url).await.json();
        ids.extend(list(&page, "users").iter().map(|user| text(user, "id").to_owned()));
        let Some(next) = page["nextPageUrl"].as_str() else { break };
        url = next.to_owned();
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!((json!(ids.len()), ids.len()), (total, count));
    let me = fixture.data(0, &token, "chatter/users/me").await.json();
    assert_eq!(text(&me, "username"), fixture.username(0, "sales"));
    let by_id = fixture.data(0, &token, &format!("chatter/users/{}", text(&me, "id"))).await.json();
    assert_eq!(by_id["displayName"], me["displayName"]);
    let profile = fixture.data(0, &token, "connect/user-profiles/me").await.json();
    assert_eq!(profile["userDetail"]["id"], me["id"]);
    let found = fixture.data(0, &token, "chatter/users?q=quill*").await.json();
    assert_eq!(list(&found, "users").len(), 1, "{found}");
    let batch =
        fixture.data(0, &token, &format!("chatter/users/batch/{},005000000000000AAA", text(&me, "id"))).await.json();
    assert_eq!((&batch["hasErrors"], &batch["results"][1]["statusCode"]), (&json!(true), &json!(404)));
    for (path, status) in [
        ("chatter/users?pageSize=0", 400),
        ("chatter/users?page=x", 400),
        ("chatter/users?q='", 200),
        ("chatter/users/001000000000000AAA", 404),
        ("chatter/users/me'", 404),
        ("chatter/users/me/groups", 200),
        ("chatter/users/me/following", 200),
    ] {
        assert_eq!(fixture.data(0, &token, path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn a_post_is_read_where_it_belongs() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let me = fixture.data(0, &token, "chatter/users/me").await.json();
    let groups = fixture.data(0, &token, "chatter/groups").await.json();
    let group = text(&groups["groups"][0], "id").to_owned();
    let account = fixture.query(0, &token, "SELECT Id, Name FROM Account LIMIT 1").await.json()["records"][0].clone();
    let holds = async |feed: &str, id: &str| {
        let page = fixture.data(0, &token, &format!("chatter/feeds/{feed}/feed-elements")).await.json();
        list(&page, "elements").iter().any(|element| element["id"] == id)
    };
    for (subject, feed, other) in [
        ("me", format!("user-profile/{}", text(&me, "id")), format!("record/{group}")),
        (group.as_str(), format!("record/{group}"), "to/me".to_owned()),
        (text(&account, "Id"), format!("record/{}", text(&account, "Id")), "groups/me".to_owned()),
    ] {
        let made = send(&fixture, &token, Method::POST, "chatter/feed-elements", post(subject, "Hello, harbour")).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let made = made.json();
        let id = text(&made, "id");
        assert!(id.starts_with("0D5"));
        assert_eq!(made["body"]["text"], "Hello, harbour");
        assert_eq!(made["actor"]["id"], me["id"]);
        assert!(holds(&feed, id).await && holds("news/me", id).await && !holds(&other, id).await, "{subject}");
        assert_eq!(fixture.get(0, &token, text(&made, "url")).await.json()["id"], id);
        let gone = send(&fixture, &token, Method::DELETE, &format!("chatter/feed-elements/{id}"), Value::Null).await;
        assert_eq!((gone.status, gone.body.len()), (204, 0));
        assert_eq!(fixture.get(0, &token, text(&made, "url")).await.status, 404);
    }
    let named =
        send(&fixture, &token, Method::POST, "chatter/feed-elements?subjectId=me&text=By%20parameters", Value::Null)
            .await;
    assert_eq!(named.json()["body"]["text"], "By parameters");
}

#[tokio::test]
async fn a_post_to_a_record_is_hidden_as_the_record_is() {
    let fixture = Fixture::new().await;
    let admin = fixture.token(0, "admin").await;
    let sales = fixture.token(0, "sales").await;
    let case = fixture.query(0, &admin, "SELECT Id FROM Case LIMIT 1").await.json();
    let case = text(&case["records"][0], "Id").to_owned();
    let made = send(&fixture, &admin, Method::POST, "chatter/feed-elements", post(&case, "Not for sales")).await.json();
    let url = text(&made, "url");
    assert_eq!(fixture.get(0, &admin, url).await.status, 200);
    assert_eq!(fixture.get(0, &sales, url).await.status, 404);
    let feed = fixture.data(0, &sales, "chatter/feeds/company/feed-elements").await;
    assert!(!feed.text().contains("Not for sales"));
    assert_eq!(fixture.data(0, &sales, &format!("chatter/feeds/record/{case}/feed-elements")).await.status, 404);
    let refused = send(&fixture, &sales, Method::POST, "chatter/feed-elements", post(&case, "Let me in")).await;
    assert_eq!(refused.status, 404, "{}", refused.text());
    // What everybody sees may be changed by its author and an administrator only.
    let open = send(&fixture, &admin, Method::POST, "chatter/feed-elements", post("me", "For all")).await.json();
    let path = format!("chatter/feed-elements/{}", text(&open, "id"));
    assert_eq!(send(&fixture, &sales, Method::DELETE, &path, Value::Null).await.code(), "INSUFFICIENT_ACCESS");
    let changed = json!({ "body": { "messageSegments": [{ "type": "Text", "text": "For some" }] } });
    assert_eq!(send(&fixture, &sales, Method::PATCH, &path, changed.clone()).await.status, 403);
    let edited = send(&fixture, &admin, Method::PATCH, &path, changed).await.json();
    assert_eq!(edited["body"]["text"], "For some");
}

#[tokio::test]
async fn comments_and_likes_stand_below_their_post() {
    let fixture = Fixture::new().await;
    let admin = fixture.token(0, "admin").await;
    let sales = fixture.token(0, "sales").await;
    let made = send(&fixture, &admin, Method::POST, "chatter/feed-elements", post("me", "Who is there?")).await.json();
    let path = format!("chatter/feed-elements/{}", text(&made, "id"));
    let items = format!("{path}/capabilities/comments/items");
    let user = fixture.data(0, &admin, "chatter/users/me").await.json();
    let segments = json!([{ "type": "Text", "text": "I am, " }, { "type": "Mention", "id": user["id"] }]);
    let comment =
        send(&fixture, &sales, Method::POST, &items, json!({ "body": { "messageSegments": segments } })).await;
    assert_eq!(comment.status, 201, "{}", comment.text());
    let comment = comment.json();
    assert_eq!(comment["body"]["text"], json!(format!("I am, @{}", text(&user, "name"))));
    let plain = send(&fixture, &sales, Method::POST, &format!("{items}?text=Me%20too"), Value::Null).await;
    assert_eq!(plain.status, 201, "{}", plain.text());
    for _ in 0..2 {
        let liked =
            send(&fixture, &sales, Method::POST, &format!("{path}/capabilities/chatter-likes/items"), Value::Null)
                .await;
        assert_eq!(liked.status, 201, "{}", liked.text());
    }
    let whole = fixture.data(0, &admin, &path).await.json();
    assert_eq!(whole["capabilities"]["comments"]["page"]["total"], 2);
    assert_eq!(whole["capabilities"]["chatterLikes"]["page"]["total"], 1);
    assert_eq!(whole["capabilities"]["chatterLikes"]["isLikedByCurrentUser"], false);
    let own = format!("chatter/comments/{}", text(&comment, "id"));
    assert_eq!(fixture.data(0, &sales, &own).await.json()["id"], comment["id"]);
    assert_eq!(send(&fixture, &sales, Method::DELETE, &own, Value::Null).await.status, 204);
    let left = fixture.data(0, &admin, &items).await.json();
    assert_eq!(left["total"], 1);
}

#[tokio::test]
async fn what_cannot_be_posted_is_refused() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let segments = |list: Value| json!({ "subjectId": "me", "body": { "messageSegments": list } });
    let long = "x".repeat(10_001);
    for (body, status, code) in [
        (json!({}), 400, "MISSING_ARGUMENT"),
        (json!({ "subjectId": "me" }), 400, "MISSING_ARGUMENT"),
        (segments(json!([{ "type": "Text" }])), 400, "MISSING_ARGUMENT"),
        (segments(json!([{ "type": "Dance", "text": "x" }])), 400, "JSON_PARSER_ERROR"),
        (segments(json!([{ "type": "Mention", "id": "005000000000000AAA" }])), 404, "NOT_FOUND"),
        (post("me", &long), 400, "STRING_TOO_LONG"),
        (post("001000000000000AAA", "x"), 404, "NOT_FOUND"),
        (post("0F9000000000000AAA", "x"), 404, "NOT_FOUND"),
        (post("nonsense", "x"), 404, "NOT_FOUND"),
    ] {
        let answer = send(&fixture, &token, Method::POST, "chatter/feed-elements", body.clone()).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{}", answer.text());
    }
    let inputs = json!({ "inputs": [{ "richInput": post("me", "one") }, { "richInput": post("nobody", "two") }] });
    let batch = send(&fixture, &token, Method::POST, "chatter/feed-elements/batch", inputs).await.json();
    assert_eq!((&batch["results"][0]["statusCode"], &batch["results"][1]["statusCode"]), (&json!(201), &json!(404)));
    let wrong = send(&fixture, &token, Method::PUT, "chatter/feed-elements", Value::Null).await;
    assert_eq!((wrong.status, wrong.header("allow")), (405, "HEAD,GET,POST"));
}

#[tokio::test]
async fn a_private_group_is_there_for_its_members() {
    let fixture = Fixture::new().await;
    let sales = fixture.token(0, "sales").await;
    let api = fixture.token(0, "api").await;
    let admin = fixture.token(0, "admin").await;
    let made =
        send(&fixture, &sales, Method::POST, "chatter/groups?name=Fog%20Watch&visibility=PrivateAccess", Value::Null)
            .await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    let path = format!("chatter/groups/{}", text(&made, "id"));
    assert_eq!((text(&made, "myRole"), text(&made, "visibility")), ("GroupOwner", "PrivateAccess"));
    let again = send(&fixture, &api, Method::POST, "chatter/groups", json!({ "name": "fog watch" })).await;
    assert_eq!(again.code(), "DUPLICATE_VALUE");
    let post = send(&fixture, &sales, Method::POST, "chatter/feed-elements", post(text(&made, "id"), "Thick fog"))
        .await
        .json();
    for (token, status) in [(&sales, 200), (&admin, 200), (&api, 404)] {
        assert_eq!(fixture.data(0, token, &path).await.status, status);
        assert_eq!(fixture.get(0, token, text(&post, "url")).await.status, status);
        let groups = fixture.data(0, token, "chatter/groups").await.json();
        let listed = list(&groups, "groups").iter().any(|group| group["id"] == made["id"]);
        assert_eq!(listed, status == 200);
    }
    let user = fixture.data(0, &api, "chatter/users/me").await.json();
    let member = format!("{path}/members?userId={}", text(&user, "id"));
    assert_eq!(send(&fixture, &api, Method::POST, &member, Value::Null).await.status, 404);
    let joined = send(&fixture, &sales, Method::POST, &member, Value::Null).await;
    assert_eq!((joined.status, joined.json()["role"].clone()), (201, json!("StandardMember")));
    assert_eq!(fixture.get(0, &api, text(&post, "url")).await.status, 200);
    let members = fixture.data(0, &sales, &format!("{path}/members")).await.json();
    assert_eq!(list(&members, "members").len(), 2);
    let url = text(&joined.json(), "url").strip_prefix("/services/data/v67.0/").unwrap().to_owned();
    assert_eq!(send(&fixture, &api, Method::DELETE, &url, Value::Null).await.status, 204);
    assert_eq!(fixture.data(0, &api, &path).await.status, 404);
    assert_eq!(send(&fixture, &sales, Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(fixture.data(0, &sales, &path).await.status, 404);
    for body in [json!({}), json!({ "name": "x".repeat(41) }), json!({ "name": "y", "visibility": "Secret" })] {
        assert_eq!(send(&fixture, &sales, Method::POST, "chatter/groups", body).await.status, 400);
    }
}

#[tokio::test]
async fn users_follow_what_they_see() {
    let fixture = Fixture::new().await;
    let admin = fixture.token(0, "admin").await;
    let sales = fixture.token(0, "sales").await;
    let me = fixture.data(0, &admin, "chatter/users/me").await.json();
    let account = fixture.query(0, &sales, "SELECT Id FROM Account LIMIT 1").await.json();
    let case = fixture.query(0, &admin, "SELECT Id FROM Case LIMIT 1").await.json();
    let follow = async |subject: &str| {
        send(&fixture, &sales, Method::POST, &format!("chatter/users/me/following?subjectId={subject}"), Value::Null)
            .await
    };
    let person = follow(text(&me, "id")).await;
    assert_eq!(person.status, 201, "{}", person.text());
    let person = person.json();
    assert_eq!(follow(text(&account["records"][0], "Id")).await.status, 201);
    assert_eq!(follow(text(&case["records"][0], "Id")).await.status, 404);
    let his = fixture.data(0, &sales, "chatter/users/me").await.json();
    assert_eq!(his["followingCounts"], json!({ "people": 1, "records": 1, "total": 2 }));
    let seen = fixture.data(0, &sales, &format!("chatter/users/{}", text(&me, "id"))).await.json();
    assert_eq!((&seen["followersCount"], &seen["mySubscription"]["id"]), (&json!(1), &person["id"]));
    let followers = fixture.data(0, &admin, "chatter/users/me/followers").await.json();
    assert_eq!(followers["followers"][0]["subscriber"]["id"], his["id"]);
    let path = text(&person, "url").strip_prefix("/services/data/v67.0/").unwrap().to_owned();
    assert_eq!(send(&fixture, &admin, Method::DELETE, &path, Value::Null).await.status, 404);
    assert_eq!(send(&fixture, &sales, Method::DELETE, &path, Value::Null).await.status, 204);
    let left = fixture.data(0, &sales, "chatter/users/me/following").await.json();
    assert_eq!(left["total"], 1);
}

#[tokio::test]
async fn messages_reach_their_readers_and_no_other() {
    let fixture = Fixture::new().await;
    let admin = fixture.token(0, "admin").await;
    let sales = fixture.token(0, "sales").await;
    let api = fixture.token(0, "api").await;
    let to = text(&fixture.data(0, &sales, "chatter/users/me").await.json(), "id").to_owned();
    let path = format!("chatter/users/me/messages?text=A%20word&recipients={to}");
    let sent = send(&fixture, &admin, Method::POST, &path, Value::Null).await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    let sent = sent.json();
    let url = text(&sent, "url");
    for (token, status) in [(&admin, 200), (&sales, 200), (&api, 404)] {
        assert_eq!(fixture.get(0, token, url).await.status, status);
        let all = fixture.data(0, token, "chatter/users/me/messages").await.json();
        assert_eq!(list(&all, "messages").len(), usize::from(status == 200));
    }
    let talks = fixture.data(0, &sales, "chatter/users/me/conversations").await.json();
    let talk = fixture.get(0, &sales, talks["conversations"][0]["url"].as_str().unwrap()).await.json();
    assert_eq!(talk["messages"]["messages"][0]["body"]["text"], "A word");
    for path in [
        "chatter/users/me/messages",
        "chatter/users/me/messages?text=x",
        "chatter/users/me/messages?text=x&recipients=me",
    ] {
        assert_eq!(send(&fixture, &admin, Method::POST, path, Value::Null).await.status, 400, "{path}");
    }
}
