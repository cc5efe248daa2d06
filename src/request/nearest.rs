//! The known name that somebody who mistyped one probably meant.

/// The nearest of the names, if it is near enough to be worth naming: at most a third of the letters differ.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.to_lowercase().chars().take(LONGEST).collect();
    let limit = (wanted.len() / 3).max(1);
    known
        .map(|candidate| {
            (distance(&wanted, &candidate.to_lowercase().chars().take(LONGEST).collect::<Vec<_>>()), candidate)
        })
        .filter(|(far, candidate)| *far <= limit || worth_by_part(name, candidate))
        .min_by_key(|(far, _)| *far)
        .map(|(_, candidate)| candidate)
}

/// Longer names are compared by their beginning: the work grows with the square.
const LONGEST: usize = 64;

/// `token` for `accessToken`: a part of the name that is long enough to mean it.
fn worth_by_part(name: &str, candidate: &str) -> bool {
    name.len() >= 4 && candidate.to_lowercase().contains(&name.to_lowercase())
}

/// Insertions, deletions, replacements and swaps of neighbours between two words.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &ca) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, &cb) in b.iter().enumerate() {
            let at = |line: &[usize], place: usize| line.get(place).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&last, j + 1) + 1).min(at(&row, j) + 1).min(at(&last, j) + usize::from(ca != cb));
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(&cb) && b.get(j - 1) == Some(&ca);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 4] = ["accessToken", "endpoint", "IdURL", "username"];

    #[test]
    fn the_one_that_was_meant() {
        for (typed, meant) in [
            ("acessToken", "accessToken"),
            ("endpiont", "endpoint"),
            ("idurl", "IdURL"),
            ("token", "accessToken"),
            ("usernam", "username"),
        ] {
            assert_eq!(nearest(typed, KNOWN.into_iter()), Some(meant), "{typed}");
        }
        assert_eq!(nearest("colour", KNOWN.into_iter()), None);
        assert_eq!(nearest("", KNOWN.into_iter()), None);
    }

    #[test]
    fn distances() {
        let d = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(d("", ""), 0);
        assert_eq!(d("abc", ""), 3);
        assert_eq!(d("abcd", "abdc"), 1);
        assert_eq!(d("kitten", "sitting"), 3);
    }
}
