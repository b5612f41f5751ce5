//! Making values of messages.

use std::sync::Arc;

use lisle_bytecode::CodeUnit;
use lisle_vm::heap::Tracer;
use lisle_vm::object::LinkedUnit;
use lisle_vm::vm::State;
use lisle_vm::{Gc, Heap, Tag, Value};
use smallvec::SmallVec;

use super::message::{Fill, Item, Message, Node};

/// The units that came in messages, linked: the next message with functions of the same file uses them again.
#[derive(Debug, Default)]
pub(crate) struct Units {
    /// The one that came last is last.
    linked: Vec<(Arc<CodeUnit>, Gc<LinkedUnit>)>,
}

/// Units remembered at most. One that is forgotten costs nothing but linking it again.
const UNITS_MAX: usize = 64;

impl Units {
    /// Adds a unit that this VM has linked already.
    pub(crate) fn add(&mut self, unit: &Arc<CodeUnit>, linked: Gc<LinkedUnit>) {
        if !self.linked.iter().any(|(known, _)| Arc::ptr_eq(known, unit)) {
            if self.linked.len() == UNITS_MAX {
                self.linked.remove(0);
            }
            self.linked.push((unit.clone(), linked));
        }
    }

    fn linked(&mut self, heap: &mut Heap, state: &mut State, unit: &Arc<CodeUnit>) -> Gc<LinkedUnit> {
        if let Some((_, linked)) = self.linked.iter().find(|(known, _)| Arc::ptr_eq(known, unit)) {
            return *linked;
        }
        if let Some(linked) = state.linked_library(heap, unit) {
            return linked;
        }
        let linked = heap.link_unit(unit.clone());
        self.add(unit, linked);
        linked
    }

    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        self.linked.iter().for_each(|(_, linked)| tracer.object(*linked));
    }
}

/// Makes the value that a message describes.
pub(crate) fn unpack(heap: &mut Heap, state: &mut State, units: &mut Units, message: &Message) -> Value {
    let values = Vec::with_capacity(message.nodes.len());
    let mut reader = Reader { heap, state, units, message, values, entries: Vec::new() };
    reader.nodes();
    reader.fills();
    message.root.map_or(Value::NIL, |root| root.value(&reader.values))
}

struct Reader<'a> {
    heap: &'a mut Heap,
    state: &'a mut State,
    units: &'a mut Units,
    message: &'a Message,
    /// What became of the nodes so far.
    values: Vec<Value>,
    /// Those of the struct that is made.
    entries: Vec<(Value, Value)>,
}

impl Reader<'_> {
    fn nodes(&mut self) {
        let (mut items, mut octets) = (&*self.message.items, &*self.message.octets);
        for node in &self.message.nodes {
            // What the node takes of the items, as values.
            let mut take = |count: u32| -> SmallVec<[Value; 16]> {
                let (taken, rest) = items.split_at(count as usize);
                items = rest;
                taken.iter().map(|item| item.value(&self.values)).collect()
            };
            let mut text = |len: usize| {
                let (taken, rest) = octets.split_at(len);
                octets = rest;
                taken
            };
            let value = match *node {
                Node::Pair => {
                    let pair = take(2);
                    self.heap.new_pair(pair[0], pair[1]).into()
                }
                Node::Array(count) => self.heap.new_array(&take(count)).into(),
                Node::Struct { entries, sorted: true } => {
                    let (taken, rest) = items.split_at(entries as usize * 2);
                    items = rest;
                    self.entries.clear();
                    let values = &self.values;
                    self.entries.extend(taken.chunks_exact(2).map(|e| (e[0].value(values), e[1].value(values))));
                    self.heap.new_struct_sorted(&self.entries).into()
                }
                Node::Struct { entries, sorted: false } => self.heap.new_struct_flat(&take(entries * 2)).into(),
                Node::Set(count) => self.heap.new_set(take(count).to_vec()).into(),
                Node::String(len) => {
                    // The octets were those of a string.
                    let text = std::str::from_utf8(text(len)).unwrap_or_default();
                    self.heap.new_string(text).into()
                }
                Node::LongString(index) => self.heap.new_string_of(&self.message.texts[index as usize]).into(),
                Node::LongBytes(index) => self.heap.new_bytes_of(&self.message.bytes[index as usize]).into(),
                Node::Bytes(len) => self.heap.new_bytes(text(len)).into(),
                Node::MString(len) => self.heap.new_mstr(text(len).to_vec()).into(),
                Node::MBytes(len) => self.heap.new_mbytes(text(len).to_vec()).into(),
                Node::MArray => self.heap.new_marray(Vec::new()).into(),
                Node::MSet => self.heap.new_mset(Vec::new()).into(),
                Node::Box => self.heap.new_box(Value::NIL).into(),
                Node::Cell => self.heap.new_cell(Value::NIL).into(),
                Node::Instance(slots) => Value::object(self.heap.new_instance(slots as usize)),
                Node::Closure { unit, code, captures, squelched } => {
                    let parts = take(captures + 1);
                    let linked = self.units.linked(self.heap, self.state, &self.message.units[unit as usize]);
                    let instance = parts[0].as_object().unwrap_or_else(|| self.heap.new_instance(0));
                    self.state.new_closure(self.heap, linked, code, instance, &parts[1..], squelched).into()
                }
                Node::Predefined(name) => self.state.link_predefined(self.heap, name).unwrap_or_default(),
                Node::Syntax(index) => self.heap.new_syntax(self.message.syntax[index as usize].clone()).into(),
                Node::Thing(index) => self.heap.new_external(self.message.things[index as usize].arrive()).into(),
                Node::Traited => {
                    let parts = take(2);
                    let plain = parts[0];
                    let traited = parts[1].as_struct().and_then(|table| self.heap.with_traits(plain, table));
                    traited.unwrap_or(plain)
                }
            };
            self.values.push(value);
        }
    }

    fn fills(&mut self) {
        let mut items = &*self.message.fill_items;
        for fill in &self.message.fills {
            match *fill {
                Fill::Slot { node, slot } => {
                    let value = self.take(&mut items, 1)[0].value(&self.values);
                    if let Some(instance) = self.values[node as usize].as_object::<lisle_vm::object::Instance>() {
                        instance.set(self.heap, slot as usize, value);
                    }
                }
                Fill::Content { node, items: count } => {
                    let contents = self.take(&mut items, count).iter().map(|item| item.value(&self.values)).collect();
                    self.fill(self.values[node as usize], contents);
                }
            }
        }
    }

    fn take<'i>(&self, items: &mut &'i [Item], count: u32) -> &'i [Item] {
        let (taken, rest) = items.split_at(count as usize);
        *items = rest;
        taken
    }

    fn fill(&mut self, object: Value, contents: Vec<Value>) {
        match object.tag() {
            Tag::MArray => {
                if let Some(array) = object.as_marray() {
                    contents.into_iter().for_each(|item| array.push(self.heap, item));
                }
            }
            Tag::MSet => {
                if let Some(set) = object.as_mset() {
                    for item in contents {
                        set.add(self.heap, item);
                    }
                }
            }
            Tag::Box => object.as_box().iter().for_each(|place| place.set(self.heap, contents[0])),
            Tag::Cell => object.as_cell().iter().for_each(|place| place.set(self.heap, contents[0])),
            _ => {}
        }
    }
}
