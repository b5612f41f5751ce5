## status 1
## stdout going on
## stderr {:error :lost}
## stderr which nobody has joined
# The error of a thread that nobody joins is reported at the end.
(sys/spawn (fn [] (error {:error :lost})))
(ev/sleep 0.1)
(println "going on")
