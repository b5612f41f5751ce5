# n fibers that wait for a long time; the driver takes the peak memory of this run and of one with n = 0; ops = fibers
(def n (parse-int (first (sys/args))))
(def t0 (clock/monotonic))
(def fibers (map (fn [_] (ev/spawn (fn [] (ev/sleep 0.5)))) (range n)))
(ev/sleep 0)
(def dt (- (clock/monotonic) t0))
(ev/join fibers)
(println "RESULT parked " n " " dt " " (/ n dt))
