//! The natives behind `+`, `<` and their kin (spec 06, sections 1 and 2).
//!
//! `%+` and the other signs take any number of arguments: the library functions `+` … `>=` call them when
//! they are used as values. `%add` and the other words are the intrinsics, of fixed arity. All of them have the
//! meaning and the messages of [`crate::ops::arith`], which the interpreter's instructions share.

pub use arithmetic::NATIVES;

#[lisle_macros::primitives]
#[allow(clippy::module_inception, reason = "the module's name is the category that help shows")]
mod arithmetic {
    use crate::args::Number;
    use crate::ops;
    use crate::ops::arith::{self, ArithError};
    use crate::{Cx, Escape, Heap, Value};

    type Binary = fn(Value, Value) -> Result<Value, ArithError>;
    type Comparison = fn(&Heap, Value, Value) -> Result<bool, ArithError>;

    /// From left to right; a single number is its own result.
    #[inline(always)]
    fn fold(cx: &mut Cx<'_>, name: &str, n: Value, more: &[Value], combine: Binary) -> Result<Value, Escape> {
        if more.is_empty() && Number::of(n).is_none() {
            return Err(cx.type_error(name, "number", n));
        }
        more.iter().try_fold(n, |sum, m| combine(sum, *m)).map_err(|e| e.raise(cx))
    }

    /// Holds for all neighbours; those behind the first pair for which it does not are not looked at.
    #[inline(always)]
    fn chain(cx: &mut Cx<'_>, pair: (Value, Value), more: &[Value], holds: Comparison) -> Result<bool, Escape> {
        let (mut left, mut right) = pair;
        let mut rest = more.iter();
        loop {
            if !holds(cx.heap, left, right).map_err(|e| e.raise(cx))? {
                return Ok(false);
            }
            let Some(next) = rest.next() else { return Ok(true) };
            (left, right) = (right, *next);
        }
    }

    /// The sum of any number of numbers.
    ///
    /// (%+ 1 2 3)  # => 6
    #[primitive(name = "%+", signals(error))]
    fn sum(cx: &mut Cx<'_>, ns: &[Value]) -> Result<Value, Escape> {
        match ns {
            [] => Ok(Value::int(0)),
            [n, more @ ..] => fold(cx, "+", *n, more, arith::add),
        }
    }

    /// The product of any number of numbers.
    ///
    /// (%* 2 3 4)  # => 24
    #[primitive(name = "%*", signals(error))]
    fn product(cx: &mut Cx<'_>, ns: &[Value]) -> Result<Value, Escape> {
        match ns {
            [] => Ok(Value::int(1)),
            [n, more @ ..] => fold(cx, "*", *n, more, arith::mul),
        }
    }

    /// The negative of a number, or what remains of it after taking others away.
    ///
    /// (%- 10 1 2)  # => 7
    #[primitive(name = "%-", signals(error))]
    fn difference(cx: &mut Cx<'_>, n: Value, more: &[Value]) -> Result<Value, Escape> {
        match more {
            [] => arith::neg(n).map_err(|e| e.raise(cx)),
            more => fold(cx, "-", n, more, arith::sub),
        }
    }

    /// The reciprocal of a number as a float, or the number divided by others.
    ///
    /// (%/ 9 3 2)  # => 1
    #[primitive(name = "%/", signals(error))]
    fn quotient(cx: &mut Cx<'_>, n: Value, more: &[Value]) -> Result<Value, Escape> {
        match more {
            [] => arith::reciprocal(n).map_err(|e| e.raise(cx)),
            more => fold(cx, "/", n, more, arith::div),
        }
    }

    /// True when each is below the next: numbers, strings or keywords.
    ///
    /// (%< 1 2 3)  # => true
    #[primitive(name = "%<", signals(error))]
    fn ascending(cx: &mut Cx<'_>, a: Value, b: Value, more: &[Value]) -> Result<bool, Escape> {
        chain(cx, (a, b), more, arith::lt)
    }

    /// True when each is below the next or equal to it: numbers, strings or keywords.
    ///
    /// (%<= 1 1 2)  # => true
    #[primitive(name = "%<=", signals(error))]
    fn not_descending(cx: &mut Cx<'_>, a: Value, b: Value, more: &[Value]) -> Result<bool, Escape> {
        chain(cx, (a, b), more, arith::le)
    }

    /// True when each is above the next: numbers, strings or keywords.
    ///
    /// (%> 3 2 1)  # => true
    #[primitive(name = "%>", signals(error))]
    fn descending(cx: &mut Cx<'_>, a: Value, b: Value, more: &[Value]) -> Result<bool, Escape> {
        chain(cx, (a, b), more, arith::gt)
    }

    /// True when each is above the next or equal to it: numbers, strings or keywords.
    ///
    /// (%>= 2 2 1)  # => true
    #[primitive(name = "%>=", signals(error))]
    fn not_ascending(cx: &mut Cx<'_>, a: Value, b: Value, more: &[Value]) -> Result<bool, Escape> {
        chain(cx, (a, b), more, arith::ge)
    }

    /// The intrinsic form of `+`, for exactly two numbers.
    ///
    /// (%add 1 2)  # => 3
    /// (%add :a 1)  # raises :type-error
    #[primitive(name = "%add", signals(error))]
    fn add(cx: &mut Cx<'_>, a: Value, b: Value) -> Result<Value, Escape> {
        arith::add(a, b).map_err(|e| e.raise(cx))
    }

    /// The intrinsic form of `-`, for one or two numbers.
    ///
    /// (%sub 3 2)  # => 1
    /// (%sub :a 1)  # raises :type-error
    #[primitive(name = "%sub", signals(error))]
    fn sub(cx: &mut Cx<'_>, a: Value, b: Option<Value>) -> Result<Value, Escape> {
        match b {
            Some(b) => arith::sub(a, b),
            None => arith::neg(a),
        }
        .map_err(|e| e.raise(cx))
    }

    /// The intrinsic form of `*`, for exactly two numbers.
    ///
    /// (%mul 2 3)  # => 6
    /// (%mul :a 1)  # raises :type-error
    #[primitive(name = "%mul", signals(error))]
    fn mul(cx: &mut Cx<'_>, a: Value, b: Value) -> Result<Value, Escape> {
        arith::mul(a, b).map_err(|e| e.raise(cx))
    }

    /// The intrinsic form of `/`, for exactly two numbers.
    ///
    /// (%div 7 2)  # => 3
    /// (%div :a 1)  # raises :type-error
    #[primitive(name = "%div", signals(error))]
    fn div(cx: &mut Cx<'_>, a: Value, b: Value) -> Result<Value, Escape> {
        arith::div(a, b).map_err(|e| e.raise(cx))
    }

    /// The intrinsic form of `rem`.
    ///
    /// (%rem -7 2)  # => -1
    /// (%rem :a 1)  # raises :type-error
    #[primitive(name = "%rem", signals(error))]
    fn rem(cx: &mut Cx<'_>, a: Value, b: Value) -> Result<Value, Escape> {
        arith::rem(a, b).map_err(|e| e.raise(cx))
    }

    /// The intrinsic form of `mod`.
    ///
    /// (%mod -7 2)  # => 1
    /// (%mod :a 1)  # raises :type-error
    #[primitive(name = "%mod", signals(error))]
    fn modulo(cx: &mut Cx<'_>, a: Value, b: Value) -> Result<Value, Escape> {
        arith::modulo(a, b).map_err(|e| e.raise(cx))
    }

    /// The intrinsic form of `=`, for exactly two values.
    ///
    /// (%eq 1 1.0)  # => true
    #[primitive(name = "%eq")]
    fn eq(cx: &mut Cx<'_>, a: Value, b: Value) -> bool {
        ops::equal(cx.heap, a, b)
    }

    /// The intrinsic form of `not=`.
    ///
    /// (%ne 1 2)  # => true
    #[primitive(name = "%ne")]
    fn ne(cx: &mut Cx<'_>, a: Value, b: Value) -> bool {
        !ops::equal(cx.heap, a, b)
    }

    /// The intrinsic form of `<`, for exactly two values.
    ///
    /// (%lt 1 2)  # => true
    /// (%lt :a 1)  # raises :type-error
    #[primitive(name = "%lt", signals(error))]
    fn lt(cx: &mut Cx<'_>, a: Value, b: Value) -> Result<bool, Escape> {
        arith::lt(cx.heap, a, b).map_err(|e| e.raise(cx))
    }

    /// The intrinsic form of `<=`, for exactly two values.
    ///
    /// (%le 1 2)  # => true
    /// (%le :a 1)  # raises :type-error
    #[primitive(name = "%le", signals(error))]
    fn le(cx: &mut Cx<'_>, a: Value, b: Value) -> Result<bool, Escape> {
        arith::le(cx.heap, a, b).map_err(|e| e.raise(cx))
    }

    /// The intrinsic form of `>`, for exactly two values.
    ///
    /// (%gt 1 2)  # => false
    /// (%gt :a 1)  # raises :type-error
    #[primitive(name = "%gt", signals(error))]
    fn gt(cx: &mut Cx<'_>, a: Value, b: Value) -> Result<bool, Escape> {
        arith::gt(cx.heap, a, b).map_err(|e| e.raise(cx))
    }

    /// The intrinsic form of `>=`, for exactly two values.
    ///
    /// (%ge 1 2)  # => false
    /// (%ge :a 1)  # raises :type-error
    #[primitive(name = "%ge", signals(error))]
    fn ge(cx: &mut Cx<'_>, a: Value, b: Value) -> Result<bool, Escape> {
        arith::ge(cx.heap, a, b).map_err(|e| e.raise(cx))
    }

    /// The intrinsic form of `not`, for exactly one value.
    ///
    /// (%not nil)  # => true
    #[primitive(name = "%not")]
    fn not(_cx: &mut Cx<'_>, v: Value) -> bool {
        !v.is_truthy()
    }
}

#[cfg(test)]
mod tests {
    use crate::natives::testing::{check, check_examples};

    #[test]
    fn examples_hold() {
        check_examples(super::NATIVES);
    }

    #[test]
    fn outcomes_are_those_of_the_table() {
        check(
            r#"
            (+)    =>  0
            (*)    =>  1
            (+ 1 :a)    !>  {:error :type-error :message "+: expected number, got keyword"}
            (+ "a" 1)    !>  {:error :type-error :message "+: expected number, got string"}
            (+ "a")    !>  {:error :type-error :message "+: expected number, got string"}
            (+ -0.0)    =>  -0.0
            (+ 1 2.5)    =>  3.5
            (+ 9223372036854775807 1)    =>  -9223372036854775808
            (-)    !>  {:error :arity-error :message "expected at least 1 arguments, got 0"}
            (- -9223372036854775808)    =>  -9223372036854775808
            (- 0.0)    =>  -0.0
            (- nil)    !>  {:error :type-error :message "-: expected number, got nil"}
            (- 10 1 2)    =>  7
            (* 1.0 0)    =>  0.0
            (/ 0.0)    !>  {:error :division-by-zero :message "/: division by zero"}
            (/ 1 0)    !>  {:error :division-by-zero :message "/: division by zero"}
            (/ 4)    =>  0.25
            (/ 9 3 2)    =>  1
            (/ 7 2)    =>  3
            (/ -7 2)    =>  -3
            (/ 1 4.0)    =>  0.25
            (/ -1 0.0)    =>  -inf
            (mod -1 3)    =>  2
            (mod 1.5 3)    !>  {:error :type-error :message "mod: expected integer, got float"}
            (mod 1 0)    !>  {:error :division-by-zero :message "mod: division by zero"}
            (rem -1 3)    =>  -1
            (rem 1 0.0)    =>  NaN
            (rem 1.5 0)    !>  {:error :division-by-zero :message "rem: division by zero"}
            (< 1 2 3)    =>  true
            (< 1 3 2)    =>  false
            (< 1 2 3 3)    =>  false
            (< 2 1 :a)    =>  false
            (< 1 2 :a)    !>  {:error :type-error :message "<: incomparable types integer and keyword"}
            (< :a :b)    =>  true
            (< "a" @"b")    =>  true
            (< 1 "a")    !>  {:error :type-error :message "<: incomparable types integer and string"}
            (< 1)    !>  {:error :arity-error :message "expected at least 2 arguments, got 1"}
            (< [1] [2])    !>  {:error :type-error :message "<: expected number, string, or keyword, got array"}
            (<= 1 1 2)    =>  true
            (<= 1 2 2 3)    =>  true
            (>= 2 2 1)    =>  true
            (> 1.5 1)    =>  true
            (< (math/nan) 1)    =>  false
            (< 9007199254740992 9007199254740993)    =>  true
            (%add 9223372036854775807 1)    =>  -9223372036854775808
            (%add "a" 1)    !>  {:error :type-error :message "+: expected number, got string"}
            (%sub 5)    =>  -5
            (%mod -7 2)    =>  1
            (%rem -7 2)    =>  -1
            (%div 7 2)    =>  3
            (%not nil)    =>  true
            "#,
        );
    }
}
