//! Blocks: where small objects live.
//!
//! Chunks of 1 MiB come from the allocator and are cut into blocks of 32 KiB. A block is a row of cells of one bin,
//! without a header: what the collector knows of it stands in a table aside, so that the blocks' heads do not fight
//! for the same cache lines.
//!
//! A cell is either an object (its header's tag is a heap tag) or lies in a *run* of free cells. The first cell of a run
//! begins with a [`Run`], whose tag is 0; the other cells of it hold anything. So a block can be walked from its start
//! at any time, except where the mutator is cutting cells off a run: that rest is between `next` and `end` of the
//! bin's [`Cursor`], and becomes a run again when the cursor is put down.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use super::class::{BINS, BLOCK_BYTES, cell_bytes, cells, drops};
use super::mark::COLOUR;
use crate::gc::Header;
use crate::object::drop_object;

const BLOCKS_PER_CHUNK: usize = 32;
/// Bytes of a chunk.
pub(super) const CHUNK_BYTES: usize = BLOCK_BYTES * BLOCKS_PER_CHUNK;
const CHUNK_LAYOUT: Layout = match Layout::from_size_align(CHUNK_BYTES, 4096) {
    Ok(layout) => layout,
    Err(_) => panic!("a power of two"),
};
/// The most bytes that a cursor takes at once: allocation is charged for in steps of this size.
const TAKE_BYTES: usize = 8 << 10;
/// The tag of a cell that is no object.
pub(super) const FREE: u8 = 0;
/// What freed cells are filled with in stress mode.
pub(super) const POISON: u8 = 0xDB;

/// Where the next object of a bin goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
    /// The next free cell.
    pub(super) next: *mut u8,
    /// The end of the run; a whole number of cells behind `next`.
    pub(super) end: *mut u8,
}

impl Cursor {
    pub(super) const EMPTY: Cursor = Cursor { next: null_mut(), end: null_mut() };
}

/// The first bytes of a run of free cells.
#[repr(C)]
pub(super) struct Run {
    /// Tag `FREE`; `aux` is the number of cells.
    header: Header,
    /// The next run of the block; null at the last one.
    next: *mut Run,
}

impl Run {
    /// Makes `count` cells from `at` on a run.
    ///
    /// # Safety
    /// The cells must be free and lie in a block.
    unsafe fn write(at: *mut u8, count: usize, next: *mut Run) -> *mut Run {
        let run = at.cast::<Run>();
        let header =
            Header { tag: FREE, mark: Cell::new(0), class: 0, flags: Cell::new(0), aux: Cell::new(count as u32) };
        // SAFETY: the smallest cell has 16 bytes, cells are aligned to 8, and the caller vouches that it is free.
        unsafe { run.write(Run { header, next }) };
        run
    }
}

/// What is known of a block.
#[derive(Debug)]
pub(super) struct Block {
    start: NonNull<u8>,
    chunk: u32,
    bin: u8,
    /// The cycle after whose marking it was swept, or made.
    swept: u32,
    /// Its first free run that no cursor has taken.
    runs: *mut Run,
}

/// Names a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockId(u32);

#[derive(Debug)]
struct Chunk {
    start: NonNull<u8>,
    /// A bit for each block that is not in use.
    free: u32,
}

/// What sweeping a block came to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Swept {
    pub(super) live_cells: usize,
    pub(super) free_cells: usize,
    pub(super) dropped: usize,
}

/// A cell found by walking a block.
pub(super) enum CellState {
    Object(NonNull<Header>),
    Free,
}

/// All blocks.
#[derive(Debug)]
pub(super) struct Space {
    chunks: Vec<Option<Chunk>>,
    /// No chunk before this one has a free block.
    first_free: usize,
    chunk_count: usize,
    blocks: Vec<Block>,
    spare_ids: Vec<BlockId>,
    blocks_in_use: usize,
    /// The blocks of each bin.
    members: [Vec<BlockId>; BINS],
    /// Those of them that are swept and have free runs, and that no cursor has begun.
    available: [Vec<BlockId>; BINS],
    /// The block that each bin's cursor is in.
    current: [Option<BlockId>; BINS],
    /// How far each bin's blocks are swept, as an index into `members`.
    positions: [usize; BINS],
    /// Counts the markings that have ended: blocks whose `swept` is older are still to be swept.
    cycle: u32,
    /// Fill freed cells with `POISON`.
    pub(super) poison: bool,
}

impl Space {
    pub(super) fn new() -> Space {
        Space {
            chunks: Vec::new(),
            first_free: 0,
            chunk_count: 0,
            blocks: Vec::new(),
            spare_ids: Vec::new(),
            blocks_in_use: 0,
            members: [const { Vec::new() }; BINS],
            available: [const { Vec::new() }; BINS],
            current: [None; BINS],
            positions: [0; BINS],
            cycle: 0,
            poison: false,
        }
    }

    /// Number of blocks that hold cells.
    pub(super) fn blocks_in_use(&self) -> usize {
        self.blocks_in_use
    }

    /// Bytes taken from the allocator.
    pub(super) fn reserved_bytes(&self) -> usize {
        self.chunk_count * CHUNK_BYTES
    }

    /// Takes cells off the block that the bin's cursor is in; none when it is used up.
    pub(super) fn take_cells(&mut self, bin: usize) -> Option<Cursor> {
        let block = &mut self.blocks[self.current[bin]?.0 as usize];
        let run = block.runs;
        if run.is_null() {
            return None;
        }
        let size = cell_bytes(bin as u8);
        // SAFETY: `runs` leads to runs of this block that nobody has taken.
        let (count, next) = unsafe { ((*run).header.aux.get() as usize, (*run).next) };
        let take = count.min((TAKE_BYTES / size).max(1));
        let start = run.cast::<u8>();
        // SAFETY: the run has `count` cells, of which the first `take` are cut off.
        let end = unsafe { start.add(take * size) };
        block.runs = if take < count {
            // SAFETY: the rest of the run is free still.
            unsafe { Run::write(end, count - take, next) }
        } else {
            next
        };
        Some(Cursor { next: start, end })
    }

    /// Lets the bin go on in a block that is swept and has free cells; false when there is none.
    pub(super) fn open_available(&mut self, bin: usize) -> bool {
        let Some(id) = self.available[bin].pop() else { return false };
        self.current[bin] = Some(id);
        true
    }

    /// Lets the bin go on in a block taken from a chunk.
    pub(super) fn open_fresh(&mut self, bin: usize) {
        let index = loop {
            match self.chunks.get(self.first_free) {
                Some(Some(chunk)) if chunk.free != 0 => break self.first_free,
                Some(_) => self.first_free += 1,
                None => break self.add_chunk(),
            }
        };
        let chunk = self.chunks[index].as_mut().expect("a chunk with a free block was looked for");
        let place = chunk.free.trailing_zeros() as usize;
        chunk.free &= chunk.free - 1;
        // SAFETY: `place` is below the number of blocks of a chunk.
        let start = unsafe { chunk.start.add(place * BLOCK_BYTES) };
        // SAFETY: the block is in nobody's use.
        let runs = unsafe { Run::write(start.as_ptr(), cells(bin as u8), null_mut()) };
        let block = Block { start, chunk: index as u32, bin: bin as u8, swept: self.cycle, runs };
        let id = match self.spare_ids.pop() {
            Some(id) => {
                self.blocks[id.0 as usize] = block;
                id
            }
            None => {
                self.blocks.push(block);
                BlockId(self.blocks.len() as u32 - 1)
            }
        };
        self.blocks_in_use += 1;
        self.members[bin].push(id);
        self.current[bin] = Some(id);
    }

    fn add_chunk(&mut self) -> usize {
        // SAFETY: the layout's size is not zero.
        let start = unsafe { alloc(CHUNK_LAYOUT) };
        let Some(start) = NonNull::new(start) else { handle_alloc_error(CHUNK_LAYOUT) };
        let chunk = Chunk { start, free: u32::MAX };
        self.chunk_count += 1;
        let index = self.chunks.iter().position(Option::is_none).unwrap_or(self.chunks.len());
        if index == self.chunks.len() {
            self.chunks.push(None);
        }
        self.chunks[index] = Some(chunk);
        self.first_free = index;
        index
    }

    /// Puts a cursor down: what is left of its run can be seen by a walk again.
    pub(super) fn put_down(&mut self, bin: usize, cursor: &mut Cursor) {
        let Cursor { next, end } = std::mem::replace(cursor, Cursor::EMPTY);
        if next != end {
            let count = (end.addr() - next.addr()) / cell_bytes(bin as u8);
            let id = self.current[bin].expect("a cursor is in a block");
            let block = &mut self.blocks[id.0 as usize];
            // SAFETY: the cells between `next` and `end` are free.
            block.runs = unsafe { Run::write(next, count, block.runs) };
        }
    }

    /// From now on every block is to be swept. The cursors have been put down.
    pub(super) fn start_sweep(&mut self) {
        self.cycle = self.cycle.wrapping_add(1);
        self.current = [None; BINS];
        self.positions = [0; BINS];
        for list in &mut self.available {
            list.clear();
        }
    }

    /// Sweeps the bin's next block. None when there is no further one. A block without live cells is given back to
    /// its chunk, unless `keep`: then it becomes the bin's current one, as any block with free cells does.
    pub(super) fn sweep_next(&mut self, bin: usize, live: u8, keep: bool) -> Option<Swept> {
        loop {
            let id = *self.members[bin].get(self.positions[bin])?;
            if self.blocks[id.0 as usize].swept == self.cycle {
                self.positions[bin] += 1;
                continue;
            }
            let swept = self.sweep_block(id, live);
            if swept.live_cells == 0 && !keep {
                self.members[bin].swap_remove(self.positions[bin]);
                self.release(id);
            } else {
                self.positions[bin] += 1;
                if swept.free_cells > 0 {
                    if keep {
                        self.current[bin] = Some(id);
                    } else {
                        self.available[bin].push(id);
                    }
                }
            }
            return Some(swept);
        }
    }

    fn sweep_block(&mut self, id: BlockId, live: u8) -> Swept {
        let block = &mut self.blocks[id.0 as usize];
        let size = cell_bytes(block.bin);
        let drops = drops(block.bin);
        let count = cells(block.bin);
        let start = block.start.as_ptr();
        let mut swept = Swept::default();
        // The first run, and where to note the next one.
        let mut head: *mut Run = null_mut();
        let mut tail: *mut Run = null_mut();
        let mut run_start = 0;
        let mut index = 0;
        let mut close = |from: usize, to: usize| {
            if from == to {
                return;
            }
            // SAFETY: both are cell numbers of this block.
            let (first, behind) = unsafe { (start.add(from * size), start.add(to * size)) };
            if self.poison {
                // SAFETY: the cells are free.
                unsafe { first.write_bytes(POISON, behind.addr() - first.addr()) };
            }
            // SAFETY: as above.
            let run = unsafe { Run::write(first, to - from, null_mut()) };
            if tail.is_null() {
                head = run;
            } else {
                // SAFETY: `tail` is the run written before.
                unsafe { (*tail).next = run };
            }
            tail = run;
        };
        while index < count {
            // SAFETY: cell numbers below `count` lie in the block.
            let header = unsafe { start.add(index * size) }.cast::<Header>();
            // SAFETY: a walk meets only headers of objects and of runs, which both begin with a `Header`.
            let (tag, mark) = unsafe { ((*header).tag, (*header).mark.get()) };
            if tag == FREE {
                // SAFETY: as above.
                index += unsafe { (*header).aux.get() } as usize;
            } else if mark & COLOUR == live {
                close(run_start, index);
                index += 1;
                run_start = index;
                swept.live_cells += 1;
            } else {
                if drops {
                    // SAFETY: the object is white after marking: nothing refers to it (I2).
                    unsafe { drop_object(header) };
                    swept.dropped += 1;
                }
                index += 1;
            }
        }
        close(run_start, count);
        swept.free_cells = count - swept.live_cells;
        block.runs = head;
        block.swept = self.cycle;
        swept
    }

    fn release(&mut self, id: BlockId) {
        let block = &self.blocks[id.0 as usize];
        let index = block.chunk as usize;
        let chunk = self.chunks[index].as_mut().expect("a chunk stays as long as one of its blocks is in use");
        let place = (block.start.addr().get() - chunk.start.addr().get()) / BLOCK_BYTES;
        chunk.free |= 1 << place;
        self.first_free = self.first_free.min(index);
        self.blocks_in_use -= 1;
        self.spare_ids.push(id);
    }

    /// Gives an unused chunk back to the allocator if more than `keep_bytes` are reserved. False when nothing is to give.
    pub(super) fn give_back(&mut self, keep_bytes: usize) -> bool {
        if self.reserved_bytes() <= keep_bytes {
            return false;
        }
        // The last ones first: new blocks are taken from the first ones.
        let Some(index) = self.chunks.iter().rposition(|c| c.as_ref().is_some_and(|c| c.free == u32::MAX)) else {
            return false;
        };
        if let Some(chunk) = self.chunks[index].take() {
            // SAFETY: the chunk came from `alloc` with this layout, and no block of it is in use.
            unsafe { dealloc(chunk.start.as_ptr(), CHUNK_LAYOUT) };
            self.chunk_count -= 1;
        }
        while self.chunks.last().is_some_and(Option::is_none) {
            self.chunks.pop();
        }
        true
    }

    /// Walks over all cells of all blocks, as they are. `cursors` are those in use.
    pub(super) fn walk(&self, cursors: &[Cursor; BINS], mut visit: impl FnMut(u8, CellState)) {
        for (bin, members) in self.members.iter().enumerate() {
            let size = cell_bytes(bin as u8);
            let cursor = cursors[bin];
            for id in members {
                let block = &self.blocks[id.0 as usize];
                let mut index = 0;
                while index < cells(block.bin) {
                    // SAFETY: cell numbers below the count lie in the block.
                    let cell = unsafe { block.start.add(index * size) };
                    if cell.as_ptr() == cursor.next && cursor.next != cursor.end {
                        let count = (cursor.end.addr() - cursor.next.addr()) / size;
                        (0..count).for_each(|_| visit(block.bin, CellState::Free));
                        index += count;
                        continue;
                    }
                    let header = cell.cast::<Header>();
                    // SAFETY: a walk meets only headers of objects and of runs.
                    let (tag, count) = unsafe { (header.as_ref().tag, header.as_ref().aux.get() as usize) };
                    if tag == FREE {
                        (0..count).for_each(|_| visit(block.bin, CellState::Free));
                        index += count;
                    } else {
                        visit(block.bin, CellState::Object(header));
                        index += 1;
                    }
                }
            }
        }
    }

    /// Checks that the counters agree with the blocks.
    pub(super) fn check(&self) -> Result<(), String> {
        let members: usize = self.members.iter().map(Vec::len).sum();
        let taken: usize = self.chunks.iter().flatten().map(|c| c.free.count_zeros() as usize).sum();
        let chunks = self.chunks.iter().flatten().count();
        if members != self.blocks_in_use || taken != self.blocks_in_use || chunks != self.chunk_count {
            return Err(format!(
                "{} blocks in use, but {members} in bins and {taken} taken from {chunks} of {} chunks",
                self.blocks_in_use, self.chunk_count
            ));
        }
        if self.chunks.iter().take(self.first_free).flatten().any(|c| c.free != 0) {
            return Err("a chunk with free blocks lies before the first free one".to_owned());
        }
        Ok(())
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        for chunk in self.chunks.iter().flatten() {
            // SAFETY: the chunk came from `alloc` with this layout, and the heap that used it is gone.
            unsafe { dealloc(chunk.start.as_ptr(), CHUNK_LAYOUT) };
        }
    }
}
