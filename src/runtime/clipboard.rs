//! The clipboard: the system's own program where there is one, and OSC 52, which also reaches through SSH.

use super::terminal::Screen;
use crate::app::event::Clip;
use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;
use std::io::Write;
use std::process::{Command as Program, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;
use zeroize::Zeroizing;

/// Terminals drop longer sequences.
const OSC_MOST: usize = 74_994;

/// How long a clipboard program may take to have read the text.
const PATIENCE: Duration = Duration::from_secs(2);

/// Copies through the terminal; whether it could be tried.
pub(super) fn by_terminal(screen: &mut Screen, text: &str) -> bool {
    let dumb = std::env::var("TERM").is_ok_and(|t| matches!(t.as_str(), "dumb" | "linux"));
    if text.len() > OSC_MOST || dumb {
        return false;
    }
    let mut sequence = String::new();
    CopyToClipboard::to_clipboard_from(text).write_ansi(&mut sequence).is_ok()
        && screen.write(sequence.as_bytes()).is_ok()
}

/// Copies through the desktop's own program, and tells what came of both ways. May take as long as `PATIENCE`.
pub(super) fn by_program(clip: &Clip, what: &str, by_terminal: bool) -> Result<String, String> {
    let text = match clip {
        Clip::Text(text) => text.as_str(),
        Clip::Secret(secret) => secret.expose(),
    };
    let by_program = programs().iter().any(|(name, args)| pipe(name, args, text));
    let size = text.len();
    match (by_program, by_terminal) {
        (true, _) => Ok(what.to_owned()),
        (false, true) => Ok(format!("{what}, if this terminal takes copies (OSC 52)")),
        (false, false) if size > OSC_MOST => {
            Err(format!("Not copied: {size} bytes are more than a terminal takes, and no clipboard program was found"))
        }
        (false, false) => {
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
    let Some(mut stdin) = child.stdin.take() else { return false };
    let text = Zeroizing::new(text.to_owned());
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let wrote = stdin.write_all(text.as_bytes()).is_ok();
        drop(stdin);
        // It may stay to serve the selection: how it ended counts only where it ended at once.
        let ended = child.wait().is_ok_and(|status| status.success());
        let _ = tell.send(wrote && ended);
    });
    // One that took the text and stays has done what it was asked for, or will have.
    told.recv_timeout(PATIENCE).unwrap_or(true)
}
