(println "a" 0x8000000000000000 1__0)
}
(println "unfinished)
