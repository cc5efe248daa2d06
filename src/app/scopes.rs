//! Which scopes are open: where keys are looked up, the innermost first.

use super::answer::View;
use super::command::Scope;
use super::dialog::Dialog;
use super::rest::Focus;
use super::state::{Place, Start, State};

impl State {
    /// The scopes of the place, as if no dialogue stood over it.
    pub fn place_scopes(&self) -> Vec<Scope> {
        let always = Scope::Always;
        if self.who.is_none() {
            return match self.start {
                Start::Welcome => vec![Scope::Welcome, Scope::Browse, always],
                _ => vec![Scope::Browse, always],
            };
        }
        let mut scopes = match self.place {
            _ if self.doctor_shown().is_some() => vec![Scope::Doctor],
            place if self.diff.shown(place).is_some() => vec![Scope::Diff],
            Place::Identity => vec![Scope::Identity],
            Place::History if self.history.typing => return vec![Scope::HistoryLine, always],
            Place::History => vec![Scope::History],
            Place::Variables if self.variables.line.is_some() => return vec![Scope::VariableLine, always],
            Place::Variables => vec![Scope::Variables],
            Place::Rest => self.rest_scopes(),
        };
        if !scopes.iter().any(|s| s.is_editor()) {
            scopes.push(Scope::Browse);
        }
        scopes.push(always);
        scopes
    }

    /// The scopes that are open, the innermost first.
    pub fn scopes(&self) -> Vec<Scope> {
        let always = Scope::Always;
        match &self.dialog {
            Some(Dialog::Help(_)) => vec![Scope::Help, always],
            Some(Dialog::Problems { .. } | Dialog::Told { .. }) => vec![Scope::Reading, always],
            Some(Dialog::Switcher(_)) => vec![Scope::Switcher, always],
            Some(Dialog::Palette(_)) => vec![Scope::Palette, always],
            Some(
                Dialog::Write(..)
                | Dialog::Browser(_)
                | Dialog::CopySecret(..)
                | Dialog::ClearHistory
                | Dialog::Replace(..),
            ) => vec![Scope::Question, always],
            Some(Dialog::Setup(_)) => vec![Scope::Setup, always],
            Some(Dialog::Prompt(_)) => vec![Scope::Prompt, always],
            Some(Dialog::Save(..)) => vec![Scope::SaveLine, always],
            Some(Dialog::CopyMenu) => vec![Scope::CopyMenu, always],
            Some(Dialog::Passphrase(_)) => vec![Scope::Passphrase, always],
            None => self.place_scopes(),
        }
    }

    fn rest_scopes(&self) -> Vec<Scope> {
        match self.rest.focus {
            Focus::Tree if self.saved.shown && self.saved.filtering => vec![Scope::SearchLine],
            Focus::Tree if self.saved.shown => vec![Scope::Saved, Scope::Rest],
            Focus::Tree if self.tree().is_some_and(|t| t.filtering) => vec![Scope::SearchLine],
            Focus::Tree => vec![Scope::Tree, Scope::Rest],
            Focus::Address => vec![Scope::Address],
            Focus::Params | Focus::Headers | Focus::Body | Focus::Captures => vec![Scope::Editor],
            Focus::Answer => {
                // Where there is no answer, there is nothing to follow or fold.
                let page = self.rest.pages.current.as_ref().filter(|p| p.exchange().is_some());
                let look = page.map(|p| &p.look);
                if look.is_some_and(|l| l.search.typing) {
                    return vec![Scope::SearchLine];
                }
                if look.is_some_and(|l| l.filter.typing) {
                    return vec![Scope::FilterLine];
                }
                match look.map(|l| l.view) {
                    Some(View::Tree) => vec![Scope::AnswerTree, Scope::Answer, Scope::Rest],
                    Some(View::Table) => vec![Scope::AnswerTable, Scope::Answer, Scope::Rest],
                    _ => vec![Scope::Answer, Scope::Rest],
                }
            }
        }
    }
}
