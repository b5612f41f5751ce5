//! Between syntax and values. Works on data of any depth.

use std::collections::HashMap;
use std::ops::RangeFrom;

use lisle_syntax::syntax::{Datum, ScopeSet, Syntax};
use lisle_syntax::{Span, Symbol};

use crate::heap::Heap;
use crate::ops::each::list_items;
use crate::ops::parts::{self, Items, Octets};
use crate::value::{Tag, Value};

/// Why a value is no syntax: a sentence for people.
pub type ToSyntaxError = String;

/// An atom as a plain value, everything else as a syntax object: how macros see their arguments, and the elements of
/// syntax.
pub fn value_of_element(heap: &mut Heap, syntax: &Syntax) -> Value {
    match syntax.datum() {
        Datum::Nil => Value::NIL,
        Datum::Bool(b) => Value::bool(*b),
        Datum::Int(i) => Value::int(*i),
        Datum::Float(f) => Value::float(*f),
        Datum::Keyword(name) => Value::keyword(*name),
        Datum::String(text) => heap.new_string(text).into(),
        _ => heap.new_syntax(syntax.clone()).into(),
    }
}

/// The elements of a syntax object that is a list or array, as macros see them.
pub(crate) fn elements_as_values(heap: &mut Heap, value: Value) -> Option<Vec<Value>> {
    let object = value.as_syntax()?;
    let elements = object.syntax.as_sequence()?;
    Some(elements.iter().map(|element| value_of_element(heap, element)).collect())
}

/// Number of elements of a syntax object that is a list or array.
pub(crate) fn sequence_of(value: Value) -> Option<usize> {
    Some(value.as_syntax()?.syntax.as_sequence()?.len())
}

/// A list or array of the same kind with the elements of a range.
pub(crate) fn wrap_sequence(heap: &mut Heap, syntax: &Syntax, range: RangeFrom<usize>) -> Value {
    let elements = syntax.as_sequence().and_then(|elements| elements.get(range)).unwrap_or_default();
    let datum = syntax.datum().with_children(elements.to_vec());
    heap.new_syntax(Syntax::with_scopes(datum, syntax.span(), syntax.scopes().clone())).into()
}

/// Plain data of a tree, as `quote` gives it: structs, sets and bytes become lists that start with their
/// constructor's name, prefixes become lists of two.
pub fn syntax_to_value(heap: &mut Heap, syntax: &Syntax) -> Value {
    enum Work<'a> {
        Open(&'a Syntax),
        /// Makes a collection of so many finished values.
        Close(&'a Datum, usize),
    }
    let mut work = vec![Work::Open(syntax)];
    let mut done: Vec<Value> = Vec::new();
    while let Some(next) = work.pop() {
        match next {
            Work::Open(syntax) => match atom(heap, syntax.datum()) {
                Some(value) => done.push(value),
                None => {
                    let children = syntax.datum().children();
                    work.push(Work::Close(syntax.datum(), children.len()));
                    work.extend(children.iter().rev().map(Work::Open));
                }
            },
            Work::Close(datum, count) => {
                let items = done.split_off(done.len() - count);
                done.push(collection(heap, datum, items));
            }
        }
    }
    done.pop().unwrap_or_default()
}

fn atom(heap: &mut Heap, datum: &Datum) -> Option<Value> {
    Some(match datum {
        Datum::Nil => Value::NIL,
        Datum::Bool(b) => Value::bool(*b),
        Datum::Int(i) => Value::int(*i),
        Datum::Float(f) => Value::float(*f),
        Datum::Symbol(name) => Value::symbol(*name),
        Datum::Keyword(name) => Value::keyword(*name),
        Datum::String(text) | Datum::MString(text) => heap.new_string(text).into(),
        _ => return None,
    })
}

fn collection(heap: &mut Heap, datum: &Datum, mut items: Vec<Value>) -> Value {
    let head = match datum {
        Datum::Array(_) => return heap.new_array(&items).into(),
        Datum::MArray(_) => return heap.new_marray(items).into(),
        Datum::Struct(_) => "struct",
        Datum::MStruct(_) => "@struct",
        Datum::Set(_) => "set",
        Datum::MSet(_) => "@set",
        Datum::Bytes(_) => "bytes",
        Datum::MBytes(_) => "@bytes",
        Datum::Quote(_) => "quote",
        Datum::Quasiquote(_) => "quasiquote",
        Datum::Unquote(_) => "unquote",
        Datum::UnquoteSplicing(_) => "unquote-splicing",
        Datum::Splice(_) => "splice",
        _ => return heap.new_list(&items),
    };
    items.insert(0, Value::symbol(Symbol::intern(head)));
    heap.new_list(&items)
}

/// A value as syntax. Names and nodes that are plain data get `span` and `scopes`; syntax objects within stay what
/// they are.
///
/// # Errors
/// The value holds something that code cannot hold, or holds itself.
pub fn value_to_syntax(heap: &Heap, value: Value, span: Span, scopes: &ScopeSet) -> Result<Syntax, ToSyntaxError> {
    let mut builder = Builder { heap, span, scopes, frames: Vec::new(), made: HashMap::default() };
    let mut ready = builder.visit(value)?;
    while let Some(frame) = builder.frames.last_mut() {
        frame.children.extend(ready.take());
        match frame.parts.get(frame.children.len()).copied() {
            Some(part) => ready = builder.visit(part)?,
            None => ready = builder.finish(),
        }
    }
    ready.ok_or_else(|| "no value".to_owned())
}

/// A collection on the way to becoming a node.
struct Frame {
    value: Value,
    parts: Vec<Value>,
    children: Vec<Syntax>,
}

struct Builder<'a> {
    heap: &'a Heap,
    span: Span,
    scopes: &'a ScopeSet,
    frames: Vec<Frame>,
    /// Nodes of collections, by address; `None` while one is being made.
    made: HashMap<u64, Option<Syntax>, foldhash::fast::FixedState>,
}

impl Builder<'_> {
    fn node(&self, datum: Datum) -> Syntax {
        Syntax::with_scopes(datum, self.span, self.scopes.clone())
    }

    /// The node of an atom or of a collection that is known; otherwise begins with the collection.
    fn visit(&mut self, value: Value) -> Result<Option<Syntax>, ToSyntaxError> {
        let datum = match value.tag() {
            Tag::Nil => Datum::Nil,
            Tag::False | Tag::True => Datum::Bool(value.is_truthy()),
            Tag::Int => Datum::Int(value.as_int().unwrap_or_default()),
            Tag::Float => Datum::Float(value.as_float().unwrap_or_default()),
            Tag::EmptyList => Datum::List(Vec::new()),
            Tag::Syntax => return Ok(value.as_syntax().map(|object| object.syntax.clone())),
            Tag::Symbol | Tag::Keyword => match (value.as_symbol(), value.as_keyword()) {
                (Some(name), _) => Datum::Symbol(name),
                (_, Some(name)) => Datum::Keyword(name),
                _ => Datum::Nil,
            },
            Tag::String => Datum::String(value.as_str().map_or_else(|| "".into(), |t| t.as_str().into())),
            Tag::MString => {
                let octets = Octets::of(value);
                let text = std::str::from_utf8(octets.slice(self.heap));
                Datum::MString(text.map_err(|_| "an @string that is not UTF-8 cannot be code".to_owned())?.into())
            }
            Tag::Bytes | Tag::MBytes => {
                let octets = Octets::of(value);
                let octets = octets.slice(self.heap).iter().map(|b| self.node(Datum::Int(i64::from(*b)))).collect();
                if value.tag() == Tag::Bytes { Datum::Bytes(octets) } else { Datum::MBytes(octets) }
            }
            _ => return self.open(value),
        };
        Ok(Some(self.node(datum)))
    }

    fn open(&mut self, value: Value) -> Result<Option<Syntax>, ToSyntaxError> {
        let heap = Some(self.heap);
        let parts = match value.tag() {
            Tag::Pair => list_items(value).ok_or("Not a proper list")?,
            Tag::Array | Tag::MArray => Items::of(value).slice(heap).to_vec(),
            Tag::Struct | Tag::MStruct => parts::entries(heap, value).into_iter().flat_map(|(k, v)| [k, v]).collect(),
            Tag::Set | Tag::MSet => parts::elements(heap, value),
            tag => return Err(format!("a value of type {} cannot be code", tag.type_name())),
        };
        match self.made.insert(value.bits(), None) {
            None => {
                self.frames.push(Frame { value, children: Vec::with_capacity(parts.len()), parts });
                Ok(None)
            }
            Some(Some(node)) => {
                self.made.insert(value.bits(), Some(node.clone()));
                Ok(Some(node))
            }
            Some(None) => Err("a collection that contains itself cannot be code".to_owned()),
        }
    }

    /// The node of the collection on top, all of whose parts are nodes.
    fn finish(&mut self) -> Option<Syntax> {
        let Frame { value, children, .. } = self.frames.pop()?;
        let datum = match value.tag() {
            Tag::Array => Datum::Array(children),
            Tag::MArray => Datum::MArray(children),
            Tag::Struct => Datum::Struct(children),
            Tag::MStruct => Datum::MStruct(children),
            Tag::Set => Datum::Set(children),
            Tag::MSet => Datum::MSet(children),
            _ => Datum::List(children),
        };
        let node = self.node(datum);
        self.made.insert(value.bits(), Some(node.clone()));
        Some(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn syntax(datum: Datum) -> Syntax {
        Syntax::new(datum, Span::default())
    }

    fn round_trip(datum: Datum, expected: &str) {
        let mut heap = Heap::new();
        let value = syntax_to_value(&mut heap, &syntax(datum));
        assert_eq!(crate::ops::machine_text(&heap, value), expected);
        let again = value_to_syntax(&heap, value, Span::default(), &ScopeSet::EMPTY).unwrap();
        let value = syntax_to_value(&mut heap, &again);
        assert_eq!(crate::ops::machine_text(&heap, value), expected);
    }

    #[test]
    fn trees_become_the_data_that_quote_gives() {
        let a = || syntax(Datum::Symbol(Symbol::intern("a")));
        let k = || syntax(Datum::Keyword(Symbol::intern("k")));
        round_trip(Datum::List(vec![a(), k()]), "('a :k)");
        round_trip(Datum::List(Vec::new()), "()");
        round_trip(Datum::MArray(vec![a()]), "@['a]");
        round_trip(Datum::Struct(vec![k(), a()]), "('struct :k 'a)");
        round_trip(Datum::Quote(a()), "('quote 'a)");
        round_trip(Datum::MString("x".into()), "\"x\"");
        round_trip(Datum::Bytes(vec![syntax(Datum::Int(1))]), "('bytes 1)");
    }

    #[test]
    fn deep_data_is_converted_without_recursion() {
        let mut heap = Heap::new();
        let deep = (0..200_000).fold(Value::int(1), |inner, _| heap.new_list(&[inner]));
        let tree = value_to_syntax(&heap, deep, Span::default(), &ScopeSet::EMPTY).unwrap();
        let back = syntax_to_value(&mut heap, &tree);
        assert!(crate::ops::equal(&heap, deep, back));
    }

    #[test]
    fn what_cannot_be_code_is_refused() {
        let mut heap = Heap::new();
        let array = heap.new_marray(Vec::new());
        array.push(&mut heap, array.into());
        assert!(value_to_syntax(&heap, array.into(), Span::default(), &ScopeSet::EMPTY).is_err());
        assert!(value_to_syntax(&heap, Value::native(0), Span::default(), &ScopeSet::EMPTY).is_err());
        let pair = heap.new_pair(Value::NIL, Value::NIL).into();
        assert!(value_to_syntax(&heap, pair, Span::default(), &ScopeSet::EMPTY).is_err());
    }
}
