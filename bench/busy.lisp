# how much later than asked a process wakes up, n times, while another computes: the 99th percentile in ms
(def process ((import "std/process")))
(def n (parse-int (first (sys/args))))
(process:start (fn []
  (let [busy (process:spawn (fn [] (forever (+ 1 1)))) late @[]]
    (repeat n
      (let [t0 (clock/monotonic)]
        (process:recv-within 0.001)
        (push late (* 1000 (- (clock/monotonic) t0 0.001)))))
    (process:exit busy :kill)
    (let [sorted (->array (sort (freeze late)))
          p99 (get sorted (floor (* n 0.99)))]
      (println "# lateness in ms: p50 " (get sorted (floor (* n 0.5))))
      (println "RESULT busy " n " " (/ p99 1000) " " (/ 1000 p99))))))
