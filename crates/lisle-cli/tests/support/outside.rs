//! Programs that run in processes of their own, and clients that talk to them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// How long anything may take before a test fails instead of hanging.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A running program. It is killed when a test ends early.
pub(crate) struct Program {
    pub(crate) child: Child,
    pub(crate) input: Option<ChildStdin>,
    pub(crate) output: BufReader<ChildStdout>,
}

impl Program {
    pub(crate) fn start(command: &mut Command) -> Program {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary starts");
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        Program { input: child.stdin.take(), child, output }
    }

    pub(crate) fn lisle(arguments: &[&str]) -> Program {
        Program::start(Command::new(env!("CARGO_BIN_EXE_lisle")).args(arguments))
    }

    /// A program of `examples/`, with its standard input piped.
    pub(crate) fn example(name: &str, arguments: &[&str]) -> Program {
        let path = format!("{}/../../examples/{name}.lisp", env!("CARGO_MANIFEST_DIR"));
        Program::start(Command::new(env!("CARGO_BIN_EXE_lisle")).arg(path).args(arguments).stdin(Stdio::piped()))
    }

    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it prints text");
        line.trim_end().to_owned()
    }

    /// Where it says that it listens.
    pub(crate) fn address(&mut self) -> String {
        let line = self.line();
        line.strip_prefix("listening on ").unwrap_or_else(|| panic!("it says where it listens: {line}")).to_owned()
    }

    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(status.expect("there is kill").success());
    }

    /// Its code and the rest of its output.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).expect("it prints text");
        (self.child.wait().expect("it ends").code(), rest)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One client of a server.
pub(crate) struct Client(pub(crate) BufReader<TcpStream>);

impl Client {
    pub(crate) fn connect(address: &str) -> Client {
        let stream = TcpStream::connect(address).expect("somebody listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("it is a socket");
        Client(BufReader::new(stream))
    }

    pub(crate) fn say(&mut self, text: &str) {
        self.0.get_mut().write_all(format!("{text}\n").as_bytes()).expect("the other side listens");
    }

    /// A line, or an empty one at the end.
    pub(crate) fn hear(&mut self) -> String {
        let mut line = String::new();
        let _ = self.0.read_line(&mut line);
        line.trim_end().to_owned()
    }

    pub(crate) fn ask(&mut self, text: &str) -> String {
        self.say(text);
        self.hear()
    }
}
