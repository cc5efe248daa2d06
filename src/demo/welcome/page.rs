//! The welcome as a page: plain HTML with its own style, light or dark as the reader's system is. No script, nothing
//! from elsewhere.

use super::{WHAT, Welcome, facts};
use crate::demo::world::Door;
use std::fmt::Write as _;

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1d2433; --soft: #5a6478; --line: #d9dee8; --paper: #f6f7fa; --card: #fff; --accent: #0b5cad; --bad: #a3341f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf2; --soft: #98a3b8; --line: #2d3646; --paper: #12161e; --card: #1a202b; --accent: #7ab8ff; --bad: #ff9b85; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; margin: 0 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1.05rem; margin: 2.25rem 0 .6rem; }
h2 small, .soft { color: var(--soft); font-weight: 400; }
p { margin: .4rem 0; max-width: 46rem; }
.here { border-left: 3px solid var(--accent); padding-left: .75rem; margin: 1rem 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .25rem 1.1rem 1rem; overflow-x: auto; }
.card + .card { margin-top: 1rem; }
.card h2 { margin: 1rem 0 .5rem; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .32rem 1.2rem .32rem 0; border-top: 1px solid var(--line); }
tr:first-child > * { border-top: 0; }
th { font-weight: 500; white-space: nowrap; width: 1%; }
table + table { margin-top: .9rem; border-top: 2px solid var(--line); }
.users td:nth-child(2) { white-space: nowrap; width: 1%; }
code, pre { font: .88em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { margin: 0; white-space: pre-wrap; }
a { color: var(--accent); }
.refused { color: var(--bad); }
";

/// The whole page.
pub(super) fn page(welcome: &Welcome, door: Door) -> String {
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>orgdeck demo org</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>orgdeck demo org</h1>\n<p class=\"soft\">{}</p>\n\
         <p class=\"here\">{}<br>\n",
        safe(WHAT),
        safe(&welcome.here(door))
    );
    let _ = writeln!(out, "common login host {}</p>", link(&welcome.login_origin));
    orgs(&mut out, welcome);
    out.push_str("<h2>to log in</h2>\n<div class=\"card\"><table>\n");
    for (whose, command) in welcome.commands() {
        let _ = writeln!(out, "<tr><th>{whose}</th><td><pre>{}</pre></td></tr>", safe(&command));
    }
    out.push_str("</table></div>\n");
    for (title, rows) in welcome.served() {
        let _ = writeln!(out, "<h2>{}</h2>\n<div class=\"card\"><table>", safe(&title));
        for (path, what) in rows {
            let _ = writeln!(out, "<tr><th><code>{}</code></th><td>{}</td></tr>", safe(&path), safe(what));
        }
        out.push_str("</table></div>\n");
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn orgs(out: &mut String, welcome: &Welcome) {
    for org in &welcome.card.orgs {
        let (name, kind) = (safe(&org.name), safe(&org.kind));
        let _ = writeln!(out, "<div class=\"card\">\n<h2>{name} <small>({kind})</small></h2>\n<table>");
        for (name, value) in facts(org) {
            let shown = if value.starts_with("http") { link(&value) } else { format!("<code>{}</code>", safe(&value)) };
            let _ = writeln!(out, "<tr><th class=\"soft\">{name}</th><td>{shown}</td></tr>");
        }
        out.push_str("</table>\n<table class=\"users\">\n");
        for user in &org.users {
            let class = if user.note.starts_with("refused") { " class=\"refused\"" } else { "" };
            let _ = writeln!(
                out,
                "<tr><th>{}</th><td><code>{}</code></td><td{class}>{}</td></tr>",
                safe(&user.alias),
                safe(&user.username),
                safe(&user.note)
            );
        }
        out.push_str("</table>\n</div>\n");
    }
}

fn link(address: &str) -> String {
    let address = safe(address);
    format!("<a href=\"{address}/\"><code>{address}</code></a>")
}

/// Text that stays text.
fn safe(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
