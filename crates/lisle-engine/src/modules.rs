//! Finding the file that an `import` or `include` means.

use std::path::Path;

use crate::files::Files;
use crate::image;

/// Where modules are looked for, besides the working directory.
#[derive(Clone, Debug, Default)]
pub struct SearchPath {
    /// The directories of `--path` and `LISLE_PATH`.
    pub directories: Vec<String>,
    /// The directory of `--home` or `LISLE_HOME`.
    pub home: Option<String>,
    /// The main program's directory.
    pub program_directory: Option<String>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A module that is part of this binary.
    Standard {
        /// Its name with `std/`.
        name: String,
        /// Its source.
        text: &'static str,
    },
    /// A file.
    File {
        /// As it is to be shown and opened.
        path: String,
        /// One name for all names of the file.
        canonical: String,
    },
}

impl SearchPath {
    /// Finds a module in the order of the specification (16.1); `importers` are the paths of files that may be the
    /// importing one.
    pub fn find(&self, spec: &str, importers: &[String], files: &mut dyn Files) -> Option<Found> {
        if let Some(text) = spec.strip_prefix("std/").and_then(image::standard_module) {
            return Some(Found::Standard { name: spec.to_owned(), text });
        }
        if let Some(text) = plugin(spec) {
            return Some(Found::Standard { name: spec.to_owned(), text });
        }
        let path = self.find_file(spec, importers, files)?;
        let canonical = files.canonical(&path);
        Some(Found::File { path, canonical })
    }

    /// The search among files alone: as a path, then below each directory, and as a last resort beside the
    /// importing file and beside the main program.
    pub fn find_file(&self, spec: &str, importers: &[String], files: &mut dyn Files) -> Option<String> {
        if spec.is_empty() {
            return None;
        }
        if files.is_file(spec) {
            return Some(spec.to_owned());
        }
        let listed = self.directories.iter().chain(&self.home).cloned();
        let beside = importers.iter().map(|path| directory_of(path)).chain(self.program_directory.clone());
        for directory in std::iter::once(String::new()).chain(listed).chain(beside) {
            for name in [format!("{spec}.lisp"), spec.to_owned()] {
                let path = join(&directory, &name);
                if files.is_file(&path) {
                    return Some(path);
                }
            }
        }
        None
    }
}

/// The module behind a name for which programs expect a native plugin: it gives its functions at once.
fn plugin(spec: &str) -> Option<&'static str> {
    match spec {
        "plugin/random" => Some("((import \"std/random\"))"),
        "plugin/regex" => Some("((import \"std/regex\"))"),
        _ => None,
    }
}

/// The directory part of a path; empty for a bare file name.
pub fn directory_of(path: &str) -> String {
    Path::new(path).parent().map_or_else(String::new, |p| p.to_string_lossy().into_owned())
}

/// A path below a directory; an absolute path stays as it is.
pub fn join(directory: &str, path: &str) -> String {
    if directory.is_empty() {
        return path.to_owned();
    }
    Path::new(directory).join(path).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files of these names, all empty.
    struct Names(&'static [&'static str]);

    impl Files for Names {
        fn read(&mut self, _: &str) -> std::io::Result<Vec<u8>> {
            Ok(Vec::new())
        }
        fn is_file(&mut self, path: &str) -> bool {
            self.0.contains(&path)
        }
        fn canonical(&mut self, path: &str) -> String {
            format!("/{path}")
        }
    }

    fn find(spec: &str, names: &'static [&'static str]) -> Option<String> {
        let search = SearchPath {
            directories: vec!["a".into(), "b".into()],
            home: Some("home".into()),
            program_directory: Some("main".into()),
        };
        search.find_file(spec, &["sub/importer.lisp".to_owned()], &mut Names(names))
    }

    #[test]
    fn a_path_that_exists_comes_first() {
        assert_eq!(find("x.lisp", &["x.lisp", "x.lisp.lisp", "a/x.lisp"]).as_deref(), Some("x.lisp"));
    }

    #[test]
    fn the_extension_may_be_left_out() {
        assert_eq!(find("x", &["x.lisp"]).as_deref(), Some("x.lisp"));
        assert_eq!(find("/abs/x", &["/abs/x.lisp"]).as_deref(), Some("/abs/x.lisp"));
    }

    #[test]
    fn directories_are_searched_in_order() {
        assert_eq!(find("x", &["b/x.lisp", "a/x.lisp", "home/x"]).as_deref(), Some("a/x.lisp"));
        assert_eq!(find("x", &["sub/x.lisp", "home/x"]).as_deref(), Some("home/x"));
        assert_eq!(find("x", &["main/x.lisp", "sub/x.lisp"]).as_deref(), Some("sub/x.lisp"));
        assert_eq!(find("x", &["main/x.lisp"]).as_deref(), Some("main/x.lisp"));
        assert_eq!(find("x", &[]), None);
    }
}
