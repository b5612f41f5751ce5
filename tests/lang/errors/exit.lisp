## status 3
## stdout before
(println "before")
(exit 3)
(println "after")
