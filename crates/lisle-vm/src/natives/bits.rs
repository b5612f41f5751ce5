//! Bits of integers (spec 06, section 4). Finite floats are cut to integers first.

pub use bit::NATIVES;

#[lisle_macros::primitives]
mod bit {
    use crate::args::FromValue;
    use crate::{Cx, Escape, Value};

    /// An operand: an integer, or a finite float cut towards zero.
    struct Bits(i64);

    impl FromValue for Bits {
        #[inline(always)]
        fn from_value(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Bits, Escape> {
            match (value.as_int(), value.as_float()) {
                (Some(i), _) => Ok(Bits(i)),
                (_, Some(f)) if f.is_finite() => Ok(Bits(f as i64)),
                (_, Some(_)) => Err(cx.type_error(name, "finite number", value)),
                _ => Err(cx.type_error(name, "number", value)),
            }
        }
    }

    fn fold(
        cx: &mut Cx<'_>,
        name: &str,
        (Bits(a), Bits(b), more): (Bits, Bits, &[Value]),
        combine: fn(i64, i64) -> i64,
    ) -> Result<i64, Escape> {
        let mut result = combine(a, b);
        for value in more {
            result = combine(result, Bits::from_value(cx, name, *value)?.0);
        }
        Ok(result)
    }

    /// The bits that all numbers have.
    ///
    /// (bit/and 255 15)  # => 15
    /// (bit/and 1 :a)  # raises :type-error
    #[primitive(name = "bit/and", signals(error))]
    fn and(cx: &mut Cx<'_>, a: Bits, b: Bits, more: &[Value]) -> Result<i64, Escape> {
        fold(cx, "bit/and", (a, b, more), |a, b| a & b)
    }

    /// The bits that any of the numbers has.
    ///
    /// (bit/or 1 2 4)  # => 7
    /// (bit/or 1 (inf))  # raises :type-error
    #[primitive(name = "bit/or", signals(error))]
    fn or(cx: &mut Cx<'_>, a: Bits, b: Bits, more: &[Value]) -> Result<i64, Escape> {
        fold(cx, "bit/or", (a, b, more), |a, b| a | b)
    }

    /// The bits that an odd count of the numbers has.
    ///
    /// (bit/xor 6 3)  # => 5
    /// (bit/xor "a" 1)  # raises :type-error
    #[primitive(name = "bit/xor", signals(error))]
    fn xor(cx: &mut Cx<'_>, a: Bits, b: Bits, more: &[Value]) -> Result<i64, Escape> {
        fold(cx, "bit/xor", (a, b, more), |a, b| a ^ b)
    }

    /// The bits that a number does not have.
    ///
    /// (bit/not 0)  # => -1
    /// (bit/not nil)  # raises :type-error
    #[primitive(name = "bit/not", aliases("%bit-not"), signals(error))]
    fn not(_cx: &mut Cx<'_>, a: Bits) -> i64 {
        !a.0
    }

    /// Shifts to the left, by at most 63.
    ///
    /// (bit/shl 1 4)  # => 16
    /// (bit/shl 1 -1)  # raises :argument-error
    /// (bit/shl :a 1)  # raises :type-error
    #[primitive(name = "bit/shl", aliases("bit/shift-left", "%shl"), errors_as = "bit/shift-left", signals(error))]
    fn shl(cx: &mut Cx<'_>, a: Bits, n: i64) -> Result<i64, Escape> {
        Ok(a.0 << amount(cx, "bit/shift-left", n)?)
    }

    /// Shifts to the right, by at most 63; the sign stays.
    ///
    /// (bit/shr -8 1)  # => -4
    /// (bit/shr 8 -1)  # raises :argument-error
    /// (bit/shr 8 1.5)  # raises :type-error
    #[primitive(name = "bit/shr", aliases("bit/shift-right", "%shr"), errors_as = "bit/shift-right", signals(error))]
    fn shr(cx: &mut Cx<'_>, a: Bits, n: i64) -> Result<i64, Escape> {
        Ok(a.0 >> amount(cx, "bit/shift-right", n)?)
    }

    fn amount(cx: &mut Cx<'_>, name: &str, n: i64) -> Result<u32, Escape> {
        match n {
            0.. => Ok(n.min(63) as u32),
            _ => Err(cx.argument_error(name, "shift amount must be non-negative")),
        }
    }

    /// The intrinsic form of `bit/and`, for exactly two numbers.
    ///
    /// (%bit-and 6 3)  # => 2
    /// (%bit-and :a 1)  # raises :type-error
    #[primitive(name = "%bit-and", errors_as = "bit/and", signals(error))]
    fn and_two(_cx: &mut Cx<'_>, a: Bits, b: Bits) -> i64 {
        a.0 & b.0
    }

    /// The intrinsic form of `bit/or`, for exactly two numbers.
    ///
    /// (%bit-or 6 3)  # => 7
    /// (%bit-or :a 1)  # raises :type-error
    #[primitive(name = "%bit-or", errors_as = "bit/or", signals(error))]
    fn or_two(_cx: &mut Cx<'_>, a: Bits, b: Bits) -> i64 {
        a.0 | b.0
    }

    /// The intrinsic form of `bit/xor`, for exactly two numbers.
    ///
    /// (%bit-xor 6 3)  # => 5
    /// (%bit-xor :a 1)  # raises :type-error
    #[primitive(name = "%bit-xor", errors_as = "bit/xor", signals(error))]
    fn xor_two(_cx: &mut Cx<'_>, a: Bits, b: Bits) -> i64 {
        a.0 ^ b.0
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
            (bit/shl 1 64)    =>  -9223372036854775808
            (bit/shift-left 1 3)    =>  8
            (bit/shr -8 1)    =>  -4
            (bit/shr -8 9223372036854775807)    =>  -1
            (bit/shl 1 -1)    !>  {:error :argument-error :message "bit/shift-left: shift amount must be non-negative"}
            (bit/shr 1 -1)    !>  {:error :argument-error :message "bit/shift-right: shift amount must be non-negative"}
            (bit/shl 1 1.0)    !>  {:error :type-error :message "bit/shift-left: expected integer, got float"}
            (bit/and 1.9 3)    =>  1
            (bit/and 1 :a)    !>  {:error :type-error :message "bit/and: expected number, got keyword"}
            (bit/or 1 2 4 "a")    !>  {:error :type-error :message "bit/or: expected number, got string"}
            (bit/not (math/inf))    !>  {:error :type-error :message "bit/not: expected finite number, got float"}
            (bit/xor 7 1 2)    =>  4
            (%shl 1 4)    =>  16
            (%bit-not 0)    =>  -1
            "#,
        );
    }
}
