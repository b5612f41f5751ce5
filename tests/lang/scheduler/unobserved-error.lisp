## status 1
## stdout others run
## stderr ✗ Runtime error: :boom
(ev/spawn (fn [] (error :boom)))
(ev/spawn (fn [] (ev/sleep 0.01) (println "others run")))
