# n processes that wait for a message, then each gets one and ends; the driver compares the peak memory with that of a run
# with n = 0; ops = n
(def process ((import "std/process")))
(def n (parse-int (first (sys/args))))
(def t0 (clock/monotonic))
(defn peak? [line] (string/starts-with? line "VmHWM:"))
(process:start (fn []
  (let [pids @[]]
    (repeat n (push pids (process:spawn (fn [] (process:recv)))))
    (process:recv-within 0.1)
    (println "# " (first (filter peak? (string/split (file/read "/proc/self/status") "\n"))))
    (each pid in pids (process:send pid :end)))))
(def dt (- (clock/monotonic) t0))
(println "RESULT idle " n " " dt " " (/ n dt))
