//! What must hold for every input, as functions that panic when it does not: for property tests here
//! and for fuzzing from outside.

use crate::diagnostic::{Style, render};
use crate::epoch;
use crate::print::write_syntax;
use crate::reader::{ReadLimits, is_incomplete, literate, read_bytes, read_source};
use crate::source::{Source, SourceMap};
use crate::syntax::Syntax;

/// Reads any bytes. Nothing panics; each fault has a place in the text; spans nest; and what was read
/// without a fault is the same after printing and reading again.
pub fn fuzz_reader(bytes: &[u8]) {
    let mut sources = SourceMap::new();
    let text = match read_bytes(bytes) {
        Ok(text) => text,
        Err(fault) => {
            assert_eq!(bytes[..fault.offset], fault.lossy_text.as_bytes()[..fault.offset]);
            let id = sources.add(Source::new("lossy", fault.lossy_text.clone()));
            let rendered = render(&[fault.diagnostic(id)], &sources, Style::Plain);
            assert!(rendered.starts_with("  at lossy:"), "{rendered}");
            fault.lossy_text
        }
    };
    assert_eq!(literate(&text).matches('\n').count(), text.matches('\n').count());

    let id = sources.add(Source::new("fuzz", &*text));
    let Some(source) = sources.get(id).cloned() else { unreachable!("just added") };
    let (mut forms, faults) = read_source(&source, id, &ReadLimits::default());
    for form in &forms {
        check_spans(form, &text);
    }
    let rendered = render(&faults, &sources, Style::Color);
    assert_eq!(rendered.is_empty(), faults.is_empty());
    if faults.is_empty() {
        assert!(!is_incomplete(&faults));
        check_round_trip(&forms);
    }

    let (_, faults) = epoch::take_header(&mut forms);
    render(&faults, &sources, Style::Plain);
    let (_, faults) = epoch::rewrite(forms, 0);
    render(&faults, &sources, Style::Plain);
}

/// Every span lies in the text and in the span of the form around it, and siblings do not overlap.
fn check_spans(form: &Syntax, text: &str) {
    let mut pending = vec![form];
    while let Some(syntax) = pending.pop() {
        let span = syntax.span();
        assert!(span.start < span.end, "a form takes room");
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "a span lies on characters");
        let mut previous_end = span.start;
        for child in syntax.datum().children() {
            assert!(previous_end <= child.span().start && child.span().end <= span.end, "spans nest");
            previous_end = child.span().end;
            pending.push(child);
        }
    }
}

/// Prints forms and reads them again.
fn check_round_trip(forms: &[Syntax]) {
    let written: Vec<String> = forms.iter().map(write_syntax).collect();
    let source = Source::new("written", written.join("\n"));
    let (again, faults) = read_source(&source, crate::source::SourceId(0), &ReadLimits::default());
    assert!(faults.is_empty(), "printed text is read without a fault: {faults:?}");
    assert!(again == forms, "printed text is read as the same tree");
}
