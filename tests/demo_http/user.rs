//! One user who writes: requests below the newest version, with a token and a body.

use crate::support::{Answer, Fixture, read};
use reqwest::Method;
use serde_json::Value;

pub const BASE: &str = "/services/data/v67.0";

/// A user of the production org.
pub struct User<'f> {
    fixture: &'f Fixture,
    token: String,
}

impl<'f> User<'f> {
    pub async fn new(fixture: &'f Fixture, alias: &str) -> Self {
        Self { fixture, token: fixture.token(0, alias).await }
    }

    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let path = if path.starts_with('/') { path.to_owned() } else { format!("{BASE}/{path}") };
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.fixture.request(0, method, &self.token, &path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_null() {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        read(request.send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], &Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, &[], &body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send("PATCH", path, &[], &body).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], &Value::Null).await
    }

    pub async fn make(&self, object: &str, body: Value) -> String {
        let made = self.post(&format!("sobjects/{object}"), body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()["id"].as_str().unwrap().to_owned()
    }

    pub async fn count(&self, soql: &str) -> u64 {
        self.fixture.query(0, &self.token, soql).await.json()["totalSize"].as_u64().unwrap()
    }
}
