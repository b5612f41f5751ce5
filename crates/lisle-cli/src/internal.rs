//! What happens when the fault is ours: a panic becomes a message and exit code 70.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// The exit code of an internal error (`EX_SOFTWARE`).
const INTERNAL_ERROR: u8 = 70;

/// Runs the program; a panic in it is reported as an internal error.
pub(crate) fn guard(body: impl FnOnce() -> ExitCode) -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!(" ({at})"));
        let cause = info.payload();
        let cause = cause
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| cause.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        let backtrace = std::backtrace::Backtrace::capture();
        let mut text = format!("✗ internal error: {cause}{place}\n");
        text.push_str(
            "This is a fault of lisle, not of your program: please report it with the program that shows it.\n",
        );
        if backtrace.status() == std::backtrace::BacktraceStatus::Captured {
            text.push_str(&backtrace.to_string());
        }
        crate::run::complain(&text);
    }));
    // Nothing is used after a panic but the exit code.
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(ExitCode::from(INTERNAL_ERROR))
}
