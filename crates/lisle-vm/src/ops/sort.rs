//! Sorting by the total order.

use std::cmp::Ordering;

use crate::heap::Heap;
use crate::ops::{compare, identify};
use crate::value::{Tag, Value};

/// Sorts values by the total order; equal ones keep their order.
///
/// Not the standard library's sort, which may panic when a comparison contradicts itself, as that of data
/// that contain themselves can.
pub fn sort(heap: &mut Heap, items: &mut Vec<Value>) {
    if items.iter().all(|item| item.tag() == Tag::Int) {
        items.sort_unstable_by_key(|item| item.bits() as i64);
        return;
    }
    for item in items.iter() {
        identify(heap, *item);
    }
    merge_sort(items, |a, b| compare(heap, a, b));
}

/// Sorts stably, whatever the comparison says.
fn merge_sort(items: &mut Vec<Value>, compare: impl Fn(Value, Value) -> Ordering) {
    const RUN: usize = 16;
    for run in items.chunks_mut(RUN) {
        for end in 1..run.len() {
            let mut at = end;
            while at > 0 && compare(run[at - 1], run[at]).is_gt() {
                run.swap(at - 1, at);
                at -= 1;
            }
        }
    }
    let mut merged = Vec::with_capacity(items.len());
    let mut width = RUN;
    while width < items.len() {
        for pair in items.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, &mut merged, &compare);
        }
        std::mem::swap(items, &mut merged);
        merged.clear();
        width *= 2;
    }
}

fn merge(mut left: &[Value], mut right: &[Value], out: &mut Vec<Value>, compare: impl Fn(Value, Value) -> Ordering) {
    // Runs that are in order already are the common case of sorted input.
    if let (Some(last), Some(first)) = (left.last(), right.first())
        && compare(*last, *first).is_le()
    {
        out.extend_from_slice(left);
        out.extend_from_slice(right);
        return;
    }
    while let (Some(a), Some(b)) = (left.first(), right.first()) {
        if compare(*a, *b).is_le() {
            out.push(*a);
            left = &left[1..];
        } else {
            out.push(*b);
            right = &right[1..];
        }
    }
    out.extend_from_slice(left);
    out.extend_from_slice(right);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorting_is_stable_and_complete() {
        let mut heap = Heap::new();
        // 1 and 1.0 are equal in the order: they must stay as they were.
        let mut items: Vec<Value> = (0..500_i64)
            .map(|i| if i % 3 == 0 { Value::float((i * 7 % 50) as f64) } else { Value::int(i * 7 % 50) })
            .collect();
        let mut expected = items.clone();
        expected.sort_by(|a, b| compare(&heap, *a, *b));
        sort(&mut heap, &mut items);
        assert!(items.iter().zip(&expected).all(|(a, b)| a.is_identical(*b)));
    }

    #[test]
    fn a_contradictory_comparison_loses_nothing() {
        let mut items: Vec<Value> = (0..1000).map(Value::int).collect();
        let flip = std::cell::Cell::new(false);
        merge_sort(&mut items, |_, _| {
            flip.set(!flip.get());
            if flip.get() { Ordering::Greater } else { Ordering::Less }
        });
        let mut back: Vec<_> = items.iter().filter_map(|i| i.as_int()).collect();
        back.sort_unstable();
        assert!(back.into_iter().eq(0..1000));
    }
}
