# n calls to a server that counts; ops = n
(def process ((import "std/process")))
(def n (parse-int (first (sys/args))))
(def counter {:init (fn [_] 0) :handle-call (fn [_ _ count] [:reply (+ count 1) (+ count 1)])})
(process:start (fn []
  (let [pid (process:gen-server-start-link counter nil) t0 (clock/monotonic)]
    (repeat n (process:gen-server-call pid :inc))
    (let [dt (- (clock/monotonic) t0)]
      (println "RESULT gencall " n " " dt " " (/ n dt))))))
