//! The grammar of templates: literal text, `{{`, `}}`, and placeholders `{name:spec}`.

/// A part of a template.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Literal text.
    Text(&'t str),
    /// A placeholder; without a name it takes the next argument.
    Field { name: &'t str, spec: Spec },
}

/// On which side the text of a placeholder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
    Center,
}

/// `[[fill]align] [0] [width] [.precision] [type]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spec {
    pub(super) fill: char,
    pub(super) align: Option<Align>,
    pub(super) width: usize,
    pub(super) precision: Option<usize>,
    pub(super) kind: Option<char>,
}

/// Largest width and precision: what the standard formatter takes.
const NUMBER_MAX: usize = u16::MAX as usize;

/// Takes a template apart. Errors: the message, without the function's name.
pub(super) fn parse(template: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        if at > 0 {
            pieces.push(Piece::Text(&rest[..at]));
        }
        let tail = &rest[at..];
        if tail.starts_with("{{") || tail.starts_with("}}") {
            pieces.push(Piece::Text(&tail[..1]));
            rest = &tail[2..];
        } else if let Some(inside) = tail.strip_prefix('{') {
            let end = inside.find('}').ok_or("unmatched '{' in template")?;
            pieces.push(field(&inside[..end])?);
            rest = &inside[end + 1..];
        } else {
            return Err("unmatched '}' in template".to_owned());
        }
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    Ok(pieces)
}

fn field(content: &str) -> Result<Piece<'_>, String> {
    let (name, spec) = content.split_once(':').unwrap_or((content, ""));
    match Spec::parse(spec) {
        Some(spec) => Ok(Piece::Field { name, spec }),
        None => Err(format!("invalid format spec '{spec}'")),
    }
}

impl Align {
    fn of(c: char) -> Option<Align> {
        match c {
            '<' => Some(Align::Left),
            '>' => Some(Align::Right),
            '^' => Some(Align::Center),
            _ => None,
        }
    }
}

impl Spec {
    fn parse(text: &str) -> Option<Spec> {
        let mut spec = Spec { fill: ' ', align: None, width: 0, precision: None, kind: None };
        let mut rest = text.chars();
        let (first, second) = (rest.clone().next(), rest.clone().nth(1));
        if let (Some(fill), Some(align)) = (first, second.and_then(Align::of)) {
            (spec.fill, spec.align) = (fill, Some(align));
            rest.nth(1);
        } else if let Some(align) = first.and_then(Align::of) {
            spec.align = Some(align);
            rest.next();
        }
        let mut rest = rest.as_str();
        if let Some(behind) = rest.strip_prefix('0') {
            if spec.align.is_none() {
                (spec.fill, spec.align) = ('0', Some(Align::Right));
            } else if spec.fill == ' ' {
                spec.fill = '0';
            }
            rest = behind;
        }
        if let Some(width) = number(&mut rest)? {
            spec.width = width;
        }
        if let Some(behind) = rest.strip_prefix('.') {
            rest = behind;
            spec.precision = Some(number(&mut rest)??);
        }
        let mut rest = rest.chars();
        spec.kind = rest.next();
        let known = spec.kind.is_none_or(|kind| "dxXobfes".contains(kind));
        (known && rest.next().is_none()).then_some(spec)
    }
}

/// Takes a number from the front, if there is one. The outer `None` says that it is too large.
fn number(rest: &mut &str) -> Option<Option<usize>> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, behind) = rest.split_at(end);
    *rest = behind;
    if digits.is_empty() {
        return Some(None);
    }
    digits.parse().ok().filter(|n| *n <= NUMBER_MAX).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specs_are_read_part_by_part() {
        let plain = Spec { fill: ' ', align: None, width: 0, precision: None, kind: None };
        let zero = Spec { fill: '0', align: Some(Align::Right), ..plain };
        for (text, expected) in [
            ("", plain),
            (">5", Spec { align: Some(Align::Right), width: 5, ..plain }),
            ("*^9", Spec { fill: '*', align: Some(Align::Center), width: 9, ..plain }),
            (">>9", Spec { fill: '>', align: Some(Align::Right), width: 9, ..plain }),
            ("é<1", Spec { fill: 'é', align: Some(Align::Left), width: 1, ..plain }),
            ("05d", Spec { width: 5, kind: Some('d'), ..zero }),
            ("0", zero),
            ("<05", Spec { fill: '0', align: Some(Align::Left), width: 5, ..plain }),
            ("8.3f", Spec { width: 8, precision: Some(3), kind: Some('f'), ..plain }),
        ] {
            assert_eq!(Spec::parse(text), Some(expected), "{text}");
        }
        for text in ["z", "dd", ".", ".f", "5 ", "65536", "99999999999999999999", ".65536f", "<<<", "+5"] {
            assert_eq!(Spec::parse(text), None, "{text}");
        }
    }

    #[test]
    fn braces_must_match() {
        assert_eq!(parse("{{}}"), Ok(vec![Piece::Text("{"), Piece::Text("}")]));
        assert_eq!(parse("a{b"), Err("unmatched '{' in template".to_owned()));
        assert_eq!(parse("a}b"), Err("unmatched '}' in template".to_owned()));
        assert_eq!(parse("{{}"), Err("unmatched '}' in template".to_owned()));
    }
}
