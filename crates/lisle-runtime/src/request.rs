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
/// Write to a port: port, data, milliseconds or nil. Answers with the number of bytes.
pub const WRITE: u32 = FIRST_FREE + 7;
/// Write out what a port holds back: port.
pub const FLUSH: u32 = FIRST_FREE + 8;
/// Read from a port: port, a number of bytes, [`READ_LINE_MODE`] or [`READ_ALL_MODE`], milliseconds or nil.
pub const READ: u32 = FIRST_FREE + 9;
/// Wait in a queue: waiters, a note on what for (a string, or an array of a string and the function that takes back
/// what was handed over), seconds or nil. Answers with what the waker hands over, or `:late`.
pub const PARK: u32 = FIRST_FREE + 10;
/// Wait until a key is woken: key, cell, the first element of the cell that is expected.
pub const FUTEX_WAIT: u32 = FIRST_FREE + 11;
/// As `JOIN_ALL`, for fibers that the waiter owns: if it is aborted, they are.
pub const MAP: u32 = FIRST_FREE + 12;
/// As `JOIN_ALL_PROTECTED`, for fibers that the waiter owns.
pub const RUN: u32 = FIRST_FREE + 13;
/// Wait until a group is settled: group. Answers with the decisive member, or nil.
pub const SCOPE: u32 = FIRST_FREE + 14;
/// As `SCOPE`.
pub const RACE: u32 = FIRST_FREE + 15;
/// As `SCOPE`, with a time after which the group is closed: group, seconds.
pub const TIMEOUT: u32 = FIRST_FREE + 16;
/// Wait for the first of some fibers that ends: array of fibers. Answers with it, or nil if there is none.
pub const SELECT: u32 = FIRST_FREE + 17;
/// Wait for the next member of a group that ends: group. Answers with it, or nil if there is none.
pub const NEXT: u32 = FIRST_FREE + 18;
/// Close a group, and wait until it is settled: group.
pub const CLOSE: u32 = FIRST_FREE + 19;
/// Take a value out of a queue of values: queue, the answer if there will be none.
pub const TAKE: u32 = FIRST_FREE + 20;
/// Put a value in a queue of values: queue, value, whether to answer with true if it was accepted and else with false,
/// instead of nil.
pub const PUT: u32 = FIRST_FREE + 21;

/// Take a connection: listener, nil, milliseconds or nil.
pub const ACCEPT: u32 = FIRST_FREE + 32;
/// Receive a datagram: port, the most bytes, milliseconds or nil.
pub const RECEIVE: u32 = FIRST_FREE + 33;
/// Wait for the end of a subprocess: process, nil, milliseconds or nil.
pub const WAIT_EXIT: u32 = FIRST_FREE + 34;
/// Something else about files, sockets or subprocesses: what a native has prepared, the port that it is about or nil.
pub const IO: u32 = FIRST_FREE + 35;
/// Wait until a descriptor is ready: its number, `:read`, `:write` or `:read-write`, milliseconds or nil. Answers with that
/// of these for which it is.
pub const POLL: u32 = FIRST_FREE + 36;
/// Wait for what happens to files: watch, nil, milliseconds or nil. Answers with an array of structs.
pub const CHANGES: u32 = FIRST_FREE + 37;

/// Let the other processes have their turn: the answer.
pub const TURN: u32 = FIRST_FREE + 64;
/// Take the oldest message of the process, or wait for one: ticks or nil, seconds or nil. Answers with it, or `:timeout`.
pub const RECEIVE_MESSAGE: u32 = FIRST_FREE + 65;
/// Wait for a message with that number or a larger one: number, ticks or nil, seconds or nil. Answers with its number,
/// or `:timeout`.
pub const LOOK: u32 = FIRST_FREE + 66;
/// Send a request to a process and wait for the answer: pid or name, request, `[tag ticks seconds stops?]`.
pub const CALL: u32 = FIRST_FREE + 67;

/// Read one line.
pub const READ_LINE_MODE: i64 = -1;
/// Read the rest.
pub const READ_ALL_MODE: i64 = -2;

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
        ACCEPT => "accept",
        RECEIVE => "receive",
        WAIT_EXIT => "wait",
        IO => "io",
        POLL => "poll",
        CHANGES => "changes",
        PARK | FUTEX_WAIT => "park",
        MAP => "map",
        RUN => "run",
        SCOPE => "scope",
        RACE => "race",
        TIMEOUT => "timeout",
        SELECT => "select",
        NEXT => "next",
        CLOSE => "close",
        TAKE => "take",
        PUT => "put",
        TURN => "turn",
        RECEIVE_MESSAGE | LOOK => "receive",
        CALL => "call",
        _ => "call",
    }
}
