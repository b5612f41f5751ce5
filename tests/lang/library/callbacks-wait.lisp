# Functions that are given to library functions may wait, and let others run meanwhile.

(def order @[])
(defn slowly [f]
  (fn [& args]
    (push order :step)
    (ev/sleep 0.001)
    (apply f args)))

(sort-with (slowly compare) [3 1 2])          # => [1 2 3]
(sort-by (slowly -) [1 3 2])                  # => @[3 2 1]
(map (slowly inc) [1 2])                      # => [2 3]
(filter (slowly odd?) (list 1 2 3))           # => (1 3)
(fold (slowly +) 0 [1 2 3])                   # => 6
(update {:a 1} :a (slowly inc))               # => {:a 2}
(group-by (slowly odd?) [1 2])                # => @{false @[2] true @[1]}
(let [f (memoize (slowly inc))] [(f 1) (f 1)])  # => [2 2]
(min-key (slowly abs) -3 2)                   # => 2

# While a comparator waits, another task runs.
(let [seen @[] other (ev/spawn (fn [] (push seen :other)))]
  (sort-with (fn [a b] (ev/sleep 0.001) (push seen :compared) (compare a b)) [2 1])
  (ev/join other)
  seen)  # => @[:other :compared]
