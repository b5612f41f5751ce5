(defn total [coll]
  (let [@sum 0]
    (each x coll (assign sum (+ sum x)))
    sum))

(defn count-down [@n]
  (while (> n 0) (assign n (- n 1)))
  n)

(defn closures [n]
  (let [out @[] @i 0]
    (while (< i n)
      (let [j i] (push out (fn [] j)))
      (assign i (inc i)))
    (each [a b] out (push out (fn [] [a b i])))
    out))

(defn find [coll]
  (block :found
    (each x coll (when (> x 7) (break :found x)))
    :none))
