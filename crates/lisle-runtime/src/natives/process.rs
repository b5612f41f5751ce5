//! Subprocesses and signals.

pub use subprocess::NATIVES;

#[lisle_macros::primitives(crate = lisle_vm)]
mod subprocess {
    use lisle_vm::args::{Keyword, Text};
    use lisle_vm::{Cx, Escape, Request, Value, signal};

    use crate::natives::errors::io_error;
    use crate::natives::options::{self, only_timeout};
    use crate::natives::{path_text, scheduler, with_scheduler};
    use crate::ports::{Ask, ask, process_of, signal_number, text};
    use crate::request;
    use crate::world::io::{Command, Stdio};

    type Answer = Result<Value, Escape>;

    /// The last signal that is not for real-time purposes.
    const SIGNAL_MAX: i32 = 31;

    /// The strings of a list or array.
    fn strings(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Vec<String>, Escape> {
        let mut items = Vec::new();
        let mut rest = value;
        if let Some(array) = value.as_array() {
            items.extend_from_slice(array.items());
        } else if let Some(array) = value.as_marray() {
            items.extend_from_slice(array.get(cx.heap).items());
        } else {
            while let Some(pair) = rest.as_pair() {
                items.push(pair.first);
                rest = pair.rest;
            }
            if rest.tag() != lisle_vm::Tag::EmptyList {
                return Err(cx.type_error(name, "list or array of strings", value));
            }
        }
        items
            .into_iter()
            .map(|item| text(cx.heap, item).ok_or_else(|| cx.type_error(name, "string as an argument", item)))
            .collect()
    }

    fn environment(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Vec<(String, Option<String>)>, Escape> {
        let entries = match (value.as_struct(), value.as_mstruct()) {
            (Some(fields), _) => fields.entries(),
            (_, Some(fields)) => fields.get(cx.heap).entries(),
            _ => return Err(cx.type_error(name, "struct for :env", value)),
        };
        let mut environment = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let variable = key.as_keyword().map(|key| key.name().to_owned()).or_else(|| text(cx.heap, key));
            let Some(variable) = variable else {
                return Err(cx.type_error(name, "keyword or string as a variable's name", key));
            };
            let content = text(cx.heap, value);
            if content.is_none() && !value.is_nil() {
                return Err(cx.type_error(name, "string or nil as a variable's value", value));
            }
            if variable.is_empty()
                || variable.contains(['=', '\0'])
                || content.as_ref().is_some_and(|c| c.contains('\0'))
            {
                return Err(cx.argument_error(name, "a variable that no environment can hold"));
            }
            environment.push((variable, content));
        }
        Ok(environment)
    }

    fn stdio(cx: &mut Cx<'_>, name: &str, stream: usize, value: Value) -> Result<Stdio, Escape> {
        match (value.as_keyword().map(|keyword| keyword.name()), stream) {
            (Some("pipe"), _) => Ok(Stdio::Pipe),
            (Some("null"), _) => Ok(Stdio::Null),
            (Some("inherit"), _) => Ok(Stdio::Inherit),
            (Some("stdout"), 2) => Ok(Stdio::Output),
            (Some(other), _) => {
                Err(cx.error("type-error", format!("{name}: expected :pipe, :null or :inherit, got :{other}")))
            }
            (None, _) => Err(cx.type_error(name, ":pipe, :null or :inherit", value)),
        }
    }

    /// Starts a program, found in PATH unless its name has a `/`, with a list or array of arguments. Gives a struct with
    /// `:pid`, `:process`, and `:stdin`, `:stdout`, `:stderr`, ports where they are pipes.
    ///
    /// Options: `:env`, a struct of variables added to those of this process (nil takes one away); `:clear-env true`, none
    /// of this process; `:cwd`; `:stdin`, `:stdout`, `:stderr`: `:pipe` (default), `:null` or `:inherit`, for `:stderr`
    /// also `:stdout`; `:group true`: `subprocess/kill` reaches what it starts, too; `:owned true`: it is killed when this
    /// program ends, if it has not ended before.
    ///
    /// (subprocess/exec "true" 5)  # raises :type-error
    #[primitive(name = "subprocess/exec", signals(error, io, exec, r#yield))]
    fn exec(cx: &mut Cx<'_>, program: Text, args: Value, options: &[Value]) -> Answer {
        let name = "subprocess/exec";
        let mut command = Command {
            program: path_text(cx, program),
            arguments: strings(cx, name, args)?,
            environment: Vec::new(),
            clear_environment: false,
            directory: None,
            stdio: [Stdio::Pipe; 3],
            group: false,
            owned: false,
        };
        if command.program.contains('\0') || command.arguments.iter().any(|argument| argument.contains('\0')) {
            return Err(cx.argument_error(name, "a program's name and arguments cannot hold NUL"));
        }
        for (key, value) in options::pairs(cx, name, options)? {
            match key.name() {
                "env" if value.is_nil() => {}
                "env" => command.environment = environment(cx, name, value)?,
                "clear-env" => command.clear_environment = options::flag(cx, name, "clear-env", value)?,
                "owned" => command.owned = options::flag(cx, name, "owned", value)?,
                "group" => command.group = options::flag(cx, name, "group", value)?,
                "cwd" => match text(cx.heap, value) {
                    Some(directory) => command.directory = Some(directory),
                    None if value.is_nil() => {}
                    None => return Err(cx.type_error(name, "string for :cwd", value)),
                },
                "stdin" => command.stdio[0] = stdio(cx, name, 0, value)?,
                "stdout" => command.stdio[1] = stdio(cx, name, 1, value)?,
                "stderr" => command.stdio[2] = stdio(cx, name, 2, value)?,
                // Programs pass options of their own along.
                _ => {}
            }
        }
        Err(ask(cx, name, Ask::Start(Box::new(command))))
    }

    /// Waits until a subprocess has ended, and gives its exit code, however often it is asked; the negative number of the
    /// signal that killed it. Takes what `subprocess/exec` gave, or its `:process`.
    ///
    /// Abort, `:timeout` (milliseconds): the subprocess goes on.
    ///
    /// (subprocess/wait 5)  # raises :type-error
    #[primitive(name = "subprocess/wait", signals(error, io, exec, r#yield))]
    fn wait(cx: &mut Cx<'_>, process: Value, options: &[Value]) -> Answer {
        let timeout = only_timeout(cx, "subprocess/wait", options)?;
        let request = Request { operation: request::WAIT_EXIT, args: [process, Value::NIL, timeout] };
        Err(cx.wait(signal::YIELD | signal::IO, request))
    }

    fn signal_of(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<i32, Escape> {
        if let Some(number) = value.as_int() {
            return i32::try_from(number)
                .ok()
                .filter(|number| (1..=SIGNAL_MAX).contains(number))
                .ok_or_else(|| cx.error("value-error", format!("{name}: there is no signal {number}")));
        }
        let expected = "keyword of a signal, such as :sigterm";
        match value.as_keyword() {
            Some(keyword) => signal_number(keyword.name())
                .ok_or_else(|| cx.error("type-error", format!("{name}: expected {expected}, got :{}", keyword.name()))),
            None => Err(cx.type_error(name, expected, value)),
        }
    }

    /// Sends a signal to a subprocess: a keyword such as `:sigterm` (the default), or a number. Nothing happens if it has
    /// ended.
    ///
    /// (subprocess/kill 5)  # raises :type-error
    #[primitive(name = "subprocess/kill", signals(error, exec))]
    fn kill(cx: &mut Cx<'_>, process: Value, signal: Option<Value>) -> Answer {
        let number = match signal {
            Some(signal) => signal_of(cx, "subprocess/kill", signal)?,
            None => signal_hook::consts::SIGTERM,
        };
        with_scheduler(cx, "subprocess/kill", |scheduler, heap| scheduler.kill(heap, process, number))
    }

    /// The system's number of a subprocess.
    ///
    /// (subprocess/pid 5)  # raises :type-error
    #[primitive(name = "subprocess/pid", signals(error))]
    fn pid(cx: &mut Cx<'_>, process: Value) -> Result<i64, Escape> {
        match process_of(cx.heap, process) {
            Some(process) => Ok(i64::from(process.pid)),
            None => Err(cx.type_error("subprocess/pid", "process", process)),
        }
    }

    /// Calls a function in a fiber of its own whenever the signal comes; with nil the signal does again what it did at
    /// first.
    #[primitive(name = "%on-signal", errors_as = "sys/on-signal", signals(error))]
    fn on_signal(cx: &mut Cx<'_>, signal: Keyword, handler: Value) -> Answer {
        let number = signal_of(cx, "sys/on-signal", Value::keyword(signal.0))?;
        let set = scheduler(cx, "sys/on-signal")?.handle_signal(number, handler);
        match set {
            Ok(()) => Ok(Value::NIL),
            Err(error) => {
                let error = io_error(cx.heap, "sys/on-signal", None, None, &error);
                Err(cx.raise(error))
            }
        }
    }
}
