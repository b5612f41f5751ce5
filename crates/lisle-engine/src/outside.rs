//! Names that the library may use although the VM does not define them: natives of this crate and of
//! the crates above it. The library is compiled before those crates are, so it learns of them from these
//! lists; a test of the runtime compares them with what is there.

/// Natives of this crate.
pub const ENGINE: &[&str] = &["%load", "%load-enter", "%load-leave", "doc", "eval", "read", "read-all"];

/// Natives of the runtime.
pub const NAMES: &[&str] = &[
    "clock/cpu",
    "clock/monotonic",
    "clock/realtime",
    "ev/abort",
    "ev/join",
    "ev/join-protected",
    "ev/sleep",
    "ev/spawn",
    "exit",
    "file/append",
    "file/lines",
    "file/read",
    "file/write",
    "os/exit",
    "path/absolute",
    "path/canonicalize",
    "path/cwd",
    "path/dir?",
    "path/exists?",
    "path/file?",
    "port/flush",
    "port/read-all",
    "port/read-line",
    "port/stderr",
    "port/stdin",
    "port/stdout",
    "port/write",
    "port?",
    "sys/args",
    "sys/argv",
    "sys/env",
    "sys/exit",
    "sys/halt",
    "time/sleep",
];

/// Predefined values that are no functions.
pub const VALUES: &[&str] = &["*stderr*", "*stdin*", "*stdout*"];
