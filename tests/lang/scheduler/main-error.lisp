## status 1
## stdout before⏎other
## stderr ✗ Runtime error: {:error :first :message "m"}
(ev/spawn (fn [] (ev/sleep 0.01) (println "other")))
(println "before")
(error {:error :first :message "m"})
