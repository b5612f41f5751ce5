//! Asking the processor for memory ahead of its use.

use std::ptr::NonNull;

/// Starts loading the line at that address.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn prefetch<T>(address: NonNull<T>) {
    // SAFETY: a prefetch reads nothing that the program could observe, whatever the address.
    unsafe { std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(address.as_ptr().cast()) }
}

/// Does nothing: stable Rust has no way to ask on this processor.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn prefetch<T>(_: NonNull<T>) {}
