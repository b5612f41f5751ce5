# One holder at a time; served in order of arrival; free at the end.
(defn scenario []
  (let [lock (sync:make-lock) @inside 0 @arrived 0 @served -1]
    (defn work []
      (count-up 3
        (fn [_]
          (pause)
          (let [ticket arrived]
            (assign arrived (+ arrived 1))
            (lock:acquire)
            (defer (lock:release)
              (check (> ticket served) "served out of order")
              (assign served ticket)
              (assign inside (+ inside 1))
              (check (= inside 1) "two holders")
              (defer (assign inside (- inside 1))
                (pause)))))))
    (run-all work work work work (fn [] (count-up 3 (fn [_] (pause) (lock:with pause)))))
    (check (lock:try-acquire) "the lock was lost")))
