//! What programs ask of the scheduler: the numbers of the operations, and what their arguments are.

use lisle_engine::requests::FIRST_FREE;

/// Wait for a fiber's end: fiber. Answers with its value, or raises its error.
pub const JOIN: u32 = FIRST_FREE;
/// Wait for a fiber's end: fiber. Answers with `[true value]` or `[false error]`.
pub const JOIN_PROTECTED: u32 = FIRST_FREE + 1;
/// Wait for the end of many: array of fibers. Answers with an array of values, or raises the first error in their order.
pub const JOIN_ALL: u32 = FIRST_FREE + 2;
/// Wait for the end of many: array of fibers. Answers with an array of pairs as `JOIN_PROTECTED` gives them.
pub const JOIN_ALL_PROTECTED: u32 = FIRST_FREE + 3;
/// Wait for a time: seconds.
pub const SLEEP: u32 = FIRST_FREE + 4;
/// Abort a fiber and wait for its end: fiber.
pub const ABORT: u32 = FIRST_FREE + 5;
/// End the program: exit code.
pub const EXIT: u32 = FIRST_FREE + 6;
/// Write to a port: port, data. Answers with the number of bytes.
pub const WRITE: u32 = FIRST_FREE + 7;
/// Write out what a port holds back: port.
pub const FLUSH: u32 = FIRST_FREE + 8;
/// Read from a port: port, [`READ_LINE_MODE`] or [`READ_ALL_MODE`].
pub const READ: u32 = FIRST_FREE + 9;

/// Read one line.
pub const READ_LINE_MODE: i64 = 0;
/// Read the rest.
pub const READ_ALL_MODE: i64 = 1;

/// The name of an operation, as programs that catch the request see it.
pub fn name(operation: u32) -> &'static str {
    match operation {
        JOIN | JOIN_PROTECTED | JOIN_ALL | JOIN_ALL_PROTECTED => "join",
        SLEEP => "sleep",
        ABORT => "abort",
        EXIT => "exit",
        WRITE => "write",
        FLUSH => "flush",
        READ => "read",
        _ => "call",
    }
}
