(def [mode count] (->array (sys/args)))

(if (= mode "seeds")
  # Each round goes on with the world's generator: another order every time.
  (count-up (parse-int count) (fn [i] (assign dice (+ i 1)) (scenario)))
  # Every fiber, at every turn that it has; some wait for as long as others have turns.
  (count-up (parse-int count)
    (fn [who]
      (assign victim who)
      (assign turns 0)
      (assign reached true)
      (while (and reached (< turns 60))
        (assign reached false)
        (assign dice 7)
        (scenario)
        (assign turns (+ turns 1))))))

(println "ok")
