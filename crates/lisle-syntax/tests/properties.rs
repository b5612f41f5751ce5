//! Properties of the reader and the printer over generated trees, texts and bytes.

use lisle_syntax::fuzz::fuzz_reader;
use lisle_syntax::print::{escape_string, float_text, sanitize_line, write_syntax};
use lisle_syntax::reader::{ReadLimits, read_source};
use lisle_syntax::{Datum, Source, SourceId, Span, Symbol, Syntax, number};
use proptest::prelude::*;

fn node(datum: Datum) -> Syntax {
    Syntax::new(datum, Span::default())
}

fn name() -> impl Strategy<Value = String> {
    "[a-zé.&%^~$\\\\_+*/!?<>=-][a-z0-9é#\"./-]{0,5}(:[a-z_*/!?<>=+-][a-z0-9]{0,2}){0,2}"
        .prop_filter("not another kind of token", |name| {
            number::scan(name).is_none() && !matches!(name.as_str(), "nil" | "true" | "false")
        })
}

fn atom() -> impl Strategy<Value = Datum> {
    prop_oneof![
        Just(Datum::Nil),
        any::<bool>().prop_map(Datum::Bool),
        any::<i64>().prop_map(Datum::Int),
        any::<f64>().prop_filter("NaN equals nothing", |f| !f.is_nan()).prop_map(Datum::Float),
        any::<String>().prop_map(|s| Datum::String(s.into())),
        any::<String>().prop_map(|s| Datum::MString(s.into())),
        name().prop_map(|n| Datum::Symbol(Symbol::intern(&n))),
        name().prop_map(|n| Datum::Symbol(Symbol::intern(&format!("@{n}")))),
        name().prop_map(|n| Datum::Keyword(Symbol::intern(&n))),
        "@?[a-z][a-z0-9]{0,3}".prop_map(|n| Datum::Keyword(Symbol::intern(&n))),
        "[0-9]{1,3}".prop_map(|n| Datum::Keyword(Symbol::intern(&n))),
    ]
}

/// Brackets the sets among the elements of a set, which otherwise have no spelling.
fn set_elements(elements: Vec<Syntax>) -> Vec<Syntax> {
    let is_bare_set = |element: &Syntax| {
        let mut inner = element;
        while let Some(operand) = inner.datum().operand() {
            inner = operand;
        }
        matches!(inner.datum(), Datum::Set(_))
    };
    elements.into_iter().map(|e| if is_bare_set(&e) { node(Datum::Array(vec![e])) } else { e }).collect()
}

fn tree() -> impl Strategy<Value = Syntax> {
    let bracket = |kind: usize, e: Vec<Syntax>| match kind {
        0 => Datum::List(e),
        1 => Datum::Array(e),
        2 => Datum::MArray(e),
        3 => Datum::Struct(e),
        4 => Datum::MStruct(e),
        5 => Datum::Set(set_elements(e)),
        6 => Datum::MSet(set_elements(e)),
        7 => Datum::Bytes(e),
        _ => Datum::MBytes(e),
    };
    let prefix = |kind: usize, x: Syntax| match kind {
        0 => Datum::Quote(x),
        1 => Datum::Quasiquote(x),
        2 => Datum::Unquote(x),
        3 => Datum::UnquoteSplicing(x),
        _ => Datum::Splice(x),
    };
    atom().prop_map(node).prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            (0..9_usize, prop::collection::vec(inner.clone(), 0..6)).prop_map(move |(k, e)| node(bracket(k, e))),
            (0..5_usize, inner).prop_map(move |(k, x)| node(prefix(k, x))),
        ]
    })
}

/// Text made of what the syntax gives a meaning.
fn lispy_text() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        prop::sample::select(vec![
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "|",
            "@|",
            "@[",
            "@{",
            "@\"",
            "\"",
            "\\",
            "'",
            "`",
            ",",
            ",;",
            ";",
            "@",
            ":",
            "#",
            "b[",
            "@b[",
            "\n",
            " ",
            "0x",
            "1_",
            "1e",
            "-",
            "+5",
            ".",
            "nil",
            "\0",
            "é",
            "```lisp\n",
            "(elle/epoch 3)",
            "(cond (",
            "(let ([",
            "quote",
        ])
        .prop_map(str::to_owned),
        "[a-z0-9 ]{1,3}",
    ];
    prop::collection::vec(token, 0..60).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn printed_trees_read_back(tree in tree()) {
        let text = write_syntax(&tree);
        let (forms, faults) = read_source(&Source::new("test", &*text), SourceId(0), &ReadLimits::default());
        prop_assert_eq!(&faults, &[], "{}", text);
        prop_assert_eq!(forms.len(), 1, "{}", text);
        prop_assert!(forms[0] == tree, "{}", text);
    }

    #[test]
    fn any_lispy_text_is_read_or_faulted(text in lispy_text()) {
        fuzz_reader(text.as_bytes());
    }

    #[test]
    fn any_text_is_read_or_faulted(text in any::<String>()) {
        fuzz_reader(text.as_bytes());
    }

    #[test]
    fn any_bytes_are_read_or_faulted(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        fuzz_reader(&bytes);
    }

    #[test]
    fn float_text_reads_back_exactly(value in any::<f64>().prop_filter("finite", |f| f.is_finite())) {
        let text = float_text(value);
        prop_assert!(!text.contains(['e', 'E']) && text.contains('.'), "{}", text);
        let read = match number::scan(&text).map(|t| (t.length, t.value)) {
            Some((length, Ok(Datum::Float(f)))) if length == text.len() => f,
            other => return Err(TestCaseError::fail(format!("{text}: {other:?}"))),
        };
        prop_assert_eq!(read.to_bits(), value.to_bits());
    }

    #[test]
    fn a_sanitized_line_is_one_line_without_controls(text in any::<String>()) {
        prop_assert!(sanitize_line(&text).chars().all(|c| c == '\t' || !c.is_control()));
        prop_assert!(escape_string(&text).len() >= text.len());
    }
}

#[test]
fn extreme_inputs_keep_every_property() {
    fuzz_reader(&b"(".repeat(100_000));
    fuzz_reader(&b"'".repeat(100_000));
    fuzz_reader(format!("{}{}", "(".repeat(10_000), ")".repeat(10_000)).as_bytes());
    fuzz_reader(format!("[{}]", "1 ".repeat(200_000)).as_bytes());
    fuzz_reader(format!("\"{}\"", "x".repeat(10 << 20)).as_bytes());
    fuzz_reader(&[0; 1_000]);
    fuzz_reader(&[0xff; 1_000]);
}
