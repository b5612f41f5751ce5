//! Paths as text (spec 06, section 18). Nothing here looks at a file system; the functions that do belong to the runtime.

use std::path::{Component, Path, PathBuf};

pub use path::NATIVES;

/// The text of a path that was made from texts.
fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The path without `.`, without doubled separators, and with `..` taken together with what stands before it.
fn normal(path: &Path) -> PathBuf {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match (part, parts.last()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                parts.pop();
            }
            (Component::ParentDir, Some(Component::RootDir)) => {}
            _ => parts.push(part),
        }
    }
    if parts.is_empty() { PathBuf::from(".") } else { parts.iter().collect() }
}

/// The way from `base` to `target`; `None` when text alone cannot say.
fn relative(target: &Path, base: &Path) -> Option<PathBuf> {
    if target.is_absolute() != base.is_absolute() {
        return None;
    }
    let (target, base) = (normal(target), normal(base));
    let mut to = target.components().filter(|c| *c != Component::CurDir).peekable();
    let mut from = base.components().filter(|c| *c != Component::CurDir).peekable();
    while to.peek().is_some() && to.peek() == from.peek() {
        to.next();
        from.next();
    }
    let mut way = PathBuf::new();
    for part in from {
        // Where a `..` of the base leads from is a name that only the file system knows.
        if part == Component::ParentDir {
            return None;
        }
        way.push("..");
    }
    way.extend(to);
    Some(if way.as_os_str().is_empty() { PathBuf::from(".") } else { way })
}

#[lisle_macros::primitives]
mod path {
    use std::path::{MAIN_SEPARATOR, Path, PathBuf, is_separator};

    use super::{normal, relative, text};
    use crate::args::FromValue;
    use crate::natives::strings::{Plain, check_size};
    use crate::{Cx, Escape, Value};

    fn optional(cx: &mut Cx<'_>, path: Option<&Path>) -> Value {
        match path {
            Some(path) => cx.string(&text(path)),
            None => Value::NIL,
        }
    }

    /// The parts as one path; an absolute part begins anew.
    ///
    /// (path/join "a" "b" "c")  # => "a/b/c"
    /// (path/join "a" 5)  # raises :type-error
    #[primitive(name = "path/join", signals(error))]
    fn join(cx: &mut Cx<'_>, first: Plain, more: &[Value]) -> Result<String, Escape> {
        let mut path = PathBuf::from(&*first);
        for part in more {
            let part = Plain::from_value(cx, "path/join", *part)?;
            check_size(cx, "path/join", Some(path.as_os_str().len() + part.len()))?;
            path.push(&*part);
        }
        Ok(text(&path))
    }

    /// The path without its last part; nil when it has only one.
    ///
    /// (path/parent "/a/b.txt")  # => "/a"
    /// (path/parent 5)  # raises :type-error
    #[primitive(name = "path/parent", signals(error))]
    fn parent(cx: &mut Cx<'_>, p: Plain) -> Value {
        optional(cx, Path::new(&*p).parent().filter(|parent| !parent.as_os_str().is_empty()))
    }

    /// The last part; nil when that is no name.
    ///
    /// (path/filename "/a/b.txt")  # => "b.txt"
    /// (path/filename nil)  # raises :type-error
    #[primitive(name = "path/filename", signals(error))]
    fn filename(cx: &mut Cx<'_>, p: Plain) -> Value {
        optional(cx, Path::new(&*p).file_name().map(Path::new))
    }

    /// The last part without its extension; nil when it is no name.
    ///
    /// (path/stem "a/b.tar.gz")  # => "b.tar"
    /// (path/stem :a)  # raises :type-error
    #[primitive(name = "path/stem", signals(error))]
    fn stem(cx: &mut Cx<'_>, p: Plain) -> Value {
        optional(cx, Path::new(&*p).file_stem().map(Path::new))
    }

    /// What follows the last dot of the last part; nil when there is none.
    ///
    /// (path/extension "a.tar.gz")  # => "gz"
    /// (path/extension 5)  # raises :type-error
    #[primitive(name = "path/extension", signals(error))]
    fn extension(cx: &mut Cx<'_>, p: Plain) -> Value {
        optional(cx, Path::new(&*p).extension().map(Path::new))
    }

    /// The path with another extension; the empty one takes it away.
    ///
    /// (path/with-extension "a.txt" "md")  # => "a.md"
    /// (path/with-extension "a" 5)  # raises :type-error
    /// (path/with-extension "a" "b/c")  # raises :argument-error
    #[primitive(name = "path/with-extension", signals(error))]
    fn with_extension(cx: &mut Cx<'_>, p: Plain, extension: Plain) -> Result<String, Escape> {
        if extension.chars().any(is_separator) {
            let problem = format!("an extension cannot contain {MAIN_SEPARATOR}");
            return Err(cx.argument_error("path/with-extension", &problem));
        }
        Ok(text(&Path::new(&*p).with_extension(&*extension)))
    }

    /// The path without `.` and doubled separators, and with `..` resolved as far as text can.
    ///
    /// (path/normalize "./a/../b//c")  # => "b/c"
    /// (path/normalize nil)  # raises :type-error
    #[primitive(name = "path/normalize", signals(error))]
    fn normalize(_cx: &mut Cx<'_>, p: Plain) -> String {
        text(&normal(Path::new(&*p)))
    }

    /// The parts of a path as a list; the root is `"/"`.
    ///
    /// (path/components "/a/b")  # => ("/" "a" "b")
    /// (path/components :a)  # raises :type-error
    #[primitive(name = "path/components", signals(error))]
    fn components(cx: &mut Cx<'_>, p: Plain) -> Value {
        let parts: Vec<Value> =
            Path::new(&*p).components().map(|part| cx.string(&text(Path::new(part.as_os_str())))).collect();
        cx.heap.new_list(&parts)
    }

    /// The way from `base` to `target`. Both must be absolute, or both relative.
    ///
    /// (path/relative "/a/b/c" "/a/x")  # => "../b/c"
    /// (path/relative "a" "/b")  # raises :argument-error
    /// (path/relative 1 2)  # raises :type-error
    #[primitive(name = "path/relative", signals(error))]
    fn relative_path(cx: &mut Cx<'_>, target: Plain, base: Plain) -> Result<String, Escape> {
        match relative(Path::new(&*target), Path::new(&*base)) {
            Some(way) => Ok(text(&way)),
            None => {
                let problem = format!("cannot tell the way from {:?} to {:?}", &*base, &*target);
                Err(cx.argument_error("path/relative", &problem))
            }
        }
    }

    /// True when a path begins at the root.
    ///
    /// (path/absolute? "/a")  # => true
    /// (path/absolute? 5)  # raises :type-error
    #[primitive(name = "path/absolute?", signals(error))]
    fn is_absolute(_cx: &mut Cx<'_>, p: Plain) -> bool {
        Path::new(&*p).is_absolute()
    }

    /// True when a path does not begin at the root.
    ///
    /// (path/relative? "a")  # => true
    /// (path/relative? 5)  # raises :type-error
    #[primitive(name = "path/relative?", signals(error))]
    fn is_relative(_cx: &mut Cx<'_>, p: Plain) -> bool {
        Path::new(&*p).is_relative()
    }
}

#[cfg(test)]
mod tests {
    use crate::natives::testing::{check, check_examples};

    #[test]
    fn examples_hold() {
        check_examples(super::NATIVES);
    }

    #[test]
    fn outcomes_are_those_of_the_table() {
        check(
            r#"
            (path/join "a" "b" "/c")    =>  "/c"
            (path/join "a/" @"b")    =>  "a/b"
            (path/join 1)    !>  {:error :type-error :message "path/join: expected string, got integer"}
            (path/parent "a")    =>  nil
            (path/parent "/a")    =>  "/"
            (path/parent "/")    =>  nil
            (path/filename "/")    =>  nil
            (path/filename "a/..")    =>  nil
            (path/extension "a")    =>  nil
            (path/extension ".hidden")    =>  nil
            (path/stem ".hidden")    =>  ".hidden"
            (path/with-extension "a/b" "md")    =>  "a/b.md"
            (path/with-extension "a.txt" "")    =>  "a"
            (path/with-extension "a.txt" "x/y")    !>  {:error :argument-error :message "path/with-extension: an extension cannot contain /"}
            (path/normalize "/../a")    =>  "/a"
            (path/normalize "../../a")    =>  "../../a"
            (path/normalize "a/..")    =>  "."
            (path/normalize "")    =>  "."
            (path/components "a//b/")    =>  ("a" "b")
            (path/relative "a/b" "a/b")    =>  "."
            (path/relative "a" ".")    =>  "a"
            (path/relative "../a" "b")    =>  "../../a"
            (path/relative "a" "../b")    !>  {:error :argument-error :message "path/relative: cannot tell the way from \"../b\" to \"a\""}
            (path/relative "/a" "b")    !>  {:error :argument-error :message "path/relative: cannot tell the way from \"b\" to \"/a\""}
            (path/absolute? "a")    =>  false
            (path/relative? "/a")    =>  false
            "#,
        );
    }
}
