//! The calls behind a session: about the session itself, and queries.

use super::envelope::Node;
use super::out::{Kind, Trouble, element, query_result, response};
use super::{Caller, login};
use crate::demo::answer::Reply;
use crate::demo::data::{SfError, long_id};
use serde_json::Value;

/// Rows of a page, as Salesforce bounds them.
const BATCH: std::ops::RangeInclusive<usize> = 200..=2_000;

pub(super) fn answer(caller: &Caller<'_>, asked: &Node, batch: Option<usize>) -> Result<Reply, Trouble> {
    let batch = batch.map_or(*BATCH.end(), |wish| wish.clamp(*BATCH.start(), *BATCH.end()));
    match (caller.kind, asked.name.as_str()) {
        (Kind::Metadata | Kind::Tooling, _) => Err(unknown(caller.kind, &asked.name)),
        (_, "getUserInfo") => Ok(login::get_user_info(caller)),
        (_, "getServerTimestamp") => Ok(timestamp(caller)),
        (_, "logout") => {
            caller.world.sessions.revoke(caller.token);
            Ok(response(caller.kind, "logout", None, ""))
        }
        (_, "undelete") => undelete(caller, asked),
        (_, "invalidateSessions") => Ok(invalidate(caller, asked)),
        (_, name @ ("query" | "queryAll")) => {
            let soql = asked.child("queryString").unwrap_or_default();
            let found = caller.viewer.query(caller.version, soql, name == "queryAll", batch);
            found.map(|found| told(caller, name, &found)).map_err(|error| trouble(&error))
        }
        (_, "queryMore") => {
            let locator = asked.child("queryLocator").unwrap_or_default();
            let found = caller.viewer.query_more(caller.version, locator, batch);
            found.map(|found| told(caller, "queryMore", &found)).map_err(|error| trouble(&error))
        }
        _ => Err(unknown(caller.kind, &asked.name)),
    }
}

fn unknown(kind: Kind, name: &str) -> Trouble {
    let namespace = kind.namespace();
    Trouble::client(format!(
        "No operation available for request {{{namespace}}}{name}, please check the WSDL for the service."
    ))
}

fn trouble(error: &SfError) -> Trouble {
    Trouble::new(error.code, error.message.clone())
}

fn told(caller: &Caller<'_>, name: &str, found: &Value) -> Reply {
    let mut out = String::new();
    query_result(&mut out, caller.kind, "result", found);
    response(caller.kind, name, Some(caller.org), &out)
}

fn timestamp(caller: &Caller<'_>) -> Reply {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    let mut out = String::from("<result>");
    element(&mut out, "timestamp", Some(&now));
    out.push_str("</result>");
    response(caller.kind, "getServerTimestamp", Some(caller.org), &out)
}

/// Records of one call, as Salesforce bounds them.
const RECORDS: usize = 200;

/// Takes records out of the recycle bin, each for itself: REST has no words for it.
fn undelete(caller: &Caller<'_>, asked: &Node) -> Result<Reply, Trouble> {
    let ids: Vec<&str> = asked.all("ids").collect();
    if ids.len() > RECORDS {
        let text = format!("record limit reached. cannot submit more than {RECORDS} records into this call");
        return Err(Trouble::new("EXCEEDED_ID_LIMIT", text));
    }
    let mut out = String::new();
    for id in ids {
        out.push_str("<result>");
        match caller.viewer.undelete(id) {
            Ok(()) => {
                let whole = long_id(id);
                element(&mut out, "id", Some(whole.as_deref().unwrap_or(id)));
                element(&mut out, "success", Some("true"));
            }
            Err(error) => {
                out.push_str("<errors>");
                error.fields.iter().for_each(|field| element(&mut out, "fields", Some(field)));
                element(&mut out, "message", Some(&error.message));
                element(&mut out, "statusCode", Some(error.code));
                out.push_str("</errors>");
                element(&mut out, "id", None);
                element(&mut out, "success", Some("false"));
            }
        }
        out.push_str("</result>");
    }
    Ok(response(caller.kind, "undelete", Some(caller.org), &out))
}

/// Ends the user's own sessions; others' are not his to end.
fn invalidate(caller: &Caller<'_>, asked: &Node) -> Reply {
    let mut out = String::new();
    for token in asked.all("sessionIds") {
        let own = caller
            .world
            .sessions
            .whose(token)
            .is_some_and(|session| (session.org, session.user) == (caller.session.org, caller.session.user));
        let done = own && caller.world.sessions.revoke(token);
        out.push_str("<result>");
        if !done {
            out.push_str("<errors>");
            element(&mut out, "message", Some("Invalid Session ID"));
            element(&mut out, "statusCode", Some("INVALID_SESSION_ID"));
            out.push_str("</errors>");
        }
        element(&mut out, "success", Some(if done { "true" } else { "false" }));
        out.push_str("</result>");
    }
    response(caller.kind, "invalidateSessions", Some(caller.org), &out)
}
