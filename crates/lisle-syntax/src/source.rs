//! Source texts, and spans that point into them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// One text that was read: a file, an `-e` expression, standard input, a string given to `read`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The name shown to people: a path as the user gave it, or `<eval>`, `<stdin>`, `<read>`.
    pub name: String,
    /// The whole text. Empty where only the name is known (embedded library images).
    pub text: String,
    /// Byte offset at which each line starts; `line_starts[0]` is 0.
    line_starts: Vec<u32>,
    /// How many characters start before each multiple of [`CHAR_COUNT_STEP`] bytes; empty when all
    /// are ASCII. Keeps columns cheap on lines of many megabytes.
    char_counts: Vec<u32>,
}

/// Distance in bytes between the places where the number of characters is remembered.
const CHAR_COUNT_STEP: usize = 1024;

impl Source {
    /// Makes a source and finds its line starts. `text` must be shorter than 4 GiB; the reader
    /// refuses longer ones with a diagnostic.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Source {
        let text = text.into();
        let mut line_starts = vec![0];
        line_starts.extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1));
        let char_counts = if text.is_ascii() { Vec::new() } else { count_chars(&text) };
        Source { name: name.into(), text, line_starts, char_counts }
    }

    /// The line and column, both from 1, of a byte offset. Columns count Unicode scalar values.
    pub fn location(&self, offset: u32) -> Location {
        let offset = offset.min(self.text.len() as u32);
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts[line - 1];
        let column = self.chars_before(offset) - self.chars_before(start) + 1;
        Location { line: line as u32, column }
    }

    /// How many characters start before a byte offset.
    fn chars_before(&self, offset: u32) -> u32 {
        let block = offset as usize / CHAR_COUNT_STEP;
        let Some(counted) = self.char_counts.get(block) else { return offset };
        let rest = &self.text.as_bytes()[block * CHAR_COUNT_STEP..offset as usize];
        counted + char_starts(rest)
    }

    /// The byte offset at which a line (from 1) starts; the end of the text when there is no such line.
    pub fn line_start(&self, line: u32) -> u32 {
        let index = (line.max(1) - 1) as usize;
        self.line_starts.get(index).copied().unwrap_or(self.text.len() as u32)
    }

    /// The text of a line (from 1), without its line end; empty when there is no such line.
    pub fn line(&self, line: u32) -> &str {
        let index = (line.max(1) - 1) as usize;
        let Some(start) = self.line_starts.get(index) else { return "" };
        let end = self.line_starts.get(index + 1).map_or(self.text.len(), |e| *e as usize);
        self.text[*start as usize..end].trim_end_matches(['\n', '\r'])
    }
}

fn count_chars(text: &str) -> Vec<u32> {
    let mut total = 0;
    let mut counts = Vec::with_capacity(text.len() / CHAR_COUNT_STEP + 1);
    for block in text.as_bytes().chunks(CHAR_COUNT_STEP) {
        counts.push(total);
        total += char_starts(block);
    }
    counts.push(total);
    counts
}

/// How many bytes begin a character.
fn char_starts(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|b| (**b & 0xc0) != 0x80).count() as u32
}

/// The largest character boundary of `text` that is not after `index`.
pub(crate) fn floor_char_boundary(text: &str, index: usize) -> usize {
    (0..=index.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

/// A line and a column, both counted from 1; columns count Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

/// Names one source of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct SourceId(pub u32);

/// A range of bytes in one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// Which source.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span over `start..end` of `source`.
    pub fn new(source: SourceId, start: u32, end: u32) -> Span {
        Span { source, start, end }
    }

    /// The smallest span holding both; `self` when they lie in different sources.
    pub fn to(self, other: Span) -> Span {
        if self.source != other.source {
            return self;
        }
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// The sources of one compilation, named by [`SourceId`] in order of addition. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceMap {
    sources: Vec<Arc<Source>>,
}

impl SourceMap {
    /// An empty map.
    pub fn new() -> SourceMap {
        SourceMap::default()
    }

    /// Adds a source and names it.
    pub fn add(&mut self, source: Source) -> SourceId {
        self.sources.push(Arc::new(source));
        SourceId(self.sources.len() as u32 - 1)
    }

    /// The source of that name, if it belongs to this map.
    pub fn get(&self, id: SourceId) -> Option<&Arc<Source>> {
        self.sources.get(id.0 as usize)
    }

    /// All sources, in order of addition.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Source>> {
        self.sources.iter()
    }

    /// `name:line:column` of a span's start, or `None` for an unknown source.
    pub fn describe(&self, span: Span) -> Option<String> {
        let source = self.get(span.source)?;
        let at = source.location(span.start);
        Some(format!("{}:{}:{}", source.name, at.line, at.column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_also_far_into_a_long_line() {
        let line = "aé日".repeat(5_000);
        let source = Source::new("test", format!("x\n{line}\n{line}"));
        let offset = line.find('日').map_or(0, |i| i as u32);
        for (cluster, expect) in [(0, 3), (1, 6), (4_999, 15_000)] {
            for first in [2, 3 + line.len() as u32] {
                let at = source.location(first + 6 * cluster + offset);
                assert_eq!(at.column, expect);
            }
        }
        assert_eq!(source.location(u32::MAX), Location { line: 3, column: 15_001 });
    }

    #[test]
    fn every_offset_agrees_with_counting() {
        let text = format!("{}é\n{}日本\n", "a".repeat(1_023), "b".repeat(1_020));
        let source = Source::new("test", &*text);
        for (offset, _) in text.char_indices() {
            let before = &text[..offset];
            let line_start = before.rfind('\n').map_or(0, |i| i + 1);
            let expect = Location {
                line: before.matches('\n').count() as u32 + 1,
                column: before[line_start..].chars().count() as u32 + 1,
            };
            assert_eq!(source.location(offset as u32), expect, "{offset}");
        }
    }

    #[test]
    fn lines_come_without_their_ends() {
        let source = Source::new("test", "a\r\n\nc");
        assert_eq!([1, 2, 3, 4].map(|l| source.line(l)), ["a", "", "c", ""]);
        assert_eq!([1, 2, 3, 4].map(|l| source.line_start(l)), [0, 3, 4, 5]);
    }
}
