//! The clipboard: the system's own program where there is one, and OSC 52, which also reaches through SSH.

use super::terminal::Screen;
use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;
use std::io::Write;
use std::process::{Child, Command as Program, Stdio};

/// Terminals drop longer sequences.
const OSC_MOST: usize = 74_994;

/// Copies; tells how, or why not.
pub(super) fn copy(screen: &mut Screen, text: &str, what: &str) -> Result<String, String> {
    let by_program = programs().iter().any(|(name, args)| pipe(name, args, text));
    let long = text.len() > OSC_MOST;
    let dumb = std::env::var("TERM").is_ok_and(|t| matches!(t.as_str(), "dumb" | "linux"));
    let mut by_terminal = false;
    if !long && !dumb {
        let mut sequence = String::new();
        by_terminal = CopyToClipboard::to_clipboard_from(text).write_ansi(&mut sequence).is_ok()
            && screen.write(sequence.as_bytes()).is_ok();
    }
    match (by_program, by_terminal, long) {
        (true, _, _) => Ok(what.to_owned()),
        (false, true, _) => Ok(format!("{what}, if this terminal takes copies (OSC 52)")),
        (false, false, true) => Err(format!(
            "Not copied: {} bytes are more than a terminal takes, and no clipboard program was found",
            text.len()
        )),
        (false, false, false) => {
            Err("Not copied: this terminal has no clipboard, and no clipboard program was found".to_owned())
        }
    }
}

/// The clipboard programs that belong to this desktop, if there is one. Over SSH the desktop is elsewhere.
fn programs() -> Vec<(&'static str, &'static [&'static str])> {
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    if set("SSH_TTY") || set("SSH_CONNECTION") {
        return Vec::new();
    }
    let mut found: Vec<(&str, &[&str])> = Vec::new();
    if cfg!(target_os = "macos") {
        found.push(("pbcopy", &[]));
    }
    if cfg!(windows) {
        found.push(("clip", &[]));
    }
    if set("WAYLAND_DISPLAY") {
        found.push(("wl-copy", &[]));
    }
    if set("DISPLAY") {
        found.push(("xclip", &["-selection", "clipboard"]));
        found.push(("xsel", &["--clipboard", "--input"]));
    }
    found
}

fn pipe(name: &str, args: &[&str], text: &str) -> bool {
    let program =
        Program::new(name).args(args).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = program else { return false };
    let wrote = child.stdin.take().is_some_and(|mut stdin| stdin.write_all(text.as_bytes()).is_ok());
    // It may stay to serve the selection: it is not waited for here.
    reap(child);
    wrote
}

fn reap(mut child: Child) {
    std::thread::spawn(move || {
        let _ = child.wait();
    });
}
