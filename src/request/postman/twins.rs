//! Postman's dynamic variables (`{{$guid}}`) and the functions that do the same here: one for the other, in and out.

use super::{Imported, Lost};
use crate::request::call;
use crate::request::{Call, PieceKind, RequestBody, Saved, TWINS, pieces};

/// Our functions in place of Postman's names. Those that have no twin here stay, and are told.
pub(super) fn to_ours(collection: &mut Imported) {
    let twin = |kind: &PieceKind| match kind {
        PieceKind::Variable { name } => TWINS.iter().find(|(theirs, _)| theirs == name).map(|(_, ours)| *ours),
        _ => None,
    };
    replace(collection, twin);
    let strange = |kind: &PieceKind| match kind {
        PieceKind::Variable { name } if name.starts_with('$') => Some(format!("{{{{{name}}}}} of Postman's own")),
        _ => None,
    };
    let lost = found(collection, strange);
    collection.lost.extend(lost);
}

/// Postman's names in place of our functions, where it has one.
pub(super) fn to_theirs(collection: &Imported) -> Imported {
    let mut whole = collection.clone();
    replace(&mut whole, |kind| match kind {
        PieceKind::Call(call) => theirs(call),
        _ => None,
    });
    whole
}

fn theirs(call: &Call) -> Option<&'static str> {
    TWINS.iter().find(|(_, ours)| call::of(ours).as_ref() == Some(call)).map(|(theirs, _)| *theirs)
}

/// What Postman cannot run, by request.
pub fn strange_to_postman(collection: &Imported) -> Vec<Lost> {
    found(collection, |kind| match kind {
        PieceKind::Call(call) if theirs(call).is_none() => Some(format!("Postman has no {}()", call.name)),
        _ => None,
    })
}

/// Every text of a request in which variables may stand.
fn texts(saved: &mut Saved) -> Vec<&mut String> {
    let request = &mut saved.request;
    let pairs = request.params.iter_mut().chain(&mut request.headers);
    let mut all: Vec<&mut String> = pairs.flat_map(|pair| [&mut pair.name, &mut pair.value]).collect();
    all.push(&mut request.address);
    if let RequestBody::Text(text) = &mut request.body {
        all.push(text);
    }
    all.extend(saved.variables.iter_mut().map(|(_, value)| value));
    all
}

fn replace(collection: &mut Imported, twin: impl Fn(&PieceKind) -> Option<&'static str>) {
    let own = collection.variables.iter_mut().map(|(_, value)| value);
    let requests = collection.requests.iter_mut().flat_map(|(_, saved)| texts(saved));
    for text in own.chain(requests).filter(|text| text.contains("{{")) {
        let new: String = pieces(text)
            .into_iter()
            .map(|piece| match twin(&piece.kind) {
                Some(twin) => format!("{{{{{twin}}}}}"),
                None => text.get(piece.span).unwrap_or_default().to_owned(),
            })
            .collect();
        *text = new;
    }
}

fn found(collection: &Imported, what: impl Fn(&PieceKind) -> Option<String>) -> Vec<Lost> {
    let mut all = Vec::new();
    for (folders, saved) in &collection.requests {
        let request = folders.iter().map(String::as_str).chain([saved.name.as_str()]).collect::<Vec<_>>().join(" / ");
        let mut saved = saved.clone();
        let kinds = texts(&mut saved).into_iter().flat_map(|text| pieces(text)).filter_map(|piece| what(&piece.kind));
        for what in kinds {
            let lost = Lost { request: request.clone(), what };
            if !all.contains(&lost) {
                all.push(lost);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::{export, import};
    use super::*;
    use crate::request::{Pair, Request};

    #[test]
    fn twins_go_over_and_come_back() {
        let mut saved = Saved::new("x", Request::get("x/{{uuid()}}?n={{random(0,1000)}}"));
        saved.request.headers.push(Pair::new("X", "{{now()}} {{now('+1d')}}"));
        saved.request.body = RequestBody::Text("{{timestamp()}} {{base64(user)}}".to_owned());
        let ours = Imported { requests: vec![(vec!["F".to_owned()], saved)], ..Imported::default() };
        let text = export(&ours);
        for name in ["{{$guid}}", "{{$randomInt}}", "{{$isoTimestamp}}", "{{$timestamp}}"] {
            assert!(text.contains(name), "{name}: {text}");
        }
        let again = import(&text).unwrap();
        assert_eq!(again.requests[0].1.request.address, "x/{{uuid()}}?n={{random(0, 1000)}}");
        assert_eq!(again.requests[0].1.request.headers, ours.requests[0].1.request.headers);
        assert_eq!(again.requests[0].1.request.body, ours.requests[0].1.request.body);
        let told: Vec<String> = strange_to_postman(&ours).into_iter().map(|lost| lost.what).collect();
        assert_eq!(told, ["Postman has no now()", "Postman has no base64()"]);
    }

    #[test]
    fn what_has_no_twin_here_is_told() {
        let text =
            r#"{"info":{"name":"P"},"item":[{"name":"a","request":"https://x/{{$randomFirstName}}/{{$randomUUID}}"}]}"#;
        let found = import(text).unwrap();
        assert_eq!(found.requests[0].1.request.address, "https://x/{{$randomFirstName}}/{{uuid()}}");
        assert_eq!(found.lost[0].what, "{{$randomFirstName}} of Postman's own");
    }
}
