# No more holders than permits; all permits are there at the end.
(defn scenario []
  (let [n (+ 1 (roll 3)) gate (sync:make-semaphore n) @inside 0]
    (defn work []
      (count-up 3
        (fn [_]
          (pause)
          (gate:acquire)
          (defer (gate:release)
            (assign inside (+ inside 1))
            (check (<= inside n) "too many holders")
            (defer (assign inside (- inside 1))
              (pause))))))
    (run-all work work work work (fn [] (count-up 3 (fn [_] (gate:with pause)))))
    (check (= (gate:permits) n) "a permit was lost or made")))
