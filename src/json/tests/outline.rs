//! Rows under any folding, against a model that walks the tree anew each time.

use proptest::prelude::*;

use super::super::bits::Bits;
use super::super::{Document, Outline};
use super::model::{Flat, model};
use super::whole;

/// Which nodes show, walked anew.
struct Naive {
    flat: Vec<Flat>,
    folded: Vec<bool>,
}

impl Naive {
    fn rows(&self) -> Vec<u32> {
        let (mut rows, mut node) = (Vec::new(), 0);
        while node < self.flat.len() {
            rows.push(node as u32);
            node = if self.folded[node] { self.flat[node].end as usize } else { node + 1 };
        }
        rows
    }

    fn check(&self, outline: &Outline) -> Result<(), TestCaseError> {
        let rows = self.rows();
        prop_assert_eq!(outline.rows(), rows.len());
        let seen: Vec<_> = (0..rows.len()).map(|row| outline.node_at(row)).collect();
        prop_assert_eq!(seen, rows.iter().map(|node| Some(*node)).collect::<Vec<_>>());
        prop_assert_eq!(outline.node_at(rows.len()), None);
        for node in 0..self.flat.len() {
            prop_assert_eq!(outline.is_folded(node as u32), self.folded[node]);
            // Its own row, or that of the outermost folded one above it.
            let shown = rows.iter().rposition(|row| *row as usize <= node).unwrap();
            prop_assert_eq!(outline.row_of(node as u32), shown);
        }
        Ok(())
    }
}

#[derive(Debug, Clone)]
enum Act {
    Set(prop::sample::Index, bool),
    FoldFrom(usize),
    Reveal(prop::sample::Index),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (any::<prop::sample::Index>(), any::<bool>()).prop_map(|(node, folded)| Act::Set(node, folded)),
        1 => prop_oneof![0..5usize, Just(usize::MAX)].prop_map(Act::FoldFrom),
        2 => any::<prop::sample::Index>().prop_map(Act::Reveal),
    ]
}

proptest! {
    #[test]
    fn rows_are_those_of_a_walk(value in model("[ab]{1,2}"), acts in prop::collection::vec(act(), 1..30)) {
        let document = whole(&value.render(0));
        let mut outline = Outline::new(&document);
        let flat = value.flat();
        let mut naive = Naive { folded: vec![false; flat.len()], flat };
        naive.check(&outline)?;
        for act in acts {
            let count = naive.flat.len();
            match act {
                Act::Set(node, folded) => {
                    let node = node.index(count);
                    outline.set_folded(&document, node as u32, folded);
                    naive.folded[node] = folded && !naive.flat[node].children.is_empty();
                }
                Act::FoldFrom(depth) => {
                    outline.fold_from(&document, depth);
                    for (folded, node) in naive.folded.iter_mut().zip(&naive.flat) {
                        *folded = node.depth >= depth && !node.children.is_empty();
                    }
                }
                Act::Reveal(node) => {
                    let node = node.index(count);
                    outline.reveal(&document, node as u32);
                    let mut above = naive.flat[node].parent;
                    while let Some(parent) = above {
                        naive.folded[parent as usize] = false;
                        above = naive.flat[parent as usize].parent;
                    }
                }
            }
            naive.check(&outline)?;
        }
    }

    /// What arrives later shows, save inside what is folded.
    #[test]
    fn an_outline_follows_a_body_that_arrives(
        value in model("[ab]{1,2}"), cut in any::<prop::sample::Index>(), folds in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let text = value.render(0);
        let part = Document::partial(text.as_bytes()[..cut.index(text.len())].to_vec());
        let whole = whole(&text);
        let mut outline = Outline::new(&part);
        let flat = value.flat();
        let mut naive = Naive { folded: vec![false; flat.len()], flat };
        for fold in folds.iter().filter(|_| !part.is_empty()) {
            let node = fold.index(part.len()) as u32;
            outline.set_folded(&part, node, true);
            naive.folded[node as usize] = part.child_count(node) > 0;
        }
        outline.follow(&whole);
        naive.check(&outline)?;
    }

    #[test]
    fn bits_count_as_a_list_does(len in 0..3000usize, fills in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<bool>()), 0..6)) {
        let mut bits = Bits::new(len, true);
        let mut list = vec![true; len];
        for (one, other, set) in fills {
            let (one, other) = (one.index(len + 1), other.index(len + 1));
            let (start, end) = (one.min(other), one.max(other));
            bits.fill(start, end, set);
            bits.count_from(start);
            list[start..end].fill(set);
        }
        let set: Vec<usize> = (0..len).filter(|at| list[*at]).collect();
        prop_assert_eq!(bits.total(), set.len());
        for (rank, at) in set.iter().enumerate() {
            prop_assert_eq!(bits.select(rank), Some(*at));
            prop_assert_eq!(bits.rank(*at), rank);
        }
        prop_assert_eq!(bits.select(set.len()), None);
        prop_assert_eq!(bits.rank(len), set.len());
    }
}

#[test]
fn children_come_back_as_they_were() {
    let document = whole(r#"{"a":{"b":{"c":1},"d":{"e":2}},"f":{"g":{}}}"#);
    let mut outline = Outline::new(&document);
    outline.set_folded(&document, document.lookup(".a.b").unwrap(), true);
    let before: Vec<_> = (0..outline.rows()).map(|row| outline.node_at(row)).collect();
    outline.set_folded(&document, document.lookup(".a").unwrap(), true);
    assert_eq!(outline.row_of(document.lookup(".a.d.e").unwrap()), 1);
    assert_eq!(outline.rows(), 4);
    // Changed while it is hidden.
    outline.set_folded(&document, document.lookup(".a.d").unwrap(), true);
    outline.set_folded(&document, document.lookup(".a.d").unwrap(), false);
    outline.set_folded(&document, document.lookup(".a").unwrap(), false);
    assert_eq!((0..outline.rows()).map(|row| outline.node_at(row)).collect::<Vec<_>>(), before);
    // Scalars and empty containers do not fold.
    let empty = document.lookup(".f.g").unwrap();
    outline.set_folded(&document, empty, true);
    assert!(!outline.is_folded(empty));
}

#[test]
fn an_outline_of_nothing_has_no_rows() {
    let outline = Outline::new(&Document::parse(Vec::new()));
    assert_eq!((outline.rows(), outline.node_at(0), outline.row_of(5)), (0, None, 0));
}
