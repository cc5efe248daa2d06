//! Which values of two containers belong together. Knows no order but that of the containers.

use super::super::tape::NodeId;
use super::align::align;
use super::hash::Hashes;
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

/// Two values that belong together, or one that belongs to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    Both(NodeId, NodeId),
    Left(NodeId),
    Right(NodeId),
}

/// The members of two objects, by name.
pub(super) fn members(left: &Hashes<'_>, one: NodeId, right: &Hashes<'_>, other: NodeId) -> Vec<Item> {
    let named = |side: &Hashes<'_>, object: NodeId| -> (Vec<NodeId>, Vec<u64>) {
        side.document.children(object).filter_map(|child| Some((child, side.name(child)?))).unzip()
    };
    let (lefts, left_names) = named(left, one);
    let (rights, right_names) = named(right, other);
    if left_names == right_names {
        return lefts.into_iter().zip(rights).map(|(l, r)| Item::Both(l, r)).collect();
    }
    let partners = partners(&left_names, &right_names);
    weave(&lefts, &rights, &partners)
}

/// The elements of two arrays: by what tells them apart, else in their order. `None` where it was stopped.
pub(super) fn elements(
    left: &Hashes<'_>,
    one: NodeId,
    right: &Hashes<'_>,
    other: NodeId,
    stop: &AtomicBool,
) -> Option<Vec<Item>> {
    let lefts: Vec<NodeId> = left.document.children(one).collect();
    let rights: Vec<NodeId> = right.document.children(other).collect();
    let keyed = left.keys().iter().find_map(|key| Some((left.keyed(one, key)?, right.keyed(other, key)?)));
    let partners = match keyed {
        Some((left_keys, right_keys)) => partners(&left_keys, &right_keys),
        None => in_order(&values(left, &lefts), &values(right, &rights), stop)?,
    };
    Some(weave(&lefts, &rights, &partners))
}

fn values(side: &Hashes<'_>, nodes: &[NodeId]) -> Vec<u64> {
    nodes.iter().map(|node| side.value(*node)).collect()
}

/// For each on the right its partner on the left: the one of the same name, the first of the first.
fn partners(left: &[u64], right: &[u64]) -> Vec<Option<usize>> {
    let mut times: HashMap<u64, u32> = HashMap::new();
    let mut nth = |name: u64| {
        let time = times.entry(name).or_insert(0);
        *time += 1;
        (name, *time)
    };
    let places: HashMap<(u64, u32), usize> = left.iter().enumerate().map(|(at, name)| (nth(*name), at)).collect();
    times.clear();
    let mut nth = |name: u64| {
        let time = times.entry(name).or_insert(0);
        *time += 1;
        (name, *time)
    };
    right.iter().map(|name| places.get(&nth(*name)).copied()).collect()
}

/// The same by their order: those that are equal first, then what stands between two of them by place.
fn in_order(left: &[u64], right: &[u64], stop: &AtomicBool) -> Option<Vec<Option<usize>>> {
    let mut partners = vec![None; right.len()];
    let mut place = |right: usize, left: usize| {
        if let Some(partner) = partners.get_mut(right) {
            *partner = Some(left);
        }
    };
    let (mut next_left, mut next_right) = (0, 0);
    let ends = std::iter::once((left.len(), right.len()));
    for (l, r) in align(left, right, stop)?.into_iter().chain(ends) {
        for (l, r) in (next_left..l).zip(next_right..r) {
            place(r, l);
        }
        if l < left.len() {
            place(r, l);
        }
        (next_left, next_right) = (l + 1, r + 1);
    }
    Some(partners)
}

/// All of both in one order: the left's, and behind each what follows its partner on the right and has none.
fn weave(lefts: &[NodeId], rights: &[NodeId], partners: &[Option<usize>]) -> Vec<Item> {
    let mut with: Vec<Option<NodeId>> = vec![None; lefts.len()];
    // Place on the left (one more than it, so that 0 is before the first), then place on the right.
    let mut alone: Vec<(usize, NodeId)> = Vec::new();
    let mut after = 0;
    for (right, partner) in rights.iter().zip(partners) {
        match partner {
            Some(left) => {
                if let Some(place) = with.get_mut(*left) {
                    *place = Some(*right);
                }
                after = left + 1;
            }
            None => alone.push((after, *right)),
        }
    }
    // Stable: what follows the same stays in its order.
    alone.sort_by_key(|(after, _)| *after);
    let mut alone = alone.into_iter().peekable();
    let mut items = Vec::with_capacity(lefts.len() + rights.len());
    for (at, (left, with)) in lefts.iter().zip(with).enumerate() {
        while let Some((_, right)) = alone.next_if(|(after, _)| *after <= at) {
            items.push(Item::Right(right));
        }
        items.push(with.map_or(Item::Left(*left), |right| Item::Both(*left, right)));
    }
    items.extend(alone.map(|(_, right)| Item::Right(right)));
    items
}
