## stdout main done⏎late
(ev/spawn (fn [] (ev/sleep 0.02) (println "late")))
(println "main done")
