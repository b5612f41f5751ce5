//! Making messages of values.

use std::rc::Rc;
use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};
use lisle_bytecode::CodeUnit;
use lisle_vm::object::{Bytes, Closure, Instance, Shared, Str, traits_of};
use lisle_vm::transfer::globals_used;
use lisle_vm::vm::State;
use lisle_vm::{Gc, Heap, Tag, Value};

use super::children::each_child;
use super::message::{Fill, Item, Message, Node};
use super::post::placeholder;
use crate::chan::ends::{Channel, Crossing, Kind, Receiver, Sender, Sent, end};

/// What is kept for the next message.
#[derive(Debug, Default)]
pub(crate) struct Globals {
    /// Which top-level variables each code object names: found once.
    known: HashMap<(usize, u32), Rc<[u32]>, FixedState>,
    /// Keeps the units alive whose addresses are keys.
    units: Vec<Arc<CodeUnit>>,
    scratch: Scratch,
}

/// Memory for the walk through a value: empty between messages, but there already.
#[derive(Debug, Default)]
struct Scratch {
    /// The nodes of objects, by address.
    nodes: HashMap<u64, u32, FixedState>,
    frames: Vec<Frame>,
    children: Vec<Value>,
    items: Vec<Item>,
    /// How many nodes and items the last message had: the next may be of the same kind.
    last_nodes: usize,
    last_items: usize,
}

/// Entries of the scratch memory that are kept at most.
const SCRATCH_MAX: usize = 1 << 18;

impl Scratch {
    /// Empties it. What is much larger than the last message needed is given back.
    fn tidy(&mut self) {
        let (used, kept) = (self.nodes.len(), self.nodes.capacity());
        if kept > SCRATCH_MAX || kept > 1024 && used < kept / 16 {
            *self = Scratch { last_nodes: self.last_nodes, last_items: self.last_items, ..Scratch::default() };
        }
        self.nodes.clear();
        self.frames.clear();
        self.children.clear();
        self.items.clear();
    }
}

/// Code objects remembered at most; then everything is forgotten.
const KNOWN_MAX: usize = 4096;

impl Globals {
    pub(super) fn of(&mut self, unit: &Arc<CodeUnit>, code: u32) -> Rc<[u32]> {
        if self.known.len() >= KNOWN_MAX {
            self.known.clear();
            self.units.clear();
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
    let scratch = std::mem::take(&mut known.scratch);
    let message = Message {
        nodes: Vec::with_capacity(scratch.last_nodes),
        items: Vec::with_capacity(scratch.last_items),
        ..Message::default()
    };
    let mut packer = Packer {
        heap,
        state,
        known,
        moving,
        message,
        scratch,
        units: Vec::new(),
        to_fill: Vec::new(),
        slots: HashSet::default(),
    };
    let result = packer.everything(value);
    let Packer { mut message, mut scratch, .. } = packer;
    (scratch.last_nodes, scratch.last_items) =
        (message.nodes.len().min(SCRATCH_MAX), message.items.len().min(SCRATCH_MAX));
    scratch.tidy();
    known.scratch = scratch;
    message.shrink();
    result.map(|()| message)
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

/// An immutable object on the way from the root to where the walk is.
#[derive(Debug)]
struct Frame {
    object: Value,
    /// Where its children begin among `children`, of which the newest frame's are last; and which of them is next.
    children: usize,
    next: usize,
    /// Where the items of its children begin among `items`.
    items: usize,
    /// Its only child here is its trait table; then it is looked at again.
    traits_only: bool,
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
    scratch: Scratch,
    /// The addresses of the message's units.
    units: Vec<usize>,
    to_fill: Vec<ToFill>,
    /// Top-level variables that are filled or will be, by the node of their instance.
    slots: HashSet<(u32, u32), FixedState>,
}

impl Packer<'_> {
    fn everything(&mut self, value: Value) -> Result<(), Unsendable> {
        let root = self.walk(value)?;
        while let Some(fill) = self.to_fill.pop() {
            self.fill(fill)?;
        }
        self.message.root = Some(root);
        Ok(())
    }

    /// Gives nodes to a value and to everything in it, but for the contents of what can change. Gives the value's item.
    fn walk(&mut self, value: Value) -> Result<Item, Unsendable> {
        debug_assert!(self.scratch.frames.is_empty(), "one walk at a time");
        if let Some(item) = self.place(value)? {
            return Ok(item);
        }
        'frames: while let Some(frame) = self.scratch.frames.last() {
            let (depth, mut next) = (self.scratch.frames.len() - 1, frame.next);
            while let Some(child) = self.scratch.children.get(next).copied() {
                next += 1;
                match self.place(child)? {
                    Some(item) => self.scratch.items.push(item),
                    None => {
                        self.scratch.frames[depth].next = next;
                        continue 'frames;
                    }
                }
            }
            self.close()?;
        }
        Ok(self.scratch.items.pop().unwrap_or(Item::Nil))
    }

    /// The item of a value. `None` for an object that needs a node and whose children come first: it has a frame now, and its
    /// item comes to the others when that is closed.
    #[inline]
    fn place(&mut self, value: Value) -> Result<Option<Item>, Unsendable> {
        if let Some(item) = Item::of_small(value) {
            return Ok(Some(item));
        }
        if let Some(node) = self.scratch.nodes.get(&value.bits()) {
            return Ok(Some(Item::Node(*node)));
        }
        self.place_new(value)
    }

    fn place_new(&mut self, value: Value) -> Result<Option<Item>, Unsendable> {
        if let Some(name) = self.state.predefined_name(value) {
            return Ok(Some(self.add(value, Node::Predefined(name))));
        }
        // Traits come first, so that an object that can change has its final node before anybody refers to it.
        if let Some(traits) = traits_of(value).filter(|traits| !self.scratch.nodes.contains_key(&traits.bits())) {
            let Scratch { frames, children, items, .. } = &mut self.scratch;
            let (begin, items) = (children.len(), items.len());
            frames.push(Frame { object: value, children: begin, next: begin, items, traits_only: true });
            children.push(traits);
            return Ok(None);
        }
        Ok(Some(match value.tag() {
            Tag::Pair | Tag::Array | Tag::Struct | Tag::Set | Tag::Closure => {
                self.open(value);
                return Ok(None);
            }
            Tag::String | Tag::Bytes | Tag::MString | Tag::MBytes => self.octets(value),
            Tag::MArray => self.add_empty(value, Node::MArray),
            Tag::MSet => self.add_empty(value, Node::MSet),
            Tag::Box => self.add_empty(value, Node::Box),
            Tag::Cell => self.add_empty(value, Node::Cell),
            Tag::Syntax => {
                let syntax = value.as_syntax().ok_or(Unsendable(value))?;
                let index = self.message.syntax.len() as u32;
                self.message.syntax.push(syntax.syntax.clone());
                self.add(value, Node::Syntax(index))
            }
            Tag::External => {
                let thing = self.thing(value).ok_or(Unsendable(value))?;
                let index = self.message.things.len() as u32;
                self.message.things.push(thing);
                self.add(value, Node::Thing(index))
            }
            _ => return Err(Unsendable(value)),
        }))
    }

    /// What stands for an external thing.
    fn thing(&mut self, value: Value) -> Option<Box<dyn Shared>> {
        let (channel, kind, open) = match channel_end(self.heap, value) {
            Some(end) => end,
            None => return value.as_external()?.get_mut(self.heap).thing.share(),
        };
        Some(Box::new(Sent::new(self.moving.crossing(&channel), kind, open)))
    }

    /// Opens a frame for an immutable object. Its trait table, if it has one, belongs to the node that carries it.
    fn open(&mut self, value: Value) {
        let heap = &*self.heap;
        let (array, entries) = (value.as_array(), value.as_struct());
        let mut skip = traits_of(value).is_some();
        let Scratch { frames, children, items, .. } = &mut self.scratch;
        let begin = children.len();
        frames.push(Frame { object: value, children: begin, next: begin, items: items.len(), traits_only: false });
        if let Some(array) = &array {
            children.extend_from_slice(array.items());
        } else if let Some(entries) = entries.as_ref().and_then(|entries| entries.small_entries()) {
            children.extend(entries.iter().flat_map(|(key, value)| [*key, *value]));
        } else {
            each_child(heap, value, &mut |child| {
                if !std::mem::take(&mut skip) {
                    children.push(child);
                }
            });
        }
    }

    /// All children of the newest frame's object have items: it gets its own.
    fn close(&mut self) -> Result<(), Unsendable> {
        let Some(Frame { object, children, items, traits_only, .. }) = self.scratch.frames.pop() else { return Ok(()) };
        if traits_only {
            self.scratch.children.truncate(children);
            self.scratch.items.truncate(items);
            if let Some(item) = self.place(object)? {
                self.scratch.items.push(item);
            }
            return Ok(());
        }
        let count = (self.scratch.items.len() - items) as u32;
        let node = match object.tag() {
            Tag::Pair => Node::Pair,
            Tag::Array => Node::Array(count),
            Tag::Set => Node::Set(count),
            Tag::Closure => self.closure(object.as_closure().ok_or(Unsendable(object))?),
            _ => {
                let sorted = self.scratch.children[children..].chunks_exact(2).all(|entry| keeps_order(entry[0]));
                Node::Struct { entries: count / 2, sorted }
            }
        };
        self.scratch.children.truncate(children);
        self.message.items.extend_from_slice(&self.scratch.items[items..]);
        self.scratch.items.truncate(items);
        let item = self.add(object, node);
        self.scratch.items.push(item);
        Ok(())
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
        let node = match self.scratch.nodes.get(&key) {
            Some(node) => *node,
            None => {
                self.message.nodes.push(Node::Instance(instance.slots().len() as u32));
                let node = self.message.nodes.len() as u32 - 1;
                self.scratch.nodes.insert(key, node);
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
            squelched: closure.proto.squelched,
        }
    }

    fn octets(&mut self, value: Value) -> Item {
        if let Some(text) = value.as_str().and_then(Gc::<Str>::share) {
            self.message.texts.push(text);
            return self.add(value, Node::LongString(self.message.texts.len() as u32 - 1));
        }
        if let Some(bytes) = value.as_bytes().and_then(Gc::<Bytes>::share) {
            self.message.bytes.push(bytes);
            return self.add(value, Node::LongBytes(self.message.bytes.len() as u32 - 1));
        }
        let octets = crate::ports::octets(self.heap, &value).unwrap_or_default();
        self.message.octets.extend_from_slice(octets);
        let len = octets.len();
        let node = match value.tag() {
            Tag::String => Node::String(len),
            Tag::Bytes => Node::Bytes(len),
            Tag::MString => Node::MString(len),
            _ => Node::MBytes(len),
        };
        self.add(value, node)
    }

    fn add_empty(&mut self, value: Value, node: Node) -> Item {
        let item = self.add(value, node);
        if let Item::Node(node) = item {
            self.to_fill.push(ToFill::Content(node, value));
        }
        item
    }

    /// Adds a node, and one more for the trait table if the object carries one.
    fn add(&mut self, value: Value, node: Node) -> Item {
        self.message.nodes.push(node);
        let traits = traits_of(value).filter(|_| !matches!(node, Node::Predefined(_)));
        if let Some(traits) = traits {
            let plain = self.message.nodes.len() as u32 - 1;
            let traits = self.scratch.nodes.get(&traits.bits()).map_or(Item::Nil, |node| Item::Node(*node));
            self.message.items.extend([Item::Node(plain), traits]);
            self.message.nodes.push(Node::Traited);
        }
        let number = self.message.nodes.len() as u32 - 1;
        self.scratch.nodes.insert(value.bits(), number);
        Item::Node(number)
    }

    fn fill(&mut self, fill: ToFill) -> Result<(), Unsendable> {
        match fill {
            ToFill::Slot(node, instance, slot) => {
                let item = self.walk(instance.slots()[slot as usize])?;
                self.message.fill_items.push(item);
                self.message.fills.push(Fill::Slot { node, slot });
            }
            ToFill::Content(node, object) => {
                let mut contents = Vec::new();
                each_child(self.heap, object, &mut |child| contents.push(child));
                let contents = &contents[usize::from(traits_of(object).is_some())..];
                for child in contents {
                    let item = self.walk(*child)?;
                    self.message.fill_items.push(item);
                }
                self.message.fills.push(Fill::Content { node, items: contents.len() as u32 });
            }
        }
        Ok(())
    }
}

/// True for keys whose order is that of their contents, the same in every heap.
fn keeps_order(key: Value) -> bool {
    !key.is_heap() || matches!(key.tag(), Tag::String | Tag::Bytes)
}
