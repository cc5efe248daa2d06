//! The whole way against the demo org: real logins, real answers, its bad days.

use crate::support::client;
use orgdeck::demo::{Demo, Fault, Options, start};
use orgdeck::org::{
    Ask, Identity, Limits, ORG_QUERY, Org, OrgCard, PermissionSet, Person, ResourceKind, expand, permission_sets_query,
    person_query, roots,
};
use orgdeck::profile::{App, Kind, Passphrase, Profile, Tokens, User, VersionChoice};
use orgdeck::request::{Exchange, Failure, FailureKind, Request};
use std::ops::ControlFlow;
use std::sync::Arc;

/// The demo and a client. Profiles are made from its card.
struct Stage {
    demo: Demo,
    org: Org,
    _folder: tempfile::TempDir,
}

impl Stage {
    async fn new() -> Self {
        Self::with(Options::default()).await
    }

    async fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let demo = start(options, folder.path()).await.unwrap();
        Self { demo, org: client(Limits { spool_dir: folder.path().to_owned(), ..Limits::default() }), _folder: folder }
    }

    fn profile(&self, org: usize, alias: &str) -> Profile {
        let card = &self.demo.card().orgs[org];
        let named = card.users.iter().find(|user| user.alias == alias).unwrap();
        let user = User { username: named.username.clone(), alias: Some(alias.to_owned()) };
        let app = App {
            name: card.name.clone(),
            client_id: card.client_id.clone(),
            private_key: card.private_key.clone(),
            certificate: None,
            passphrase: Passphrase::Ask,
            login_url: card.login_url.parse().unwrap(),
            audience: None,
            version: VersionChoice::Newest,
            kind: Kind::Demo,
            read_only: false,
            tokens: Tokens::Memory,
            users: vec![user.clone()],
            variables: indexmap::IndexMap::new(),
        };
        Profile { app: Arc::new(app), user }
    }

    async fn get(&self, profile: &Profile, address: &str) -> Result<Exchange, Failure> {
        self.org.ask(Ask::new(profile.clone(), Request::get(address))).await
    }
}

#[tokio::test]
async fn an_org_by_the_names_of_real_ones() {
    let stage = Stage::with(Options { hosts: true, ..Options::default() }).await;
    for (n, name) in [(0, "acme"), (1, "acme--uat.sandbox")] {
        let admin = stage.profile(n, "admin");
        let exchange = stage.get(&admin, "{{IdURL}}").await.unwrap();
        assert_eq!((exchange.status, exchange.trouble.as_ref()), (200, None));
        let text = String::from_utf8(exchange.body.json().unwrap().bytes().to_vec()).unwrap();
        assert!(text.contains(&format!("\"custom_domain\":\"http://{name}.my.salesforce.com.localhost:")), "{text}");
        assert_eq!(stage.get(&admin, "limits").await.unwrap().status, 200);
    }
}

#[tokio::test]
async fn who_am_i_in_both_orgs() {
    let stage = Stage::new().await;
    for (n, hop) in [(0, true), (1, false)] {
        let admin = stage.profile(n, "admin");
        let exchange = stage.get(&admin, "{{IdURL}}").await.unwrap();
        assert_eq!((exchange.status, exchange.trouble.as_ref()), (200, None));
        assert_eq!(exchange.notes.iter().any(|note| note.contains("own instance")), hop, "{:?}", exchange.notes);
        let who = Identity::parse(exchange.body.json().unwrap()).unwrap();
        assert_eq!((who.username.as_str(), who.active), (admin.user.username.as_str(), Some(true)));
        assert!(who.urls.iter().any(|(name, url)| name == "urls.rest" && url.contains("{version}")));

        let card = stage.get(&admin, ORG_QUERY).await.unwrap();
        let card = OrgCard::parse(card.body.json().unwrap()).unwrap();
        assert_eq!(card.is_sandbox, Some(n == 1));
        let person = stage.get(&admin, &person_query(&who.user_id)).await.unwrap();
        assert!(!Person::parse(person.body.json().unwrap()).unwrap().profile.is_empty());
        let sets = stage.get(&admin, &permission_sets_query(&who.user_id)).await.unwrap();
        assert_eq!(sets.trouble, None);
        PermissionSet::parse(sets.body.json().unwrap()).unwrap();
    }
}

#[tokio::test]
async fn the_tree_leads_from_the_roots_to_a_describe() {
    let stage = Stage::new().await;
    let admin = stage.profile(0, "admin");
    let version = stage.org.version(&admin).await.unwrap();
    let roots = roots(&version);
    for root in &roots {
        let exchange = stage.get(&admin, &root.address).await.unwrap();
        assert_eq!(exchange.trouble, None, "{root:?}");
    }
    let mut node = roots.into_iter().find(|node| node.kind == ResourceKind::Version).unwrap();
    for label in ["sobjects", "Account", "describe"] {
        let exchange = stage.get(&admin, &node.address).await.unwrap();
        let below = expand(&node, exchange.body.json().unwrap());
        node = below.into_iter().find(|node| node.label == label).unwrap_or_else(|| panic!("{label}"));
    }
    let describe = stage.get(&admin, &node.address).await.unwrap();
    assert!(describe.body.json().unwrap().lookup(".fields[0].name").is_some());
}

#[tokio::test]
async fn all_pages_of_a_query_and_only_as_many_as_are_wanted() {
    let stage = Stage::new().await;
    let admin = stage.profile(0, "admin");
    let query = |soql: &str| Ask::new(admin.clone(), Request::get(soql));
    let mut total = None;
    let (mut rows, mut pages) = (0, 0);
    stage
        .org
        .pages(query("SELECT Id FROM Contact"), false, |page| {
            let root = page.root().unwrap();
            total = Some(page.text(page.get(root, "totalSize").unwrap()).parse::<usize>().unwrap());
            rows += page.child_count(page.get(root, "records").unwrap());
            pages += 1;
            ControlFlow::Continue(())
        })
        .await
        .unwrap();
    assert_eq!(Some(rows), total);
    let mut first = 0;
    stage
        .org
        .pages(query("SELECT Id FROM Contact"), false, |_| {
            first += 1;
            ControlFlow::Break(())
        })
        .await
        .unwrap();
    assert_eq!(first, 1);
    let failure =
        stage.org.pages(query("SELECT Nme FROM Contact"), false, |_| ControlFlow::Continue(())).await.unwrap_err();
    assert!(failure.title.contains("INVALID_FIELD") && failure.detail.contains("Row:1"), "{failure:?}");
}

#[tokio::test]
async fn users_of_other_fates() {
    let stage = Stage::new().await;
    for alias in ["gone", "new"] {
        let failure = stage.get(&stage.profile(0, alias), "limits").await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Login, "{failure:?}");
        assert!(!failure.detail.is_empty() && !failure.hint.is_empty(), "{failure:?}");
    }
    assert_eq!(stage.get(&stage.profile(0, "sales"), "limits").await.unwrap().status, 200);
}

#[tokio::test]
async fn a_bad_day_ends_in_a_message_and_nothing_is_lost() {
    let stage = Stage::new().await;
    let admin = stage.profile(0, "admin");
    stage.get(&admin, "limits").await.unwrap();
    for (fault, word) in [
        (Fault::Unavailable, "SERVER_UNAVAILABLE"),
        (Fault::LimitExceeded, "REQUEST_LIMIT_EXCEEDED"),
        (Fault::ApiDisabled, "API_DISABLED_FOR_ORG"),
        (Fault::BrokenJson, "broken JSON"),
        (Fault::HtmlPage, "503"),
    ] {
        stage.demo.set_fault(Some(fault));
        let exchange = stage.get(&admin, "sobjects").await.unwrap();
        let trouble = exchange.trouble.unwrap_or_else(|| panic!("{fault}"));
        assert!(trouble.title.contains(word), "{fault}: {trouble:?}");
        assert!(!trouble.hint.is_empty() && !exchange.body.is_empty(), "{fault}");
    }
    stage.demo.set_fault(Some(Fault::Cut));
    let exchange = stage.get(&admin, "sobjects").await.unwrap();
    assert!(exchange.cut.is_some() && !exchange.body.is_empty());
    stage.demo.set_fault(None);
    stage.demo.expire_all();
    let exchange = stage.get(&admin, "limits").await.unwrap();
    assert_eq!((exchange.status, exchange.notes.iter().any(|note| note.contains("renewed"))), (200, true));
    let retired = stage.get(&admin, "v20.0/limits").await.unwrap();
    assert!(retired.trouble.unwrap().hint.iter().any(|line| line.contains("v67.0")));
}

#[tokio::test]
async fn a_session_that_ended_is_renewed_on_the_far_side_of_the_identity_s_redirect() {
    let stage = Stage::new().await;
    let admin = stage.profile(0, "admin");
    stage.get(&admin, "limits").await.unwrap();
    stage.demo.expire_all();
    let exchange = stage.get(&admin, "{{IdURL}}").await.unwrap();
    assert_eq!((exchange.status, exchange.trouble.as_ref()), (200, None));
    for word in ["renewed", "own instance"] {
        assert!(exchange.notes.iter().any(|note| note.contains(word)), "{:?}", exchange.notes);
    }
}

#[tokio::test]
async fn a_query_too_long_for_an_address_finds_the_same_rows() {
    let stage = Stage::new().await;
    let admin = stage.profile(0, "admin");
    let names = "'nobody at all',".repeat(1_500);
    let long = format!("SELECT Id FROM Account WHERE Name NOT IN ({names}'x') ORDER BY Id LIMIT 3");
    let exchange = stage.get(&admin, &long).await.unwrap();
    assert_eq!((exchange.status, exchange.trouble.as_ref()), (200, None));
    let short = stage.get(&admin, "SELECT Id FROM Account ORDER BY Id LIMIT 3").await.unwrap();
    assert_eq!(exchange.body.json().unwrap().bytes(), short.body.json().unwrap().bytes());
    let plain = stage.get(&admin, &format!("query?q={long}")).await.unwrap();
    assert_eq!(plain.status, 414, "and that way it would not have come through");
}

#[tokio::test]
async fn login_faults_are_told() {
    for (fault, word) in [
        (Fault::LoginRate, "LOGIN_RATE_EXCEEDED"),
        (Fault::LoginIp, "ip restricted"),
        (Fault::InactiveOrg, "inactive organization"),
    ] {
        let stage = Stage::new().await;
        stage.demo.set_fault(Some(fault));
        let failure = stage.get(&stage.profile(0, "admin"), "limits").await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Login);
        assert!(format!("{} {}", failure.title, failure.detail).contains(word), "{fault}: {failure:?}");
    }
}
