(def items [1 2
  3)
(println "after"
