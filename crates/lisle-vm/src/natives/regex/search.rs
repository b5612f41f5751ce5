//! Looking in steps for the place where a long text matches.
//!
//! A lazy automaton goes through the text a part at a time and says whether there is a match at all, and a byte at or before
//! its start. The match itself is then found by the regular expression, from that byte on.

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

use crate::gc::Gc;
use crate::heap::Tracer;
use crate::object::{External, ExternalObject, Str};

/// The automaton of a pattern.
#[derive(Debug)]
pub(super) struct Automaton {
    dfa: DFA,
    cache: Cache,
}

impl Automaton {
    /// `None` if the pattern has none that is small enough.
    pub(super) fn new(pattern: &str, flags: &str) -> Option<Automaton> {
        let has = |flag| flags.contains(flag);
        let syntax =
            syntax::Config::new().case_insensitive(has('i')).multi_line(has('m')).dot_matches_new_line(has('s'));
        // Start states are marked: in one of them no match has begun.
        let config = DFA::config().specialize_start_states(true).unicode_word_boundary(true);
        let dfa = DFA::builder().syntax(syntax).configure(config).build(pattern).ok()?;
        let cache = dfa.create_cache();
        Some(Automaton { dfa, cache })
    }
}

/// What a step has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing yet.
    More,
    /// The rest of the text does not match.
    Nowhere,
    /// It may match; no match begins before this byte.
    From(usize),
}

/// A search that is under way.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) pattern: Gc<ExternalObject>,
    pub(super) text: Gc<Str>,
    pub(super) last_end: i64,
    pub(super) automaton: Automaton,
    /// `None` before the first step.
    state: Option<LazyStateID>,
    at: usize,
    from: usize,
}

impl Search {
    /// A search from byte `at` on.
    pub(super) fn new(
        pattern: Gc<ExternalObject>,
        text: Gc<Str>,
        at: usize,
        last_end: i64,
        automaton: Automaton,
    ) -> Search {
        Search { pattern, text, last_end, automaton, state: None, at, from: at }
    }

    /// Looks at so many bytes more.
    pub(super) fn step(&mut self, bytes: usize) -> Step {
        // An automaton that gives up, or does not know the bytes, leaves the whole work to the regular expression.
        let step = self.try_step(bytes).unwrap_or(Step::From(self.from));
        match step {
            Step::From(mut from) => {
                while !self.text.as_str().is_char_boundary(from) {
                    from -= 1;
                }
                Step::From(from)
            }
            other => other,
        }
    }

    fn try_step(&mut self, bytes: usize) -> Option<Step> {
        let Automaton { dfa, cache } = &mut self.automaton;
        let text = self.text.as_bytes();
        let mut state = match self.state {
            Some(state) => state,
            None => {
                let input = Input::new(text).range(self.at..).anchored(Anchored::No);
                dfa.start_state_forward(cache, &input).ok()?
            }
        };
        let stop = self.at.saturating_add(bytes).min(text.len());
        while self.at < stop {
            state = dfa.next_state(cache, state, text[self.at]).ok()?;
            self.at += 1;
            if state.is_tagged() {
                if state.is_start() {
                    self.from = self.at;
                } else if state.is_dead() {
                    return Some(Step::Nowhere);
                } else {
                    // A match that ends one byte before, or a byte that the automaton does not know.
                    return Some(Step::From(self.from));
                }
            }
        }
        self.state = Some(state);
        if self.at < text.len() {
            return Some(Step::More);
        }
        let state = dfa.next_eoi_state(cache, state).ok()?;
        Some(if state.is_match() { Step::From(self.from) } else { Step::Nowhere })
    }
}

impl External for Search {
    fn type_name(&self) -> &'static str {
        "regex-search"
    }
    fn display(&self) -> String {
        "#<regex-search>".to_owned()
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.pattern);
        tracer.object(self.text);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;
    use crate::heap::Heap;

    #[derive(Debug)]
    struct Nothing;

    impl External for Nothing {
        fn type_name(&self) -> &'static str {
            "nothing"
        }
        fn display(&self) -> String {
            String::new()
        }
    }

    const PATTERNS: &[&str] = &[
        "b",
        "ab|a",
        "a*",
        "a+b",
        "^a",
        "a$",
        "(?m)^b$",
        "\\bb",
        "b\\B",
        "é",
        "[^a]b",
        "(?s)a.*b",
        "a.{2,5}b|c",
        "",
        "\\z",
        "(?i)B",
        "\\w+é",
        "x",
    ];

    proptest! {
        #[test]
        fn steps_find_what_one_search_finds(
            pattern in prop::sample::select(PATTERNS),
            text in "[abcé\n ]{0,60}",
            at in 0_usize..60,
            bytes in 1_usize..9,
        ) {
            let mut heap = Heap::new();
            let regex = Regex::new(pattern).expect("a pattern");
            let at = (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
            let expected = regex.find_at(&text, at);
            let automaton = Automaton::new(pattern, "").expect("an automaton");
            let (object, string) = (heap.new_external(Box::new(Nothing)), heap.new_string(&text));
            let mut search = Search::new(object, string, at, -1, automaton);
            let step = loop {
                match search.step(bytes) {
                    Step::More => {}
                    step => break step,
                }
            };
            match step {
                Step::From(from) => {
                    prop_assert!(from >= at);
                    prop_assert_eq!(regex.find_at(&text, from), expected);
                }
                _ => prop_assert_eq!(expected, None),
            }
        }
    }
}
