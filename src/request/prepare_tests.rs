//! Every form of an address, and what must not get out of it.

use super::super::variables::VarOrigin;
use super::*;
use crate::secret::MASK;

fn base() -> Base {
    Base { instance_url: Some(Url::parse("https://acme.my.salesforce.com").unwrap()), version: "67.0".into() }
}

fn vars() -> Variables {
    let mut all = Variables::new();
    all.set(VarOrigin::Login, "endpoint", "https://acme.my.salesforce.com");
    all.set(VarOrigin::Login, "accessToken", "00D!AQ 4/ü");
    all.set(VarOrigin::Login, "tokenType", "Bearer");
    all.set(VarOrigin::Yours, "name", "O'Neil & Söhne");
    all
}

fn get(address: &str) -> Prepared {
    prepare(&Request::get(address), &vars(), &base()).unwrap()
}

#[test]
fn every_form_of_an_address() {
    const V: &str = "https://acme.my.salesforce.com/services/data/v67.0";
    for (typed, sent) in [
        ("limits", format!("{V}/limits")),
        ("  sobjects/Account/describe \n", format!("{V}/sobjects/Account/describe")),
        ("/services/data", "https://acme.my.salesforce.com/services/data".to_owned()),
        ("services/data/v60.0/tabs", "https://acme.my.salesforce.com/services/data/v60.0/tabs".to_owned()),
        ("v60.0/tabs", "https://acme.my.salesforce.com/services/data/v60.0/tabs".to_owned()),
        ("{{endpoint}}/services/data/v{version}/", format!("{V}/")),
        ("https://other.example/x#frag", "https://other.example/x".to_owned()),
        (
            "SELECT Id FROM Account WHERE Name LIKE '100%&+'",
            format!("{V}/query?q=SELECT+Id+FROM+Account+WHERE+Name+LIKE+%27100%25%26%2B%27"),
        ),
        ("select\nId\nfrom Account", format!("{V}/query?q=select%0AId%0Afrom+Account")),
        ("FIND {Acme} RETURNING Account", format!("{V}/search?q=FIND+%7BAcme%7D+RETURNING+Account")),
        (
            "query?q=SELECT Id FROM Account WHERE Name LIKE 'a%'",
            format!("{V}/query?q=SELECT%20Id%20FROM%20Account%20WHERE%20Name%20LIKE%20%27a%25%27"),
        ),
        ("query?q=SELECT\nId", format!("{V}/query?q=SELECT%0AId")),
        ("query?q=a%20b", format!("{V}/query?q=a%20b")),
    ] {
        assert_eq!(get(typed).url.as_str(), sent, "{typed}");
        assert_eq!(get(typed).shown_url, sent, "{typed}");
    }
    assert!(get("limits#x").notes[0].contains('#'));
    assert!(get("SELECT Id FROM A WHERE B = '#'").notes.is_empty());
    assert_eq!(get("FIND{x}").query.unwrap().shown, "FIND{x}");
}

#[test]
fn no_spelling_of_a_path_changes_the_host() {
    for typed in [
        "//evil.example/x",
        "/\\evil.example/x",
        "/@evil.example",
        "/:8443/x",
        "evil.example",
        "@evil.example/x",
        "\\\\evil.example",
        ".evil.example",
        ":evil",
        "https:/evil.example",
        "javascript:alert(1)",
    ] {
        let url = get(typed).url;
        assert_eq!(url.host_str(), Some("acme.my.salesforce.com"), "{typed}: {url}");
        assert_eq!((url.port(), url.username()), (None, ""), "{typed}: {url}");
    }
}

#[test]
fn parameters_are_appended_and_encoded() {
    let mut request = Request::get("limits?a=1");
    request.params = vec![
        Pair::new("n", "{{name}}"),
        Pair { on: false, ..Pair::new("off", "{{nobody}}") },
        Pair::new("", "x"),
        Pair::new("empty", ""),
    ];
    let ready = prepare(&request, &vars(), &base()).unwrap();
    assert_eq!(ready.url.query(), Some("a=1&n=O%27Neil+%26+S%C3%B6hne&empty="));
}

#[test]
fn a_secret_in_any_position_is_found_and_masked() {
    let token = Pair::new("x", "{{accessToken}}");
    let mut requests = vec![
        Request::get("limits?t={{accessToken}}"),
        Request::get("https://{{accessToken}}/x"),
        Request::get("{{accessToken}}"),
    ];
    requests.push(Request { params: vec![token.clone()], ..Request::get("limits") });
    requests.push(Request {
        headers: vec![Pair::new("Authorization", "{{tokenType}} {{accessToken}}")],
        ..Request::get("limits")
    });
    requests.push(Request {
        body: RequestBody::Text("a={{accessToken}}".into()),
        method: "POST".into(),
        ..Request::get("limits")
    });
    requests.push(Request { params: vec![Pair::new("{{accessToken}}", "x")], ..Request::get("limits") });
    for mut request in requests {
        // The token of this test has spaces; a header takes them and a host does not.
        if request.address.starts_with("https://{{") {
            assert!(!format!("{:?}", prepare(&request, &vars(), &base()).unwrap_err()).contains("AQ"));
            let mut plain = vars();
            plain.set(VarOrigin::Yours, "accessToken", "aqtoken");
            let ready = prepare(&request, &plain, &base()).unwrap();
            assert!(
                ready.secret && ready.shown_url.contains(MASK) && !ready.shown_url.contains("aqtoken"),
                "{}",
                ready.shown_url
            );
            continue;
        }
        if let Some(header) = request.headers.first_mut() {
            header.value = "{{tokenType}} {{accessToken}}".into();
        }
        let named = request.params.first().is_some_and(|pair| pair.name.contains("{{"));
        let ready = prepare(&request, &vars(), &base()).unwrap_or_else(|_| panic!("{request:?}"));
        assert!(ready.secret, "{request:?}");
        let debug = format!("{ready:?}");
        assert!(!debug.contains("AQ"), "{debug}");
        if !named && request.body == RequestBody::Empty && request.headers.is_empty() {
            assert!(ready.url.as_str().contains("AQ") && ready.shown_url.contains(MASK), "{}", ready.shown_url);
        }
    }
    assert!(!get("limits").secret);
}

#[test]
fn what_cannot_be_sent_is_told() {
    let failure = |request: Request| prepare(&request, &vars(), &base()).unwrap_err();
    let unknown = failure(Request { params: vec![Pair::new("a", "{{nobody}}")], ..Request::get("{{endpoit}}/x") });
    assert_eq!(unknown.kind, FailureKind::Usage);
    assert_eq!(
        unknown.hint,
        ["{{endpoit}} in the address is not set; did you mean {{endpoint}}?", "{{nobody}} in parameter a is not set"]
    );
    assert!(failure(Request::get(" ")).title.contains("no address"));
    assert!(failure(Request { method: "G T".into(), ..Request::get("limits") }).title.contains("no method"));
    assert!(failure(Request { method: "connect".into(), ..Request::get("limits") }).title.contains("CONNECT"));
    assert!(failure(Request { method: "post".into(), ..Request::get("SELECT Id FROM A") }).title.contains("GET"));
    for (name, value) in
        [("a b", "x"), ("Host", "evil.example"), ("content-length", "1"), ("X", "a\r\nY: b"), ("{{accessToken}}", "x")]
    {
        let request = Request { headers: vec![Pair::new(name, value)], ..Request::get("limits") };
        assert!(prepare(&request, &vars(), &base()).is_err(), "{name}: {value}");
    }
    let before = Base { instance_url: None, version: "67.0".into() };
    assert!(prepare(&Request::get("limits"), &vars(), &before).unwrap_err().title.contains("login"));
    assert!(prepare(&Request::get("https://a.example/"), &vars(), &before).is_ok());
}

#[test]
fn methods_and_headers_as_they_are_typed() {
    let mut request = Request { method: "patch".into(), ..Request::get("limits") };
    request.headers = vec![Pair::new("If-Match", " \"x\" "), Pair { on: false, ..Pair::new("bad name", "") }];
    request.body = RequestBody::Text(String::new());
    let ready = prepare(&request, &vars(), &base()).unwrap();
    assert_eq!(
        (ready.method.as_str(), ready.headers[0].1.text.expose(), ready.body),
        ("PATCH", "\"x\"", PreparedBody::Empty)
    );
}

proptest::proptest! {
    /// Whatever is typed, only an address with a scheme leaves the org, and none panics.
    #[test]
    fn only_a_scheme_leaves_the_org(typed in "[a-z/:@?#.%{}\\\\ \\n\\[\\]]{0,40}|\\PC{0,30}") {
        if let Ok(ready) = prepare(&Request::get(typed.as_str()), &vars(), &base()) {
            let absolute = address::form(&typed) == Form::Absolute;
            proptest::prop_assert!(absolute || ready.url.origin() == base().instance_url.unwrap().origin(), "{} {}", typed, ready.url);
            proptest::prop_assert!(ready.url.fragment().is_none());
        }
    }
}
