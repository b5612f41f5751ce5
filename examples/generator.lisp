# Coroutines: fibers that yield. Each walks its own data in its own way, and is asked for one value at a time.

(defn leaves [tree]
  "Yields the leaves of nested arrays, from left to right."
  (if (array? tree)
    (each part in tree (leaves part))
    (yield tree)))

(defn leaves-of [tree]
  (fiber/new (fn [] (leaves tree)) :yield))

(println "leaves: " (stream/collect (leaves-of [1 [2 [3 4]] [[5]]])))

# Two trees have the same fringe if their leaves agree, whatever their shape. It stops at the first difference.
(defn same-fringe? [a b]
  (let [left (leaves-of a) right (leaves-of b)]
    (forever
      (let [x (fiber/resume left) y (fiber/resume right)]
        (cond
          (and (fiber/done? left) (fiber/done? right)) (break true)
          (or (fiber/done? left) (fiber/done? right)) (break false)
          (not= x y) (break false))))))
(println (same-fringe? [1 [2 3]] [[1 2] 3]) " " (same-fringe? [1 2 3] [1 3 2]))

# Endless streams, put together lazily.
(defn integers-from [n]
  (fiber/new (fn [] (def @i n) (forever (yield i) (assign i (+ i 1)))) :yield))
(println (stream/collect
           (stream/pipe (integers-from 1)
             (partial stream/filter (fn [n] (= 0 (mod n 3))))
             (partial stream/map (fn [n] (* n n)))
             (partial stream/take 5))))

# Values also go in: a running mean.
(def mean
  (fiber/new
    (fn [first-value]
      (def @total first-value)
      (def @count-so-far 1)
      (forever
        (let [next (yield (/ (float total) count-so-far))]
          (assign total (+ total next))
          (assign count-so-far (+ count-so-far 1)))))
    :yield))
(each n in [10 20 60]
  (println "mean after " n ": " (fiber/resume mean n)))

# One generator inside another.
(defn countdown [n]
  (fiber/new (fn [] (def @i n) (while (> i 0) (yield i) (assign i (- i 1))) :lift-off) :yield))
(def launch
  (fiber/new (fn [] (yield :ready) (yield (yield* (countdown 3)))) :yield))
(println (stream/collect launch))
