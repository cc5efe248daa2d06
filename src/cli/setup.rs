//! `setup`: the guided set-up as questions on stderr and answers from stdin. Every question has an option, so that it runs
//! unattended as well; the machine and its words are those of the screen.
//!
//! stdout gets who can log in at the end, and nothing else. A passphrase is an answer on a terminal without echo, a line of
//! stdin, or the value of a variable; never an option.

use super::Exit;
use super::args::Args;
use super::client::{Tokio, paths};
use super::output::{Out, complain, fail};
use super::passphrase::{self, Typed};
use super::setup_options::{Given, SetupArgs};
use super::signals::Ending;
use crate::org::Org;
use crate::profile::ProfileId;
use crate::runtime::setup as jobs;
use crate::setup::{Job, Outcome, Page, Setup, Step, Work, page_to_open};
use crate::view::wrap;
use serde_json::json;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Asks until somebody can log in, or nobody answers any more.
pub(super) fn run(args: &Args, asked: &SetupArgs) -> Exit {
    let config = match paths(args) {
        Ok(paths) => paths.config,
        Err(exit) => return exit,
    };
    if asked.anew || asked.give_up {
        jobs::forget(&config);
    }
    if asked.give_up {
        complain("The set-up that was under way is forgotten; its key and profile, if there are any, stay");
        return Exit::Fine;
    }
    let (mut setup, told) = jobs::begin(&config);
    if let Some(told) = told {
        complain(&told);
        complain("  → orgdeck setup --anew begins anew");
    }
    if io::stdin().is_terminal() {
        complain(
            "Enter takes what stands first, or in brackets; < goes back; ctrl-c leaves, and it goes on another time",
        );
    }
    let given = match Given::new(asked, &mut setup) {
        Ok(given) => given,
        Err(why) => {
            complain(&why);
            return Exit::Usage;
        }
    };
    let (tokio, ending) = match Tokio::start() {
        Ok(started) => started,
        Err(exit) => return exit,
    };
    let mut wizard = Wizard { setup, config, given, tokio, ending, org: None };
    match wizard.go() {
        Ok(()) => wizard.tell(args.json),
        Err(exit) => exit,
    }
}

/// What is typed on the way.
enum Line {
    /// It may be a passphrase.
    Text(Zeroizing<String>),
    Back,
    /// Nobody answers any more.
    End,
}

struct Wizard {
    setup: Setup,
    config: PathBuf,
    given: Given,
    tokio: Tokio,
    ending: Ending,
    /// Made when it is first needed.
    org: Option<Org>,
}

impl Wizard {
    fn go(&mut self) -> Result<(), Exit> {
        while self.setup.step() != Step::Done {
            let page = self.setup.page();
            let (line, option) = match self.given.take(page.step) {
                Some(text) => (Line::Text(text.into()), true),
                None if page.step == Step::Test && self.tests_by_itself() => (Line::Text(String::new().into()), false),
                None => (self.ask(&page)?, false),
            };
            match line {
                Line::Text(text) => self.answer(&text, option)?,
                Line::Back => self.setup.back(),
                Line::End if page.default.is_some() => self.answer("", false)?,
                Line::End => return Err(self.stopped(page.step)),
            }
        }
        Ok(())
    }

    /// What comes unattended is tested once.
    fn tests_by_itself(&self) -> bool {
        self.setup.tested().is_empty() && (self.given.unattended || !io::stdin().is_terminal())
    }

    fn answer(&mut self, text: &str, option: bool) -> Result<(), Exit> {
        match self.setup.answer(text) {
            Ok(job) => self.work(job)?,
            Err(why) => complain(&format!("! {why}")),
        }
        // An option that does not fit would be answered by nobody.
        match self.setup.wrong() {
            Some(_) if option => Err(Exit::Usage),
            _ => Ok(()),
        }
    }

    /// Does a job, and what has to be kept then.
    fn work(&mut self, job: Job) -> Result<(), Exit> {
        let mut next = Some(job);
        while let Some(job) = next {
            let outcome = match jobs::files(&self.config, &job) {
                Ok(Some(outcome)) => outcome,
                Ok(None) => self.test(&job)?,
                Err(why) => {
                    complain(&why);
                    return Err(Exit::Usage);
                }
            };
            if let Outcome::Made(Ok(made)) = &outcome {
                complain(&format!("Made {}\n     {}", made.key.display(), made.certificate.display()));
            }
            next = self.setup.done(outcome);
            if let Some(why) = self.setup.wrong() {
                complain(&format!("! {why}"));
            }
        }
        Ok(())
    }

    fn test(&mut self, job: &Job) -> Result<Outcome, Exit> {
        let Work::Test { app, passphrase, .. } = &job.work else { return Ok(Outcome::Nothing) };
        let org = match self.org.take() {
            Some(org) => org,
            None => self.tokio.block_on(async { jobs::org(&self.config) }).map_err(|failure| fail(&failure))?,
        };
        let tested = self.tokio.block_on(async {
            tokio::select! {
                biased;
                number = self.ending.wait() => Err(Exit::Signal(number)),
                tested = jobs::test(&org, &self.config, app, passphrase.as_ref()) => Ok(tested),
            }
        });
        self.org = Some(org);
        tested
    }

    /// Shows a question and waits for its answer.
    fn ask(&mut self, page: &Page) -> Result<Line, Exit> {
        if page.step.is_secret() && io::stdin().is_terminal() {
            // Shown when the terminal echoes no more: whoever reads it may be typing already.
            let lines: Vec<_> = shown(page).lines().map(|line| crate::view::shown(line).into_owned()).collect();
            let question = format!("{}\r\n> ", lines.join("\r\n"));
            let empty = page.step == Step::Passphrase;
            return match self.tokio.block_on(passphrase::line_of(&question, empty, &self.ending)) {
                Typed::Given(secret) => Ok(Line::Text(secret.expose().to_owned().into())),
                Typed::Nothing => Ok(Line::End),
                Typed::Signal(number) => Err(Exit::Signal(number)),
            };
        }
        complain(&shown(page));
        loop {
            let prompt = if page.typed.is_empty() { "> ".to_owned() } else { format!("[{}] > ", page.typed) };
            let mut err = io::stderr();
            // Nobody can be told that telling failed.
            let _ = write!(err, "{prompt}").and_then(|()| err.flush());
            let Some(text) = self.line()? else {
                let _ = writeln!(err);
                return Ok(Line::End);
            };
            match text.trim() {
                "<" => return Ok(Line::Back),
                "o" if page.step == Step::Salesforce => self.open(),
                "" if !page.typed.is_empty() => return Ok(Line::Text(page.typed.clone().into())),
                "" if !page.step.is_secret() => {
                    let first = page.offers.first().map(|o| o.answer.to_owned());
                    return Ok(Line::Text(first.unwrap_or_default().into()));
                }
                _ => return Ok(Line::Text(text.into())),
            }
        }
    }

    /// A line of stdin, without its end; `None` when there are no more.
    fn line(&self) -> Result<Option<String>, Exit> {
        self.tokio.block_on(async {
            let read = tokio::task::spawn_blocking(|| {
                let mut line = String::new();
                io::stdin().lock().read_line(&mut line).map(|read| (read > 0).then_some(line))
            });
            tokio::select! {
                biased;
                number = self.ending.wait() => Err(Exit::Signal(number)),
                line = read => match line {
                    Ok(Ok(line)) => Ok(line.map(|line| line.trim_end_matches(['\n', '\r']).to_owned())),
                    _ => Ok(None),
                },
            }
        })
    }

    fn open(&self) {
        if let Some(Ok(told) | Err(told)) = page_to_open(self.setup.answers()).map(|url| jobs::open(&url)) {
            complain(&told);
        }
    }

    /// Nobody answers: what is missing, and what would answer it.
    fn stopped(&self, step: Step) -> Exit {
        let option = super::setup_options::option(step);
        match option.is_empty() {
            true => complain(&format!("Stopped at: {}", step.title())),
            false => complain(&format!("Stopped at: {}; {option} answers it", step.title())),
        }
        complain("  → orgdeck setup goes on from here");
        let refused = self.setup.tested().iter().any(|one| one.result.is_err());
        if step == Step::Test && refused { Exit::Login } else { Exit::Usage }
    }

    /// Who can log in.
    fn tell(&self, as_json: bool) -> Exit {
        complain(&shown(&self.setup.page()));
        let app = self.setup.answers().name.clone().unwrap_or_default();
        let mut out = Out::new();
        let fine = self.setup.tested().iter().filter_map(|one| Some((&one.username, one.result.as_ref().ok()?)));
        let id = |username: &String| ProfileId { app: app.clone(), username: username.clone() }.to_string();
        let printed = if as_json {
            let list: Vec<_> = fine.map(|(user, who)| json!({ "profile": id(user), "who": who })).collect();
            out.line(&json!(list).to_string())
        } else {
            fine.map(|(user, who)| format!("{}  {who}", id(user))).try_for_each(|line| out.line(&line))
        };
        match printed.and_then(|()| out.flush()) {
            Ok(()) if self.setup.tested().iter().all(|one| one.result.is_ok()) => Exit::Fine,
            Ok(()) => Exit::Login,
            Err(stop) => stop.exit(),
        }
    }
}

/// A question as lines of a terminal.
fn shown(page: &Page) -> String {
    const WIDEST: usize = 100;
    let room = crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns)).clamp(20, WIDEST) - 1;
    let mut lines = vec![String::new(), format!("{} of {} · {}", page.step.part(), Step::PARTS, page.step.title())];
    for words in &page.words {
        let indent = 2 + words.mark.chars().count();
        for (at, line) in wrap(&words.text, room.saturating_sub(indent)).into_iter().enumerate() {
            let before = if at == 0 { format!("  {}", words.mark) } else { " ".repeat(indent) };
            lines.push(format!("{before}{line}"));
        }
    }
    if page.step != Step::Done {
        let wide = page.offers.iter().map(|offer| offer.answer.len()).max().unwrap_or(0).max("enter".len());
        for offer in &page.offers {
            let answer = if offer.answer.is_empty() { "enter" } else { offer.answer };
            lines.push(format!("    {answer:wide$}  {}", offer.words));
        }
        if page.step == Step::Salesforce {
            lines.push(format!("    {:wide$}  opens Salesforce's set-up page in your browser", "o"));
        }
        if !page.hint.is_empty() {
            lines.push(format!("  {}", page.hint));
        }
    }
    lines.join("\n")
}
