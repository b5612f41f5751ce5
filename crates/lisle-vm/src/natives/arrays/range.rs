//! The numbers of `range`.

use crate::args::Number;
use crate::value::Value;

/// The numbers from `start` up to but without `end`, at most `max`. Whole ones are integers.
///
/// # Errors
/// A step of zero, or too many numbers.
pub(super) fn numbers(start: Number, end: Number, step: Number, max: usize) -> Result<Vec<Value>, &'static str> {
    if step.to_f64() == 0.0 {
        return Err("step cannot be zero");
    }
    if let (Number::Int(start), Number::Int(end), Number::Int(step)) = (start, end, step) {
        return integers(start.into(), end.into(), step.into(), max);
    }
    let (start, end, step) = (start.to_f64(), end.to_f64(), step.to_f64());
    let count = ((end - start) / step).ceil();
    if count.is_nan() {
        return Err("bounds and step must be finite");
    }
    if count > max as f64 {
        return Err("too many elements");
    }
    // Multiplied, not added up, so that errors of rounding do not add up either.
    Ok((0..count.max(0.0) as usize).map(|index| number(start + index as f64 * step)).collect())
}

fn integers(start: i128, end: i128, step: i128, max: usize) -> Result<Vec<Value>, &'static str> {
    let distance = if step > 0 { end - start } else { start - end };
    let count = if distance <= 0 { 0 } else { (distance + step.abs() - 1) / step.abs() };
    if count > max as i128 {
        return Err("too many elements");
    }
    Ok((0..count).map(|index| Value::int((start + index * step) as i64)).collect())
}

fn number(float: f64) -> Value {
    let whole = float as i64;
    // -0.0 counts as the integer 0.
    if whole as f64 == float && whole.unsigned_abs() < 1 << 53 { Value::int(whole) } else { Value::float(float) }
}
