//! Tests of the collector through toy mutators.

mod model;

use super::*;
use crate::fiber::{Frame, FrameKind, Stacks};
use crate::object::{External, MArray, MStr, Pair};

/// Roots that are just values.
#[derive(Default)]
struct Held(Vec<Value>);

impl Roots for Held {
    fn trace_roots(&self, tracer: &mut Tracer<'_>) {
        tracer.values(&self.0);
    }
}

/// A slice of so many units, whatever pacing thinks.
fn slice(heap: &mut Heap, roots: &dyn Roots, budget: usize) {
    match heap.phase {
        Phase::Idle => heap.start_marking(roots),
        Phase::Mark => heap.mark_slice(roots, budget),
        Phase::Sweep => heap.sweep_slice(budget),
    };
}

/// What the interpreter does at a safepoint.
fn safepoint(heap: &mut Heap, roots: &dyn Roots) {
    if heap.wants_collection() {
        heap.collect_step(roots);
    }
}

fn checked(heap: &Heap, roots: &dyn Roots) {
    assert_eq!(heap.verify(roots), Ok(()));
}

/// A fiber whose live registers are the first `live` of its stack.
fn fiber_with(heap: &mut Heap, registers: Vec<Value>, live: usize) -> Gc<Fiber> {
    let mut fiber = Fiber::new(Value::NIL, 0);
    let frames = vec![frame(live)];
    fiber.stacks = Some(Box::new(Stacks { registers, frames, ..Stacks::EMPTY }));
    heap.allocate(fiber)
}

fn frame(live: usize) -> Frame {
    let base = live as u32 - 1;
    Frame { closure: None, pc: std::ptr::null(), base, dst: 0, kind: FrameKind::Then }
}

fn list_of(heap: &mut Heap, count: usize) -> Value {
    (0..count).fold(Value::EMPTY_LIST, |rest, n| heap.new_pair(Value::int(n as i64), rest).into())
}

#[test]
fn what_is_rooted_stays_and_the_rest_goes() {
    let mut heap = Heap::new();
    let kept = list_of(&mut heap, 1000);
    let roots = Held(vec![kept]);
    list_of(&mut heap, 100_000);
    heap.collect_all(&roots);
    assert_eq!(heap.stats().live_bytes, 1000 * size_of::<Object<Pair>>());
    checked(&heap, &roots);
    let mut rest = kept;
    for n in (0..1000).rev() {
        let pair = rest.as_pair().expect("a list of 1000");
        assert_eq!(pair.first.as_int(), Some(n));
        rest = pair.rest;
    }
}

#[test]
fn cycles_are_collected() {
    let mut heap = Heap::new();
    let roots = Held::default();
    for _ in 0..1000 {
        let (a, b) = (heap.new_box(Value::NIL), heap.new_marray(Vec::new()));
        a.set(&mut heap, b.into());
        b.push(&mut heap, a.into());
    }
    heap.collect_all(&roots);
    let stats = heap.stats();
    assert_eq!((stats.live_bytes, stats.blocks, stats.external_bytes), (0, 0, 0));
    checked(&heap, &roots);
}

#[test]
fn memory_is_given_back() {
    let mut heap = Heap::new();
    let mut roots = Held(vec![list_of(&mut heap, 2_000_000)]);
    heap.collect_all(&roots);
    let full = heap.stats();
    assert!(full.live_bytes >= 80_000_000 && full.reserved_bytes >= full.live_bytes);
    roots.0.clear();
    heap.collect_all(&roots);
    let empty = heap.stats();
    assert_eq!((empty.live_bytes, empty.blocks), (0, 0));
    assert!(empty.reserved_bytes <= pace::FIRST_CYCLE_BYTES, "{empty:?}");
    checked(&heap, &roots);
}

#[test]
fn memory_is_given_back_by_slices_alone() {
    let mut heap = Heap::new();
    let mut roots = Held(vec![list_of(&mut heap, 1_000_000)]);
    heap.collect_all(&roots);
    roots.0.clear();
    for _ in 0..4_000_000 {
        heap.new_pair(Value::NIL, Value::NIL);
        safepoint(&mut heap, &roots);
    }
    let stats = heap.stats();
    assert!(stats.live_bytes < 1 << 20 && stats.reserved_bytes <= 2 * pace::FIRST_CYCLE_BYTES, "{stats:?}");
}

#[test]
fn garbage_does_not_grow_the_heap() {
    let mut heap = Heap::new();
    let roots = Held(vec![list_of(&mut heap, 200_000)]);
    let live = 200_000 * size_of::<Object<Pair>>();
    let mut most = 0;
    for n in 0..5_000_000 {
        heap.new_pair(Value::int(n), Value::NIL);
        safepoint(&mut heap, &roots);
        most = most.max(heap.stats().reserved_bytes);
    }
    assert!(most < 3 * live, "{most} bytes for {live} live ones");
    checked(&heap, &roots);
}

#[test]
fn lists_of_ten_million_pairs_are_marked_in_bounded_slices() {
    let mut heap = Heap::new();
    let roots = Held(vec![list_of(&mut heap, 10_000_000)]);
    slice(&mut heap, &roots, 0);
    let budget = 100_000;
    let mut slices = 0;
    while heap.phase == Phase::Mark {
        let work = heap.mark_slice(&roots, budget);
        assert!(work <= 2 * budget);
        // One element is looked at after the other: nothing piles up.
        assert!(heap.marker.grey.len() < 100);
        slices += 1;
    }
    assert!(slices > 5_000);
    heap.collect_all(&roots);
    assert_eq!(heap.stats().live_bytes, 10_000_000 * size_of::<Object<Pair>>());
}

#[test]
fn large_objects_live_and_die() {
    let mut heap = Heap::new();
    let numbers = vec![Value::int(7); 10_000];
    let inner = heap.new_array(&numbers);
    let array = heap.new_array(&vec![inner.into(); 10_000]);
    let mut roots = Held(vec![array.into()]);
    heap.new_array(&numbers);
    heap.collect_all(&roots);
    assert_eq!(heap.stats().large_objects, 2);
    checked(&heap, &roots);
    assert_eq!(inner.items().len(), numbers.len());
    assert!(array.items().iter().all(|s| s.is_identical(inner.into())));
    roots.0[0] = inner.into();
    heap.collect_all(&roots);
    assert_eq!(heap.stats().large_objects, 1);
    roots.0.clear();
    heap.collect_all(&roots);
    assert_eq!((heap.stats().large_objects, heap.stats().reserved_bytes <= pace::FIRST_CYCLE_BYTES), (0, true));
}

#[test]
fn large_arrays_are_traced_in_parts() {
    let mut heap = Heap::new();
    let items: Vec<Value> = (0..1_000_000).map(|n| heap.new_box(Value::int(n)).into()).collect();
    let array = heap.new_marray(items);
    let roots = Held(vec![array.into()]);
    slice(&mut heap, &roots, 0);
    while heap.phase == Phase::Mark {
        assert!(heap.mark_slice(&roots, 50_000) < 150_000);
        if let Some(last) = array.pop(&mut heap) {
            array.set(&mut heap, 0, last);
        }
    }
    heap.collect_all(&roots);
    checked(&heap, &roots);
    assert!(array.get(&heap).items().iter().all(|b| b.as_box().is_some_and(|b| b.value(&heap).as_int().is_some())));
}

#[test]
fn removal_from_a_table_traced_in_part_loses_nothing() {
    let mut heap = Heap::new();
    let entries: Vec<_> = (0..5000).map(|n| (Value::int(n), heap.new_box(Value::int(n)).into())).collect();
    let table = heap.new_mstruct(entries);
    let roots = Held(vec![table.into()]);
    slice(&mut heap, &roots, 0);
    let mut key = 0;
    while heap.phase == Phase::Mark {
        heap.mark_slice(&roots, 2000);
        table.remove(&mut heap, Value::int(key));
        key += 1;
    }
    heap.collect_all(&roots);
    checked(&heap, &roots);
    for n in key..5000 {
        let value = table.get(&heap).get(Value::int(n)).and_then(Value::as_box);
        assert_eq!(value.map(|b| b.value(&heap).as_int()), Some(Some(n)));
    }
}

#[test]
fn external_memory_counts_and_is_freed_by_sweeping() {
    #[derive(Debug)]
    struct Thing(#[allow(dead_code, reason = "its drop is what counts")] std::rc::Rc<()>);
    impl External for Thing {
        fn type_name(&self) -> &'static str {
            "thing"
        }
        fn display(&self) -> String {
            String::new()
        }
    }
    let mut heap = Heap::new();
    let alive = std::rc::Rc::new(());
    let thing = heap.new_external(Box::new(Thing(alive.clone())));
    let bytes = heap.new_mbytes(vec![0; 1 << 20]);
    let mut roots = Held(vec![thing.into(), bytes.into()]);
    heap.collect_all(&roots);
    assert_eq!(heap.stats().external_bytes, 1 << 20);
    assert_eq!(std::rc::Rc::strong_count(&alive), 2);
    roots.0.clear();
    heap.collect_all(&roots);
    assert_eq!(heap.stats().external_bytes, 0);
    assert_eq!(std::rc::Rc::strong_count(&alive), 1);
    heap.new_external(Box::new(Thing(alive.clone())));
    drop(heap);
    assert_eq!(std::rc::Rc::strong_count(&alive), 1);
}

#[test]
fn external_memory_alone_brings_collections_about() {
    let mut heap = Heap::new();
    let roots = Held::default();
    for _ in 0..1000 {
        heap.new_mbytes(vec![0; 1 << 16]);
        safepoint(&mut heap, &roots);
    }
    assert!(heap.stats().collections >= 3);
    assert!(heap.stats().external_bytes < 32 << 20);
}

#[test]
fn registers_need_no_barrier_while_their_fiber_runs() {
    let mut heap = Heap::new();
    let (running, parked) =
        (fiber_with(&mut heap, vec![Value::NIL; 2], 2), fiber_with(&mut heap, vec![Value::NIL; 2], 2));
    let cell = heap.new_box(Value::NIL);
    let inner = heap.new_pair(Value::int(7), Value::NIL);
    cell.set(&mut heap, inner.into());
    parked.get_mut(&mut heap).stacks_mut().registers[0] = cell.into();
    let roots = Held(vec![parked.into(), running.into()]);
    heap.fiber_ran(running);
    slice(&mut heap, &roots, 0);
    // The running fiber is scanned, and then takes the pair out of a box that is not.
    let mut moved = false;
    while heap.phase == Phase::Mark {
        heap.mark_slice(&roots, 1);
        if !moved {
            let value = cell.value(&heap);
            running.get_mut_unbarriered(&mut heap).stacks_mut().registers[0] = value;
            cell.set(&mut heap, Value::NIL);
            moved = true;
        }
    }
    heap.sweep_slice(usize::MAX);
    checked(&heap, &roots);
    assert_eq!(running.get(&heap).stacks().registers[0].as_pair().and_then(|p| p.first.as_int()), Some(7));
}

#[test]
fn stale_registers_are_never_traced() {
    let mut heap = Heap::new();
    let dead = heap.new_pair(Value::NIL, Value::NIL);
    let fiber = fiber_with(&mut heap, vec![dead.into(); 100], 10);
    fiber.get_mut(&mut heap).stacks_mut().registers[..10].fill(Value::NIL);
    let roots = Held(vec![fiber.into()]);
    heap.collect_all(&roots);
    let body = fiber.get_mut_unbarriered(&mut heap).stacks_mut();
    body.frames[0] = frame(100.min(body.registers.len()));
    checked(&heap, &roots);
    heap.collect_all(&roots);
    checked(&heap, &roots);
    assert_eq!(heap.stats().large_objects, 0);
}

#[test]
fn deep_stacks_of_parked_fibers_are_scanned_in_slices() {
    let mut heap = Heap::new();
    let registers: Vec<Value> = (0..1_000_000).map(|n| heap.new_box(Value::int(n)).into()).collect();
    let fiber = fiber_with(&mut heap, registers, 1_000_000);
    fiber.get_mut(&mut heap).stacks_mut().frames.extend(vec![frame(1_000_000); 100_000]);
    let roots = Held(vec![fiber.into()]);
    slice(&mut heap, &roots, 0);
    while heap.phase == Phase::Mark {
        assert!(heap.mark_slice(&roots, 50_000) < 150_000);
    }
    heap.sweep_slice(usize::MAX);
    checked(&heap, &roots);
    assert!(heap.stats().live_bytes > 1_000_000 * 24);
}

#[test]
fn a_list_that_grows_while_it_is_marked_is_kept_whole() {
    let mut heap = Heap::new();
    let fiber = fiber_with(&mut heap, vec![Value::EMPTY_LIST; 1], 1);
    heap.fiber_ran(fiber);
    let roots = Held(vec![fiber.into()]);
    for n in 0..6_000_000 {
        let list = fiber.get(&heap).stacks().registers[0];
        let list = heap.new_pair(Value::int(n), list).into();
        fiber.get_mut_unbarriered(&mut heap).stacks_mut().registers[0] = list;
        safepoint(&mut heap, &roots);
    }
    let stats = heap.stats();
    assert!(stats.collections >= 3 && stats.max_slice_work <= 2 * pace::SLICE_WORK, "{stats:?}");
    let mut list = fiber.get(&heap).stacks().registers[0];
    for n in (0..6_000_000).rev() {
        let pair = list.as_pair().expect("all pairs are there");
        assert_eq!(pair.first.as_int(), Some(n));
        list = pair.rest;
    }
}

#[test]
fn changed_objects_are_traced_again() {
    let mut heap = Heap::new();
    let array = heap.new_marray(vec![Value::NIL]);
    let pad = list_of(&mut heap, 100);
    let roots = Held(vec![pad, array.into()]);
    slice(&mut heap, &roots, 0);
    let mut n = 0;
    while heap.phase == Phase::Mark {
        n += 1;
        let fresh = heap.new_box(Value::int(n));
        array.get_mut(&mut heap).vec_mut()[0] = fresh.into();
        heap.mark_slice(&roots, 1);
        assert!(n < 1000, "marking ends although the array is changed in each slice");
    }
    heap.sweep_slice(usize::MAX);
    checked(&heap, &roots);
    assert_eq!(array.get(&heap).items()[0].as_box().map(|b| b.value(&heap).as_int()), Some(Some(n)));
}

#[test]
fn stress_mode_collects_everything_at_every_safepoint() {
    let mut heap = Heap::new();
    heap.set_stress(true);
    let kept = heap.new_pair(Value::int(1), Value::NIL);
    let roots = Held(vec![kept.into()]);
    for n in 0..100 {
        let dead = heap.new_string(&"garbage ".repeat(n));
        assert!(heap.wants_collection());
        heap.collect_step(&roots);
        // SAFETY: the memory belongs to a block that is in use or kept; the object in it is gone.
        let first = unsafe { dead.as_ptr().cast::<u8>().read() };
        assert_ne!(first, crate::value::Tag::String as u64 as u8);
        assert_eq!(kept.first.as_int(), Some(1));
    }
    assert!(heap.stats().collections >= 100);
    heap.set_stress(false);
    heap.collect_step(&roots);
    assert!(!heap.wants_collection());
}

#[test]
fn the_verifier_finds_planted_faults() {
    let mut heap = Heap::new();
    let pair = heap.new_pair(Value::NIL, Value::NIL);
    let array = heap.new_array(&[pair.into()]);
    let roots = Held(vec![array.into()]);
    heap.collect_all(&roots);
    checked(&heap, &roots);
    let mark = &pair.header().mark;
    mark.set(mark.get() ^ mark::COLOUR);
    assert!(heap.verify(&roots).is_err_and(|e| e.contains("not marked")));
    mark.set(mark.get() ^ mark::COLOUR);
    checked(&heap, &roots);
    // A pointer into the middle of an object.
    let inside = Value::object::<MArray>(
        // SAFETY: nobody but the verifier, which does not trust it, sees this pointer.
        unsafe { Gc::from_address(pair.address() + 8) },
    );
    assert!(heap.verify(&Held(vec![inside])).is_err_and(|e| e.contains("no object")));
    // A pointer to what was freed.
    heap.collect_all(&Held::default());
    assert!(heap.verify(&roots).is_err_and(|e| e.contains("no object")));
}

#[test]
fn the_limit_is_reported_once_for_each_sixteenth() {
    let mut heap = Heap::new();
    heap.set_heap_bytes_max(Some(16 << 20));
    assert!(heap.has_room_for(1 << 20) && !heap.has_room_for(32 << 20));
    let mut roots = Held::default();
    let mut reports = 0;
    for n in 0..20 {
        let bytes: Gc<MStr> = heap.new_mstr(vec![0; 1 << 20]);
        roots.0.push(bytes.into());
        safepoint(&mut heap, &roots);
        if heap.over_limit() {
            reports += 1;
            assert!(n >= 15);
        }
        safepoint(&mut heap, &roots);
        assert!(!heap.over_limit() || n >= 15);
    }
    assert!((3..=5).contains(&reports), "{reports}");
    roots.0.clear();
    for _ in 0..100 {
        heap.new_mstr(vec![0; 1 << 20]);
        safepoint(&mut heap, &roots);
        assert!(!heap.over_limit());
    }
}

#[test]
fn a_heap_without_objects_costs_nothing() {
    let heap = Heap::new();
    assert_eq!(heap.stats(), HeapStats::default());
    checked(&heap, &Held::default());
}

#[test]
fn slices_are_timed_by_the_clock_lent() {
    thread_local!(static NOW: std::cell::Cell<u64> = const { std::cell::Cell::new(0) });
    let mut heap = Heap::new();
    heap.set_clock(|| NOW.replace(NOW.get() + 1000));
    let roots = Held::default();
    (0..3).for_each(|_| heap.collect_step(&roots));
    assert_eq!((heap.pause_histogram().count(), heap.pause_histogram().max_ns()), (3, 1000));
}
