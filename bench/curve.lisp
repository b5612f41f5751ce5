# What one fiber costs in each operation, with n of them at once: the cost should not depend on n.
# Prints one line an operation: its name, n, nanoseconds a fiber.
(def n (parse-int (first (sys/args))))

(defn measure [name run]
  (let [t0 (clock/monotonic)]
    (run)
    (println "CURVE " name " " n " " (round (* 1e9 (/ (- (clock/monotonic) t0) n))))))

(defn spawn-all [f] (map (fn [i] (ev/spawn (fn [] (f i)))) (range n)))

(measure "spawn+join" (fn [] (ev/join (spawn-all identity))))
(measure "ev/map" (fn [] (ev/map identity (range n))))
(measure "map-limited" (fn [] (ev/map-limited identity (range n) 100)))
(measure "scope" (fn [] (ev/scope (fn [spawn] (each i in (range n) (spawn (fn [] i)))))))
(measure "yield" (fn [] (ev/join (spawn-all (fn [i] (ev/sleep 0))))))
(measure "sleep" (fn [] (ev/join (spawn-all (fn [i] (ev/sleep 0.000001))))))
(measure "timeout" (fn [] (ev/join (spawn-all (fn [i] (ev/timeout 60 (fn [] i)))))))
(measure "race" (fn []
  (ev/race (spawn-all (fn [i] (if (= i (- n 1)) i (ev/sleep 60)))))))
(measure "abort" (fn []
  (let [fibers (spawn-all (fn [i] (ev/sleep 60)))]
    (ev/sleep 0)
    (each f in fibers (ev/abort f)))))
(measure "select" (fn []
  (let [fibers (spawn-all (fn [i] (ev/sleep 60)))]
    (ev/select (->list (append fibers [(ev/spawn (fn [] 1))])))
    (each f in fibers (ev/abort f)))))
(measure "as-completed" (fn []
  (let [[next _] (ev/as-completed (spawn-all identity))]
    (while (next) nil))))
(measure "futex" (fn []
  (let [cell @[0] fibers (spawn-all (fn [i] (ev/futex-wait :gate cell 0)))]
    (ev/sleep 0)
    (ev/futex-wake :gate n)
    (ev/join fibers))))
(measure "join chain" (fn []
  (let [@last (ev/spawn (fn [] 0))]
    (repeat n (let [before last] (assign last (ev/spawn (fn [] (+ 1 (ev/join before)))))))
    (ev/join last))))
