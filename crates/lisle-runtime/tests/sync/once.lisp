# The function runs to its end once; everybody gets that value.
(defn scenario []
  (let [@begun 0 @ended 0 once (sync:make-once (fn []
                                                 (assign begun (+ begun 1))
                                                 (pause)
                                                 (pause)
                                                 (assign ended (+ ended 1))
                                                 ended))]
    (defn want []
      (pause)
      (check (= (once:get) 1) "another value"))
    (run-all want want want want)
    (check (= (once:get) 1) "another value")
    (check (= ended 1) "the function did not run to its end once")))
