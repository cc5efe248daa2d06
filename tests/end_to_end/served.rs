//! `orgdeck demo --serve --json`: the org alone, as other tools start it.

use crate::home::Home;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

/// A served demo. Ends when it is dropped.
pub struct Served {
    child: Child,
    /// What it printed first.
    pub card: Value,
    /// Where its files are.
    home: Home,
}

impl Served {
    /// Starts it with these further arguments, in a home of its own.
    pub fn start(args: &[&str]) -> Self {
        let home = Home::new();
        let mut command = home.command(&[&["demo", "--serve", "--json"], args].concat());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("orgdeck starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let card = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        Self { child, card, home }
    }

    /// A text of the first org's card.
    pub fn org(&self, name: &str) -> &str {
        self.card["orgs"][0][name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.card))
    }

    /// Interrupts it as ctrl-c does; nothing is left behind then.
    pub fn interrupt(mut self) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a process");
        kill_process(pid, Signal::INT).expect("the signal is sent");
        assert!(self.child.wait().expect("its end").success(), "an interrupted demo ended as it was asked to");
        self.home.is_untouched();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
