//! Lisle's virtual machine: values, the heap and its collector, fibers, the interpreter, and the core
//! primitives.
//!
//! The crate knows no clock, no file descriptor, no thread and no compiler: whatever a program wants of
//! the world leaves the interpreter as a [`flow::Flow`] and is answered by its [`flow::Host`].
//!
//! `unsafe` lives in [`value`], [`gc`], [`heap`], `object` and [`interp`]; every other module denies it.
#![deny(unsafe_code)]

pub mod args;
pub mod cx;
pub mod fiber;
pub mod flow;
pub mod gc;
pub mod heap;
pub mod interp;
pub mod link;
pub mod native;
pub mod natives;
pub mod object;
pub mod ops;
pub mod signal;
pub mod transfer;
pub mod typed;
pub mod value;
pub mod vm;

pub use cx::Cx;
pub use flow::{Escape, Flow, Host, Request};
pub use gc::Gc;
pub use heap::Heap;
pub use native::{Native, NativeFn};
pub use value::{Tag, Value};
pub use vm::{Exit, Vm};
