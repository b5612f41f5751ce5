//! Asking the processor for memory ahead of its use.

use std::ptr::NonNull;

/// Starts loading the line at that address.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn prefetch_line<T>(address: NonNull<T>) {
    // SAFETY: a prefetch reads nothing that the program could observe, whatever the address.
    unsafe { std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(address.as_ptr().cast()) }
}

/// Does nothing: stable Rust has no way to ask on this processor.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn prefetch_line<T>(_: NonNull<T>) {}

/// Asks the processor for the first lines of something that is needed soon. Does nothing where stable Rust has no way to
/// ask.
#[inline(always)]
pub fn prefetch<T>(thing: &T) {
    let line = NonNull::from(thing).cast::<[u8; 64]>();
    prefetch_line(line);
    if size_of::<T>() > size_of::<[u8; 64]>() {
        prefetch_line(line.map_addr(|at| at.saturating_add(64)));
    }
}
