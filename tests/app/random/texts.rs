//! What is typed, pasted and answered.

pub const PASTES: &[&str] = &[
    "limits",
    "SELECT Id, Name FROM Account\r\nLIMIT 5\n",
    "/services/data/v67.0/sobjects/Account/0018d00000abc12AAA",
    "日本語 👩‍🚀 e\u{301}",
    "\u{202e}evil\u{1b}[2J\u{9b}0m\0",
    "{{region}} {{nope}} {{",
    "",
    "{\n  \"a\": 1\n}",
    "name=value",
    "curl -X POST https://h.example/x -d 'a=1' -k --proxy p",
    "id = jq .id\nsecret k = regex (\nx",
];

pub const TYPED: &[char] = &[
    'a', 'e', 's', 'o', 'l', '/', '{', '}', '=', ' ', '日', '\u{301}', '\u{200d}', '👩', '"', '?', '#', '@', '1', ':',
];

pub const PICTURES: &[&[u8]] = &[crate::pictures::PNG, b"\x89PNG\0\xff\x07"];

pub const TEXTS: &[&str] = &[
    crate::support::LINKS,
    crate::support::SOBJECTS,
    crate::support::RESOURCES,
    r#"{"a":"#,
    r#"[{"errorCode":"INVALID_FIELD","message":"No such column 'Nmae'\nERROR at Row:1:Column:8"}]"#,
    "[]",
    "{}",
    "\"just a text\"",
    "",
    r#"{"a\tb":"x\u0007y\u202ez","日本":"👩‍🚀","deep":[[[[[[[[[[1]]]]]]]]]]}"#,
    r#"{"totalSize":0,"done":true,"records":[]}"#,
];
