//! How registers are given out.
//!
//! Registers are a stack. Variables of a scope take registers while there are few, spill slots after
//! that; temporaries stand above them and are given back in reverse order. Spill slots are a stack too.
//!
//! When an expression is nested so deep that temporaries run out, those that are live are saved to spill
//! slots, the nested expression gets their registers, and then they are loaded again: a [`Region`]. A
//! region never touches registers below [`Registers::floor`]: variables, and whatever a handler of
//! errors must find where it was, because an error leaves a region without loading anything.

use lisle_bytecode::Reg;

/// Variables get registers below this one.
pub(super) const VARIABLES_MAX: u32 = 128;

/// A handler is entered with more registers in use only if none can be saved.
pub(super) const HANDLER_MAX: u32 = 160;

/// The registers that code uses.
pub(super) const REGISTERS_MAX: u32 = 250;

/// Registers that any one construct may take before it enters a nested expression (arguments of calls,
/// which check for themselves, apart).
pub(super) const RESERVE: u32 = 40;

/// Temporaries that are saved in spill slots.
#[derive(Clone, Copy, Debug)]
pub(super) struct Region {
    /// The first register saved.
    pub(super) from: u32,
    /// One past the last.
    pub(super) to: u32,
    /// The spill slot of the first one.
    pub(super) slot: u32,
    /// The stack of spill slots before.
    spill_before: u32,
}

#[derive(Debug, Default)]
pub(super) struct Registers {
    /// The next free register.
    top: u32,
    /// The largest `top` ever.
    used: u32,
    /// Registers below are never saved by a region.
    floor: u32,
    exhausted: bool,
    /// The next free spill slot, and the largest ever.
    spill_top: u32,
    spill_used: u32,
    /// The regions that are open.
    pub(super) regions: Vec<Region>,
}

/// A state to which registers are given back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    top: u32,
    floor: u32,
    spill_top: u32,
}

impl Registers {
    /// A new temporary.
    pub(super) fn temp(&mut self) -> Reg {
        self.temps(1)
    }

    /// Several temporaries in a row; the first one.
    pub(super) fn temps(&mut self, count: u32) -> Reg {
        let register = self.top;
        if register + count > 256 {
            // Only handlers and alternatives nested by the hundred lead here; the function is given up in the end.
            self.exhausted = true;
            return Reg(0);
        }
        self.top += count;
        self.used = self.used.max(self.top);
        Reg(register as u8)
    }

    /// True when there were not enough registers.
    pub(super) fn exhausted(&self) -> bool {
        self.exhausted
    }

    pub(super) fn top(&self) -> u32 {
        self.top
    }

    pub(super) fn floor(&self) -> u32 {
        self.floor
    }

    pub(super) fn used(&self) -> u32 {
        self.used
    }

    pub(super) fn spill_used(&self) -> u32 {
        self.spill_used
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { top: self.top, floor: self.floor, spill_top: self.spill_top }
    }

    /// Gives back what was taken since.
    pub(super) fn release(&mut self, mark: Mark) {
        debug_assert!(self.exhausted || mark.top <= self.top && mark.spill_top <= self.spill_top, "a stack");
        self.top = mark.top;
        self.floor = mark.floor;
        self.spill_top = mark.spill_top;
    }

    /// A register for a variable, if variables may still have one.
    pub(super) fn variable(&mut self) -> Option<Reg> {
        if self.top >= VARIABLES_MAX {
            return None;
        }
        let register = self.temp();
        self.protect();
        Some(register)
    }

    /// From now on, regions leave alone what is in use.
    pub(super) fn protect(&mut self) {
        self.floor = self.top;
    }

    pub(super) fn spill_slot(&mut self) -> u32 {
        self.spill_slots(1)
    }

    pub(super) fn spill_slots(&mut self, count: u32) -> u32 {
        let slot = self.spill_top;
        self.spill_top += count;
        self.spill_used = self.spill_used.max(self.spill_top);
        slot
    }

    /// True when `count` temporaries and a nested expression still find room.
    pub(super) fn has_room(&self, count: u32) -> bool {
        self.top + count + RESERVE <= REGISTERS_MAX
    }

    /// True when they would in a region.
    pub(super) fn region_has_room(&self, count: u32) -> bool {
        self.floor + 1 + count + RESERVE <= REGISTERS_MAX
    }

    /// Opens a region: the caller saves the registers.
    pub(super) fn open_region(&mut self) -> Region {
        let spill_before = self.spill_top;
        let slot = self.spill_slots(self.top.saturating_sub(self.floor));
        let region = Region { from: self.floor, to: self.top, slot, spill_before };
        self.top = self.floor;
        self.regions.push(region);
        region
    }

    /// Closes it: the caller loads them again.
    pub(super) fn close_region(&mut self, region: Region) {
        self.regions.pop();
        self.top = region.to;
        self.spill_top = region.spill_before;
    }
}
