//! Strings and bytes.
//!
//! An immutable string knows from its making whether its bytes are its grapheme clusters; its hash is kept in its
//! header once somebody asked for it (`ops::hash`).

use std::cell::Cell;
use std::ptr::NonNull;
use std::str::Utf8Error;
use std::sync::Arc;

use crate::gc::{Gc, HeapObject, Immutable};
use crate::heap::{Heap, Tracer};
use crate::value::Tag;

/// From so many octets on, they stand outside of their object, so that the heaps of several threads can share them.
pub const LONG_BYTES: usize = 32 << 10;

/// In the `len` of an object: its octets stand outside.
const OUTSIDE: usize = 1 << (usize::BITS - 1);

macro_rules! immutable_octets {
    ($(#[$doc:meta])* $type:ident, $long:ident, $tag:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        #[repr(C)]
        pub struct $type {
            /// Their number, or `OUTSIDE`: then the body is that of the long kind.
            len: usize,
            octets: [u8; 0],
        }

        /// The body of a long one.
        #[derive(Clone, Debug)]
        #[repr(C)]
        pub(super) struct $long {
            /// `OUTSIDE`.
            len: usize,
            octets: Arc<[u8]>,
        }

        impl $type {
            /// The body as that of a long one, if it is.
            #[inline(always)]
            pub(super) fn as_long(&self) -> Option<&$long> {
                // SAFETY: just the bodies of long ones, which `Heap` allocates as such, begin with `OUTSIDE`.
                (self.len == OUTSIDE).then(|| unsafe { &*std::ptr::from_ref(self).cast::<$long>() })
            }

            /// The octets.
            #[inline(always)]
            pub fn as_bytes(&self) -> &[u8] {
                match self.as_long() {
                    // SAFETY: the body is allocated with `len` octets behind its fields, all filled.
                    None => unsafe { std::slice::from_raw_parts(self.octets.as_ptr(), self.len) },
                    Some(long) => &long.octets,
                }
            }

            /// Drops what a body owns.
            ///
            /// # Safety
            /// It is not used any more.
            pub(super) unsafe fn drop_body(body: *mut $type) {
                // SAFETY: the body is alive until the end of this.
                if unsafe { (*body).len } == OUTSIDE {
                    // SAFETY: as in `as_long`; the caller says that this is its last use.
                    unsafe { std::ptr::drop_in_place(body.cast::<$long>()) }
                }
            }
        }

        // SAFETY: the tag belongs to this type, of which the long kind is a form; octets hold no values.
        unsafe impl HeapObject for $type {
            const TAG: Tag = $tag;
            fn body_size(&self) -> usize {
                if self.len == OUTSIDE { size_of::<$long>() } else { size_of::<$type>() + self.len }
            }
            fn trace(&self, _: &mut Tracer<'_>) {}
            fn external_size(&self) -> usize {
                self.as_long().map_or(0, |long| long.octets.len())
            }
        }
        impl Immutable for $type {}

        // SAFETY: nobody asks for objects of this type by their tag, which is that of the type it is a form of. The octets
        // are dropped by `object::drop_object`.
        unsafe impl HeapObject for $long {
            const TAG: Tag = $tag;
            fn trace(&self, _: &mut Tracer<'_>) {}
            fn external_size(&self) -> usize {
                self.octets.len()
            }
        }

        impl Gc<$type> {
            /// A long one.
            fn new_long(heap: &mut Heap, octets: Arc<[u8]>) -> Gc<$type> {
                heap.note_growth(octets.len());
                let object = heap.allocate($long { len: OUTSIDE, octets });
                // SAFETY: the body of a long one is a form of this type's.
                unsafe { Gc::from_ptr(NonNull::new_unchecked(object.as_ptr().cast())) }
            }

            /// As the long kind, if it is one.
            pub(super) fn to_long(self) -> Option<Gc<$long>> {
                // SAFETY: `as_long` has seen that it is one.
                self.as_long().map(|_| unsafe { Gc::from_ptr(NonNull::new_unchecked(self.as_ptr().cast())) })
            }
        }
    };
}
immutable_octets!(
    /// An immutable string: UTF-8 in the object itself, or outside if it is long.
    Str,
    LongStr,
    Tag::String
);
immutable_octets!(
    /// Immutable bytes.
    Bytes,
    LongBytes,
    Tag::Bytes
);

/// The text of a long string, for another heap.
#[derive(Clone, Debug)]
pub struct SharedText {
    /// UTF-8.
    octets: Arc<[u8]>,
    plain: bool,
}

/// Long bytes, for another heap.
#[derive(Clone, Debug)]
pub struct SharedBytes {
    octets: Arc<[u8]>,
}

impl Gc<Str> {
    /// Its text for another heap, if it is long enough for that to be better than a copy.
    pub fn share(self) -> Option<SharedText> {
        let octets = self.as_long()?.octets.clone();
        Some(SharedText { octets, plain: self.is_plain() })
    }
}

impl Gc<Bytes> {
    /// What it holds for another heap, if that is enough to be better than a copy.
    pub fn share(self) -> Option<SharedBytes> {
        Some(SharedBytes { octets: self.as_long()?.octets.clone() })
    }
}

/// In the header's flags of a string: all ASCII and no carriage return, so that every byte is a grapheme cluster.
const PLAIN: u8 = 1;

impl Gc<Str> {
    /// True when every byte is a grapheme cluster of its own: then lengths and positions are those of bytes.
    #[inline(always)]
    pub fn is_plain(&self) -> bool {
        self.header().flags.get() & PLAIN != 0
    }
}

/// True when every byte is a grapheme cluster of its own: ASCII but for the one cluster of two characters that it has.
pub fn is_plain(text: &str) -> bool {
    text.is_ascii() && !text.as_bytes().contains(&b'\r')
}

impl Str {
    /// The text.
    #[inline(always)]
    pub fn as_str(&self) -> &str {
        // SAFETY: `Heap::new_string` copies from a `str`.
        unsafe { std::str::from_utf8_unchecked(self.as_bytes()) }
    }
}

/// A mutable string: bytes that are usually, but not always, UTF-8.
#[derive(Clone, Debug, Default)]
pub struct MStr {
    bytes: Vec<u8>,
    /// So many bytes at the start are known to be plain (see [`is_plain`]): asked again and again while a program goes
    /// through a text, so it must not mean to look at all of it each time.
    plain: Cell<usize>,
}

impl MStr {
    /// The bytes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, for any change. Tell the heap of growth: `Heap::note_growth`.
    pub fn bytes_mut(&mut self) -> &mut Vec<u8> {
        self.plain.set(0);
        &mut self.bytes
    }

    /// Adds bytes at the end; gives by how much the allocation grew, which the heap is to be told.
    #[inline]
    pub fn extend(&mut self, bytes: &[u8]) -> usize {
        let before = self.bytes.capacity();
        self.bytes.extend_from_slice(bytes);
        self.bytes.capacity() - before
    }

    /// Removes all but the first bytes.
    pub fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len);
        self.plain.set(self.plain.get().min(len));
    }

    /// Replaces a plain byte of a plain text by another.
    pub(crate) fn replace_plain(&mut self, at: usize, byte: u8) {
        debug_assert!(byte.is_ascii() && byte != b'\r');
        self.bytes[at] = byte;
    }

    /// The bytes as text, if they are UTF-8.
    pub fn text(&self) -> Result<&str, Utf8Error> {
        if self.is_plain() {
            // SAFETY: plain bytes are ASCII.
            return Ok(unsafe { std::str::from_utf8_unchecked(&self.bytes) });
        }
        std::str::from_utf8(&self.bytes)
    }

    /// True when every byte is a grapheme cluster of its own. Takes time for bytes that were not looked at before.
    pub fn is_plain(&self) -> bool {
        let known = self.plain.get();
        if known == self.bytes.len() {
            return true;
        }
        let rest = &self.bytes[known..];
        let more = match rest.is_ascii() && !rest.contains(&b'\r') {
            true => rest.len(),
            // Where the first other byte is, is not looked for again.
            false => rest.iter().take_while(|b| b.is_ascii() && **b != b'\r').count(),
        };
        self.plain.set(known + more);
        known + more == self.bytes.len()
    }
}

/// Mutable bytes.
#[derive(Clone, Debug, Default)]
pub struct MBytes {
    /// The bytes. Tell the heap of growth: `Heap::note_growth`.
    pub bytes: Vec<u8>,
}

// SAFETY: `MString` is the tag of this type alone; bytes hold no values.
unsafe impl HeapObject for MStr {
    const TAG: Tag = Tag::MString;
    fn trace(&self, _: &mut Tracer<'_>) {}
    fn external_size(&self) -> usize {
        self.bytes.capacity()
    }
}
// SAFETY: `MBytes` is the tag of this type alone; bytes hold no values.
unsafe impl HeapObject for MBytes {
    const TAG: Tag = Tag::MBytes;
    fn trace(&self, _: &mut Tracer<'_>) {}
    fn external_size(&self) -> usize {
        self.bytes.capacity()
    }
}

impl Heap {
    /// An immutable string.
    pub fn new_string(&mut self, text: &str) -> Gc<Str> {
        self.note_work(text.len() / 64);
        let object = if text.len() < LONG_BYTES {
            let object = self.allocate_sized(Str { len: text.len(), octets: [] }, size_of::<Str>() + text.len());
            // SAFETY: the body was allocated with room for `len` octets after its fields; nobody else sees it yet.
            unsafe {
                let first = (&raw mut (*object.as_ptr()).body.octets).cast::<u8>();
                std::ptr::copy_nonoverlapping(text.as_ptr(), first, text.len());
            }
            object
        } else {
            Gc::<Str>::new_long(self, text.as_bytes().into())
        };
        if is_plain(text) {
            object.header().flags.set(PLAIN);
        }
        object
    }

    /// An immutable string with the text of one in another heap.
    pub fn new_string_of(&mut self, text: &SharedText) -> Gc<Str> {
        let object = Gc::<Str>::new_long(self, text.octets.clone());
        if text.plain {
            object.header().flags.set(PLAIN);
        }
        object
    }

    /// Immutable bytes.
    pub fn new_bytes(&mut self, bytes: &[u8]) -> Gc<Bytes> {
        self.note_work(bytes.len() / 64);
        if bytes.len() >= LONG_BYTES {
            return Gc::<Bytes>::new_long(self, bytes.into());
        }
        let object = self.allocate_sized(Bytes { len: bytes.len(), octets: [] }, size_of::<Bytes>() + bytes.len());
        // SAFETY: as in `new_string`.
        unsafe {
            let first = (&raw mut (*object.as_ptr()).body.octets).cast::<u8>();
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), first, bytes.len());
        }
        object
    }

    /// Immutable bytes like those in another heap.
    pub fn new_bytes_of(&mut self, bytes: &SharedBytes) -> Gc<Bytes> {
        Gc::<Bytes>::new_long(self, bytes.octets.clone())
    }

    /// A mutable string.
    pub fn new_mstr(&mut self, bytes: Vec<u8>) -> Gc<MStr> {
        self.note_work(bytes.len() / 64);
        self.note_growth(bytes.capacity());
        self.allocate(MStr { bytes, plain: Cell::new(0) })
    }

    /// Mutable bytes.
    pub fn new_mbytes(&mut self, bytes: Vec<u8>) -> Gc<MBytes> {
        self.note_work(bytes.len() / 64);
        self.note_growth(bytes.capacity());
        self.allocate(MBytes { bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::NoHost;
    use crate::vm::Vm;

    fn long_text() -> String {
        "long ".repeat(LONG_BYTES / 5 + 1)
    }

    #[test]
    fn long_texts_are_as_others_are() {
        let heap = &mut Vm::new().heap;
        let text = long_text();
        let (one, other) = (heap.new_string(&text), heap.new_string(&text));
        assert_eq!(one.as_str(), text);
        assert!(one.is_plain() && !heap.new_string(&text.replace('o', "ö")).is_plain());
        assert!(crate::ops::equal::equal(heap, one.into(), other.into()));
        assert_eq!(heap.new_bytes(text.as_bytes()).as_bytes(), text.as_bytes());
        assert!(heap.new_string(&text[..LONG_BYTES - 1]).share().is_none());
    }

    #[test]
    fn heaps_share_long_texts_and_bytes() {
        let (first, second) = (&mut Vm::new().heap, &mut Vm::new().heap);
        let text = first.new_string(&long_text());
        let twin = second.new_string_of(&text.share().expect("it is long"));
        assert_eq!(twin.as_str().as_ptr(), text.as_str().as_ptr());
        assert_eq!(twin.is_plain(), text.is_plain());
        let bytes = first.new_bytes(long_text().as_bytes());
        let twin = second.new_bytes_of(&bytes.share().expect("they are long"));
        assert_eq!(twin.as_bytes().as_ptr(), bytes.as_bytes().as_ptr());
    }

    #[test]
    fn what_nobody_refers_to_is_dropped_once() {
        let mut vm = Vm::new();
        let text = vm.heap.new_string(&long_text());
        let SharedText { octets, .. } = text.share().expect("it is long");
        let table = vm.heap.new_struct(Vec::new());
        let traited = vm.heap.with_traits(text.into(), table).expect("strings carry traits");
        assert_eq!(traited.as_str().map(|t| t.as_str().len()), Some(octets.len()));
        assert_eq!(Arc::strong_count(&octets), 3);
        let root = vm.root(traited);
        vm.collect(&NoHost);
        assert_eq!(Arc::strong_count(&octets), 2);
        assert_eq!(vm.unroot(root).as_str().map(|t| t.as_str().len()), Some(octets.len()));
        let bytes = vm.heap.new_bytes(&octets);
        let SharedBytes { octets: others } = bytes.share().expect("they are long");
        drop(vm);
        assert_eq!((Arc::strong_count(&octets), Arc::strong_count(&others)), (1, 1));
    }
}
