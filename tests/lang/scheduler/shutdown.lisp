## status 1
## stdout after the call⏎cleanup⏎child
## stderr ✗ Runtime error: {:error :shutdown}
(ev/spawn (fn [] (defer (println "cleanup") (ev/sleep 100))))
(ev/spawn (fn [] (ev/sleep 0.001) (ev/spawn (fn [] (println "never"))) (ev/shutdown) (println "after the call") (ev/sleep 0) (println "never")))
(ev/spawn (fn [] (defer (begin (ev/sleep 1) (println "never")) (ev/sleep 100))))
(ev/scope (fn [spawn] (spawn (fn [] (defer (println "child") (ev/sleep 100)))) (ev/sleep 100)))
