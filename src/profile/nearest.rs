//! The nearest known name to a mistyped one. Knows only texts.

/// The nearest of `known`, if one is near enough to have been meant: at most a third of its letters differ.
pub(super) fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = simplified(typed);
    known
        .into_iter()
        .map(|name| {
            let plain = simplified(name);
            let allowed = (plain.chars().count().max(typed.chars().count()) / 3).max(1);
            (distance(&typed, &plain), allowed, name)
        })
        .filter(|(distance, allowed, _)| distance <= allowed)
        .min_by_key(|(distance, _, _)| *distance)
        .map(|(_, _, name)| name)
}

/// Case and the habit of joining words do not count: `privateKey` is `private_key`.
fn simplified(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

/// Insertions, deletions, substitutions and swaps of neighbours that lead from one to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (row, letter) in from.chars().enumerate() {
        let mut current = Vec::with_capacity(to.len() + 1);
        current.push(row + 1);
        let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
        for (column, other) in to.iter().enumerate() {
            let change = at(&last, column) + usize::from(letter != *other);
            let mut best = change.min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            let swapped = column > 0 && previous == Some(*other) && to.get(column - 1) == Some(&letter);
            if swapped {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
        previous = Some(letter);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_edits() {
        for (from, to, expected) in [
            ("", "", 0),
            ("abc", "abc", 0),
            ("acb", "abc", 1),
            ("ab", "abc", 1),
            ("kitten", "sitting", 3),
            ("", "ab", 2),
        ] {
            assert_eq!(distance(from, to), expected, "{from} to {to}");
        }
    }

    #[test]
    fn names_what_was_meant_and_nothing_else() {
        let known = ["client_id", "private_key", "read_only", "users"];
        assert_eq!(nearest("clientid", known), Some("client_id"));
        assert_eq!(nearest("privateKey", known), Some("private_key"));
        assert_eq!(nearest("raed_only", known), Some("read_only"));
        assert_eq!(nearest("user", known), Some("users"));
        assert_eq!(nearest("colour", known), None);
    }
}
