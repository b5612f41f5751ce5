# A function that mentions only itself needs no cell; functions that mention each other need one.
(defn outer [n]
  (defn loop [i] (if (= i 0) n (loop (- i 1))))
  (loop n))

(defn mutual [n]
  (defn even [i] (if (= i 0) true (odd (- i 1))))
  (defn odd [i] (if (= i 0) false (even (- i 1))))
  (even n))

(defn deep [a @b]
  (fn [] (fn [] (assign b (+ a b)))))

(defn inner-self []
  (defn walk [x] (map (fn [y] (walk y)) x))
  walk)

# Whether its definition runs before the function is made is not known: a cell.
(defn perhaps [c]
  (if c (def f 1))
  (fn [] f))

(defn same [x] (let [y x] (fn [] y)))
