//! Finding somebody among the profiles by what was typed. Reads no files.

use super::Severity;
use super::nearest::nearest;
use super::{App, Profile, ProfileId, Profiles, User};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why a text names nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PickError {
    /// There are no profiles at all.
    #[error("there are no profiles yet")]
    None,
    /// It names an app that has mistakes; without an app: nobody in the file can be used.
    #[error("{}", broken(app.as_deref(), file))]
    Broken {
        /// The app's name.
        app: Option<String>,
        /// The file with the mistakes.
        file: PathBuf,
    },
    /// It names several.
    #[error("`{text}` names several: {}", join(candidates))]
    Ambiguous {
        /// What was typed.
        text: String,
        /// Whom it may mean.
        candidates: Vec<ProfileId>,
    },
    /// It names nobody.
    #[error("no profile is called `{text}`{}", hint(nearest))]
    Unknown {
        /// What was typed.
        text: String,
        /// What it may have meant, in a form that works.
        nearest: Option<String>,
    },
}

fn broken(app: Option<&str>, file: &Path) -> String {
    match app {
        Some(app) => {
            format!("[apps.{app}] in {} has mistakes and cannot be used until they are mended", file.display())
        }
        None => format!("{} has mistakes: nobody in it can be used until they are mended", file.display()),
    }
}

fn join(candidates: &[ProfileId]) -> String {
    candidates.iter().map(ProfileId::to_string).collect::<Vec<_>>().join(", ")
}

fn hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!(": did you mean `{name}`?")).unwrap_or_default()
}

impl Profiles {
    /// Everybody, in the file's order.
    pub fn all(&self) -> Vec<Profile> {
        self.apps.iter().flat_map(|app| app.users.iter().map(|user| profile(app, user))).collect()
    }

    /// The one with this id.
    pub fn get(&self, id: &ProfileId) -> Option<Profile> {
        let app = self.app(&id.app)?;
        app.users.iter().find(|user| user.username == id.username).map(|user| profile(app, user))
    }

    /// The app with this name.
    pub fn app(&self, name: &str) -> Option<&Arc<App>> {
        self.apps.iter().find(|app| app.name == name)
    }

    /// Who to be at the start: the default, else the first.
    pub fn start(&self) -> Option<Profile> {
        let default = self.default.as_ref().and_then(|id| self.get(id));
        default.or_else(|| self.apps.first().and_then(|app| self.of_app(app)))
    }

    /// Whom a text means: `app/username`, `app/alias`, an alias, a username, or an app (its default user, else its
    /// first). Usernames match in any case, as Salesforce has them.
    pub fn pick(&self, text: &str) -> Result<Profile, PickError> {
        let text = text.trim();
        if let Some(app) = self.broken_app(text) {
            return Err(PickError::Broken { app: Some(app.to_owned()), file: self.file.clone() });
        }
        if self.apps.is_empty() {
            return Err(self.nobody());
        }
        let mut found = self.matches(text);
        match (found.pop(), found.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(last), false) => {
                found.push(last);
                let candidates = found.iter().map(Profile::id).collect();
                Err(PickError::Ambiguous { text: text.to_owned(), candidates })
            }
            (None, _) => Err(PickError::Unknown { text: text.to_owned(), nearest: self.near(text) }),
        }
    }

    /// Why there is nobody at all: the file has mistakes, or nothing in it.
    pub fn nobody(&self) -> PickError {
        if self.problems.iter().any(|problem| problem.severity == Severity::Error) {
            PickError::Broken { app: None, file: self.file.clone() }
        } else {
            PickError::None
        }
    }

    /// The app that a text names by its own name, alone or before the slash, where mistakes keep it from being used.
    fn broken_app(&self, text: &str) -> Option<&str> {
        let names = |app: &&str| *app == text || text.split_once('/').is_some_and(|(name, _)| name == *app);
        let errors = self.problems.iter().filter(|problem| problem.severity == Severity::Error);
        errors.filter_map(|p| p.app.as_deref()).filter(|app| self.app(app).is_none()).find(names)
    }

    /// Everybody a text may mean, nobody twice.
    fn matches(&self, text: &str) -> Vec<Profile> {
        if let Some((name, who)) = text.split_once('/')
            && let Some(app) = self.app(name)
        {
            let by_alias = app.users.iter().find(|user| user.alias.as_deref() == Some(who));
            let user = by_alias.or_else(|| app.users.iter().find(|user| user.username.eq_ignore_ascii_case(who)));
            return user.map(|user| profile(app, user)).into_iter().collect();
        }
        let mut found: Vec<Profile> = Vec::new();
        for one in self.all() {
            if one.user.alias.as_deref() == Some(text) || one.user.username.eq_ignore_ascii_case(text) {
                found.push(one);
            }
        }
        if let Some(one) = self.app(text).and_then(|app| self.of_app(app))
            && !found.contains(&one)
        {
            found.push(one);
        }
        found
    }

    /// An app's default user, else its first.
    fn of_app(&self, app: &Arc<App>) -> Option<Profile> {
        let default = self.default_users.get(&app.name);
        let user = default.and_then(|name| app.users.iter().find(|user| user.username == *name));
        user.or(app.users.first()).map(|user| profile(app, user))
    }

    /// A text that works and is near to one that does not.
    fn near(&self, text: &str) -> Option<String> {
        let mut names: Vec<String> = Vec::new();
        for app in &self.apps {
            names.push(app.name.clone());
            for user in &app.users {
                names.push(format!("{}/{}", app.name, user.short()));
                names.push(format!("{}/{}", app.name, user.username));
                names.push(user.username.clone());
                names.extend(user.alias.clone());
            }
        }
        nearest(text, names.iter().map(String::as_str)).map(str::to_owned)
    }
}

fn profile(app: &Arc<App>, user: &User) -> Profile {
    Profile { app: Arc::clone(app), user: user.clone() }
}
