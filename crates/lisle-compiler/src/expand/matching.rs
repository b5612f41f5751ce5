//! Match patterns (language reference 03, section 2).

use std::collections::HashSet;

use lisle_bytecode::Const;
use lisle_syntax::{Datum, Syntax};

use super::env::Ident;
use super::expander::{Expander, atom_const};
use super::fault;
use crate::hir::{Pattern, VarId};

/// The names that the pattern of an arm binds, in order of first appearance.
#[derive(Default)]
pub(super) struct ArmNames {
    names: Vec<(Ident, VarId)>,
    /// Every binding occurrence, for comparing alternatives.
    trail: Vec<Ident>,
}

impl ArmNames {
    /// The variables, each once.
    pub(super) fn vars(&self) -> Vec<VarId> {
        self.names.iter().map(|(_, var)| *var).collect()
    }
}

impl Expander<'_> {
    /// Reads a match pattern and binds its names in the innermost frame. `None`, with a fault, if it is none.
    pub(super) fn match_pattern(&mut self, syntax: &Syntax, names: &mut ArmNames) -> Option<Pattern> {
        self.descend(syntax.span(), |this| this.match_pattern_step(syntax, names))?
    }

    fn match_pattern_step(&mut self, syntax: &Syntax, names: &mut ArmNames) -> Option<Pattern> {
        match syntax.datum() {
            Datum::Symbol(name) if name.name() == "_" => Some(Pattern::Any),
            Datum::Symbol(name) if name.name().contains(':') => self.invalid_pattern(syntax),
            Datum::Symbol(name) => {
                let ident = Ident { name: *name, scopes: syntax.scopes().clone() };
                Some(Pattern::Var(self.arm_variable(ident, syntax, names)))
            }
            Datum::List(items) if items.is_empty() => Some(Pattern::EmptyList),
            Datum::List(items) if items[0].is_symbol("or") => self.alternatives(syntax, &items[1..], names),
            Datum::List(items) => {
                let (items, rest) = self.match_sequence(items, &["&", "."], names)?;
                Some(Pattern::List(items, rest))
            }
            Datum::Array(items) | Datum::MArray(items) => {
                let mutable = matches!(syntax.datum(), Datum::MArray(_));
                let (items, rest) = self.match_sequence(items, &["&"], names)?;
                Some(Pattern::Array { mutable, items, rest })
            }
            Datum::Struct(items) | Datum::MStruct(items) => {
                let mutable = matches!(syntax.datum(), Datum::MStruct(_));
                let (fields, rest) = self.split_fields(items)?;
                let fields: Vec<(Const, Pattern)> = fields
                    .into_iter()
                    .map(|(key, pattern)| Some((key, self.match_pattern(pattern, names)?)))
                    .collect::<Option<_>>()?;
                let rest = self.match_rest(rest, names)?;
                Some(Pattern::Struct { mutable, fields, rest })
            }
            Datum::Set(items) | Datum::MSet(items) => {
                let mutable = matches!(syntax.datum(), Datum::MSet(_));
                let [inner] = items.as_slice() else { return self.invalid_pattern(syntax) };
                Some(Pattern::Set { mutable, inner: Box::new(self.match_pattern(inner, names)?) })
            }
            atom @ (Datum::Nil
            | Datum::Bool(_)
            | Datum::Int(_)
            | Datum::Float(_)
            | Datum::Keyword(_)
            | Datum::String(_)) => Some(Pattern::Literal(atom_const(atom))),
            _ => self.invalid_pattern(syntax),
        }
    }

    fn invalid_pattern(&mut self, syntax: &Syntax) -> Option<Pattern> {
        self.fault(fault::PATTERN, "invalid pattern", syntax.span());
        None
    }

    /// The variable of a name: the same wherever the name appears in the arm's pattern.
    fn arm_variable(&mut self, ident: Ident, syntax: &Syntax, names: &mut ArmNames) -> VarId {
        names.trail.push(ident.clone());
        if let Some((_, var)) = names.names.iter().find(|(known, _)| *known == ident) {
            return *var;
        }
        let var = self.new_var(ident.name, syntax.span(), self.mutable_by_default);
        self.env.bind(ident.clone(), var);
        names.names.push((ident, var));
        var
    }

    fn match_sequence(
        &mut self,
        items: &[Syntax],
        markers: &[&str],
        names: &mut ArmNames,
    ) -> Option<(Vec<Pattern>, Option<Box<Pattern>>)> {
        let (items, rest) = self.split_rest(items, markers)?;
        let items = items.iter().map(|item| self.match_pattern(item, names)).collect::<Option<_>>()?;
        Some((items, self.match_rest(rest, names)?))
    }

    /// The pattern after `&`; the outer `Option` is for faults.
    #[expect(clippy::option_option, reason = "absence and failure are different things here")]
    fn match_rest(&mut self, rest: Option<&Syntax>, names: &mut ArmNames) -> Option<Option<Box<Pattern>>> {
        match rest {
            Some(rest) => Some(Some(Box::new(self.match_pattern(rest, names)?))),
            None => Some(None),
        }
    }

    fn alternatives(&mut self, syntax: &Syntax, items: &[Syntax], names: &mut ArmNames) -> Option<Pattern> {
        if items.len() < 2 {
            self.fault(fault::PATTERN, "or-pattern requires at least 2 alternatives", syntax.span());
            return None;
        }
        let mut patterns = Vec::with_capacity(items.len());
        let mut first: HashSet<Ident> = HashSet::new();
        for (index, item) in items.iter().enumerate() {
            let start = names.trail.len();
            patterns.push(self.match_pattern(item, names)?);
            let bound: HashSet<Ident> = names.trail[start..].iter().cloned().collect();
            if index == 0 {
                first = bound;
            } else if bound != first {
                let message =
                    format!("or-pattern alternative {} binds different variables than alternative 1", index + 1);
                self.fault(fault::PATTERN, message, item.span());
                return None;
            }
        }
        Some(Pattern::Or(patterns))
    }
}

/// Whether a pattern fits every value, as far as the exhaustiveness rule looks.
pub(super) fn fits_all(pattern: &Pattern) -> bool {
    any_alternative(pattern, &|p| matches!(p, Pattern::Any | Pattern::Var(_)))
}

/// Whether a pattern fits that boolean literally.
pub(super) fn fits_bool(pattern: &Pattern, value: bool) -> bool {
    any_alternative(pattern, &|p| matches!(p, Pattern::Literal(Const::Bool(b)) if *b == value))
}

fn any_alternative(pattern: &Pattern, test: &dyn Fn(&Pattern) -> bool) -> bool {
    let mut pending = vec![pattern];
    while let Some(pattern) = pending.pop() {
        match pattern {
            Pattern::Or(alternatives) => pending.extend(alternatives),
            pattern if test(pattern) => return true,
            _ => {}
        }
    }
    false
}
