//! The machine: an answer in, a job out, and what came of it. It knows the order of the steps and what fits each of them.

use super::answers::{Answers, Person};
use super::job::{Job, Known, Outcome, Tested, Work};
use super::{Page, Step, page};
use crate::profile::{App, Passphrase, VersionChoice, login_url};
use crate::secret::Secret;

/// A set-up under way.
#[derive(Debug, Clone)]
pub struct Setup {
    pub(super) answers: Answers,
    pub(super) known: Known,
    pub(super) step: Step,
    /// Of the key; in memory alone.
    pub(super) passphrase: Option<Secret>,
    /// Typed once.
    pub(super) half: Option<Secret>,
    /// Of the last test.
    pub(super) tested: Vec<Tested>,
    /// Why the last answer was not taken.
    pub(super) wrong: Option<String>,
    /// A job is under way.
    busy: bool,
}

/// Where an answer leads.
pub(super) enum Next {
    /// To the first step that is not answered.
    On,
    /// Nowhere: the step was chosen.
    Here,
    /// To work.
    Do(Work),
}

/// An answer as it was taken, or why not.
pub(super) type Taken = Result<Next, String>;

impl Setup {
    /// A new one, or one that goes on where it was.
    pub fn new(known: Known, kept: Option<Answers>) -> Self {
        let answers = kept.unwrap_or_default();
        let mut setup = Self {
            answers,
            known,
            step: Step::Where,
            passphrase: None,
            half: None,
            tested: Vec::new(),
            wrong: None,
            busy: false,
        };
        setup.step = setup.first_open();
        setup
    }

    /// What was answered.
    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    /// Where it is.
    pub fn step(&self) -> Step {
        self.step
    }

    /// Whether a job is under way, so that no answer is taken.
    pub fn is_busy(&self) -> bool {
        self.busy
    }

    /// Why the last answer was not taken.
    pub fn wrong(&self) -> Option<&str> {
        self.wrong.as_deref()
    }

    /// What came of the last test.
    pub fn tested(&self) -> &[Tested] {
        &self.tested
    }

    /// What is asked now.
    pub fn page(&self) -> Page {
        page::of(self)
    }

    /// The passphrase lies in this variable of the environment, whose value is this.
    pub fn passphrase_from(&mut self, variable: &str, value: Secret) {
        self.answers.passphrase_env = Some(variable.to_owned());
        self.passphrase = Some(value);
    }

    /// Takes an answer; a job is to be done then, and its outcome told by [`Setup::done`].
    ///
    /// # Errors
    /// Why it is not taken. The step stays.
    pub fn answer(&mut self, text: &str) -> Result<Job, String> {
        if self.busy {
            return Err("wait until this is done".to_owned());
        }
        let before = self.answers.clone();
        let taken = match self.step {
            Step::Where => self.place(text),
            Step::Name => self.name(text),
            Step::Key => self.key(text),
            Step::Bits => self.bits(text),
            Step::Days => self.days(text),
            Step::Passphrase | Step::Again | Step::Unlock => self.secret(text),
            Step::Certificate => self.certificate(text),
            Step::App => self.app_kind(text),
            Step::Salesforce => {
                self.answers.clicked = true;
                Ok(Next::On)
            }
            Step::ConsumerKey => self.client_id(text),
            Step::Users => self.user(text),
            Step::Test => self.test(text),
            Step::Done => Ok(Next::Here),
        };
        self.wrong = taken.as_ref().err().cloned();
        let work = match taken? {
            Next::On => {
                self.go_on();
                Work::Nothing
            }
            Next::Here => Work::Nothing,
            Next::Do(work) => work,
        };
        self.busy = !matches!(work, Work::Nothing | Work::Forget);
        let changed = self.answers != before && !matches!(work, Work::Forget);
        Ok(Job { keep: changed.then(|| Box::new(self.answers.clone())), work })
    }

    /// Takes what came of a job; there may be something to keep, or to forget, then.
    pub fn done(&mut self, outcome: Outcome) -> Option<Job> {
        self.busy = false;
        let wrong = match outcome {
            Outcome::Nothing => return None,
            Outcome::Key(Ok(key)) => {
                self.answers.forget_key();
                self.passphrase = self.passphrase.take().filter(|_| self.answers.passphrase_env.is_some());
                self.answers.new_key = Some(false);
                self.answers.encrypted = key.encrypted;
                self.answers.private_key = Some(key.path);
                None
            }
            Outcome::Unlocked(Ok(passphrase)) => {
                self.passphrase = Some(passphrase);
                None
            }
            Outcome::Made(Ok(made)) => {
                self.passphrase = self.half.take();
                self.answers.encrypted = self.passphrase.is_some();
                self.answers.private_key = Some(made.key);
                self.answers.certificate = Some(made.certificate);
                None
            }
            Outcome::Certificate(Ok(path)) => {
                self.answers.certificate = Some(path);
                self.answers.without_certificate = false;
                None
            }
            Outcome::Tested(Ok(tested)) => return self.tested_now(tested),
            Outcome::Key(Err(why))
            | Outcome::Unlocked(Err(why))
            | Outcome::Made(Err(why))
            | Outcome::Certificate(Err(why))
            | Outcome::Tested(Err(why)) => Some(why),
        };
        self.wrong = wrong;
        if self.wrong.is_some() {
            // A key that could not be made: its passphrase is typed anew.
            if self.half.take().is_some() {
                self.go_on();
            }
            return None;
        }
        self.go_on();
        Some(Job { keep: Some(Box::new(self.answers.clone())), work: Work::Nothing })
    }

    /// A job was stopped: nothing came of it.
    pub fn stopped(&mut self) {
        self.busy = false;
    }

    /// Back to the question before. Its answer stays until there is another one.
    pub fn back(&mut self) {
        self.half = self.half.take().filter(|_| self.busy);
        let before = Step::ALL.iter().rev().find(|step| **step < self.step && self.applies(**step));
        if let Some(step) = before.filter(|_| !self.busy && self.step != Step::Done) {
            self.step = *step;
            self.wrong = None;
        }
    }

    pub(super) fn go_on(&mut self) {
        self.step = self.first_open();
    }

    /// To a step, to put its answer right.
    pub fn go_to(&mut self, step: Step) {
        if !self.busy && self.applies(step) {
            self.step = step;
            self.wrong = None;
            // To be read and done again, not to be passed by.
            self.answers.clicked &= step != Step::Salesforce;
            self.answers.users_named &= step != Step::Users;
        }
    }

    fn first_open(&self) -> Step {
        let open = Step::ALL.into_iter().find(|step| {
            let needed = *step == Step::Unlock || !self.answers.has(*step);
            needed && self.applies(*step)
        });
        open.unwrap_or(Step::Test)
    }

    /// Whether a step is asked at all, as things are.
    fn applies(&self, step: Step) -> bool {
        let new = self.answers.new_key == Some(true);
        let made = self.answers.private_key.is_some();
        let open = |step: &Step| !self.answers.has(*step);
        match step {
            Step::Bits | Step::Days => new && !made,
            Step::Passphrase => new && !made && self.half.is_none(),
            Step::Again => new && !made && self.half.is_some(),
            // It is asked for when it is needed: to look at a certificate, and to log in.
            Step::Unlock => {
                let ready = ![Step::App, Step::Salesforce, Step::ConsumerKey, Step::Users].iter().any(open);
                let needed = ready || (!new && open(&Step::Certificate));
                made && self.answers.encrypted && self.passphrase.is_none() && needed
            }
            Step::Certificate => !new && made,
            _ => true,
        }
    }

    /// The step of the first trouble of the last test.
    pub(super) fn fault(&self) -> Option<Step> {
        self.tested.iter().find_map(|one| one.result.as_ref().err()?.step)
    }

    fn tested_now(&mut self, tested: Vec<Tested>) -> Option<Job> {
        self.tested = tested;
        self.wrong = None;
        let green = !self.tested.is_empty() && self.tested.iter().all(|one| one.result.is_ok());
        if green {
            self.step = Step::Done;
        }
        green.then_some(Job { keep: None, work: Work::Forget })
    }

    /// The profile, once all of it is answered.
    pub fn app(&self) -> Option<App> {
        let answers = &self.answers;
        let login = login_url(answers.login_url.as_deref()?).ok()?;
        Some(App {
            name: answers.name.clone()?,
            client_id: answers.client_id.clone()?,
            private_key: answers.private_key.clone()?,
            certificate: answers.certificate.clone(),
            passphrase: match &answers.passphrase_env {
                Some(name) if answers.encrypted => Passphrase::Env(name.clone()),
                _ => Passphrase::Ask,
            },
            login_url: login,
            audience: None,
            version: VersionChoice::Newest,
            kind: answers.kind(),
            read_only: false,
            tokens: crate::profile::Tokens::Memory,
            users: answers.users.iter().map(Person::user).collect(),
            variables: indexmap::IndexMap::new(),
        })
    }
}

#[cfg(test)]
mod tests;
