//! Size classes: which cell an object of so many bytes gets.
//!
//! Up to 128 bytes the classes stand 8 bytes apart, since most objects are pairs (40 bytes), boxes (24) and short
//! arrays, and a class of 16 more would cost them a sixth of the cache. Above, each is about a quarter larger than
//! the one before, rounded so that a block has little left over at its end.
//!
//! A *bin* is a class together with whether its objects own memory outside the heap: those that do are kept in blocks
//! of their own, so that sweeping all other blocks need not look at what the dead cells were.

/// Bytes of a block: all cells of a block are of one bin.
pub(super) const BLOCK_BYTES: usize = 32 << 10;
/// The largest object that lives in a block.
pub(super) const SMALL_MAX: usize = 8192;
/// In a header in the place of a bin: the object has an allocation of its own.
pub(super) const LARGE: u8 = 255;

const SIZES: [u16; 40] = [
    16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 144, 160, 176, 192, 224, 256, 288, 320, 384, 448,
    512, 640, 776, 904, 1024, 1304, 1560, 1816, 2048, 2728, 3272, 4096, 5456, 6552, 8192,
];
/// Number of bins.
pub(super) const BINS: usize = SIZES.len() * 2;

const _: () = assert!(BINS <= LARGE as usize && SIZES[SIZES.len() - 1] as usize == SMALL_MAX);

/// Classes by size in words, rounded up.
static CLASS_OF_WORDS: [u8; SMALL_MAX / 8 + 1] = {
    let mut table = [0; SMALL_MAX / 8 + 1];
    let mut class = 0;
    let mut words = 0;
    while words < table.len() {
        if words * 8 > SIZES[class] as usize {
            class += 1;
        }
        table[words] = class as u8;
        words += 1;
    }
    table
};

/// Bytes of a cell by bin; 0 for `LARGE`. As long as there are bytes, so that no lookup needs a check.
static CELL_BYTES: [u16; 256] = {
    let mut table = [0; 256];
    let mut bin = 0;
    while bin < BINS {
        table[bin] = SIZES[bin / 2];
        bin += 1;
    }
    table
};

/// The bin of objects of so many bytes, header included, at most `SMALL_MAX`.
#[inline(always)]
pub(super) fn bin_of(bytes: usize, drops: bool) -> usize {
    CLASS_OF_WORDS[bytes.div_ceil(8)] as usize * 2 + drops as usize
}

/// Bytes of a cell of that bin.
#[inline(always)]
pub(super) fn cell_bytes(bin: u8) -> usize {
    CELL_BYTES[bin as usize] as usize
}

/// Number of cells in a block of that bin.
pub(super) fn cells(bin: u8) -> usize {
    BLOCK_BYTES / cell_bytes(bin)
}

/// True when the objects of that bin own memory outside the heap.
#[inline(always)]
pub(super) fn drops(bin: u8) -> bool {
    bin & 1 != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_fits_its_cell_and_wastes_little() {
        for bytes in 9..=SMALL_MAX {
            let cell = cell_bytes(bin_of(bytes, false) as u8);
            assert!(cell >= bytes && cell.is_multiple_of(8));
            assert!(cell <= (bytes + 8).max(bytes * 4 / 3 + 8), "{bytes} in {cell}");
            assert!(cells(bin_of(bytes, true) as u8) * cell <= BLOCK_BYTES);
        }
    }
}
