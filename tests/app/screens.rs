//! Snapshots of every screen, and sizes that leave hardly any room.

use super::support::{Bench, LINKS, SOBJECTS, accounts, asks_first, exchange, failure, json, profiles};
use orgdeck::app::Event;
use orgdeck::profile::{Problem, Profiles, Severity};
use orgdeck::request::{AnswerBody, Failure, FailureKind};
use orgdeck::view::{self, Theme};
use orgdeck::wire::Phase;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use unicode_width::UnicodeWidthStr;

/// What is on the screen, its last blanks left out.
pub fn screen(bench: &Bench, (width, height): (u16, u16)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view::draw(&bench.state, &Theme::dark(), frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let lines = (0..height).map(|y| {
        // What a wide character covers is not written again.
        let (mut line, mut x) = (String::new(), 0);
        while x < width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += u16::try_from(symbol.width().max(1)).unwrap();
        }
        line.trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Snapshots of one scene in both sizes, and no panic in the others.
pub fn snap(name: &str, scene: impl Fn(&mut Bench), start: impl Fn((u16, u16)) -> Bench) {
    for size in [(80, 24), (120, 40)] {
        let mut bench = start(size);
        scene(&mut bench);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), screen(&bench, size)));
    }
    for size in [(1, 1), (2, 1), (1, 2), (20, 5), (21, 8), (40, 10), (64, 9), (300, 100)] {
        let mut bench = start(size);
        scene(&mut bench);
        let _ = screen(&bench, size);
        // A terminal may have shrunk since the state was measured.
        let _ = screen(&bench, (7, 3));
    }
}

fn fresh(size: (u16, u16)) -> Bench {
    Bench::with(profiles(), size)
}

fn whole(size: (u16, u16)) -> Bench {
    let mut bench = fresh(size);
    bench.log_in();
    bench.answer_all();
    bench
}

fn rest(size: (u16, u16)) -> Bench {
    Bench::rest_of(size)
}

#[test]
fn identity() {
    snap("identity_loading", |_| {}, fresh);
    snap("identity", |b| b.keys("down down"), whole);
    snap("identity_right_column", |b| b.keys("right down end"), whole);
    let failed = |b: &mut Bench| {
        let (id, _) = b.sent[0].clone();
        let failure = Failure {
            title: "Salesforce refused the login of acme/admin@acme.example".to_owned(),
            detail: "invalid_grant: user hasn't approved this consumer".to_owned(),
            hint: vec![
                "in Setup, External Client App Manager, open the app's policies and set Permitted Users to \"Admin approved users are pre-authorized\"".to_owned(),
                "then add the profile or a permission set of admin@acme.example to the app".to_owned(),
            ],
            facts: vec![("audience".to_owned(), "https://login.salesforce.com".to_owned()), ("subject".to_owned(), "admin@acme.example".to_owned())],
            kind: FailureKind::Login,
        };
        b.answer(id, Err(failure));
    };
    snap("identity_login_failed", failed, fresh);
}

#[test]
fn rest_without_an_answer() {
    snap("rest_empty", |_| {}, rest);
    let running = |b: &mut Bench| {
        b.keys("a");
        b.typed("limits");
        b.keys("enter");
        let (id, _) = b.page_ask();
        b.event(Event::Progressed(id, Phase::Receiving { received: 1_234_567, total: Some(5_000_000) }));
    };
    snap("rest_running", running, rest);
    let completing = |b: &mut Bench| {
        b.keys("a");
        b.typed("comp");
        b.keys("down");
    };
    snap("rest_completion", completing, rest);
    let params = |b: &mut Bench| {
        b.keys("a");
        b.typed("sobjects/Account/{{regoin}}");
        b.keys("esc esc p");
        b.typed("fields=Id,Name");
        b.keys("enter");
        b.typed("# off=1");
    };
    snap("rest_params", params, rest);
}

fn asked(address: &'static str, status: u16, text: String) -> impl Fn(&mut Bench) {
    move |b: &mut Bench| b.ask(address, status, &text)
}

fn then(scene: impl Fn(&mut Bench), keys: &'static str) -> impl Fn(&mut Bench) {
    move |b: &mut Bench| {
        scene(b);
        b.keys(keys);
    }
}

#[test]
fn views_of_an_answer() {
    snap("rest_tree", then(asked("sobjects", 200, SOBJECTS.to_owned()), "down down down down left"), rest);
    snap("rest_links", then(asked("limits", 200, LINKS.to_owned()), "down"), rest);
    let query = || {
        asked(
            "SELECT Id, Name, Employees FROM Account",
            200,
            accounts(0, 60, 48_210, Some("/services/data/v67.0/query/01g-60")),
        )
    };
    snap("rest_table", then(query(), "right right s down down"), rest);
    snap("rest_raw", then(query(), "v"), rest);
    snap("rest_headers", then(query(), "v v"), rest);
    snap("rest_timing", then(query(), "v v v"), rest);
    let searching = |b: &mut Bench| {
        b.ask("limits", 200, &accounts(0, 60, 60, None));
        b.keys("/");
        b.typed("account 12");
        b.find();
    };
    snap("rest_search", searching, rest);
}

#[test]
fn answers_that_are_errors() {
    let error = r#"[{"message":"\nSELECT Nmae FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column 'Nmae' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.","errorCode":"INVALID_FIELD"}]"#;
    snap("rest_error", asked("SELECT Nmae FROM Account", 400, error.to_owned()), rest);
    let down = |b: &mut Bench| {
        b.keys("a");
        b.typed("limits");
        b.keys("enter");
        let (id, ask) = b.page_ask();
        let page = "<html>\n<head><title>We are down for maintenance</title></head>\n<body>\n<h1>We are down for maintenance</h1>\n<p>Sorry for the inconvenience.</p>\n</body>\n</html>\n";
        b.answer(id, Ok(exchange(&ask.profile.id(), 503, "text/html", AnswerBody::Text(page.into()))));
    };
    snap("rest_503", down, rest);
    let nothing = |b: &mut Bench| {
        b.keys("a");
        b.typed("limits");
        b.keys("enter");
        let (id, _) = b.page_ask();
        let failure = Failure {
            title: "acme.my.salesforce.com cannot be reached".to_owned(),
            detail: "connection refused".to_owned(),
            hint: vec!["check the network, a VPN or proxy, and that the login URL is right".to_owned()],
            kind: FailureKind::Network,
            ..Failure::default()
        };
        b.answer(id, Err(failure));
    };
    snap("rest_no_answer", nothing, rest);
    snap(
        "rest_broken_json",
        asked("limits", 200, r#"{"DailyApiRequests":{"Max":15000,"Remaining":tru"#.to_owned()),
        rest,
    );
    let switched = |b: &mut Bench| {
        b.ask("limits", 200, LINKS);
        b.switch_to("dev");
        b.log_in();
        b.answer_all();
    };
    snap("rest_answer_of_another", switched, rest);
}

#[test]
fn strange_characters() {
    let text = r#"{"wide":"日本語のテキスト","emoji":"👩‍🚀 family 👨‍👩‍👧‍👦","rtl":"שלום עולם","controls":"a\u001b[31mred\u0007\u202eevil\u009b2J\tx\ny","combining":"e\u0301a\u0308","日本":{"キー":"値"},"long":"LONG"}"#;
    let text = text.replace("LONG", &"long ".repeat(80));
    snap("rest_strange", asked("limits", 200, text), rest);
    let records = r#"{"totalSize":2,"done":true,"records":[{"Id":"1","名前":"日本語の名前です","Note":"a\u001b[2J\u202eb"},{"Id":"2","名前":"שלום","Note":"👩‍🚀"}]}"#;
    snap("rest_strange_table", asked("SELECT Id FROM Account", 200, records.to_owned()), rest);
}

#[test]
fn other_rooms() {
    let history = |b: &mut Bench| {
        b.ask("limits", 200, LINKS);
        b.ask(
            "sobjects/Account/nope",
            404,
            r#"[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]"#,
        );
        b.keys("3 down");
    };
    snap("history", history, rest);
    let variables = |b: &mut Bench| {
        b.keys("4 n");
        b.typed("region=mars");
        b.keys("enter");
    };
    snap("variables", variables, rest);
    snap("variables_line", then(variables, "e end"), rest);
}

#[test]
fn dialogues() {
    snap("help_identity", |b| b.keys("?"), whole);
    snap("help_rest", then(asked("limits", 200, LINKS.to_owned()), "?"), rest);
    let switcher = |b: &mut Bench| {
        b.keys("ctrl-o");
        b.typed("acme");
    };
    snap("switcher", switcher, whole);
    snap("palette", |b| b.keys("ctrl-p"), rest);
    let narrowed = |b: &mut Bench| {
        b.event(super::palette::settings(&["always switch f9"], "dusk"));
        b.keys("ctrl-p");
        b.typed("the");
    };
    snap("palette_typed", narrowed, rest);
    let write = |b: &mut Bench| {
        b.keys("a");
        b.typed("DELETE sobjects/Account/0018d00000abc12AAA");
        b.keys("enter");
        let (id, ask) = b.page_ask();
        b.answer(id, Err(asks_first(&ask)));
    };
    snap("write", write, rest);
    let browser = |b: &mut Bench| {
        b.ask("limits", 200, LINKS);
        b.go_to("site");
        b.keys("enter");
    };
    snap("browser", browser, rest);
    snap("copy_menu", then(asked("limits", 200, LINKS.to_owned()), "c"), rest);
    snap("copy_secret", |b| b.keys("4 down down down Y"), rest);
    let passphrase = |b: &mut Bench| {
        let (id, _) = b.sent[0].clone();
        b.answer(
            id,
            Err(failure(
                "the private key /keys/key.pem is encrypted and needs its passphrase",
                FailureKind::Passphrase { wrong: false },
            )),
        );
        b.typed("secret");
    };
    snap("passphrase", passphrase, fresh);
    let wrong = |b: &mut Bench| {
        let (id, _) = b.sent[0].clone();
        b.answer(
            id,
            Err(failure(
                "the private key /keys/key.pem is encrypted and needs its passphrase",
                FailureKind::Passphrase { wrong: true },
            )),
        );
    };
    snap("passphrase_wrong", wrong, fresh);
}

fn mistaken() -> Profiles {
    let problem = |line, severity, what: &str, cure: &str| Problem {
        file: "/home/ada/.config/orgdeck/profiles.toml".into(),
        line,
        column: usize::from(line > 0),
        severity,
        app: None,
        what: what.to_owned(),
        cure: cure.to_owned(),
    };
    let problems = vec![
        problem(3, Severity::Error, "private_key: /keys/acme.key does not exist", "write where the PEM file is"),
        problem(9, Severity::Warning, "the key \"usres\" is not known", "did you mean \"users\"?"),
    ];
    Profiles { file: "/home/ada/.config/orgdeck/profiles.toml".into(), exists: true, problems, ..Profiles::default() }
}

#[test]
fn before_there_is_anybody() {
    let none = |size| {
        Bench::with(Profiles { file: "/home/ada/.config/orgdeck/profiles.toml".into(), ..Profiles::default() }, size)
    };
    snap("welcome", |_| {}, none);
    snap("welcome_demo", |b| b.event(Event::DemoStarting), none);
    snap("problems", |_| {}, |size| Bench::with(mistaken(), size));
    snap("welcome_problems", |b| b.keys("esc"), |size| Bench::with(mistaken(), size));
}

#[test]
fn a_first_answer_of_a_production_org_is_marked_as_one() {
    let mut bench = whole((120, 40));
    let drawn = screen(&bench, (120, 40));
    assert!(drawn.contains("PRODUCTION") && drawn.contains("read-only"));
    // The org's own word is stricter than the profile's.
    bench.switch_to("dev");
    bench.log_in();
    assert!(screen(&bench, (120, 40)).contains("SANDBOX"));
    let (id, ask) = bench.sent.iter().find(|(_, a)| a.request.address.contains("FROM Organization")).cloned().unwrap();
    bench.answer(id, Ok(json(&ask.profile.id(), 200, super::support::ORG)));
    assert!(screen(&bench, (120, 40)).contains("PRODUCTION"));
}

#[test]
fn the_smallest_screen_shows_whom_one_may_choose() {
    let size = (20, 5);
    let mut bench = fresh(size);
    bench.keys("ctrl-o");
    bench.typed("sally");
    let shown = screen(&bench, size);
    assert!(shown.contains("› sally") && shown.contains("acme ▸ sales"), "{shown}");
}
