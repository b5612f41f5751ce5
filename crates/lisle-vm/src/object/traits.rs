//! Trait tables: a struct that a value carries along, unseen by equality, order, hashing and printing.
//!
//! An object with traits is a copy of the original in a larger cell: the table stands behind the body, and a bit in the
//! header says so. Objects without traits pay for it with one test of that bit when they are marked.
#![allow(unsafe_code, reason = "the table stands behind the object's body")]

use super::{Array, BoxCell, Bytes, Closure, MArray, MBytes, MSet, MStr, MStruct, Pair, Set, Str, Struct};
use crate::gc::{Gc, Header, HeapObject};
use crate::heap::{Heap, Tracer};
use crate::value::{Tag, Value};

/// In a header's flags: a trait table stands behind the body.
pub(crate) const TRAITED: u8 = 0x80;

/// Bytes from the start of the body to the table.
fn offset(body_size: usize) -> usize {
    body_size.next_multiple_of(align_of::<Value>())
}

/// Where the table of an object that has one stands.
///
/// # Safety
/// `object` must point to a live object.
unsafe fn place(object: *const Header) -> *const Value {
    // SAFETY: the body follows the header, and the table the body; the cell was made for all of them.
    unsafe { object.cast::<u8>().add(size_of::<Header>() + offset(super::body_size(object))).cast() }
}

/// Reports the object's trait table.
///
/// # Safety
/// `object` must point to a live object.
#[inline]
pub(super) unsafe fn trace(object: *const Header, tracer: &mut Tracer<'_>) {
    // SAFETY: the caller vouches for the object; the flag says that there is a table.
    unsafe {
        if (*object).flags.get() & TRAITED != 0 {
            tracer.value(*place(object));
        }
    }
}

/// The trait table of a value, if it has one.
pub fn traits_of(value: Value) -> Option<Value> {
    if !value.is_heap() {
        return None;
    }
    let object = value.bits() as *const Header;
    // SAFETY: a value with a heap tag holds the address of a live object; the flag says that there is a table.
    unsafe { ((*object).flags.get() & TRAITED != 0).then(|| *place(object)) }
}

impl Heap {
    /// A copy of a value that carries a trait table; `None` for what cannot be copied.
    pub fn with_traits(&mut self, value: Value, table: Gc<Struct>) -> Option<Value> {
        macro_rules! copy {
            (inline $type:ty) => {{
                let original = value.as_object::<$type>()?;
                // SAFETY: these types own nothing outside the object, so that their bits may be copied.
                let body = unsafe { std::ptr::read(&raw const (*original.as_ptr()).body) };
                self.traited(original, body, table)
            }};
            ($type:ty) => {{
                let original = value.as_object::<$type>()?;
                let body = original.get(self).clone();
                self.note_growth(body.external_size());
                self.traited(original, body, table)
            }};
        }
        Some(match value.tag() {
            Tag::Pair => copy!(inline Pair),
            Tag::Array => copy!(inline Array),
            Tag::String => match value.as_str().and_then(Gc::<Str>::to_long) {
                Some(long) => self.traited(long, long.get(self).clone(), table),
                None => copy!(inline Str),
            },
            Tag::Bytes => match value.as_bytes().and_then(Gc::<Bytes>::to_long) {
                Some(long) => self.traited(long, long.get(self).clone(), table),
                None => copy!(inline Bytes),
            },
            Tag::Struct => copy!(inline Struct),
            Tag::Set => copy!(inline Set),
            Tag::Box => copy!(inline BoxCell),
            Tag::Closure => copy!(inline Closure),
            Tag::MArray => copy!(MArray),
            Tag::MString => copy!(MStr),
            Tag::MBytes => copy!(MBytes),
            Tag::MStruct => copy!(MStruct),
            Tag::MSet => copy!(MSet),
            _ => return None,
        })
    }

    /// An object with that body, elements in the object copied from the original, and the table behind them.
    fn traited<T: HeapObject>(&mut self, original: Gc<T>, body: T, table: Gc<Struct>) -> Value {
        let size = original.get(self).body_size();
        let copy = self.allocate_sized(body, offset(size) + size_of::<Value>());
        // SAFETY: both bodies have `size` bytes, the copy room for the table behind them, and nobody else sees it yet.
        unsafe {
            let (from, to) = (&raw const (*original.as_ptr()).body, &raw mut (*copy.as_ptr()).body);
            let fixed = size_of::<T>();
            std::ptr::copy_nonoverlapping(from.cast::<u8>().add(fixed), to.cast::<u8>().add(fixed), size - fixed);
            to.cast::<u8>().add(offset(size)).cast::<Value>().write(table.into());
        }
        copy.header().flags.set(original.header().flags.get() | TRAITED);
        if T::TAG == Tag::String {
            copy.header().aux.set(original.header().aux.get());
        }
        copy.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::print::machine;

    /// Every kind that can carry traits keeps its contents, and its table through collections.
    #[test]
    fn copies_keep_contents_and_traits() {
        let mut vm = crate::vm::Vm::new();
        vm.heap.set_stress(true);
        let heap = &mut vm.heap;
        let text: Value = heap.new_string("some text").into();
        let entries = |n: i64| (0..n).map(|i| (Value::int(i), text)).collect::<Vec<_>>();
        let items: Vec<Value> = (0..100).map(Value::int).collect();
        let small = heap.new_struct(entries(3));
        let mut originals: Vec<Value> = vec![
            text,
            heap.new_pair(text, Value::EMPTY_LIST).into(),
            heap.new_array(&[text, text]).into(),
            heap.new_array(&vec![text; 5000]).into(),
            heap.new_bytes(b"abc").into(),
            small.into(),
            heap.new_struct(entries(1000)).into(),
            heap.new_set(items.clone()).into(),
            heap.new_box(text).into(),
            heap.new_marray(vec![text; 3]).into(),
            heap.new_mstr(b"xyz".to_vec()).into(),
            heap.new_mbytes(b"xyz".to_vec()).into(),
            heap.new_mstruct(entries(50)).into(),
            heap.new_mset(items).into(),
        ];
        let count = originals.len();
        for index in 0..count {
            let copy = heap.with_traits(originals[index], small).expect("can carry traits");
            originals.push(copy);
        }
        let roots: Vec<_> = originals.into_iter().map(|value| vm.root(value)).collect();
        vm.collect(&crate::flow::NoHost);
        vm.collect(&crate::flow::NoHost);
        let show = |value| {
            let mut text = String::new();
            machine(&vm.heap, value, &mut text);
            text
        };
        for index in 0..count {
            let (original, copy) = (vm.rooted(&roots[index]), vm.rooted(&roots[count + index]));
            assert_eq!(show(original), show(copy));
            assert!(crate::ops::equal(&vm.heap, original, copy));
            assert!(traits_of(original).is_none());
            assert_eq!(show(traits_of(copy).expect("a table")), r#"{0 "some text" 1 "some text" 2 "some text"}"#);
        }
    }
}
