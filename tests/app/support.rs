//! Builders for the tests of the screen: people, tokens, exchanges, and a bench that drives `update` as the runtime does.

use super::past::PastList;
pub use super::searching::{filtered, search};
use orgdeck::app::ask::{Ask, Owner};
use orgdeck::app::diff::Compared;
use orgdeck::app::event::TaskId;
use orgdeck::app::filter::Filterable;
use orgdeck::app::key::Key;
use orgdeck::app::page::Page;
use orgdeck::app::{self, Effect, Event, State};
use orgdeck::auth::Token;
use orgdeck::json::Document;
use orgdeck::org::{Asked, trouble};
use orgdeck::profile::{App, Kind, Passphrase, ProfileId, Profiles, User, VersionChoice};
use orgdeck::request::{AnswerBody, Exchange, Failure, FailureKind, Permit, Timing};
use orgdeck::secret::Secret;
use orgdeck::view;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use url::Url;

/// The token of everybody here. It must never be seen on a screen.
pub const TOKEN: &str = "00D8d000008abcd!AQ8AQNotToBeSeenAnywhere";

/// When everything here happens.
pub fn noon() -> jiff::Timestamp {
    "2026-11-03T12:00:00Z".parse().unwrap()
}

/// An app with users given as `alias username`.
pub fn app(name: &str, kind: Kind, users: &[(&str, &str)]) -> Arc<App> {
    let user = |(alias, username): &(&str, &str)| User {
        alias: (!alias.is_empty()).then(|| (*alias).to_owned()),
        username: (*username).to_owned(),
    };
    Arc::new(App {
        name: name.to_owned(),
        client_id: "3MVG9consumer".to_owned(),
        private_key: "/keys/key.pem".into(),
        certificate: None,
        passphrase: Passphrase::Ask,
        login_url: Url::parse("https://login.salesforce.com").unwrap(),
        audience: None,
        version: VersionChoice::Newest,
        kind,
        read_only: kind == Kind::Production,
        users: users.iter().map(user).collect(),
        variables: [("region".to_owned(), "emea".to_owned())].into_iter().collect(),
    })
}

/// Two apps with three people.
pub fn profiles() -> Profiles {
    Profiles {
        file: "/home/ada/.config/orgdeck/profiles.toml".into(),
        exists: true,
        apps: vec![
            app("acme", Kind::Production, &[("admin", "admin@acme.example"), ("sales", "sally@acme.example")]),
            app("acme-dev", Kind::Sandbox, &[("", "dev@acme.example.dev")]),
        ],
        variables: [("limit".to_owned(), "10".to_owned()), ("region".to_owned(), "world".to_owned())]
            .into_iter()
            .collect(),
        ..Profiles::default()
    }
}

/// A token of somebody in an org of that app.
pub fn token(who: &ProfileId) -> Arc<Token> {
    Arc::new(Token {
        access_token: Secret::new(TOKEN),
        instance_url: Url::parse(&format!("https://{}.my.salesforce.com", who.app)).unwrap(),
        id_url: Url::parse("https://login.salesforce.com/id/00D8d000008abcdEAA/0058d000004wxyzAAA").unwrap(),
        token_type: "Bearer".to_owned(),
        scope: "api id".to_owned(),
        issued_at: noon().checked_sub(jiff::Span::new().minutes(7)).unwrap(),
        audience: "https://login.salesforce.com".to_owned(),
        audience_guessed: false,
        took: Duration::from_millis(412),
        answer: Secret::new("{}"),
    })
}

/// An answer with this body, as the org layer would tell it.
pub fn exchange(who: &ProfileId, status: u16, media: &str, body: AnswerBody) -> Exchange {
    let headers = vec![
        ("Date".to_owned(), "Tue, 03 Nov 2026 12:00:00 GMT".to_owned()),
        ("Content-Type".to_owned(), media.to_owned()),
        ("Sforce-Limit-Info".to_owned(), "api-usage=1203/15000".to_owned()),
    ];
    let trouble = trouble(status, &headers, &body, Asked { rest: true, newest: Some("67.0") });
    Exchange {
        who: who.clone(),
        at: noon(),
        method: "GET".to_owned(),
        url: format!("https://{}.my.salesforce.com/services/data/v67.0/limits", who.app),
        sent_headers: vec![
            ("Authorization".to_owned(), "Bearer ••••••••".to_owned()),
            ("Accept".to_owned(), "application/json".to_owned()),
        ],
        sent_bytes: 0,
        with_identity: true,
        status,
        version: "HTTP/2",
        headers,
        wire_bytes: body.len() / 2,
        body,
        timing: Timing {
            login: None,
            connect: Some(Duration::from_millis(41)),
            wait: Duration::from_millis(120),
            body: Duration::from_millis(18),
            index: Duration::from_micros(700),
            total: Duration::from_millis(182),
        },
        notes: Vec::new(),
        cut: None,
        trouble,
    }
}

/// A JSON answer.
pub fn json(who: &ProfileId, status: u16, text: &str) -> Exchange {
    let body = AnswerBody::Json(Arc::new(Document::parse(text.as_bytes().to_vec())));
    exchange(who, status, "application/json;charset=UTF-8", body)
}

/// A failure of this kind.
pub fn failure(title: &str, kind: FailureKind) -> Failure {
    Failure { title: title.to_owned(), kind, ..Failure::default() }
}

/// What the guard answers to a write that has to be confirmed.
pub fn asks_first(ask: &Ask) -> Failure {
    let permit = Permit {
        who: ask.profile.id(),
        org: "acme.my.salesforce.com".to_owned(),
        method: ask.request.method.clone(),
        url: format!("https://acme.my.salesforce.com/services/data/v67.0/{}", ask.request.address),
        reason: format!("{} changes data", ask.request.method),
        fingerprint: 42,
    };
    failure("Not sent yet", FailureKind::Confirm(Box::new(permit)))
}

/// `n` accounts as a query answers them, the first with this number; `next` where there are more.
pub fn accounts(from: usize, n: usize, total: usize, next: Option<&str>) -> String {
    let record = |i: usize| {
        format!(
            r#"{{"attributes":{{"type":"Account","url":"/services/data/v67.0/sobjects/Account/0018d00000{i:05}AAA"}},"Id":"0018d00000{i:05}AAA","Name":"Account {i}","Employees":{}}}"#,
            (i * 37) % 1000
        )
    };
    let records: Vec<String> = (from..from + n).map(record).collect();
    let next = next.map(|n| format!(r#","nextRecordsUrl":"{n}""#)).unwrap_or_default();
    format!(r#"{{"totalSize":{total},"done":{}{next},"records":[{}]}}"#, next.is_empty(), records.join(","))
}

/// The answer of the id URL.
pub const IDENTITY: &str = r#"{"id":"https://login.salesforce.com/id/00D8d000008abcdEAA/0058d000004wxyzAAA","asserted_user":true,"user_id":"0058d000004wxyzAAA","organization_id":"00D8d000008abcdEAA","username":"admin@acme.example","nick_name":"ada","display_name":"Ada Lovelace","email":"ada@acme.example","email_verified":true,"first_name":"Ada","last_name":"Lovelace","timezone":"Europe/Berlin","photos":{"picture":"https://acme.file.force.com/profilephoto/005/F","thumbnail":"https://acme.file.force.com/profilephoto/005/T"},"addr_city":"London","mobile_phone":null,"status":{"created_date":null,"body":null},"urls":{"enterprise":"https://acme.my.salesforce.com/services/Soap/c/{version}/00D8d000008abcd","rest":"https://acme.my.salesforce.com/services/data/v{version}/","sobjects":"https://acme.my.salesforce.com/services/data/v{version}/sobjects/","query":"https://acme.my.salesforce.com/services/data/v{version}/query/","profile":"https://acme.my.salesforce.com/0058d000004wxyzAAA"},"active":true,"user_type":"STANDARD","language":"en_US","locale":"de_DE","utcOffset":3600000,"last_modified_date":"2026-11-01T08:15:00.000+0000","is_app_installed":true}"#;

/// The org's own card.
pub const ORG: &str = r#"{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Organization","url":"/services/data/v67.0/sobjects/Organization/00D8d000008abcdEAA"},"Id":"00D8d000008abcdEAA","Name":"Acme GmbH","OrganizationType":"Enterprise Edition","InstanceName":"EU42","IsSandbox":false}]}"#;

/// Profile, role, licence.
pub const PERSON: &str = r#"{"totalSize":1,"done":true,"records":[{"attributes":{"type":"User","url":"/services/data/v67.0/sobjects/User/0058d000004wxyzAAA"},"Id":"0058d000004wxyzAAA","Profile":{"Name":"System Administrator","UserLicense":{"Name":"Salesforce"}},"UserRole":null}]}"#;

/// Permission sets.
pub const SETS: &str = r#"{"totalSize":2,"done":true,"records":[{"attributes":{"type":"PermissionSetAssignment","url":"/x"},"PermissionSet":{"Name":"API_Access","Label":"API access","IsOwnedByProfile":false}},{"attributes":{"type":"PermissionSetAssignment","url":"/y"},"PermissionSet":{"Name":"X00e","Label":"X00e","IsOwnedByProfile":true}}]}"#;

/// The resources of a version.
pub const RESOURCES: &str = r#"{"tooling":"/services/data/v67.0/tooling","limits":"/services/data/v67.0/limits","sobjects":"/services/data/v67.0/sobjects","query":"/services/data/v67.0/query","composite":"/services/data/v67.0/composite"}"#;

/// Some objects.
pub const SOBJECTS: &str = r#"{"encoding":"UTF-8","maxBatchSize":200,"sobjects":[{"name":"Account","label":"Account","keyPrefix":"001","urls":{"sobject":"/services/data/v67.0/sobjects/Account","describe":"/services/data/v67.0/sobjects/Account/describe"}},{"name":"Contact","label":"Contact","keyPrefix":"003","urls":{"sobject":"/services/data/v67.0/sobjects/Contact","describe":"/services/data/v67.0/sobjects/Contact/describe"}}]}"#;

/// A small answer with links, ids and nesting.
pub const LINKS: &str = r#"{"self":"/services/data/v67.0/sobjects/Account/0018d00000abc12AAA","contact":"0038d00000abc12AAA","site":"https://www.example.com/about","nobody":"a0X8d00000abc12EAA","acts":"/services/data/v67.0/sobjects/Account/0018d00000abc12AAA?_HttpMethod=DELETE","words":"no link","deep":{"list":[1,2,{"three":null}],"flag":true},"empty":{}}"#;

/// Keys by the names that the help page gives them, blanks between: `a ctrl-o enter`.
pub fn key(name: &str) -> Key {
    Key::parse(name).unwrap_or_else(|(what, _)| panic!("{what}"))
}

/// What the runtime would find.
pub fn compared(left: &AnswerBody, right: &AnswerBody, ignore_volatile: bool) -> Compared {
    Compared::of(left, right, ignore_volatile, &AtomicBool::new(false)).unwrap()
}

/// A screen under test, with what it wants done.
pub struct Bench {
    /// Its state.
    pub state: State,
    /// Sent and not yet answered, the oldest first.
    pub sent: VecDeque<(TaskId, Ask)>,
    /// Everything else that was wanted.
    pub wanted: Vec<Effect>,
    /// What time it is.
    pub now: jiff::Timestamp,
    /// What the history holds.
    pub past: PastList,
    /// Whether what the history is asked is only noted, not answered.
    pub late: bool,
}

impl Bench {
    /// Just started, with these profiles read.
    pub fn with(people: Profiles, size: (u16, u16)) -> Self {
        let (sent, past) = (VecDeque::new(), PastList::default());
        let mut bench = Self { state: State::new(size), sent, wanted: Vec::new(), now: noon(), past, late: false };
        bench.event(Event::ProfilesLoaded(Box::new(people)));
        bench
    }

    /// Just started, at 120x40.
    pub fn new() -> Self {
        Self::with(profiles(), (120, 40))
    }

    /// Logged in, on the REST screen, its tree loaded, nothing asked yet.
    pub fn rest() -> Self {
        Self::rest_of((120, 40))
    }

    /// The same at another size.
    pub fn rest_of(size: (u16, u16)) -> Self {
        let mut bench = Self::with(profiles(), size);
        bench.log_in();
        bench.answer_all();
        bench.keys("2");
        bench.answer_all();
        bench
    }

    /// What happened, as the runtime tells it.
    pub fn event(&mut self, event: Event) {
        let mut told = Vec::new();
        for effect in app::update(&mut self.state, event, self.now) {
            match effect {
                Effect::Send(id, ask) => self.sent.push_back((id, *ask)),
                Effect::Cancel(id) => {
                    self.sent.retain(|(n, _)| *n != id);
                    self.wanted.push(Effect::Cancel(id));
                }
                other => match self.past.answer(&other).filter(|_| !self.late) {
                    Some(event) => told.push(event),
                    None => self.wanted.push(other),
                },
            }
        }
        self.state.measure(view::measures(&self.state, self.state.size));
        self.wanted.extend(app::paint(&mut self.state));
        told.into_iter().for_each(|event| self.event(event));
    }

    /// So long that whoever was asked has read the question.
    pub fn later(&mut self) {
        self.now += jiff::SignedDuration::from_secs(2);
    }

    /// Keys by name.
    pub fn keys(&mut self, names: &str) {
        for name in names.split_whitespace() {
            self.event(Event::Key(key(name)));
        }
    }

    /// Every character as a key.
    pub fn typed(&mut self, text: &str) {
        for c in text.chars() {
            self.event(Event::Key(Key::char(c)));
        }
    }

    /// Who one is.
    pub fn who(&self) -> ProfileId {
        self.state.who_id().unwrap()
    }

    /// Somebody's login has worked.
    pub fn log_in(&mut self) {
        let who = self.who();
        self.event(Event::LoggedIn { token: token(&who), who, version: Some("67.0".to_owned()) });
    }

    /// Answers one that was sent.
    pub fn answer(&mut self, id: TaskId, result: Result<Exchange, Failure>) {
        self.sent.retain(|(n, _)| *n != id);
        self.event(Event::Answered(id, Box::new(result)));
    }

    /// The one that the answer pane waits for.
    pub fn page_ask(&self) -> (TaskId, Ask) {
        self.sent.iter().rfind(|(_, ask)| ask.owner == Owner::Page).cloned().expect("the answer pane waits for nothing")
    }

    /// Answers what the answer pane waits for with JSON.
    pub fn page(&mut self, status: u16, text: &str) {
        let (id, ask) = self.page_ask();
        let mut told = json(&ask.profile.id(), status, text);
        told.method = ask.request.method.clone();
        told.url = format!("https://{}.my.salesforce.com/services/data/v67.0/{}", told.who.app, ask.request.address);
        self.answer(id, Ok(told));
    }

    /// Types an address and sends it, answered with this.
    pub fn ask(&mut self, address: &str, status: u16, text: &str) {
        self.keys("a");
        self.typed(address);
        self.keys("enter");
        self.page(status, text);
    }

    /// Answers all that waits with what an org would say.
    pub fn answer_all(&mut self) {
        while let Some((id, ask)) = self.sent.front().cloned() {
            self.answer(id, Ok(json(&ask.profile.id(), 200, canned(&ask.request.address))));
        }
    }

    /// The page that is shown.
    pub fn shown(&self) -> &Page {
        self.state.rest.pages.current.as_ref().expect("no page is shown")
    }

    /// The address bar's text.
    pub fn address(&self) -> &str {
        self.state.rest.address.text()
    }

    /// What was put on the clipboard last.
    pub fn copied(&self) -> Option<String> {
        use orgdeck::app::event::Clip;
        self.wanted.iter().rev().find_map(|effect| match effect {
            Effect::Copy(_, Clip::Text(text)) => Some(text.clone()),
            Effect::Copy(_, Clip::Secret(secret)) => Some(secret.expose().to_owned()),
            _ => None,
        })
    }

    /// The last line's words.
    pub fn notice(&self) -> &str {
        self.state.notice.as_deref().unwrap_or_default()
    }

    /// Becomes somebody else by the switcher.
    pub fn switch_to(&mut self, letters: &str) {
        self.keys("ctrl-o");
        self.typed(letters);
        self.keys("enter");
    }

    /// Answers the last search that was wanted, as the runtime would.
    pub fn find(&mut self) {
        let at = self.wanted.iter().rposition(|e| matches!(e, Effect::Find { .. })).expect("nothing is searched");
        if let Effect::Find { id, haystack, needle, from, direction } = self.wanted.remove(at) {
            self.event(Event::Found(id, search(&haystack, &needle, from, direction)));
        }
    }

    /// Answers the last comparison that was wanted, as the runtime would.
    pub fn compare(&mut self) {
        let at = self.wanted.iter().rposition(|e| matches!(e, Effect::Compare { .. })).expect("nothing is compared");
        if let Effect::Compare { id, left, right, ignore_volatile } = self.wanted.remove(at) {
            self.event(Event::Compared(id, Arc::new(compared(&left, &right, ignore_volatile))));
        }
    }

    /// Answers the last filter that was wanted, as the runtime would.
    pub fn filter(&mut self) {
        let at = self.wanted.iter().rposition(|e| matches!(e, Effect::Filter { .. })).expect("nothing is filtered");
        if let Effect::Filter { id, over: Filterable::Document(document), program } = self.wanted.remove(at) {
            self.event(Event::Filtered(id, Box::new(filtered(&document, &program))));
        }
    }

    /// The body that is shown, as text.
    pub fn body(&self) -> String {
        let exchange = self.shown().exchange().unwrap();
        String::from_utf8_lossy(exchange.body.json().expect("no JSON").bytes()).into_owned()
    }

    /// Puts the cursor of the tree view on the value of this member of the root.
    pub fn go_to(&mut self, name: &str) {
        let height = 20;
        let page = self.state.rest.pages.current.as_mut().unwrap();
        let exchange = page.exchange().unwrap().clone();
        let document = exchange.body.json().unwrap();
        let node = document.get(document.root().unwrap(), name).unwrap_or_else(|| panic!("no member {name}"));
        page.look.go_to(document, node, height);
    }

    /// What is under the cursor, as text.
    pub fn under(&self) -> String {
        let page = self.shown();
        let exchange = page.exchange().unwrap();
        let (document, node) = page.look.node(exchange).expect("the cursor is on nothing");
        document.path(node)
    }

    /// Whether the answer pane waits for something.
    pub fn page_waits(&self) -> bool {
        self.sent.iter().any(|(_, ask)| ask.owner == Owner::Page)
    }

    /// The addresses that wait for an answer.
    pub fn waits_for(&self) -> Vec<&str> {
        self.sent.iter().map(|(_, ask)| ask.request.address.as_str()).collect()
    }
}

/// What an org answers to an address.
pub fn canned(address: &str) -> &'static str {
    match address {
        a if a.contains("IdURL") => IDENTITY,
        a if a.contains("FROM Organization") => ORG,
        a if a.contains("FROM PermissionSetAssignment") => SETS,
        a if a.contains("FROM User ") => PERSON,
        a if a.ends_with("/sobjects") || a == "sobjects" => SOBJECTS,
        a if a.ends_with("/v67.0/") || a.ends_with("/v67.0") => RESOURCES,
        _ => LINKS,
    }
}
