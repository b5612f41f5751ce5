use super::*;
use crate::symbol::Symbol;
use crate::syntax::Datum;

fn read(text: &str) -> (Vec<Syntax>, Vec<Diagnostic>) {
    read_source(&Source::new("test", text), SourceId(0), &ReadLimits::default())
}

fn read_one(text: &str) -> Datum {
    let (forms, faults) = read(text);
    assert_eq!(faults, [], "{text}");
    assert_eq!(forms.len(), 1, "{text}: {forms:?}");
    forms[0].datum().clone()
}

fn node(datum: Datum) -> Syntax {
    Syntax::new(datum, Span::default())
}
fn symbol(name: &str) -> Syntax {
    node(Datum::Symbol(Symbol::intern(name)))
}
fn keyword(name: &str) -> Syntax {
    node(Datum::Keyword(Symbol::intern(name)))
}
fn int(value: i64) -> Syntax {
    node(Datum::Int(value))
}
fn string(text: &str) -> Syntax {
    node(Datum::String(text.into()))
}

/// The forms of a text without faults.
fn check(text: &str, expect: &[Syntax]) {
    let (forms, faults) = read(text);
    assert_eq!(faults, [], "{text}");
    assert_eq!(forms, expect, "{text}");
}

/// The faults of a text, as `offset: message`.
fn check_faults(text: &str, expect: &[&str]) {
    let (_, faults) = read(text);
    let faults: Vec<String> = faults.iter().map(|f| format!("{}: {}", f.labels[0].span.start, f.message)).collect();
    assert_eq!(faults, expect, "{text}");
}

#[test]
fn an_empty_text_has_no_forms() {
    check("", &[]);
    check(" \n\t\u{a0}\u{2003}", &[]);
    check("# only remarks\n# here", &[]);
}

#[test]
fn comments_start_with_a_token_and_end_with_the_line() {
    check("1 # one\n2", &[int(1), int(2)]);
    check("[1 # remarks\n 2]", &[node(Datum::Array(vec![int(1), int(2)]))]);
    check("a#b", &[symbol("a#b")]);
    check("## x\n1", &[int(1)]);
    check("(#)\n)", &[node(Datum::List(vec![]))]);
}

#[test]
fn a_shebang_and_a_byte_order_mark_are_skipped_and_lines_stay_true() {
    let source = Source::new("test", "#!/usr/bin/env lisle\nx");
    let (forms, _) = read_source(&source, SourceId(0), &ReadLimits::default());
    assert_eq!(source.location(forms[0].span().start).line, 2);
    check("\u{feff}x", &[symbol("x")]);
}

#[test]
fn brackets_make_their_collections() {
    let elements = || vec![symbol("a"), int(1)];
    assert_eq!(read_one("(a 1)"), Datum::List(elements()));
    assert_eq!(read_one("[a 1]"), Datum::Array(elements()));
    assert_eq!(read_one("@[a 1]"), Datum::MArray(elements()));
    assert_eq!(read_one("{a 1}"), Datum::Struct(elements()));
    assert_eq!(read_one("@{a 1}"), Datum::MStruct(elements()));
    assert_eq!(read_one("|a 1|"), Datum::Set(elements()));
    assert_eq!(read_one("@|a 1|"), Datum::MSet(elements()));
    assert_eq!(read_one("b[a 1]"), Datum::Bytes(elements()));
    assert_eq!(read_one("@b[a 1]"), Datum::MBytes(elements()));
    assert_eq!(read_one("()"), Datum::List(vec![]));
    assert_eq!(read_one("@ \n[1]"), Datum::MArray(vec![int(1)]));
    assert_eq!(read_one("@ {}"), Datum::MStruct(vec![]));
    assert_eq!(read_one("@ \"s\""), Datum::MString("s".into()));
}

#[test]
fn a_pipe_directly_inside_a_set_closes_it() {
    let set = |elements| node(Datum::Set(elements));
    check("||", &[set(vec![])]);
    check("@||", &[node(Datum::MSet(vec![]))]);
    check("|1 |2| 3|", &[set(vec![int(1)]), int(2), set(vec![int(3)])]);
    check("|[|1|]|", &[set(vec![node(Datum::Array(vec![set(vec![int(1)])]))])]);
    check("[|1| |2|]", &[node(Datum::Array(vec![set(vec![int(1)]), set(vec![int(2)])]))]);
    check("{:s |1|}", &[node(Datum::Struct(vec![keyword("s"), set(vec![int(1)])]))]);
    check("(f |1 2|)", &[node(Datum::List(vec![symbol("f"), set(vec![int(1), int(2)])]))]);
    check("a|b|", &[symbol("a"), set(vec![symbol("b")])]);
    check("|@|1||", &[set(vec![node(Datum::MSet(vec![int(1)]))])]);
}

#[test]
fn literals_are_whole_tokens() {
    check("nil true false", &[node(Datum::Nil), node(Datum::Bool(true)), node(Datum::Bool(false))]);
    check("truex nil? nil:a", &[symbol("truex"), symbol("nil?"), symbol("nil:a")]);
}

#[test]
fn numbers_end_where_their_grammar_ends() {
    check("5abc", &[int(5), symbol("abc")]);
    check("1+", &[int(1), symbol("+")]);
    check("1/2", &[int(1), symbol("/2")]);
    check("'-1a", &[node(Datum::Quote(int(-1))), symbol("a")]);
    check("+ - -x +inf .5", &["+", "-", "-x", "+inf", ".5"].map(symbol));
    check("1.5 1e3", &[node(Datum::Float(1.5)), node(Datum::Float(1000.0))]);
}

#[test]
fn strings_have_five_escapes() {
    assert_eq!(read_one(r#""a\tb\r\n\\\"\q\x41\u{e9}\e\0""#), Datum::String("a\tb\r\n\\\"qx41u{e9}e0".into()));
    assert_eq!(read_one("\"two\nlines \\\nhere\""), Datum::String("two\nlines \nhere".into()));
    assert_eq!(read_one("\"é\\é\u{0}\""), Datum::String("éé\u{0}".into()));
    assert_eq!(read_one("@\"m\\n\""), Datum::MString("m\n".into()));
    check("\"a\"\"b\"c", &[string("a"), string("b"), symbol("c")]);
    check("a\"b", &[symbol("a\"b")]);
}

#[test]
fn keywords() {
    for name in ["a", "a-b?", "@set", "@array", "a/b", "123", "404", "a:b", "a:b:c?", "x#y", "+"] {
        check(&format!(":{name}"), &[keyword(name)]);
    }
    check("{:a:b 1}", &[node(Datum::Struct(vec![keyword("a:b"), int(1)]))]);
    check("{:a 1}:a", &[node(Datum::Struct(vec![keyword("a"), int(1)])), keyword("a")]);
    check(":b[1]", &[keyword("b"), node(Datum::Array(vec![int(1)]))]);
}

#[test]
fn accessors_stay_one_symbol() {
    for name in ["cfg:port", "a:b:c", "s:x?", "a:-", "a:_b", "a:é", "@a:b", "a.b", "...", ".", "string/trim", "@count"]
    {
        check(name, &[symbol(name)]);
    }
    check("cfg:1", &[symbol("cfg"), keyword("1")]);
    check("a:@b", &[symbol("a"), keyword("@b")]);
}

#[test]
fn prefix_operators() {
    let x = || symbol("x");
    assert_eq!(read_one("'x"), Datum::Quote(x()));
    assert_eq!(read_one("' # remark\n x"), Datum::Quote(x()));
    assert_eq!(read_one("`x"), Datum::Quasiquote(x()));
    assert_eq!(read_one(",x"), Datum::Unquote(x()));
    assert_eq!(read_one(",;x"), Datum::UnquoteSplicing(x()));
    assert_eq!(read_one(", ;x"), Datum::Unquote(node(Datum::Splice(x()))));
    assert_eq!(read_one(";x"), Datum::Splice(x()));
    assert_eq!(read_one("; ;x"), Datum::Splice(node(Datum::Splice(x()))));
    assert_eq!(read_one("''x"), Datum::Quote(node(Datum::Quote(x()))));
    assert_eq!(read_one(",@x"), Datum::Unquote(symbol("@x")));
    assert_eq!(
        read_one("`(,@[1 2])"),
        Datum::Quasiquote(node(Datum::List(vec![node(Datum::Unquote(node(Datum::MArray(vec![int(1), int(2)]))))])))
    );
    assert_eq!(read_one("[1,2]"), Datum::Array(vec![int(1), node(Datum::Unquote(int(2)))]));
    assert_eq!(read_one("'(a . b)"), Datum::Quote(node(Datum::List(vec![symbol("a"), symbol("."), symbol("b")]))));
}

#[test]
fn a_span_covers_the_whole_form() {
    let text = " 'b[1 (x)] @ \"s\" :k";
    let (forms, _) = read(text);
    let part = |syntax: &Syntax| &text[syntax.span().start as usize..syntax.span().end as usize];
    assert_eq!(forms.iter().map(part).collect::<Vec<_>>(), ["'b[1 (x)]", "@ \"s\"", ":k"]);
    let Datum::Quote(bytes) = forms[0].datum() else { panic!("a quote") };
    assert_eq!(part(bytes), "b[1 (x)]");
    assert_eq!(bytes.datum().elements().map(|e| part(&e[1])), Some("(x)"));
}

#[test]
fn unterminated_forms_of_every_kind() {
    check_faults("(a", &["0: unterminated list (1 closing paren needed)"]);
    check_faults("((a) (b", &["5: unterminated list (2 closing parens needed)"]);
    check_faults("[a", &["0: unterminated tuple (missing closing bracket)"]);
    check_faults("{a", &["0: unterminated struct (missing closing brace)"]);
    check_faults("@[a", &["0: unterminated array literal"]);
    check_faults("@{a", &["0: unterminated table literal"]);
    check_faults("|a", &["0: unterminated set literal (missing closing |)"]);
    check_faults("@|a", &["0: unterminated mutable set literal (missing closing |)"]);
    check_faults("b[1", &["0: unterminated bytes literal (missing closing ])"]);
    check_faults("@b[1", &["0: unterminated bytes literal (missing closing ])"]);
    for text in ["\"abc", "\"abc\\", "@\"abc", "\"abc\\\""] {
        check_faults(text, &["0: Unterminated string"]);
    }
    check_faults("(f \"abc)", &["3: Unterminated string"]);
    for prefix in ["'", "`", ",", ",;"] {
        check_faults(prefix, &["0: unexpected end of input"]);
        check_faults(&format!("({prefix}"), &["1: unexpected end of input"]);
    }
}

#[test]
fn an_unterminated_form_points_at_the_forms_around_it() {
    let (_, faults) = read("([{(a");
    let labels: Vec<_> = faults[0].labels.iter().map(|l| (l.span.start, l.message.as_str())).collect();
    assert_eq!(
        labels,
        [(3, ""), (2, "this `{` is still open"), (1, "this `[` is still open"), (0, "this `(` is still open")]
    );
}

#[test]
fn stray_and_mismatched_closers() {
    check_faults(")", &["0: unexpected closing parenthesis"]);
    check_faults("]", &["0: unexpected closing bracket"]);
    check_faults("}", &["0: unexpected closing brace"]);
    check_faults("(a]", &["2: unexpected closing bracket", "0: unterminated list (1 closing paren needed)"]);
    check_faults("(a [b) c", &["5: unexpected closing parenthesis"]);
    check_faults("(')", &["2: unexpected closing parenthesis"]);
    check_faults("|'|", &["2: unexpected closing pipe"]);
    check_faults("(|1 2)", &["5: unexpected closing parenthesis"]);
    check_faults(
        "(a) ) (b) ] (c) }",
        &["4: unexpected closing parenthesis", "10: unexpected closing bracket", "16: unexpected closing brace"],
    );
}

#[test]
fn reading_goes_on_after_a_fault() {
    let (forms, faults) = read("(a 0b12 b) ) (c");
    assert_eq!(faults.len(), 3);
    assert_eq!(forms, [node(Datum::List(vec![symbol("a"), symbol("b")])), node(Datum::List(vec![symbol("c")]))]);
}

#[test]
fn a_faulty_literal_still_is_the_operand_of_a_prefix() {
    check_faults("(a '0b12)", &["4: Invalid binary integer: 0b12"]);
}

#[test]
fn misused_marks_and_colons() {
    let at = "@ must be followed by [...], {...}, |...|, or \"...\"";
    for text in ["@", "@(a)", "@ x", "@5", "@'x", "@)"] {
        let (_, faults) = read(text);
        assert_eq!(faults[0].message, at, "{text}");
    }
    for text in [":", ": a", "(a :)", ":(a)", "a::b", ":'x"] {
        let (_, faults) = read(text);
        assert_eq!(faults[0].message, "Invalid keyword: expected symbol after :", "{text}");
    }
}

#[test]
fn a_splice_of_nothing_is_told_about_comments() {
    for text in ["(f ;)", ";", "(f ;", ";; a comment isn't here"] {
        let (_, faults) = read(text);
        assert_eq!(faults.len(), 1, "{text}: {faults:?}");
        assert_eq!(faults[0].code, code::MISPLACED_SPLICE, "{text}");
        assert!(faults[0].message.contains("splice operator") && faults[0].message.contains("`#` starts a comment"));
    }
}

#[test]
fn control_characters_are_data_in_strings_and_faults_outside() {
    assert_eq!(read_one("\"\0\u{1b}\""), Datum::String("\0\u{1b}".into()));
    check("# \0\u{1b}\n1", &[int(1)]);
    check_faults(
        "a\0\0b \u{1b}31m",
        &["1: unexpected control character U+0000", "5: unexpected control character U+001B"],
    );
}

#[test]
fn a_byte_order_mark_is_skipped_at_the_beginning_and_a_fault_elsewhere() {
    check("\u{feff}x", &[symbol("x")]);
    check_faults("1 \u{feff}(x)", &["2: unexpected control character U+FEFF"]);
    check_faults("a\u{feff}b", &["1: unexpected control character U+FEFF"]);
}

#[test]
fn incomplete_means_only_that_the_text_ends_too_early() {
    for text in ["(a", "[", "@{", "|1", "b[", "\"a", "'", "(a '", "(a \"b"] {
        assert!(is_incomplete(&read(text).1), "{text}");
    }
    for text in ["", "a", ")", "(a 0b12", "(a ]", "@", "(a :"] {
        assert!(!is_incomplete(&read(text).1), "{text}");
    }
}

#[test]
fn nesting_up_to_the_limit_is_read_and_one_level_more_is_a_fault() {
    let nested = |open: &str, close: &str, depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
    for (open, close) in [("(", ")"), ("[", "]"), ("@{", "}"), ("'", ""), ("['", "]")] {
        let levels = if open == "['" { 5_000 } else { 10_000 };
        assert_eq!(read(&nested(open, close, levels)).1, [], "{open}");
        let (_, faults) = read(&nested(open, close, levels + 1));
        assert_eq!(faults.len(), 1, "{open}");
        assert_eq!(faults[0].message, "nesting deeper than 10,000 levels");
        let offset = if open == "['" { open.len() * levels } else { open.len() * 10_000 };
        assert_eq!(faults[0].labels[0].span.start as usize, offset, "{open}");
    }
}

#[test]
fn what_lies_too_deep_is_left_out_and_the_rest_is_read() {
    let limits = ReadLimits { depth: 2 };
    let (forms, faults) = read_source(&Source::new("test", "(a (b (c 'd) 'e) f) g"), SourceId(0), &limits);
    assert_eq!(faults.len(), 1);
    let inner = node(Datum::List(vec![symbol("b")]));
    assert_eq!(forms, [node(Datum::List(vec![symbol("a"), inner, symbol("f")])), symbol("g")]);
}

#[test]
fn a_hundred_faults_are_enough() {
    let (_, faults) = read(&") ".repeat(100_000));
    assert_eq!(faults.len(), DIAGNOSTICS_MAX + 1);
    assert_eq!(faults[DIAGNOSTICS_MAX].code, code::TOO_MANY_FAULTS);
}

/// Steps a byte over texts of two sizes must be alike, and few.
fn check_linear(make: impl Fn(usize) -> String) {
    for size in [10_000, 100_000] {
        let text = make(size);
        let (_, _, steps) = read_counted(&Source::new("test", &*text), SourceId(0), &ReadLimits::default());
        assert!(steps <= 8 * text.len() as u64 + 100, "{steps} steps for {} bytes", text.len());
    }
}

#[test]
fn reading_takes_linear_time() {
    check_linear(|n| "(".repeat(n));
    check_linear(|n| "'".repeat(n));
    check_linear(|n| format!("{}{}", "([{|'".repeat(n), ")".repeat(n)));
    check_linear(|n| format!("{}{}", "(".repeat(n), ")".repeat(n)));
    check_linear(|n| format!("{}{}", "[".repeat(n), ")".repeat(n)));
    check_linear(|n| format!("|{}|", "'".repeat(n)));
    check_linear(|n| "@   ".repeat(n));
    check_linear(|n| "@|".repeat(n));
    check_linear(|n| "a:".repeat(n));
    check_linear(|n| "a:b".repeat(n));
    check_linear(|n| "1_".repeat(n));
    check_linear(|n| "\"".repeat(n));
    check_linear(|n| "\"\\".repeat(n));
    check_linear(|n| ";".repeat(n));
    check_linear(|n| "# x\n".repeat(n));
    check_linear(|n| "é ".repeat(n));
}

#[test]
fn a_million_elements() {
    let Datum::Array(elements) = read_one(&format!("[{}]", "1 ".repeat(1_000_000))) else { panic!("an array") };
    assert_eq!(elements.len(), 1_000_000);
}

#[test]
fn a_string_of_ten_mebibytes() {
    let text = "é".repeat(5 << 20);
    assert_eq!(read_one(&format!("\"{text}\"")), Datum::String(text.into()));
}

#[test]
fn a_hundred_thousand_levels_are_a_fault_and_no_crash() {
    for (open, close) in [("(", ")"), ("'", ""), ("@[", "]"), ("`(,", ")")] {
        let text = format!("{}x{}", open.repeat(100_000), close.repeat(100_000));
        let (_, faults) = read(&text);
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].code, code::NESTED_TOO_DEEP);
    }
}

#[test]
fn bytes_that_are_not_text_are_a_fault_with_a_place() {
    assert_eq!(read_bytes("é".as_bytes()), Ok("é".to_owned()));
    let fault = read_bytes(b"(a\nb \xff\xfe)").expect_err("not UTF-8");
    assert_eq!(fault.offset, 5);
    let source = Source::new("test", fault.lossy_text.clone());
    let diagnostic = fault.diagnostic(SourceId(0));
    let at = source.location(diagnostic.labels[0].span.start);
    assert_eq!((at.line, at.column), (2, 3));
    assert_eq!(diagnostic.message, "invalid UTF-8 at byte 5");
}

#[test]
fn literate_sources_keep_only_their_code_and_all_their_lines() {
    let text = "# Title\n(not code)\n```lisp\n(a)\n```\ntext\n```lisp x\n(b)\n```\n```elle\r\n(c)\r\n```\r\nend";
    assert_eq!(literate(text), "\n\n\n(a)\n\n\n\n\n\n\n(c)\n\n");
    assert_eq!(literate("```\n(a)\n```\n```lisle\n(b)"), "\n\n\n\n(b)");
    assert_eq!(literate(""), "");
}
