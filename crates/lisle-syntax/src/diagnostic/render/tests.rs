use super::*;
use crate::reader::{ReadLimits, read_source};
use crate::source::SourceId;

/// The faults of a program, rendered.
fn faults_of(name: &str, text: &str) -> String {
    let mut sources = SourceMap::new();
    let id = sources.add(Source::new(name, text));
    let source = sources.get(id).expect("just added").clone();
    let (_, faults) = read_source(&source, id, &ReadLimits::default());
    render(&faults, &sources, Style::Plain)
}

fn one(text: &str, start: usize, end: usize, message: &str) -> String {
    let mut sources = SourceMap::new();
    let id = sources.add(Source::new("prog.lisp", text));
    let fault = Diagnostic::error("E0000", message, Span::new(id, start as u32, end as u32));
    render(&[fault], &sources, Style::Plain)
}

#[test]
fn reader_faults() {
    insta::assert_snapshot!("unterminated_list", faults_of("prog.lisp", "(def x 1)\n(def y\n  (+ x [1 2\n"));
    insta::assert_snapshot!("stray_and_mismatched", faults_of("prog.lisp", "(a [b)\n(c '))\n}\n"));
    insta::assert_snapshot!("numbers_and_marks", faults_of("prog.lisp", "(f 0b12 1__0\n  @(x) :)\n;; not a comment\n"));
    insta::assert_snapshot!("unterminated_string", faults_of("prog.lisp", "(println \"abc)\n(more)\n"));
    insta::assert_snapshot!("end_after_prefix", faults_of("prog.lisp", "(a '"));
}

#[test]
fn places() {
    insta::assert_snapshot!("tabs_stay_aligned", one("\t(foo\tbar baz)", 6, 13, "here"));
    insta::assert_snapshot!(
        "wide_characters",
        one("(日本 é 👨‍👩‍👧 bad)", "(日本 é 👨‍👩‍👧 ".len(), "(日本 é 👨‍👩‍👧 bad".len(), "bad")
    );
    insta::assert_snapshot!("span_over_lines", one("x\n(a b\n c)\n", 2, 10, "the whole form"));
    insta::assert_snapshot!("end_of_text", one("(a b", 4, 4, "at the end"));
    insta::assert_snapshot!("empty_line", one("a\n\nb", 2, 2, "nothing here"));
    insta::assert_snapshot!("control_characters", one("(a \u{1b}[31m\u{202e}b\r c)", 4, 5, "esc \u{1b}[0m\nsecond"));
}

#[test]
fn a_huge_line_is_shown_around_the_place() {
    let text = format!("[{} bad {}]", "é1 ".repeat(3_000_000), "2 ".repeat(3_000_000));
    let start = text.find("bad").expect("is there");
    let rendered = one(&text, start, start + 3, "too big");
    assert!(rendered.len() < 1_000);
    insta::assert_snapshot!("huge_line", rendered);
    let whole = one(&text, 0, text.len(), "all of it");
    assert!(whole.len() < 1_000, "{}", whole.len());
}

#[test]
fn everything_that_can_be_said() {
    let mut sources = SourceMap::new();
    let a = sources.add(Source::new("a.lisp", "(def limit 10)\n(set limit 11)\n"));
    let b = sources.add(Source::new("lib\u{1b}/b.lisp", "(def other limit)"));
    let faults = [
        Diagnostic::error(
            "E0201",
            "cannot assign immutable binding 'limit' (use @limit to make it mutable)",
            Span::new(a, 20, 25),
        )
        .with_label(Span::new(a, 5, 10), "defined here")
        .with_label(Span::new(b, 11, 16), "also used here")
        .with_note("bindings are immutable\nunless marked")
        .with_help("(def @limit 10)"),
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error("W0001", "unused", Span::new(b, 5, 10)) },
        Diagnostic::error_without_place("E0202", "macro arity"),
        Diagnostic::error("E0203", "in a source nobody has", Span::new(SourceId(9), 1, 2)),
    ];
    insta::assert_snapshot!("everything", render(&faults, &sources, Style::Plain));
    let colored = render(&faults, &sources, Style::Color);
    insta::assert_snapshot!("everything_in_color", colored.replace('\u{1b}', "ESC"));
}

#[test]
fn the_message_stands_on_a_line_of_its_own() {
    let rendered = faults_of("prog.lisp", "(a");
    assert!(rendered.lines().any(|l| l == "✗ Compile error: unterminated list (1 closing paren needed)"));
    assert_eq!(render(&[], &SourceMap::new(), Style::Plain), "");
}

#[test]
fn runtime_errors() {
    let source = Source::new("prog.lisp", "(defn handle [x]\n  (error x))\n");
    let frame = |name: &str, at: Option<&str>| TraceFrame { name: name.to_owned(), at: at.map(str::to_owned) };
    let trace = [frame("<anonymous>", None), frame("handle", Some("prog.lisp:2:3"))];
    let place = Some((&source, Span::new(SourceId(0), 19, 28)));
    let value = "{:error :k :message \"a\u{1b}[2Jb\"}";
    let notes = ["spawned at prog.lisp:9:1".to_owned()];
    insta::assert_snapshot!("runtime_error", render_runtime_error(value, &trace, place, &notes, Style::Plain));
    assert_eq!(render_runtime_error("nil", &[], None, &[], Style::Plain), "✗ Runtime error: nil\n");
    let nameless = Source::new("<stdlib>", "");
    let rendered = render_runtime_error("1", &[], Some((&nameless, Span::default())), &[], Style::Plain);
    assert_eq!(rendered, "  at <stdlib>:1:1\n✗ Runtime error: 1\n");
}

#[test]
fn a_long_trace_is_cut_in_the_middle() {
    let trace: Vec<TraceFrame> = (0..1_000_000).map(|i| TraceFrame { name: i.to_string(), at: None }).collect();
    let rendered = render_runtime_error("1", &trace, None, &[], Style::Plain);
    let lines: Vec<&str> = rendered.lines().collect();
    assert_eq!(lines.len(), 42);
    assert_eq!(lines[19..22], ["  in 19", "  … 999960 more", "  in 999980"]);
}
