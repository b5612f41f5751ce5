//! OS threads: each runs an isolate with its own heap, scheduler and world; they share compiled code and nothing else.
//!
//! Values travel as [`message`]s. A scheduler learns of what other threads do by its [`inbox`].

mod children;
mod handle;
mod inbox;
mod message;
mod pack;
mod path;
mod post;
mod program;
mod start;
pub(crate) mod sync;
mod unpack;

pub(crate) use handle::Handle;
pub(crate) use inbox::Inbox;
pub(crate) use post::{Parcel, Post};
pub(crate) use program::{DEADLOCK_NOTICE, Failure, PROGRAM_NOTICE, Program, Thread};
pub(crate) use start::Start;
