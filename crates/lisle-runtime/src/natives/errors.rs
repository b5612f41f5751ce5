//! Errors of the operating system as error values.

use std::io::{self, ErrorKind};

use lisle_vm::{Heap, Value};
use rustix::io::Errno;

/// `{:error :io-error :reason … :errno … :message …}`, with the path or the address that it is about.
pub(crate) fn io_error(
    heap: &mut Heap,
    name: &str,
    path: Option<&str>,
    address: Option<&str>,
    error: &io::Error,
) -> Value {
    let message = match path.or(address) {
        Some(about) => format!("{name}: {about}: {error}"),
        None => format!("{name}: {error}"),
    };
    let mut fields = Vec::new();
    if let Some(reason) = reason(error) {
        fields.push(("reason", Value::keyword_named(reason)));
    }
    if let Some(errno) = error.raw_os_error() {
        fields.push(("errno", Value::int(i64::from(errno))));
    }
    for (name, about) in [("path", path), ("address", address)] {
        if let Some(about) = about {
            fields.push((name, heap.new_string(about).into()));
        }
    }
    heap.new_error("io-error", &message, &fields)
}

/// `{:error :dns-error …}`: a host has no address, or none could be found.
pub(crate) fn dns_error(heap: &mut Heap, name: &str, host: &str, error: &io::Error) -> Value {
    let shown = heap.new_string(host).into();
    let message = match error.kind() {
        ErrorKind::NotFound => format!("{name}: {host}: no address is known"),
        _ => format!("{name}: {host}: {error}"),
    };
    heap.new_error("dns-error", &message, &[("host", shown)])
}

/// The `:reason` of an error.
pub(crate) fn reason(error: &io::Error) -> Option<&'static str> {
    const NUMBERS: [(Errno, &str); 8] = [
        (Errno::MFILE, "too-many-files"),
        (Errno::NFILE, "too-many-files"),
        (Errno::IO, "device-error"),
        (Errno::LOOP, "too-many-links"),
        (Errno::NAMETOOLONG, "name-too-long"),
        (Errno::MSGSIZE, "too-large"),
        (Errno::NOTSOCK, "not-a-socket"),
        (Errno::AFNOSUPPORT, "unsupported"),
    ];
    if let Some((_, reason)) = NUMBERS.iter().find(|(errno, _)| error.raw_os_error() == Some(errno.raw_os_error())) {
        return Some(reason);
    }
    Some(match error.kind() {
        ErrorKind::NotFound => "not-found",
        ErrorKind::AlreadyExists => "exists",
        ErrorKind::PermissionDenied => "permission-denied",
        ErrorKind::ConnectionRefused => "refused",
        ErrorKind::ConnectionReset => "reset",
        ErrorKind::ConnectionAborted => "aborted",
        ErrorKind::NotConnected => "not-connected",
        ErrorKind::BrokenPipe => "broken-pipe",
        ErrorKind::AddrInUse => "addr-in-use",
        ErrorKind::AddrNotAvailable => "addr-not-available",
        ErrorKind::HostUnreachable => "host-unreachable",
        ErrorKind::NetworkUnreachable => "network-unreachable",
        ErrorKind::TimedOut => "timed-out",
        ErrorKind::StorageFull => "no-space",
        ErrorKind::QuotaExceeded => "no-space",
        ErrorKind::FileTooLarge => "too-large",
        ErrorKind::ReadOnlyFilesystem => "read-only",
        ErrorKind::CrossesDevices => "other-device",
        ErrorKind::IsADirectory => "is-directory",
        ErrorKind::NotADirectory => "not-directory",
        ErrorKind::DirectoryNotEmpty => "not-empty",
        ErrorKind::InvalidInput => "invalid",
        ErrorKind::Unsupported => "unsupported",
        _ => return None,
    })
}
