//! The `lisle` program.
#![forbid(unsafe_code)]

mod args;
mod internal;
mod run;

use std::process::ExitCode;

fn main() -> ExitCode {
    internal::guard(|| match args::parse(std::env::args_os().skip(1)) {
        args::Command::Run(run) => run::run(run),
        args::Command::Version => run::say(&format!("lisle {}\n", env!("CARGO_PKG_VERSION"))),
        args::Command::Help => run::say(args::USAGE),
        args::Command::Usage(problem) => run::usage_error(&problem),
    })
}
