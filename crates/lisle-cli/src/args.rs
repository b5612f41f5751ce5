//! The command line.

use std::ffi::OsString;

use lexopt::prelude::*;

/// The text of `--help`.
pub(crate) const USAGE: &str = "\
lisle: a small, fast Lisp for concurrent programs

usage: lisle [options] FILE [arguments…]   run a program
       lisle [options] - [arguments…]      run a program from standard input
       lisle [options] -e EXPRESSION       run an expression

options:
  -e, --eval EXPRESSION  run this text; its value is not printed
      --path=DIRECTORIES look for modules there, too (also LISLE_PATH; separated by colons)
      --home=DIRECTORY   look for modules there last (also LISLE_HOME)
      --color=WHEN       colours in messages: auto, always, never
      --sim              run in simulated time: sleeping takes none
      --seed=N           as --sim, with the order of fibers chosen by this seed
  -V, --version          print the version
  -h, --help             print this

Everything after FILE belongs to the program.
";

/// Options of the reference implementation that mean nothing here: accepted, so that command lines work.
const TUNING: &[&str] =
    &["cache", "json", "stats", "dump", "trace", "jit", "mlir", "wasm", "flip", "checked-intrinsics"];

/// What to do.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Run(Run),
    Version,
    Help,
    /// The command line is wrong: why.
    Usage(String),
}

/// Where the program's text comes from.
#[derive(Debug, PartialEq)]
pub(crate) enum Program {
    File(String),
    Stdin,
    Text(String),
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// A program to run.
#[derive(Debug, PartialEq)]
pub(crate) struct Run {
    pub(crate) program: Program,
    /// The program's arguments, without its name.
    pub(crate) arguments: Vec<String>,
    pub(crate) settings: Settings,
}

/// What options say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Settings {
    pub(crate) path: Option<String>,
    pub(crate) home: Option<String>,
    pub(crate) color: Color,
    /// Run in simulated time.
    pub(crate) simulated: bool,
    /// Seed for the simulated order of tasks.
    pub(crate) seed: Option<u64>,
}

/// Understands a command line, without the name of the program.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Command {
    parse_with(lexopt::Parser::from_args(arguments)).unwrap_or_else(|error| Command::Usage(error.to_string()))
}

fn parse_with(mut parser: lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut settings = Settings::default();
    loop {
        let program = match parser.next()? {
            None => return Ok(Command::Usage("there is no program to run, and no REPL yet".to_owned())),
            Some(Short('h') | Long("help")) => return Ok(Command::Help),
            Some(Short('V') | Long("version")) => return Ok(Command::Version),
            Some(Short('e') | Long("eval")) => Program::Text(lossy(parser.value()?)),
            Some(Long("path")) => {
                settings.path = Some(lossy(parser.value()?));
                continue;
            }
            Some(Long("home")) => {
                settings.home = Some(lossy(parser.value()?));
                continue;
            }
            Some(Long("color")) => {
                settings.color = match lossy(parser.value()?).as_str() {
                    "auto" => Color::Auto,
                    "always" => Color::Always,
                    "never" => Color::Never,
                    other => return Ok(Command::Usage(format!("--color is auto, always or never, not {other}"))),
                };
                continue;
            }
            Some(Long("sim")) => {
                settings.simulated = true;
                continue;
            }
            Some(Long("seed")) => {
                settings.simulated = true;
                settings.seed = Some(parser.value()?.parse()?);
                continue;
            }
            Some(Long(name)) if TUNING.contains(&name) => {
                let _ = parser.optional_value();
                continue;
            }
            // An unknown option is taken for a file's name.
            Some(Long(name)) => {
                let name = format!("--{name}");
                let value = parser.optional_value().map(|v| format!("={}", lossy(v))).unwrap_or_default();
                Program::File(name + &value)
            }
            Some(Short(letter)) => Program::File(format!("-{letter}")),
            Some(Value(name)) if name == "-" => Program::Stdin,
            Some(Value(name)) => Program::File(lossy(name)),
        };
        let arguments = parser.raw_args()?.map(lossy).collect();
        return Ok(Command::Run(Run { program, arguments, settings }));
    }
}

fn lossy(text: OsString) -> String {
    text.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Command {
        parse(line.split_whitespace().map(OsString::from))
    }

    fn run(program: Program, arguments: &[&str]) -> Command {
        let arguments = arguments.iter().map(|a| (*a).to_owned()).collect();
        Command::Run(Run { program, arguments, settings: Settings::default() })
    }

    #[test]
    fn everything_after_the_file_belongs_to_the_program() {
        let expected = run(Program::File("f.lisp".into()), &["a", "--b", "--", "-e", "c"]);
        assert_eq!(parsed("f.lisp a --b -- -e c"), expected);
        assert_eq!(parsed("--jit=off --stats f.lisp a --b -- -e c"), expected);
    }

    #[test]
    fn texts_and_standard_input_are_programs() {
        assert_eq!(parsed("-e 1 x"), run(Program::Text("1".into()), &["x"]));
        assert_eq!(parsed("--eval=1"), run(Program::Text("1".into()), &[]));
        assert_eq!(parsed("- -a --"), run(Program::Stdin, &["-a", "--"]));
    }

    #[test]
    fn unknown_options_are_names_of_files() {
        assert_eq!(parsed("--foo x"), run(Program::File("--foo".into()), &["x"]));
        assert_eq!(parsed("--foo=1"), run(Program::File("--foo=1".into()), &[]));
        assert_eq!(parsed("-x"), run(Program::File("-x".into()), &[]));
    }

    #[test]
    fn a_wrong_command_line_says_why() {
        assert!(matches!(parsed(""), Command::Usage(_)));
        assert!(matches!(parsed("-e"), Command::Usage(_)));
        assert!(matches!(parsed("--color=blue f"), Command::Usage(_)));
        assert!(matches!(parsed("--seed=x f"), Command::Usage(_)));
        assert_eq!(parsed("-V f"), Command::Version);
    }
}
