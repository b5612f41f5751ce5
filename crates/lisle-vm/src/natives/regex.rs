//! What `std/regex` is made of: regular expressions, searched from a byte on for one match at a time, so that
//! callbacks may suspend; in long texts a search can also be interrupted before it has found one. Searching takes linear time.

mod search;

pub use self::regex::NATIVES;

use std::sync::Arc;

use crate::object::{External, Shared};

/// A compiled regular expression.
#[derive(Debug)]
struct Pattern {
    /// Shared, since a copy of its own would begin without the tables that it makes while it searches.
    regex: Arc<::regex::Regex>,
    flags: String,
    /// For long texts, made when it is needed, and away while a search uses it.
    automaton: Option<search::Automaton>,
}

impl External for Pattern {
    fn type_name(&self) -> &'static str {
        "regex"
    }
    fn display(&self) -> String {
        format!("#<regex:{}>", self.regex.as_str())
    }
    fn share(&mut self) -> Option<Box<dyn Shared>> {
        Some(Box::new(SharedPattern { regex: self.regex.clone(), flags: self.flags.clone() }))
    }
}

/// A pattern on its way between threads, which share it: compiling one takes much longer than most searches.
#[derive(Debug)]
struct SharedPattern {
    regex: Arc<::regex::Regex>,
    flags: String,
}

impl Shared for SharedPattern {
    fn arrive(&self) -> Box<dyn External> {
        Box::new(Pattern { regex: self.regex.clone(), flags: self.flags.clone(), automaton: None })
    }
}

#[allow(clippy::module_inception, reason = "the module's name is the category that help shows")]
#[lisle_macros::primitives]
mod regex {
    use std::sync::Arc;

    use ::regex::{Regex, RegexBuilder};

    use super::Pattern;
    use super::search::{Automaton, Search, Step};
    use crate::natives::long::{pause, take_back};
    use crate::natives::strings::subject::Plain;
    use crate::object::{ExternalObject, Str};
    use crate::ops::graphemes::Graphemes;
    use crate::{Cx, Escape, Gc, Value};

    /// A regular expression. The letters of `flags`: `i` ignore case, `m` `^` and `$` match at lines, `s` `.` matches
    /// line ends.
    #[primitive(name = "%regex-compile", errors_as = "regex:compile", signals(error))]
    fn compile(cx: &mut Cx<'_>, pattern: Plain, flags: Plain) -> Result<Value, Escape> {
        let mut builder = RegexBuilder::new(&pattern);
        builder.case_insensitive(flags.contains('i')).multi_line(flags.contains('m'));
        builder.dot_matches_new_line(flags.contains('s'));
        match builder.build() {
            Ok(regex) => Ok(cx
                .heap
                .new_external(Box::new(Pattern { regex: Arc::new(regex), flags: flags.to_owned(), automaton: None }))
                .into()),
            Err(error) => {
                let shown = cx.string(&pattern);
                // The last line says what is wrong; those before show the place.
                let text = error.to_string();
                let problem = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                Err(cx.error_with("regex-error", format!("regex: {problem}"), &[("pattern", shown)]))
            }
        }
    }

    fn regex_of(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Arc<Regex>, Escape> {
        let object: Option<Gc<ExternalObject>> = value.as_external();
        match object.and_then(|object| object.get(cx.heap).downcast_ref::<Pattern>().map(|p| p.regex.clone())) {
            Some(regex) => Ok(regex),
            None => Err(cx.type_error(name, "regex", value)),
        }
    }

    fn part(cx: &mut Cx<'_>, text: &str, from: i64, to: i64) -> Result<std::ops::Range<usize>, Escape> {
        let range = usize::try_from(from).unwrap_or(usize::MAX)..usize::try_from(to).unwrap_or(usize::MAX);
        if text.get(range.clone()).is_none() {
            return Err(cx.argument_error("regex", &format!("no part of the text: bytes {from} to {to}")));
        }
        Ok(range)
    }

    /// The first match from byte `at` on: an array of the bytes at which the match and its groups begin and end, nil for
    /// groups that do not take part; nil when there is no match. An empty match at `last_end` does not count.
    #[primitive(name = "%regex-find", errors_as = "regex:find", signals(error))]
    fn find(cx: &mut Cx<'_>, regex: Value, text: Gc<Str>, at: i64, last_end: i64) -> Result<Value, Escape> {
        regex_of(cx, "regex:find", regex)?;
        let at = part(cx, text.as_str(), at, text.as_bytes().len() as i64)?.start;
        find_from(cx, regex, text, at, last_end)
    }

    /// A text with more bytes to look at is searched in steps of so many.
    const SEARCH_STEP: usize = 64 << 10;

    fn find_from(cx: &mut Cx<'_>, regex: Value, text: Gc<Str>, at: usize, last_end: i64) -> Result<Value, Escape> {
        if text.as_bytes().len() - at > SEARCH_STEP
            && let Some(pattern) = regex.as_external()
            && let Some(automaton) = pattern.get_mut(cx.heap).downcast_mut().and_then(take_automaton)
        {
            return search_on(cx, Search::new(pattern, text, at, last_end, automaton), None);
        }
        find_now(cx, regex, text, at, last_end)
    }

    fn take_automaton(pattern: &mut Pattern) -> Option<Automaton> {
        pattern.automaton.take().or_else(|| Automaton::new(pattern.regex.as_str(), &pattern.flags))
    }

    /// Does a step of a search.
    fn search_on(cx: &mut Cx<'_>, mut search: Search, place: Option<Value>) -> Result<Value, Escape> {
        let step = search.step(SEARCH_STEP);
        if step == Step::More {
            cx.spend_bytes(SEARCH_STEP * 4);
            return Err(pause(cx, search, place, |cx, place, _| match take_back(cx, place) {
                Some(search) => search_on(cx, search, Some(place)),
                None => Ok(Value::NIL),
            }));
        }
        let Search { pattern, text, last_end, automaton, .. } = search;
        if let Some(pattern) = pattern.get_mut(cx.heap).downcast_mut::<Pattern>() {
            pattern.automaton = Some(automaton);
        }
        match step {
            Step::From(from) => find_now(cx, pattern.into(), text, from, last_end),
            Step::More | Step::Nowhere => Ok(Value::NIL),
        }
    }

    /// Searches at once.
    fn find_now(cx: &mut Cx<'_>, regex: Value, text: Gc<Str>, at: usize, last_end: i64) -> Result<Value, Escape> {
        let (whole_text, pattern) = (text, regex);
        let regex = regex_of(cx, "regex:find", regex)?;
        let text = text.as_str();
        let begin = at;
        let Some(found) = regex.captures_at(text, at) else {
            cx.spend_bytes(text.len() - begin);
            return Ok(Value::NIL);
        };
        let whole = found.get(0).map_or(0..0, |m| m.range());
        if whole.is_empty() && whole.end as i64 == last_end {
            let Some(next) = text[whole.end..].chars().next() else { return Ok(Value::NIL) };
            return find_from(cx, pattern, whole_text, whole.end + next.len_utf8(), last_end);
        }
        cx.spend_bytes(whole.end - begin);
        let mut places = Vec::with_capacity(2 * found.len());
        for group in found.iter() {
            let range = group.map(|m| m.range());
            places.push(range.as_ref().map_or(Value::NIL, |r| Value::int(r.start as i64)));
            places.push(range.map_or(Value::NIL, |r| Value::int(r.end as i64)));
        }
        Ok(cx.heap.new_array(&places).into())
    }

    /// The names of a regular expression's groups as keywords, nil for those without; that of the whole match is first.
    #[primitive(name = "%regex-names", errors_as = "regex:compile", signals(error))]
    fn names(cx: &mut Cx<'_>, regex: Value) -> Result<Value, Escape> {
        let regex = regex_of(cx, "regex:compile", regex)?;
        let names: Vec<Value> =
            regex.capture_names().map(|name| name.map_or(Value::NIL, Value::keyword_named)).collect();
        Ok(cx.heap.new_array(&names).into())
    }

    /// The text between two bytes.
    #[primitive(name = "%byte-part", errors_as = "regex", signals(error))]
    fn byte_part(cx: &mut Cx<'_>, text: Gc<Str>, from: i64, to: i64) -> Result<Value, Escape> {
        let range = part(cx, text.as_str(), from, to)?;
        Ok(cx.string(&text.as_str()[range]))
    }

    /// Number of grapheme clusters between two bytes.
    #[primitive(name = "%byte-part-length", errors_as = "regex", signals(error))]
    fn byte_part_length(cx: &mut Cx<'_>, text: Gc<Str>, from: i64, to: i64) -> Result<i64, Escape> {
        let range = part(cx, text.as_str(), from, to)?;
        cx.spend_bytes(range.len());
        Ok(Graphemes::new(&text.as_str()[range]).count() as i64)
    }

    /// The text as a pattern that matches it and nothing else.
    #[primitive(name = "%regex-escape", errors_as = "regex:escape", signals(error))]
    fn escape(_cx: &mut Cx<'_>, text: Plain) -> String {
        ::regex::escape(&text)
    }
}
