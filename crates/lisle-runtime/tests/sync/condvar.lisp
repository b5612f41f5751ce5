# A bounded buffer made of a lock and two conditions: whoever waits holds the lock again, aborted or not.
(defn scenario []
  (let [lock (sync:make-lock) filled (sync:make-condvar) drained (sync:make-condvar) buffer @[] @inside 0 @put-count 0 @taken 0]
    (defn enter [body]
      (lock:acquire)
      (defer (lock:release)
        (check (= inside 0) "two fibers are in")
        (body)))
    (defn wait [condition]
      (defer (check (lock:held?) "the lock is not held after a wait")
        (condition:wait lock)))
    (defn give []
      (count-up 3
        (fn [i]
          (pause)
          (enter
            (fn []
              (while (= (length buffer) 2) (wait drained))
              (push buffer i)
              (assign put-count (+ put-count 1))
              (filled:notify))))))
    (defn take-one []
      (count-up 3
        (fn [_]
          (pause)
          (enter
            (fn []
              (while (empty? buffer) (wait filled))
              (pop buffer)
              (assign taken (+ taken 1))
              (drained:notify))))))
    # Those who are left without a partner are freed by one who gives and takes for all.
    (let [@over false
          freer (ev/spawn
                  (fn []
                    (while (not over)
                      (ev/sleep 0)
                      (enter (fn []
                               (when (= (length buffer) 2)
                                 (pop buffer)
                                 (assign taken (+ taken 1))
                                 (drained:notify))
                               (when (empty? buffer)
                                 (push buffer :extra)
                                 (assign put-count (+ put-count 1))
                                 (filled:notify)))))))]
      (run-all give take-one give take-one)
      (assign over true)
      (ev/join freer))
    (check (= (length buffer) (- put-count taken)) "a value was lost")
    (check (lock:try-acquire) "the lock was lost")))
