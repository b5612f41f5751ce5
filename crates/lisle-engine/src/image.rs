//! The library written in Lisle, compiled when this crate is built.
//!
//! `build/main.rs` compiles each function of `lib/prelude/*.lisp` by itself and merges the results into
//! one unit whose exports are the functions. Modules of `lib/std` are embedded as source and compiled
//! when a program first imports them.

use std::sync::{Arc, LazyLock};

use lisle_bytecode::CodeUnit;

include!(concat!(env!("OUT_DIR"), "/library.rs"));

/// The library's image: one for all engines of the process, since nothing changes it.
pub fn prelude() -> Arc<CodeUnit> {
    static UNIT: LazyLock<Arc<CodeUnit>> = LazyLock::new(|| {
        let unit = CodeUnit::from_bytes(PRELUDE).expect("the image was written by this version of the crate");
        Arc::new(unit)
    });
    UNIT.clone()
}

/// The source of the module `std/NAME`.
pub fn standard_module(name: &str) -> Option<&'static str> {
    STANDARD_MODULES.binary_search_by_key(&name, |(n, _)| n).ok().map(|i| STANDARD_MODULES[i].1)
}

/// The names of the modules below `std/`.
pub fn standard_modules() -> impl Iterator<Item = &'static str> {
    STANDARD_MODULES.iter().map(|(name, _)| *name)
}
