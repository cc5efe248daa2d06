//! One of the crowd: logs in, does what chance says, and looks at every answer.

use super::Error;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What a client came to.
#[derive(Debug, Default)]
pub struct Tally {
    pub times: Vec<Duration>,
    pub wrong: Vec<String>,
    pub done: BTreeMap<&'static str, u64>,
}

impl Tally {
    pub fn join(&mut self, other: Self) {
        self.times.extend(other.times);
        self.wrong.extend(other.wrong);
        for (name, count) in other.done {
            *self.done.entry(name).or_default() += count;
        }
    }
}

pub struct Client {
    http: reqwest::Client,
    org: Value,
    user: Value,
    key: Arc<RsaKeyPair>,
    token: String,
    id: String,
    /// The highest use of the API that this client was told.
    used: u64,
    chance: u64,
    tally: Tally,
}

/// An answer, read whole.
struct Answer {
    status: u16,
    body: Value,
}

/// A check that failed, told with what there was.
type Checked<T> = Result<T, String>;

impl Client {
    pub fn new(http: reqwest::Client, card: Arc<Value>, index: u64, seed: u64) -> Result<Self, Error> {
        let pick = |list: &Value, at: u64| list.as_array().and_then(|list| list.get(at as usize)).cloned();
        // Two of three at the production org; admin, sales, api in turn.
        let org = pick(at(&card, "/orgs"), u64::from(index % 3 == 2)).ok_or("the card names no org")?;
        let user = pick(at(&org, "/users"), index / 3 % 3).ok_or("the card names no user")?;
        let pem = pem::parse(std::fs::read(at(&org, "/private_key").as_str().unwrap_or_default())?)?;
        let key = RsaKeyPair::from_pkcs8(pem.contents()).map_err(|error| error.to_string())?;
        let (token, id) = (String::new(), String::new());
        Ok(Self { http, org, user, key: Arc::new(key), token, id, used: 0, chance: seed, tally: Tally::default() })
    }

    /// Goes on until the time is over.
    pub async fn run(mut self, last: Instant) -> Tally {
        let mut first = true;
        while Instant::now() < last {
            let name = if first { "login" } else { self.next_name() };
            first = false;
            let done = match name {
                "login" => self.log_in().await,
                "identity" => self.identity().await,
                "limits" => self.limits().await,
                "pages" => self.pages().await,
                "describe" => self.describe().await,
                "record" => self.record().await,
                "search" => self.search().await,
                "composite" => self.composite().await,
                _ => self.refusals().await,
            };
            match done {
                Ok(()) => *self.tally.done.entry(name).or_default() += 1,
                Err(why) => {
                    let who = at(&self.user, "/username").as_str().unwrap_or_default();
                    self.tally.wrong.push(format!("{name} as {who}: {why}"));
                }
            }
        }
        self.tally
    }

    fn draw(&mut self, below: u64) -> u64 {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.chance;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }

    fn next_name(&mut self) -> &'static str {
        match self.draw(100) {
            0..2 => "login",
            2..15 => "identity",
            15..35 => "limits",
            35..45 => "pages",
            45..60 => "describe",
            60..75 => "record",
            75..85 => "search",
            85..93 => "composite",
            _ => "refusals",
        }
    }

    fn text<'a>(value: &'a Value, key: &str) -> &'a str {
        value.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", Self::text(&self.org, "instance_url"));
        self.http.request(method, url).bearer_auth(&self.token)
    }

    fn data(&self, method: Method, path: &str) -> RequestBuilder {
        self.ask(method, &format!("/services/data/v67.0/{path}"))
    }

    fn query(&self, resource: &str, soql: &str) -> RequestBuilder {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", soql).finish();
        self.data(Method::GET, &format!("{resource}?{query}"))
    }

    fn json(&self, method: Method, path: &str, body: &Value) -> RequestBuilder {
        self.data(method, path).header("content-type", "application/json").body(body.to_string())
    }

    /// Sends, and checks what every answer must have: the wanted status, JSON where there is a body, a use of the API
    /// that only grows.
    async fn send(&mut self, request: RequestBuilder, wanted: u16) -> Checked<Answer> {
        let began = Instant::now();
        let response = request.send().await.map_err(|error| format!("{error:?}"))?;
        let (status, path) = (response.status().as_u16(), response.url().path().to_owned());
        let used = response.headers().get("sforce-limit-info").and_then(|value| {
            let (used, _) = value.to_str().ok()?.strip_prefix("api-usage=")?.split_once('/')?;
            used.parse::<u64>().ok()
        });
        let bytes = response.bytes().await.map_err(|error| format!("{path}: {error:?}"))?;
        self.tally.times.push(began.elapsed());
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).map_err(|error| format!("{path}: {error}"))?
        };
        if status != wanted {
            return Err(format!("{path}: {status} in place of {wanted}: {:.300}", body.to_string()));
        }
        if path.starts_with("/services/data/") {
            let used = used.ok_or_else(|| format!("{path}: no Sforce-Limit-Info"))?;
            if used < self.used {
                return Err(format!("{path}: usage went from {} back to {used}", self.used));
            }
            self.used = used;
        }
        Ok(Answer { status, body })
    }

    async fn log_in(&mut self) -> Checked<()> {
        let login = Self::text(&self.org, "login_url").to_owned();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let claims = json!({ "iss": at(&self.org, "/client_id"), "sub": at(&self.user, "/username"), "aud": login, "exp": now + 180 });
        let assertion = sign(&self.key, &claims).ok_or("the assertion cannot be signed")?;
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
            .append_pair("assertion", &assertion)
            .finish();
        let request = self.http.post(format!("{login}/services/oauth2/token")).body(form);
        let answer = self.send(request.header("content-type", "application/x-www-form-urlencoded"), 200).await?;
        check(at(&answer.body, "/instance_url") == at(&self.org, "/instance_url"), &answer)?;
        let old = std::mem::replace(&mut self.token, Self::text(&answer.body, "access_token").to_owned());
        check(!self.token.is_empty() && old != self.token, &answer)?;
        self.id = Self::text(&answer.body, "id")
            .split_once("/id/")
            .map(|(_, path)| format!("/id/{path}"))
            .unwrap_or_default();
        if !old.is_empty() {
            let revoke = self.http.post(format!("{login}/services/oauth2/revoke?token={old}"));
            self.send(revoke, 200).await?;
        }
        Ok(())
    }

    async fn identity(&mut self) -> Checked<()> {
        let path = if self.draw(2) == 0 { self.id.clone() } else { "/services/oauth2/userinfo".to_owned() };
        let answer = self.send(self.ask(Method::GET, &path), 200).await?;
        let name = answer.body.get("username").or_else(|| answer.body.get("preferred_username"));
        check(name == Some(at(&self.user, "/username")), &answer)
    }

    async fn limits(&mut self) -> Checked<()> {
        let before = self.used;
        let answer = self.send(self.data(Method::GET, "limits"), 200).await?;
        check(self.used > before, &answer)?;
        check(at(&answer.body, "/DailyApiRequests/Max").is_u64(), &answer)
    }

    /// A whole query by its pages: no row twice, none missing.
    async fn pages(&mut self) -> Checked<()> {
        let table = ["Contact", "Opportunity"].get(self.draw(2) as usize).copied().unwrap_or("Contact");
        let size = 200 + self.draw(1_800);
        let sized = |request: RequestBuilder| request.header("sforce-query-options", format!("batchSize={size}"));
        let order = if self.draw(2) == 0 { "" } else { " ORDER BY CreatedDate DESC" };
        let first = self.query("query", &format!("SELECT Id, Owner.Name FROM {table}{order} LIMIT 3000"));
        let mut answer = self.send(sized(first), 200).await?;
        let total = at(&answer.body, "/totalSize").as_u64().unwrap_or_default();
        let mut seen = HashSet::new();
        loop {
            let rows = at(&answer.body, "/records").as_array().ok_or("no records")?;
            check(rows.iter().all(|row| at(row, "/attributes/type") == table), &answer)?;
            let fresh = rows.iter().all(|row| seen.insert(Self::text(row, "Id").to_owned()));
            check(fresh, &answer)?;
            check(at(&answer.body, "/totalSize").as_u64() == Some(total), &answer)?;
            if at(&answer.body, "/done") == true {
                return check(seen.len() as u64 == total && total > 0, &answer);
            }
            let next = Self::text(&answer.body, "nextRecordsUrl").to_owned();
            answer = match self.send(sized(self.ask(Method::GET, &next)), 200).await {
                // A user's oldest cursors give way to his newer ones, and hundreds of clients are one user here.
                Err(why) if why.contains("INVALID_QUERY_LOCATOR") => {
                    *self.tally.done.entry("(cut pages)").or_default() += 1;
                    return Ok(());
                }
                answered => answered?,
            };
        }
    }

    async fn describe(&mut self) -> Checked<()> {
        let name =
            ["Account", "Contact", "Opportunity", "User"].get(self.draw(4) as usize).copied().unwrap_or("Account");
        let path = format!("sobjects/{name}/describe");
        let answer = self.send(self.data(Method::GET, &path), 200).await?;
        check(
            at(&answer.body, "/name") == name
                && at(&answer.body, "/fields").as_array().is_some_and(|list| list.len() > 5),
            &answer,
        )?;
        let known = self.data(Method::GET, &path).header("if-modified-since", "Fri, 01 Jan 2027 00:00:00 GMT");
        let same = self.send(known, 304).await?;
        check(same.body.is_null(), &same)
    }

    /// A record of one's own from its beginning to its end.
    async fn record(&mut self) -> Checked<()> {
        let name = format!("Crowd {} \u{e9}'\"", self.draw(u64::MAX));
        let made = self.send(self.json(Method::POST, "sobjects/Account", &json!({ "Name": name })), 201).await?;
        let id = Self::text(&made.body, "id").to_owned();
        check(id.len() == 18 && at(&made.body, "/success") == true, &made)?;
        let path = format!("sobjects/Account/{id}");
        let read = self.send(self.data(Method::GET, &path), 200).await?;
        check(at(&read.body, "/Name") == name.as_str() && at(&read.body, "/Id") == id.as_str(), &read)?;
        let other = format!("{name} again");
        self.send(self.json(Method::PATCH, &path, &json!({ "Name": other })), 204).await?;
        let found = self.send(self.query("query", &format!("SELECT Name FROM Account WHERE Id = '{id}'")), 200).await?;
        check(at(&found.body, "/totalSize") == 1 && at(&found.body, "/records/0/Name") == other.as_str(), &found)?;
        self.send(self.data(Method::DELETE, &path), 204).await?;
        self.send(self.data(Method::GET, &path), 404).await?;
        let gone =
            self.send(self.query("queryAll", &format!("SELECT IsDeleted FROM Account WHERE Id = '{id}'")), 200).await?;
        check(at(&gone.body, "/records/0/IsDeleted") == true, &gone)
    }

    async fn search(&mut self) -> Checked<()> {
        let word = ["har", "north", "ma", "acme"].get(self.draw(4) as usize).copied().unwrap_or("ma");
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair(
                "q",
                &format!("FIND {{{word}*}} IN NAME FIELDS RETURNING Account(Id, Name), Contact(Id, Name) LIMIT 20"),
            )
            .finish();
        let answer = self.send(self.data(Method::GET, &format!("search?{query}")), 200).await?;
        let rows = at(&answer.body, "/searchRecords").as_array().ok_or("no searchRecords")?;
        let fits = |row: &Value| Self::text(row, "Name").to_lowercase().contains(word);
        check(rows.len() <= 40 && rows.iter().all(fits), &answer)
    }

    async fn composite(&mut self) -> Checked<()> {
        let root = "/services/data/v67.0";
        let body = json!({ "compositeRequest": [
            { "method": "GET", "url": format!("{root}/query?q=SELECT+Id,+Name+FROM+Contact+LIMIT+1"), "referenceId": "one" },
            { "method": "GET", "url": format!("{root}/sobjects/Contact/@{{one.records[0].Id}}"), "referenceId": "two" },
            { "method": "GET", "url": format!("{root}/sobjects/Nothing__c/describe"), "referenceId": "three" },
        ]});
        let answer = self.send(self.json(Method::POST, "composite", &body), 200).await?;
        let parts = at(&answer.body, "/compositeResponse");
        check(at(parts, "/0/httpStatusCode") == 200 && at(parts, "/1/httpStatusCode") == 200, &answer)?;
        check(at(parts, "/1/body/Id") == at(parts, "/0/body/records/0/Id"), &answer)?;
        check(at(parts, "/2/httpStatusCode") == 404, &answer)
    }

    async fn refusals(&mut self) -> Checked<()> {
        let nobody = format!("{}/services/data/v67.0/limits", Self::text(&self.org, "instance_url"));
        let (request, status, code) = match self.draw(4) {
            0 => (self.query("query", "SELECT Nme FROM Account"), 400, "INVALID_FIELD"),
            1 => (self.query("query", "SELECT FROM"), 400, "MALFORMED_QUERY"),
            2 => (self.data(Method::GET, "sobjects/Account/001000000000000AAA"), 404, "NOT_FOUND"),
            _ => (self.http.get(nobody).bearer_auth("00D!nobody"), 401, "INVALID_SESSION_ID"),
        };
        let answer = self.send(request, status).await?;
        check(at(&answer.body, "/0/errorCode") == code, &answer)
    }
}

/// What stands there, or null.
fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    value.pointer(path).unwrap_or(&Value::Null)
}

fn check(fine: bool, answer: &Answer) -> Checked<()> {
    if fine { Ok(()) } else { Err(format!("{}: {:.300}", answer.status, answer.body.to_string())) }
}

fn sign(key: &RsaKeyPair, claims: &Value) -> Option<String> {
    let text =
        format!("{}.{}", URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).ok()?;
    Some(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
}
