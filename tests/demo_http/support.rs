//! A client written here from the documentation alone, so that the demo is not tested with its own code.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use orgdeck::demo::{Demo, Options, OrgCard};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// A demo with the folder that it lives in.
pub struct Fixture {
    pub demo: Demo,
    pub folder: tempfile::TempDir,
    pub http: reqwest::Client,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// `errorCode` of the first error.
    pub fn code(&self) -> String {
        self.json()[0]["errorCode"].as_str().unwrap_or_default().to_owned()
    }
}

pub async fn read(response: reqwest::Response) -> Answer {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    Answer { status, headers, body: response.bytes().await.unwrap().to_vec() }
}

pub fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

impl Fixture {
    pub async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let demo = orgdeck::demo::start(options, folder.path()).await.unwrap();
        Self { demo, folder, http: client() }
    }

    /// The production org, then the sandbox.
    pub fn org(&self, index: usize) -> &OrgCard {
        &self.demo.card().orgs[index]
    }

    pub fn username(&self, org: usize, alias: &str) -> String {
        let user = self.org(org).users.iter().find(|user| user.alias == alias);
        user.unwrap_or_else(|| panic!("no user {alias}")).username.clone()
    }

    /// What a client claims that does everything right.
    pub fn claims(&self, org: usize, alias: &str) -> Value {
        let card = self.org(org);
        json!({ "iss": card.client_id, "sub": self.username(org, alias), "aud": card.login_url, "exp": now() + 180 })
    }

    pub fn sign(&self, org: usize, claims: &Value) -> String {
        let pem = std::fs::read(&self.org(org).private_key).unwrap();
        sign_with(&pem, claims)
    }

    pub async fn post_assertion(&self, origin: &str, assertion: &str) -> Answer {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
            .append_pair("assertion", assertion)
            .finish();
        self.post_form(&format!("{origin}/services/oauth2/token"), form).await
    }

    pub async fn post_form(&self, url: &str, form: String) -> Answer {
        let request = self.http.post(url).header("content-type", "application/x-www-form-urlencoded").body(form);
        read(request.send().await.unwrap()).await
    }

    /// A login with these claims at the org's own login URL.
    pub async fn log_in_with(&self, org: usize, claims: &Value) -> Answer {
        self.post_assertion(&self.org(org).login_url, &self.sign(org, claims)).await
    }

    /// The token answer of a login that works.
    pub async fn log_in(&self, org: usize, alias: &str) -> Value {
        let answer = self.log_in_with(org, &self.claims(org, alias)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    pub async fn token(&self, org: usize, alias: &str) -> String {
        self.log_in(org, alias).await["access_token"].as_str().unwrap().to_owned()
    }

    /// A GET of a path at an org's instance.
    pub async fn get(&self, org: usize, token: &str, path: &str) -> Answer {
        read(self.request(org, reqwest::Method::GET, token, path).send().await.unwrap()).await
    }

    /// A GET below the newest version.
    pub async fn data(&self, org: usize, token: &str, path: &str) -> Answer {
        self.get(org, token, &format!("/services/data/v67.0/{path}")).await
    }

    pub fn request(&self, org: usize, method: reqwest::Method, token: &str, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.org(org).instance_url)).bearer_auth(token)
    }

    /// A query, encoded.
    pub async fn query(&self, org: usize, token: &str, soql: &str) -> Answer {
        self.data(org, token, &query_path(soql)).await
    }
}

pub fn query_path(soql: &str) -> String {
    format!("query?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair("q", soql).finish())
}

/// RS256 by hand: the demo verifies with another library.
pub fn sign_with(private_pem: &[u8], claims: &Value) -> String {
    let pair = RsaKeyPair::from_pkcs8(pem::parse(private_pem).unwrap().contents()).unwrap();
    let text =
        format!("{}.{}", URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// No proxy, no redirects, no compression of its own.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}
