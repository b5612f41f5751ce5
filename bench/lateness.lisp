# n fibers wait for pseudo-random moments in one second, which begins when all of them have long been started; prints how
# much later than asked they went on, in milliseconds.
(def n (parse-int (first (sys/args))))
(def start (+ (clock/monotonic) 1))
(def @x 42)
(def late (ev/map (fn [ms]
  (let [due (+ start (/ ms 1000.0))]
    (ev/sleep (max 0 (- due (clock/monotonic))))
    (* 1000 (- (clock/monotonic) due))))
  (map (fn [_]
    (assign x (mod (+ (* x 1103515245) 12345) 2147483648))
    (mod (/ (- x (mod x 65536)) 65536) 1000))
  (range n))))
(def sorted (sort late))
(defn at [part] (get sorted (int (floor (* part (- n 1))))))
(println "# lateness in ms: p50 " (at 0.5) ", p99 " (at 0.99) ", p99.9 " (at 0.999) ", largest " (at 1))
(println "RESULT lateness " n " " (/ (at 0.99) 1000) " " (/ 1000 (at 0.99)))
