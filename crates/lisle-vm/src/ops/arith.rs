//! Arithmetic and comparison of numbers, strings and keywords (spec 05, section 2; 06, sections 1 and 2).
//!
//! Pure functions: they allocate nothing and say what is wrong as an [`ArithError`], so that the interpreter's
//! slow paths and the natives share one meaning and one wording.

use std::cmp::Ordering;

use crate::cx::Cx;
use crate::flow::Escape;
use crate::heap::Heap;
use crate::value::{Tag, Value};

/// What is wrong with the operands. `op` is the name that the message starts with.
#[derive(Clone, Copy, Debug)]
pub enum ArithError {
    /// An operand is no number.
    NotNumber {
        /// The function.
        op: &'static str,
        /// The operand.
        got: Value,
    },
    /// An operand is no integer.
    NotInteger {
        /// The function.
        op: &'static str,
        /// The operand.
        got: Value,
    },
    /// The divisor is zero where that has no answer.
    DivisionByZero {
        /// The function.
        op: &'static str,
    },
    /// Both operands can be compared, but not with each other.
    Incomparable {
        /// The function.
        op: &'static str,
        /// The left operand.
        a: Value,
        /// The right operand.
        b: Value,
    },
    /// An operand is neither number nor string nor keyword.
    NotComparable {
        /// The function.
        op: &'static str,
        /// The operand.
        got: Value,
    },
}

impl ArithError {
    /// Raises it as the error value that programs see.
    #[cold]
    pub fn raise(self, cx: &mut Cx<'_>) -> Escape {
        match self {
            ArithError::NotNumber { op, got } => cx.type_error(op, "number", got),
            ArithError::NotInteger { op, got } => cx.type_error(op, "integer", got),
            ArithError::DivisionByZero { op } => cx.error("division-by-zero", format!("{op}: division by zero")),
            ArithError::Incomparable { op, a, b } => {
                let (a, b) = (cx.type_name(a), cx.type_name(b));
                cx.error("type-error", format!("{op}: incomparable types {a} and {b}"))
            }
            ArithError::NotComparable { op, got } => cx.type_error(op, "number, string, or keyword", got),
        }
    }
}

/// Both operands as floats; for the cases that are not integer with integer.
#[inline]
fn floats(op: &'static str, a: Value, b: Value) -> Result<(f64, f64), ArithError> {
    match (a.as_number(), b.as_number()) {
        (Some(x), Some(y)) => Ok((x, y)),
        (None, _) => Err(ArithError::NotNumber { op, got: a }),
        (_, None) => Err(ArithError::NotNumber { op, got: b }),
    }
}

/// `a + b`; integers wrap.
#[inline]
pub fn add(a: Value, b: Value) -> Result<Value, ArithError> {
    if let (Some(x), Some(y)) = (a.as_int(), b.as_int()) {
        return Ok(Value::int(x.wrapping_add(y)));
    }
    let (x, y) = floats("+", a, b)?;
    Ok(Value::float(x + y))
}

/// `a - b`; integers wrap.
#[inline]
pub fn sub(a: Value, b: Value) -> Result<Value, ArithError> {
    if let (Some(x), Some(y)) = (a.as_int(), b.as_int()) {
        return Ok(Value::int(x.wrapping_sub(y)));
    }
    let (x, y) = floats("-", a, b)?;
    Ok(Value::float(x - y))
}

/// `a * b`; integers wrap.
#[inline]
pub fn mul(a: Value, b: Value) -> Result<Value, ArithError> {
    if let (Some(x), Some(y)) = (a.as_int(), b.as_int()) {
        return Ok(Value::int(x.wrapping_mul(y)));
    }
    let (x, y) = floats("*", a, b)?;
    Ok(Value::float(x * y))
}

/// `a / b`: truncating for two integers, of which the second must not be zero.
#[inline]
pub fn div(a: Value, b: Value) -> Result<Value, ArithError> {
    if let (Some(x), Some(y)) = (a.as_int(), b.as_int()) {
        if y == 0 {
            return Err(ArithError::DivisionByZero { op: "/" });
        }
        return Ok(Value::int(x.wrapping_div(y)));
    }
    let (x, y) = floats("/", a, b)?;
    Ok(Value::float(x / y))
}

/// The remainder with the sign of `a`. An integer zero divides nothing, a float zero gives NaN.
#[inline]
pub fn rem(a: Value, b: Value) -> Result<Value, ArithError> {
    if let (Some(x), Some(y)) = (a.as_int(), b.as_int()) {
        if y == 0 {
            return Err(ArithError::DivisionByZero { op: "rem" });
        }
        return Ok(Value::int(x.wrapping_rem(y)));
    }
    let (x, y) = floats("rem", a, b)?;
    if b.as_int() == Some(0) {
        return Err(ArithError::DivisionByZero { op: "rem" });
    }
    Ok(Value::float(x % y))
}

/// The remainder with the sign of `b`; integers only.
#[inline]
pub fn modulo(a: Value, b: Value) -> Result<Value, ArithError> {
    let x = a.as_int().ok_or(ArithError::NotInteger { op: "mod", got: a })?;
    let y = b.as_int().ok_or(ArithError::NotInteger { op: "mod", got: b })?;
    if y == 0 {
        return Err(ArithError::DivisionByZero { op: "mod" });
    }
    let r = x.wrapping_rem(y);
    Ok(Value::int(if r != 0 && (r < 0) != (y < 0) { r + y } else { r }))
}

/// `-a`; the least integer gives itself.
#[inline]
pub fn neg(a: Value) -> Result<Value, ArithError> {
    match (a.as_int(), a.as_float()) {
        (Some(x), _) => Ok(Value::int(x.wrapping_neg())),
        (_, Some(x)) => Ok(Value::float(-x)),
        _ => Err(ArithError::NotNumber { op: "-", got: a }),
    }
}

/// `1 / a` as a float; zero of either kind has none.
pub fn reciprocal(a: Value) -> Result<Value, ArithError> {
    match a.as_number() {
        None => Err(ArithError::NotNumber { op: "/", got: a }),
        Some(0.0) => Err(ArithError::DivisionByZero { op: "/" }),
        Some(x) => Ok(Value::float(x.recip())),
    }
}

/// Numeric equality: integers exactly, otherwise as floats, NaN equal to itself. `None` unless both are numbers.
#[inline]
pub fn num_eq(a: Value, b: Value) -> Option<bool> {
    if let (Some(x), Some(y)) = (a.as_int(), b.as_int()) {
        return Some(x == y);
    }
    let (x, y) = (a.as_number()?, b.as_number()?);
    Some(x == y || (x.is_nan() && y.is_nan()))
}

/// The order of two operands; `None` when a NaN is among them.
#[inline]
fn order(heap: &Heap, op: &'static str, a: Value, b: Value) -> Result<Option<Ordering>, ArithError> {
    if let (Some(x), Some(y)) = (a.as_int(), b.as_int()) {
        return Ok(Some(x.cmp(&y)));
    }
    if let (Some(x), Some(y)) = (a.as_number(), b.as_number()) {
        return Ok(x.partial_cmp(&y));
    }
    order_of_texts(heap, op, a, b).map(Some)
}

#[inline(never)]
fn order_of_texts(heap: &Heap, op: &'static str, a: Value, b: Value) -> Result<Ordering, ArithError> {
    if let (Some(x), Some(y)) = (a.as_keyword(), b.as_keyword()) {
        return Ok(x.name().cmp(y.name()));
    }
    if let (Some(x), Some(y)) = (string_bytes(heap, a), string_bytes(heap, b)) {
        return Ok(x.cmp(y));
    }
    match [a, b].into_iter().find(|v| !is_comparable(*v)) {
        Some(got) => Err(ArithError::NotComparable { op, got }),
        None => Err(ArithError::Incomparable { op, a, b }),
    }
}

fn is_comparable(v: Value) -> bool {
    matches!(v.tag(), Tag::Int | Tag::Float | Tag::String | Tag::MString | Tag::Keyword)
}

/// The bytes of a string of either mutability.
fn string_bytes(heap: &Heap, v: Value) -> Option<&[u8]> {
    match v.tag() {
        Tag::String => v.as_str().map(|s| s.get(heap).as_bytes()),
        Tag::MString => v.as_mstr().map(|s| s.get(heap).bytes()),
        _ => None,
    }
}

/// `a < b`, for two numbers, two strings or two keywords.
#[inline]
pub fn lt(heap: &Heap, a: Value, b: Value) -> Result<bool, ArithError> {
    Ok(order(heap, "<", a, b)?.is_some_and(Ordering::is_lt))
}

/// `a <= b`, for two numbers, two strings or two keywords.
#[inline]
pub fn le(heap: &Heap, a: Value, b: Value) -> Result<bool, ArithError> {
    Ok(order(heap, "<=", a, b)?.is_some_and(Ordering::is_le))
}

/// `a > b`, for two numbers, two strings or two keywords.
#[inline]
pub fn gt(heap: &Heap, a: Value, b: Value) -> Result<bool, ArithError> {
    Ok(order(heap, ">", a, b)?.is_some_and(Ordering::is_gt))
}

/// `a >= b`, for two numbers, two strings or two keywords.
#[inline]
pub fn ge(heap: &Heap, a: Value, b: Value) -> Result<bool, ArithError> {
    Ok(order(heap, ">=", a, b)?.is_some_and(Ordering::is_ge))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn i(x: i64) -> Value {
        Value::int(x)
    }

    fn f(x: f64) -> Value {
        Value::float(x)
    }

    #[test]
    fn integers_wrap_and_divide_towards_zero() {
        let int = |r: Result<Value, ArithError>| r.ok().and_then(Value::as_int);
        assert_eq!(int(add(i(i64::MAX), i(1))), Some(i64::MIN));
        assert_eq!(int(sub(i(i64::MIN), i(1))), Some(i64::MAX));
        assert_eq!(int(neg(i(i64::MIN))), Some(i64::MIN));
        assert_eq!(int(div(i(i64::MIN), i(-1))), Some(i64::MIN));
        assert_eq!(int(rem(i(i64::MIN), i(-1))), Some(0));
        assert_eq!(int(modulo(i(i64::MIN), i(-1))), Some(0));
        assert_eq!(int(div(i(7), i(2))), Some(3));
        assert_eq!(int(div(i(-7), i(2))), Some(-3));
        assert_eq!(int(rem(i(-7), i(2))), Some(-1));
        assert_eq!(int(modulo(i(-7), i(2))), Some(1));
        assert_eq!(int(modulo(i(7), i(-2))), Some(-1));
        assert_eq!(int(modulo(i(-6), i(2))), Some(0));
    }

    #[test]
    fn zero_divisors_raise_only_where_there_is_no_answer() {
        assert!(matches!(div(i(1), i(0)), Err(ArithError::DivisionByZero { op: "/" })));
        assert!(matches!(reciprocal(f(-0.0)), Err(ArithError::DivisionByZero { op: "/" })));
        assert!(matches!(rem(f(1.0), i(0)), Err(ArithError::DivisionByZero { op: "rem" })));
        assert!(matches!(modulo(i(1), i(0)), Err(ArithError::DivisionByZero { op: "mod" })));
        assert_eq!(div(f(1.0), i(0)).ok().and_then(Value::as_float), Some(f64::INFINITY));
        assert!(rem(i(1), f(0.0)).ok().and_then(Value::as_float).is_some_and(f64::is_nan));
        assert_eq!(reciprocal(i(4)).ok().and_then(Value::as_float), Some(0.25));
    }

    #[test]
    fn the_first_wrong_operand_is_named() {
        let (k, s) = (Value::keyword_named("k"), Value::NIL);
        assert!(matches!(add(k, s), Err(ArithError::NotNumber { op: "+", got }) if got.is_identical(k)));
        assert!(matches!(mul(i(1), s), Err(ArithError::NotNumber { op: "*", got }) if got.is_nil()));
        assert!(matches!(modulo(f(1.0), i(0)), Err(ArithError::NotInteger { op: "mod", .. })));
    }

    #[test]
    fn comparison_is_exact_for_integers_and_false_for_nan() {
        let heap = Heap::new();
        assert!(matches!(lt(&heap, i(9007199254740992), i(9007199254740993)), Ok(true)));
        assert!(matches!(le(&heap, i(9007199254740993), f(9007199254740992.0)), Ok(true)));
        for compare in [lt, le, gt, ge] {
            assert!(matches!(compare(&heap, f(f64::NAN), i(1)), Ok(false)));
        }
        assert_eq!(num_eq(f(f64::NAN), f(f64::NAN)), Some(true));
        assert_eq!(num_eq(f(0.0), f(-0.0)), Some(true));
        assert_eq!(num_eq(i(1), Value::NIL), None);
    }

    #[test]
    fn only_like_things_are_compared() {
        let mut heap = Heap::new();
        let a = Value::object(heap.new_string("a"));
        let b = Value::object(heap.new_mstr(b"b".to_vec()));
        let k = Value::keyword_named("a");
        assert!(matches!(lt(&heap, a, b), Ok(true)));
        assert!(matches!(gt(&heap, Value::keyword_named("b"), k), Ok(true)));
        assert!(matches!(lt(&heap, i(1), a), Err(ArithError::Incomparable { .. })));
        assert!(matches!(lt(&heap, k, a), Err(ArithError::Incomparable { .. })));
        assert!(matches!(lt(&heap, i(1), Value::NIL), Err(ArithError::NotComparable { got, .. }) if got.is_nil()));
    }
}
