//! `string/format` (spec 06, section 9).

mod render;
mod template;

use std::collections::HashMap;

pub use string::NATIVES;
use template::Piece;

use crate::natives::strings::TEXT_BYTES_MAX;
use crate::ops::print;
use crate::{Cx, Escape, Value};

const NAME: &str = "string/format";

fn error(cx: &mut Cx<'_>, problem: &str) -> Escape {
    cx.error("format-error", format!("{NAME}: {problem}"))
}

/// A value that is neither number nor string, as `{}` shows it.
fn value_text(cx: &Cx<'_>, value: Value) -> String {
    let mut text = String::new();
    print::format_form(cx.heap, value, &mut text);
    text
}

/// Fills a template in.
fn format(cx: &mut Cx<'_>, template: &str, args: &[Value]) -> Result<String, Escape> {
    let pieces = template::parse(template).map_err(|problem| error(cx, &problem))?;
    let names: Vec<&str> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Field { name, .. } => Some(*name),
            Piece::Text(_) => None,
        })
        .collect();
    let values = match names.iter().filter(|name| !name.is_empty()).count() {
        _ if names.is_empty() => Vec::new(),
        0 if names.len() == args.len() => args.to_vec(),
        0 => return Err(error(cx, &format!("expected {} arguments, got {}", names.len(), args.len()))),
        named if named == names.len() => values_by_name(cx, &names, args)?,
        _ => return Err(error(cx, "cannot mix positional and named arguments")),
    };
    let mut values = values.into_iter();
    let mut out = String::with_capacity(template.len());
    for piece in &pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Field { spec, .. } => render::render(cx, values.next().unwrap_or_default(), spec, &mut out)?,
        }
        if out.len() > TEXT_BYTES_MAX {
            return Err(error(cx, &format!("the result is larger than {TEXT_BYTES_MAX} bytes")));
        }
    }
    Ok(out)
}

/// The values for these names, from keywords and values. Every name must be given, and every keyword be used.
fn values_by_name(cx: &mut Cx<'_>, names: &[&str], args: &[Value]) -> Result<Vec<Value>, Escape> {
    let (pairs, []) = args.as_chunks::<2>() else {
        return Err(error(cx, "odd number of keyword arguments"));
    };
    let mut given: HashMap<&str, (Value, bool)> = HashMap::new();
    for [key, value] in pairs {
        let Some(key) = key.as_keyword() else { return Err(cx.type_error(NAME, "keyword", *key)) };
        given.insert(key.name(), (*value, false));
    }
    let mut values = Vec::with_capacity(names.len());
    for name in names {
        let Some((value, used)) = given.get_mut(name) else {
            return Err(error(cx, &format!("missing key '{name}'")));
        };
        *used = true;
        values.push(*value);
    }
    // In the order of the arguments, so that the message does not depend on hashes.
    for key in pairs.iter().filter_map(|[key, _]| key.as_keyword()) {
        if let Some((_, false)) = given.get(key.name()) {
            return Err(error(cx, &format!("unexpected key '{key}'")));
        }
    }
    Ok(values)
}

#[lisle_macros::primitives]
mod string {
    use crate::natives::strings::Plain;
    use crate::{Cx, Escape, Value};

    /// Fills the placeholders of a template: `{}` with the next argument, or `{name}` with that of a keyword.
    ///
    /// Behind a colon stands `[[fill]align] [0] [width] [.precision] [type]` with an alignment of `<`, `>` and
    /// `^` and a type of `d x X o b f e s`. `{{` and `}}` are braces.
    ///
    /// (string/format "{} is {:>6.2f}" "pi" 3.14159)  # => "pi is   3.14"
    /// (string/format "{}")  # raises :format-error
    /// (string/format "{:d}" "a")  # raises :format-error
    /// (string/format 5)  # raises :type-error
    #[primitive(name = "string/format", signals(error))]
    fn format(cx: &mut Cx<'_>, template: Plain, args: &[Value]) -> Result<String, Escape> {
        super::format(cx, &template, args)
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
            (string/format "{} and {}" 1 "x")    =>  "1 and x"
            (string/format "{:>5}|{:<5}|{:^5}|{:05d}|{:.2f}" 1 "a" "b" 42 3.14159)    =>  "    1|a    |  b  |00042|3.14"
            (string/format "{a} {b:x}" :a 1 :b 255)    =>  "1 ff"
            (string/format "{{}}")    =>  "{}"
            (string/format "{}" :kw)    =>  ":kw"
            (string/format "{}" 'sym)    =>  "'sym"
            (string/format "{}" [1 "a" :k])    =>  "[1 a :k]"
            (string/format "{}" {:a "x"})    =>  "{:a \"x\"}"
            (string/format "{}" nil)    =>  "nil"
            (string/format "{}" 3.0)    =>  "3"
            (string/format "{:e}" 12345.678)    =>  "1.2345678e4"
            (string/format "{:e}" 12345)    =>  "1.2345e4"
            (string/format "{:.1f}" 5)    =>  "5.0"
            (string/format "{:f}" 5)    =>  "5.0"
            (string/format "{:.0f}" 9223372036854775807)    =>  "9223372036854775807"
            (string/format "{:b}" 5)    =>  "101"
            (string/format "{:x}" -1)    =>  "ffffffffffffffff"
            (string/format "{:X}" 255.9)    =>  "FF"
            (string/format "{:05d}" -5)    =>  "000-5"
            (string/format "{:d}" 3.9)    =>  "3"
            (string/format "{:d}" "s")    !>  {:error :format-error :message "string/format: cannot format string with spec 'd'"}
            (string/format "{:s}" 1)    !>  {:error :format-error :message "string/format: cannot format integer with spec 's'"}
            (string/format "{:.2}" "abc")    =>  "ab"
            (string/format "{:.2}" 3.14159)    =>  "3.14"
            (string/format "{")    !>  {:error :format-error :message "string/format: unmatched '{' in template"}
            (string/format "{:*^9}" "ab")    =>  "***ab****"
            (string/format "{:5}" 1)    =>  "    1"
            (string/format "{:5}" "a")    =>  "a    "
            (string/format "{:z}" 1)    !>  {:error :format-error :message "string/format: invalid format spec 'z'"}
            (string/format "plain")    =>  "plain"
            (string/format "plain" 1)    =>  "plain"
            (string/format "{}" 1 2)    !>  {:error :format-error :message "string/format: expected 1 arguments, got 2"}
            (string/format "{:>6}|{:<4}|{:^5}" 42 "ab" :k)    =>  "    42|ab  | :k  "
            (string/format "{n:03d}/{t:.1f}" :n 7 :t 2.25)    =>  "007/2.2"
            (string/format "{x}{x}" :x 1)    =>  "11"
            (string/format "{x}" :y 1)    !>  {:error :format-error :message "string/format: missing key 'x'"}
            (string/format "{x}" :x 1 :y 1)    !>  {:error :format-error :message "string/format: unexpected key 'y'"}
            (string/format "{x}" :x)    !>  {:error :format-error :message "string/format: odd number of keyword arguments"}
            (string/format "{x}{}" :x 1)    !>  {:error :format-error :message "string/format: cannot mix positional and named arguments"}
            (string/format "{x}" "x" 1)    !>  {:error :type-error :message "string/format: expected keyword, got string"}
            (string/format 1)    !>  {:error :type-error :message "string/format: expected string, got integer"}
            (string/format "{:.1f} {:e}" (math/nan) (math/inf))    =>  "NaN inf"
            "#,
        );
    }

    proptest! {
        #[test]
        fn any_template_is_filled_or_refused(
            template in "([{}:<>^*.a0-9dxXobfes]|\\PC){0,24}",
            int: i64,
            float: f64,
            text: String,
        ) {
            let mut bench = Bench::new();
            let (template, text) = (bench.string(&template), bench.string(&text));
            let args = [template, Value::int(int), Value::float(float), text, Value::NIL];
            for count in 1..=args.len() {
                let _ = bench.call("string/format", &args[..count]);
            }
            let _ = bench.call("string/format", &[template, Value::keyword_named("a"), Value::float(float)]);
        }

        #[test]
        fn any_spec_fits_or_not(spec in "(.?[<>^])?0?[0-9]{0,3}(\\.[0-9]{1,3})?[dxXobfes]?", int: i64, float: f64) {
            let mut bench = Bench::new();
            let template = bench.string(&format!("{{:{spec}}}"));
            for value in [Value::int(int), Value::float(float), Value::NIL, template] {
                let _ = bench.call("string/format", &[template, value]);
            }
        }
    }
}
