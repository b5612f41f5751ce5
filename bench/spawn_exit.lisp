# n processes that end at once, one spawned after the other's spawn; until all are gone; ops = n
(def process ((import "std/process")))
(def n (parse-int (first (sys/args))))
(def t0 (clock/monotonic))
(process:start (fn [] (repeat n (process:spawn (fn [] nil)))))
(def dt (- (clock/monotonic) t0))
(println "RESULT spawn_exit " n " " dt " " (/ n dt))
