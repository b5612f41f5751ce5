## status 3
## stdout before
# `exit` in a thread ends the program.
(println "before")
(sys/join (sys/spawn (fn [] (exit 3))))
(println "never")
