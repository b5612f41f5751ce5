//! A row that grows without moving what is in it: with a million elements a move of all would be a pause, and for its
//! duration twice the memory.

use std::ops::{Index, IndexMut};

const BITS: u32 = 9;
/// Elements that are allocated together.
const PAGE: usize = 1 << BITS;

/// Elements by number.
#[derive(Debug)]
pub(crate) struct Pages<T> {
    pages: Vec<Vec<T>>,
}

impl<T> Default for Pages<T> {
    fn default() -> Pages<T> {
        Pages { pages: Vec::new() }
    }
}

impl<T> Pages<T> {
    /// Adds an element, and gives its number.
    #[inline(never)]
    pub(crate) fn push(&mut self, element: T) -> u32 {
        if self.pages.last().is_none_or(|page| page.len() == PAGE) {
            self.pages.push(Vec::with_capacity(PAGE));
        }
        let before = (self.pages.len() - 1) * PAGE;
        let Some(page) = self.pages.last_mut() else { unreachable!("a page was just added") };
        let number = u32::try_from(before + page.len()).expect("fewer than 2^32 elements");
        page.push(element);
        number
    }

    /// All elements, in order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pages.iter().flatten()
    }
}

impl<T> Index<u32> for Pages<T> {
    type Output = T;

    #[inline(always)]
    fn index(&self, number: u32) -> &T {
        &self.pages[(number >> BITS) as usize][number as usize % PAGE]
    }
}

impl<T> IndexMut<u32> for Pages<T> {
    #[inline(always)]
    fn index_mut(&mut self, number: u32) -> &mut T {
        &mut self.pages[(number >> BITS) as usize][number as usize % PAGE]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_on_and_name_their_elements() {
        let mut pages = Pages::default();
        for n in 0..PAGE as u32 * 3 + 1 {
            assert_eq!(pages.push(n * 2), n);
        }
        pages[PAGE as u32] = 7;
        assert_eq!((pages[0], pages[PAGE as u32 - 1], pages[PAGE as u32]), (0, PAGE as u32 * 2 - 2, 7));
        assert_eq!(pages.iter().count(), PAGE * 3 + 1);
    }
}
