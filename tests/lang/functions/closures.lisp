(defn counter []
  (def @n 0)
  {:up (fn [] (assign n (+ n 1))) :now (fn [] n)})
(def c (counter))
(c:up)
(c:up)
(c:now)                                                       # => 2
(let [d (counter)] (d:up) [(d:now) (c:now)])                  # => [1 2]
(let [@x 1 f (fn [] (fn [] (assign x (+ x 1))))] ((f)) ((f)) x)   # => 3
(defn make [a]
  (fn [b] (fn [c] [a b c])))
(((make 1) 2) 3)                                              # => [1 2 3]
# Definitions within a body are seen by each other.
(defn parity [n]
  (def even (fn [n] (if (= n 0) :even (odd (- n 1)))))
  (def odd (fn [n] (if (= n 0) :odd (even (- n 1)))))
  (even n))
(parity 7)                                                    # => :odd
(let [f (fn [] (def q 5) (+ q 1))] (f))                       # => 6
# A variable that two closures share and the scope changes.
(let [@v 0 get-v (fn [] v) set-v (fn [x] (assign v x))]
  (set-v 5)
  (assign v (+ v 1))
  (get-v))                                                    # => 6
