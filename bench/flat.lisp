# messages back and forth between two processes, while n others wait; ops = 200,000 round trips
(def process ((import "std/process")))
(def n (parse-int (first (sys/args))))
(process:start (fn []
  (repeat n (process:spawn (fn [] (process:recv))))
  (process:recv-within 0.05)
  (let [me (process:self)
        echo (process:spawn (fn [] (forever (process:send me (process:recv)))))
        t0 (clock/monotonic)]
    (repeat 200000 (process:send echo :ping) (process:recv))
    (let [dt (- (clock/monotonic) t0)]
      (println "RESULT flat " n " " dt " " (/ 200000 dt))
      (sys/exit 0)))))
