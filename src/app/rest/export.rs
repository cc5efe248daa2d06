//! The request in the editors as a command for another program. Secrets stand as their names, unless they are asked for.

use crate::app::command::Command;
use crate::app::dialog::Dialog;
use crate::app::event::{Clip, Effect};
use crate::app::state::{Out, State};
use crate::org::media_of;
use crate::request::curl::{curl, http_file, httpie};
use crate::request::{Failure, Pair, Request, resolved, with_placeholders};
use crate::secret::Secret;

/// Copies it; whether the command was one of these.
pub(super) fn copy(state: &mut State, command: Command, out: &mut Out) -> bool {
    let what = match command {
        Command::CopyCurl => "the request as curl",
        Command::CopyCurlSecrets => "the request as curl, secrets and session in it",
        Command::CopyHttpie => "the request for HTTPie",
        Command::CopyHttp => "the request as .http",
        _ => return false,
    };
    let request = state.rest.request();
    if request.address.is_empty() {
        state.tell("There is no request to copy yet: type an address".to_owned());
        return true;
    }
    let (variables, base) = (state.all_variables(), state.base());
    let whole = match command {
        Command::CopyCurlSecrets => resolved(&request, &variables, &base),
        _ => with_placeholders(&request, &variables, &base),
    };
    match whole.map(with_media) {
        Ok(request) if command == Command::CopyCurlSecrets => {
            state.dialog = Some(Dialog::CopySecret(what.to_owned(), Secret::new(curl(&request))));
        }
        Ok(request) => {
            let text = match command {
                Command::CopyHttpie => httpie(&request),
                Command::CopyHttp => http_file(&name(state), &request),
                _ => curl(&request),
            };
            out.push(Effect::Copy(what.to_owned(), Clip::Text(text)));
        }
        Err(failure) => state.tell(told(&failure)),
    }
    true
}

fn told(failure: &Failure) -> String {
    let hint = failure.hint.first().map(|hint| format!(": {hint}")).unwrap_or_default();
    format!("Not copied: {}{hint}", failure.title)
}

/// With the media type that would be sent.
fn with_media(mut request: Request) -> Request {
    let own = request.headers.iter().any(|pair| pair.name.eq_ignore_ascii_case("content-type"));
    if let Some(media) = media_of(&request.body, &request.address).filter(|_| !own) {
        request.headers.push(Pair::new("Content-Type", media));
    }
    request
}

/// What it is saved as, else its address as it is typed.
fn name(state: &State) -> String {
    let saved = state.rest.origin.as_ref().map(|origin| origin.saved.name.clone());
    saved.unwrap_or_else(|| state.rest.address.text().to_owned())
}
