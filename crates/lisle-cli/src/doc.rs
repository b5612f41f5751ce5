//! Help on predefined names, and the reference pages made from it.
#![allow(clippy::disallowed_methods, reason = "no program runs")]

use std::process::ExitCode;

use lisle_engine::{Engine, help};

use crate::run::{complain, say};

fn engine() -> Engine {
    Engine::new(lisle_runtime::natives::install)
}

/// Prints what is known of a name or of a module; without one, all names.
pub(crate) fn show(name: Option<&str>) -> ExitCode {
    let engine = engine();
    let Some(name) = name else { return say(&help::overview(&engine.vm.state)) };
    let text = help::entry(&engine.vm.state, name).map(|entry| entry.text());
    let text = text.or_else(|| help::module(name).map(|module| module.text()));
    match text {
        Some(text) => say(&text),
        None => {
            complain(&format!("✗ nothing predefined is called {name}\n"));
            ExitCode::from(1)
        }
    }
}

/// Writes the reference pages into a directory.
pub(crate) fn write_book(directory: &str) -> ExitCode {
    let engine = engine();
    let written = std::fs::create_dir_all(directory).and_then(|()| {
        help::pages(&engine.vm.state)
            .into_iter()
            .try_for_each(|(file, text)| std::fs::write(format!("{directory}/{file}"), text))
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("✗ {directory}: {error}\n"));
            ExitCode::from(1)
        }
    }
}
