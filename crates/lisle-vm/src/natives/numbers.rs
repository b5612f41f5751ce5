//! Numbers: parity, sign, extremes, and conversion from and to text (spec 05, section 11; 06, sections 1 and 5).

pub use number::NATIVES;

/// Digits of an integer in a radix from 2 to 36: lower case, with a leading `-` if it is negative.
fn digits(n: i64, radix: u32) -> String {
    let mut digits = Vec::new();
    let mut rest = n.unsigned_abs();
    loop {
        let digit = (rest % u64::from(radix)) as u32;
        digits.push(char::from_digit(digit, radix).unwrap_or('?'));
        rest /= u64::from(radix);
        if rest == 0 {
            break;
        }
    }
    digits.extend((n < 0).then_some('-'));
    digits.iter().rev().collect()
}

#[lisle_macros::primitives]
mod number {
    use lisle_syntax::print::float_text;

    use super::digits;
    use crate::args::Number;
    use crate::natives::strings::Name;
    use crate::ops::arith;
    use crate::{Cx, Escape, Value};

    /// The distance of a number from zero. The least integer has none.
    ///
    /// (abs -5)  # => 5
    /// (abs "5")  # raises :type-error
    /// (abs -9223372036854775808)  # raises :overflow
    #[primitive(signals(error))]
    fn abs(cx: &mut Cx<'_>, n: Number) -> Result<Number, Escape> {
        match n {
            Number::Int(i) => match i.checked_abs() {
                Some(i) => Ok(Number::Int(i)),
                None => Err(cx.error("overflow", "abs: integer overflow")),
            },
            Number::Float(f) => Ok(Number::Float(f.abs())),
        }
    }

    /// True when an integer is divisible by two.
    ///
    /// (even? 2)  # => true
    /// (even? 2.0)  # raises :type-error
    #[primitive(name = "even?", signals(error))]
    fn even(_cx: &mut Cx<'_>, i: i64) -> bool {
        i & 1 == 0
    }

    /// True when an integer is not divisible by two.
    ///
    /// (odd? 2)  # => false
    /// (odd? "1")  # raises :type-error
    #[primitive(name = "odd?", signals(error))]
    fn odd(_cx: &mut Cx<'_>, i: i64) -> bool {
        i & 1 != 0
    }

    /// The least of some numbers, unchanged; of equal ones the first.
    ///
    /// (min 3 1 2)  # => 1
    /// (min 1 :a)  # raises :type-error
    #[primitive(signals(error))]
    fn min(cx: &mut Cx<'_>, n: Value, more: &[Value]) -> Result<Value, Escape> {
        extreme(cx, "min", n, more, arith::lt)
    }

    /// The largest of some numbers, unchanged; of equal ones the first.
    ///
    /// (max 1 2.0)  # => 2.0
    /// (max 1 "a")  # raises :type-error
    #[primitive(signals(error))]
    fn max(cx: &mut Cx<'_>, n: Value, more: &[Value]) -> Result<Value, Escape> {
        extreme(cx, "max", n, more, arith::gt)
    }

    /// Every argument is checked, also those behind the answer.
    fn extreme(
        cx: &mut Cx<'_>,
        name: &str,
        first: Value,
        more: &[Value],
        better: fn(&crate::Heap, Value, Value) -> Result<bool, arith::ArithError>,
    ) -> Result<Value, Escape> {
        let mut best = first;
        for value in std::iter::once(&first).chain(more) {
            if Number::of(*value).is_none() {
                return Err(cx.type_error(name, "number", *value));
            }
            if better(cx.heap, *value, best).map_err(|e| e.raise(cx))? {
                best = *value;
            }
        }
        Ok(best)
    }

    /// True for 0, 0.0 and -0.0; false for everything else, also for what is no number.
    ///
    /// (zero? 0.0)  # => true
    #[primitive(name = "zero?")]
    fn zero(_cx: &mut Cx<'_>, v: Value) -> bool {
        v.as_number() == Some(0.0)
    }

    /// The opposite of `zero?`: true also for what is no number.
    ///
    /// (nonzero? "a")  # => true
    #[primitive(name = "nonzero?")]
    fn nonzero(_cx: &mut Cx<'_>, v: Value) -> bool {
        v.as_number() != Some(0.0)
    }

    /// True when a number is above zero.
    ///
    /// (pos? 1)  # => true
    /// (pos? :a)  # raises :type-error
    #[primitive(name = "pos?", aliases("positive?"), signals(error))]
    fn pos(_cx: &mut Cx<'_>, n: f64) -> bool {
        n > 0.0
    }

    /// True when a number is below zero.
    ///
    /// (neg? 1)  # => false
    /// (neg? nil)  # raises :type-error
    #[primitive(name = "neg?", aliases("negative?"), signals(error))]
    fn neg(_cx: &mut Cx<'_>, n: f64) -> bool {
        n < 0.0
    }

    /// True for the float that is not a number; false for everything else.
    ///
    /// (nan? (math/nan))  # => true
    #[primitive(name = "nan?")]
    fn nan(_cx: &mut Cx<'_>, v: Value) -> bool {
        v.as_float().is_some_and(f64::is_nan)
    }

    /// True for the two infinite floats; false for everything else.
    ///
    /// (inf? (math/inf))  # => true
    #[primitive(name = "inf?", aliases("infinite?"))]
    fn inf(_cx: &mut Cx<'_>, v: Value) -> bool {
        v.as_float().is_some_and(f64::is_infinite)
    }

    /// A number as an integer: cut towards zero, and to the range of integers. NaN gives 0.
    ///
    /// (integer 3.9)  # => 3
    /// (integer "5")  # raises :type-error
    #[primitive(aliases("int", "%int"), signals(error))]
    fn integer(_cx: &mut Cx<'_>, x: Number) -> i64 {
        match x {
            Number::Int(i) => i,
            Number::Float(f) => f as i64,
        }
    }

    /// A number as a float.
    ///
    /// (float 3)  # => 3.0
    /// (float "5")  # raises :type-error
    #[primitive(aliases("%float"), signals(error))]
    fn float(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x
    }

    /// The integer that a whole string or keyword spells, in a radix from 2 to 36 (default 10).
    ///
    /// (parse-int "-ff" 16)  # => -255
    /// (parse-int "1x")  # raises :parse-error
    /// (parse-int "1" 99)  # raises :argument-error
    /// (parse-int 1)  # raises :type-error
    #[primitive(name = "parse-int", signals(error))]
    fn parse_int(cx: &mut Cx<'_>, text: Name, radix: Option<i64>) -> Result<i64, Escape> {
        let radix = check_radix(cx, "parse-int", radix)?;
        let text = &*text;
        i64::from_str_radix(text, radix).map_err(|_| {
            let input = cx.string(text);
            let message = format!("integer: cannot parse {text:?} as base-{radix} integer");
            cx.error_with("parse-error", message, &[("input", input)])
        })
    }

    /// The float that a whole string or keyword spells; also `inf`, `infinity` and `nan`, in any case.
    ///
    /// (parse-float "1e3")  # => 1000.0
    /// (parse-float "x")  # raises :parse-error
    /// (parse-float 1)  # raises :type-error
    #[primitive(name = "parse-float", signals(error))]
    fn parse_float(cx: &mut Cx<'_>, text: Name) -> Result<f64, Escape> {
        let text = &*text;
        text.parse().map_err(|_| {
            let input = cx.string(text);
            cx.error_with("parse-error", format!("float: cannot parse {text:?} as float"), &[("input", input)])
        })
    }

    /// The text of a number; integers in a radix from 2 to 36 (default 10), in lower case.
    ///
    /// (number->string 255 16)  # => "ff"
    /// (number->string "1")  # raises :type-error
    /// (number->string 1 99)  # raises :argument-error
    #[primitive(name = "number->string", signals(error))]
    fn number_to_string(cx: &mut Cx<'_>, n: Number, radix: Option<i64>) -> Result<String, Escape> {
        match (n, radix) {
            (Number::Float(f), None) => Ok(float_text(f)),
            (Number::Float(_), Some(_)) => Err(cx.type_error("number->string", "integer", n.into())),
            (Number::Int(i), radix) => Ok(digits(i, check_radix(cx, "number->string", radix)?)),
        }
    }

    fn check_radix(cx: &mut Cx<'_>, name: &str, radix: Option<i64>) -> Result<u32, Escape> {
        match radix {
            None => Ok(10),
            Some(radix @ 2..=36) => Ok(radix as u32),
            Some(radix) => Err(cx.argument_error(name, &format!("radix must be between 2 and 36, got {radix}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::natives::testing::{Bench, check, check_examples};
    use crate::value::Value;

    #[test]
    fn examples_hold() {
        check_examples(super::NATIVES);
    }

    #[test]
    fn outcomes_are_those_of_the_table() {
        check(
            r#"
            (min 3 1 2)    =>  1
            (max 1 2.0)    =>  2.0
            (max 2 2.0)    =>  2
            (min 2.0 2)    =>  2.0
            (min 1 :a)    !>  {:error :type-error :message "min: expected number, got keyword"}
            (max)    !>  {:error :arity-error :message "expected at least 1 arguments, got 0"}
            (abs -5.5)    =>  5.5
            (abs -9223372036854775808)    !>  {:error :overflow :message "abs: integer overflow"}
            (odd? 2.0)    !>  {:error :type-error :message "odd?: expected integer, got float"}
            (odd? -3)    =>  true
            (neg? :a)    !>  {:error :type-error :message "neg?: expected number, got keyword"}
            (zero? -0.0)    =>  true
            (zero? nil)    =>  false
            (nan? 1)    =>  false
            (inf? "a")    =>  false
            (integer -3.9)    =>  -3
            (integer "42")    !>  {:error :type-error :message "integer: expected number, got string"}
            (int 1e30)    =>  9223372036854775807
            (integer (math/nan))    =>  0
            (float "x")    !>  {:error :type-error :message "float: expected number, got string"}
            (parse-int " 42")    !>  {:error :parse-error :input " 42" :message "integer: cannot parse \" 42\" as base-10 integer"}
            (parse-int "zz" 16)    !>  {:error :parse-error :input "zz" :message "integer: cannot parse \"zz\" as base-16 integer"}
            (parse-int "4.5")    !>  {:error :parse-error :input "4.5" :message "integer: cannot parse \"4.5\" as base-10 integer"}
            (parse-int "1_000")    !>  {:error :parse-error :input "1_000" :message "integer: cannot parse \"1_000\" as base-10 integer"}
            (parse-int :42)    =>  42
            (parse-int @"42")    =>  42
            (parse-int "+5")    =>  5
            (parse-int "9223372036854775808")    !>  {:error :parse-error :input "9223372036854775808" :message "integer: cannot parse \"9223372036854775808\" as base-10 integer"}
            (parse-int "0x10")    !>  {:error :parse-error :input "0x10" :message "integer: cannot parse \"0x10\" as base-10 integer"}
            (parse-int 5)    !>  {:error :type-error :message "parse-int: expected string or keyword, got integer"}
            (parse-int "5" 37)    !>  {:error :argument-error :message "parse-int: radix must be between 2 and 36, got 37"}
            (parse-float "abc")    !>  {:error :parse-error :input "abc" :message "float: cannot parse \"abc\" as float"}
            (parse-float "inf")    =>  inf
            (parse-float "-NaN")    =>  NaN
            (parse-float "5")    =>  5.0
            (number->string 3.0)    =>  "3.0"
            (number->string 1e21)    =>  "1000000000000000000000.0"
            (number->string 1.5 2)    !>  {:error :type-error :message "number->string: expected integer, got float"}
            (number->string -9223372036854775808 36)    =>  "-1y2p0ij32e8e8"
            (number->string 1 1)    !>  {:error :argument-error :message "number->string: radix must be between 2 and 36, got 1"}
            "#,
        );
    }

    proptest! {
        #[test]
        fn digits_read_back_in_every_radix(n: i64, radix in 2i64..=36) {
            let mut bench = Bench::new();
            let text = bench.call("number->string", &[Value::int(n), Value::int(radix)]).expect("a radix in range");
            let back = bench.call("parse-int", &[text, Value::int(radix)]).ok().and_then(Value::as_int);
            prop_assert_eq!(back, Some(n));
        }

        #[test]
        fn floats_read_back(bits: u64) {
            let f = f64::from_bits(bits);
            let mut bench = Bench::new();
            let text = bench.call("number->string", &[Value::float(f)]).expect("a number");
            let back = bench.call("parse-float", &[text]).ok().and_then(Value::as_float).expect("a float");
            prop_assert!(back.to_bits() == bits || back.is_nan() && f.is_nan());
        }

        #[test]
        fn any_text_is_parsed_or_refused(text: String, radix in -1i64..40) {
            let mut bench = Bench::new();
            let text = bench.string(&text);
            let _ = bench.call("parse-int", &[text, Value::int(radix)]);
            let _ = bench.call("parse-float", &[text]);
        }
    }
}
