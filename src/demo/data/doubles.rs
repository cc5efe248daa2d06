//! Records that one request names twice: none of them is written, since no order among them would be the right one.
//!
//! It looks at what the request says and at no record.

use super::error::SfError;
use super::id::widen;
use std::collections::HashMap;

/// How often each key of a request stands in it.
pub struct Doubles {
    field: String,
    counts: HashMap<String, usize>,
}

impl Doubles {
    /// `field`: by which the records are named; those that name none are no doubles.
    pub fn of(field: &str, keys: impl Iterator<Item = String>) -> Self {
        let mut own = Self { field: field.to_owned(), counts: HashMap::new() };
        for key in keys.filter(|key| !key.trim().is_empty()) {
            let key = own.folded(&key);
            *own.counts.entry(key).or_default() += 1;
        }
        own
    }

    fn by_id(&self) -> bool {
        self.field.eq_ignore_ascii_case("Id")
    }

    /// As the same record is named in every way: ids in their long form, texts without regard to case.
    fn folded(&self, key: &str) -> String {
        let key = key.trim();
        let id = if self.by_id() { widen(key) } else { None };
        id.unwrap_or_else(|| key.to_lowercase())
    }

    /// Refuses a record whose key another one has too.
    ///
    /// # Errors
    /// `DUPLICATE_VALUE`.
    pub fn check(&self, key: &str) -> Result<(), SfError> {
        if self.counts.get(&self.folded(key)).is_none_or(|count| *count < 2) {
            return Ok(());
        }
        let what = if self.by_id() { "id" } else { "external id" };
        let told = format!("Duplicate {what} specified: {}", key.trim());
        Err(SfError::at(&self.field, "DUPLICATE_VALUE", told))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_record_is_the_same_however_it_is_named() {
        let keys = ["K-1", "k-1 ", "K-2", "", ""].map(str::to_owned);
        let doubles = Doubles::of("LedgerKey__c", keys.into_iter());
        let refused = doubles.check("K-1").unwrap_err();
        assert_eq!((refused.code, refused.fields.as_slice()), ("DUPLICATE_VALUE", &["LedgerKey__c".to_owned()][..]));
        assert_eq!(refused.message, "Duplicate external id specified: K-1");
        assert!(doubles.check("k-1").is_err() && doubles.check("K-2").is_ok() && doubles.check("").is_ok());
        let ids = ["001000000000001", "001000000000001AAA", "00100000000000AAAA"].map(str::to_owned);
        let doubles = Doubles::of("Id", ids.into_iter());
        assert!(doubles.check("001000000000001").is_err() && doubles.check("00100000000000AAAA").is_ok());
    }
}
