//! Writing SOAP answers: envelopes, faults, and JSON values as the elements that stand for them.

use crate::demo::answer::Reply;
use crate::demo::world::Org;
use crate::demo::xml::escaped;
use axum::http::StatusCode;
use serde_json::Value;
use std::fmt::Write as _;
use std::sync::atomic::Ordering;

/// Which of the SOAP APIs speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Partner,
    Enterprise,
    Metadata,
    Tooling,
}

impl Kind {
    /// The letter in its address.
    pub(super) fn letter(self) -> &'static str {
        match self {
            Self::Partner => "u",
            Self::Enterprise => "c",
            Self::Metadata => "m",
            Self::Tooling => "T",
        }
    }

    /// The namespace of its operations.
    pub(super) fn namespace(self) -> &'static str {
        match self {
            Self::Partner => "urn:partner.soap.sforce.com",
            Self::Enterprise => "urn:enterprise.soap.sforce.com",
            Self::Metadata => "http://soap.sforce.com/2006/04/metadata",
            Self::Tooling => "urn:tooling.soap.sforce.com",
        }
    }

    fn faults(self) -> &'static str {
        match self {
            Self::Partner => "urn:fault.partner.soap.sforce.com",
            Self::Enterprise => "urn:fault.enterprise.soap.sforce.com",
            Self::Metadata => "http://soap.sforce.com/2006/04/metadata",
            Self::Tooling => "urn:fault.tooling.soap.sforce.com",
        }
    }

    fn objects(self) -> &'static str {
        match self {
            Self::Enterprise => "urn:sobject.enterprise.soap.sforce.com",
            _ => "urn:sobject.partner.soap.sforce.com",
        }
    }
}

/// Why a call is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    code: String,
    message: String,
    kind: &'static str,
}

impl Trouble {
    /// A refusal of the API, by its code.
    pub(super) fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        let code = code.into();
        let kind = match code.as_str() {
            "MALFORMED_QUERY" => "MalformedQueryFault",
            "INVALID_FIELD" => "InvalidFieldFault",
            "INVALID_TYPE" => "InvalidSObjectFault",
            "INVALID_QUERY_LOCATOR" => "InvalidQueryLocatorFault",
            "REQUEST_LIMIT_EXCEEDED" | "API_DISABLED_FOR_ORG" => "ApiFault",
            _ => "UnexpectedErrorFault",
        };
        Self { code, message: message.into(), kind }
    }

    /// A refused login.
    pub(super) fn login(code: &str, message: &str) -> Self {
        Self { code: code.to_owned(), message: message.to_owned(), kind: "LoginFault" }
    }

    /// A request that no operation understands.
    pub(super) fn client(message: impl Into<String>) -> Self {
        Self { code: String::new(), message: message.into(), kind: "" }
    }
}

/// The answer to a refused call.
pub(super) fn fault(kind: Kind, trouble: &Trouble) -> Reply {
    let (code, message) = (escaped(&trouble.code), escaped(&trouble.message));
    let inner = if trouble.code.is_empty() {
        format!("<faultcode>soapenv:Client</faultcode><faultstring>{message}</faultstring>")
    } else {
        let detail = match kind {
            Kind::Metadata => String::new(),
            _ => format!(
                "<detail><sf:{name} xsi:type=\"sf:{name}\"><sf:exceptionCode>{code}</sf:exceptionCode>\
                 <sf:exceptionMessage>{message}</sf:exceptionMessage></sf:{name}></detail>",
                name = trouble.kind
            ),
        };
        format!("<faultcode>sf:{code}</faultcode><faultstring>{code}: {message}</faultstring>{detail}")
    };
    let text = format!(
        "{HEAD} xmlns:sf=\"{}\" xmlns:xsi=\"{XSI}\"><soapenv:Body><soapenv:Fault>{inner}</soapenv:Fault></soapenv:Body></soapenv:Envelope>",
        kind.faults()
    );
    Reply::xml(StatusCode::INTERNAL_SERVER_ERROR, text)
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The answer to a call: `<NAMEResponse>` around this, with the use of the API where an org was asked.
pub(super) fn response(kind: Kind, name: &str, org: Option<&Org>, inner: &str) -> Reply {
    let header = org.map(limits).unwrap_or_default();
    let text = format!(
        "{HEAD} xmlns=\"{}\" xmlns:sf=\"{}\" xmlns:xsi=\"{XSI}\">{header}<soapenv:Body><{name}Response>{inner}</{name}Response></soapenv:Body></soapenv:Envelope>",
        kind.namespace(),
        kind.objects()
    );
    Reply::xml(StatusCode::OK, text)
}

fn limits(org: &Org) -> String {
    format!(
        "<soapenv:Header><LimitInfoHeader><limitInfo><current>{}</current><limit>{}</limit><type>API REQUESTS</type>\
         </limitInfo></LimitInfoHeader></soapenv:Header>",
        org.calls.load(Ordering::Relaxed),
        org.calls_most
    )
}

/// `<name>text</name>`, or an element that says it is nothing.
pub(super) fn element(out: &mut String, name: &str, text: Option<&str>) {
    let _ = match text {
        Some(text) => write!(out, "<{name}>{}</{name}>", escaped(text)),
        None => write!(out, "<{name} xsi:nil=\"true\"/>"),
    };
}

/// The answer of a query, as the REST API gives it, within an element of this name.
pub(super) fn query_result(out: &mut String, kind: Kind, name: &str, result: &Value) {
    let text = |key: &str| result.get(key).and_then(Value::as_str);
    let _ = write!(out, "<{name} xsi:type=\"QueryResult\">");
    element(out, "done", Some(if result.get("done") == Some(&Value::Bool(false)) { "false" } else { "true" }));
    let locator = text("nextRecordsUrl").and_then(|url| url.rsplit('/').next());
    element(out, "queryLocator", locator);
    for record in result.get("records").and_then(Value::as_array).into_iter().flatten() {
        object(out, kind, "records", record);
    }
    element(out, "size", Some(&result.get("totalSize").map(Value::to_string).unwrap_or_default()));
    let _ = write!(out, "</{name}>");
}

/// A record. The partner API names its type, and its id once more.
fn object(out: &mut String, kind: Kind, name: &str, record: &Value) {
    let kind_of = record.pointer("/attributes/type").and_then(Value::as_str).unwrap_or("sObject");
    let id = record.get("Id").and_then(Value::as_str);
    if kind == Kind::Enterprise {
        let _ = write!(out, "<{name} xsi:type=\"sf:{}\">", escaped(kind_of));
    } else {
        let _ = write!(out, "<{name} xsi:type=\"sf:sObject\">");
        element(out, "sf:type", Some(kind_of));
        element(out, "sf:Id", id);
    }
    for (key, value) in record.as_object().into_iter().flatten().filter(|(key, _)| *key != "attributes") {
        let key = format!("sf:{key}");
        match value {
            Value::Null => element(out, &key, None),
            Value::String(text) => element(out, &key, Some(text)),
            Value::Object(inner) if inner.contains_key("records") => query_result(out, kind, &key, value),
            Value::Object(inner) if inner.contains_key("attributes") => object(out, kind, &key, value),
            Value::Object(inner) => {
                let _ = write!(out, "<{key}>");
                for (part, value) in inner {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    element(out, part, Some(&text).filter(|_| !value.is_null()).map(String::as_str));
                }
                let _ = write!(out, "</{key}>");
            }
            other => element(out, &key, Some(&other.to_string())),
        }
    }
    let _ = write!(out, "</{name}>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn records_have_the_form_of_their_api() {
        let result = json!({ "totalSize": 3, "done": false, "nextRecordsUrl": "/services/data/v67.0/query/01g-200", "records": [{
            "attributes": { "type": "Contact", "url": "/x" },
            "Id": "003", "Email": null, "Age": 4.5,
            "Account": { "attributes": { "type": "Account" }, "Name": "A&B" },
            "Cases": { "totalSize": 0, "done": true, "records": [] },
            "MailingAddress": { "city": "Hull", "street": null },
        }]});
        let mut partner = String::new();
        query_result(&mut partner, Kind::Partner, "result", &result);
        for part in [
            "<done>false</done><queryLocator>01g-200</queryLocator>",
            "<records xsi:type=\"sf:sObject\"><sf:type>Contact</sf:type><sf:Id>003</sf:Id><sf:Id>003</sf:Id>",
            "<sf:Email xsi:nil=\"true\"/><sf:Age>4.5</sf:Age>",
            "<sf:Account xsi:type=\"sf:sObject\"><sf:type>Account</sf:type><sf:Id xsi:nil=\"true\"/><sf:Name>A&amp;B</sf:Name>",
            "<sf:Cases xsi:type=\"QueryResult\"><done>true</done><queryLocator xsi:nil=\"true\"/><size>0</size></sf:Cases>",
            "<sf:MailingAddress><city>Hull</city><street xsi:nil=\"true\"/></sf:MailingAddress>",
            "<size>3</size>",
        ] {
            assert!(partner.contains(part), "{part}\n{partner}");
        }
        let mut enterprise = String::new();
        query_result(&mut enterprise, Kind::Enterprise, "result", &result);
        assert!(enterprise.contains("<records xsi:type=\"sf:Contact\"><sf:Id>003</sf:Id><sf:Email"), "{enterprise}");
    }
}
