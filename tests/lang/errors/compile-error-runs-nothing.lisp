## status 1
## stdout
## stderr ✗ Compile error: undefined variable: no-such-name
(println "never")
(defn f [] (no-such-name))
