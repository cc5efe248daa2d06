//! What counts as a write.
use url::Url;
/// Why sending this would be a write; `None` where it only asks. `body` is `None` where it could not be looked into.
pub fn write_reason(method: &http::Method, url: &Url, headers: &[(&str, &str)], body: Option<&[u8]>) -> Option<String> {
    let _ = (method, url, headers, body);
    Some(String::new())
}
