//! What programs hold of a thread.

use std::fmt;

use lisle_vm::object::{External, Shared};

use super::program::Thread;
use super::sync::Arc;

/// A thread handle.
#[derive(Clone, Debug)]
pub(crate) struct Handle(pub(crate) Arc<Thread>);

impl External for Handle {
    fn type_name(&self) -> &'static str {
        "thread-handle"
    }

    fn display(&self) -> String {
        format!("#<thread-handle:{}>", self.0.id)
    }

    fn share(&mut self) -> Option<Box<dyn Shared>> {
        Some(Box::new(self.clone()))
    }
}

impl Shared for Handle {
    fn arrive(&self) -> Box<dyn External> {
        Box::new(self.clone())
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "thread {}", self.0.id)
    }
}
