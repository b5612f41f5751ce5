//! Numeric tokens (language reference 01, section 4).
//!
//! A number is munched as far as its grammar goes, and what follows starts a new token: `5abc` is
//! `5` and `abc`. Radix literals are the exception: they swallow every letter and digit, so that
//! `0b12` is one wrong literal and not two right ones.

use crate::source::floor_char_boundary;
use crate::syntax::Datum;

/// Longest piece of a faulty literal that a message quotes, in bytes.
const QUOTED_BYTES_MAX: usize = 100;

/// A numeric token at the start of some text.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberToken {
    /// Its length in bytes.
    pub length: usize,
    /// `Datum::Int` or `Datum::Float`, or the message of the fault.
    pub value: Result<Datum, String>,
}

/// The numeric token that `text` starts with, if it starts with one: a decimal digit, perhaps after a sign.
pub fn scan(text: &str) -> Option<NumberToken> {
    let bytes = text.as_bytes();
    let sign_length = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    if !bytes.get(sign_length)?.is_ascii_digit() {
        return None;
    }
    let radix = match (bytes[sign_length], bytes.get(sign_length + 1)) {
        (b'0', Some(b'x' | b'X')) => Some((16, "hexadecimal")),
        (b'0', Some(b'o' | b'O')) => Some((8, "octal")),
        (b'0', Some(b'b' | b'B')) => Some((2, "binary")),
        _ => None,
    };
    Some(match radix {
        Some((radix, name)) => scan_radix(text, sign_length, radix, name),
        None => scan_decimal(text, sign_length),
    })
}

fn scan_radix(text: &str, sign_length: usize, radix: u32, name: &str) -> NumberToken {
    let body_start = sign_length + 2;
    let body_length =
        text[body_start..].find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len() - body_start);
    let length = body_start + body_length;
    let (token, body) = (&text[..length], &text[body_start..length]);
    let value = if !body.chars().all(|c| c == '_' || c.is_digit(radix)) {
        Err(format!("Invalid {name} integer: {}", quoted(token)))
    } else if !underscores_between_digits(body, |b| b != b'_') {
        Err(format!("Invalid underscore in numeric literal: {}", quoted(token)))
    } else {
        // The magnitude must fit, whatever the sign.
        match i64::from_str_radix(&without_underscores(body), radix) {
            Ok(magnitude) if token.starts_with('-') => Ok(Datum::Int(-magnitude)),
            Ok(magnitude) => Ok(Datum::Int(magnitude)),
            Err(_) => Err(format!("Invalid {name} integer: {}", quoted(token))),
        }
    };
    NumberToken { length, value }
}

fn scan_decimal(text: &str, sign_length: usize) -> NumberToken {
    let bytes = text.as_bytes();
    let mut end = digits_end(bytes, sign_length);
    let mut is_float = false;
    let mut exponent_is_empty = false;
    if bytes.get(end) == Some(&b'.') {
        is_float = true;
        end = digits_end(bytes, end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        is_float = true;
        let digits_start = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        end = digits_end(bytes, digits_start);
        exponent_is_empty = end == digits_start;
    }
    let token = &text[..end];
    let value = if exponent_is_empty {
        Err(format!("Invalid float: {}", quoted(token)))
    } else if !underscores_between_digits(token, |b| b.is_ascii_digit()) {
        Err(format!("Invalid underscore in numeric literal: {}", quoted(token)))
    } else if is_float {
        without_underscores(token).parse().map(Datum::Float).map_err(|_| format!("Invalid float: {}", quoted(token)))
    } else {
        without_underscores(token).parse().map(Datum::Int).map_err(|_| format!("Invalid integer: {}", quoted(token)))
    };
    NumberToken { length: end, value }
}

/// One past the run of digits and underscores that starts at `start`.
fn digits_end(bytes: &[u8], start: usize) -> usize {
    let run = bytes[start..].iter().take_while(|b| b.is_ascii_digit() || **b == b'_').count();
    start + run
}

fn underscores_between_digits(text: &str, is_digit: impl Fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    let digit_at = |index: Option<usize>| index.and_then(|i| bytes.get(i)).is_some_and(|b| is_digit(*b));
    (0..bytes.len()).all(|i| bytes[i] != b'_' || (digit_at(i.checked_sub(1)) && digit_at(Some(i + 1))))
}

fn without_underscores(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('_') { text.replace('_', "").into() } else { text.into() }
}

/// The literal as a message shows it: whole, unless it is absurdly long.
fn quoted(token: &str) -> String {
    if token.len() <= QUOTED_BYTES_MAX {
        return token.to_owned();
    }
    format!("{}…", &token[..floor_char_boundary(token, QUOTED_BYTES_MAX)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, length: usize, expect: Datum) {
        assert_eq!(scan(text), Some(NumberToken { length, value: Ok(expect) }), "{text}");
    }

    fn check_fault(text: &str, expect: &str) {
        let token = scan(text).expect("starts like a number");
        assert_eq!(token.value, Err(expect.to_owned()), "{text}");
    }

    #[test]
    fn integers() {
        check("42", 2, Datum::Int(42));
        check("+5", 2, Datum::Int(5));
        check("-5", 2, Datum::Int(-5));
        check("1_000", 5, Datum::Int(1000));
        check("9223372036854775807", 19, Datum::Int(i64::MAX));
        check("-9223372036854775808", 20, Datum::Int(i64::MIN));
        check_fault("9223372036854775808", "Invalid integer: 9223372036854775808");
    }

    #[test]
    fn radix_integers() {
        check("0xff", 4, Datum::Int(255));
        check("0XfF", 4, Datum::Int(255));
        check("-0x10", 5, Datum::Int(-16));
        check("+0b1010", 7, Datum::Int(10));
        check("0o17)", 4, Datum::Int(15));
        check("0xff_ff", 7, Datum::Int(0xffff));
        check("0x7fffffffffffffff", 18, Datum::Int(i64::MAX));
        check_fault("0x8000000000000000", "Invalid hexadecimal integer: 0x8000000000000000");
        check_fault("-0x8000000000000000", "Invalid hexadecimal integer: -0x8000000000000000");
        check_fault("0b12", "Invalid binary integer: 0b12");
        check_fault("0o8", "Invalid octal integer: 0o8");
        check_fault("0xfg", "Invalid hexadecimal integer: 0xfg");
        check_fault("0x", "Invalid hexadecimal integer: 0x");
        check_fault("0x)", "Invalid hexadecimal integer: 0x");
        check_fault("0x+5", "Invalid hexadecimal integer: 0x");
    }

    #[test]
    fn floats() {
        check("1.", 2, Datum::Float(1.0));
        check("1.5", 3, Datum::Float(1.5));
        check("+5.5", 4, Datum::Float(5.5));
        check("1e3", 3, Datum::Float(1000.0));
        check("1.e3", 4, Datum::Float(1000.0));
        check("1E-3", 4, Datum::Float(0.001));
        check("1.5e+3", 6, Datum::Float(1500.0));
        check("1_0.2_5", 7, Datum::Float(10.25));
        check("1e400", 5, Datum::Float(f64::INFINITY));
        check("-1e400", 6, Datum::Float(f64::NEG_INFINITY));
        check_fault("1e", "Invalid float: 1e");
        check_fault("1e+", "Invalid float: 1e+");
        check_fault("2.5E-x", "Invalid float: 2.5E-");
    }

    #[test]
    fn underscores_only_between_digits() {
        for text in ["1_", "1__0", "1_.5", "1._5", "1.5_", "1_e5", "1e_5", "1e5_", "0x_f", "0xf_", "0xf__f"] {
            check_fault(text, &format!("Invalid underscore in numeric literal: {text}"));
        }
    }

    #[test]
    fn munches_maximally_and_then_starts_a_new_token() {
        check("5abc", 1, Datum::Int(5));
        check("1+", 1, Datum::Int(1));
        check("1/2", 1, Datum::Int(1));
        check("-1a", 2, Datum::Int(-1));
        check("1..2", 2, Datum::Float(1.0));
        check("1-1", 1, Datum::Int(1));
    }

    #[test]
    fn other_tokens_are_not_numbers() {
        for text in ["", "+", "-", "-x", "+inf", ".5", "-.5", "٣", "x1", "--1"] {
            assert_eq!(scan(text), None, "{text}");
        }
    }

    #[test]
    fn a_message_quotes_only_the_beginning_of_a_huge_literal() {
        let token = scan(&"9".repeat(1_000_000)).map(|t| t.value);
        let message = token.and_then(Result::err).expect("out of range");
        assert!(message.starts_with("Invalid integer: 999") && message.len() < 200);
    }
}
