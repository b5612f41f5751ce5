# Pause times seen by a program: n MiB stay alive while short-lived arrays are made. Each step does the same work, so
# what a step takes beyond the median is what the collector took. Prints a histogram in microseconds.
(def n (parse-int (first (sys/args))))

# A chunk is one array of 128 arrays of 62 elements each: about 128 * (16 * 62 + 32) = 131,072 bytes.
(defn chunk [i] (let [rows @[]] (repeat 128 (push rows (array/new 62 i))) (freeze rows)))
(def alive (let [keep @[]] (repeat (* n 8) (push keep (chunk 0))) keep))
(println "# chunks alive: " (length alive))

(defn churn [i]
  # Replaces one chunk in place, so that the collector has marking, barriers and sweeping to do.
  (put alive (mod (* i 7919) (length alive)) (chunk i)))

(def steps 20000)
(def times (array/new steps 0.0))
(let [@i 0 @last (clock/monotonic)]
  (while (< i steps)
    (churn i)
    (let [now (clock/monotonic)]
      (put times i (* 1000000.0 (- now last)))
      (assign last now))
    (assign i (+ i 1))))

(def sorted (sort (freeze times)))
(defn quantile [q] (get sorted (min (- steps 1) (floor (* q steps)))))
(def edges [10 20 50 100 200 500 1000 2000 5000 10000 20000 50000 100000 1000000])
(let [@from 0 @low 0]
  (each edge in edges
    (let [@to from]
      (while (and (< to steps) (< (get sorted to) edge)) (assign to (+ to 1)))
      (when (> to from)
        (println (string/format "# {:>7} .. {:>7} us  {:>6}" low edge (- to from))))
      (assign from to)
      (assign low edge))))
(println (string/format "# p50 {:.0f} us, p99 {:.0f} us, p99.9 {:.0f} us, max {:.0f} us"
  (quantile 0.5) (quantile 0.99) (quantile 0.999) (get sorted -1)))
(println "RESULT pauses " n " " (/ (quantile 0.99) 1000000.0) " " 0)
