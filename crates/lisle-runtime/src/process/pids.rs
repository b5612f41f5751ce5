//! The living processes of a world by their pids.
//!
//! Pids are given in order and never again, so they are found by their place: in pages, of which those are given back in
//! which nobody lives any more.

use super::{NO_PROCESS, Slot};

const PAGE: usize = 256;

#[derive(Debug)]
struct Page {
    slots: [Slot; PAGE],
    living: usize,
}

/// Processes by pid.
#[derive(Debug)]
pub(crate) struct Pids {
    pages: Vec<Option<Box<Page>>>,
    /// The number of the first page.
    first: u64,
    count: usize,
}

impl Pids {
    /// Nobody; the next pid will be that.
    pub(crate) fn starting_at(pid: u64) -> Pids {
        Pids { pages: Vec::new(), first: pid / PAGE as u64, count: 0 }
    }

    fn place(&self, pid: u64) -> Option<(usize, usize)> {
        let page = (pid / PAGE as u64).checked_sub(self.first)?;
        Some((usize::try_from(page).ok()?, (pid % PAGE as u64) as usize))
    }

    /// The process with that pid.
    #[inline]
    pub(crate) fn get(&self, pid: u64) -> Option<Slot> {
        let (page, index) = self.place(pid)?;
        let slot = self.pages.get(page)?.as_ref()?.slots[index];
        (slot != NO_PROCESS).then_some(slot)
    }

    /// Adds a process, with the largest pid so far.
    pub(crate) fn insert(&mut self, pid: u64, slot: Slot) {
        let Some((page, index)) = self.place(pid) else { unreachable!("pids grow") };
        debug_assert!(page + 1 >= self.pages.len(), "pids grow");
        while self.pages.len() <= page {
            self.pages.push(None);
        }
        let page = self.pages[page].get_or_insert_with(|| Box::new(Page { slots: [NO_PROCESS; PAGE], living: 0 }));
        page.slots[index] = slot;
        page.living += 1;
        self.count += 1;
    }

    /// Removes a process.
    pub(crate) fn remove(&mut self, pid: u64) {
        let Some((number, index)) = self.place(pid) else { return };
        let newest = number + 1 == self.pages.len();
        let Some(entry) = self.pages.get_mut(number) else { return };
        let Some(page) = entry else { return };
        page.slots[index] = NO_PROCESS;
        page.living -= 1;
        self.count -= 1;
        // The newest page is likely to be used again at once.
        if page.living == 0 && !newest {
            *entry = None;
        }
        if number > 0 && newest {
            let before = &mut self.pages[number - 1];
            if before.as_ref().is_some_and(|page| page.living == 0) {
                *before = None;
            }
        }
    }

    /// How many there are.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// True when there is none.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// All, in order of their pids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, Slot)> {
        let pages = self.pages.iter().enumerate().filter_map(|(number, page)| Some((number, page.as_ref()?)));
        pages.flat_map(move |(number, page)| {
            let base = (self.first + number as u64) * PAGE as u64;
            let slots = page.slots.iter().enumerate().filter(|(_, slot)| **slot != NO_PROCESS);
            slots.map(move |(index, slot)| (base + index as u64, *slot))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes_are_found_by_their_pids_and_pages_given_back() {
        let mut pids = Pids::starting_at(300);
        for pid in 300..2000 {
            pids.insert(pid, Slot(pid as u32));
        }
        assert_eq!((pids.get(299), pids.get(300), pids.get(1999)), (None, Some(Slot(300)), Some(Slot(1999))));
        (300..1999).for_each(|pid| pids.remove(pid));
        assert_eq!((pids.get(1998), pids.get(2000), pids.get(u64::MAX), pids.len()), (None, None, None, 1));
        assert_eq!(pids.iter().collect::<Vec<_>>(), [(1999, Slot(1999))]);
        assert_eq!(pids.pages.iter().flatten().count(), 1);
    }
}
