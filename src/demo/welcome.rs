//! What `GET /` of each listener tells: that this is a demo, who can log in and for what, what is served, and how to make
//! it have bad days.
//!
//! Plain text here, the page in `page`; both say the same, from the same lists. They name files and usernames, never a key,
//! a token or another secret.

mod page;

use super::card::{Card, OrgCard};
use super::fault::Fault;
use super::rest::{NEWEST, RESOURCES};
use super::world::Door;
use std::fmt::Write as _;

const WHAT: &str = "A server on this machine that answers as Salesforce's REST API does. Its companies, people and
records are invented, nobody else can reach it, and everything is gone when it ends.";

/// Ways in, and what needs no org: path, and what it is for.
const DOORS: [(&str, &str); 8] = [
    ("POST /services/oauth2/token", "log in: a signed assertion (JWT bearer) for a token; what --allow named, too"),
    ("GET /services/oauth2/userinfo", "whom a token belongs to, as OpenID Connect tells it"),
    ("POST /services/oauth2/introspect", "whether a token works, and until when"),
    ("POST /services/oauth2/revoke", "end a token"),
    ("GET /id/ORG/USER", "the identity: whom a token belongs to, and where the rest is"),
    ("GET /.well-known/openid-configuration", "the addresses of all this"),
    ("POST /services/Soap/u/NN.0", "a few calls of the SOAP API; /c/NN.0 for its enterprise form"),
    ("GET /services/data", "the versions of the REST API; no token is needed"),
];

/// What the families of the REST API are for. Those that are served are in [`RESOURCES`].
const FAMILIES: [(&str, &str); 21] = [
    ("sobjects", "describes; records to read, create, change, upsert and delete"),
    ("query", "SOQL, page by page"),
    ("queryAll", "the same, with what lies in the recycle bin"),
    ("search", "SOSL"),
    ("parameterizedSearch", "search told in parameters"),
    ("graphql", "the records by GraphQL, with mutations and introspection; POST"),
    ("composite", "several requests in one: composite, batch, tree, collections, graph"),
    ("jobs", "Bulk API 2.0: queries and uploads that run by themselves"),
    ("tooling", "the tooling objects and their queries"),
    ("ui-api", "records, objects and picklists as a user interface wants them"),
    ("limits", "what is left of the org's limits; limits/recordCount counts records"),
    ("recent", "the records that were changed last"),
    ("connect", "users, their photos and feeds"),
    ("chatter", "the same by its older name"),
    ("tabs", "the tabs of the apps"),
    ("appMenu", "the apps"),
    ("theme", "icons and colours of the objects"),
    ("quickActions", "the actions above a page"),
    ("compactLayouts", "the few fields that stand for a record"),
    ("process", "rules and approvals"),
    ("actions", "what flows and apps may call"),
];

/// What is told.
pub(super) struct Welcome {
    card: Card,
    login_origin: String,
}

impl Welcome {
    pub(super) fn new(card: &Card, login_origin: &str) -> Self {
        Self { card: card.clone(), login_origin: login_origin.to_owned() }
    }

    /// Which of the listeners this is.
    fn here(&self, door: Door) -> String {
        let org = match door {
            Door::Instance(index) => self.card.orgs.get(index),
            Door::Login => None,
        };
        match org {
            Some(org) => format!("This is the {} org {}: its login and its instance.", org.kind, org.name),
            None => "This is the common login host: it knows all the orgs below.".to_owned(),
        }
    }

    /// For a terminal.
    pub(super) fn text(&self, door: Door) -> String {
        let mut out = format!("orgdeck demo org\n\n{}\n{WHAT}\n", self.here(door));
        let _ = writeln!(out, "\ncommon login host   {}", self.login_origin);
        for org in &self.card.orgs {
            let _ = writeln!(out, "\n{} ({})", org.name, org.kind);
            for (name, value) in facts(org) {
                let _ = writeln!(out, "  {name:<15}{value}");
            }
            for user in &org.users {
                let _ = writeln!(out, "  {:<8}{:<34}{}", user.alias, user.username, user.note);
            }
        }
        out.push_str("\nto log in\n");
        for (_, command) in self.commands() {
            let _ = writeln!(out, "  {command}");
        }
        for (title, rows) in self.served() {
            let _ = writeln!(out, "\n{title}");
            for (path, what) in rows {
                let _ = writeln!(out, "  {path:<34}{what}");
            }
        }
        out
    }

    /// For a browser.
    pub(super) fn page(&self, door: Door) -> String {
        page::page(self, door)
    }

    /// Ways to log in from a shell: whose, and the command.
    fn commands(&self) -> Vec<(&'static str, String)> {
        let config = shell(&self.card.config.display().to_string());
        let mut all = vec![("orgdeck", format!("orgdeck --config {config}"))];
        if let Some((org, user)) = self.card.orgs.first().and_then(|org| Some((org, org.users.first()?))) {
            let (url, key) = (&org.login_url, shell(&org.private_key.display().to_string()));
            let login = format!(
                "SF_AUDIENCE_URL={url} sf org login jwt --instance-url {url} --username {} --jwt-key-file {key} --client-id {}",
                user.username, org.client_id
            );
            all.push(("Salesforce CLI", login));
        }
        all
    }

    /// What is served: a title, and its paths with what they are for.
    fn served(&self) -> Vec<(String, Vec<(String, &'static str)>)> {
        let plain = |(path, what): &(&str, &'static str)| ((*path).to_owned(), *what);
        let known = |(name, _): &&(&str, &str)| RESOURCES.iter().any(|(_, path)| path == name);
        let fault = |(_, name, what): &(Fault, &str, &'static str)| ((*name).to_owned(), *what);
        vec![
            ("ways in".to_owned(), DOORS.iter().map(plain).collect()),
            (
                format!("below /services/data/v{NEWEST}, with a token"),
                FAMILIES.iter().filter(known).map(plain).collect(),
            ),
            ("bad days, by --fault".to_owned(), Fault::ALL.iter().map(fault).collect()),
        ]
    }
}

/// What a client must know of an org.
fn facts(org: &OrgCard) -> [(&'static str, String); 4] {
    [
        ("login URL", org.login_url.clone()),
        ("instance URL", org.instance_url.clone()),
        ("consumer key", org.client_id.clone()),
        ("private key", org.private_key.display().to_string()),
    ]
}

/// As one word of a shell.
fn shell(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-:@".contains(letter);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::card::{ControlCard, UserCard};
    use crate::secret::Secret;

    fn welcome() -> Welcome {
        let user = |alias: &str| UserCard {
            username: format!("{alias}@x.example"),
            alias: alias.into(),
            note: "sees <all> & more".into(),
            password: Some(Secret::new("hushhush")),
            security_token: Some(Secret::new("hushhush")),
        };
        let org = |name: &str, port: u16| OrgCard {
            name: name.into(),
            kind: "sandbox".into(),
            login_url: format!("http://127.0.0.1:{port}"),
            instance_url: format!("http://127.0.0.1:{port}"),
            client_id: "3MVG9x".into(),
            client_secret: Some(Secret::new("hushhush")),
            run_as: None,
            private_key: "/a folder/it's.key".into(),
            users: vec![user("a"), user("b")],
        };
        let control = ControlCard { url: "http://127.0.0.1:3/orgdeck".into(), secret: Secret::new("hushhush") };
        let card = Card { config: "/c".into(), orgs: vec![org("one", 1), org("two", 2)], control };
        Welcome::new(&card, "http://127.0.0.1:3")
    }

    #[test]
    fn every_family_that_is_served_is_told_and_told_what_it_is_for() {
        let text = welcome().text(Door::Login);
        for (_, path) in RESOURCES {
            assert!(FAMILIES.iter().any(|(name, _)| *name == path), "{path}");
            assert!(text.contains(&format!("\n  {path} ")), "{path}");
        }
        for (_, name, what) in Fault::ALL {
            assert!(text.contains(name) && text.contains(what), "{name}");
        }
    }

    #[test]
    fn each_listener_says_which_it_is() {
        let welcome = welcome();
        let said = [Door::Login, Door::Instance(0), Door::Instance(1)].map(|door| welcome.here(door));
        assert!(said[0].contains("common login host") && said[1].contains("org one") && said[2].contains("org two"));
        for (door, said) in [Door::Login, Door::Instance(0), Door::Instance(1)].into_iter().zip(said) {
            assert!(welcome.text(door).contains(&said) && welcome.page(door).contains(&said));
        }
    }

    #[test]
    fn a_command_can_be_pasted() {
        let text = welcome().text(Door::Login);
        assert!(text.contains("--jwt-key-file '/a folder/it'\\''s.key' --client-id 3MVG9x"), "{text}");
        assert!(text.contains("orgdeck --config /c\n"));
    }

    #[test]
    fn the_page_holds_what_the_text_holds_and_no_script() {
        let (text, page) = (welcome().text(Door::Login), welcome().page(Door::Login));
        for word in text.split_whitespace().filter(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            assert!(page.contains(word), "{word}");
        }
        assert!(page.contains("sees &lt;all&gt; &amp; more") && !page.contains("<all>"));
        assert!(!page.contains("hushhush") && !text.contains("hushhush"));
        assert!(!page.contains("<script") && !page.contains("://fonts"));
    }
}
