## no-stress
(def fibers (map (fn [i] (ev/spawn (fn [] i))) (range 20000)))
(fold + 0 (ev/join fibers))                                # => 199990000
# A long chain of joins.
(defn chain [n] (if (= n 0) 0 (+ 1 (ev/join (ev/spawn (fn [] (chain (- n 1))))))))
(chain 10000)                                              # => 10000
(length (ev/map (fn [i] (ev/sleep 0.001) i) (range 5000))) # => 5000
