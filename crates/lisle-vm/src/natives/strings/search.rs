//! Finding text by grapheme clusters, in linear time.

use unicode_segmentation::UnicodeSegmentation;

use crate::ops::graphemes::Graphemes;

/// The index of the cluster in which the first occurrence of `needle` begins, from cluster `start` on.
pub(super) fn find(clusters: Graphemes<'_>, needle: &str, start: usize) -> Option<usize> {
    let text = clusters.text();
    if clusters.is_plain() {
        return Some(start + text.get(start..)?.find(needle)?);
    }
    let from = match start {
        0 => 0,
        _ => text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).nth(start)?,
    };
    let at = from + text[from..].find(needle)?;
    // Clusters that end at or before the place lie in front of the one that holds it.
    let before = text[from..].grapheme_indices(true).take_while(|(i, cluster)| from + i + cluster.len() <= at).count();
    Some(start + before)
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::ops::graphemes::Graphemes;

    #[test]
    fn indices_count_clusters() {
        for (text, needle, start, expected) in [
            ("hello", "l", 0, Some(2)),
            ("hello", "l", 3, Some(3)),
            ("hello", "l", 4, None),
            ("hello", "z", 0, None),
            ("hello", "", 5, Some(5)),
            ("hello", "", 6, None),
            ("", "", 0, Some(0)),
            ("héllo", "l", 0, Some(2)),
            ("日本語", "語", 0, Some(2)),
            ("日本語", "語", 3, None),
            ("日本語", "", 3, Some(3)),
            ("日本語", "", 4, None),
            ("a\r\nb", "b", 0, Some(2)),
            ("a\r\nb", "\n", 0, Some(1)),
            ("e\u{301}x", "\u{301}", 0, Some(0)),
            ("👨‍👩‍👧b", "b", 0, Some(1)),
            ("ééa", "é", 1, Some(1)),
        ] {
            assert_eq!(find(Graphemes::new(text), needle, start), expected, "{text:?} {needle:?} {start}");
        }
    }
}
