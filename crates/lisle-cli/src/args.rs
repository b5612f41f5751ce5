//! The command line.

use std::ffi::OsString;

use lexopt::prelude::*;
use lisle_runtime::world::NetworkFaults;

/// The text of `--help`.
pub(crate) const USAGE: &str = "\
lisle: a small, fast Lisp for concurrent programs

usage: lisle [options] FILE [arguments…]   run a program
       lisle [options] - [arguments…]      run a program from standard input
       lisle [options] -e EXPRESSION       run an expression
       lisle doc [NAME]                    show what is known of a predefined name
       lisle doc --book DIRECTORY          write the reference pages there
       lisle [options] test [options] [FILES, DIRECTORIES, PATTERNS…]   run tests

options:
  -e, --eval EXPRESSION  run this text; its value is not printed
      --path=DIRECTORIES look for modules there, too (also LISLE_PATH; separated by colons)
      --home=DIRECTORY   look for modules there last (also LISLE_HOME)
      --color=WHEN       colours in messages: auto, always, never
      --sim              run in simulated time: sleeping takes none
      --seed=N           as --sim, with the order of fibers chosen by this seed
      --faults=LIST      as --sim, with faults of the network: all, or some of
                         delays, pieces, resets, loss, partitions

options of test:
      --filter=TEXT      only tests with this text in their names
      --seeds=N          try N schedules in simulated time, from --seed on
      --timeout=SECONDS  longest time of a test: 10
      --sim, --seed=N, --faults=LIST
                         as above

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
    Test(TestRun),
    /// Show help: on a name, or an overview.
    Doc(Option<String>),
    /// Write the reference pages into a directory.
    Book(String),
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

/// Tests to run.
#[derive(Debug, PartialEq)]
pub(crate) struct TestRun {
    /// Files, directories and patterns; those of custom if there are none.
    pub(crate) paths: Vec<String>,
    /// What must occur in a test's name.
    pub(crate) filter: Option<String>,
    /// How many seeds to try.
    pub(crate) seeds: Option<u64>,
    /// Longest time of a test.
    pub(crate) timeout_s: f64,
    pub(crate) settings: Settings,
}

/// Longest time of a test unless something else is said: a hang is a failure.
const TEST_TIMEOUT_S: f64 = 10.0;

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
    /// How the simulated network behaves.
    pub(crate) faults: Option<Faults>,
}

/// Faults of the simulated network, and the list that named them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Faults {
    pub(crate) list: String,
    pub(crate) faults: NetworkFaults,
}

impl Faults {
    fn parse(list: String) -> Result<Faults, String> {
        let faults = NetworkFaults::parse(&list)?;
        Ok(Faults { list, faults })
    }
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
            Some(Long("faults")) => {
                settings.simulated = true;
                match Faults::parse(lossy(parser.value()?)) {
                    Ok(faults) => settings.faults = Some(faults),
                    Err(message) => return Ok(Command::Usage(message)),
                }
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
            Some(Value(name)) if name == "doc" && !std::path::Path::new("doc").is_file() => return parse_doc(parser),
            // A word that is a file is a file.
            Some(Value(name)) if name == "test" && !std::path::Path::new("test").is_file() => {
                return parse_test(parser, settings);
            }
            Some(Value(name)) => Program::File(lossy(name)),
        };
        let arguments = parser.raw_args()?.map(lossy).collect();
        return Ok(Command::Run(Run { program, arguments, settings }));
    }
}

/// Understands what follows `doc`.
fn parse_doc(mut parser: lexopt::Parser) -> Result<Command, lexopt::Error> {
    // Names may begin with a dash.
    let words: Vec<String> = parser.raw_args()?.map(lossy).collect();
    Ok(match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Command::Doc(None),
        ["-h" | "--help"] => Command::Help,
        ["--book", directory] => Command::Book(directory.to_owned()),
        [book] if book.starts_with("--book") => match book.strip_prefix("--book=") {
            Some(directory) => Command::Book(directory.to_owned()),
            None => Command::Usage("--book needs a directory".to_owned()),
        },
        [name] => Command::Doc(Some(name.to_owned())),
        _ => Command::Usage("doc shows one name at a time".to_owned()),
    })
}

/// Understands what follows `test`.
fn parse_test(mut parser: lexopt::Parser, settings: Settings) -> Result<Command, lexopt::Error> {
    let mut test = TestRun { paths: Vec::new(), filter: None, seeds: None, timeout_s: TEST_TIMEOUT_S, settings };
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Long("filter") => test.filter = Some(lossy(parser.value()?)),
            Long("sim") => test.settings.simulated = true,
            Long("seed") => test.settings.seed = Some(parser.value()?.parse()?),
            Long("faults") => {
                test.settings.simulated = true;
                match Faults::parse(lossy(parser.value()?)) {
                    Ok(faults) => test.settings.faults = Some(faults),
                    Err(message) => return Ok(Command::Usage(message)),
                }
            }
            Long("seeds") => test.seeds = Some(parser.value()?.parse()?),
            Long("timeout") => test.timeout_s = parser.value()?.parse()?,
            Value(path) => test.paths.push(lossy(path)),
            other => return Err(other.unexpected()),
        }
    }
    if test.seeds == Some(0) {
        return Ok(Command::Usage("--seeds is at least 1".to_owned()));
    }
    if !test.timeout_s.is_finite() || test.timeout_s <= 0.0 {
        return Ok(Command::Usage("--timeout is a number of seconds above 0".to_owned()));
    }
    Ok(Command::Test(test))
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
    fn tests_have_options_of_their_own() {
        let Command::Test(test) = parsed("--color=never test a --seeds 5 b --filter=x --seed 3 --timeout 0.5") else {
            panic!("this runs tests");
        };
        assert_eq!((test.paths, test.filter.as_deref()), (vec!["a".to_owned(), "b".to_owned()], Some("x")));
        assert_eq!((test.seeds, test.settings.seed, test.timeout_s), (Some(5), Some(3), 0.5));
        assert_eq!(test.settings.color, Color::Never);
        for wrong in
            ["test --foo", "test --seeds 0", "test --timeout=0", "test --timeout=nan", "test --seed", "test -x"]
        {
            assert!(matches!(parsed(wrong), Command::Usage(_)), "{wrong}");
        }
    }

    #[test]
    fn help_on_names_that_look_like_options() {
        assert_eq!(parsed("doc"), Command::Doc(None));
        assert_eq!(parsed("doc ->"), Command::Doc(Some("->".to_owned())));
        assert_eq!(parsed("doc --book=d"), Command::Book("d".to_owned()));
        assert_eq!(parsed("doc --book d"), Command::Book("d".to_owned()));
        assert!(matches!(parsed("doc a b"), Command::Usage(_)));
        assert!(matches!(parsed("doc --book"), Command::Usage(_)));
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
