//! The rules as data. Whoever wants another rule changes it here, and says why.

/// A layer and what it may import of ours.
pub struct Layer {
    pub folder: &'static str,
    pub may_import: &'static [&'static str],
}

const fn layer(folder: &'static str, may_import: &'static [&'static str]) -> Layer {
    Layer { folder, may_import }
}

/// What the screen may know of the layers under it: their plain data. See [`NOT_PLAIN`].
/// `wire` is among them for `Phase`: where a request stands is what the screen shows.
const SCREEN: &[&str] = &["secret", "profile", "auth", "request", "org", "store", "setup", "json", "soql", "wire"];

/// The house, lowest floor first.
pub const LAYERS: &[Layer] = &[
    layer("json", &[]),
    layer("soql", &[]),
    layer("secret", &[]),
    layer("profile", &["secret"]),
    layer("request", &["json", "profile", "secret"]),
    layer("wire", &["secret"]),
    layer("auth", &["profile", "secret", "wire"]),
    layer("org", &["profile", "auth", "request", "json", "secret", "wire"]),
    layer("store", &["request", "profile", "json", "secret"]),
    // The article's server logs in and hands the answer on. Where it forwards, it sends bytes as they came, without the
    // client's templates and memory, under the guard and the rules of org.
    layer("serve", &["auth", "org", "profile", "secret", "wire"]),
    // The machine of a set-up: profiles and login errors as data in, steps and words out. The screen and the command line both
    // drive it, so it stands beneath them; files and logins are the runtime's.
    layer("setup", &["auth", "profile", "secret"]),
    layer("demo", &["soql", "secret"]),
    layer("app", SCREEN),
    // Drawing shares the data of `app` and the same plain data under it.
    layer("view", &["app", "secret", "profile", "auth", "request", "org", "store", "setup", "json", "soql", "wire"]),
    // The demo is handed to the runtime as a starter, so that nothing of the screen knows it.
    layer(
        "runtime",
        &["app", "view", "org", "auth", "wire", "request", "profile", "secret", "json", "soql", "store", "setup"],
    ),
    // Everything.
    layer(
        "cli",
        &[
            "json", "soql", "secret", "profile", "request", "wire", "auth", "org", "store", "serve", "setup", "demo",
            "app", "view", "runtime",
        ],
    ),
];

/// What the screen may not name of the layers it may import: what asks, waits, or touches files.
pub const NOT_PLAIN: &[(&str, &[&str])] = &[
    ("org", &["Org", "Ask", "Blocking", "Limits", "Preview", "wire_settings", "examine", "Patient"]),
    ("auth", &["Sessions", "log_in", "make_key", "PrivateKey", "Certificate", "Clock", "Renewal", "Vault", "Blocking"]),
    ("wire", &["Client", "Outgoing", "Incoming", "Body", "Part", "Settings"]),
    (
        "profile",
        &[
            "load",
            "load_settings",
            "load_themes",
            "edit",
            "make_folder",
            "replace_file",
            "replace_held",
            "update_file",
            "write_template",
            "Paths",
        ],
    ),
    ("store", &["Store", "Trusted", "trust", "collection", "shelf", "exchange", "read_tabs", "write_tabs", "history"]),
];

/// A word that only some folders may use, and why those.
pub struct Only {
    pub word: &'static str,
    pub folders: &'static [&'static str],
    pub why: &'static str,
}

const fn only(word: &'static str, folders: &'static [&'static str], why: &'static str) -> Only {
    Only { word, folders, why }
}

/// Who may wait, read the clock, or look at the environment.
pub const WAITING: &[Only] = &[
    only("tokio::spawn", &["demo", "cli", "runtime"], "who spawns has to stop what it spawned"),
    only("spawn_blocking", &["demo", "cli", "runtime"], "who spawns has to stop what it spawned"),
    only("thread::spawn", &["demo", "cli", "runtime"], "who spawns has to stop what it spawned"),
    // A server waits for heads that do not come, and no longer.
    only("sleep(", &["serve", "demo", "cli", "runtime"], "nothing waits for time that nobody asked to wait"),
    only("Timestamp::now", &["demo", "cli", "runtime"], "all else is given the time, so that tests give it"),
    only("Zoned::now", &["demo", "cli", "runtime"], "all else is given the time, so that tests give it"),
    only("SystemTime::now", &["demo", "cli", "runtime"], "all else is given the time, so that tests give it"),
    // How long a part took is measured where the bytes pass; it decides nothing but the idle limit.
    only("Instant::now", &["demo", "cli", "runtime", "wire"], "all else is given the time, so that tests give it"),
    // auth reads the variable that a profile names for a passphrase, profile the folder of its files,
    // org the folder for bodies that are too big for memory.
    only(
        "env::",
        &["auth", "profile", "org", "demo", "cli", "runtime"],
        "what a program does must not hang on hidden settings",
    ),
    // auth runs the command that a profile names for a passphrase.
    only("process::", &["auth", "cli", "runtime"], "other programs are started where the user said so"),
];

/// Who may speak: stdout is data, stderr is talk, and both belong to the command line.
pub const PRINTING: &[Only] = &[
    only("println!", &["cli"], "the screen is the runtime's"),
    only("print!", &["cli"], "the screen is the runtime's"),
    only("eprintln!", &["cli"], "the screen is the runtime's"),
    only("eprint!", &["cli"], "the screen is the runtime's"),
];

/// Which libraries belong to whom.
pub const LIBRARIES: &[Only] = &[
    only("reqwest", &["wire"], "one way out for every byte"),
    // The command line asks for a passphrase without showing it; the screen is not up then.
    only("crossterm", &["runtime", "cli"], "one owner of the terminal"),
    only("ratatui", &["view", "runtime"], "the state knows nothing of drawing"),
    // The buffers of text being edited are state; the widget is drawn by the view.
    only("ratatui_textarea", &["app", "view"], "the state knows nothing of drawing"),
    only("axum", &["demo", "serve"], "these two are servers"),
    only("rusqlite", &["demo", "store"], "the demo's records, and what is kept"),
    only("png", &["runtime"], "pictures are decoded off the screen's thread"),
    only("gif", &["runtime"], "pictures are decoded off the screen's thread"),
    only("zune_jpeg", &["runtime"], "pictures are decoded off the screen's thread"),
    only("clap", &["cli"], "arguments are the command line's"),
    only("anyhow", &["cli"], "a layer has an error of its own"),
    // Profiles and settings are one folder's, the text of a saved request the other's.
    only("toml_edit", &["profile", "request"], "who writes the user's files keeps their comments"),
    only("jsonwebtoken", &["auth", "demo"], "one maker of assertions, and the demo that reads them"),
    only("tokio", &["wire", "auth", "org", "serve", "demo", "runtime", "cli"], "what is pure does not wait"),
];

/// What stands nowhere.
pub const NOWHERE: &[(&str, &str)] = &[
    ("#[allow(", "an exception is #[expect(lint, reason = …)]"),
    ("#![allow(", "an exception is #[expect(lint, reason = …)]"),
    ("#[ignore", "a test that does not run proves nothing"),
    ("todo!(", "what is not there is not there"),
    ("unimplemented!(", "what is not there is not there"),
    ("dbg!(", "stderr is talk, for the user"),
    ("unsafe ", "it is forbidden"),
];
