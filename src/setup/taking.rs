//! What fits each step: an answer as it was typed, taken or told why not.

use super::answers::{AppKind, Person};
use super::job::Work;
use super::machine::{Next, Setup, Taken};
use super::{Step, page};
use crate::profile::{login_url, login_url_text, my_domain_of};
use crate::secret::Secret;

impl Setup {
    pub(super) fn place(&mut self, text: &str) -> Taken {
        let text = text.trim().trim_end_matches('/');
        // People know the host, not how an address is written; on this machine there is no https.
        let whole = match text {
            "" => "production".to_owned(),
            host if host.contains('.') && !host.contains("://") => format!("https://{host}"),
            other => other.to_owned(),
        };
        let url = login_url(&whole).map_err(|(what, cure)| format!("it {what}: {cure}"))?;
        let right = my_domain_of(&url).and_then(|right| login_url(&right).ok()).unwrap_or(url);
        self.answers.login_url = Some(login_url_text(&right));
        Ok(Next::On)
    }

    pub(super) fn name(&mut self, text: &str) -> Taken {
        let default = page::default_name(self);
        let name = Some(text.trim()).filter(|name| !name.is_empty()).unwrap_or(&default);
        if name.is_empty() || name.contains(|c: char| c == '/' || c.is_control() || c.is_whitespace()) {
            return Err("a name has letters, digits, - and _: acme-sandbox".to_owned());
        }
        let own = self.answers.name.as_deref() == Some(name);
        if !self.answers.written.is_empty() && !own {
            let name = self.answers.name.as_deref().unwrap_or_default();
            return Err(format!("it is {name} in profiles.toml already: rename it there when all is done"));
        }
        if self.answers.written.is_empty() && self.known.apps.iter().any(|app| app == name) {
            return Err(format!("profiles.toml has an app {name} already: take another name"));
        }
        self.answers.name = Some(name.to_owned());
        Ok(Next::On)
    }

    pub(super) fn key(&mut self, text: &str) -> Taken {
        let text = text.trim();
        match text {
            "" | "keep" if self.answers.private_key.is_some() => Ok(Next::On),
            "" | "new" => {
                self.answers.forget_key();
                self.answers.new_key = Some(true);
                self.half = None;
                Ok(Next::On)
            }
            path if path.contains("-----BEGIN") => {
                Err("that is a key itself: put it into a file of mode 0600, and type its path".to_owned())
            }
            path => Ok(Next::Do(Work::CheckKey(path.to_owned()))),
        }
    }

    pub(super) fn bits(&mut self, text: &str) -> Taken {
        self.answers.bits = match text.trim() {
            "" | "2048" => Some(2048),
            "4096" => Some(4096),
            other => return Err(format!("{other} is neither 2048 nor 4096")),
        };
        Ok(Next::On)
    }

    pub(super) fn days(&mut self, text: &str) -> Taken {
        const MOST: u32 = 7_300;
        let text = Some(text.trim()).filter(|t| !t.is_empty()).unwrap_or(page::DAYS);
        let days = text.parse().ok().filter(|days| (1..=MOST).contains(days));
        self.answers.days = Some(days.ok_or_else(|| format!("type a number of days, at most {MOST}"))?);
        Ok(Next::On)
    }

    pub(super) fn secret(&mut self, text: &str) -> Taken {
        match (self.step, &self.half, &self.answers.private_key) {
            (Step::Unlock, _, Some(_)) if text.is_empty() => Err("type the passphrase of the key".to_owned()),
            (Step::Unlock, _, Some(key)) => Ok(Next::Do(Work::Unlock(key.clone(), Secret::new(text)))),
            (Step::Passphrase, ..) if text.is_empty() => self.make(None),
            (Step::Passphrase, ..) => {
                self.half = Some(Secret::new(text));
                Ok(Next::On)
            }
            (_, Some(half), _) if half.expose() == text => {
                let passphrase = half.clone();
                self.make(Some(passphrase))
            }
            _ => {
                self.half = None;
                self.go_on();
                Err("the two differ: type it again".to_owned())
            }
        }
    }

    fn make(&mut self, passphrase: Option<Secret>) -> Taken {
        self.half.clone_from(&passphrase);
        let name = self.answers.name.clone().unwrap_or_default();
        let (bits, days) = (self.answers.bits.unwrap_or(2048), self.answers.days.unwrap_or(365));
        Ok(Next::Do(Work::MakeKey { name, bits, days, passphrase }))
    }

    pub(super) fn certificate(&mut self, text: &str) -> Taken {
        match (text.trim(), &self.answers.certificate, &self.answers.private_key) {
            ("", Some(_), _) => Ok(Next::On),
            ("" | "none", ..) => {
                self.answers.certificate = None;
                self.answers.without_certificate = true;
                Ok(Next::On)
            }
            (typed, _, Some(key)) => {
                let (typed, key, passphrase) = (typed.to_owned(), key.clone(), self.passphrase.clone());
                Ok(Next::Do(Work::CheckCertificate { typed, key, passphrase }))
            }
            _ => Err("there is no key yet".to_owned()),
        }
    }

    pub(super) fn app_kind(&mut self, text: &str) -> Taken {
        self.answers.app = match text.trim() {
            "" => Some(self.answers.app.unwrap_or(AppKind::External)),
            "external" => Some(AppKind::External),
            "connected" => Some(AppKind::Connected),
            other => return Err(format!("{other} is neither external nor connected")),
        };
        Ok(Next::On)
    }

    pub(super) fn client_id(&mut self, text: &str) -> Taken {
        // A copy from a narrow window may hold its line breaks.
        let key: String = text.split_whitespace().collect();
        match key {
            key if key.is_empty() && self.answers.client_id.is_some() => {}
            key if key.is_empty() => return Err("paste the consumer key".to_owned()),
            key if key.contains("-----BEGIN") => {
                return Err("that is a file's content, not the consumer key".to_owned());
            }
            key if key.len() == 64 && key.bytes().all(|b| b.is_ascii_hexdigit()) => {
                return Err("that is the consumer secret, which is not needed: copy the key above it".to_owned());
            }
            key if !key.bytes().all(|b| b.is_ascii_graphic()) => return Err("that is no consumer key".to_owned()),
            key => self.answers.client_id = Some(key),
        }
        Ok(Next::On)
    }

    /// `username`, `username alias`, `username=alias`; `-username` takes somebody out.
    pub(super) fn user(&mut self, text: &str) -> Taken {
        let mut words = text.split(|c: char| c.is_whitespace() || c == '=').filter(|word| !word.is_empty());
        let (Some(username), alias, None) = (words.next(), words.next(), words.next()) else {
            if !text.trim().is_empty() {
                return Err("type one username, and an alias if you like: ada@acme.example admin".to_owned());
            }
            self.answers.users_named = !self.answers.users.is_empty();
            return if self.answers.users_named { Ok(Next::On) } else { Err("type a username".to_owned()) };
        };
        let users = &mut self.answers.users;
        if let Some(name) = username.strip_prefix('-') {
            let there = users.len();
            users.retain(|user| !user.username.eq_ignore_ascii_case(name) && user.alias.as_deref() != Some(name));
            self.answers.users_named = false;
            return if users.len() < there { Ok(Next::On) } else { Err(format!("{name} is not among them")) };
        }
        if !username.contains('@') {
            return Err(format!("{username} has no @: type the username, not the name of the person"));
        }
        if alias.is_some_and(|alias| alias.contains('/')) {
            return Err("an alias has no /".to_owned());
        }
        let other = |user: &&Person| !user.username.eq_ignore_ascii_case(username) && user.alias.as_deref() == alias;
        if let Some(other) = users.iter().find(|user| alias.is_some() && other(user)) {
            return Err(format!("{} is called that already", other.username));
        }
        users.retain(|user| !user.username.eq_ignore_ascii_case(username));
        users.push(Person { username: username.to_owned(), alias: alias.map(str::to_owned) });
        self.answers.users_named = false;
        Ok(Next::On)
    }

    pub(super) fn test(&mut self, text: &str) -> Taken {
        match text.trim() {
            "fix" => {
                let step = self.fault().ok_or_else(|| "there is nothing to go back to".to_owned())?;
                if step == Step::Unlock {
                    self.passphrase = None;
                }
                self.go_to(step);
                Ok(Next::Here)
            }
            "finish" if self.tested.iter().any(|one| one.result.is_ok()) => {
                self.step = Step::Done;
                Ok(Next::Do(Work::Forget))
            }
            "" => {
                let app = self.app().ok_or_else(|| "something is not answered yet".to_owned())?;
                let now = |name: &String| app.users.iter().any(|user| user.username == *name);
                let gone = self.answers.written.iter().filter(|name| !now(name)).cloned().collect();
                self.answers.written = app.users.iter().map(|user| user.username.clone()).collect();
                Ok(Next::Do(Work::Test { app: Box::new(app), gone, passphrase: self.passphrase.clone() }))
            }
            other => Err(format!("{other} is nothing to do here")),
        }
    }
}
