//! Operations on all values: equality, order, hashing, keys, printing. None recurses natively.

pub mod access;
pub mod arith;
pub mod call;
pub mod compare;
pub mod each;
pub mod equal;
pub mod graphemes;
pub mod hash;
pub mod keys;
pub(crate) mod parts;
pub mod print;
pub(crate) mod seen;
pub mod sort;

#[cfg(test)]
mod tests;

pub use call::call_collection;
pub use compare::{compare, compare_elements, compare_keys};
pub use each::each_snapshot;
pub use equal::{equal, same};
pub use hash::hash;
pub use keys::{check_key, deep_freeze, identify, is_mutable, prepare_key};
pub use print::machine_text;
