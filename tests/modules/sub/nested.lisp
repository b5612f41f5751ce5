(include-file "../macros.lisp") (def from-nested (included-helper 21))
