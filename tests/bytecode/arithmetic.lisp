# Operands stand where they are; small integers are part of the instruction.
(defn fib [n]
  (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))

(defn poly [x y]
  (* (+ x y 3) (- x) (/ y 2) (rem x 7) (inc x) (dec y)))

# x must be read before it is assigned.
(defn old-and-new [@x]
  (+ x (begin (assign x 5) x)))

(defn partial [] [(+ 1) (< 1 2 3) (+ 1 2 3 4 5 6 7 8 9)])
