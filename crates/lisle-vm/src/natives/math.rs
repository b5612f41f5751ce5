//! Mathematical functions (spec 06, section 3). Each has its bare name as an alias, and messages use that.

pub use math::NATIVES;

/// `base` to that power, modulo 2^64.
fn wrapping_power(mut base: i64, mut power: u64) -> i64 {
    let mut result = 1i64;
    while power > 0 {
        if power & 1 == 1 {
            result = result.wrapping_mul(base);
        }
        base = base.wrapping_mul(base);
        power >>= 1;
    }
    result
}

#[lisle_macros::primitives]
#[allow(clippy::module_inception, reason = "the module's name is the category that help shows")]
mod math {
    use super::wrapping_power;
    use crate::args::Number;
    use crate::{Cx, Escape, Value};

    /// The square root; NaN below zero.
    ///
    /// (sqrt 16)  # => 4.0
    /// (sqrt :a)  # raises :type-error
    #[primitive(name = "math/sqrt", aliases("sqrt"), errors_as = "sqrt", signals(error))]
    fn sqrt(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x.sqrt()
    }

    /// The sine of an angle in radians.
    ///
    /// (sin 0)  # => 0.0
    /// (sin :a)  # raises :type-error
    #[primitive(name = "math/sin", aliases("sin"), errors_as = "sin", signals(error))]
    fn sin(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x.sin()
    }

    /// The cosine of an angle in radians.
    ///
    /// (cos 0)  # => 1.0
    /// (cos :a)  # raises :type-error
    #[primitive(name = "math/cos", aliases("cos"), errors_as = "cos", signals(error))]
    fn cos(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x.cos()
    }

    /// The tangent of an angle in radians.
    ///
    /// (tan 0)  # => 0.0
    /// (tan :a)  # raises :type-error
    #[primitive(name = "math/tan", aliases("tan"), errors_as = "tan", signals(error))]
    fn tan(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x.tan()
    }

    /// The angle of that sine, in radians; NaN outside -1 to 1.
    ///
    /// (asin 0)  # => 0.0
    /// (asin :a)  # raises :type-error
    #[primitive(name = "math/asin", aliases("asin"), errors_as = "asin", signals(error))]
    fn asin(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x.asin()
    }

    /// The angle of that cosine, in radians; NaN outside -1 to 1.
    ///
    /// (acos 1)  # => 0.0
    /// (acos :a)  # raises :type-error
    #[primitive(name = "math/acos", aliases("acos"), errors_as = "acos", signals(error))]
    fn acos(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x.acos()
    }

    /// The angle of that tangent, in radians.
    ///
    /// (atan 0)  # => 0.0
    /// (atan :a)  # raises :type-error
    #[primitive(name = "math/atan", aliases("atan"), errors_as = "atan", signals(error))]
    fn atan(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x.atan()
    }

    /// The hyperbolic sine.
    ///
    /// (sinh 0)  # => 0.0
    /// (sinh :a)  # raises :type-error
    #[primitive(name = "math/sinh", aliases("sinh"), errors_as = "sinh", signals(error))]
    fn sinh(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x.sinh()
    }

    /// The hyperbolic cosine.
    ///
    /// (cosh 0)  # => 1.0
    /// (cosh :a)  # raises :type-error
    #[primitive(name = "math/cosh", aliases("cosh"), errors_as = "cosh", signals(error))]
    fn cosh(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x.cosh()
    }

    /// The hyperbolic tangent.
    ///
    /// (tanh 0)  # => 0.0
    /// (tanh :a)  # raises :type-error
    #[primitive(name = "math/tanh", aliases("tanh"), errors_as = "tanh", signals(error))]
    fn tanh(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x.tanh()
    }

    /// e to that power.
    ///
    /// (exp 0)  # => 1.0
    /// (exp :a)  # raises :type-error
    #[primitive(name = "math/exp", aliases("exp"), errors_as = "exp", signals(error))]
    fn exp(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x.exp()
    }

    /// 2 to that power.
    ///
    /// (exp2 3)  # => 8.0
    /// (exp2 :a)  # raises :type-error
    #[primitive(name = "math/exp2", aliases("exp2"), errors_as = "exp2", signals(error))]
    fn exp2(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x.exp2()
    }

    /// The logarithm to base 2; NaN below zero.
    ///
    /// (log2 8)  # => 3.0
    /// (log2 :a)  # raises :type-error
    #[primitive(name = "math/log2", aliases("log2"), errors_as = "log2", signals(error))]
    fn log2(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x.log2()
    }

    /// The logarithm to base 10; NaN below zero.
    ///
    /// (log10 1000)  # => 3.0
    /// (log10 :a)  # raises :type-error
    #[primitive(name = "math/log10", aliases("log10"), errors_as = "log10", signals(error))]
    fn log10(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x.log10()
    }

    /// The cube root.
    ///
    /// (cbrt 27)  # => 3.0
    /// (cbrt :a)  # raises :type-error
    #[primitive(name = "math/cbrt", aliases("cbrt"), errors_as = "cbrt", signals(error))]
    fn cbrt(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x.cbrt()
    }

    /// The natural logarithm, or the one to a base; NaN below zero.
    ///
    /// (log 8 2)  # => 3.0
    /// (log 1 :a)  # raises :type-error
    #[primitive(name = "math/log", aliases("log"), errors_as = "log", signals(error))]
    fn log(_cx: &mut Cx<'_>, x: f64, base: Option<f64>) -> f64 {
        // The quotient of two rounded logarithms misses whole results (10 and 1000), so the common bases go their own way.
        match base {
            None => x.ln(),
            Some(2.0) => x.log2(),
            Some(10.0) => x.log10(),
            Some(base) => x.log(base),
        }
    }

    /// The angle of the point (x, y), in radians.
    ///
    /// (atan2 1 1)  # => 0.7853981633974483
    /// (atan2 :a 1)  # raises :type-error
    #[primitive(name = "math/atan2", aliases("atan2"), errors_as = "atan2", signals(error))]
    fn atan2(_cx: &mut Cx<'_>, y: f64, x: f64) -> f64 {
        y.atan2(x)
    }

    /// x to the power of y: for integers an integer, which wraps, unless y is negative; otherwise a float.
    ///
    /// (pow 2 10)  # => 1024
    /// (pow 2 "a")  # raises :type-error
    #[primitive(name = "math/pow", aliases("pow"), errors_as = "pow", signals(error))]
    fn pow(_cx: &mut Cx<'_>, x: Number, y: Number) -> Number {
        match (x, y) {
            (Number::Int(x), Number::Int(y @ 0..)) => Number::Int(wrapping_power(x, y.unsigned_abs())),
            _ => Number::Float(x.to_f64().powf(y.to_f64())),
        }
    }

    /// An integer from a number, by a way of rounding; cut to the range of integers.
    fn rounded(x: Number, way: fn(f64) -> f64) -> i64 {
        match x {
            Number::Int(i) => i,
            Number::Float(f) => way(f) as i64,
        }
    }

    /// The largest integer not above x.
    ///
    /// (floor -2.5)  # => -3
    /// (floor :a)  # raises :type-error
    #[primitive(name = "math/floor", aliases("floor"), errors_as = "floor", signals(error))]
    fn floor(_cx: &mut Cx<'_>, x: Number) -> i64 {
        rounded(x, f64::floor)
    }

    /// The least integer not below x.
    ///
    /// (ceil 3.2)  # => 4
    /// (ceil :a)  # raises :type-error
    #[primitive(name = "math/ceil", aliases("ceil"), errors_as = "ceil", signals(error))]
    fn ceil(_cx: &mut Cx<'_>, x: Number) -> i64 {
        rounded(x, f64::ceil)
    }

    /// The nearest integer; of two equally near the one away from zero.
    ///
    /// (round 2.5)  # => 3
    /// (round :a)  # raises :type-error
    #[primitive(name = "math/round", aliases("round"), errors_as = "round", signals(error))]
    fn round(_cx: &mut Cx<'_>, x: Number) -> i64 {
        rounded(x, f64::round)
    }

    /// The whole part, as a float.
    ///
    /// (trunc 2.7)  # => 2.0
    /// (trunc :a)  # raises :type-error
    #[primitive(name = "math/trunc", aliases("trunc"), errors_as = "trunc", signals(error))]
    fn trunc(_cx: &mut Cx<'_>, x: f64) -> f64 {
        x.trunc()
    }

    /// The remainder of a division, as a float with the sign of a.
    ///
    /// (fmod 5.5 2)  # => 1.5
    /// (fmod 1 0)  # raises :division-by-zero
    /// (fmod :a 1)  # raises :type-error
    #[primitive(name = "math/fmod", aliases("fmod"), errors_as = "fmod", signals(error))]
    fn fmod(cx: &mut Cx<'_>, a: f64, b: f64) -> Result<f64, Escape> {
        if b == 0.0 {
            return Err(cx.error("division-by-zero", "fmod: division by zero"));
        }
        Ok(a % b)
    }

    /// The ratio of a circle's circumference to its diameter.
    ///
    /// (math/pi)  # => 3.141592653589793
    #[primitive(name = "math/pi", aliases("pi"))]
    fn pi(_cx: &mut Cx<'_>) -> f64 {
        std::f64::consts::PI
    }

    /// The base of the natural logarithm.
    ///
    /// (math/e)  # => 2.718281828459045
    #[primitive(name = "math/e", aliases("e"))]
    fn e(_cx: &mut Cx<'_>) -> f64 {
        std::f64::consts::E
    }

    /// The float above all others.
    ///
    /// (math/inf)  # => inf
    #[primitive(name = "math/inf", aliases("inf", "+inf"))]
    fn inf(_cx: &mut Cx<'_>) -> f64 {
        f64::INFINITY
    }

    /// The float below all others.
    ///
    /// (math/-inf)  # => -inf
    #[primitive(name = "math/-inf", aliases("-inf"))]
    fn minus_inf(_cx: &mut Cx<'_>) -> f64 {
        f64::NEG_INFINITY
    }

    /// The float that is not a number.
    ///
    /// (math/nan)  # => NaN
    #[primitive(name = "math/nan", aliases("nan"))]
    fn nan(_cx: &mut Cx<'_>) -> f64 {
        f64::NAN
    }

    /// The bits of a number as a 32-bit float.
    ///
    /// (math/f32-bits 1.0)  # => 1065353216
    /// (math/f32-bits :a)  # raises :type-error
    #[primitive(name = "math/f32-bits", errors_as = "f32-bits", signals(error))]
    fn f32_bits(_cx: &mut Cx<'_>, x: f64) -> i64 {
        i64::from((x as f32).to_bits())
    }

    /// The number that those bits are as a 32-bit float.
    ///
    /// (math/f32-from-bits 1065353216)  # => 1.0
    /// (math/f32-from-bits :a)  # raises :type-error
    #[primitive(name = "math/f32-from-bits", errors_as = "f32-from-bits", signals(error))]
    fn f32_from_bits(cx: &mut Cx<'_>, bits: i64) -> Result<Value, Escape> {
        match u32::try_from(bits) {
            Ok(bits) => Ok(Value::float(f64::from(f32::from_bits(bits)))),
            Err(_) => Err(cx.argument_error("f32-from-bits", &format!("expected 32 bits, got {bits}"))),
        }
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
            (pow 2 -1)    =>  0.5
            (pow 2 0.5)    =>  1.4142135623730951
            (pow 2 64)    =>  0
            (pow 0 0)    =>  1
            (pow -2 3)    =>  -8
            (pow 3 9223372036854775807)    =>  -6148914691236517205
            (pow :a 1)    !>  {:error :type-error :message "pow: expected number, got keyword"}
            (sqrt 16)    =>  4.0
            (sqrt -1)    =>  NaN
            (sqrt "4")    !>  {:error :type-error :message "sqrt: expected number, got string"}
            (math/sqrt "4")    !>  {:error :type-error :message "sqrt: expected number, got string"}
            (floor 3)    =>  3
            (floor -2.5)    =>  -3
            (floor (math/inf))    =>  9223372036854775807
            (floor (-inf))    =>  -9223372036854775808
            (ceil 3.2)    =>  4
            (ceil -0.5)    =>  0
            (round 2.5)    =>  3
            (round -2.5)    =>  -3
            (round 0.5)    =>  1
            (round -0.5)    =>  -1
            (round 3)    =>  3
            (round (nan))    =>  0
            (trunc 2)    =>  2.0
            (log 2.718281828459045)    =>  1.0
            (log 8 2)    =>  3.0
            (log 1000 10)    =>  3.0
            (fmod 5.5 2)    =>  1.5
            (fmod 5 0)    !>  {:error :division-by-zero :message "fmod: division by zero"}
            (fmod -5 3)    =>  -2.0
            (pi)    =>  3.141592653589793
            (e)    =>  2.718281828459045
            (+inf)    =>  inf
            (math/f32-bits -0.0)    =>  2147483648
            (math/f32-from-bits -1)    !>  {:error :argument-error :message "f32-from-bits: expected 32 bits, got -1"}
            "#,
        );
    }
}
