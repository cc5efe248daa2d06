//! Record ids: 15 characters of which the case matters, or 18 of which the last three tell the case.
//!
//! In the database a record is a number, its *key*: the object's position in the schema above, the record's own number
//! below. Keys sort as ids do. An id is the key written out: prefix, three characters of the org, nine digits base 62.

use super::catalog::Names;
use super::schema::Schema;
use super::spec::DataError;

/// How many bits of a key are the record's own number.
const BITS: u32 = 40;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHECK: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// Where the numbers in the ids of an object start, so that they do not look like a fresh org's first ones.
fn first(object: usize) -> i64 {
    52_000_000 + 7_368_787 * object as i64
}

/// The key of record number `seq` (from 0) of an object.
pub(super) fn key(object: usize, seq: i64) -> i64 {
    ((object as i64) << BITS) | seq
}

/// The object a key belongs to.
pub(super) fn object_of(key: i64) -> usize {
    usize::try_from(key >> BITS).unwrap_or(usize::MAX)
}

/// The record's own number.
pub(super) fn seq_of(key: i64) -> i64 {
    key & ((1 << BITS) - 1)
}

/// The ids of one org.
pub(super) struct Ids {
    prefixes: Vec<[u8; 3]>,
    pod: [u8; 3],
    /// The one id that is given, not made.
    org: (usize, String),
    names: Names,
}

impl Ids {
    pub(super) fn new(schema: &Schema, org_id: &str) -> Result<Self, DataError> {
        let bytes = org_id.as_bytes();
        let whole = widen(org_id).filter(|whole| bytes.starts_with(b"00D") && whole == org_id);
        let org = whole.ok_or_else(|| DataError::Spec(format!("{org_id} is not an org's id of 18 characters")))?;
        let prefixes =
            schema.objects.iter().filter_map(|object| object.raw.prefix.as_bytes().try_into().ok()).collect();
        let pod = match bytes.get(3..5) {
            Some(&[first, second]) => [first, second, b'0'],
            _ => *b"000",
        };
        let index = schema.object("Organization").map_or(usize::MAX, |object| object.index);
        Ok(Self { prefixes, pod, org: (index, org), names: Names::new(schema) })
    }

    /// The 18-character id of a key.
    pub(super) fn write(&self, key: i64) -> String {
        let mut id = Vec::with_capacity(18);
        self.put(key, &mut id);
        String::from_utf8(id).unwrap_or_default()
    }

    /// Appends the 18-character id of a key.
    pub(super) fn put(&self, key: i64, out: &mut Vec<u8>) {
        let object = object_of(key);
        if object == self.org.0 {
            out.extend_from_slice(self.org.1.as_bytes());
            return;
        }
        if self.names.has(object) {
            out.extend_from_slice(self.names.of(key).unwrap_or_default().as_bytes());
            return;
        }
        let mut id = [b'0'; 15];
        let prefix = self.prefixes.get(object).copied().unwrap_or(*b"000");
        let mut rest = (seq_of(key) + first(object)).unsigned_abs();
        for place in id.iter_mut().rev() {
            if rest == 0 {
                break;
            }
            *place = DIGITS.get((rest % 62) as usize).copied().unwrap_or(b'0');
            rest /= 62;
        }
        for (place, byte) in id.iter_mut().zip(prefix.iter().chain(&self.pod)) {
            *place = *byte;
        }
        out.extend_from_slice(&id);
        out.extend_from_slice(&suffix(&id));
    }

    /// The key of a record that is known by its name.
    pub(super) fn named(&self, name: &str) -> Option<i64> {
        self.names.key(name)
    }

    /// The key of an id of either length, if it has the shape of an id of this org. Whether the record exists is not known here.
    pub(super) fn read(&self, id: &str) -> Option<i64> {
        let whole = widen(id)?;
        if whole == self.org.1 {
            return Some(key(self.org.0, 0));
        }
        let bytes = whole.as_bytes();
        let (prefix, rest) = bytes.split_at_checked(3)?;
        let object = self.prefixes.iter().position(|own| own == prefix).filter(|object| *object != self.org.0)?;
        let digits = rest.strip_prefix(&self.pod)?.get(..9)?;
        let mut number = 0i64;
        for byte in digits {
            let digit = DIGITS.iter().position(|own| own == byte)?;
            number = number.checked_mul(62)?.checked_add(digit as i64)?;
        }
        let seq = number.checked_sub(first(object)).filter(|seq| (0..1 << BITS).contains(seq))?;
        Some(key(object, seq))
    }
}

impl Ids {
    /// The lowest key whose id does not come before this one, which is an id of 15 characters or more that is no record's.
    pub(super) fn floor(&self, id: &str) -> i64 {
        let head = id.as_bytes().get(..6).unwrap_or_default();
        let starts: Vec<Vec<u8>> = self.prefixes.iter().map(|prefix| [prefix.as_slice(), &self.pod].concat()).collect();
        let object = match starts.iter().position(|own| own == head) {
            // Behind all the numbers a record can have.
            Some(own) if id.get(..15) > self.write(key(own, (1 << BITS) - 1)).get(..15) => own + 1,
            Some(own) => own,
            None => starts.iter().position(|own| own.as_slice() > head).unwrap_or(starts.len()),
        };
        key(object, 0)
    }
}

/// Whether a text could be some org's id: 15 or 18 letters and digits, the checksum right.
pub(super) fn looks_like_id(text: &str) -> bool {
    widen(text).is_some()
}

/// The 18-character form of an id of 15 or 18 characters. In the long form the case of the first 15 does not matter: the
/// last three tell it.
pub fn widen(id: &str) -> Option<String> {
    let bytes = id.as_bytes();
    if !bytes.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let (body, tail) = match bytes.len() {
        15 => (bytes.to_vec(), None),
        18 => {
            let (body, tail) = bytes.split_at_checked(15)?;
            (recase(body, tail)?, Some(tail.to_ascii_uppercase()))
        }
        _ => return None,
    };
    let made = suffix(&body);
    if tail.is_some_and(|tail| tail != made) {
        return None;
    }
    let mut whole = body;
    whole.extend(made);
    String::from_utf8(whole).ok()
}

/// Gives 15 characters the case that the last three tell.
fn recase(body: &[u8], tail: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(18);
    for (part, check) in body.chunks(5).zip(tail) {
        let bits = CHECK.iter().position(|own| *own == check.to_ascii_uppercase())?;
        for (at, byte) in part.iter().enumerate() {
            let upper = bits >> at & 1 == 1;
            out.push(if upper { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() });
        }
    }
    Some(out)
}

/// The three characters that tell which of the first 15 are capitals, five to each.
fn suffix(body: &[u8]) -> [u8; 3] {
    let mut out = [b'A'; 3];
    for (place, part) in out.iter_mut().zip(body.chunks(5)) {
        let bits = part.iter().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase()).map(|(at, _)| 1usize << at);
        *place = CHECK.get(bits.sum::<usize>()).copied().unwrap_or(b'A');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> (Ids, Schema) {
        let schema = Schema::load().unwrap();
        let org = widen("00DDm0000008Xyz").unwrap();
        (Ids::new(&schema, &org).unwrap(), schema)
    }

    #[test]
    fn the_checksum_is_salesforces() {
        // The id in the facts page's query locator, and the well-known master record type.
        assert_eq!(widen("01gD0000002HU6K").as_deref(), Some("01gD0000002HU6KIAW"));
        assert_eq!(widen("012000000000000").as_deref(), Some("012000000000000AAA"));
        assert_eq!(widen("01GD0000002hu6kiaw").as_deref(), Some("01gD0000002HU6KIAW"));
        assert_eq!(widen("01gD0000002HU6KIAX"), None);
        assert_eq!(widen("01gD0000002HU6"), None);
        assert_eq!(widen("01gD0000002HU6é"), None);
    }

    #[test]
    fn keys_and_ids_round_trip_and_sort_alike() {
        let (ids, schema) = ids();
        let account = schema.object("Account").unwrap().index;
        let mut before = String::new();
        for seq in [0, 1, 61, 62, 100_000, 999_999, 5_000_000] {
            let id = ids.write(key(account, seq));
            assert!(id.starts_with("001Dm0") && id > before, "{id}");
            assert_eq!(ids.read(&id), Some(key(account, seq)));
            assert_eq!(ids.read(id.get(..15).unwrap()), Some(key(account, seq)));
            before = id;
        }
        let organization = schema.object("Organization").unwrap().index;
        assert_eq!(ids.write(key(organization, 0)), widen("00DDm0000008Xyz").unwrap());
        assert_eq!(ids.read("00DDm0000008Xyz"), Some(key(organization, 0)));
        assert_eq!(ids.read("00DDm0000008Xya"), None);
        assert_eq!(ids.read("001XX000003DHP0"), None);
    }

    #[test]
    fn a_spec_with_a_bad_org_id_is_refused() {
        let schema = Schema::load().unwrap();
        for id in ["", "00D", "001Dm0000008Xyz", "00DDm0000008Xyz", "00DDm0000008XyzAAA"] {
            assert!(matches!(Ids::new(&schema, id), Err(DataError::Spec(_))), "{id}");
        }
    }

    #[test]
    fn an_id_of_no_record_has_its_place_all_the_same() {
        let schema = Schema::load().unwrap();
        let ids = Ids::new(&schema, "00DDm0000004XyzMAE").unwrap();
        let account = schema.object("Account").unwrap().index;
        assert_eq!(ids.floor("000000000000000"), 0);
        assert_eq!(ids.floor("001000000000000"), key(account, 0));
        assert_eq!(ids.floor("001Dm0000000000"), key(account, 0));
        assert_eq!(ids.floor("001Dm0zzzzzzzzz"), key(account + 1, 0));
        let last = schema.objects.iter().filter(|object| !object.raw.made).count();
        assert_eq!(ids.floor("zzzzzzzzzzzzzzz"), key(last, 0));
    }
}
