//! Keywords that messages and reasons are made of, looked up once.

use std::sync::LazyLock;

use lisle_syntax::Symbol;
use lisle_vm::Value;

macro_rules! keys {
    ($($field:ident = $name:literal),* $(,)?) => {
        /// The keywords.
        #[derive(Debug)]
        pub(crate) struct Keys {
            $(pub(crate) $field: Value,)*
        }

        /// The symbols, which can be shared by threads.
        struct Symbols {
            $($field: Symbol,)*
        }

        /// The keywords.
        #[inline]
        pub(crate) fn keys() -> Keys {
            static SYMBOLS: LazyLock<Symbols> = LazyLock::new(|| Symbols { $($field: Symbol::intern($name),)* });
            let symbols = &*SYMBOLS;
            Keys { $($field: Value::keyword(symbols.$field),)* }
        }
    };
}

keys! {
    ok = "ok",
    normal = "normal",
    error = "error",
    kill = "kill",
    killed = "killed",
    linked = "linked",
    exit = "EXIT",
    down = "DOWN",
    noproc = "noproc",
    timeout = "timeout",
    call = "$call",
    reply = "$reply",
    not_found = "not-found",
    shutdown = "shutdown",
    limit = "limit",
}
