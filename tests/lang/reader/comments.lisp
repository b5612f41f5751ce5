# A comment line.
(+ 1 # inside a form
   2)  # => 3
(def a#b 5)
a#b    # => 5
## Two signs mean nothing special here.
[1 # one
 2 # two
 ]     # => [1 2]
;[1]   # compile-error `;` is the splice operator, not a comment character. Use `#` for comments.
