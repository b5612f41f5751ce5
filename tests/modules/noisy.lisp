(println "loaded") {:answer 42}
