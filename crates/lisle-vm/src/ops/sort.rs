//! Sorting by the total order.

use std::cmp::Ordering;

use crate::heap::{Heap, Tracer};
use crate::object::External;
use crate::ops::{compare, identify};
use crate::value::{Tag, Value};

/// Sorts values by the total order; equal ones keep their order.
pub fn sort(heap: &mut Heap, items: &mut Vec<Value>) {
    let mut sorting = Sorting::new(Value::NIL, std::mem::take(items));
    while !sorting.is_done() {
        sorting.step(heap, usize::MAX);
    }
    *items = sorting.into_parts().1;
}

/// Elements in one run of the first pass: so many are sorted without a stop.
const RUN: usize = 1024;

/// A sort that can be left between two steps: a stable merge sort from the bottom up.
///
/// Not the standard library's sort, which cannot be left, and may panic when a comparison contradicts itself, as that of
/// data that contain themselves can.
#[derive(Debug)]
pub struct Sorting {
    /// What the elements come from.
    source: Value,
    items: Vec<Value>,
    /// The runs of the pass at hand that are merged, and what there is of the one that is being merged.
    merged: Vec<Value>,
    /// Length of the runs that are sorted; 0 in the first pass.
    width: usize,
    /// Where in `items` the pass stands: the first element that is not sorted, or the next ones of the two runs.
    left: usize,
    right: usize,
    all_ints: bool,
}

impl Sorting {
    /// A sort that has not begun. The source is kept for whoever takes the elements.
    pub fn new(source: Value, items: Vec<Value>) -> Sorting {
        let all_ints = items.iter().all(|item| item.tag() == Tag::Int);
        Sorting { source, items, merged: Vec::new(), width: 0, left: 0, right: 0, all_ints }
    }

    /// True when everything is sorted.
    pub fn is_done(&self) -> bool {
        self.width > 0 && self.width >= self.items.len()
    }

    /// Does about so many comparisons; gives how many were done, more or less.
    pub fn step(&mut self, heap: &mut Heap, work: usize) -> usize {
        if self.all_ints {
            let compare = |a: Value, b: Value| (a.bits() as i64).cmp(&(b.bits() as i64));
            return self.step_by(work, |run| run.sort_unstable_by_key(|item| item.bits() as i64), compare);
        }
        if self.width == 0 {
            // Things that are compared by identity need numbers before the first comparison that meets them.
            let end = self.left.saturating_add(runs_in(work).saturating_mul(RUN)).min(self.items.len());
            for item in &self.items[self.left..end] {
                identify(heap, *item);
            }
        }
        let compare = |a: Value, b: Value| compare(heap, a, b);
        self.step_by(work, |run| sort_run(run, compare), compare)
    }

    /// The source and the elements.
    pub fn into_parts(self) -> (Value, Vec<Value>) {
        (self.source, self.items)
    }

    fn step_by(
        &mut self,
        work: usize,
        sort_run: impl Fn(&mut [Value]),
        compare: impl Fn(Value, Value) -> Ordering + Copy,
    ) -> usize {
        if self.width > 0 {
            return self.merge(work, compare);
        }
        let mut compared = 0;
        for run in self.items[self.left..].chunks_mut(RUN).take(runs_in(work)) {
            sort_run(run);
            self.left += run.len();
            compared += run.len() * run.len().ilog2() as usize;
        }
        if self.left == self.items.len() {
            self.begin_pass(RUN);
        }
        compared
    }

    fn begin_pass(&mut self, width: usize) {
        self.width = width;
        (self.left, self.right) = (0, width.min(self.items.len()));
        self.merged.clear();
        if width < self.items.len() {
            self.merged.reserve_exact(self.items.len());
        }
    }

    /// Merges neighbouring runs: about so many elements.
    fn merge(&mut self, work: usize, compare: impl Fn(Value, Value) -> Ordering + Copy) -> usize {
        let (len, before) = (self.items.len(), self.merged.len());
        while self.merged.len() < len && self.merged.len() - before < work {
            // What is merged tells where the two runs begin.
            let start = self.merged.len() - self.merged.len() % (2 * self.width);
            let middle = (start + self.width).min(len);
            let end = (middle + self.width).min(len);
            let (mut left, mut right) = (&self.items[self.left..middle], &self.items[self.right..end]);
            let most = work - (self.merged.len() - before);
            merge(&mut left, &mut right, &mut self.merged, most, compare);
            (self.left, self.right) = (middle - left.len(), end - right.len());
            if self.merged.len() == end {
                (self.left, self.right) = (end, (end + self.width).min(len));
            }
        }
        let compared = self.merged.len() - before;
        if self.merged.len() == len {
            std::mem::swap(&mut self.items, &mut self.merged);
            self.begin_pass(self.width.saturating_mul(2));
        }
        compared
    }
}

impl External for Sorting {
    fn type_name(&self) -> &'static str {
        "sorting"
    }
    fn display(&self) -> String {
        "#<sorting>".to_owned()
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.source);
        // What is merged stands in `items` too.
        tracer.values(&self.items);
    }
}

fn runs_in(work: usize) -> usize {
    (work / (RUN * RUN.ilog2() as usize)).max(1)
}

/// Sorts stably, whatever the comparison says.
fn sort_run(items: &mut [Value], compare: impl Fn(Value, Value) -> Ordering + Copy) {
    const SHORT: usize = 16;
    if items.len() <= SHORT {
        for end in 1..items.len() {
            let mut at = end;
            while at > 0 && compare(items[at - 1], items[at]).is_gt() {
                items.swap(at - 1, at);
                at -= 1;
            }
        }
        return;
    }
    // The depth is the number of bits of `RUN`.
    let (left, right) = items.split_at_mut(items.len() / 2);
    sort_run(left, compare);
    sort_run(right, compare);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    merge(&mut &*left, &mut &*right, &mut merged, usize::MAX, compare);
    items.copy_from_slice(&merged);
}

/// Moves elements of two sorted runs to `out` in order, up to about so many; takes them off the runs.
fn merge(
    left: &mut &[Value],
    right: &mut &[Value],
    out: &mut Vec<Value>,
    most: usize,
    compare: impl Fn(Value, Value) -> Ordering,
) {
    let begin = out.len();
    // Runs that are in order already are the common case of sorted input.
    let in_order = |left: &[Value], right: &[Value]| match (left.last(), right.first()) {
        (Some(last), Some(first)) => compare(*last, *first).is_le(),
        _ => true,
    };
    if !in_order(left, right) {
        while let (Some(a), Some(b)) = (left.first(), right.first()) {
            if out.len() - begin >= most {
                return;
            }
            if compare(*a, *b).is_le() {
                out.push(*a);
                *left = &left[1..];
            } else {
                out.push(*b);
                *right = &right[1..];
            }
        }
    }
    out.extend_from_slice(std::mem::take(left));
    out.extend_from_slice(std::mem::take(right));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted_in_steps(heap: &mut Heap, items: &[Value], work: usize) -> Vec<Value> {
        let mut sorting = Sorting::new(Value::NIL, items.to_vec());
        while !sorting.is_done() {
            sorting.step(heap, work);
        }
        sorting.into_parts().1
    }

    #[test]
    fn sorting_is_stable_and_complete() {
        let mut heap = Heap::new();
        for len in [0, 1, 2, 17, 500, RUN, RUN + 1, 3 * RUN, 10_000] {
            // 1 and 1.0 are equal in the order: they must stay as they were.
            let items: Vec<Value> = (0..len as i64)
                .map(|i| if i % 3 == 0 { Value::float((i * 7 % 50) as f64) } else { Value::int(i * 7 % 50) })
                .collect();
            let mut expected = items.clone();
            expected.sort_by(|a, b| compare(&heap, *a, *b));
            for work in [1, 1000, usize::MAX] {
                let sorted = sorted_in_steps(&mut heap, &items, work);
                assert!(sorted.len() == len && sorted.iter().zip(&expected).all(|(a, b)| a.is_identical(*b)));
            }
        }
    }

    #[test]
    fn integers_are_sorted_in_steps() {
        let mut heap = Heap::new();
        let items: Vec<Value> = (0..10_000).map(|i: i64| Value::int(i.wrapping_mul(0x1e37_79b9_7f4a_7c15))).collect();
        let mut expected: Vec<i64> = items.iter().filter_map(|i| i.as_int()).collect();
        expected.sort_unstable();
        for work in [1, 5000, usize::MAX] {
            let sorted = sorted_in_steps(&mut heap, &items, work);
            assert!(sorted.iter().filter_map(|i| i.as_int()).eq(expected.iter().copied()));
        }
    }

    #[test]
    fn a_contradictory_comparison_loses_nothing() {
        let items: Vec<Value> = (0..5000).map(Value::int).collect();
        let flip = std::cell::Cell::new(false);
        let compare = |_: Value, _: Value| {
            flip.set(!flip.get());
            if flip.get() { Ordering::Greater } else { Ordering::Less }
        };
        let mut sorting = Sorting::new(Value::NIL, items);
        while !sorting.is_done() {
            sorting.step_by(700, |run| sort_run(run, compare), compare);
        }
        let mut back: Vec<_> = sorting.into_parts().1.iter().filter_map(|i| i.as_int()).collect();
        back.sort_unstable();
        assert!(back.into_iter().eq(0..5000));
    }
}
