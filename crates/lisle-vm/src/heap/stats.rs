//! What the heap tells about itself.

/// Numbers about a heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapStats {
    /// Bytes that the last marking found alive, memory owned outside the heap included.
    pub live_bytes: usize,
    /// Those and everything allocated since.
    pub heap_bytes: usize,
    /// Bytes held from the allocator for objects: chunks of blocks, and large objects.
    pub reserved_bytes: usize,
    /// Bytes that objects own outside the heap: as the last marking found, and what was reported since.
    pub external_bytes: usize,
    /// Bytes ever allocated, memory owned outside the heap included.
    pub allocated_total: u64,
    /// Markings that came to their end.
    pub collections: u64,
    /// Blocks that hold small objects.
    pub blocks: usize,
    /// Objects with an allocation of their own.
    pub large_objects: usize,
    /// Slices of work done at safepoints.
    pub slices: u64,
    /// The largest number of work units in one slice, whole collections aside.
    pub max_slice_work: usize,
    /// Attempts to end marking that found too much new work, and put it off.
    pub attempts_put_off: u64,
}

const SUB_BITS: u32 = 4;
const BUCKETS: usize = (64 - SUB_BITS as usize + 1) << SUB_BITS;

/// Durations of slices, to about 6 %: buckets of sixteenths of powers of two.
#[derive(Clone, Debug)]
pub struct PauseHistogram {
    counts: Box<[u64; BUCKETS]>,
    total: u64,
    max: u64,
}

impl Default for PauseHistogram {
    fn default() -> PauseHistogram {
        PauseHistogram { counts: Box::new([0; BUCKETS]), total: 0, max: 0 }
    }
}

impl PauseHistogram {
    fn bucket(ns: u64) -> usize {
        let shift = (63 - (ns | 1).leading_zeros()).saturating_sub(SUB_BITS);
        ((shift as usize) << SUB_BITS) + (ns >> shift) as usize
    }

    /// The largest duration that falls into a bucket.
    fn upper_ns(bucket: usize) -> u64 {
        let shift = (bucket >> SUB_BITS).saturating_sub(1) as u32;
        let mantissa = bucket as u64 - (u64::from(shift) << SUB_BITS);
        (mantissa << shift) + ((1 << shift) - 1)
    }

    /// Counts a duration.
    pub fn record(&mut self, ns: u64) {
        self.counts[PauseHistogram::bucket(ns)] += 1;
        self.total += 1;
        self.max = self.max.max(ns);
    }

    /// Number of durations.
    pub fn count(&self) -> u64 {
        self.total
    }

    /// The longest, exactly.
    pub fn max_ns(&self) -> u64 {
        self.max
    }

    /// A duration that the given part of all (0.0 to 1.0) does not exceed.
    pub fn quantile_ns(&self, part: f64) -> u64 {
        let wanted = (self.total as f64 * part).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return PauseHistogram::upper_ns(bucket).min(self.max);
            }
        }
        self.max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_within_a_sixteenth() {
        let mut histogram = PauseHistogram::default();
        (1..=100_000).for_each(|ns| histogram.record(ns));
        for part in [0.001, 0.5, 0.99, 0.999, 1.0] {
            let exact = 100_000.0 * part;
            let found = histogram.quantile_ns(part) as f64;
            assert!(found >= exact && found <= exact * 1.07 + 1.0, "{part}: {found}");
        }
        histogram.record(u64::MAX);
        assert_eq!(histogram.quantile_ns(1.0), u64::MAX);
    }
}
