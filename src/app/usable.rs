//! Whether a command can do anything now, and why not: the footer leaves out what cannot be had, the palette says why.

use super::command::{Command, Scope};
use super::keymap::Binding;
use super::state::State;

impl State {
    /// Why a binding can do nothing now; `None`: it can.
    pub fn why_not(&self, binding: &Binding) -> Option<&'static str> {
        let pages = &self.rest.pages;
        let page = pages.current.as_ref();
        let answered = page.is_some_and(|p| p.exchange().is_some());
        let (before, after) = pages.around();
        let (works, why) = match (binding.scope, binding.command) {
            (_, Command::MorePages) => {
                let next = page.and_then(|p| p.look.table.as_ref()).is_some_and(|t| t.next.is_some());
                (next, "all rows are loaded")
            }
            (_, Command::Back) => (before > 0, "there is no answer before this one"),
            (_, Command::Forward) => (after > 0, "there is no answer after this one"),
            (Scope::Answer, Command::NextMatch | Command::PreviousMatch) => {
                (page.is_some_and(|p| p.look.search.needle().is_some()), "nothing is searched for yet")
            }
            (
                Scope::Answer,
                Command::Search
                | Command::NextView
                | Command::PreviousView
                | Command::CopyMenu
                | Command::CopyValue
                | Command::CopyPath,
            ) => (answered, "there is no answer yet"),
            (Scope::Setup, Command::Down) => (super::setup::offers(self), "there is nothing to choose from"),
            (Scope::Setup, Command::CopyCertificate | Command::OpenSetupPage) => {
                (super::setup::in_salesforce(self, binding.command), "it is for the steps in Salesforce")
            }
            (Scope::Saved, Command::Undo) => (!self.saved.undos.is_empty(), "nothing was changed"),
            (Scope::Browse, Command::Cancel) => (self.flights.waited_for() > 0, "nothing runs"),
            (_, Command::ShowProblems) => (!self.problems.is_empty(), "nothing is wrong in the files"),
            (_, Command::Doctor) => (self.who.is_some(), "first choose who to be"),
            (_, Command::Switch) => (!self.people.is_empty(), "there is nobody to be yet"),
            (_, command) if command.place().is_some() => (self.who.is_some(), "first choose who to be"),
            _ => (true, ""),
        };
        (!works).then_some(why)
    }
}
