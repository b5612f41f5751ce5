//! Running a program, and what is said when it cannot run.
#![allow(clippy::disallowed_methods, reason = "the program's own file is read before there is a world")]

use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;

use lisle_engine::{CompileError, SearchPath, modules};
use lisle_runtime::{Options, RealWorld, Runtime, SimWorld, World};
use lisle_syntax::diagnostic::{Style, render};

use crate::args::{Color, Program, Run, Settings};
use crate::limits::heap_bytes_max;

/// Runs a program; its exit code.
pub(crate) fn run(run: Run) -> ExitCode {
    let style = style(run.settings.color);
    let (name, bytes) = match source(&run.program) {
        Ok(source) => source,
        Err(message) => {
            complain(&message);
            return ExitCode::from(1);
        }
    };
    let shown = match &run.program {
        Program::File(path) => path.clone(),
        Program::Stdin => "-".to_owned(),
        Program::Text(_) => "-e".to_owned(),
    };
    let options = Options {
        arguments: std::iter::once(shown).chain(run.arguments).collect(),
        search: search_path(&run.settings, &run.program),
        style,
    };
    let mut runtime = Runtime::new(world(&run.settings), options);
    if let Some(path) = std::env::var_os("LISLE_TRACE").filter(|path| !path.is_empty()) {
        match std::fs::File::create(&path) {
            Ok(file) => runtime.write_timeline(Box::new(file)),
            Err(error) => {
                complain(&format!("✗ LISLE_TRACE: {}: {error}\n", path.to_string_lossy()));
                return ExitCode::from(1);
            }
        }
    }
    if std::env::var_os("LISLE_GC_STRESS").is_some_and(|value| value == "1") {
        runtime.engine_mut().stress_collector();
    }
    runtime.engine_mut().vm.heap.set_heap_bytes_max(heap_bytes_max());
    let outcome = runtime.run_program(&name, &bytes);
    // The process ends: freeing every object one by one would only take time.
    std::mem::forget(runtime);
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            complain(&compile_error(&error, style));
            ExitCode::from(1)
        }
    }
}

/// The name and the bytes of the program.
fn source(program: &Program) -> Result<(String, Vec<u8>), String> {
    match program {
        Program::Text(text) => Ok(("<eval>".to_owned(), text.clone().into_bytes())),
        Program::Stdin => {
            let mut bytes = Vec::new();
            match std::io::stdin().lock().read_to_end(&mut bytes) {
                Ok(_) => Ok(("<stdin>".to_owned(), bytes)),
                Err(error) => Err(format!("✗ standard input: {error}\n")),
            }
        }
        Program::File(path) => match read_file(path) {
            Ok(bytes) => Ok((path.clone(), bytes)),
            Err(message) if path.starts_with('-') => {
                Err(format!("{message}  note: {path} is no option of lisle; see lisle --help\n"))
            }
            Err(message) => Err(message),
        },
    }
}

/// The bytes of a file, or what to say about it.
pub(crate) fn read_file(path: &str) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("✗ {path}: {error}\n"))
}

fn world(settings: &Settings) -> Box<dyn World> {
    if settings.simulated || settings.seed.is_some() {
        Box::new(simulated(settings).with_output(real()))
    } else {
        Box::new(real())
    }
}

/// The simulated world that was asked for, with the files of this machine.
pub(crate) fn simulated(settings: &Settings) -> SimWorld {
    let world = settings.seed.map_or_else(SimWorld::in_order, SimWorld::seeded).with_files(RealWorld::new());
    match &settings.faults {
        Some(faults) => world.with_network(faults.faults),
        None => world,
    }
}

/// The real world, with the signals of this process. Without them if the system refuses: a program runs all the same.
fn real() -> RealWorld {
    RealWorld::new().with_signals().unwrap_or_default()
}

/// Options win over the environment, and our names over the older ones.
pub(crate) fn search_path(settings: &Settings, program: &Program) -> SearchPath {
    let variable = |names: [&str; 2]| names.into_iter().find_map(|name| std::env::var(name).ok());
    let path = settings.path.clone().or_else(|| variable(["LISLE_PATH", "ELLE_PATH"])).unwrap_or_default();
    let beside_binary = || {
        let binary = std::env::current_exe().ok()?;
        Some(binary.parent()?.to_string_lossy().into_owned())
    };
    let home = settings.home.clone().or_else(|| variable(["LISLE_HOME", "ELLE_HOME"])).or_else(beside_binary);
    let program_directory = match program {
        Program::File(path) => Some(modules::directory_of(path)),
        Program::Stdin | Program::Text(_) => None,
    };
    SearchPath {
        directories: path.split(':').filter(|d| !d.is_empty()).map(str::to_owned).collect(),
        home,
        program_directory,
    }
}

/// Colours are for people at a terminal who do not forbid them.
pub(crate) fn style(color: Color) -> Style {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let wanted = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if set("NO_COLOR") => false,
        Color::Auto if set("CLICOLOR_FORCE") => true,
        Color::Auto => std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
    };
    if wanted { Style::Color } else { Style::Plain }
}

fn compile_error(error: &CompileError, style: Style) -> String {
    render(&error.diagnostics, &error.sources, style)
}

/// Prints to standard output.
pub(crate) fn say(text: &str) -> ExitCode {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(1),
    }
}

/// Prints to standard error; there is nobody to tell when that fails.
pub(crate) fn complain(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Says what is wrong with the command line.
pub(crate) fn usage_error(problem: &str) -> ExitCode {
    complain(&format!("✗ {problem}\nusage: lisle [options] FILE [arguments…]; see lisle --help\n"));
    ExitCode::from(2)
}
