//! Making messages of values.

use std::rc::Rc;
use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};
use lisle_bytecode::CodeUnit;
use lisle_vm::object::{Closure, Instance, Shared, traits_of};
use lisle_vm::transfer::globals_used;
use lisle_vm::vm::State;
use lisle_vm::{Gc, Heap, Tag, Value};

use super::children::each_child;
use super::message::{Fill, Item, Message, Node};
use super::post::placeholder;
use crate::chan::ends::{Channel, Crossing, Kind, Receiver, Sender, Sent, end};

/// Which top-level variables each code object names: found once, kept for the next message.
#[derive(Debug, Default)]
pub(crate) struct Globals {
    known: HashMap<(usize, u32), Rc<[u32]>, FixedState>,
    /// Keeps the units alive whose addresses are keys.
    units: Vec<Arc<CodeUnit>>,
}

/// Code objects remembered at most; then everything is forgotten.
const KNOWN_MAX: usize = 4096;

impl Globals {
    pub(super) fn of(&mut self, unit: &Arc<CodeUnit>, code: u32) -> Rc<[u32]> {
        if self.known.len() >= KNOWN_MAX {
            *self = Globals::default();
        }
        let address = Arc::as_ptr(unit).addr();
        if let Some(slots) = self.known.get(&(address, code)) {
            return slots.clone();
        }
        if !self.units.iter().any(|known| Arc::ptr_eq(known, unit)) {
            self.units.push(unit.clone());
        }
        let slots: Rc<[u32]> = globals_used(unit, code).into();
        self.known.insert((address, code), slots.clone());
        slots
    }
}

/// A value that cannot leave its thread, found inside of what was to be sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unsendable(pub(crate) Value);

/// Local channels with an end in what is packed, and the shared ones that they are to become.
#[derive(Debug, Default)]
pub(super) struct Moving {
    channels: Vec<(Channel, Arc<Crossing>)>,
    /// How many of them were asked for.
    done: usize,
}

impl Moving {
    /// One that was not asked for before.
    pub(super) fn next(&mut self) -> Option<(Channel, Arc<Crossing>)> {
        let next = self.channels.get(self.done)?.clone();
        self.done += 1;
        Some(next)
    }

    fn crossing(&mut self, channel: &Channel) -> Arc<Crossing> {
        if let Some(crossing) = channel.crossing() {
            return crossing;
        }
        if let Some((_, crossing)) = self.channels.iter().find(|(known, _)| known.is(channel)) {
            return crossing.clone();
        }
        let crossing = placeholder();
        self.channels.push((channel.clone(), crossing.clone()));
        crossing
    }
}

/// Makes a message of a value.
///
/// Errors: something in it cannot leave its thread.
pub(super) fn pack(
    heap: &mut Heap,
    state: &State,
    known: &mut Globals,
    moving: &mut Moving,
    value: Value,
) -> Result<Message, Unsendable> {
    let mut packer = Packer {
        heap,
        state,
        known,
        moving,
        message: Message::default(),
        nodes: HashMap::default(),
        units: Vec::new(),
        pending: Vec::new(),
        to_fill: Vec::new(),
        slots: HashSet::default(),
    };
    packer.walk(value)?;
    while let Some(fill) = packer.to_fill.pop() {
        packer.fill(fill)?;
    }
    packer.message.root = Some(packer.item(value));
    Ok(packer.message)
}

/// True for what `pack` refuses.
pub(super) fn is_unsendable(heap: &mut Heap, state: &State, value: Value) -> bool {
    match value.tag() {
        Tag::MStruct | Tag::Fiber => true,
        Tag::Parameter => state.predefined_name(value).is_none(),
        Tag::External => {
            channel_end(heap, value).is_none()
                && value.as_external().is_none_or(|e| e.get_mut(heap).thing.share().is_none())
        }
        _ => false,
    }
}

fn channel_end(heap: &Heap, value: Value) -> Option<(Channel, Kind, bool)> {
    let sender = end::<Sender>(heap, value).map(|end| (end.channel.clone(), Kind::Sender, end.open.get()));
    sender.or_else(|| end::<Receiver>(heap, value).map(|end| (end.channel.clone(), Kind::Receiver, end.open.get())))
}

/// A step of the walk.
enum Step {
    /// See that the value has a node.
    Enter(Value),
    /// All that the object holds has nodes now: it gets its own.
    Leave(Value),
}

/// What is to be filled.
enum ToFill {
    Content(u32, Value),
    Slot(u32, Gc<Instance>, u32),
}

struct Packer<'a> {
    heap: &'a mut Heap,
    state: &'a State,
    known: &'a mut Globals,
    moving: &'a mut Moving,
    message: Message,
    /// The nodes of objects, by address.
    nodes: HashMap<u64, u32, FixedState>,
    /// The addresses of the message's units.
    units: Vec<usize>,
    pending: Vec<Step>,
    to_fill: Vec<ToFill>,
    /// Top-level variables that are filled or will be, by the node of their instance.
    slots: HashSet<(u32, u32), FixedState>,
}

impl Packer<'_> {
    /// Gives nodes to a value and to everything in it, but for the contents of what can change.
    fn walk(&mut self, value: Value) -> Result<(), Unsendable> {
        self.pending.push(Step::Enter(value));
        while let Some(step) = self.pending.pop() {
            match step {
                Step::Enter(value) => self.enter(value)?,
                Step::Leave(value) => self.finish(value),
            }
        }
        Ok(())
    }

    fn enter(&mut self, value: Value) -> Result<(), Unsendable> {
        if !value.is_heap() || self.nodes.contains_key(&value.bits()) {
            return Ok(());
        }
        if let Some(name) = self.state.predefined_name(value) {
            self.add(value, Node::Predefined(name));
            return Ok(());
        }
        // Traits come first, so that an object that can change has its final node before anybody refers to it.
        if let Some(traits) = traits_of(value).filter(|traits| !self.nodes.contains_key(&traits.bits())) {
            self.pending.push(Step::Enter(value));
            self.pending.push(Step::Enter(traits));
            return Ok(());
        }
        match value.tag() {
            Tag::Pair | Tag::Array | Tag::Struct | Tag::Set | Tag::Closure => self.open(value),
            Tag::String | Tag::Bytes | Tag::MString | Tag::MBytes => self.octets(value),
            Tag::MArray => self.add_empty(value, Node::MArray),
            Tag::MSet => self.add_empty(value, Node::MSet),
            Tag::Box => self.add_empty(value, Node::Box),
            Tag::Cell => self.add_empty(value, Node::Cell),
            Tag::Syntax => {
                if let Some(syntax) = value.as_syntax() {
                    let index = self.message.syntax.len() as u32;
                    self.message.syntax.push(syntax.syntax.clone());
                    self.add(value, Node::Syntax(index));
                }
            }
            Tag::External => {
                let thing = self.thing(value).ok_or(Unsendable(value))?;
                let index = self.message.things.len() as u32;
                self.message.things.push(thing);
                self.add(value, Node::Thing(index));
            }
            _ => return Err(Unsendable(value)),
        }
        Ok(())
    }

    /// What stands for an external thing.
    fn thing(&mut self, value: Value) -> Option<Box<dyn Shared>> {
        let (channel, kind, open) = match channel_end(self.heap, value) {
            Some(end) => end,
            None => return value.as_external()?.get_mut(self.heap).thing.share(),
        };
        Some(Box::new(Sent::new(self.moving.crossing(&channel), kind, open)))
    }

    /// An immutable object: gets its node at once if all it holds has, and otherwise after that.
    fn open(&mut self, value: Value) {
        let before = self.pending.len();
        self.pending.push(Step::Leave(value));
        let (nodes, pending) = (&self.nodes, &mut self.pending);
        each_child(self.heap, value, &mut |child| {
            if child.is_heap() && !nodes.contains_key(&child.bits()) {
                pending.push(Step::Enter(child));
            }
        });
        if self.pending.len() == before + 1 {
            self.pending.pop();
            self.finish(value);
        }
    }

    /// Gives an immutable object its node and items. It may have got them meanwhile by another way.
    fn finish(&mut self, value: Value) {
        if self.nodes.contains_key(&value.bits()) {
            return;
        }
        let node = match value.tag() {
            Tag::Pair => Node::Pair,
            Tag::Closure => match value.as_closure() {
                Some(closure) => self.closure(closure),
                None => return,
            },
            Tag::Array => Node::Array(value.as_array().map_or(0, |a| a.items().len()) as u32),
            Tag::Set => Node::Set(value.as_set().map_or(0, |s| s.len()) as u32),
            _ => {
                let entries = value.as_struct();
                let sorted = entries.is_none_or(|s| s.iter().all(|(key, _)| keeps_order(key)));
                Node::Struct { entries: entries.map_or(0, |s| s.len()) as u32, sorted }
            }
        };
        let traits = traits_of(value);
        let (nodes, items) = (&self.nodes, &mut self.message.items);
        let mut skip = traits.is_some();
        each_child(self.heap, value, &mut |child| {
            // The trait table belongs to the node that carries it.
            if !std::mem::take(&mut skip) {
                items.push(item_of(nodes, child));
            }
        });
        self.add(value, node);
    }

    /// The closure's node; the item for its instance comes first. Its top-level variables are put off.
    fn closure(&mut self, closure: Gc<Closure>) -> Node {
        let unit = &closure.proto.unit;
        let address = Arc::as_ptr(unit).addr();
        let place = self.units.iter().position(|known| *known == address);
        let place = place.unwrap_or_else(|| {
            self.units.push(address);
            self.message.units.push(unit.clone());
            self.units.len() - 1
        });
        let instance = closure.instance;
        let key = Value::object(instance).bits();
        let node = match self.nodes.get(&key) {
            Some(node) => *node,
            None => {
                self.message.nodes.push(Node::Instance(instance.slots().len() as u32));
                let node = self.message.nodes.len() as u32 - 1;
                self.nodes.insert(key, node);
                node
            }
        };
        for slot in &*self.known.of(unit, closure.proto.index) {
            if self.slots.insert((node, *slot)) {
                self.to_fill.push(ToFill::Slot(node, instance, *slot));
            }
        }
        self.message.items.push(Item::Node(node));
        Node::Closure {
            unit: place as u32,
            code: closure.proto.index,
            captures: closure.captures().len() as u32,
            squelched: closure.squelched,
        }
    }

    fn octets(&mut self, value: Value) {
        let octets = crate::ports::octets(self.heap, &value).unwrap_or_default();
        self.message.octets.extend_from_slice(octets);
        let len = octets.len();
        let node = match value.tag() {
            Tag::String => Node::String(len),
            Tag::Bytes => Node::Bytes(len),
            Tag::MString => Node::MString(len),
            _ => Node::MBytes(len),
        };
        self.add(value, node);
    }

    fn add_empty(&mut self, value: Value, node: Node) {
        self.add(value, node);
        let node = self.nodes[&value.bits()];
        self.to_fill.push(ToFill::Content(node, value));
    }

    /// Adds a node, and one more for the trait table if the object carries one.
    fn add(&mut self, value: Value, node: Node) {
        self.message.nodes.push(node);
        let traits = traits_of(value).filter(|_| !matches!(node, Node::Predefined(_)));
        if let Some(traits) = traits {
            let plain = self.message.nodes.len() as u32 - 1;
            let traits = self.item(traits);
            self.message.items.extend([Item::Node(plain), traits]);
            self.message.nodes.push(Node::Traited);
        }
        self.nodes.insert(value.bits(), self.message.nodes.len() as u32 - 1);
    }

    fn fill(&mut self, fill: ToFill) -> Result<(), Unsendable> {
        match fill {
            ToFill::Slot(node, instance, slot) => {
                let value = instance.slots()[slot as usize];
                self.walk(value)?;
                let item = self.item(value);
                self.message.fill_items.push(item);
                self.message.fills.push(Fill::Slot { node, slot });
            }
            ToFill::Content(node, object) => {
                let mut contents = Vec::new();
                each_child(self.heap, object, &mut |child| contents.push(child));
                let contents = &contents[usize::from(traits_of(object).is_some())..];
                for child in contents {
                    self.walk(*child)?;
                }
                let (nodes, items) = (&self.nodes, &mut self.message.fill_items);
                items.extend(contents.iter().map(|child| item_of(nodes, *child)));
                self.message.fills.push(Fill::Content { node, items: contents.len() as u32 });
            }
        }
        Ok(())
    }

    fn item(&self, value: Value) -> Item {
        item_of(&self.nodes, value)
    }
}

fn item_of(nodes: &HashMap<u64, u32, FixedState>, value: Value) -> Item {
    // An object without a node would be one that holds itself without anything changeable between, which cannot be.
    Item::of_small(value).unwrap_or_else(|| nodes.get(&value.bits()).map_or(Item::Nil, |node| Item::Node(*node)))
}

/// True for keys whose order is that of their contents, the same in every heap.
fn keeps_order(key: Value) -> bool {
    !key.is_heap() || matches!(key.tag(), Tag::String | Tag::Bytes)
}
