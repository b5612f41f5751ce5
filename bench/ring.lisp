# a ring of 1000 processes; one message makes n hops; ops = n
(def process ((import "std/process")))
(def n (parse-int (first (sys/args))))
(def size 1000)
(process:start (fn []
  (let [@next (process:self)]
    (repeat (- size 1)
      (let [to next]
        (assign next (process:spawn (fn [] (forever (process:send to (process:recv))))))))
    (let [first-hop next @left n t0 (clock/monotonic)]
      (while (> left 0)
        (process:send first-hop :token)
        (process:recv)
        (assign left (- left size)))
      (let [dt (- (clock/monotonic) t0)]
        (println "RESULT ring " n " " dt " " (/ n dt))
        (sys/exit 0))))))
