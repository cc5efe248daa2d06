//! The little that is read of HTML and XML: a title, the words, one element. No parser: what is odd comes out as text.

/// Whether a text looks like a page.
pub(super) fn is_html(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(15).flat_map(char::to_lowercase).collect();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

/// The page's title.
pub(super) fn title(text: &str) -> Option<String> {
    element(text, "title")
}

/// The text of the first element of this name, a prefix (`sf:`) left aside.
pub(super) fn element(text: &str, name: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let (_, after) = rest.split_once('<')?;
        rest = after;
        let (tag, inside) = after.split_once('>')?;
        let tag = tag.split_whitespace().next().unwrap_or_default();
        let bare = tag.rsplit(':').next().unwrap_or_default();
        if bare.eq_ignore_ascii_case(name) {
            let end = inside.find("</").unwrap_or(inside.len());
            let said = tidy(&unescape(inside.get(..end)?));
            return (!said.is_empty()).then_some(said);
        }
    }
}

/// The words of a page, without tags, scripts and styles.
pub(super) fn words(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        out.push(' ');
        let Some((tag, inside)) = after.split_once('>') else { return tidy(&unescape(&out)) };
        rest = inside;
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).flat_map(char::to_lowercase).collect();
        if matches!(name.as_str(), "script" | "style" | "head") {
            let close = format!("</{name}");
            let lower = rest.to_ascii_lowercase();
            rest = lower.find(&close).and_then(|at| rest.get(at..)).unwrap_or_default();
        }
    }
    out.push_str(rest);
    tidy(&unescape(&out))
}

fn unescape(text: &str) -> String {
    const NAMED: [(&str, &str); 6] =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    NAMED.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Runs of spaces and line breaks become one space.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page() {
        let page = "<!DOCTYPE html><html><head><title>Down &amp; out</title><style>a{}</style></head><body><script>x<1</script><h1>We are\n down</h1><p>Back soon</body>";
        assert!(is_html(page));
        assert_eq!(title(page).as_deref(), Some("Down & out"));
        assert_eq!(words(page), "We are down Back soon");
    }

    #[test]
    fn odd_markup_ends() {
        for text in ["<", "<title", "<title>", "<script>never closed", "a < b", "<<>>", "</"] {
            let _ = (title(text), words(text), is_html(text));
        }
        assert_eq!(element("<a><sf:message x='1'>hi</sf:message></a>", "message").as_deref(), Some("hi"));
    }
}
