# A pool of worker threads: work that keeps processors busy, errors, and giving up.

(def pool ((import "std/pool")))

# The longest chain of the Collatz problem that starts in a range.
(defn steps [n]
  (let [@n n @count 0]
    (while (not (= n 1))
      (assign n (if (= 0 (mod n 2)) (bit/shift-right n 1) (+ 1 (* 3 n))))
      (assign count (+ count 1)))
    count))

(defn longest [[from to]]
  (fold (fn [best n]
          (let [count (steps n)]
            (if (> count (get best 1)) [n count] best)))
        [0 0]
        (range from to)))

(def ranges (map (fn [i] [(+ 1 (* i 250)) (+ 1 (* (+ i 1) 250))]) (range 8)))
(def answers (pool:map (fn [range] [range (longest range)]) ranges))
(each [[from to] [n count]] in answers
  (println from " to " (- to 1) ": " n " takes " count " steps"))

# Many fibers share the workers; each waits for its own work only.
(println (ev/map (fn [n] (pool:run steps n)) [27 97 871]))

# An error in a worker is raised where the work was wanted.
(println (match (protect (pool:map (fn [x] (/ 100 x)) [5 0]))
           [false e] (string "failed: " e:error)
           other other))

# Who gives up is not waited for.
(println (ev/timeout 0.01 (fn [] (pool:run (fn [] (ev/sleep 0.2) :done))) :gave-up))
