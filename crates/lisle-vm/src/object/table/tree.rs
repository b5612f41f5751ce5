//! Persistent sorted trees: the inside of large immutable structs and sets.
//!
//! Weight-balanced binary trees (Adams; the parameters 3 and 2 are those proved right by Hirai and
//! Yamamoto). An update copies the path to the changed node and shares the rest. Recursion follows the
//! height, which balance keeps below 64 for any size that fits in memory.

use std::cmp::Ordering;

use crate::gc::{Gc, HeapObject, Immutable};
use crate::heap::{Heap, Tracer};
use crate::value::{Tag, Value};

/// A node: an entry of a struct, or an element of a set with nil as value.
#[derive(Debug)]
pub(crate) struct Node {
    key: Value,
    value: Value,
    left: Link,
    right: Link,
    size: usize,
}

pub(super) type Link = Option<Gc<Node>>;
pub(super) type Order = fn(Value, Value) -> Ordering;

// SAFETY: `Node` is the tag of this type alone; the entry and both subtrees are reported.
unsafe impl HeapObject for Node {
    const TAG: Tag = Tag::Node;
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.key);
        tracer.value(self.value);
        for child in self.left.iter().chain(&self.right) {
            tracer.object(*child);
        }
    }
}
impl Immutable for Node {}

impl Node {
    /// Number of entries in the tree below, this one included.
    pub(super) fn size(&self) -> usize {
        self.size
    }
}

const DELTA: usize = 3;
const GAMMA: usize = 2;

fn size(tree: Link) -> usize {
    tree.map_or(0, |n| n.size)
}

/// The value of a key.
pub(super) fn get(mut tree: Link, key: Value, order: Order) -> Option<Value> {
    while let Some(node) = tree {
        tree = match order(key, node.key) {
            Ordering::Less => node.left,
            Ordering::Greater => node.right,
            Ordering::Equal => return Some(node.value),
        };
    }
    None
}

/// The tree with that entry; an equal key that is there already stays, with the new value.
pub(super) fn insert(heap: &mut Heap, tree: Link, key: Value, value: Value, order: Order) -> Gc<Node> {
    let Some(node) = tree else { return join(heap, (key, value), None, None) };
    let entry = (node.key, node.value);
    match order(key, node.key) {
        Ordering::Less => {
            let left = insert(heap, node.left, key, value, order);
            balance(heap, entry, Some(left), node.right)
        }
        Ordering::Greater => {
            let right = insert(heap, node.right, key, value, order);
            balance(heap, entry, node.left, Some(right))
        }
        Ordering::Equal => join(heap, (node.key, value), node.left, node.right),
    }
}

/// The tree without a key that it has; the same tree if it has not.
pub(super) fn remove(heap: &mut Heap, tree: Link, key: Value, order: Order) -> Link {
    let node = tree?;
    let entry = (node.key, node.value);
    match order(key, node.key) {
        Ordering::Less => {
            let left = remove(heap, node.left, key, order);
            Some(balance(heap, entry, left, node.right))
        }
        Ordering::Greater => {
            let right = remove(heap, node.right, key, order);
            Some(balance(heap, entry, node.left, right))
        }
        Ordering::Equal => glue(heap, node.left, node.right),
    }
}

/// A tree of entries in order.
pub(super) fn build(heap: &mut Heap, entries: &[(Value, Value)]) -> Link {
    let (left, rest) = entries.split_at(entries.len() / 2);
    let (middle, right) = rest.split_first()?;
    let left = build(heap, left);
    let right = build(heap, right);
    Some(join(heap, *middle, left, right))
}

fn join(heap: &mut Heap, (key, value): (Value, Value), left: Link, right: Link) -> Gc<Node> {
    heap.allocate(Node { key, value, left, right, size: size(left) + size(right) + 1 })
}

/// Joins two trees and an entry between them, whose balance is off by at most one insertion or removal.
fn balance(heap: &mut Heap, entry: (Value, Value), left: Link, right: Link) -> Gc<Node> {
    let (left_size, right_size) = (size(left), size(right));
    match (left, right) {
        (_, Some(r)) if left_size + right_size > 1 && right_size > DELTA * left_size => {
            rotate_left(heap, entry, left, r)
        }
        (Some(l), _) if left_size + right_size > 1 && left_size > DELTA * right_size => {
            rotate_right(heap, entry, l, right)
        }
        _ => join(heap, entry, left, right),
    }
}

fn rotate_left(heap: &mut Heap, entry: (Value, Value), left: Link, r: Gc<Node>) -> Gc<Node> {
    match r.left {
        Some(inner) if size(r.left) >= GAMMA * size(r.right) => {
            let left = join(heap, entry, left, inner.left);
            let right = join(heap, (r.key, r.value), inner.right, r.right);
            join(heap, (inner.key, inner.value), Some(left), Some(right))
        }
        _ => {
            let left = join(heap, entry, left, r.left);
            join(heap, (r.key, r.value), Some(left), r.right)
        }
    }
}

fn rotate_right(heap: &mut Heap, entry: (Value, Value), l: Gc<Node>, right: Link) -> Gc<Node> {
    match l.right {
        Some(inner) if size(l.right) >= GAMMA * size(l.left) => {
            let left = join(heap, (l.key, l.value), l.left, inner.left);
            let right = join(heap, entry, inner.right, right);
            join(heap, (inner.key, inner.value), Some(left), Some(right))
        }
        _ => {
            let right = join(heap, entry, l.right, right);
            join(heap, (l.key, l.value), l.left, Some(right))
        }
    }
}

/// Joins the two subtrees of a node that is taken away.
fn glue(heap: &mut Heap, left: Link, right: Link) -> Link {
    let (Some(l), Some(r)) = (left, right) else { return left.or(right) };
    Some(if l.size > r.size {
        let (left, last) = take_last(heap, l);
        balance(heap, last, left, right)
    } else {
        let (first, right) = take_first(heap, r);
        balance(heap, first, left, right)
    })
}

fn take_first(heap: &mut Heap, node: Gc<Node>) -> ((Value, Value), Link) {
    let entry = (node.key, node.value);
    match node.left {
        None => (entry, node.right),
        Some(left) => {
            let (first, left) = take_first(heap, left);
            (first, Some(balance(heap, entry, left, node.right)))
        }
    }
}

fn take_last(heap: &mut Heap, node: Gc<Node>) -> (Link, (Value, Value)) {
    let entry = (node.key, node.value);
    match node.right {
        None => (node.left, entry),
        Some(right) => {
            let (right, last) = take_last(heap, right);
            (Some(balance(heap, entry, node.left, right)), last)
        }
    }
}

/// The entries in order.
#[derive(Debug, Default)]
pub(super) struct Iter {
    /// Nodes whose own entry is still to come, outermost first. On the heap, so that the iterator is small: most structs and
    /// sets have no tree.
    path: Vec<Gc<Node>>,
}

impl Iter {
    pub(super) fn new(tree: Link) -> Iter {
        let mut iter = Iter::default();
        iter.descend(tree);
        iter
    }

    fn descend(&mut self, mut tree: Link) {
        while let Some(node) = tree {
            self.path.push(node);
            tree = node.left;
        }
    }
}

impl Iterator for Iter {
    type Item = (Value, Value);

    fn next(&mut self) -> Option<(Value, Value)> {
        let node = self.path.pop()?;
        self.descend(node.right);
        Some((node.key, node.value))
    }
}

/// Checks order and balance of every node: for tests.
#[cfg(test)]
pub(super) fn check(tree: Link, order: Order) {
    let entries: Vec<_> = Iter::new(tree).collect();
    assert_eq!(entries.len(), size(tree));
    assert!(entries.windows(2).all(|w| order(w[0].0, w[1].0).is_lt()));
    let mut pending: Vec<Gc<Node>> = tree.into_iter().collect();
    while let Some(node) = pending.pop() {
        let (l, r) = (size(node.left), size(node.right));
        assert_eq!(node.size, l + r + 1);
        assert!(l + r <= 1 || (l <= DELTA * r && r <= DELTA * l), "unbalanced: {l} {r}");
        pending.extend(node.left.iter().chain(&node.right));
    }
}
