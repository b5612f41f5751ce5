//! Values on their way between threads.
//!
//! Every thread has a heap of its own, so a value travels as a [`Message`]: a flat description that belongs to no heap.
//! [`pack`](super::pack) makes it, [`unpack`](super::unpack) makes values of it; neither recurses, and both take time
//! linear in what is sent.
//!
//! A message lists *nodes*, one for each heap object, in such an order that an immutable object comes after everything
//! it holds. What holds what is said by *items*: a small value, or the number of a node. Objects that can change are
//! listed empty, and filled when all nodes are there: only through them can data lead back to themselves. Thus an object
//! that is reached in two ways inside one message is one object on the other side, too. Two messages share nothing.
//!
//! Code is not copied: compiled units are shared by all threads. A function brings along what it captures, and those
//! top-level variables of its file that its code, or that of functions in it, names. Functions of the library travel by
//! name.
//!
//! Strings and bytes are copied like everything else: at some GB/s that is cheap beside what else has to
//! be done for a message, and strings stay what they are in the heap, with their octets in the object itself.

use std::sync::Arc;

use lisle_bytecode::CodeUnit;
use lisle_syntax::{Symbol, Syntax};
use lisle_vm::object::{Shared, SharedBytes, SharedText};
use lisle_vm::{Tag, Value};

/// A small value, or a node.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Item {
    Nil,
    False,
    True,
    EmptyList,
    Int(i64),
    Float(f64),
    Symbol(Symbol),
    Keyword(Symbol),
    /// A native function, by its place in the table, which is the same in every VM of the process.
    Native(u32),
    /// What became of the node of that number.
    Node(u32),
}

const _: () = assert!(size_of::<Item>() == 16);

impl Item {
    /// A value that is no heap object.
    #[inline]
    pub(super) fn of_small(value: Value) -> Option<Item> {
        Some(match value.tag() {
            Tag::Nil => Item::Nil,
            Tag::False => Item::False,
            Tag::True => Item::True,
            Tag::EmptyList => Item::EmptyList,
            Tag::Int => Item::Int(value.as_int()?),
            Tag::Float => Item::Float(value.as_float()?),
            Tag::Symbol => Item::Symbol(value.as_symbol()?),
            Tag::Keyword => Item::Keyword(value.as_keyword()?),
            Tag::Native => Item::Native(value.as_native()?),
            _ => return None,
        })
    }

    /// The value again, given those of the nodes so far.
    #[inline]
    pub(super) fn value(self, nodes: &[Value]) -> Value {
        match self {
            Item::Nil => Value::NIL,
            Item::False => Value::FALSE,
            Item::True => Value::TRUE,
            Item::EmptyList => Value::EMPTY_LIST,
            Item::Int(int) => Value::int(int),
            Item::Float(float) => Value::float(float),
            Item::Symbol(name) => Value::symbol(name),
            Item::Keyword(name) => Value::keyword(name),
            Item::Native(index) => Value::native(index),
            Item::Node(index) => nodes[index as usize],
        }
    }
}

/// A heap object. Immutable ones take the next so many items; those of variable size say how many.
#[derive(Clone, Copy, Debug)]
pub(super) enum Node {
    Pair,
    Array(u32),
    /// So many keys, each followed by its value, in the order of keys if `sorted`.
    Struct {
        entries: u32,
        sorted: bool,
    },
    Set(u32),
    /// So many of the next octets.
    String(usize),
    Bytes(usize),
    MString(usize),
    MBytes(usize),
    /// One whose octets all threads share.
    LongString(u32),
    LongBytes(u32),
    /// The objects that are filled later.
    MArray,
    MSet,
    Box,
    Cell,
    /// So many top-level variables.
    Instance(u32),
    /// One item for the instance, then the captures.
    Closure {
        unit: u32,
        code: u32,
        captures: u32,
        squelched: u64,
    },
    /// A predefined value.
    Predefined(Symbol),
    Syntax(u32),
    Thing(u32),
    /// Two items: an object that came before, and the trait table that a copy of it carries.
    Traited,
}

/// What an object that was listed empty holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fill {
    /// So many of the fills' items are the elements, or the one content.
    Content { node: u32, items: u32 },
    /// One of the fills' items is the top-level variable of that slot.
    Slot { node: u32, slot: u32 },
}

/// A value on its way. It can be read any number of times, in any thread.
#[derive(Debug, Default)]
pub(crate) struct Message {
    pub(super) nodes: Vec<Node>,
    pub(super) items: Vec<Item>,
    pub(super) fills: Vec<Fill>,
    pub(super) fill_items: Vec<Item>,
    pub(super) octets: Vec<u8>,
    pub(super) units: Vec<Arc<CodeUnit>>,
    pub(super) syntax: Vec<Syntax>,
    pub(super) things: Vec<Box<dyn Shared>>,
    pub(super) texts: Vec<SharedText>,
    pub(super) bytes: Vec<SharedBytes>,
    pub(super) root: Option<Item>,
}

impl Message {
    /// Gives back memory that was reserved for much more than came.
    pub(super) fn shrink(&mut self) {
        if self.nodes.capacity() > 2 * self.nodes.len() {
            self.nodes.shrink_to_fit();
        }
        if self.items.capacity() > 2 * self.items.len() {
            self.items.shrink_to_fit();
        }
        if self.octets.capacity() > 2 * self.octets.len() {
            self.octets.shrink_to_fit();
        }
    }
}
