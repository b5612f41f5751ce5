//! Measures the collector: how long slices take with a large live heap, and what allocation and marking cost.
//!
//! `cargo run --release -p lisle-vm --example pause [MiB]`
//!
//! Builds so many mebibytes (512 by default) of pairs, arrays, mutable arrays, structs and strings, then goes on as a
//! program would: allocates, replaces parts of what is live, and does a slice at a safepoint whenever the heap wants one.
//!
//! The figures depend on the allocator too, since sweeping frees what mutable collections own: with glibc's, one `free`
//! in many thousands tidies up for tens of milliseconds.
#![allow(clippy::print_stdout, reason = "it is a program that reports")]
#![allow(clippy::disallowed_methods, reason = "it measures time, in no VM's sight")]

use std::hint::black_box;
use std::sync::OnceLock;
use std::time::Instant;

use lisle_vm::gc::Gc;
use lisle_vm::heap::{Heap, Roots, Tracer};
use lisle_vm::object::MArray;
use lisle_vm::value::Value;

fn now_ns() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

/// Small generator, so that every run does the same.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((u128::from(self.0) * limit as u128) >> 64) as usize
    }
}

struct World {
    /// The live heap: many small structures.
    parts: Gc<MArray>,
}

impl Roots for World {
    fn trace_roots(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.parts);
    }
}

/// A structure of a few kilobytes.
fn structure(heap: &mut Heap, random: &mut Random) -> Value {
    let mut list = Value::EMPTY_LIST;
    for n in 0..24 {
        let item = match random.below(6) {
            0 => heap.new_array(&[Value::int(n), list, Value::TRUE]).into(),
            1 => heap.new_marray(vec![Value::int(n); 4]).into(),
            2 => {
                let key = Value::keyword_named("key");
                let other = Value::keyword_named("other");
                heap.new_struct(vec![(key, Value::int(n)), (other, list)]).into()
            }
            3 => heap.new_string("some text of middling length").into(),
            4 => heap.new_box(Value::int(n)).into(),
            _ => Value::int(n),
        };
        list = heap.new_pair(item, list).into();
    }
    list
}

fn safepoint(heap: &mut Heap, world: &World) {
    if heap.wants_collection() {
        heap.collect_step(world);
    }
}

fn tree(heap: &mut Heap, depth: u32) -> Value {
    if depth == 0 {
        return heap.new_pair(Value::NIL, Value::NIL).into();
    }
    let left = tree(heap, depth - 1);
    let right = tree(heap, depth - 1);
    heap.new_pair(left, right).into()
}

fn pauses(live_mib: usize) {
    let mut heap = Heap::new();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let world = World { parts: heap.new_marray(Vec::new()) };
    let begin = now_ns();
    while heap.stats().live_bytes < live_mib << 20 {
        for _ in 0..1000 {
            let part = structure(&mut heap, &mut random);
            world.parts.push(&mut heap, part);
            safepoint(&mut heap, &world);
        }
        if heap.stats().heap_bytes > live_mib << 20 {
            heap.collect_all(&world);
        }
    }
    println!("built {:?} in {} ms", heap.stats(), (now_ns() - begin) / 1_000_000);

    let before = heap.stats();
    heap.set_clock(now_ns);
    let count = world.parts.get(&heap).items().len();
    let begin = now_ns();
    let wanted = before.allocated_total + 4 * (live_mib << 20) as u64;
    while heap.stats().allocated_total < wanted {
        let part = structure(&mut heap, &mut random);
        if random.below(4) == 0 {
            world.parts.set(&mut heap, random.below(count), part);
        }
        safepoint(&mut heap, &world);
    }
    let wall_ns = now_ns() - begin;
    let pauses = heap.pause_histogram();
    let after = heap.stats();
    println!("then {after:?}");
    let us = |ns: u64| ns as f64 / 1000.0;
    println!(
        "{} slices, {} cycles, {} ms in all; pauses in us: p50 {:.0}  p99 {:.0}  p99.9 {:.0}  max {:.0}",
        pauses.count(),
        after.collections - before.collections,
        wall_ns / 1_000_000,
        us(pauses.quantile_ns(0.5)),
        us(pauses.quantile_ns(0.99)),
        us(pauses.quantile_ns(0.999)),
        us(pauses.max_ns()),
    );

    let begin = now_ns();
    heap.collect_all(&world);
    println!("a whole collection at once: {} ms", (now_ns() - begin) / 1_000_000);
}

fn allocation() {
    let mut heap = Heap::new();
    let world = World { parts: heap.new_marray(Vec::new()) };
    const COUNT: u64 = 50_000_000;
    let begin = now_ns();
    for n in 0..COUNT {
        black_box(heap.new_pair(Value::int(n as i64), Value::NIL));
        safepoint(&mut heap, &world);
    }
    println!("pairs that die at once: {:.2} ns each", (now_ns() - begin) as f64 / COUNT as f64);

    let begin = now_ns();
    let mut nodes = 0_u64;
    for _ in 0..64 {
        black_box(tree(&mut heap, 16));
        nodes += (1 << 17) - 1;
        safepoint(&mut heap, &world);
    }
    println!("trees of depth 16: {:.2} ns a node", (now_ns() - begin) as f64 / nodes as f64);
}

fn marking() {
    let mut heap = Heap::new();
    let mut world = World { parts: heap.new_marray(Vec::new()) };
    for _ in 0..32 {
        let part = tree(&mut heap, 17);
        world.parts.push(&mut heap, part);
    }
    let nodes = 32 * ((1 << 18) - 1);
    report_marking(&mut heap, &world, "trees in order of allocation", nodes);
    // Leaves in random order: every object a cache miss.
    world.parts = heap.new_marray(Vec::new());
    let mut random = Random(7);
    let mut boxes: Vec<Value> = (0..8_000_000).map(|n| heap.new_box(Value::int(n)).into()).collect();
    for n in (1..boxes.len()).rev() {
        boxes.swap(n, random.below(n + 1));
    }
    for part in boxes.chunks(8) {
        let array = heap.new_array(part).into();
        world.parts.push(&mut heap, array);
    }
    report_marking(&mut heap, &world, "boxes in random order", 9_000_000);
}

fn report_marking(heap: &mut Heap, world: &World, what: &str, objects: usize) {
    heap.collect_all(world);
    let begin = now_ns();
    heap.collect_all(world);
    println!("{what}: mark and sweep {:.1} ns an object", (now_ns() - begin) as f64 / objects as f64);
}

fn main() {
    let live_mib = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(512);
    allocation();
    marking();
    pauses(live_mib);
}
