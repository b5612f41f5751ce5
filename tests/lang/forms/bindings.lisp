(let [a 1 b (+ a 1)] [a b])                   # => [1 2]
(let (a 1 b 2) (+ a b))                       # => 3
(let ([a 1] [b (+ a 1)]) [a b])               # => [1 2]
(let ([a b] [1 2]) (+ a b))                   # => 3
(let* ([a 1] [b (+ a 1)]) [a b])              # => [1 2]
(let* [a 1 b a] b)                            # => 1
(letrec ([even (fn [n] (if (= n 0) true (odd (- n 1))))]
         [odd (fn [n] (if (= n 0) false (even (- n 1))))])
  (even 10))                                  # => true
(letrec [a b b 2] a)                          # => nil
(let [x 1 x (+ x 1)] x)                       # => 2
(let [x 1])                                   # => nil
(let [])                                      # => nil
(let [x 1] (let [x 2] x) x)                   # => 1
(let [@n 1] (assign n (+ n 1)) n)             # => 2
(let [@n 1] (assign n 5))                     # => 5
(if-let ([a 1] [b 2]) (+ a b) 0)              # => 3
(when-let ([a 1] [b 2]) (+ a b))              # => 3
(var counter 0)
(assign counter (+ counter 1))                # => 1
(def @hits 0)
(defn visit [] (assign hits (inc hits)))
(visit)
(visit)
hits                                          # => 2
(let [x])                                     # compile-error let bindings must have an even number of forms (name/value pairs)
(let @[x 1] x)                                # compile-error let bindings must use (...) or [...], not @[...]
(let [[x 1] [y 2]] x)                         # compile-error destructuring pattern element must be a symbol, list, tuple, array, struct, or table
(let [f (fn [] (f))] 1)                       # compile-error undefined variable: f
(let [x 1] (assign x 2))                      # compile-error cannot assign immutable binding 'x' (use @x to make it mutable)
(assign 5 1)                                  # compile-error assign target must be a symbol
(assign nowhere 1)                            # compile-error undefined variable: nowhere
(def x)                                       # compile-error def requires name and value
