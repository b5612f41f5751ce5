//! Names that may have been meant by an unknown one.

use lisle_syntax::Symbol;

use super::env::FrameId;
use super::expander::Expander;
use super::forms;

/// Names further away than this are not suggested.
const DISTANCE_MAX: usize = 2;

/// So many names are suggested.
const SUGGESTIONS_MAX: usize = 3;

/// Names that other languages have for what is called differently here.
const ELSEWHERE: &[(&str, &str)] = &[
    ("define", "definitions are written with `def`"),
    ("defun", "functions are defined with `defn`"),
    ("lambda", "functions are written with `fn`"),
    ("set!", "variables are assigned with `assign`"),
    ("setq", "variables are assigned with `assign`"),
    ("else", "the default of a `cond` is its last form, without a test"),
    ("for", "`each` goes through a collection, `repeat` counts"),
    ("loop", "`forever` and `while` repeat"),
    ("dotimes", "`repeat` counts"),
    ("progn", "expressions are put in order with `begin`"),
    ("raise", "errors are raised with `error`"),
    ("throw", "errors are raised with `error`"),
    ("let-values", "`let` takes arrays and lists apart"),
    ("car", "`first` is the first element"),
    ("cdr", "`rest` is the list without its first element"),
    ("cons", "`pair` puts an element before a list"),
    ("null?", "`nil?` tests for nil, `empty?` for the empty list"),
    ("!=", "`not=` tests for difference"),
];

/// Names for programs that bring a scheduler of their own, which need none here.
const SCHEDULERS: &[&str] =
    &["io/backend", "io/submit", "io/wait", "io/reap", "io/cancel", "io-request?", "io-backend?"];

/// What is to be said of an unknown name beyond names that look like it.
pub(super) fn help_for_unknown(name: Symbol) -> Option<String> {
    let text = name.name();
    if let Some((_, help)) = ELSEWHERE.iter().find(|(other, _)| *other == text) {
        return Some((*help).to_owned());
    }
    if SCHEDULERS.contains(&text) {
        let help =
            "there is one scheduler, and it is part of lisle: call `port/read` and the like, `ev/spawn`, `ev/poll-fd`";
        return Some(help.to_owned());
    }
    if forms::special(name).is_some() || forms::predefined(name).is_some() {
        return Some(format!("`{text}` is a form, not a function: it stands only at the head of a list"));
    }
    text.strip_prefix('@')
        .filter(|bare| !bare.is_empty())
        .map(|bare| format!("`@` marks a variable where it is bound; elsewhere it is written `{bare}`"))
}

impl Expander<'_> {
    /// The nearest names in scope of a frame, nearest first; of equally near ones, inner ones first.
    pub(super) fn similar_names(&self, name: Symbol, frame: FrameId) -> Vec<&'static str> {
        let local = self.env.visible(frame).into_iter().map(|(name, _)| name);
        let mut macros: Vec<Symbol> = self.session.macros.keys().copied().collect();
        macros.sort_by_key(|m| m.name());
        let mut predefined = self.host.builtin_names();
        predefined.sort_by_key(|b| b.name());
        let candidates = local.chain(macros).chain(forms::names()).chain(predefined);

        let intrinsic = name.name().starts_with('%');
        let mut found: Vec<(usize, Symbol)> = Vec::new();
        for candidate in candidates {
            if candidate == name || (!intrinsic && candidate.name().starts_with('%')) {
                continue;
            }
            if let Some(distance) = distance_within(name.name(), candidate.name(), DISTANCE_MAX)
                && !found.iter().any(|(_, f)| *f == candidate)
            {
                found.push((distance, candidate));
            }
        }
        found.sort_by_key(|(distance, _)| *distance);
        found.into_iter().take(SUGGESTIONS_MAX).map(|(_, name)| name.name()).collect()
    }
}

/// How many insertions, deletions and replacements of characters lie between two names, if not more than `max`.
fn distance_within(a: &str, b: &str, max: usize) -> Option<usize> {
    let b: Vec<char> = b.chars().collect();
    let a_count = a.chars().count();
    if a_count.abs_diff(b.len()) > max {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        let mut least = row[0];
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
            least = least.min(row[j + 1]);
        }
        if least > max {
            return None;
        }
    }
    row.last().copied().filter(|distance| *distance <= max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_single_character_edits() {
        assert_eq!(distance_within("lenght", "length", 2), Some(2));
        assert_eq!(distance_within("map", "map", 2), Some(0));
        assert_eq!(distance_within("", "ab", 2), Some(2));
        assert_eq!(distance_within("abc", "xyz", 2), None);
        assert_eq!(distance_within("é", "e", 2), Some(1));
    }

    #[test]
    fn names_of_very_different_length_are_far() {
        assert_eq!(distance_within("a", "abcdef", 2), None);
    }
}
