//! Fuzz targets as plain programs: `lisle-fuzz TARGET --seconds S --seed N`, or `lisle-fuzz TARGET --input FILE`.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool for developers")]
#![allow(clippy::disallowed_methods, reason = "the driver measures time and keeps files")]

mod data;
mod driver;
mod grammar;
mod mutate;
mod random;
mod targets;

use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::Arg::{Long, Value};
use lexopt::ValueExt;

const USAGE: &str = "usage: lisle-fuzz reader|compiler|program|data [--seconds S] [--seed N] [--input FILE]";

/// What the command line asks for.
#[derive(Debug)]
struct Command {
    target: targets::Target,
    seconds: u64,
    seed: u64,
    input: Option<PathBuf>,
}

fn parse() -> Result<Command, lexopt::Error> {
    let mut target = None;
    let (mut seconds, mut seed, mut input) = (60, 1, None);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("seconds") => seconds = arguments.value()?.parse()?,
            Long("seed") => seed = arguments.value()?.parse()?,
            Long("input") => input = Some(PathBuf::from(arguments.value()?)),
            Value(name) if target.is_none() => target = targets::Target::named(&name.string()?),
            other => return Err(other.unexpected()),
        }
    }
    match target {
        Some(target) => Ok(Command { target, seconds, seed, input }),
        None => Err(USAGE.into()),
    }
}

fn main() -> ExitCode {
    let command = match parse() {
        Ok(command) => command,
        Err(e) => {
            eprintln!("{e}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let result = match &command.input {
        Some(path) => driver::run_file(command.target, path),
        None => driver::run(command.target, command.seconds, command.seed),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
