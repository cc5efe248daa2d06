//! A state of the screen that is driven by events alone, as the runtime drives it, with answers made here.

use orgdeck::app::event::{Effect, Event, Found, TaskId};
use orgdeck::app::key::{Code, Key};
use orgdeck::app::{State, update};
use orgdeck::auth::Token;
use orgdeck::json::Document;
use orgdeck::profile::{App, Kind, Passphrase, Profile, Profiles, User, VersionChoice};
use orgdeck::request::{AnswerBody, Exchange, PastPage, PastRow, Record, Timing, VarOrigin};
use orgdeck::secret::Secret;
use orgdeck::view;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Columns and rows of the screen that is measured.
pub const SCREEN: (u16, u16) = (200, 60);

/// A screen in use.
pub struct Session {
    pub state: State,
    now: jiff::Timestamp,
    /// What was asked and not answered yet.
    asked: Vec<(TaskId, Box<orgdeck::app::ask::Ask>)>,
    /// What the history holds, the oldest first.
    past: Vec<PastRow>,
}

/// What stands for the org.
fn url(text: &str) -> Url {
    text.parse().unwrap_or_else(|_| unreachable!("an address of the benchmark's own"))
}

fn app(number: usize) -> Arc<App> {
    let user = |name: &str| User {
        username: format!("{name}@company{number}.example"),
        alias: Some(format!("{name}{number}")),
    };
    Arc::new(App {
        name: format!("company-{number}"),
        client_id: "3MVG9".to_owned(),
        private_key: "/nowhere.key".into(),
        certificate: None,
        passphrase: Passphrase::Ask,
        login_url: url("https://login.salesforce.com"),
        audience: None,
        version: VersionChoice::Newest,
        kind: if number.is_multiple_of(3) { Kind::Production } else { Kind::Sandbox },
        read_only: number.is_multiple_of(5),
        users: vec![user("admin"), user("sales")],
        variables: (0..50).map(|n| (format!("variable{n}"), format!("value {n}"))).collect(),
    })
}

fn past_row(record: &Record) -> PastRow {
    let exchange = &record.exchange;
    PastRow {
        id: 1,
        who: exchange.who.clone(),
        org_id: String::new(),
        instance: String::new(),
        at: exchange.at,
        method: exchange.method.clone(),
        address: record.request.address.clone(),
        url: exchange.url.clone(),
        status: exchange.status,
        took: exchange.timing.total,
        bytes: exchange.body.len(),
        failed: String::new(),
        pages: 1,
    }
}

impl Session {
    /// With this many people to be, logged in as the first one, with the resources of an org of 2,000 objects.
    pub fn new(people: usize) -> Self {
        let apps: Vec<_> = (0..people.div_ceil(2)).map(app).collect();
        let first = apps.first().map(|app| Profile {
            app: Arc::clone(app),
            user: app.users.first().cloned().unwrap_or_else(|| unreachable!()),
        });
        let default = first.as_ref().map(Profile::id);
        let mut state = State::new(SCREEN);
        for number in 0..100 {
            state.yours.set(VarOrigin::Yours, format!("mine{number}"), format!("value {number}"));
        }
        let mut session = Self { state, now: jiff::Timestamp::UNIX_EPOCH, asked: Vec::new(), past: Vec::new() };
        session.feed(Event::ProfilesLoaded(Box::new(Profiles {
            apps,
            default: default.clone(),
            exists: true,
            ..Profiles::default()
        })));
        if let Some(who) = default {
            session.feed(Event::LoggedIn { who, token: Arc::new(token()), version: Some("67.0".to_owned()) });
        }
        session.answer_small();
        session.keys("2");
        session.answer_small();
        // The objects are asked for when an address gets to them.
        session.keys("a");
        session.feed(Event::Pasted("sobjects".to_owned()));
        session.keys("/");
        session.answer_small();
        session.press(Key::of(Code::Esc));
        session.press(Key::of(Code::Esc));
        session
    }

    /// As the runtime does it: the state, then what it has to know of the screen.
    pub fn feed(&mut self, event: Event) {
        let effects = update(&mut self.state, event, self.now);
        self.take(effects);
    }

    /// Notes what an update wants done.
    pub fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Send(id, ask) = effect {
                self.asked.push((id, ask));
            } else if let Effect::Keep(_, record) = effect {
                self.past.push(past_row(&record));
            } else if let Effect::ReadHistory { id, first, count, .. } = effect {
                let rows = self.past.iter().rev().skip(first).take(count).cloned().collect();
                let page = PastPage { total: self.past.len(), first, rows };
                let effects = update(&mut self.state, Event::HistoryRead(id, Ok(page)), self.now);
                drop(effects);
            } else if let Effect::Find { id, .. } = effect {
                let effects = update(&mut self.state, Event::Found(id, Found::default()), self.now);
                drop(effects);
            }
        }
        self.state.measures = view::measures(&self.state, SCREEN);
    }

    /// One key.
    pub fn press(&mut self, key: Key) {
        self.feed(Event::Key(key));
    }

    /// Characters.
    pub fn keys(&mut self, text: &str) {
        for c in text.chars() {
            self.press(Key::char(c));
        }
    }

    /// Asks for an address as one does on the screen, and answers with this body.
    pub fn ask(&mut self, address: &str, body: AnswerBody) {
        self.send(address);
        self.answer_page(body);
    }

    /// Types an address and sends it.
    pub fn send(&mut self, address: &str) {
        self.press(Key::alt(Code::Char('2')));
        self.press(Key::ctrl('l'));
        self.press(Key::ctrl('u'));
        self.feed(Event::Pasted(address.to_owned()));
        self.press(Key::of(Code::Esc));
        self.press(Key::char('r'));
    }

    /// Answers what is asked with this body.
    pub fn answer_page(&mut self, body: AnswerBody) {
        for event in self.answers(&body) {
            self.feed(event);
        }
    }

    /// The answers to all that is asked.
    pub fn answers(&mut self, body: &AnswerBody) -> Vec<Event> {
        let asked = std::mem::take(&mut self.asked);
        let now = self.now;
        asked
            .into_iter()
            .map(|(id, ask)| {
                Event::Answered(id, Box::new(Ok(exchange(ask.profile.id(), now, &ask.request.address, body.clone()))))
            })
            .collect()
    }

    /// Answers what the screen asks for by itself, as often as it asks.
    fn answer_small(&mut self) {
        while !self.asked.is_empty() {
            for (id, ask) in std::mem::take(&mut self.asked) {
                let address = ask.request.address.clone();
                let body = AnswerBody::Json(Arc::new(Document::parse(small(&address).into_bytes())));
                self.feed(Event::Answered(id, Box::new(Ok(exchange(ask.profile.id(), self.now, &address, body)))));
            }
        }
    }
}

fn token() -> Token {
    Token {
        access_token: Secret::new("00D5i000004RkQw!token"),
        instance_url: url("https://company.my.salesforce.com"),
        id_url: url("https://login.salesforce.com/id/00D5i000004RkQwEAK/0055i00000AbCdEAAV"),
        token_type: "Bearer".to_owned(),
        scope: "id full".to_owned(),
        issued_at: jiff::Timestamp::UNIX_EPOCH,
        audience: "https://login.salesforce.com".to_owned(),
        audience_guessed: false,
        took: Duration::from_millis(300),
        answer: Secret::new("{}"),
    }
}

fn exchange(who: orgdeck::profile::ProfileId, at: jiff::Timestamp, address: &str, body: AnswerBody) -> Exchange {
    let header = |n: usize| (format!("x-header-{n}"), format!("a value of header {n}"));
    let mut headers: Vec<_> = (0..20).map(header).collect();
    headers.push(("Sforce-Limit-Info".to_owned(), "api-usage=1203/15000".to_owned()));
    Exchange {
        who,
        at,
        method: "GET".to_owned(),
        url: format!("https://company.my.salesforce.com/services/data/v67.0/{address}"),
        sent_headers: (0..6).map(header).collect(),
        sent_bytes: 0,
        with_identity: true,
        status: 200,
        version: "HTTP/2",
        headers,
        wire_bytes: body.len() / 10,
        body,
        timing: Timing { total: Duration::from_millis(182), ..Timing::default() },
        notes: Vec::new(),
        cut: None,
        trouble: None,
    }
}

/// What the org answers to what the screen asks by itself.
fn small(address: &str) -> String {
    if address.contains("{{IdURL}}") {
        return identity();
    }
    if address.ends_with("/sobjects") {
        let mut text = String::from(r#"{"sobjects":["#);
        for n in 0..2_000 {
            let comma = if n == 0 { "" } else { "," };
            // Writing to a string cannot fail.
            let _ = write!(
                text,
                r#"{comma}{{"name":"Object{n}__c","label":"Object number {n}","keyPrefix":"a{n:02}","urls":{{"sobject":"/services/data/v67.0/sobjects/Object{n}__c"}}}}"#
            );
        }
        return text + "]}";
    }
    if address.contains("/services/data/v67.0") {
        let names = [
            "sobjects",
            "limits",
            "query",
            "queryAll",
            "search",
            "composite",
            "tooling",
            "recent",
            "tabs",
            "theme",
            "actions",
            "appMenu",
        ];
        let pairs: Vec<_> = names.iter().map(|name| format!(r#""{name}":"/services/data/v67.0/{name}""#)).collect();
        return format!("{{{}}}", pairs.join(","));
    }
    r#"{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Organization"},"Name":"Company","OrganizationType":"Enterprise Edition","InstanceName":"EU1","IsSandbox":false,"Profile":{"Name":"Admin"}}]}"#.to_owned()
}

fn identity() -> String {
    let mut text = String::from(
        r#"{"id":"https://login.salesforce.com/id/00D5i000004RkQwEAK/0055i00000AbCdEAAV","user_id":"0055i00000AbCdEAAV","organization_id":"00D5i000004RkQwEAK","username":"admin@company0.example","display_name":"Ada Byron","email":"ada@company0.example","email_verified":true,"timezone":"Europe/Berlin","user_type":"STANDARD","language":"en_US","locale":"de_DE","active":true,"urls":{"#,
    );
    for n in 0..30 {
        let comma = if n == 0 { "" } else { "," };
        // Writing to a string cannot fail.
        let _ =
            write!(text, r#"{comma}"url{n}":"https://company.my.salesforce.com/services/data/v{{version}}/url{n}/""#);
    }
    text + "}}"
}
