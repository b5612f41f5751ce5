//! Sweeping: freeing what marking left white.
//!
//! Blocks are swept by whoever comes first: allocation, when it wants cells of their bin, or the slices, which go
//! through all bins and then through the large objects. An object made meanwhile has the colour of the living, and
//! stands in a block that is swept already.

use super::class::{BINS, BLOCK_BYTES};
use super::pace::{FIRST_CYCLE_BYTES, SLICE_WORK};
use super::{Heap, Phase};

/// Units for sweeping a block.
const BLOCK_WORK: usize = 16 << 10;
/// Units for dropping what an object owns.
const DROP_WORK: usize = 256;
/// Units for looking at a large object.
const LARGE_WORK: usize = 64;
/// Units for giving a chunk back.
const CHUNK_WORK: usize = SLICE_WORK / 4;
/// Blocks that one allocation sweeps in search of a free cell, before it takes a fresh block.
const MOST_LAZY_BLOCKS: usize = 4;

impl Heap {
    /// Decides how much is kept for the time after this sweep, before which so much was in use. What one cycle needed the
    /// next will need too; what none needs any more goes back by halves, so that a heap whose size swings does not
    /// trade pages with the system all the time.
    pub(super) fn start_sweep(&mut self) {
        let in_use_bytes = self.space.blocks_in_use() * BLOCK_BYTES;
        self.keep_bytes = in_use_bytes.max(self.keep_bytes / 2).max(FIRST_CYCLE_BYTES);
        self.sweep_bin = 0;
        self.space.start_sweep();
        self.large.start_sweep();
    }

    /// At the end of a sweep: keeps no more than what is in use will soon need.
    pub(super) fn keep_little(&mut self) {
        self.keep_bytes = (self.space.blocks_in_use() * BLOCK_BYTES * 2).max(FIRST_CYCLE_BYTES);
        while self.space.give_back(self.keep_bytes) {}
    }

    /// Makes a block that has free cells the bin's current one by sweeping; false if none was found soon enough.
    pub(super) fn sweep_for(&mut self, bin: usize) -> bool {
        if self.phase != Phase::Sweep {
            return false;
        }
        for _ in 0..MOST_LAZY_BLOCKS {
            match self.space.sweep_next(bin, self.allocation_mark, true) {
                None => return false,
                Some(swept) if swept.free_cells > 0 => return true,
                Some(_) => {}
            }
        }
        false
    }

    /// Sweeps for about `budget` units; gives the work done. At the end the heap is idle.
    pub(super) fn sweep_slice(&mut self, budget: usize) -> usize {
        let live = self.allocation_mark;
        let mut work = 0;
        while self.sweep_bin < BINS {
            match self.space.sweep_next(self.sweep_bin, live, false) {
                None => self.sweep_bin += 1,
                Some(swept) => work += BLOCK_WORK + swept.dropped * DROP_WORK,
            }
            if work >= budget {
                return work;
            }
        }
        while let Some(freed) = self.large.sweep_next(live) {
            // Large blocks go back to the system at once, which costs by the page.
            work += LARGE_WORK + freed / 4;
            if work >= budget {
                return work;
            }
        }
        while self.space.give_back(self.keep_bytes) {
            work += CHUNK_WORK;
            if work >= budget {
                return work;
            }
        }
        self.phase = Phase::Idle;
        work
    }
}
