//! How a native's arguments become its parameters: arity and types are checked here, so that messages
//! are uniform and no native looks at tags by hand. `#[primitives]` writes the calls.

use crate::cx::Cx;
use crate::flow::Escape;
use crate::gc::{Gc, HeapObject};
use crate::object::{MStr, Str};
use crate::value::Value;

/// A type that takes zero or more of the arguments of a call. `'a` is the life of the argument slice.
pub trait FromArg<'a>: Sized {
    /// Least number of arguments that it takes.
    const MIN: u32 = 1;
    /// Largest number of arguments that it takes; `None` for all that remain.
    const MAX: Option<u32> = Some(1);
    /// Takes its arguments from the front of `rest`. `name` is the native's, for messages. Arity was checked.
    fn take(cx: &mut Cx<'_>, name: &str, rest: &mut &'a [Value]) -> Result<Self, Escape>;
}

/// A type made of exactly one argument.
pub trait FromValue: Sized {
    /// Converts, or raises `NAME: expected …, got …`.
    fn from_value(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Self, Escape>;
}

impl<'a, T: FromValue> FromArg<'a> for T {
    #[inline(always)]
    fn take(cx: &mut Cx<'_>, name: &str, rest: &mut &'a [Value]) -> Result<T, Escape> {
        T::from_value(cx, name, rest.split_off_first().copied().unwrap_or_default())
    }
}

/// A trailing argument that may be left out.
impl<'a, T: FromValue> FromArg<'a> for Option<T> {
    const MIN: u32 = 0;
    #[inline(always)]
    fn take(cx: &mut Cx<'_>, name: &str, rest: &mut &'a [Value]) -> Result<Option<T>, Escape> {
        match rest.split_off_first() {
            Some(value) => T::from_value(cx, name, *value).map(Some),
            None => Ok(None),
        }
    }
}

/// All remaining arguments.
impl<'a> FromArg<'a> for &'a [Value] {
    const MIN: u32 = 0;
    const MAX: Option<u32> = None;
    #[inline(always)]
    fn take(_: &mut Cx<'_>, _: &str, rest: &mut &'a [Value]) -> Result<&'a [Value], Escape> {
        Ok(std::mem::take(rest))
    }
}

impl FromValue for Value {
    #[inline(always)]
    fn from_value(_: &mut Cx<'_>, _: &str, value: Value) -> Result<Value, Escape> {
        Ok(value)
    }
}

impl FromValue for i64 {
    #[inline(always)]
    fn from_value(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<i64, Escape> {
        value.as_int().ok_or_else(|| cx.type_error(name, "integer", value))
    }
}

/// A number of either kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
}

impl Number {
    /// The number in a value, if there is one.
    #[inline(always)]
    pub fn of(value: Value) -> Option<Number> {
        value.as_int().map(Number::Int).or_else(|| value.as_float().map(Number::Float))
    }

    /// As a float.
    #[inline(always)]
    pub fn to_f64(self) -> f64 {
        match self {
            Number::Int(i) => i as f64,
            Number::Float(f) => f,
        }
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Value {
        match number {
            Number::Int(i) => Value::int(i),
            Number::Float(f) => Value::float(f),
        }
    }
}

impl FromValue for Number {
    #[inline(always)]
    fn from_value(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Number, Escape> {
        Number::of(value).ok_or_else(|| cx.type_error(name, "number", value))
    }
}

/// A number as a float.
impl FromValue for f64 {
    #[inline(always)]
    fn from_value(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<f64, Escape> {
        value.as_number().ok_or_else(|| cx.type_error(name, "number", value))
    }
}

/// A keyword's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword(pub lisle_syntax::Symbol);

impl FromValue for Keyword {
    fn from_value(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Keyword, Escape> {
        value.as_keyword().map(Keyword).ok_or_else(|| cx.type_error(name, "keyword", value))
    }
}

/// A heap object of that type; the message names it as `type-of` does.
impl<T: HeapObject> FromValue for Gc<T> {
    #[inline(always)]
    fn from_value(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Gc<T>, Escape> {
        value.as_object::<T>().ok_or_else(|| cx.type_error(name, T::TAG.type_name(), value))
    }
}

/// A string, mutable or not.
#[derive(Clone, Copy, Debug)]
pub enum Text {
    /// An immutable one.
    Str(Gc<Str>),
    /// A mutable one.
    MStr(Gc<MStr>),
}

impl Text {
    /// The string in a value, if there is one.
    #[inline]
    pub fn of(value: Value) -> Option<Text> {
        value.as_str().map(Text::Str).or_else(|| value.as_mstr().map(Text::MStr))
    }
}

impl FromValue for Text {
    #[inline]
    fn from_value(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Text, Escape> {
        Text::of(value).ok_or_else(|| cx.type_error(name, "string", value))
    }
}

/// What a native may return: a value, something that becomes one, or a result of these.
pub trait IntoAnswer {
    /// The answer as the VM wants it.
    fn into_answer(self, cx: &mut Cx<'_>) -> Result<Value, Escape>;
}

impl IntoAnswer for Result<Value, Escape> {
    #[inline(always)]
    fn into_answer(self, _: &mut Cx<'_>) -> Result<Value, Escape> {
        self
    }
}

macro_rules! plain_answers {
    ($($type:ty),*) => { $(
        impl IntoAnswer for $type {
            #[inline(always)]
            fn into_answer(self, _: &mut Cx<'_>) -> Result<Value, Escape> {
                Ok(self.into())
            }
        }
        impl IntoAnswer for Result<$type, Escape> {
            #[inline(always)]
            fn into_answer(self, _: &mut Cx<'_>) -> Result<Value, Escape> {
                self.map(Value::from)
            }
        }
    )* };
}
plain_answers!(bool, i64, f64, Number);

impl IntoAnswer for Value {
    #[inline(always)]
    fn into_answer(self, _: &mut Cx<'_>) -> Result<Value, Escape> {
        Ok(self)
    }
}

/// A new immutable string.
impl IntoAnswer for String {
    fn into_answer(self, cx: &mut Cx<'_>) -> Result<Value, Escape> {
        Ok(cx.string(&self))
    }
}

/// A new immutable string.
impl IntoAnswer for Result<String, Escape> {
    fn into_answer(self, cx: &mut Cx<'_>) -> Result<Value, Escape> {
        self.map(|text| cx.string(&text))
    }
}

/// The arity of a native from those of its parameters. Fails to compile when an optional parameter
/// stands before a required one, or anything behind one that takes all the rest.
pub const fn arity(parameters: &[(u32, Option<u32>)]) -> (u32, Option<u32>) {
    let (mut min, mut max, mut optional, mut index) = (0, 0, false, 0);
    while index < parameters.len() {
        let (least, most) = parameters[index];
        assert!(!(optional && least > 0), "a required parameter of a primitive stands behind an optional one");
        min += least;
        match most {
            Some(most) => {
                max += most;
                optional |= most > least;
            }
            None => {
                assert!(index + 1 == parameters.len(), "a primitive's `&[Value]` takes all the rest: it must be last");
                return (min, None);
            }
        }
        index += 1;
    }
    (min, Some(max))
}

/// Raises `:arity-error` unless that many arguments are allowed.
#[inline(always)]
pub fn check_arity(cx: &mut Cx<'_>, arity: (u32, Option<u32>), arguments: &[Value]) -> Result<(), Escape> {
    let count = arguments.len();
    if count >= arity.0 as usize && arity.1.is_none_or(|max| count <= max as usize) {
        return Ok(());
    }
    Err(arity_error(cx, arity, count))
}

#[cold]
fn arity_error(cx: &mut Cx<'_>, arity: (u32, Option<u32>), count: usize) -> Escape {
    let text = arity_text(arity);
    cx.error("arity-error", format!("expected {text} arguments, got {count}"))
}

/// How an arity is spelled in messages: `2`, `at least 1`, `1-2`.
pub fn arity_text(arity: (u32, Option<u32>)) -> String {
    match arity {
        (min, None) => format!("at least {min}"),
        (min, Some(max)) if min == max => min.to_string(),
        (min, Some(max)) => format!("{min}-{max}"),
    }
}
