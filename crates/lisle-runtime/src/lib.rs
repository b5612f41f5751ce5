//! The runtime: drives an engine against the world.
//!
//! [`Runtime`] runs a program as the first task of a scheduler; [`scheduler`] knows who runs, who waits
//! and for what; [`wheel`] keeps the timers; everything that a program's text and seed do not determine
//! passes through [`world::World`]. Natives for tasks, time, ports and files are in [`natives`].
#![forbid(unsafe_code)]

mod chan;
pub mod natives;
pub mod observe;
mod output;
mod pages;
mod ports;
mod process;
mod report;
pub mod request;
pub mod runtime;
pub mod scheduler;
pub mod testing;
mod threads;
mod timeline;
pub mod wheel;
pub mod world;

pub use runtime::{Options, Runtime};
pub use testing::Tests;
pub use world::{RealWorld, SimWorld, World};
