(defmacro twice [e] `(begin ,e ,e))
(let [a @[]] (twice (push a 1)) a)                        # => @[1 1]
(defmacro my-if [test then &opt else] `(cond ,test ,then true ,else))
(my-if true 1 2)                                          # => 1
(my-if false 1)                                           # => nil
(defmacro my-list [& xs] `(list ,;xs))
(my-list 1 (+ 1 1) :c)                                    # => (1 2 :c)
(define-macro constant [] 42)
(constant)                                                # => 42
# Expansion goes on in the result.
(defmacro four-times [e] `(twice (twice ,e)))
(let [a @[]] (four-times (push a 1)) (length a))          # => 4
# A macro may define things.
(defmacro define-adder [name n] `(defn ,name [x] (+ x ,n)))
(define-adder add5 5)
(add5 1)                                                  # => 6
# Macros may compute at compile time.
(defmacro compile-time-sum [& ns] (fold + 0 ns))
(compile-time-sum 1 2 3)                                  # => 6
(defmacro literal-type [x] (string (type-of x)))
[(literal-type 1) (literal-type "s") (literal-type foo) (literal-type (a b))]     # => ["integer" "string" "syntax" "syntax"]
(defmacro count-elements [form] (length form))
(count-elements (a b c))                                  # => 3
(defmacro head-name [form] (string (syntax->datum (first form))))
(head-name (hello 1 2))                                   # => "hello"
(begin (defmacro inner [x] `[,x ,x]) (inner 1))           # => [1 1]
(begin-for-syntax (def answer 42))
(defmacro the-answer [] answer)
(the-answer)                                              # => 42
(macro? twice)                                            # => true
(macro? println)                                          # => false
(macro? when)                                             # => true
(expand-macro '(twice x))                                 # => ('begin 'x 'x)
(defmacro swap-args [form] `(,(first form) ,(last (syntax->list form)) ,(first (rest form))))
(swap-args (- 1 10))                                      # => 9
(defmacro arity-two [a b] a)
(begin (defmacro m [a] a) (m 1 2))                        # compile-error Macro 'm' expects 1 arguments, got 2
(begin (defmacro m [a & b] a) (m))                        # compile-error Macro 'm' expects at least 1 arguments, got 0
(begin (defmacro m [a &opt b] a) (m))                     # compile-error Macro 'm' expects 1-2 arguments, got 0
(defmacro m [a] 1 2)                                      # compile-error defmacro requires exactly 3 arguments (name, parameters, body)
(begin (defmacro m [] `(m)) (m))                          # compile-error macro expansion depth exceeded 200 (possible infinite expansion)
