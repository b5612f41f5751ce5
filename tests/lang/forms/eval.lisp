(eval '(+ 1 2))                                # => 3
(eval (list 'let ['q 3] '(* q q)))             # => 9
(eval '(+ x 1) {'x 41})                        # => 42
(eval `(+ 1 ,(+ 1 2)))                         # => 4
(let [x 1] (eval '(+ x 1)))                    # raises :eval-error
(eval '(if))                                   # raises :eval-error
(eval '(fn [x] (* x 2)))                       # => <closure>
((eval '(fn [x] (* x 2))) 4)                   # => 8
(let [a 1 b 2] (environment))                  # => {'a 1 'b 2}
(eval '(begin (def f (fn [n] (if (= n 0) :done (f (- n 1))))) (f 5)))   # => :done
