//! The representation of values: a tag word and a payload word.
//!
//! Sixteen bytes, so that every 64-bit integer and float is exact and none of them allocates. Both
//! words are always written whole: half-written values stall the copies that a register machine is
//! made of (measured: fib(32) 182 ms with one-byte payloads, 100 ms with full words). Only this module
//! and [`crate::gc`] know the layout.
#![allow(unsafe_code, reason = "reads payload words as what the tag says they are")]

use lisle_syntax::Symbol;

use crate::gc::{Gc, HeapObject};
use crate::object::*;

/// What a value is. Tags from `Pair` on are pointers into the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u64)]
#[allow(missing_docs, reason = "the names say it; `M…` are the mutable siblings")]
pub enum Tag {
    Nil,
    False,
    True,
    Int,
    Float,
    Symbol,
    Keyword,
    EmptyList,
    Native,
    Pair,
    Array,
    MArray,
    String,
    MString,
    Bytes,
    MBytes,
    Struct,
    MStruct,
    Set,
    MSet,
    Box,
    Closure,
    Fiber,
    Parameter,
    Syntax,
    External,
    /// Internal: the home of a captured variable. Never seen by programs.
    Cell,
    /// Internal: linked code.
    Proto,
    /// Internal: a linked unit.
    Unit,
    /// Internal: the top-level variables of one run of a unit.
    Instance,
    /// Internal: an inner node of a large persistent collection.
    Node,
}

/// A Lisle value. `Copy`; a heap pointer in it is good until the next safepoint (I2), or as long as it
/// can be reached from a root.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Value {
    tag: Tag,
    bits: u64,
}

const _: () = assert!(size_of::<Value>() == 16);

impl Value {
    /// nil
    pub const NIL: Value = Value { tag: Tag::Nil, bits: 0 };
    /// false
    pub const FALSE: Value = Value { tag: Tag::False, bits: 0 };
    /// true
    pub const TRUE: Value = Value { tag: Tag::True, bits: 0 };
    /// `()`
    pub const EMPTY_LIST: Value = Value { tag: Tag::EmptyList, bits: 0 };

    /// A boolean.
    #[inline(always)]
    pub const fn bool(b: bool) -> Value {
        if b { Value::TRUE } else { Value::FALSE }
    }

    /// An integer.
    #[inline(always)]
    pub const fn int(i: i64) -> Value {
        Value { tag: Tag::Int, bits: i as u64 }
    }

    /// A float.
    #[inline(always)]
    pub const fn float(f: f64) -> Value {
        Value { tag: Tag::Float, bits: f.to_bits() }
    }

    /// A symbol.
    pub fn symbol(s: Symbol) -> Value {
        Value { tag: Tag::Symbol, bits: std::ptr::from_ref(s.data()) as u64 }
    }

    /// A keyword.
    pub fn keyword(s: Symbol) -> Value {
        Value { tag: Tag::Keyword, bits: std::ptr::from_ref(s.data()) as u64 }
    }

    /// The keyword of that name.
    pub fn keyword_named(name: &str) -> Value {
        Value::keyword(Symbol::intern(name))
    }

    /// A native function, by its index in the VM's table.
    pub const fn native(index: u32) -> Value {
        Value { tag: Tag::Native, bits: index as u64 }
    }

    /// A heap object.
    #[inline(always)]
    pub fn object<T: HeapObject>(object: Gc<T>) -> Value {
        Value { tag: T::TAG, bits: object.address() }
    }

    /// What it is.
    #[inline(always)]
    pub const fn tag(self) -> Tag {
        self.tag
    }

    /// The payload word: only good for identity.
    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.bits
    }

    /// False for nil and false.
    #[inline(always)]
    pub const fn is_truthy(self) -> bool {
        self.tag as u64 > Tag::False as u64
    }

    /// True for nil.
    #[inline(always)]
    pub const fn is_nil(self) -> bool {
        matches!(self.tag, Tag::Nil)
    }

    /// True when it points into the heap.
    #[inline(always)]
    pub const fn is_heap(self) -> bool {
        self.tag as u64 >= Tag::Pair as u64
    }

    /// Same tag and same payload word: identity for heap objects, bitwise equality for the rest.
    #[inline(always)]
    pub fn is_identical(self, other: Value) -> bool {
        self.tag == other.tag && self.bits == other.bits
    }

    /// The integer, if it is one.
    #[inline(always)]
    pub const fn as_int(self) -> Option<i64> {
        if matches!(self.tag, Tag::Int) { Some(self.bits as i64) } else { None }
    }

    /// The float, if it is one.
    #[inline(always)]
    pub const fn as_float(self) -> Option<f64> {
        if matches!(self.tag, Tag::Float) { Some(f64::from_bits(self.bits)) } else { None }
    }

    /// The number as a float, if it is an integer or a float.
    #[inline(always)]
    pub const fn as_number(self) -> Option<f64> {
        match self.tag {
            Tag::Int => Some(self.bits as i64 as f64),
            Tag::Float => Some(f64::from_bits(self.bits)),
            _ => None,
        }
    }

    /// The name, if it is a symbol.
    pub fn as_symbol(self) -> Option<Symbol> {
        if self.tag == Tag::Symbol { Some(self.interned()) } else { None }
    }

    /// The name, if it is a keyword.
    pub fn as_keyword(self) -> Option<Symbol> {
        if self.tag == Tag::Keyword { Some(self.interned()) } else { None }
    }

    fn interned(self) -> Symbol {
        debug_assert!(matches!(self.tag, Tag::Symbol | Tag::Keyword));
        // SAFETY: values with these tags are made only from `Symbol::data`, whose records live for ever.
        Symbol::from_data(unsafe { &*(self.bits as *const lisle_syntax::symbol::SymbolData) })
    }

    /// The index, if it is a native function.
    pub const fn as_native(self) -> Option<u32> {
        if matches!(self.tag, Tag::Native) { Some(self.bits as u32) } else { None }
    }

    /// The heap object, if it is one of that type.
    #[inline(always)]
    pub fn as_object<T: HeapObject>(self) -> Option<Gc<T>> {
        if self.tag == T::TAG {
            // SAFETY: a value with a heap tag is made only by `Value::object`, from a `Gc` of the type of that tag.
            Some(unsafe { Gc::from_address(self.bits) })
        } else {
            None
        }
    }
}

macro_rules! accessors {
    ($($name:ident: $type:ty),* $(,)?) => {
        impl Value { $(
            #[doc = concat!("The [`", stringify!($type), "`], if it is one.")]
            #[inline(always)]
            pub fn $name(self) -> Option<Gc<$type>> {
                self.as_object::<$type>()
            }
        )* }
    };
}
accessors! {
    as_pair: Pair, as_array: Array, as_marray: MArray, as_str: Str, as_mstr: MStr, as_bytes: Bytes, as_mbytes: MBytes,
    as_struct: Struct, as_mstruct: MStruct, as_set: Set, as_mset: MSet, as_box: BoxCell, as_closure: Closure,
    as_fiber: crate::fiber::Fiber, as_parameter: Parameter, as_syntax: SyntaxObject, as_external: ExternalObject, as_cell: Cell,
}

impl Tag {
    /// The name that `type-of` gives, without its colon.
    pub const fn type_name(self) -> &'static str {
        match self {
            Tag::Nil => "nil",
            Tag::False | Tag::True => "boolean",
            Tag::Int => "integer",
            Tag::Float => "float",
            Tag::Symbol => "symbol",
            Tag::Keyword => "keyword",
            Tag::EmptyList | Tag::Pair => "list",
            Tag::Native => "native-fn",
            Tag::Array => "array",
            Tag::MArray => "@array",
            Tag::String => "string",
            Tag::MString => "@string",
            Tag::Bytes => "bytes",
            Tag::MBytes => "@bytes",
            Tag::Struct => "struct",
            Tag::MStruct => "@struct",
            Tag::Set => "set",
            Tag::MSet => "@set",
            Tag::Box => "box",
            Tag::Closure => "closure",
            Tag::Fiber => "fiber",
            Tag::Parameter => "parameter",
            Tag::Syntax => "syntax",
            Tag::External => "external",
            Tag::Cell | Tag::Proto | Tag::Unit | Tag::Instance | Tag::Node => "internal",
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.tag {
            Tag::Int => write!(f, "{}", self.bits as i64),
            Tag::Float => write!(f, "{}", f64::from_bits(self.bits)),
            Tag::Symbol => write!(f, "'{}", self.interned()),
            Tag::Keyword => write!(f, ":{}", self.interned()),
            Tag::Native => write!(f, "<native {}>", self.bits),
            tag if self.is_heap() => write!(f, "<{tag:?} {:#x}>", self.bits),
            tag => write!(f, "{tag:?}"),
        }
    }
}

impl Default for Value {
    fn default() -> Value {
        Value::NIL
    }
}
impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::bool(b)
    }
}
impl From<i64> for Value {
    fn from(i: i64) -> Value {
        Value::int(i)
    }
}
impl From<f64> for Value {
    fn from(f: f64) -> Value {
        Value::float(f)
    }
}
impl<T: HeapObject> From<Gc<T>> for Value {
    fn from(object: Gc<T>) -> Value {
        Value::object(object)
    }
}
