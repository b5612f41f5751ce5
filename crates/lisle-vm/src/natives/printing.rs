//! Texts about values (spec 05, section 10). What prints belongs to the runtime; these only make text.

pub use print::NATIVES;

#[lisle_macros::primitives]
mod print {
    use crate::ops::print;
    use crate::{Cx, Value};

    /// A short description of a value.
    ///
    /// (describe [1 2])  # => "<array (2 elements)>"
    #[primitive]
    fn describe(cx: &mut Cx<'_>, value: Value) -> String {
        print::describe(cx.heap, value)
    }

    /// The text that `pp` prints, without the newline.
    #[primitive(name = "%pretty")]
    fn pretty(cx: &mut Cx<'_>, value: Value) -> String {
        let mut text = String::new();
        print::pretty(cx.heap, value, &mut text);
        text
    }

    /// The text of a value as it appears in structs and error reports.
    #[primitive(name = "%machine-text")]
    fn machine_text(cx: &mut Cx<'_>, value: Value) -> String {
        print::machine_text(cx.heap, value)
    }
}

#[cfg(test)]
mod tests {
    use crate::natives::testing::check;

    #[test]
    fn descriptions() {
        check(
            r#"
            (describe [1 2])    =>  "<array (2 elements)>"
            (describe "abc")    =>  "<string \"abc\" (3 chars)>"
            (describe :k)    =>  "<keyword :k>"
            (describe 1.5)    =>  "<float 1.5>"
            (describe (list 1))    =>  "<list (1 elements)>"
            (describe nil)    =>  "<nil>"
            "#,
        );
    }

    #[test]
    fn pretty_text() {
        check(
            r#"
            (%pretty [1.0 "a" :k])    =>  "[1 a :k]"
            (%pretty @[1.0 "a" :k])    =>  "@[1 \"a\" :k]"
            (%pretty {:a "b"})    =>  "{:a \"b\"}"
            (%pretty (list "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"))    =>  "(⏎  \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"⏎  \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"⏎)"
            "#,
        );
    }
}
