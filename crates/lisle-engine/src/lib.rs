//! The engine: joins the compiler and the VM.
//!
//! It compiles programs for a VM ([`compile`]), runs their macros in a second one ([`macros`]), finds
//! and loads modules ([`modules`]), and carries the library that is written in Lisle ([`image`]). It
//! knows no operating system: files come through [`Files`].
//!
//! While a program runs, the VM is borrowed by the interpreter, so natives that need the compiler
//! (`eval`, `%load`) cannot call it. They leave the interpreter with a [request](requests); whoever
//! drives the VM hands it to [`Engine::perform`] and resumes the program with the answer.
#![forbid(unsafe_code)]

pub mod compile;
pub mod engine;
pub mod files;
pub mod help;
pub mod image;
pub mod library;
pub mod macros;
pub mod modules;
pub mod natives;
pub mod outside;
pub mod requests;

pub use compile::CompileError;
pub use engine::{Engine, Program};
pub use files::Files;
pub use modules::SearchPath;
