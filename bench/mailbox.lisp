# n messages queued, then received in order; ops = n
(def process ((import "std/process")))
(def n (parse-int (first (sys/args))))
(process:start (fn []
  (let [me (process:self) t0 (clock/monotonic)]
    (each i in (range n) (process:send me i))
    (each i in (range n) (assert (= i (process:recv))))
    (let [dt (- (clock/monotonic) t0)]
      (println "RESULT mailbox " n " " dt " " (/ n dt))))))
