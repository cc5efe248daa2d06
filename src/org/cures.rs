//! What to do about an error: by Salesforce's code, else by the status. One table, in our own words.

/// Code and cure. Codes are compared without case.
const BY_CODE: &[(&str, &str)] = &[
    (
        "INVALID_SESSION_ID",
        "the session ended or is not meant for this API; log in again, and check that the user's profile has API Enabled",
    ),
    ("Bad_OAuth_Token", "the session ended; log in again"),
    ("Missing_OAuth_Token", "the token was not sent: switch an Authorization header of your own off"),
    ("Wrong_Org", "the id URL is another org's: use {{IdURL}}"),
    (
        "INVALID_AUTH_HEADER",
        "the Authorization header has to be Bearer and the token; leave it out and it is set for you",
    ),
    ("MALFORMED_QUERY", "the place is told as Row and Column; look for a missing comma, quote or bracket there"),
    (
        "INVALID_FIELD",
        "the object has no such field, or this user may not see it; its describe lists those that can be used",
    ),
    ("INVALID_TYPE", "there is no such object, or this user may not see it; sobjects lists those that can be used"),
    ("INVALID_QUERY_FILTER_OPERATOR", "this operator does not fit the field's type"),
    ("INVALID_QUERY_LOCATOR", "locators live 15 minutes and for one user: run the query again"),
    ("INVALID_SEARCH", "a search reads FIND {words} IN ALL FIELDS RETURNING Account(Id, Name)"),
    ("MALFORMED_SEARCH", "a search reads FIND {words} IN ALL FIELDS RETURNING Account(Id, Name)"),
    ("QUERY_TIMEOUT", "filter by an indexed field, or ask for less"),
    ("QUERY_TOO_COMPLICATED", "leave formula fields out, or ask in two queries"),
    ("OPERATION_TOO_LARGE", "filter or limit the query: too many rows would have to be looked at"),
    ("EXCEEDED_ID_LIMIT", "send fewer records at once"),
    ("JSON_PARSER_ERROR", "the body is no JSON of the expected form; the place is told in the message"),
    ("XML_PARSER_ERROR", "the body is no XML of the expected form"),
    ("REQUIRED_FIELD_MISSING", "give the named fields a value"),
    ("DUPLICATE_VALUE", "a field that has to be unique holds a value that another record has"),
    ("DUPLICATES_DETECTED", "a duplicate rule found a like record; Sforce-Duplicate-Rule-Header can allow it"),
    ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "a validation rule of the org says no; the message is the rule's own"),
    ("FIELD_INTEGRITY_EXCEPTION", "a value does not fit its field or another field"),
    ("INVALID_FIELD_FOR_INSERT_UPDATE", "this field cannot be written, or not by this user"),
    ("STRING_TOO_LONG", "shorten the value to the field's length"),
    ("INVALID_CROSS_REFERENCE_KEY", "an id names nothing that this user may refer to"),
    ("MALFORMED_ID", "an id has 15 or 18 letters and digits, and its first three name the object"),
    ("ENTITY_IS_DELETED", "the record is in the recycle bin: queryAll still sees it"),
    ("UNABLE_TO_LOCK_ROW", "another change holds the record: send it again in a moment"),
    ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "a trigger or flow of the org says no; the message is its own"),
    ("INSUFFICIENT_ACCESS", "this user may not do this; see the profile and permission sets on the Identity screen"),
    (
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "this user may not change this record; see the profile and permission sets on the Identity screen",
    ),
    ("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "this user may not use a record that this one refers to"),
    (
        "INSUFFICIENT_PERMISSIONS",
        "this user may not do this; see the profile and permission sets on the Identity screen",
    ),
    ("CANNOT_EXECUTE_FLOW_TRIGGER", "a flow of the org failed; the message is its own"),
    ("API_DISABLED_FOR_ORG", "this edition has no API, or the user's profile lacks API Enabled"),
    ("API_CURRENTLY_DISABLED", "the user's profile lacks API Enabled, or a policy of the org blocks this app"),
    (
        "REQUEST_LIMIT_EXCEEDED",
        "the org's API calls of the last 24 hours are used up; limits tells when they come back",
    ),
    ("TXN_SECURITY_METERING_ERROR", "a policy of the org allows this user no more of this for now"),
    (
        "NOT_FOUND",
        "there is no such resource or record, or this user may not see it; look at the spelling, which is case-sensitive",
    ),
    ("METHOD_NOT_ALLOWED", "this resource does not know this method"),
    ("UNSUPPORTED_API_VERSION", "this version is retired"),
    ("UNSUPPORTED_MEDIA_TYPE", "set Content-Type to what the body is, mostly application/json"),
    (
        "SERVER_UNAVAILABLE",
        "the org is busy or under maintenance: try again in a moment; see https://status.salesforce.com",
    ),
    ("UNKNOWN_EXCEPTION", "Salesforce failed; the number in the message is for its support"),
    ("FUNCTIONALITY_NOT_ENABLED", "a feature is switched off in this org"),
    ("unsupported_token_type", "only access and refresh tokens can be revoked"),
    ("invalid_token", "the token has ended or is none"),
    ("invalid_client", "introspect wants the client's secret, which a login by key has none of"),
    ("invalid_grant", "the token is not valid for this"),
];

/// What to do about an error code; the message tells apart what has one code.
pub fn cure(code: &str, message: &str) -> Option<&'static str> {
    if code.eq_ignore_ascii_case("INVALID_SESSION_ID") && message.contains("not valid for use") {
        return Some(
            "this user's session may not use the REST API: check API Enabled and the app's scopes (api or full)",
        );
    }
    // One code for two limits: that of the day, and that of what runs at once.
    if code.eq_ignore_ascii_case("REQUEST_LIMIT_EXCEEDED") && message.starts_with("Concurrent") {
        return Some("too many long requests run at once in this org: try again when some have ended");
    }
    BY_CODE.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)).map(|(_, cure)| *cure)
}

/// What to do about a status.
pub(super) fn by_status(status: u16, newest: Option<&str>) -> Option<String> {
    let text = match status {
        300 => "take the record you mean from the list, and ask for it by its id",
        400 => "the org does not understand the request: compare it with the documentation",
        401 => "the org does not accept this session: log in again",
        403 => "this user may not do this; see the profile and permission sets on the Identity screen",
        404 => {
            "there is no such resource or record, or this user may not see it; look at the spelling, which is case-sensitive"
        }
        405 => "this resource does not know this method; Allow names those it knows",
        409 => "another change was faster: read the record again",
        410 => {
            return Some(match newest {
                Some(newest) => format!("this version is retired: ask for v{newest}"),
                None => "this version is retired: ask for the newest, which /services/data lists".to_owned(),
            });
        }
        412 => "a condition (If-Match, If-Unmodified-Since) does not hold: read the record again",
        414 => "the address is longer than the 16,384 bytes that Salesforce takes: send it as a body, or ask for less",
        415 => "set Content-Type to what the body is, mostly application/json",
        420 => "the org was moved or removed, or this is not its instance: log in again, and check the login URL",
        421 => "the connection leads to another instance: log in again",
        428 => "a condition header is wanted: If-Match or If-Unmodified-Since",
        429 => "too many requests: wait, and ask less often",
        431 => "address and headers together are longer than the 16,384 bytes that Salesforce takes: shorten them",
        500 | 502 | 504 => "Salesforce failed: try again in a moment; see https://status.salesforce.com",
        503 => "the org is busy or under maintenance: try again in a moment; see https://status.salesforce.com",
        _ => return None,
    };
    Some(text.to_owned())
}
