//! What of the tabs is kept between runs: what was typed, as templates. No answers, and nothing that looks like a secret.

use super::{Tabs, all};
use crate::app::rest::Rest;
use crate::app::state::State;
use crate::profile::{holds_a_secret, names_a_secret};
use crate::request::Trust;
use crate::store::tabs::{KeptTab, KeptTabs};
use ratatui_textarea::TextArea;

/// Longer bodies are not kept, in bytes.
const LONGEST: usize = 256 << 10;

/// What is typed in the tabs now.
pub fn keep(state: &State) -> KeptTabs {
    let secrets: Vec<&str> = state
        .your_secrets
        .values()
        .flat_map(|variables| variables.iter())
        .filter_map(|variable| match &variable.value {
            crate::request::VarValue::Secret(secret) => Some(secret.expose()),
            crate::request::VarValue::Plain(_) => None,
        })
        .filter(|secret| !secret.is_empty())
        .collect();
    let tabs: Vec<KeptTab> = all(state).map(|tab| kept_tab(tab, &secrets)).collect();
    // One that says nothing is what one starts with anyway.
    if tabs.iter().all(KeptTab::is_empty) {
        return KeptTabs::default();
    }
    KeptTabs { front: state.tabs.at(), tabs }
}

fn kept_tab(rest: &Rest, secrets: &[&str]) -> KeptTab {
    let mut left_out = false;
    let mut safe = |text: String| {
        let tells = holds_a_secret(&text) || secrets.iter().any(|secret| text.contains(secret));
        left_out |= tells;
        if tells { String::new() } else { text }
    };
    let address = safe(without_secrets(rest.address.text(), &['?', '&'], '=').0);
    let (params, no_param) = without_secrets(&joined(&rest.params), &['\n'], '=');
    let (headers, no_header) = without_secrets(&joined(&rest.headers), &['\n'], ':');
    let (params, headers) = (safe(params), safe(headers));
    let body = if is_short(&rest.body) { joined(&rest.body) } else { String::new() };
    let login = ["/services/oauth2/", "/services/Soap/", "jwtauth"].iter().any(|part| address.contains(part));
    let hidden = (login || names_secrets(&body)) && !body.trim().is_empty() && !is_file(&body);
    let body = if hidden { String::new() } else { safe(body) };
    let captures = safe(joined(&rest.captures));
    let left_out = left_out || no_param || no_header || hidden || !is_short(&rest.body);
    let by_hand = rest.trust == Trust::Typed;
    let file = crate::app::saved::keep(rest);
    KeptTab { method: rest.method.clone(), address, params, headers, body, captures, left_out, by_hand, file }
}

fn joined(area: &TextArea<'_>) -> String {
    area.lines().join("\n")
}

fn is_short(area: &TextArea<'_>) -> bool {
    area.lines().iter().map(|line| line.len() + 1).sum::<usize>() <= LONGEST
}

/// `@file` alone.
fn is_file(body: &str) -> bool {
    body.trim_start().starts_with('@') && !body.trim().contains('\n')
}

/// Whether a value stands there as a variable.
fn is_template(value: &str) -> bool {
    value.contains("{{") || value.trim().is_empty()
}

fn speaks_of_a_secret(name: &str) -> bool {
    let name = name.trim().trim_start_matches('#').trim();
    names_a_secret(name) || ["authorization", "cookie"].iter().any(|word| name.to_lowercase().ends_with(word))
}

/// Names and values apart from values that names tell to be secrets; whether one was left out.
fn without_secrets(text: &str, between: &[char], separator: char) -> (String, bool) {
    let mut left_out = false;
    let mut kept = String::with_capacity(text.len());
    for piece in text.split_inclusive(between) {
        match piece.split_once(separator) {
            Some((name, value)) if speaks_of_a_secret(name) && !is_template(value.trim_end_matches(between)) => {
                left_out = true;
                kept.push_str(name);
                kept.push(separator);
                kept.extend(piece.chars().last().filter(|end| between.contains(end)));
            }
            _ => kept.push_str(piece),
        }
    }
    (kept, left_out)
}

/// Whether a body gives a value to something that is called as a secret is: in JSON, in a form, in XML.
fn names_secrets(body: &str) -> bool {
    let form = !body.trim_start().starts_with(['{', '[', '<']);
    if form {
        return without_secrets(body, &['&', '\n'], '=').1;
    }
    let mut quoted = body.split('"');
    // What stands between quotes is each second piece.
    let mut named = false;
    while let (Some(outside), inside) = (quoted.next(), quoted.next()) {
        if named && !outside.trim_start().starts_with(':') {
            named = false;
        }
        if named && outside.trim() == ":" && inside.is_some_and(|value| !is_template(value)) {
            return true;
        }
        named = inside.is_some_and(speaks_of_a_secret);
    }
    let tags = body.split('<').skip(1).filter_map(|tag| tag.split_once('>'));
    tags.filter(|(tag, _)| !tag.starts_with(['/', '?', '!'])).any(|(tag, value)| {
        let name = tag.split_whitespace().next().unwrap_or_default();
        speaks_of_a_secret(name.rsplit(':').next().unwrap_or(name)) && !is_template(value)
    })
}

/// Opens what was kept. Called once, before anything was typed.
pub fn restore(state: &mut State, kept: KeptTabs) {
    if kept.tabs.is_empty() {
        return;
    }
    let left_out = kept.tabs.iter().any(|tab| tab.left_out);
    let mut tabs: Vec<Rest> = Vec::with_capacity(kept.tabs.len());
    for tab in kept.tabs.into_iter().take(super::MOST) {
        let mut rest = super::fresh(state);
        rest.restore(&tab.method, &tab.address, [&tab.params, &tab.headers, &tab.body]);
        rest.set_captures(&tab.captures);
        rest.kept = tab.file;
        rest.trust = if tab.by_hand { Trust::Typed } else { Trust::Nothing };
        tabs.push(rest);
    }
    let at = kept.front.min(tabs.len().saturating_sub(1));
    state.tabs = Tabs::default();
    super::arrange(state, tabs, at);
    if left_out {
        state.tell("What looks like a secret was not kept with the tabs".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{VarOrigin, Variables};
    use crate::secret::Secret;

    fn typed(method: &str, address: &str, headers: &str, body: &str) -> State {
        let mut state = State::new((80, 24));
        state.rest.restore(method, address, ["", headers, body]);
        state
    }

    #[test]
    fn what_came_from_elsewhere_is_not_the_users_word_after_a_start() {
        for (trust, after) in [(Trust::Typed, Trust::Typed), (Trust::Nothing, Trust::Nothing)] {
            let mut state = typed("GET", "query?q={{env(\"HOME\")}}", "", "");
            state.rest.trust = trust;
            let mut again = State::new((80, 24));
            restore(&mut again, keep(&state));
            assert_eq!(again.rest.trust, after);
        }
    }

    #[test]
    fn what_is_typed_comes_back_as_it_was() {
        let mut state = typed("POST", "sobjects/{{object}}", "X-Note: a\n# off: b", "{\n  \"Name\": \"日本\"\n}");
        super::super::command(&mut state, crate::app::command::Command::NewTab);
        state.rest.address.set("limits");
        let kept = keep(&state);
        assert_eq!((kept.tabs.len(), kept.front), (2, 1));
        let mut again = State::new((80, 24));
        restore(&mut again, kept.clone());
        assert_eq!((again.tabs.count(), again.tabs.at()), (2, 1));
        assert_eq!(again.rest.address.text(), "limits");
        assert_eq!(keep(&again), kept);
        super::super::go(&mut again, 0);
        assert_eq!(again.rest.request(), {
            super::super::go(&mut state, 0);
            state.rest.request()
        });
        assert!(!again.rest.body.undo(), "there is nothing to undo at the start");
    }

    #[test]
    fn nothing_is_kept_where_nothing_was_typed() {
        assert_eq!(keep(&State::new((80, 24))), KeptTabs::default());
    }

    #[test]
    fn no_secret_is_kept() {
        let token = format!("00D8d000008abcd!{}", "AQ8AQNotToBeSeen".repeat(6));
        for (address, headers, body) in [
            ("limits", format!("Authorization: Bearer {token}\nX-Note: a"), String::new()),
            ("limits", "Cookie: sid=s3cret\nX-Note: a".to_owned(), String::new()),
            ("limits?access_token=s3cret&a=1", String::new(), String::new()),
            ("limits", String::new(), "{\"client_secret\" : \"s3cret\"}".to_owned()),
            ("limits", String::new(), "grant_type=password&password=s3cret".to_owned()),
            ("limits", String::new(), "<n1:password>s3cret</n1:password>".to_owned()),
            ("/services/oauth2/token", String::new(), "s3cret".to_owned()),
            ("limits", String::new(), format!("see {token}")),
            ("limits", String::new(), "it is tr0ub4dor".to_owned()),
        ] {
            let mut state = typed("POST", address, &headers, &body);
            let mut secrets = Variables::new();
            secrets.set(VarOrigin::Yours, "word", Secret::new("tr0ub4dor"));
            state.your_secrets.insert("acme".to_owned(), secrets);
            let kept = format!("{:?}", keep(&state));
            assert!(!kept.contains("s3cret") && !kept.contains("NotToBeSeen") && !kept.contains("tr0ub"), "{kept}");
            assert!(!headers.contains("X-Note") || kept.contains("X-Note: a") || headers.contains("00D"), "{kept}");
        }
        let template = typed(
            "POST",
            "limits?access_token={{t}}",
            "Authorization: Bearer {{accessToken}}",
            r#"{"password":"{{p}}","token_type":"x"}"#,
        );
        let kept = keep(&template);
        assert!(
            kept.tabs[0].headers.contains("{{accessToken}}")
                && kept.tabs[0].body.contains("{{p}}")
                && !kept.tabs[0].left_out,
            "{kept:?}"
        );
    }
}
