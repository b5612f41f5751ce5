//! Structs and sets.
//!
//! Immutable ones are sorted: up to [`INLINE_MAX`] entries stand in the object itself, more in a
//! balanced tree whose nodes are shared between versions. Mutable ones are hash tables over a dense array
//! of entries ([`dense`]), sorted only when somebody looks at their order.

mod dense;
mod immutable;
mod mutable;
#[cfg(test)]
mod tests;
mod tree;

pub use immutable::{Set, Struct};
pub use mutable::{MSet, MStruct};
pub(crate) use tree::Node;

/// Largest number of entries that an immutable struct or set keeps in itself.
pub(super) const INLINE_MAX: usize = 16;
