//! Random mutators against a model: what can be reached keeps its contents, however allocation, stores and slices of
//! collection interleave.

use std::collections::HashMap;

use proptest::prelude::*;

use super::{checked, fiber_with, frame, safepoint, slice};
use crate::fiber::Fiber;
use crate::gc::Gc;
use crate::heap::{Heap, Roots, Tracer};
use crate::value::{Tag, Value};

const FIBERS: usize = 3;
const REGISTERS: usize = 12;

/// What a value should be.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Expect {
    Int(i64),
    Node(usize),
    /// A register never written since its frame was entered: anything that is safe to trace.
    Anything,
}

/// What an object should hold.
#[derive(Clone, Debug)]
enum Node {
    Pair([Expect; 2]),
    Array(Vec<Expect>),
    MArray(Vec<Expect>),
    Box(Expect),
    Text(String),
    Table(Vec<(i64, Expect)>),
}

/// One thing that the mutator does; numbers choose registers, elements and sizes, modulo what there is.
#[derive(Clone, Debug)]
enum Action {
    Int(usize, i64),
    Copy(usize, usize),
    Pair(usize, usize, usize),
    Array(usize, usize, usize),
    MArray(usize, usize),
    Box(usize, usize),
    Text(usize, usize),
    Table(usize),
    /// Into register .0 an element of the object in register .1.
    Load(usize, usize, usize),
    /// Into the object in register .0 the value of register .1.
    Store(usize, usize, usize),
    Push(usize, usize),
    Pop(usize, usize),
    /// As `Push`, through the backward barrier, in front, and the register forgets the value.
    Insert(usize, usize),
    Remove(usize, usize),
    Switch(usize),
    /// The running fiber enters or leaves a frame: its live registers become so many.
    Live(usize),
    Garbage(usize),
    Slice(usize),
    Step,
    CollectAll,
    Verify,
}

fn action() -> impl Strategy<Value = Action> {
    let r = || 0..REGISTERS;
    let n = || 0usize..40;
    prop_oneof![
        2 => (r(), any::<i64>()).prop_map(|(a, b)| Action::Int(a, b)),
        4 => (r(), r()).prop_map(|(a, b)| Action::Copy(a, b)),
        6 => (r(), r(), r()).prop_map(|(a, b, c)| Action::Pair(a, b, c)),
        2 => (r(), r(), 0usize..1200).prop_map(|(a, b, c)| Action::Array(a, b, c)),
        3 => (r(), r()).prop_map(|(a, b)| Action::MArray(a, b)),
        3 => (r(), r()).prop_map(|(a, b)| Action::Box(a, b)),
        2 => (r(), 0usize..20_000).prop_map(|(a, b)| Action::Text(a, b)),
        2 => r().prop_map(Action::Table),
        8 => (r(), r(), n()).prop_map(|(a, b, c)| Action::Load(a, b, c)),
        8 => (r(), r(), n()).prop_map(|(a, b, c)| Action::Store(a, b, c)),
        5 => (r(), r()).prop_map(|(a, b)| Action::Push(a, b)),
        3 => (r(), r()).prop_map(|(a, b)| Action::Pop(a, b)),
        3 => (r(), r()).prop_map(|(a, b)| Action::Insert(a, b)),
        2 => (r(), n()).prop_map(|(a, b)| Action::Remove(a, b)),
        3 => (0..FIBERS).prop_map(Action::Switch),
        3 => (1..=REGISTERS).prop_map(Action::Live),
        1 => (0usize..3000).prop_map(Action::Garbage),
        20 => (1usize..400).prop_map(Action::Slice),
        2 => Just(Action::Step),
        1 => Just(Action::CollectAll),
        1 => Just(Action::Verify),
    ]
}

struct World {
    heap: Heap,
    fibers: Vec<Gc<Fiber>>,
    /// The running one.
    current: usize,
    nodes: Vec<Node>,
    registers: Vec<Vec<Expect>>,
    live: Vec<usize>,
}

struct FiberRoots<'a>(&'a [Gc<Fiber>]);

impl Roots for FiberRoots<'_> {
    fn trace_roots(&self, tracer: &mut Tracer<'_>) {
        self.0.iter().for_each(|f| tracer.object(*f));
    }
}

impl World {
    fn new() -> World {
        let mut heap = Heap::new();
        let fibers: Vec<_> =
            (0..FIBERS).map(|_| fiber_with(&mut heap, vec![Value::int(0); REGISTERS], REGISTERS)).collect();
        heap.fiber_ran(fibers[0]);
        let mut world = World {
            heap,
            fibers,
            current: 0,
            nodes: Vec::new(),
            registers: vec![vec![Expect::Int(0); REGISTERS]; FIBERS],
            live: vec![REGISTERS; FIBERS],
        };
        // Something that marking is busy with for a while.
        (0..300).for_each(|_| world.act(&Action::Pair(0, 1, 0)));
        world
    }

    fn register(&self, register: usize) -> usize {
        register % self.live[self.current]
    }

    /// A register whose value is known.
    fn read(&mut self, register: usize) -> (Value, Expect) {
        let register = self.register(register);
        if self.registers[self.current][register] == Expect::Anything {
            self.write(register, Value::int(1), Expect::Int(1));
        }
        (self.fibers[self.current].get(&self.heap).stacks().registers[register], self.registers[self.current][register])
    }

    fn write(&mut self, register: usize, value: Value, expect: Expect) {
        let register = self.register(register);
        self.fibers[self.current].get_mut_unbarriered(&mut self.heap).stacks_mut().registers[register] = value;
        self.registers[self.current][register] = expect;
    }

    fn make(&mut self, register: usize, value: Value, node: Node) {
        self.nodes.push(node);
        self.write(register, value, Expect::Node(self.nodes.len() - 1));
    }

    fn node(&mut self, expect: Expect) -> Option<&mut Node> {
        match expect {
            Expect::Node(index) => Some(&mut self.nodes[index]),
            _ => None,
        }
    }

    fn act(&mut self, action: &Action) {
        match *action {
            Action::Int(a, n) => self.write(a, Value::int(n), Expect::Int(n)),
            Action::Copy(a, b) => {
                let (value, expect) = self.read(b);
                self.write(a, value, expect);
            }
            Action::Pair(a, b, c) => {
                let ((first, e1), (rest, e2)) = (self.read(b), self.read(c));
                let pair = self.heap.new_pair(first, rest);
                self.make(a, pair.into(), Node::Pair([e1, e2]));
            }
            Action::Array(a, b, len) => {
                let (value, expect) = self.read(b);
                let array = self.heap.new_array(&vec![value; len]);
                self.make(a, array.into(), Node::Array(vec![expect; len]));
            }
            Action::MArray(a, b) => {
                let (value, expect) = self.read(b);
                let array = self.heap.new_marray(vec![value]);
                self.make(a, array.into(), Node::MArray(vec![expect]));
            }
            Action::Box(a, b) => {
                let (value, expect) = self.read(b);
                let cell = self.heap.new_box(value);
                self.make(a, cell.into(), Node::Box(expect));
            }
            Action::Text(a, len) => {
                let text: String = (0..len).map(|n| char::from(b'a' + (n % 26) as u8)).collect();
                let string = self.heap.new_string(&text);
                self.make(a, string.into(), Node::Text(text));
            }
            Action::Table(a) => {
                let table = self.heap.new_mstruct(Vec::new());
                self.make(a, table.into(), Node::Table(Vec::new()));
            }
            Action::Load(a, b, n) => self.load(a, b, n),
            Action::Store(a, b, n) => self.store(a, b, n),
            Action::Push(a, b) => {
                let ((array, target), (value, expect)) = (self.read(a), self.read(b));
                if let (Some(array), Some(Node::MArray(items))) = (array.as_marray(), self.node(target)) {
                    items.push(expect);
                    array.push(&mut self.heap, value);
                }
            }
            Action::Pop(a, b) => {
                let (array, target) = self.read(b);
                if let (Some(array), Some(Node::MArray(items))) = (array.as_marray(), self.node(target)) {
                    let expect = items.pop();
                    let value = array.pop(&mut self.heap);
                    assert_eq!(value.is_some(), expect.is_some());
                    if let (Some(value), Some(expect)) = (value, expect) {
                        self.write(a, value, expect);
                    }
                }
            }
            Action::Insert(a, b) => {
                let ((array, target), (value, expect)) = (self.read(a), self.read(b));
                if let (Some(array), Some(Node::MArray(items))) = (array.as_marray(), self.node(target)) {
                    items.insert(0, expect);
                    array.get_mut(&mut self.heap).vec_mut().insert(0, value);
                    if a != b {
                        self.write(b, Value::int(2), Expect::Int(2));
                    }
                }
            }
            Action::Remove(a, n) => {
                let (table, target) = self.read(a);
                if let (Some(table), Some(Node::Table(entries))) = (table.as_mstruct(), self.node(target)) {
                    entries.retain(|(k, _)| *k != n as i64);
                    table.remove(&mut self.heap, Value::int(n as i64));
                }
            }
            Action::Switch(fiber) => {
                self.current = fiber;
                self.heap.fiber_ran(self.fibers[fiber]);
            }
            Action::Live(live) => {
                let before = self.live[self.current];
                self.live[self.current] = live;
                // Registers above the live ones keep stale values, which the collector must clear in time.
                (before..live).for_each(|r| self.registers[self.current][r] = Expect::Anything);
                self.fibers[self.current].get_mut_unbarriered(&mut self.heap).stacks_mut().frames[0] = frame(live);
            }
            Action::Garbage(count) => {
                let mut list = Value::EMPTY_LIST;
                for _ in 0..count {
                    list = self.heap.new_pair(Value::NIL, list).into();
                    self.heap.new_marray(vec![list]);
                }
            }
            Action::Slice(budget) => slice(&mut self.heap, &FiberRoots(&self.fibers), budget),
            Action::Step => safepoint(&mut self.heap, &FiberRoots(&self.fibers)),
            Action::CollectAll => self.heap.collect_all(&FiberRoots(&self.fibers)),
            Action::Verify => checked(&self.heap, &FiberRoots(&self.fibers)),
        }
    }

    fn load(&mut self, a: usize, b: usize, n: usize) {
        let (object, target) = self.read(b);
        let Expect::Node(index) = target else { return };
        let (value, expect) = match &self.nodes[index] {
            Node::Pair(parts) => {
                let pair = object.as_pair().expect("a pair");
                ([pair.first, pair.rest][n % 2], parts[n % 2])
            }
            Node::Array(items) if !items.is_empty() => {
                (object.as_array().expect("an array").items()[n % items.len()], items[n % items.len()])
            }
            Node::MArray(items) if !items.is_empty() => {
                let array = object.as_marray().expect("a mutable array");
                (array.get(&self.heap).items()[n % items.len()], items[n % items.len()])
            }
            Node::Box(expect) => (object.as_box().expect("a box").value(&self.heap), *expect),
            Node::Table(entries) if !entries.is_empty() => {
                let (key, expect) = entries[n % entries.len()];
                let table = object.as_mstruct().expect("a table");
                (table.get(&self.heap).get(Value::int(key)).expect("the key is there"), expect)
            }
            _ => return,
        };
        self.write(a, value, expect);
    }

    fn store(&mut self, a: usize, b: usize, n: usize) {
        let ((object, target), (value, expect)) = (self.read(a), self.read(b));
        let Expect::Node(index) = target else { return };
        match &mut self.nodes[index] {
            Node::MArray(items) if !items.is_empty() => {
                let place = n % items.len();
                items[place] = expect;
                assert!(object.as_marray().expect("a mutable array").set(&mut self.heap, place, value));
            }
            Node::Box(content) => {
                *content = expect;
                object.as_box().expect("a box").set(&mut self.heap, value);
            }
            Node::Table(entries) => {
                let key = n as i64;
                entries.retain(|(k, _)| *k != key);
                entries.push((key, expect));
                object.as_mstruct().expect("a table").put(&mut self.heap, Value::int(key), value);
            }
            _ => {}
        }
    }

    /// Compares everything that can be reached with the model.
    fn compare(&self) {
        let mut seen: HashMap<u64, usize> = HashMap::new();
        let mut todo: Vec<(Value, Expect)> = Vec::new();
        for (fiber, registers) in self.fibers.iter().zip(&self.registers) {
            let live = fiber.get(&self.heap).stacks().live_top();
            todo.extend(
                fiber.get(&self.heap).stacks().registers[..live].iter().copied().zip(registers.iter().copied()),
            );
        }
        while let Some((value, expect)) = todo.pop() {
            let index = match expect {
                Expect::Anything => continue,
                Expect::Int(n) => {
                    assert_eq!(value.as_int(), Some(n));
                    continue;
                }
                Expect::Node(index) => index,
            };
            assert!(value.is_heap());
            if let Some(before) = seen.insert(value.bits(), index) {
                assert_eq!(before, index, "two objects at one address");
                continue;
            }
            match &self.nodes[index] {
                Node::Pair(parts) => {
                    let pair = value.as_pair().expect("a pair");
                    todo.extend([(pair.first, parts[0]), (pair.rest, parts[1])]);
                }
                Node::Array(items) => {
                    let array = value.as_array().expect("an array");
                    assert_eq!(array.items().len(), items.len());
                    todo.extend(array.items().iter().copied().zip(items.iter().copied()));
                }
                Node::MArray(items) => {
                    let array = value.as_marray().expect("a mutable array").get(&self.heap).items();
                    assert_eq!(array.len(), items.len());
                    todo.extend(array.iter().copied().zip(items.iter().copied()));
                }
                Node::Box(content) => todo.push((value.as_box().expect("a box").value(&self.heap), *content)),
                Node::Text(text) => assert_eq!(value.as_str().expect("a string").as_str(), text),
                Node::Table(entries) => {
                    assert_eq!(value.tag(), Tag::MStruct);
                    let table = value.as_mstruct().expect("a table").get(&self.heap);
                    assert_eq!(table.len(), entries.len());
                    for (key, expect) in entries {
                        todo.push((table.get(Value::int(*key)).expect("the key is there"), *expect));
                    }
                }
            }
        }
    }
}

fn run(actions: &[Action], stress: bool) {
    let mut world = World::new();
    world.heap.set_stress(stress);
    for action in actions {
        world.act(action);
        if stress {
            safepoint(&mut world.heap, &FiberRoots(&world.fibers));
        }
    }
    world.compare();
    checked(&world.heap, &FiberRoots(&world.fibers));
    world.heap.collect_all(&FiberRoots(&world.fibers));
    world.compare();
    checked(&world.heap, &FiberRoots(&world.fibers));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_can_be_reached_keeps_its_contents(actions in prop::collection::vec(action(), 1..600)) {
        run(&actions, false);
    }

    #[test]
    fn so_it_does_in_stress_mode(actions in prop::collection::vec(action(), 1..120)) {
        run(&actions, true);
    }
}
