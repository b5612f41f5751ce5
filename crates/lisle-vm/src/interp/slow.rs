//! The less common instructions, and the uncommon cases of common ones.

use lisle_bytecode::op::PatternKind;
use lisle_syntax::{Symbol, Syntax};

use crate::flow::Escape;
use crate::gc::Gc;
use crate::interp::{Next, Run};
use crate::object::Pair;
use crate::ops;
use crate::ops::arith::ArithError;
use crate::value::{Tag, Value};

impl Run<'_> {
    #[cold]
    #[inline(never)]
    pub(super) fn raise_arithmetic(&mut self, error: ArithError, dst: u16) -> Next {
        let _ = self.with_cx(|cx| error.raise(cx));
        self.follow(dst)
    }

    /// Calls a native by name: for instructions that share their uncommon cases with a function.
    #[cold]
    #[inline(never)]
    pub(super) fn slow_native(&mut self, name: &str, args: &[Value]) -> Result<Value, Escape> {
        let function = self
            .vm
            .state
            .natives
            .lookup(Symbol::intern(name))
            .and_then(|index| self.vm.state.natives.get(index))
            .map(|native| native.run);
        self.with_cx(|cx| match function {
            Some(function) => function(cx, args),
            None => Err(cx.error("internal-error", format!("no native function {name}"))),
        })
    }

    #[inline(never)]
    pub(super) fn slow_get(&mut self, coll: Value, key: Value) -> Result<Value, Escape> {
        let function = self.vm.state.get_function;
        match function {
            Some(function) => self.with_cx(|cx| function(cx, &[coll, key])),
            None => self.slow_native("get", &[coll, key]),
        }
    }

    /// A template's identifier, with the scope of the running expansion.
    pub(super) fn template(&mut self, constant: Value) -> Value {
        match (self.vm.state.expansion_scope, constant.as_syntax()) {
            (Some(scope), Some(object)) => {
                let syntax = &object.syntax;
                let scopes = syntax.scopes().with(scope);
                let syntax = Syntax::with_scopes(syntax.datum().clone(), syntax.span(), scopes);
                self.vm.heap.new_syntax(syntax).into()
            }
            _ => constant,
        }
    }

    pub(super) fn build_push(&mut self, builder: Value, items: &[Value]) {
        if let Some(builder) = builder.as_marray() {
            let vec = builder.get_mut(&mut self.vm.heap).vec_mut();
            let before = vec.capacity();
            vec.extend_from_slice(items);
            let grown = vec.capacity() - before;
            self.vm.heap.note_growth(grown * size_of::<Value>());
        }
    }

    pub(super) fn build_splice(&mut self, builder: Value, seq: Value) -> Result<(), String> {
        let items: Vec<Value> = match seq.tag() {
            Tag::Array => seq.as_array().map(|a| a.items().to_vec()).unwrap_or_default(),
            Tag::MArray => seq.as_marray().map(|a| a.get(&self.vm.heap).items().to_vec()).unwrap_or_default(),
            Tag::Pair | Tag::EmptyList => {
                let mut items = Vec::new();
                let mut rest = seq;
                while let Some(pair) = rest.as_pair() {
                    items.push(pair.first);
                    rest = pair.rest;
                }
                items
            }
            tag => return Err(format!("splice: expected array, tuple, or list, got {}", tag.type_name())),
        };
        self.build_push(builder, &items);
        Ok(())
    }

    pub(super) fn build_array(&mut self, builder: Value) -> Value {
        let items = builder.as_marray().map(|b| std::mem::take(b.get_mut(&mut self.vm.heap).vec_mut()));
        self.vm.heap.new_array(&items.unwrap_or_default()).into()
    }

    pub(super) fn build_list(&mut self, builder: Value) -> Value {
        let items = builder.as_marray().map(|b| std::mem::take(b.get_mut(&mut self.vm.heap).vec_mut()));
        self.vm.heap.new_list(&items.unwrap_or_default())
    }

    /// True when a value is of a pattern's kind; `loose` ignores mutability, as destructuring does.
    pub(super) fn is_pattern_kind(&self, value: Value, kind: u8, loose: bool) -> bool {
        let tag = value.tag();
        match PatternKind::from_u8(kind) {
            Some(PatternKind::EmptyList) => tag == Tag::EmptyList,
            Some(PatternKind::Pair) => tag == Tag::Pair,
            Some(PatternKind::List) => matches!(tag, Tag::EmptyList | Tag::Pair),
            Some(PatternKind::Array) => tag == Tag::Array || loose && tag == Tag::MArray,
            Some(PatternKind::MArray) => tag == Tag::MArray,
            Some(PatternKind::Struct) => tag == Tag::Struct || loose && tag == Tag::MStruct,
            Some(PatternKind::MStruct) => tag == Tag::MStruct,
            Some(PatternKind::Set) => tag == Tag::Set,
            Some(PatternKind::MSet) => tag == Tag::MSet,
            None => false,
        }
    }

    pub(super) fn is_pattern_array(&self, value: Value, flags: u32, count: usize) -> bool {
        let len = if flags & 1 != 0 {
            value.as_marray().map(|a| a.get(&self.vm.heap).items().len())
        } else {
            value.as_array().map(|a| a.items().len())
        };
        len.is_some_and(|len| if flags & 2 != 0 { len >= count } else { len == count })
    }

    /// The elements of an array of either mutability.
    fn items(&self, value: Value) -> Option<&[Value]> {
        if let Some(array) = value.as_marray() {
            return Some(array.get(&self.vm.heap).items());
        }
        let array = value.as_array()?;
        // The borrow of the handle must not end with this function: read through the heap as for mutable ones.
        Some(array.get(&self.vm.heap).items())
    }

    pub(super) fn item_at(&self, value: Value, index: usize) -> Option<Value> {
        self.items(value)?.get(index).copied()
    }

    pub(super) fn items_from(&mut self, value: Value, from: usize) -> Value {
        let items: Vec<Value> = self.items(value).and_then(|i| i.get(from..)).unwrap_or_default().to_vec();
        if value.tag() == Tag::MArray {
            self.vm.heap.new_marray(items).into()
        } else {
            self.vm.heap.new_array(&items).into()
        }
    }

    /// `None` when the value is no struct, `Some(None)` when the key is absent.
    pub(super) fn field(&self, value: Value, key: Value) -> Option<Option<Value>> {
        if let Some(table) = value.as_struct() {
            return Some((*table).get(key));
        }
        Some(value.as_mstruct()?.get(&self.vm.heap).get(key))
    }

    pub(super) fn fields_except(&mut self, value: Value, keys: Value) -> Value {
        let entries = match (value.as_struct(), value.as_mstruct()) {
            (Some(table), _) => (*table).entries(),
            (_, Some(table)) => table.get(&self.vm.heap).entries(),
            _ => Vec::new(),
        };
        let keys = keys.as_array();
        let excluded = |key: Value| keys.as_ref().is_some_and(|k| k.items().iter().any(|x| x.is_identical(key)));
        let rest: Vec<(Value, Value)> = entries.into_iter().filter(|(k, _)| !excluded(*k)).collect();
        self.vm.heap.new_struct(rest).into()
    }

    fn misfit(&mut self, expected: &str, got: Value) -> String {
        let got = self.with_cx(|cx| cx.type_name(got));
        format!("destructuring: expected {expected}, got {got}")
    }

    pub(super) fn destructure_kind(&mut self, value: Value, kind: u8) -> Result<(), String> {
        if self.is_pattern_kind(value, kind, true) {
            return Ok(());
        }
        let expected = match PatternKind::from_u8(kind) {
            Some(PatternKind::Array | PatternKind::MArray) => "array",
            Some(PatternKind::Struct | PatternKind::MStruct) => "struct",
            Some(PatternKind::Set | PatternKind::MSet) => "set",
            _ => "list",
        };
        Err(self.misfit(expected, value))
    }

    pub(super) fn destructure_item(&mut self, value: Value, index: usize) -> Result<Value, String> {
        let Some(items) = self.items(value) else { return Err(self.misfit("array", value)) };
        items
            .get(index)
            .copied()
            .ok_or_else(|| format!("destructuring: array index {index} out of bounds (length {})", items.len()))
    }

    pub(super) fn destructure_items(&mut self, value: Value, from: usize) -> Result<Value, String> {
        match self.items(value) {
            Some(_) => Ok(self.items_from(value, from)),
            None => Err(self.misfit("array", value)),
        }
    }

    pub(super) fn destructure_pair(&mut self, value: Value) -> Result<Gc<Pair>, String> {
        value.as_pair().ok_or_else(|| self.misfit("list", value))
    }

    pub(super) fn destructure_field(&mut self, value: Value, key: Value) -> Result<Value, String> {
        match self.field(value, key) {
            Some(Some(found)) => Ok(found),
            Some(None) => {
                let key = ops::machine_text(&self.vm.heap, key);
                Err(format!("destructuring: key {key} not found"))
            }
            None => Err(self.misfit("struct", value)),
        }
    }

    pub(super) fn destructure_fields(&mut self, value: Value, keys: Value) -> Result<Value, String> {
        match value.tag() {
            Tag::Struct | Tag::MStruct => Ok(self.fields_except(value, keys)),
            _ => Err(self.misfit("struct", value)),
        }
    }

    /// The three registers of an iterator.
    pub(super) fn each_init(&mut self, coll: Value) -> Result<[Value; 3], Escape> {
        let snapshot = match coll.tag() {
            Tag::Fiber => return Ok([coll, Value::NIL, Value::NIL]),
            Tag::Pair | Tag::EmptyList | Tag::Array | Tag::MArray | Tag::Bytes | Tag::MBytes => Ok(coll),
            _ => self.with_cx(|cx| ops::each_snapshot(cx, coll)),
        };
        snapshot.map(|sequence| {
            let heap = &self.vm.heap;
            let length = match sequence.tag() {
                Tag::Bytes => sequence.as_bytes().map_or(0, |b| b.as_bytes().len()),
                Tag::MBytes => sequence.as_mbytes().map_or(0, |b| b.get(heap).bytes.len()),
                _ => self.items(sequence).map_or(0, <[Value]>::len),
            };
            [sequence, Value::int(0), Value::int(length as i64)]
        })
    }

    pub(super) fn each_item(&self, sequence: Value, index: usize) -> Value {
        let byte = match sequence.tag() {
            Tag::Bytes => sequence.as_bytes().and_then(|b| b.as_bytes().get(index).copied()),
            Tag::MBytes => sequence.as_mbytes().and_then(|b| b.get(&self.vm.heap).bytes.get(index).copied()),
            _ => return self.item_at(sequence, index).unwrap_or_default(),
        };
        byte.map_or(Value::NIL, |b| Value::int(i64::from(b)))
    }

    /// Resumes the fiber that is iterated over; EachCheck looks at what comes back.
    pub(super) fn each_resume(&mut self, fiber: Value, dst: u16) -> Next {
        match fiber.as_fiber() {
            Some(fiber) => self.resume_fiber(fiber, Value::NIL, dst),
            None => Next::Go,
        }
    }

    pub(super) fn each_ended(&self, sequence: Value) -> bool {
        use crate::fiber::Status;
        sequence.as_fiber().is_some_and(|f| matches!(f.get(&self.vm.heap).status, Status::Dead | Status::Error))
    }

    /// Puts parameter/value pairs in front of the dynamic bindings.
    pub(super) fn bind_parameters(&mut self, pairs: &[Value]) -> Result<(), String> {
        for pair in pairs.chunks_exact(2) {
            if pair[0].tag() != Tag::Parameter {
                let got = self.with_cx(|cx| cx.type_name(pair[0]));
                return Err(format!("parameterize: {got} is not a parameter"));
            }
        }
        let mut bindings = self.stacks().bindings;
        for pair in pairs.chunks_exact(2) {
            let binding = self.vm.heap.new_pair(pair[0], pair[1]).into();
            bindings = self.vm.heap.new_pair(binding, bindings).into();
        }
        self.stacks().bindings = bindings;
        Ok(())
    }
}
