//! Channels.
//!
//! [`core`] is the algorithm. A channel whose ends are all in one thread is [`local`]: values are passed as they are, and
//! no lock is taken. When an end is sent to another thread, the channel becomes [`shared`]: values are passed as messages
//! from then on. [`ends`] are the objects that programs hold, [`operations`] what can be done with them.

pub(crate) mod core;
pub(crate) mod ends;
pub(crate) mod local;
pub(crate) mod operations;
pub(crate) mod shared;

use crate::threads::sync;
