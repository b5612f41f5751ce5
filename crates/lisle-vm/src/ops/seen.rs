//! Memory of what a walk over data has met, so that shared parts are walked once and cycles end.
//!
//! Most data is small and shares nothing, so remembering starts only after some steps.

use std::collections::HashSet;

use crate::value::Value;

const STEPS_UNREMEMBERED: u32 = 512;

/// Pairs of objects that were compared.
#[derive(Default)]
pub(crate) struct SeenPairs {
    steps: u32,
    pairs: HashSet<(u64, u64), foldhash::fast::FixedState>,
}

impl SeenPairs {
    /// Notes a pair; true when it is known to have been met before.
    pub(crate) fn insert(&mut self, a: Value, b: Value) -> bool {
        self.steps = self.steps.saturating_add(1);
        self.steps > STEPS_UNREMEMBERED && !self.pairs.insert((a.bits(), b.bits()))
    }
}

/// Objects that were met.
#[derive(Default)]
pub(crate) struct SeenValues {
    steps: u32,
    values: HashSet<u64, foldhash::fast::FixedState>,
}

impl SeenValues {
    /// Notes an object; true when it is known to have been met before.
    pub(crate) fn insert(&mut self, value: Value) -> bool {
        self.steps = self.steps.saturating_add(1);
        self.steps > STEPS_UNREMEMBERED && !self.values.insert(value.bits())
    }
}
