//! Strings and bytes.
//!
//! An immutable string knows from its making whether its bytes are its grapheme clusters; its hash is kept in its
//! header once somebody asked for it (`ops::hash`).

use std::cell::Cell;
use std::str::Utf8Error;

use crate::gc::{Gc, HeapObject, Immutable};
use crate::heap::{Heap, Tracer};
use crate::value::Tag;

macro_rules! immutable_octets {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        #[repr(C)]
        pub struct $type {
            len: usize,
            octets: [u8; 0],
        }

        impl $type {
            /// Bytes of a body with so many octets.
            pub(crate) fn body_size(len: usize) -> usize {
                size_of::<$type>() + len
            }

            /// The octets.
            #[inline(always)]
            pub fn as_bytes(&self) -> &[u8] {
                // SAFETY: the body is allocated with `len` octets behind its fields, all filled.
                unsafe { std::slice::from_raw_parts(self.octets.as_ptr(), self.len) }
            }
        }

        // SAFETY: the tag belongs to this type alone; octets hold no values.
        unsafe impl HeapObject for $type {
            const TAG: Tag = immutable_octets!(@tag $type);
            fn body_size(&self) -> usize {
                $type::body_size(self.len)
            }
            fn trace(&self, _: &mut Tracer<'_>) {}
        }
        impl Immutable for $type {}
    };
    (@tag Str) => { Tag::String };
    (@tag Bytes) => { Tag::Bytes };
}
immutable_octets!(
    /// An immutable string: UTF-8 in the object itself.
    Str
);
immutable_octets!(
    /// Immutable bytes.
    Bytes
);

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
        let object = self.allocate_sized(Str { len: text.len(), octets: [] }, Str::body_size(text.len()));
        // SAFETY: the body was allocated with room for `len` octets after its fields; nobody else sees it yet.
        unsafe {
            let first = (&raw mut (*object.as_ptr()).body.octets).cast::<u8>();
            std::ptr::copy_nonoverlapping(text.as_ptr(), first, text.len());
        }
        if is_plain(text) {
            object.header().flags.set(PLAIN);
        }
        object
    }

    /// Immutable bytes.
    pub fn new_bytes(&mut self, bytes: &[u8]) -> Gc<Bytes> {
        self.note_work(bytes.len() / 64);
        let object = self.allocate_sized(Bytes { len: bytes.len(), octets: [] }, Bytes::body_size(bytes.len()));
        // SAFETY: as in `new_string`.
        unsafe {
            let first = (&raw mut (*object.as_ptr()).body.octets).cast::<u8>();
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), first, bytes.len());
        }
        object
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
