//! A number for every value of a document: the same for values that count as equal. Keyed anew for each comparison, so
//! that nobody can write two values with one number.

use super::super::document::Document;
use super::super::tape::{Kind, NodeId};
use super::{LOOK, Rules, stopped};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::AtomicBool;

/// A document with a number for every value.
pub(super) struct Hashes<'a> {
    pub document: &'a Document,
    rules: &'a Rules,
    seed: &'a RandomState,
    /// The names that do not count.
    ignored: Vec<u64>,
    values: Vec<u64>,
}

impl<'a> Hashes<'a> {
    /// From the last value to the first, so that what stands inside is known before what it stands in.
    pub fn of(document: &'a Document, rules: &'a Rules, seed: &'a RandomState, stop: &AtomicBool) -> Option<Self> {
        let ignored = rules.ignored.iter().map(|name| seed.hash_one(name)).collect();
        let mut hashes = Self { document, rules, seed, ignored, values: vec![0; document.len()] };
        for at in (0..document.len()).rev() {
            if at.is_multiple_of(LOOK) && stopped(stop) {
                return None;
            }
            let value = hashes.make(NodeId::try_from(at).ok()?);
            if let Some(place) = hashes.values.get_mut(at) {
                *place = value;
            }
        }
        Some(hashes)
    }

    /// The number of a value.
    pub fn value(&self, node: NodeId) -> u64 {
        self.values.get(node as usize).copied().unwrap_or_default()
    }

    /// The number of a member's name; `None` where the member does not count.
    pub fn name(&self, node: NodeId) -> Option<u64> {
        let name = self.document.key(node)?;
        let name = self.seed.hash_one(name.as_ref());
        (!self.ignored.contains(&name)).then_some(name)
    }

    fn make(&self, node: NodeId) -> u64 {
        match self.document.kind(node) {
            Kind::Object => {
                let members = self.document.children(node);
                let members = members.filter_map(|child| Some((self.name(child)?, self.value(child))));
                self.sum(b'{', members.map(|member| self.seed.hash_one(member)))
            }
            Kind::Array if self.rules.keys.iter().any(|key| self.keyed(node, key).is_some()) => {
                self.sum(b'k', self.document.children(node).map(|child| self.value(child)))
            }
            Kind::Array => {
                let mut hasher = self.seed.build_hasher();
                hasher.write_u8(b'[');
                self.document.children(node).for_each(|child| hasher.write_u64(self.value(child)));
                hasher.finish()
            }
            Kind::String => self.seed.hash_one((b'"', (self.rules.meaning)(&self.document.text(node)))),
            Kind::Number => self.number(self.document.raw(node)),
            Kind::True => self.seed.hash_one(b't'),
            Kind::False => self.seed.hash_one(b'f'),
            Kind::Null => self.seed.hash_one(b'n'),
        }
    }

    /// Of several, in whatever order they stand.
    fn sum(&self, kind: u8, parts: impl Iterator<Item = u64>) -> u64 {
        // Each part is a number that nobody can foresee: sums of them are as good as the parts.
        let (count, sum) = parts.fold((0_u64, 0_u64), |(count, sum), part| (count + 1, sum.wrapping_add(part)));
        self.seed.hash_one((kind, count, sum))
    }

    /// A number as the number it is: sign, digits without zeros at their ends, power of ten.
    fn number(&self, raw: &[u8]) -> u64 {
        let (negative, raw) = raw.strip_prefix(b"-").map_or((false, raw), |rest| (true, rest));
        let (digits, power) = match raw.iter().position(|b| matches!(b, b'e' | b'E')) {
            Some(at) => (raw.get(..at).unwrap_or_default(), power(raw.get(at + 1..).unwrap_or_default())),
            None => (raw, 0),
        };
        let point = digits.iter().position(|b| *b == b'.');
        let joined: Vec<u8>;
        let (digits, behind) = match point {
            Some(at) => {
                joined = digits.iter().copied().filter(|b| *b != b'.').collect();
                (joined.as_slice(), digits.len() - at - 1)
            }
            None => (digits, 0),
        };
        let zeros = digits.iter().rev().take_while(|b| **b == b'0').count();
        let digits = digits.get(..digits.len() - zeros).unwrap_or_default();
        let lead = digits.iter().take_while(|b| **b == b'0').count();
        let digits = digits.get(lead..).unwrap_or_default();
        if digits.is_empty() {
            return self.seed.hash_one((b'0', false, 0_i64));
        }
        let shift = i64::try_from(zeros).unwrap_or(0) - i64::try_from(behind).unwrap_or(0);
        self.seed.hash_one((b'0', negative, power.saturating_add(shift), digits))
    }

    /// What tells the elements of an array apart under this name: a scalar that each of them has and no two share.
    pub fn keyed(&self, array: NodeId, key: &str) -> Option<Vec<u64>> {
        let scalar = |kind: Kind| matches!(kind, Kind::String | Kind::Number);
        let mut found = Vec::with_capacity(self.document.child_count(array));
        for element in self.document.children(array) {
            let member = self.document.children(element).find(|child| self.document.has_key(*child, key))?;
            if !scalar(self.document.kind(member)) {
                return None;
            }
            found.push(self.value(member));
        }
        let mut sorted = found.clone();
        sorted.sort_unstable();
        let unique = sorted.array_windows().all(|[one, other]| one != other);
        (unique && !found.is_empty()).then_some(found)
    }

    /// The names that may tell elements apart.
    pub fn keys(&self) -> &'static [&'static str] {
        self.rules.keys
    }
}

/// What stands behind an `e`.
fn power(raw: &[u8]) -> i64 {
    let text = std::str::from_utf8(raw).unwrap_or_default();
    // Beyond what counts as a number anywhere, but not all the same.
    text.parse().unwrap_or(if text.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 })
}
