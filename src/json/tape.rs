//! The index of a text: one entry a value in the order of the text, one more a container. Holds places and counts
//! only; it never sees the text.
//!
//! ```text
//!  {"a":[1,"x"]}        nodes       start parent extra        containers   node end close count depth
//!  ▲    ▲▲ ▲            0 object    0     -      0 ──────────▶ 0           0    4   13    1     0
//!  0    1 2 3           1 array     5     0      1 ──────────▶ 1           1    4   12    2     1
//!                       2 number    6     1      7  (where it ends)
//!                       3 string    8     1      11
//! ```

/// A value of a document, numbered in the order of the text; the root is 0.
pub type NodeId = u32;

/// What kind of value a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// A number of any length.
    Number,
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
}

/// No container: the parent of the root.
pub(super) const NONE: u32 = u32::MAX;

/// Every so many children a wide container's child is written down.
const STRIDE: usize = 64;

/// A value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// Where its text begins, in bytes.
    pub start: u32,
    /// The container it stands in, as a place in `containers`.
    pub parent: u32,
    /// A container's place in `containers`; where any other value's text ends, in bytes.
    pub extra: u32,
}

/// An object or an array.
#[derive(Debug, Clone, Copy)]
pub(super) struct Container {
    /// Its node.
    pub node: NodeId,
    /// The node after the last one inside.
    pub end: NodeId,
    /// Where its text ends, in bytes.
    pub close: u32,
    /// Direct children.
    pub count: u32,
    /// 0 for the root.
    pub depth: u32,
}

/// The index.
#[derive(Debug, Default)]
pub(super) struct Tape {
    pub nodes: Vec<Node>,
    pub containers: Vec<Container>,
    /// Containers that were still open where reading stopped; they end there.
    pub unclosed: usize,
    /// Containers with many children that are not all scalars, and where their fences begin; sorted by container.
    wide: Vec<(u32, u32)>,
    /// Every 64th child of each wide container.
    fences: Vec<NodeId>,
}

impl Tape {
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id as usize)
    }

    /// The place of a container in `containers`, and itself.
    ///
    /// A scalar's `extra` may by chance be a place in `containers` too, but the container there is not this node.
    pub fn container_at(&self, id: NodeId) -> Option<(u32, &Container)> {
        let place = self.node(id)?.extra;
        self.containers.get(place as usize).filter(|container| container.node == id).map(|found| (place, found))
    }

    pub fn container(&self, id: NodeId) -> Option<&Container> {
        self.container_at(id).map(|(_, container)| container)
    }

    /// The container a node stands in.
    pub fn above(&self, id: NodeId) -> Option<(u32, &Container)> {
        let place = self.node(id)?.parent;
        self.containers.get(place as usize).map(|container| (place, container))
    }

    /// The node after the last one inside this.
    pub fn end(&self, id: NodeId) -> NodeId {
        self.container(id).map_or(id.saturating_add(1), |container| container.end)
    }

    /// Gives back what was reserved too much, and writes down every 64th child of wide containers.
    pub fn finish(&mut self) {
        self.nodes.shrink_to_fit();
        self.containers.shrink_to_fit();
        for (place, container) in self.containers.iter().enumerate() {
            if container.count as usize <= STRIDE || holds_scalars_only(container) {
                continue;
            }
            self.wide.push((place as u32, self.fences.len() as u32));
            let mut child = container.node + 1;
            for ordinal in 0..container.count as usize {
                if ordinal.is_multiple_of(STRIDE) {
                    self.fences.push(child);
                }
                child = self.end(child);
            }
        }
        self.wide.shrink_to_fit();
        self.fences.shrink_to_fit();
    }

    /// The fences of a wide container.
    fn fences_of(&self, place: u32, container: &Container) -> Option<&[NodeId]> {
        let found = self.wide.binary_search_by_key(&place, |(wide, _)| *wide).ok()?;
        let from = self.wide.get(found)?.1 as usize;
        self.fences.get(from..from + (container.count as usize).div_ceil(STRIDE))
    }

    /// The child with this ordinal.
    pub fn child(&self, id: NodeId, ordinal: usize) -> Option<NodeId> {
        let (place, container) = self.container_at(id)?;
        if ordinal >= container.count as usize {
            return None;
        }
        if holds_scalars_only(container) {
            return Some(id + 1 + ordinal as u32);
        }
        let (mut child, steps) = match self.fences_of(place, container) {
            Some(fences) => (*fences.get(ordinal / STRIDE)?, ordinal % STRIDE),
            None => (id + 1, ordinal),
        };
        for _ in 0..steps {
            child = self.end(child);
        }
        Some(child)
    }

    /// Which child of its container a node is.
    pub fn ordinal(&self, id: NodeId) -> Option<usize> {
        let (place, container) = self.above(id)?;
        if holds_scalars_only(container) {
            return Some((id - container.node - 1) as usize);
        }
        let (mut child, mut ordinal) = (container.node + 1, 0);
        if let Some(fences) = self.fences_of(place, container) {
            let fence = fences.partition_point(|fence| *fence <= id).checked_sub(1)?;
            (child, ordinal) = (*fences.get(fence)?, fence * STRIDE);
        }
        while child < id {
            child = self.end(child);
            ordinal += 1;
        }
        Some(ordinal)
    }

    /// The last node whose text begins at or before this byte.
    pub fn last_from(&self, offset: usize) -> Option<NodeId> {
        self.nodes.partition_point(|node| node.start as usize <= offset).checked_sub(1).map(|found| found as u32)
    }

    /// The same, faster where it is not far behind a node that begins at or before the byte.
    pub fn last_from_near(&self, offset: usize, near: NodeId) -> Option<NodeId> {
        let begins = |at: usize| self.nodes.get(at).is_some_and(|node| node.start as usize <= offset);
        let (mut low, mut step) = (near as usize, 1);
        if near == 0 || !begins(low) {
            return self.last_from(offset);
        }
        while begins(low + step) {
            low += step;
            step *= 2;
        }
        let within = self.nodes.get(low..self.nodes.len().min(low + step)).unwrap_or_default();
        let behind = within.partition_point(|node| node.start as usize <= offset);
        Some((low + behind).saturating_sub(1) as NodeId)
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        self.nodes.capacity() * size_of::<Node>()
            + self.containers.capacity() * size_of::<Container>()
            + self.wide.capacity() * size_of::<(u32, u32)>()
            + self.fences.capacity() * size_of::<NodeId>()
    }
}

/// Then the children are numbered without a gap.
fn holds_scalars_only(container: &Container) -> bool {
    container.end - container.node - 1 == container.count
}
