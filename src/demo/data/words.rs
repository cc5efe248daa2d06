//! Chance that is always the same: a small generator of numbers, and the words records are made of.

use super::spec::DataError;
use serde::Deserialize;

/// SplitMix64: one word of state, so that every record can have a generator of its own.
pub(super) struct Rng(u64);

impl Rng {
    /// The generator of one record: the same for the same org, object and number.
    pub(super) fn of(seed: u64, object: u64, seq: u64) -> Self {
        let mut rng = Self(seed ^ object.wrapping_mul(0xA24B_AED4_963E_E407) ^ seq.wrapping_mul(0x9FB2_1C65_1E98_DF25));
        rng.next();
        rng
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `n - 1`; 0 if `n` is 0.
    pub(super) fn below(&mut self, n: i64) -> i64 {
        let n = u64::try_from(n).unwrap_or(0);
        (((self.next() >> 32) * n) >> 32) as i64
    }

    /// As [`Rng::below`], but the low ones come far more often: some accounts are big.
    pub(super) fn skewed(&mut self, n: i64) -> i64 {
        let first = self.below(n);
        let second = self.below(n);
        first.min(second)
    }

    /// True so many times of a hundred.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < i64::from(percent)
    }

    pub(super) fn pick<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        let at = self.below(of.len() as i64);
        of.get(at as usize)
    }

    pub(super) fn word<'t>(&mut self, of: &'t [String]) -> &'t str {
        self.pick(of).map_or("", String::as_str)
    }
}

/// A town with the way its addresses and numbers look.
#[derive(Deserialize)]
pub(super) struct Place {
    pub(super) city: String,
    pub(super) state: String,
    pub(super) postal: String,
    pub(super) country: String,
    pub(super) dial: String,
    pub(super) lat: f64,
    pub(super) lon: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    company_first: Vec<String>,
    company_second: Vec<String>,
    company_tail: Vec<String>,
    company_odd: Vec<String>,
    pub(super) first: Vec<String>,
    pub(super) last: Vec<String>,
    pub(super) title: Vec<String>,
    pub(super) department: Vec<String>,
    pub(super) site: Vec<String>,
    pub(super) street: Vec<String>,
    pub(super) deal: Vec<String>,
    pub(super) subject: Vec<String>,
    pub(super) line: Vec<String>,
    pub(super) campaign: Vec<String>,
    pub(super) product: Vec<String>,
    pub(super) text: Vec<String>,
    pub(super) place: Vec<Place>,
}

impl Words {
    pub(super) fn load() -> Result<Self, DataError> {
        let text = include_str!("../../../assets/demo/words.toml");
        toml::from_str(text).map_err(|error| DataError::Schema(error.to_string()))
    }

    /// Name of a company and the host its mail goes to. The same generator gives the same company.
    pub(super) fn company(&self, rng: &mut Rng) -> (String, String) {
        if rng.chance(4) {
            let at = rng.below(self.company_odd.len() as i64);
            let name = self.company_odd.get(at as usize).cloned().unwrap_or_default();
            return (name, format!("odd{at}.example"));
        }
        let (first, second) = (rng.word(&self.company_first), rng.word(&self.company_second));
        let tail = rng.word(&self.company_tail);
        let host = format!("{first}{second}.example").to_ascii_lowercase().replace(' ', "");
        (format!("{first} {second} {tail}"), host)
    }

    /// The company of an account: among the first accounts is one of each odd name, whatever the org.
    pub(super) fn company_of(&self, seed: u64, account: i64) -> (String, String) {
        let at = usize::try_from(account / 5).unwrap_or(usize::MAX);
        match self.company_odd.get(at) {
            Some(name) if account % 5 == 3 => (name.clone(), format!("odd{at}.example")),
            _ => self.company(&mut Rng::of(seed, 1_001, account as u64)),
        }
    }

    /// A few sentences; now and then very many.
    pub(super) fn prose(&self, rng: &mut Rng) -> String {
        let sentences = if rng.below(300) == 0 { 60 } else { 1 + rng.below(3) };
        let mut out = String::new();
        for at in 0..sentences {
            if at > 0 {
                out.push_str(if rng.chance(30) { "\n\n" } else { " " });
            }
            out.push_str(rng.word(&self.text));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_always_the_same_and_stays_in_range() {
        let mut one = Rng::of(1, 2, 3);
        let mut other = Rng::of(1, 2, 3);
        for n in 1..1000 {
            let drawn = one.below(n);
            assert_eq!(drawn, other.below(n));
            assert!((0..n).contains(&drawn));
        }
        assert_eq!(one.below(0), 0);
        assert_ne!(Rng::of(1, 2, 3).next(), Rng::of(1, 2, 4).next());
    }

    #[test]
    fn the_words_read() {
        let words = Words::load().unwrap();
        let mut rng = Rng::of(7, 7, 7);
        for _ in 0..200 {
            let (name, host) = words.company(&mut rng);
            assert!(!name.is_empty() && host.ends_with(".example") && host.is_ascii(), "{name} {host}");
        }
    }
}
