//! Epochs: the header that says which version of the syntax a file is written in, and the rewriting
//! of older files to the current one (language reference 01, section 11).

mod rules;

use crate::code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::{Datum, Syntax};

/// The epoch of a file without a header, and the newest there is.
pub const CURRENT: u32 = 10;

/// Takes the header off the forms of a file and tells the file's epoch. A faulty header is taken
/// off, too, and the current epoch assumed, so that the rest of the file can still be checked.
pub fn take_header(forms: &mut Vec<Syntax>) -> (u32, Vec<Diagnostic>) {
    let Some((number, header)) = forms.first().and_then(declared_epoch) else { return (CURRENT, Vec::new()) };
    forms.remove(0);
    let mut diagnostics = Vec::new();
    let epoch = u32::try_from(number).ok().filter(|epoch| *epoch <= CURRENT);
    if epoch.is_none() {
        let message = if number < 0 {
            format!("epoch must be a non-negative integer, got {number}")
        } else {
            format!("file targets epoch {number} but only up to {CURRENT} is supported")
        };
        diagnostics.push(Diagnostic::error(code::EPOCH, message, header));
    }
    diagnostics.extend(forms.iter().filter_map(declared_epoch).map(|(_, again)| {
        Diagnostic::error(code::EPOCH, "only one epoch declaration is allowed per file", again)
            .with_label(header, "the first is here")
    }));
    (epoch.unwrap_or(CURRENT), diagnostics)
}

/// The number and place of an epoch declaration, when the form is one.
fn declared_epoch(form: &Syntax) -> Option<(i64, Span)> {
    let [head, number] = form.as_list()? else { return None };
    match number.datum() {
        Datum::Int(number) if head.is_symbol("elle/epoch") || head.is_symbol("lisle/epoch") => {
            Some((*number, form.span()))
        }
        _ => None,
    }
}

/// Rewrites the forms of a file of an older epoch to the current syntax, bottom-up. Quoted data stays
/// as it is; what did not change is shared with the input, and what did has the place of the form it
/// came from. Works on trees of any depth.
pub fn rewrite(forms: Vec<Syntax>, epoch: u32) -> (Vec<Syntax>, Vec<Diagnostic>) {
    if epoch >= CURRENT {
        return (forms, Vec::new());
    }
    let mut diagnostics = Vec::new();
    let forms = forms.iter().map(|form| rewrite_form(form, epoch, &mut diagnostics)).collect();
    (forms, diagnostics)
}

/// A node whose children are being rewritten.
struct Frame<'a> {
    syntax: &'a Syntax,
    children: Vec<Syntax>,
}

fn rewrite_form(form: &Syntax, epoch: u32, diagnostics: &mut Vec<Diagnostic>) -> Syntax {
    let mut frames = vec![Frame { syntax: form, children: Vec::new() }];
    loop {
        // The loop ends with the frame of `form` itself, so there is always one.
        let Some(frame) = frames.last_mut() else { unreachable!("the outermost frame returns") };
        let old = if is_quoted(frame.syntax) { &[] } else { frame.syntax.datum().children() };
        if let Some(child) = old.get(frame.children.len()) {
            frames.push(Frame { syntax: child, children: Vec::new() });
            continue;
        }
        let children = std::mem::take(&mut frame.children);
        let syntax = frame.syntax;
        frames.pop();
        let unchanged = children.iter().zip(old).all(|(new, old)| new.ptr_eq(old));
        let syntax = if unchanged {
            syntax.clone()
        } else {
            Syntax::with_scopes(syntax.datum().with_children(children), syntax.span(), syntax.scopes().clone())
        };
        let syntax = if is_quoted(&syntax) { syntax } else { rules::apply(syntax, epoch, diagnostics) };
        match frames.last_mut() {
            Some(parent) => parent.children.push(syntax),
            None => return syntax,
        }
    }
}

fn is_quoted(syntax: &Syntax) -> bool {
    match syntax.datum() {
        Datum::Quote(_) => true,
        Datum::List(elements) => elements.first().is_some_and(|head| head.is_symbol("quote")),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
