(defmacro arithmetic [form]
  (syntax-case form
    ((a (literal plus) b) `(+ ,a ,b))
    ((a (literal times) b) `(* ,a ,b))
    (0 :zero)
    ("text" :text)
    (_ :other)))
(arithmetic (2 plus 3))        # => 5
(arithmetic (2 times 3))       # => 6
(arithmetic 0)                 # => :zero
(arithmetic "text")            # => :text
(arithmetic (1 2 3 4))         # => :other
(defmacro guarded [x]
  (syntax-case x
    (n when (integer? n) :integer)
    (n when (string? n) :string)
    (_ :form)))
(guarded 1)                    # => :integer
(guarded "a")                  # => :string
(guarded (a b))                # => :form
