(include-file "includes-itself.lisp")
