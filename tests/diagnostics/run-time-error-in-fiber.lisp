(defn worker [n]
  (ev/sleep 0.01)
  (/ 1 n))
(ev/spawn (fn [] (println (worker 0))))
(println "main is done")
