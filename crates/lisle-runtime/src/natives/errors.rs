//! Errors of the operating system as error values.

use std::io::{self, ErrorKind};

use lisle_vm::{Heap, Value};

/// `{:error :io-error :reason … :errno … :message … :path …}`.
pub(crate) fn io_error(heap: &mut Heap, name: &str, path: Option<&str>, error: &io::Error) -> Value {
    let message = match path {
        Some(path) => format!("{name}: {path}: {error}"),
        None => format!("{name}: {error}"),
    };
    let mut fields = Vec::new();
    if let Some(reason) = reason(error.kind()) {
        fields.push(("reason", Value::keyword_named(reason)));
    }
    if let Some(errno) = error.raw_os_error() {
        fields.push(("errno", Value::int(i64::from(errno))));
    }
    if let Some(path) = path {
        fields.push(("path", heap.new_string(path).into()));
    }
    heap.new_error("io-error", &message, &fields)
}

fn reason(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotFound => "not-found",
        ErrorKind::AlreadyExists => "exists",
        ErrorKind::PermissionDenied => "permission-denied",
        ErrorKind::ConnectionRefused => "refused",
        ErrorKind::ConnectionReset => "reset",
        ErrorKind::BrokenPipe => "broken-pipe",
        ErrorKind::AddrInUse => "addr-in-use",
        ErrorKind::TimedOut => "timed-out",
        ErrorKind::StorageFull => "no-space",
        ErrorKind::IsADirectory => "is-directory",
        ErrorKind::NotADirectory => "not-directory",
        ErrorKind::DirectoryNotEmpty => "not-empty",
        _ => return None,
    })
}
