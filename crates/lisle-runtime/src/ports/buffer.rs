//! What was read and not asked for yet.

use lisle_vm::{Heap, Value};

/// Memory that an empty buffer keeps: ports are many.
const KEPT_BYTES: usize = 4096;

/// How much of a buffer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Up to so many bytes, as soon as there are some.
    Some(usize),
    /// A line.
    Line,
    /// Everything up to the end.
    All,
}

/// What ended a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum End {
    /// Nothing: it is no line, or the last.
    #[default]
    None,
    Lf,
    CrLf,
    /// A carriage return at the very end.
    Cr,
}

impl End {
    fn bytes(self) -> &'static [u8] {
        match self {
            End::None => b"",
            End::Lf => b"\n",
            End::CrLf => b"\r\n",
            End::Cr => b"\r",
        }
    }
}

/// Bytes in order of arrival.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    /// Where the next byte is in `bytes`.
    start: usize,
    /// Up to where, from `start` on, there is no end of a line.
    searched: usize,
    /// What ended the line that was taken last.
    pub(super) last_end: End,
}

impl Buffer {
    pub(super) fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn append(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Makes bytes that were taken the next ones again.
    pub(super) fn put_back(&mut self, bytes: &[u8], end: End) {
        let taken = bytes.iter().chain(end.bytes()).copied();
        self.bytes.splice(..self.start, taken);
        (self.start, self.searched) = (0, 0);
    }

    pub(super) fn clear(&mut self) {
        *self = Buffer::default();
    }

    fn consume(&mut self, count: usize) {
        self.start += count;
        self.searched = 0;
        if self.start == self.bytes.len() {
            self.start = 0;
            if self.bytes.capacity() > KEPT_BYTES {
                self.bytes = Vec::new();
            } else {
                self.bytes.clear();
            }
        }
    }

    /// Takes what is wanted, as text or as bytes, if it is all there. `ended`: nothing more will come.
    pub(super) fn take(&mut self, heap: &mut Heap, mode: Mode, as_text: bool, ended: bool) -> Option<Value> {
        let unread = &self.bytes[self.start..];
        match mode {
            Mode::Line => {
                if let Some(end) = memchr::memchr(b'\n', &unread[self.searched..]) {
                    let end = self.searched + end;
                    let line = unread[..end].strip_suffix(b"\r").unwrap_or(&unread[..end]);
                    let line_end = if line.len() < end { End::CrLf } else { End::Lf };
                    let line = text(heap, line);
                    self.last_end = line_end;
                    self.consume(end + 1);
                    return Some(line);
                }
                self.searched = unread.len();
                if !ended || unread.is_empty() {
                    return None;
                }
                let line = unread.strip_suffix(b"\r").unwrap_or(unread);
                let line_end = if line.len() < unread.len() { End::Cr } else { End::None };
                let line = text(heap, line);
                self.last_end = line_end;
                self.consume(self.len());
                Some(line)
            }
            Mode::Some(most) => {
                let count = match as_text {
                    true => whole_characters(unread, most, ended)?,
                    false => unread.len().min(most),
                };
                if count == 0 {
                    return None;
                }
                let value = value(heap, &unread[..count], as_text);
                self.consume(count);
                Some(value)
            }
            Mode::All => {
                if !ended {
                    return None;
                }
                let value = value(heap, unread, as_text);
                self.consume(self.len());
                Some(value)
            }
        }
    }
}

/// Bytes as a string or as bytes.
pub(super) fn value(heap: &mut Heap, bytes: &[u8], as_text: bool) -> Value {
    if as_text { text(heap, bytes) } else { heap.new_bytes(bytes).into() }
}

/// Bytes as a string; what is not UTF-8 becomes replacement characters.
fn text(heap: &mut Heap, bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => heap.new_string(text).into(),
        Err(_) => heap.new_string(&String::from_utf8_lossy(bytes)).into(),
    }
}

/// How many of the bytes, at most so many but at least one character, are no part of a character that is cut. `None` if
/// the first one is not all there.
fn whole_characters(bytes: &[u8], most: usize, ended: bool) -> Option<usize> {
    let continues = |index: usize| bytes.get(index).is_some_and(|byte| byte & 0xc0 == 0x80);
    let mut end = bytes.len().min(most);
    if end < bytes.len() {
        // Back to where a character begins; one that is longer than what is wanted is given whole.
        let wanted = end;
        while end > 0 && continues(end) && wanted - end < 3 {
            end -= 1;
        }
        if end == 0 && continues(0) {
            // No character at all: it is replaced by itself.
            return Some(1);
        }
        if end == 0 {
            end = 1;
            while end < 4 && continues(end) {
                end += 1;
            }
        }
        if end < bytes.len() {
            return Some(end);
        }
    }
    if ended || end == 0 {
        return Some(end);
    }
    // The last character may go on in what comes next.
    let Some(begin) = (end.saturating_sub(3)..end).rev().find(|index| bytes[*index] >= 0xc0) else {
        return Some(end);
    };
    let length = match bytes[begin] {
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    let cut = begin + length > end;
    match if cut { begin } else { end } {
        0 => None,
        end => Some(end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_can_be_put_back() {
        let mut heap = Heap::new();
        let mut buffer = Buffer::default();
        buffer.append(b"one\r\ntwo\nrest");
        for (end, line) in [(End::CrLf, "one"), (End::Lf, "two")] {
            for _ in 0..2 {
                let taken = buffer.take(&mut heap, Mode::Line, true, false).and_then(|value| value.as_str());
                assert_eq!(taken.map(|text| text.as_str().to_owned()), Some(line.to_owned()));
                assert_eq!(buffer.last_end, end);
                buffer.put_back(line.as_bytes(), end);
            }
            assert!(buffer.take(&mut heap, Mode::Line, true, false).is_some());
        }
        assert_eq!(buffer.len(), 4);
    }

    #[test]
    fn characters_are_not_cut() {
        assert_eq!(whole_characters(b"abc", 2, false), Some(2));
        assert_eq!(whole_characters("aé".as_bytes(), 2, false), Some(1));
        assert_eq!(whole_characters("éa".as_bytes(), 1, false), Some(2));
        assert_eq!(whole_characters(&"aé".as_bytes()[..2], 9, false), Some(1));
        assert_eq!(whole_characters(&"é".as_bytes()[..1], 9, false), None);
        assert_eq!(whole_characters(&"é".as_bytes()[..1], 9, true), Some(1));
        assert_eq!(whole_characters("a😀".as_bytes(), 4, true), Some(1));
        assert_eq!(whole_characters("abc".as_bytes(), 9, false), Some(3));
        assert_eq!(whole_characters(&[0x80, 0x80, 0x80, 0x80], 2, false), Some(1));
    }
}
