//! The core natives: those that need neither clock nor world. One file a group; each file has a module
//! under `#[primitives]` and exports its table.

use crate::native::Native;

macro_rules! groups {
    ($($group:ident),* $(,)?) => {
        $(pub mod $group;)*

        /// The tables of all groups.
        pub fn all() -> impl Iterator<Item = &'static [Native]> {
            [$($group::NATIVES),*].into_iter()
        }
    };
}
mod long;
#[cfg(test)]
pub(crate) mod testing;

groups!(
    arithmetic, numbers, math, bits, strings, format, json, paths, sequences, arrays, structs, sets, bytes, predicates,
    printing, convert, syntax, misc, about, regex, random, fibers,
);

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use lisle_syntax::reader::{ReadLimits, read_source};
    use lisle_syntax::source::{Source, SourceId};

    #[test]
    fn no_name_is_given_twice() {
        let mut seen = HashSet::new();
        for native in super::all().flatten() {
            for name in std::iter::once(&native.name).chain(native.aliases) {
                assert!(seen.insert(*name), "{name} is given twice");
            }
        }
    }

    #[test]
    fn documented_examples_can_be_read() {
        for native in super::all().flatten() {
            assert!(!native.doc.is_empty(), "{} has no documentation", native.name);
            for example in native.doc.lines().filter(|line| line.contains("# =>")) {
                for text in example.split("# =>") {
                    let source = Source::new(native.name, text);
                    let (forms, faults) = read_source(&source, SourceId::default(), &ReadLimits::default());
                    assert!(faults.is_empty() && !forms.is_empty(), "{}: {example}", native.name);
                }
            }
        }
    }
}
