//! Syntax objects as macros see them (spec 04, sections 2 and 5).

mod convert;
mod template;

pub use convert::{ToSyntaxError, syntax_to_value, value_of_element, value_to_syntax};
pub(crate) use convert::{elements_as_values, sequence_of, wrap_sequence};
pub use meta::NATIVES;

#[lisle_macros::primitives]
mod meta {
    use lisle_syntax::syntax::{Datum, ScopeSet};
    use lisle_syntax::{Span, Symbol};

    use super::convert::{elements_as_values, syntax_to_value, value_to_syntax, wrap_sequence};
    use super::template;
    use crate::args::Text;
    use crate::ops::access;
    use crate::{Cx, Escape, Value};

    /// Plain data of a syntax object, as quoting the form would give; other values unchanged.
    ///
    /// (syntax->datum '(a 1))  # => ('a 1)
    #[primitive(name = "meta/syntax->datum", aliases("syntax->datum"))]
    fn syntax_to_datum(cx: &mut Cx<'_>, syntax: Value) -> Value {
        match syntax.as_syntax() {
            Some(object) => syntax_to_value(cx.heap, &object.syntax),
            None => syntax,
        }
    }

    /// Data as syntax, with the place and the scopes of a syntax object: names in it mean what they would mean there.
    ///
    /// (syntax->datum (datum->syntax nil '(a 1)))  # => ('a 1)
    /// (datum->syntax nil first)  # raises :type-error
    #[primitive(name = "meta/datum->syntax", aliases("datum->syntax"), signals(error))]
    fn datum_to_syntax(cx: &mut Cx<'_>, context: Value, datum: Value) -> Result<Value, Escape> {
        let (span, scopes) = match context.as_syntax() {
            Some(object) => (object.syntax.span(), object.syntax.scopes().clone()),
            None => (Span::default(), ScopeSet::EMPTY),
        };
        match value_to_syntax(cx.heap, datum, span, &scopes) {
            Ok(syntax) => Ok(cx.heap.new_syntax(syntax).into()),
            Err(problem) => Err(cx.error("type-error", format!("datum->syntax: {problem}"))),
        }
    }

    /// One layer taken off: a name or another atom as plain value; compound syntax and other values unchanged.
    ///
    /// (syntax-e (datum->syntax nil 5))  # => 5
    #[primitive(name = "meta/syntax-e", aliases("syntax-e"))]
    fn syntax_e(cx: &mut Cx<'_>, syntax: Value) -> Value {
        match syntax.as_syntax() {
            Some(object)
                if object.syntax.datum().children().is_empty() && object.syntax.datum().elements().is_none() =>
            {
                syntax_to_value(cx.heap, &object.syntax)
            }
            _ => syntax,
        }
    }

    /// The elements of a list or array as an immutable array.
    ///
    /// (syntax->list (datum->syntax nil [1 2]))  # => [1 2]
    /// (syntax->list 5)  # raises :type-error
    #[primitive(name = "meta/syntax->list", aliases("syntax->list"), signals(error))]
    fn syntax_to_list(cx: &mut Cx<'_>, syntax: Value) -> Result<Value, Escape> {
        let items = elements(cx, "syntax->list", syntax)?;
        Ok(cx.heap.new_array(&items).into())
    }

    /// The first element of a list or array.
    ///
    /// (syntax-e (syntax-first (datum->syntax nil [1 2])))  # => 1
    /// (syntax-first 5)  # raises :type-error
    #[primitive(name = "meta/syntax-first", aliases("syntax-first"), signals(error))]
    fn syntax_first(cx: &mut Cx<'_>, syntax: Value) -> Result<Value, Escape> {
        match elements(cx, "syntax-first", syntax)?.first() {
            Some(first) => Ok(*first),
            None => Err(cx.argument_error("syntax-first", "empty sequence")),
        }
    }

    /// The elements but the first, as syntax of the same kind.
    ///
    /// (syntax->datum (syntax-rest (datum->syntax nil [1 2])))  # => [2]
    /// (syntax-rest 5)  # raises :type-error
    #[primitive(name = "meta/syntax-rest", aliases("syntax-rest"), signals(error))]
    fn syntax_rest(cx: &mut Cx<'_>, syntax: Value) -> Result<Value, Escape> {
        elements(cx, "syntax-rest", syntax)?;
        Ok(match syntax.as_syntax() {
            Some(object) => wrap_sequence(cx.heap, &object.syntax, 1..),
            None => syntax,
        })
    }

    fn elements(cx: &mut Cx<'_>, name: &str, syntax: Value) -> Result<Vec<Value>, Escape> {
        match elements_as_values(cx.heap, syntax) {
            Some(items) => Ok(items),
            None => Err(cx.type_error(name, "syntax list", syntax)),
        }
    }

    fn wraps(value: Value, test: impl Fn(&Datum) -> bool) -> bool {
        value.as_syntax().is_some_and(|object| test(object.syntax.datum()))
    }

    /// True for syntax that is a name.
    ///
    /// (syntax-symbol? (datum->syntax nil 'a))  # => true
    #[primitive(name = "meta/syntax-symbol?", aliases("syntax-symbol?"))]
    fn is_syntax_symbol(_cx: &mut Cx<'_>, syntax: Value) -> bool {
        wraps(syntax, |datum| matches!(datum, Datum::Symbol(_)))
    }

    /// True for syntax that is a list, empty or not.
    ///
    /// (syntax-list? (datum->syntax nil (list 1)))  # => true
    #[primitive(name = "meta/syntax-list?", aliases("syntax-list?"))]
    fn is_syntax_list(_cx: &mut Cx<'_>, syntax: Value) -> bool {
        wraps(syntax, |datum| matches!(datum, Datum::List(_)))
    }

    /// True for syntax that is a list with elements.
    ///
    /// (syntax-pair? (datum->syntax nil ()))  # => false
    #[primitive(name = "meta/syntax-pair?", aliases("syntax-pair?"))]
    fn is_syntax_pair(_cx: &mut Cx<'_>, syntax: Value) -> bool {
        wraps(syntax, |datum| matches!(datum, Datum::List(elements) if !elements.is_empty()))
    }

    /// True for syntax that is a keyword.
    ///
    /// (syntax-keyword? (datum->syntax nil :a))  # => true
    #[primitive(name = "meta/syntax-keyword?", aliases("syntax-keyword?"))]
    fn is_syntax_keyword(_cx: &mut Cx<'_>, syntax: Value) -> bool {
        wraps(syntax, |datum| matches!(datum, Datum::Keyword(_)))
    }

    /// True for syntax that is nil.
    ///
    /// (syntax-nil? (datum->syntax nil nil))  # => true
    #[primitive(name = "meta/syntax-nil?", aliases("syntax-nil?"))]
    fn is_syntax_nil(_cx: &mut Cx<'_>, syntax: Value) -> bool {
        wraps(syntax, |datum| matches!(datum, Datum::Nil))
    }

    /// A fresh name: a prefix (default `G`) and a number that was not used before.
    ///
    /// (= (gensym) (gensym))  # => false
    /// (gensym 5)  # raises :type-error
    #[primitive(name = "meta/gensym", aliases("gensym"), signals(error))]
    fn gensym(cx: &mut Cx<'_>, prefix: Option<Value>) -> Result<Value, Escape> {
        let prefix = match prefix {
            None => "G".to_owned(),
            Some(prefix) => match (Text::of(prefix), prefix.as_symbol().or(prefix.as_keyword())) {
                (Some(_), _) => access::text_of(cx, "gensym", prefix)?.unwrap_or_default(),
                (_, Some(name)) => name.name().to_owned(),
                _ => return Err(cx.type_error("gensym", "string", prefix)),
            },
        };
        cx.state.gensym += 1;
        let number = cx.state.gensym;
        Ok(Value::symbol(Symbol::intern(&format!("{prefix}{number}"))))
    }

    /// A list for a template: arguments alternate between a flag and a value; a true flag inserts the elements of a
    /// list, array or list syntax, a false one the value itself.
    #[primitive(name = "%template-list", signals(error))]
    fn template_list(cx: &mut Cx<'_>, parts: &[Value]) -> Result<Value, Escape> {
        let items = template::join(cx, parts)?;
        Ok(cx.heap.new_list(&items))
    }

    /// As `%template-list`, for an array.
    #[primitive(name = "%template-array", signals(error))]
    fn template_array(cx: &mut Cx<'_>, parts: &[Value]) -> Result<Value, Escape> {
        let items = template::join(cx, parts)?;
        Ok(cx.heap.new_array(&items).into())
    }
}
