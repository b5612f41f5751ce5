//! Text by grapheme clusters: the unit of length, indexing and slicing (spec 05, section 3).

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use crate::gc::Gc;
use crate::heap::Heap;
use crate::object::{Str, is_plain};

/// A text, seen as a sequence of grapheme clusters. On plain text (see [`is_plain`]) everything here is arithmetic.
#[derive(Clone, Copy, Debug)]
pub struct Graphemes<'a> {
    text: &'a str,
    plain: bool,
}

impl<'a> Graphemes<'a> {
    /// The clusters of a text.
    pub fn new(text: &'a str) -> Graphemes<'a> {
        Graphemes { text, plain: is_plain(text) }
    }

    /// The clusters of a text that is known to be plain, or not to be.
    pub fn known(text: &'a str, plain: bool) -> Graphemes<'a> {
        debug_assert_eq!(plain, is_plain(text));
        Graphemes { text, plain }
    }

    /// The clusters of a string, which knows whether it is plain.
    pub fn of(text: &'a Gc<Str>) -> Graphemes<'a> {
        Graphemes { text: text.as_str(), plain: text.is_plain() }
    }

    /// True when positions are those of bytes.
    pub fn is_plain(self) -> bool {
        self.plain
    }

    /// The text.
    pub fn text(self) -> &'a str {
        self.text
    }

    /// Number of clusters.
    pub fn count(self) -> usize {
        if self.plain { self.text.len() } else { self.text.graphemes(true).count() }
    }

    /// [`Graphemes::count`], telling the heap of the work.
    pub fn count_noting(self, heap: &Heap) -> usize {
        if !self.plain {
            heap.note_work(self.text.len() / 4);
        }
        self.count()
    }

    /// The cluster of that index.
    pub fn get(self, index: usize) -> Option<&'a str> {
        if self.plain { self.text.get(index..index.checked_add(1)?) } else { self.text.graphemes(true).nth(index) }
    }

    /// The cluster of that index; negative ones count from the end.
    pub fn get_signed(self, index: i64) -> Option<&'a str> {
        match usize::try_from(index) {
            Ok(index) => self.get(index),
            Err(_) if self.plain => self.get(usize::try_from(index + self.text.len() as i64).ok()?),
            Err(_) => self.text.graphemes(true).nth_back(usize::try_from(-(index + 1)).ok()?),
        }
    }

    /// The first cluster.
    pub fn first(self) -> Option<&'a str> {
        self.get(0)
    }

    /// The last cluster.
    pub fn last(self) -> Option<&'a str> {
        self.get_signed(-1)
    }

    /// The byte at which the cluster of that index starts; the text's length when there is none.
    pub fn byte_of(self, index: usize) -> usize {
        if self.plain {
            return index.min(self.text.len());
        }
        self.text.grapheme_indices(true).nth(index).map_or(self.text.len(), |(byte, _)| byte)
    }

    /// The clusters from `start` up to `end`.
    pub fn slice(self, start: usize, end: usize) -> &'a str {
        if start >= end {
            return "";
        }
        let rest = &self.text[self.byte_of(start)..];
        &rest[..Graphemes { text: rest, plain: self.plain }.byte_of(end - start)]
    }

    /// The clusters in order.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = &'a str> {
        self.text.graphemes(true)
    }

    /// The index of the cluster that starts at that byte; `None` within a cluster.
    pub fn index_of_byte(self, byte: usize) -> Option<usize> {
        if self.plain {
            return Some(byte);
        }
        let mut cursor = GraphemeCursor::new(byte, self.text.len(), true);
        let is_boundary = cursor.is_boundary(self.text, 0).unwrap_or(false);
        is_boundary.then(|| self.text[..byte].graphemes(true).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_are_counted_and_indexed() {
        for (text, count) in [("", 0), ("abc", 3), ("héy", 3), ("👨‍👩‍👧!", 2), ("a\r\nb", 3)] {
            let graphemes = Graphemes::new(text);
            assert_eq!(graphemes.count(), count);
            assert_eq!(graphemes.get(count), None);
            let all: String = (0..count).filter_map(|i| graphemes.get(i)).collect();
            assert_eq!(all, text);
            let back: Vec<_> = (1..=count as i64).rev().filter_map(|i| graphemes.get_signed(-i)).collect();
            assert_eq!(back.concat(), text);
            assert_eq!(graphemes.get_signed(-(count as i64) - 1), None);
            assert_eq!(graphemes.get_signed(i64::MIN), None);
            assert_eq!(graphemes.slice(0, usize::MAX), text);
        }
        assert_eq!(Graphemes::new("日本語").slice(1, 2), "本");
        assert_eq!(Graphemes::new("abc").slice(1, 9), "bc");
    }

    #[test]
    fn a_byte_within_a_cluster_has_no_index() {
        let text = Graphemes::new("e\u{301}x");
        assert_eq!((text.index_of_byte(0), text.index_of_byte(1), text.index_of_byte(3)), (Some(0), None, Some(1)));
    }
}
