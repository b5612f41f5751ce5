//! Process-wide interned names, for symbols and keywords alike.
//!
//! A name, once interned, lives as long as the process: symbols are compared and passed between
//! threads as plain pointers, without a lock. The table is the one deliberate exception to "no
//! ambient state" (I5): it holds no state that a program can observe but the order of first
//! appearance, which the ordering of symbols is defined by (spec 05, section 6).

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{LazyLock, Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What an interned name knows of itself.
pub struct SymbolData {
    name: Box<str>,
    index: u32,
    hash: u64,
}

/// An interned name. Equality and hashing are by identity, ordering by first appearance.
#[derive(Clone, Copy)]
pub struct Symbol(&'static SymbolData);

static TABLE: LazyLock<Mutex<HashMap<&'static str, Symbol>>> = LazyLock::new(Mutex::default);

impl Symbol {
    /// The symbol of that name; made on first use.
    pub fn intern(name: &str) -> Symbol {
        let mut table = TABLE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(symbol) = table.get(name) {
            return *symbol;
        }
        let index = table.len() as u32;
        // FNV-1a: stable between runs, so that nothing observable depends on a process's seed.
        let hash =
            name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
        let data: &'static SymbolData = Box::leak(Box::new(SymbolData { name: name.into(), index, hash }));
        table.insert(&data.name, Symbol(data));
        Symbol(data)
    }

    /// The text of the name.
    pub fn name(self) -> &'static str {
        &self.0.name
    }

    /// Order of first appearance in this process.
    pub fn index(self) -> u32 {
        self.0.index
    }

    /// A hash of the name, the same in every run.
    pub fn hash64(self) -> u64 {
        self.0.hash
    }

    /// The interned record, for value representations that keep a bare pointer.
    pub fn data(self) -> &'static SymbolData {
        self.0
    }

    /// The symbol of a record obtained from [`Symbol::data`].
    pub fn from_data(data: &'static SymbolData) -> Symbol {
        Symbol(data)
    }
}

impl PartialEq for Symbol {
    fn eq(&self, other: &Symbol) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}
impl Eq for Symbol {}
impl Hash for Symbol {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash);
    }
}
impl PartialOrd for Symbol {
    fn partial_cmp(&self, other: &Symbol) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Symbol {
    fn cmp(&self, other: &Symbol) -> Ordering {
        self.0.index.cmp(&other.0.index)
    }
}
impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
impl Serialize for Symbol {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
impl<'de> Deserialize<'de> for Symbol {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Symbol, D::Error> {
        let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Ok(Symbol::intern(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_one_symbol() {
        assert_eq!(Symbol::intern("one-name"), Symbol::intern("one-name"));
        assert_ne!(Symbol::intern("one-name"), Symbol::intern("other-name"));
    }

    #[test]
    fn order_is_first_appearance() {
        let z = Symbol::intern("zz-first-seen");
        let a = Symbol::intern("aa-second-seen");
        assert!(z < a);
    }
}
