//! Record ids: 15 characters where case matters, or 18 with a checksum of the case.
//!
//! Whether a record exists, only the org knows.

/// The letters of a checksum.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// The 18-character form of an id; `None` where the text is no id or its checksum is wrong.
pub fn to_18(id: &str) -> Option<String> {
    let (body, check) = split(id)?;
    let right = checksum(body);
    match check {
        "" => Some(format!("{body}{right}")),
        given if given.eq_ignore_ascii_case(&right) => Some(format!("{body}{right}")),
        _ => None,
    }
}

/// The 15-character form of an id; `None` where the text is no id or its checksum is wrong.
pub fn to_15(id: &str) -> Option<&str> {
    to_18(id)?;
    id.get(..15)
}

/// Whether the text has the form of an id, with the right checksum where it has one.
pub fn is_id(text: &str) -> bool {
    to_18(text).is_some()
}

/// Whether two ids name one record, whatever their lengths.
pub fn same(a: &str, b: &str) -> bool {
    matches!((to_15(a), to_15(b)), (Some(a), Some(b)) if a == b)
}

/// The first three characters, which tell the object.
pub fn key_prefix(id: &str) -> Option<&str> {
    to_18(id)?;
    id.get(..3)
}

/// The 15 characters and the checksum, if there is one.
fn split(id: &str) -> Option<(&str, &str)> {
    let whole = matches!(id.len(), 15 | 18) && id.bytes().all(|b| b.is_ascii_alphanumeric());
    whole.then(|| id.split_at_checked(15)).flatten()
}

/// Three letters, one for each five characters: bit n is set where character n is a capital.
fn checksum(body: &str) -> String {
    body.as_bytes()
        .chunks(5)
        .map(|five| {
            let bits =
                five.iter().enumerate().fold(0_usize, |bits, (n, b)| bits | (usize::from(b.is_ascii_uppercase()) << n));
            char::from(ALPHABET.get(bits).copied().unwrap_or(b'A'))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums() {
        // Pairs known from Salesforce's own documentation and Q&A.
        assert_eq!(to_18("001A0000006Vm9r").as_deref(), Some("001A0000006Vm9rIAC"));
        assert_eq!(to_18("001A0000006Vm9rIAC").as_deref(), Some("001A0000006Vm9rIAC"));
        assert_eq!(to_18("001A0000006Vm9riac").as_deref(), Some("001A0000006Vm9rIAC"));
        assert_eq!(to_15("001A0000006Vm9rIAC"), Some("001A0000006Vm9r"));
        assert!(same("001A0000006Vm9r", "001A0000006Vm9rIAC"));
        assert!(!same("001A0000006Vm9r", "001a0000006Vm9rIAC"));
        assert_eq!(key_prefix("001A0000006Vm9rIAC"), Some("001"));
    }

    #[test]
    fn what_is_no_id() {
        for text in ["", "001", "001A0000006Vm9rIAD", "001A0000006Vm9r-IC", "001A0000006Vm9ré", "internationalisation"]
        {
            assert!(!is_id(text), "{text}");
        }
    }
}
