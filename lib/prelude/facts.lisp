# Questions about names and functions.

(defn global? [name]
  "True for the symbol of a predefined name.
  (global? 'map)  # => true
  (global? \"map\")  # raises :type-error"
  (%predefined? name))

(defn call-count [f]
  "How often a function was called, as far as that is counted: calls are not, so 0.
  (call-count inc)  # => 0"
  0)
