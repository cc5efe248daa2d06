//! The whole program, seen from outside: first frame, idle memory, output and CPU, a request with its login, and 100 MB on
//! the screen. Runs the release binary in a pseudo-terminal and reads the screen with a terminal parser; Linux only.
//! Prints figures; asserts nothing. `ORGDECK_BENCH_RUNS` sets how often the short things are done.

#[path = "support/body.rs"]
mod body;
#[path = "support/figures.rs"]
mod figures;
#[path = "support/screen.rs"]
mod screen;
#[path = "support/server.rs"]
mod server;

use figures::{Series, ms, tell};
use screen::Program;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

type Error = Box<dyn std::error::Error>;

/// A part of the measuring.
type Part = fn(&Demo, usize) -> Result<(), Error>;
/// Whether the screen is as it should be.
type Shown = fn(&str) -> bool;

/// The program that is measured; `ORGDECK_BENCH_PROGRAM` names another build of it.
fn binary() -> String {
    std::env::var("ORGDECK_BENCH_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_orgdeck").to_owned())
}

/// The longest wait for anything.
pub const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> Result<(), Error> {
    let wanted = std::env::args().skip(1).find(|arg| !arg.starts_with('-')).unwrap_or_default();
    let runs = std::env::var("ORGDECK_BENCH_RUNS").ok().and_then(|n| n.parse().ok()).unwrap_or(50);
    tell(&format!("load at the beginning: {}", figures::load()));
    let demo = Demo::start()?;
    let parts: [(&str, Part); 5] =
        [("first", first_frame), ("request", request), ("check", check), ("idle", idle), ("big", big_answer)];
    for (name, part) in parts {
        if name.contains(&wanted) {
            part(&demo, runs)?;
        }
    }
    tell(&format!("load at the end: {}", figures::load()));
    Ok(())
}

/// A demo org in a process of its own.
struct Demo {
    child: Child,
    config: PathBuf,
    key: PathBuf,
}

impl Demo {
    fn start() -> Result<Self, Error> {
        Self::with(&[])
    }

    fn with(arguments: &[&str]) -> Result<Self, Error> {
        let began = Instant::now();
        let mut command = Command::new(binary());
        let mut child = command.args(["--json", "demo", "--serve"]).args(arguments).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let out = child.stdout.take().ok_or("no output")?;
        BufReader::new(out).read_line(&mut line)?;
        let card: Value = serde_json::from_str(&line)?;
        tell(&format!("demo --serve, start to ready, key making included: {} ms", ms(began.elapsed())));
        let text = |value: &Value| value.as_str().map(PathBuf::from).ok_or("the card lacks something");
        let key = text(card.pointer("/orgs/0/private_key").ok_or("no key")?)?;
        let config = text(card.get("config").ok_or("no config")?)?;
        Ok(Self { child, config, key })
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It was started here; interrupted, it removes its folder.
        let id = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        let asked = id.is_some_and(|id| rustix::process::kill_process(id, rustix::process::Signal::TERM).is_ok());
        if !asked {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// A config folder with this many profiles of one login URL.
fn config(folder: &Path, profiles: usize, login: &str, key: &Path) -> Result<(), Error> {
    let mut text = String::new();
    for number in 0..profiles {
        writeln!(
            text,
            "[apps.company-{number}]\nclient_id = \"3MVG9\"\nprivate_key = {key:?}\nlogin_url = \"{login}\"\nkind = \"sandbox\"\nusers = [{{ username = \"admin@company{number}.example\", alias = \"a{number}\" }}]\n"
        )?;
    }
    std::fs::write(folder.join("profiles.toml"), text)?;
    Ok(())
}

/// From the start of the process to its first whole frame on the terminal.
fn first_frame(demo: &Demo, runs: usize) -> Result<(), Error> {
    for profiles in [0, 1, 1_000] {
        let folder = tempfile::tempdir()?;
        if profiles > 0 {
            // A port where nobody listens: what comes after the first frame is not measured here.
            config(folder.path(), profiles, "http://127.0.0.1:9", &demo.key)?;
        }
        let mut series = Series::default();
        for _ in 0..runs {
            let mut program = Program::start(&binary(), folder.path(), &[])?;
            series
                .add(program.until("the first frame", |screen| screen.contains("orgdeck") && screen.contains("quit"))?);
            program.end();
        }
        tell(&format!("first frame, {profiles} profiles: {}", spread(&series)));
    }
    Ok(())
}

fn spread(series: &Series) -> String {
    format!("median {} ms, p95 {} ms", ms(series.percentile(50)), ms(series.percentile(95)))
}

/// `orgdeck request GET limits`, the whole process with its login.
fn request(demo: &Demo, runs: usize) -> Result<(), Error> {
    for arguments in [&["request", "GET", "limits"][..], &["--version"], &["token"]] {
        let mut series = Series::default();
        for _ in 0..runs {
            let began = Instant::now();
            let status = Command::new(binary())
                .arg("--config")
                .arg(&demo.config)
                .args(arguments)
                .stdout(Stdio::null())
                .status()?;
            series.add(began.elapsed());
            if !status.success() {
                return Err(format!("{arguments:?} ended with {status}").into());
            }
        }
        tell(&format!("orgdeck {}: {}", arguments.join(" "), spread(&series)));
    }
    Ok(())
}

/// `orgdeck profiles --check` of 50 apps whose org answers after 200 ms: for each a login, the identity, and its redirect.
fn check(_demo: &Demo, runs: usize) -> Result<(), Error> {
    let slow = Demo::with(&["--latency", "200"])?;
    let one = std::fs::read_to_string(slow.config.join("profiles.toml"))?;
    let mut all = toml::Table::new();
    let known: toml::Table = one.parse()?;
    let mut app = known.get("apps").and_then(|apps| apps.get("acme")).cloned().ok_or("no app")?;
    let users = app.get_mut("users").and_then(toml::Value::as_array_mut).ok_or("no users")?;
    users.truncate(1);
    app.as_table_mut().ok_or("no table")?.remove("default");
    let apps = (0..50).map(|number| (format!("company-{number}"), app.clone())).collect();
    all.insert("apps".to_owned(), toml::Value::Table(apps));
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("profiles.toml"), all.to_string())?;
    let mut series = Series::default();
    for _ in 0..runs.min(10) {
        let began = Instant::now();
        let mut command = Command::new(binary());
        command.arg("--config").arg(folder.path()).args(["profiles", "--check"]);
        let output = command.output()?;
        series.add(began.elapsed());
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stdout).into());
        }
    }
    tell(&format!("profiles --check of 50 orgs with 200 ms latency: {}", spread(&series)));
    Ok(())
}

/// What it holds, writes and uses while nobody touches it.
fn idle(demo: &Demo, _runs: usize) -> Result<(), Error> {
    let empty = tempfile::tempdir()?;
    let thousand = tempfile::tempdir()?;
    let server = server::Server::start(Vec::new(), None)?;
    config(thousand.path(), 1_000, server.origin(), &demo.key)?;
    let cases: [(&str, &Path, &[&str], &str); 4] = [
        ("no profile, the welcome screen", empty.path(), &[], "demo org"),
        ("logged in, the identity", &demo.config, &[], "Permission sets"),
        ("logged in, 1,000 profiles", thousand.path(), &[], "Ada Byron"),
        ("with the demo inside", empty.path(), &["demo"], "Permission sets"),
    ];
    for (name, folder, arguments, seen) in cases {
        let mut program = Program::start(&binary(), folder, arguments)?;
        program.until(name, |screen| {
            screen.contains(seen) && !screen.contains('⟳') && !screen.contains("asking the org")
        })?;
        program.read_for(Duration::from_secs(2));
        let (ticks, memory) = (program.ticks(), program.memory());
        let bytes = program.read_for(Duration::from_secs(10));
        tell(&format!(
            "idle, {name}: {memory}; in 10 s {bytes} bytes of output, {} ticks of CPU (of 1,000)",
            program.ticks().saturating_sub(ticks)
        ));
        program.end();
    }
    Ok(())
}

/// 100 MB of records on the screen.
fn big_answer(demo: &Demo, _runs: usize) -> Result<(), Error> {
    for (name, pace) in [("at once", None), ("over 2 s", Some(Duration::from_millis(20)))] {
        let folder = tempfile::tempdir()?;
        let server = server::Server::start(body::records(body::SIZE), pace)?;
        config(folder.path(), 1, server.origin(), &demo.key)?;
        let mut program = Program::start(&binary(), folder.path(), &[])?;
        program.until("the identity", |screen| screen.contains("Ada Byron") && !screen.contains('⟳'))?;
        tell(&format!("100 MB {name}: before it {}", program.memory()));
        program.keys("2a")?;
        program.until("the address bar", |screen| screen.contains("complete"))?;
        program.keys("big\x1b")?;
        program.until("the address", |screen| screen.contains("big") && !screen.contains("complete"))?;
        program.keys("r")?;
        let seen = program.until("the first rows", |screen| screen.contains("records"))?;
        tell(&format!("100 MB {name}: first rows after {} ms", ms(seen)));
        let seen = program.until("all rows", |screen| screen.contains("200 OK"))?;
        tell(&format!("100 MB {name}: all of it after {} ms more; {}", ms(seen), program.memory()));
        keys_on_big(&mut program)?;
        tell(&format!("100 MB {name}: after that {}", program.memory()));
        program.end();
    }
    Ok(())
}

/// Keys whose work is large, from the key to what they show.
fn keys_on_big(program: &mut Program) -> Result<(), Error> {
    let steps: [(&str, &str, Shown); 5] = [
        ("Z opens all", "Z", |screen| position(screen).is_some_and(|(_, of)| of > 1_000_000)),
        ("G to the end", "G", |screen| position(screen).is_some_and(|(at, of)| at == of)),
        ("g to the beginning", "g", |screen| position(screen).is_some_and(|(at, _)| at == 1)),
        ("Z folds all", "Z", |screen| position(screen).is_some_and(|(_, of)| of < 1_000)),
        ("/ opens the search", "/", |screen| screen.contains("keep")),
    ];
    for (name, keys, shown) in steps {
        program.keys(keys)?;
        tell(&format!("  {name}: {} ms", ms(program.until(name, shown)?)));
    }
    let mut series = Series::default();
    for (at, letter) in "qzxnosuchword".chars().enumerate() {
        program.keys(&letter.to_string())?;
        let typed: String = "qzxnosuchword".chars().take(at + 1).collect();
        let took = program.until("no match", |screen| {
            screen.contains(&format!(" / {typed} "))
                && (screen.contains("no match") || screen.contains(" of "))
                && !screen.contains("searching")
        })?;
        if at >= 2 {
            series.add(took);
        }
    }
    tell(&format!("  a search that misses, as it is typed: {}, longest {} ms", spread(&series), ms(series.longest())));
    Ok(())
}

/// `1 of 17` at the bottom of the answer.
fn position(screen: &str) -> Option<(u64, u64)> {
    let (before, after) = screen.rsplit_once(" of ")?;
    let number = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok();
    let at = before.rsplit(' ').next().and_then(number)?;
    let of = after.split(' ').next().and_then(number)?;
    Some((at, of))
}
