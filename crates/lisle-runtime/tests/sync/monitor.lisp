# A counter that goes up and down by ones between 0 and 2.
(defn scenario []
  (let [monitor (sync:make-monitor) @level 0 @over false]
    (defn move [by allowed]
      (fn []
        (count-up 3
          (fn [_]
            (pause)
            (monitor:with
              (fn []
                (while (not (or over (allowed))) (monitor:wait))
                (unless over
                  (assign level (+ level by))
                  (check (and (<= 0 level) (<= level 2)) "the level is out of bounds"))
                (monitor:broadcast)))))))
    (let [ender (ev/spawn (fn []
                            (count-up 30 (fn [_] (ev/sleep 0)))
                            (monitor:with (fn [] (assign over true) (monitor:broadcast)))))]
      (run-all (move 1 (fn [] (< level 2))) (move -1 (fn [] (> level 0))) (move 1 (fn [] (< level 2))))
      (ev/join ender))
    (check (get (monitor:try-with (fn [] 1)) 0) "the lock was lost")))
