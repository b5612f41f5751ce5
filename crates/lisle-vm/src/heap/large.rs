//! Large objects: each has an allocation of its own, with its size before the header.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr::NonNull;

use super::mark::COLOUR;
use crate::gc::Header;
use crate::object::{drop_object, needs_drop, tag_of};

/// Bytes before the header: the object's size in the first word.
const PREFIX_BYTES: usize = 16;

/// All large objects.
#[derive(Debug, Default)]
pub(super) struct LargeSpace {
    objects: Vec<NonNull<Header>>,
    bytes: usize,
    /// How far they are swept.
    position: usize,
}

fn layout(bytes: usize) -> Layout {
    let total = bytes.saturating_add(PREFIX_BYTES);
    Layout::from_size_align(total, 16).unwrap_or_else(|_| handle_alloc_error(Layout::new::<u128>()))
}

/// The bytes of a large object, header included.
///
/// # Safety
/// The object must be a large one that is not freed yet.
#[inline]
pub(super) unsafe fn bytes_of(object: *const Header) -> usize {
    // SAFETY: `LargeSpace::allocate` puts the size there.
    unsafe { object.byte_sub(PREFIX_BYTES).cast::<usize>().read() }
}

impl LargeSpace {
    /// Memory for an object of so many bytes; the caller writes the header at once.
    pub(super) fn allocate(&mut self, bytes: usize) -> NonNull<u8> {
        let layout = layout(bytes);
        // SAFETY: the layout's size is not zero.
        let Some(start) = NonNull::new(unsafe { alloc(layout) }) else { handle_alloc_error(layout) };
        // SAFETY: the allocation has room for the prefix, and is aligned for it.
        unsafe { start.cast::<usize>().write(bytes) };
        // SAFETY: as above.
        let object = unsafe { start.add(PREFIX_BYTES) };
        self.objects.push(object.cast());
        self.bytes += bytes;
        object
    }

    /// Number of objects.
    pub(super) fn count(&self) -> usize {
        self.objects.len()
    }

    /// Their bytes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The objects.
    pub(super) fn iter(&self) -> impl Iterator<Item = NonNull<Header>> {
        self.objects.iter().copied()
    }

    /// From now on all objects are to be swept.
    pub(super) fn start_sweep(&mut self) {
        self.position = 0;
    }

    /// Sweeps one object: its bytes if it was freed, 0 if it lives, none when there is no further one. Objects made
    /// since marking ended have the colour of the living, and are passed over.
    pub(super) fn sweep_next(&mut self, live: u8) -> Option<usize> {
        let object = *self.objects.get(self.position)?;
        // SAFETY: objects in the list are not freed yet.
        if unsafe { object.as_ref() }.mark.get() & COLOUR == live {
            self.position += 1;
            return Some(0);
        }
        self.objects.swap_remove(self.position);
        // SAFETY: the object is white after marking: nothing refers to it (I2).
        let bytes = unsafe { free(object) };
        self.bytes -= bytes;
        Some(bytes)
    }
}

/// Drops and frees a large object; gives its bytes.
///
/// # Safety
/// Nothing may refer to it any more.
unsafe fn free(object: NonNull<Header>) -> usize {
    let object = object.as_ptr();
    // SAFETY: the object is not freed yet.
    let bytes = unsafe { bytes_of(object) };
    // SAFETY: as above.
    if needs_drop(unsafe { tag_of(object) }) {
        // SAFETY: the caller says that this is its last use.
        unsafe { drop_object(object) };
    }
    // SAFETY: it came from `alloc` with this layout.
    unsafe { dealloc(object.byte_sub(PREFIX_BYTES).cast(), layout(bytes)) };
    bytes
}

impl Drop for LargeSpace {
    fn drop(&mut self) {
        for object in self.objects.drain(..) {
            // SAFETY: the heap is going: nothing refers to its objects.
            unsafe { free(object) };
        }
    }
}
