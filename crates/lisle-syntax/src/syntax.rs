//! Syntax objects: what the reader makes and the expander works on.
//!
//! A [`Syntax`] is a shared tree node: a datum, the span it came from, and the scopes of its name.
//! Cloning is a reference count. Trees may be as deep as the reader allows (and deeper, when built
//! by hand), so dropping one never recurses: see the `Drop` of the node.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::source::Span;
use crate::symbol::Symbol;

/// The scopes of an identifier: the macro expansions that introduced it, oldest first.
///
/// Text as read has none. Each expansion of a macro adds its own scope to the identifiers of the
/// macro's template, and to nothing else; a reference is resolved with all of its scopes first, then
/// without the newest one in the environment where that macro was defined, and so on. This is the
/// set-of-scopes idea (Flatt, "Binding as Sets of Scopes", POPL 2016) cut down to what a language
/// with one macro table a file needs: sets that can arise are always prefixes of one another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ScopeSet(pub Option<Arc<[u32]>>);

impl ScopeSet {
    /// No scopes.
    pub const EMPTY: ScopeSet = ScopeSet(None);

    /// The scopes, oldest first.
    pub fn as_slice(&self) -> &[u32] {
        self.0.as_deref().unwrap_or(&[])
    }

    /// These scopes and one newer.
    pub fn with(&self, scope: u32) -> ScopeSet {
        let mut scopes = self.as_slice().to_vec();
        scopes.push(scope);
        ScopeSet(Some(scopes.into()))
    }

    /// These scopes without the newest, and the newest.
    pub fn split_newest(&self) -> Option<(ScopeSet, u32)> {
        let (newest, older) = self.as_slice().split_last()?;
        Some((if older.is_empty() { ScopeSet::EMPTY } else { ScopeSet(Some(older.into())) }, *newest))
    }
}

/// A node's content. Brackets are kept apart; prefix operators are nodes of their own.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    /// `nil`
    Nil,
    /// `true`, `false`
    Bool(bool),
    /// `42`
    Int(i64),
    /// `1.5`
    Float(f64),
    /// `name`, also accessor symbols such as `a:b`, unsplit
    Symbol(Symbol),
    /// `:name`, stored without its colon
    Keyword(Symbol),
    /// `"text"`
    String(Arc<str>),
    /// `@"text"`
    MString(Arc<str>),
    /// `( … )`
    List(Vec<Syntax>),
    /// `[ … ]`
    Array(Vec<Syntax>),
    /// `@[ … ]`
    MArray(Vec<Syntax>),
    /// `{ … }`, elements as written
    Struct(Vec<Syntax>),
    /// `@{ … }`
    MStruct(Vec<Syntax>),
    /// `| … |`
    Set(Vec<Syntax>),
    /// `@| … |`
    MSet(Vec<Syntax>),
    /// `b[ … ]`
    Bytes(Vec<Syntax>),
    /// `@b[ … ]`
    MBytes(Vec<Syntax>),
    /// `'x`
    Quote(Syntax),
    /// `` `x ``
    Quasiquote(Syntax),
    /// `,x`
    Unquote(Syntax),
    /// `,;x`
    UnquoteSplicing(Syntax),
    /// `;x`
    Splice(Syntax),
}

impl Datum {
    /// The elements of a bracketed datum.
    pub fn elements(&self) -> Option<&[Syntax]> {
        match self {
            Datum::List(e)
            | Datum::Array(e)
            | Datum::MArray(e)
            | Datum::Struct(e)
            | Datum::MStruct(e)
            | Datum::Set(e)
            | Datum::MSet(e)
            | Datum::Bytes(e)
            | Datum::MBytes(e) => Some(e),
            _ => None,
        }
    }

    /// The datum after a prefix operator.
    pub fn operand(&self) -> Option<&Syntax> {
        match self {
            Datum::Quote(x)
            | Datum::Quasiquote(x)
            | Datum::Unquote(x)
            | Datum::UnquoteSplicing(x)
            | Datum::Splice(x) => Some(x),
            _ => None,
        }
    }

    /// What it holds: the elements of a bracketed datum, the operand of a prefix, nothing otherwise.
    pub fn children(&self) -> &[Syntax] {
        self.elements().or_else(|| self.operand().map(std::slice::from_ref)).unwrap_or(&[])
    }

    /// The same kind of datum with other children, given in the order of [`Datum::children`]; a leaf
    /// stays as it is. What is left over of the children is dropped.
    #[must_use]
    pub fn with_children(&self, children: Vec<Syntax>) -> Datum {
        let only = |children: Vec<Syntax>, old: &Syntax| children.into_iter().next().unwrap_or_else(|| old.clone());
        match self {
            Datum::List(_) => Datum::List(children),
            Datum::Array(_) => Datum::Array(children),
            Datum::MArray(_) => Datum::MArray(children),
            Datum::Struct(_) => Datum::Struct(children),
            Datum::MStruct(_) => Datum::MStruct(children),
            Datum::Set(_) => Datum::Set(children),
            Datum::MSet(_) => Datum::MSet(children),
            Datum::Bytes(_) => Datum::Bytes(children),
            Datum::MBytes(_) => Datum::MBytes(children),
            Datum::Quote(x) => Datum::Quote(only(children, x)),
            Datum::Quasiquote(x) => Datum::Quasiquote(only(children, x)),
            Datum::Unquote(x) => Datum::Unquote(only(children, x)),
            Datum::UnquoteSplicing(x) => Datum::UnquoteSplicing(only(children, x)),
            Datum::Splice(x) => Datum::Splice(only(children, x)),
            leaf => leaf.clone(),
        }
    }

    /// True when both are the same kind of datum, equal but for what children hold.
    fn matches_but_for_children(&self, other: &Datum) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
            && self.children().len() == other.children().len()
            && match (self, other) {
                (Datum::Bool(a), Datum::Bool(b)) => a == b,
                (Datum::Int(a), Datum::Int(b)) => a == b,
                (Datum::Float(a), Datum::Float(b)) => a == b,
                (Datum::Symbol(a), Datum::Symbol(b)) | (Datum::Keyword(a), Datum::Keyword(b)) => a == b,
                (Datum::String(a), Datum::String(b)) | (Datum::MString(a), Datum::MString(b)) => a == b,
                _ => true,
            }
    }

    /// Takes every child out, leaving a leaf.
    fn take_children(&mut self, into: &mut Vec<Syntax>) {
        match std::mem::replace(self, Datum::Nil) {
            Datum::List(e)
            | Datum::Array(e)
            | Datum::MArray(e)
            | Datum::Struct(e)
            | Datum::MStruct(e)
            | Datum::Set(e)
            | Datum::MSet(e)
            | Datum::Bytes(e)
            | Datum::MBytes(e) => into.extend(e),
            Datum::Quote(x)
            | Datum::Quasiquote(x)
            | Datum::Unquote(x)
            | Datum::UnquoteSplicing(x)
            | Datum::Splice(x) => into.push(x),
            _ => {}
        }
    }
}

#[derive(Debug)]
struct Node {
    datum: Datum,
    span: Span,
    scopes: ScopeSet,
}

impl Drop for Node {
    fn drop(&mut self) {
        let mut pending = Vec::new();
        self.datum.take_children(&mut pending);
        while let Some(Syntax(node)) = pending.pop() {
            if let Ok(mut node) = Arc::try_unwrap(node) {
                node.datum.take_children(&mut pending);
            }
        }
    }
}

/// A syntax object: datum, span and scopes. Cheap to clone; immutable.
#[derive(Clone, Debug)]
pub struct Syntax(Arc<Node>);

impl Syntax {
    /// A node without scopes.
    pub fn new(datum: Datum, span: Span) -> Syntax {
        Syntax::with_scopes(datum, span, ScopeSet::EMPTY)
    }

    /// A node with scopes. Only a symbol's scopes mean anything.
    pub fn with_scopes(datum: Datum, span: Span, scopes: ScopeSet) -> Syntax {
        Syntax(Arc::new(Node { datum, span, scopes }))
    }

    /// The content.
    pub fn datum(&self) -> &Datum {
        &self.0.datum
    }

    /// Where it was written.
    pub fn span(&self) -> Span {
        self.0.span
    }

    /// The scopes of its name.
    pub fn scopes(&self) -> &ScopeSet {
        &self.0.scopes
    }

    /// The symbol, when it is one.
    pub fn as_symbol(&self) -> Option<Symbol> {
        match self.datum() {
            Datum::Symbol(s) => Some(*s),
            _ => None,
        }
    }

    /// The keyword, when it is one.
    pub fn as_keyword(&self) -> Option<Symbol> {
        match self.datum() {
            Datum::Keyword(s) => Some(*s),
            _ => None,
        }
    }

    /// The elements, when it is a `( … )` list.
    pub fn as_list(&self) -> Option<&[Syntax]> {
        match self.datum() {
            Datum::List(e) => Some(e),
            _ => None,
        }
    }

    /// The elements, when it is `( … )` or `[ … ]`: what a list of names may be written in.
    pub fn as_sequence(&self) -> Option<&[Syntax]> {
        match self.datum() {
            Datum::List(e) | Datum::Array(e) => Some(e),
            _ => None,
        }
    }

    /// True when it is a symbol of that name, whatever its scopes.
    pub fn is_symbol(&self, name: &str) -> bool {
        self.as_symbol().is_some_and(|s| s.name() == name)
    }

    /// True when both are one and the same object.
    pub fn ptr_eq(&self, other: &Syntax) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Structural equality of data; spans and scopes do not count. Works on trees of any depth.
impl PartialEq for Syntax {
    fn eq(&self, other: &Syntax) -> bool {
        let mut pending = vec![(self, other)];
        while let Some((a, b)) = pending.pop() {
            if a.ptr_eq(b) {
                continue;
            }
            if !a.datum().matches_but_for_children(b.datum()) {
                return false;
            }
            pending.extend(a.datum().children().iter().zip(b.datum().children()));
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropping_a_deep_tree_does_not_recurse() {
        let mut tree = Syntax::new(Datum::Nil, Span::default());
        for _ in 0..1_000_000 {
            tree = Syntax::new(Datum::List(vec![tree]), Span::default());
        }
        drop(tree);
    }

    #[test]
    fn comparing_deep_trees_does_not_recurse() {
        let deep = |leaf| {
            (0..1_000_000).fold(Syntax::new(Datum::Int(leaf), Span::default()), |tree, _| {
                Syntax::new(Datum::List(vec![tree]), Span::default())
            })
        };
        assert!(deep(1) == deep(1));
        assert!(deep(1) != deep(2));
    }

    #[test]
    fn equality_looks_at_kinds_and_contents() {
        let one = || Syntax::new(Datum::Int(1), Span::default());
        assert_eq!(Datum::List(vec![one()]), Datum::List(vec![one()]));
        assert_ne!(Datum::List(vec![one()]), Datum::Array(vec![one()]));
        assert_ne!(Datum::List(vec![one()]), Datum::List(vec![]));
        assert_ne!(Datum::Quote(one()), Datum::Splice(one()));
        assert_ne!(Datum::String("a".into()), Datum::String("b".into()));
    }

    #[test]
    fn scopes_are_a_stack() {
        let set = ScopeSet::EMPTY.with(1).with(2);
        assert_eq!(set.as_slice(), [1, 2]);
        let (older, newest) = set.split_newest().expect("two scopes");
        assert_eq!((older.as_slice(), newest), (&[1][..], 2));
        assert_eq!(ScopeSet::EMPTY.split_newest(), None);
    }
}
