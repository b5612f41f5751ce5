//! A cache for fields of structs with many, such as those that modules and constructors of locks and queues give:
//! `module:function` looks one up at each call.
//!
//! An entry holds what one look-up in one struct gave. Structs do not change, so it stays true as long as the struct lives;
//! and it is emptied by every step of the collector, so no entry outlives its struct. Nothing traces it.

use crate::gc::Gc;
use crate::object::Struct;
use crate::value::Value;

const SIZE: usize = 64;

#[derive(Clone, Copy, Debug)]
struct Entry {
    table: u64,
    key: u64,
    value: Value,
}

const EMPTY: Entry = Entry { table: 0, key: 0, value: Value::NIL };

/// What was looked up lately.
#[derive(Debug)]
pub(crate) struct FieldCache {
    entries: Box<[Entry; SIZE]>,
    is_empty: bool,
}

impl Default for FieldCache {
    fn default() -> FieldCache {
        FieldCache { entries: Box::new([EMPTY; SIZE]), is_empty: true }
    }
}

impl FieldCache {
    /// The value of a key in a struct; nil if there is none.
    #[inline]
    pub(crate) fn get(&mut self, table: Gc<Struct>, key: Value) -> Value {
        let (table_bits, key_bits) = (Value::from(table).bits(), key.bits());
        let index = ((table_bits >> 4) ^ (key_bits >> 3) ^ (key_bits >> 9)) as usize % SIZE;
        let entry = &mut self.entries[index];
        if entry.table == table_bits && entry.key == key_bits {
            return entry.value;
        }
        let value = (*table).get(key).unwrap_or_default();
        *entry = Entry { table: table_bits, key: key_bits, value };
        self.is_empty = false;
        value
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        if !self.is_empty {
            self.entries.fill(EMPTY);
            self.is_empty = true;
        }
    }
}
