//! Text arguments of natives: checked to be UTF-8, and readable without holding on to the heap.

use std::ops::Deref;

use lisle_syntax::Symbol;

use crate::args::{FromValue, Text};
use crate::gc::Gc;
use crate::heap::Tracer;
use crate::object::Str;
use crate::ops::graphemes::Graphemes;
use crate::{Cx, Escape, Value};

/// Largest size of a text that one call makes, in bytes. Larger ones are an error, not an attempt.
pub(crate) const TEXT_BYTES_MAX: usize = 1 << 30;

/// The text of an argument. A mutable string is copied, because it could change while the native works.
#[derive(Debug)]
pub(crate) enum Utf8 {
    /// An immutable string.
    Shared(Gc<Str>),
    /// A copy of a mutable one.
    Copied(String),
    /// The name of a keyword.
    Name(Symbol),
}

impl Utf8 {
    /// The text of a string. Raises `:encoding-error` when a mutable one is not UTF-8.
    pub(crate) fn of(cx: &mut Cx<'_>, name: &str, text: Text) -> Result<Utf8, Escape> {
        match text {
            Text::Str(text) => Ok(Utf8::Shared(text)),
            Text::MStr(text) => match text.get(cx.heap).text() {
                Ok(text) => Ok(Utf8::Copied(text.to_owned())),
                Err(error) => Err(cx.error("encoding-error", format!("{name}: invalid UTF-8: {error}"))),
            },
        }
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Utf8::Shared(text) => text.as_str(),
            Utf8::Copied(text) => text,
            Utf8::Name(name) => name.name(),
        }
    }
}

/// Declares an argument type that derefs to its text; `$of` says which text a value has, if it is allowed at all.
macro_rules! text_argument {
    ($(#[$doc:meta])* $type:ident, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $type(Utf8);

        impl FromValue for $type {
            fn from_value(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<$type, Escape> {
                match Text::of(value) {
                    Some(text) => Utf8::of(cx, name, text).map($type),
                    None => Err(cx.type_error(name, $expected, value)),
                }
            }
        }

        impl $type {
            /// Reports the text to the collector: for one that is kept longer than a native runs.
            #[allow(dead_code, reason = "not every kind of text is kept")]
            pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
                if let Utf8::Shared(text) = &self.0 {
                    tracer.object(*text);
                }
            }
        }

        impl Deref for $type {
            type Target = str;
            fn deref(&self) -> &str {
                self.0.as_str()
            }
        }
    };
}
text_argument!(
    /// A string of either mutability.
    Plain,
    "string"
);
text_argument!(
    /// A string of either mutability; the functions on strings call it so in their messages.
    Subject,
    "string or buffer"
);

impl Subject {
    /// Its grapheme clusters.
    pub(crate) fn clusters(&self) -> Graphemes<'_> {
        match &self.0 {
            Utf8::Shared(text) => Graphemes::of(text),
            Utf8::Copied(_) | Utf8::Name(_) => Graphemes::new(self),
        }
    }

    /// A string of the same mutability as this one.
    pub(crate) fn like(&self, cx: &mut Cx<'_>, text: String) -> Value {
        match self.0 {
            Utf8::Copied(_) => cx.heap.new_mstr(text.into_bytes()).into(),
            Utf8::Shared(_) | Utf8::Name(_) => cx.string(&text),
        }
    }
}

/// A string of either mutability, or a keyword.
#[derive(Debug)]
pub(crate) struct Name(Utf8);

impl FromValue for Name {
    fn from_value(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Name, Escape> {
        match (Text::of(value), value.as_keyword()) {
            (Some(text), _) => Utf8::of(cx, name, text).map(Name),
            (_, Some(keyword)) => Ok(Name(Utf8::Name(keyword))),
            _ => Err(cx.type_error(name, "string or keyword", value)),
        }
    }
}

impl Deref for Name {
    type Target = str;
    fn deref(&self) -> &str {
        self.0.as_str()
    }
}

/// Raises `:argument-error` when a text of that size would be too large, and `:out-of-memory` when the heap has no room
/// for it; `None` is a size beyond all bounds.
pub(crate) fn check_size(cx: &mut Cx<'_>, name: &str, bytes: Option<usize>) -> Result<(), Escape> {
    match bytes {
        Some(bytes) if bytes <= TEXT_BYTES_MAX => cx.make_room(bytes),
        _ => Err(cx.argument_error(name, &format!("the result is larger than {TEXT_BYTES_MAX} bytes"))),
    }
}
