# Nobody gets through more rounds than there are, and nobody is left at the barrier.
(defn scenario []
  (let [barrier (sync:make-barrier 3) passed @[0 0 0] @over false]
    (defn party [who]
      (fn []
        (count-up 3
          (fn [_]
            (pause)
            (barrier:wait)
            (put passed who (+ 1 (get passed who)))
            (check (<= (get passed who) 3) "too many rounds")))))
    # Stands in for parties that were aborted.
    (defn fill []
      (let [missing (- 3 (barrier:waiting))]
        (when (< 0 missing 3)
          (count-up missing (fn [_] (ev/spawn barrier:wait))))))
    (let [filler (ev/spawn (fn []
                             (while (not over)
                               (count-up 4 (fn [_] (ev/sleep 0)))
                               (fill))))]
      (run-all (party 0) (party 1) (party 2))
      (assign over true)
      (ev/join filler))
    (ev/sleep 0.001)
    (while (> (barrier:waiting) 0)
      (fill)
      (ev/sleep 0.001))
    (check (= (barrier:waiting) 0) "somebody is left at the barrier")))
