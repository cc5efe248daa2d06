//! Bodies of any size for the benchmarks, as an org would give them or worse. Made here, never read from a file.

use std::fmt::Write;

/// Bytes of a big answer.
pub const SIZE: usize = 100_000_000;

/// A query answer: nested attributes and owner, strings, numbers, booleans, null.
pub fn records(size: usize) -> Vec<u8> {
    let mut text = String::with_capacity(size + 1024);
    text.push_str(r#"{"totalSize":400000,"done":true,"records":["#);
    let mut number = 0u64;
    while text.len() < size {
        let id = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 16;
        let comma = if number == 0 { "" } else { "," };
        let (amount, month, day, won) = (id % 900_000, id % 12 + 1, id % 28 + 1, id.is_multiple_of(3));
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            r#"{comma}{{"attributes":{{"type":"Opportunity","url":"/services/data/v67.0/sobjects/Opportunity/006{id:012x}AAA"}},"Id":"006{id:012x}AAA","Name":"Order {number}","StageName":"Negotiation","Amount":{amount}.50,"Probability":{day},"CloseDate":"2026-{month:02}-{day:02}","IsWon":{won},"NextStep":null,"Owner":{{"attributes":{{"type":"User","url":"/services/data/v67.0/sobjects/User/005{month:012x}AAA"}},"Name":"Ada Byron"}},"LastModifiedDate":"2026-11-24T09:00:00.000+0000"}}"#
        );
        number += 1;
    }
    text.push_str("]}");
    text.into_bytes()
}
