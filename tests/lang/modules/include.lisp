(include-file "../../modules/macros.lisp")
(unless-zero 1 :not-zero)                                 # => :not-zero
(included-helper 4)                                       # => 8
