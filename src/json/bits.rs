//! A long row of bits that knows how many are set before any of them. Knows nothing of documents.

/// Words between two counts: 512 bits.
const BLOCK: usize = 8;

/// Bits, and how many are set before each block. Asking is fast after `count_from`, which a change must call.
#[derive(Debug, Clone, Default)]
pub(super) struct Bits {
    words: Vec<u64>,
    len: usize,
    /// Set bits before each block, and before the end.
    before: Vec<u32>,
}

impl Bits {
    /// All of them set, or none.
    pub fn new(len: usize, set: bool) -> Self {
        let mut bits = Self::default();
        bits.grow(len, set);
        bits
    }

    /// Adds bits at the end.
    pub fn grow(&mut self, len: usize, set: bool) {
        let old = self.len;
        if len <= old {
            return;
        }
        self.words.resize(len.div_ceil(64), 0);
        self.len = len;
        self.fill(old, len, set);
        self.count_from(old);
    }

    pub fn get(&self, at: usize) -> bool {
        self.words.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// Sets or clears the bits from `start` to before `end`.
    pub fn fill(&mut self, start: usize, end: usize, set: bool) {
        let end = end.min(self.len);
        let mut at = start;
        while at < end {
            let next = (at / 64 + 1) * 64;
            let upper = if end < next { !(u64::MAX << (end % 64)) } else { u64::MAX };
            let mask = upper & (u64::MAX << (at % 64));
            if let Some(word) = self.words.get_mut(at / 64) {
                *word = if set { *word | mask } else { *word & !mask };
            }
            at = next;
        }
    }

    /// The first set bit from `start` to before `end`.
    pub fn next_set(&self, start: usize, end: usize) -> Option<usize> {
        let mut at = start;
        while at < end {
            let word = self.words.get(at / 64)? >> (at % 64);
            if word != 0 {
                return Some(at + word.trailing_zeros() as usize).filter(|found| *found < end);
            }
            at = (at / 64 + 1) * 64;
        }
        None
    }

    /// Counts again, from the block of this bit to the end.
    pub fn count_from(&mut self, at: usize) {
        let first = at / (64 * BLOCK);
        self.before.resize(self.words.len().div_ceil(BLOCK) + 1, 0);
        let mut total = self.before.get(first).copied().unwrap_or_default();
        let blocks = self.words.get(first * BLOCK..).unwrap_or_default().chunks(BLOCK);
        let counts = self.before.get_mut(first + 1..).unwrap_or_default();
        for (block, count) in blocks.zip(counts) {
            total += block.iter().map(|word| word.count_ones()).sum::<u32>();
            *count = total;
        }
    }

    /// How many are set.
    pub fn total(&self) -> usize {
        self.before.last().copied().unwrap_or_default() as usize
    }

    /// How many are set before this one.
    pub fn rank(&self, at: usize) -> usize {
        let at = at.min(self.len);
        let block = at / (64 * BLOCK);
        let mut rank = self.before.get(block).copied().unwrap_or_default();
        let whole = self.words.get(block * BLOCK..at / 64).unwrap_or_default();
        rank += whole.iter().map(|word| word.count_ones()).sum::<u32>();
        if let Some(word) = self.words.get(at / 64) {
            rank += (word & !(u64::MAX << (at % 64))).count_ones();
        }
        rank as usize
    }

    /// The set bit that has this many set ones before it.
    pub fn select(&self, rank: usize) -> Option<usize> {
        if rank >= self.total() {
            return None;
        }
        let block = self.before.partition_point(|before| *before as usize <= rank).checked_sub(1)?;
        let mut left = rank - *self.before.get(block)? as usize;
        for (place, word) in self.words.iter().enumerate().skip(block * BLOCK) {
            let ones = word.count_ones() as usize;
            if left < ones {
                let mut word = *word;
                for _ in 0..left {
                    word &= word - 1;
                }
                return Some(place * 64 + word.trailing_zeros() as usize);
            }
            left -= ones;
        }
        None
    }
}
