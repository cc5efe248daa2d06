//! What names stand for: yours, the profile's, the file's, the login's.

use super::state::State;
use crate::org::login_variables;
use crate::profile::Profile;
use crate::request::{Surroundings, VarOrigin, Variables};
use std::hash::{DefaultHasher, Hash, Hasher};

impl State {
    /// Variables of a profile and yours; those of the login are put in when a request is sent.
    pub fn variables_of(&self, person: &Profile) -> Variables {
        let mut all = self.yours.clone();
        for secret in self.your_secrets.get(&person.app.name).iter().flat_map(|s| s.iter()) {
            all.set(VarOrigin::Yours, &secret.name, secret.value.clone());
        }
        for (name, value) in &person.app.variables {
            all.set(VarOrigin::Profile, name, value.clone());
        }
        for (name, value) in &self.global {
            all.set(VarOrigin::Global, name, value.clone());
        }
        all
    }

    /// What functions of a template are given by what is sent next. What is shown before has the same chance, and the time
    /// of the last event.
    pub fn around(&self) -> Surroundings {
        let mut hasher = DefaultHasher::new();
        (self.chance, self.sendings).hash(&mut hasher);
        Surroundings::new(self.now, hasher.finish())
    }

    /// The same with what captures took, and those of the saved request in the editors.
    pub fn page_variables(&self, person: &Profile) -> Variables {
        let mut all = self.variables_of(person);
        let secrets = self.captured_secrets.get(&person.app.name);
        for one in self.captured.iter().chain(secrets.into_iter().flat_map(Variables::iter)) {
            all.set(VarOrigin::Captured, &one.name, one.value.clone());
        }
        for (name, value) in self.rest.origin.iter().flat_map(|origin| &origin.variables) {
            all.set(VarOrigin::Request, name, value.clone());
        }
        all
    }

    /// Sets one of yours; a secret for this app alone.
    pub fn set_variable(&mut self, name: &str, value: &str) {
        self.remove_variable(name);
        // What is set by hand counts, whatever a capture took before.
        let app = self.who.as_ref().map(|person| person.app.name.clone()).unwrap_or_default();
        self.remove_captured(&app, name);
        let mut one = Variables::new();
        one.set(VarOrigin::Yours, name, value.to_owned());
        let secret = one.get(name).is_some_and(crate::request::Variable::is_secret);
        match self.who.as_ref().filter(|_| secret) {
            Some(person) => {
                let secrets = self.your_secrets.entry(person.app.name.clone()).or_default();
                secrets.set(VarOrigin::Yours, name, value.to_owned());
            }
            None => self.yours.set(VarOrigin::Yours, name, value.to_owned()),
        }
    }

    /// Removes one of yours.
    pub fn remove_variable(&mut self, name: &str) {
        self.yours.remove(VarOrigin::Yours, name);
        if let Some(secrets) = self.who.as_ref().and_then(|p| self.your_secrets.get_mut(&p.app.name)) {
            secrets.remove(VarOrigin::Yours, name);
        }
    }

    /// All variables as they stand for who one is, the login's too where there is one.
    pub fn all_variables(&self) -> Variables {
        let Some(person) = &self.who else { return self.yours.clone() };
        let mut all = self.page_variables(person);
        all.around = self.around();
        if let Some(session) = self.sessions.get(&person.id())
            && let Some(token) = &session.token
        {
            let version = session.version.as_deref().unwrap_or_default();
            for (name, value) in login_variables(token, person, version) {
                all.set(VarOrigin::Login, name, value);
            }
        }
        all
    }
}
