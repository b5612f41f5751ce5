# What was accepted comes out once.
(defn scenario []
  (let [queue (sync:make-queue (roll 4)) accepted @{} out @[] @tried 0]
    (defn put-some [who]
      (fn []
        (count-up 4
          (fn [i]
            (let [v (+ (* who 100) i)]
              (pause)
              # A put that is aborted may have been accepted.
              (put accepted v :maybe)
              (put accepted v (queue:put? v)))))))
    (defn take-some []
      (count-up 4
        (fn [_]
          (pause)
          (when (or (> (queue:size) 0) (= 0 (roll 2)))
            (let [[ok v] (queue:take?)]
              (when ok (push out v)))))))
    (let [closer (ev/spawn (fn [] (count-up (+ 20 (roll 20)) (fn [_] (ev/sleep 0))) (queue:close)))]
      (run-all (put-some 1) take-some (put-some 2) take-some (put-some 3))
      (ev/join closer))
    (forever
      (let [[ok v] (queue:take?)]
        (unless ok (break))
        (push out v)))
    (let [seen @{}]
      (each v in out
        (check (not (has? seen v)) "a value came out twice")
        (put seen v true)
        (check (get accepted v) "a value came out that was refused"))
      (each [v state] in (pairs accepted)
        (when (= state true) (check (has? seen v) "a value was lost"))))))
