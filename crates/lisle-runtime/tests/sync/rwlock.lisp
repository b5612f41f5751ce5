# Many readers or one writer; free at the end.
(defn scenario []
  (let [lock (sync:make-rwlock) @reading 0 @writing 0]
    (defn look []
      (check (or (= writing 0) (and (= writing 1) (= reading 0))) "a writer is not alone"))
    (defn read []
      (count-up 3
        (fn [_]
          (pause)
          (lock:with-read
            (fn []
              (assign reading (+ reading 1))
              (defer (assign reading (- reading 1))
                (look)
                (pause)
                (look)))))))
    (defn write []
      (count-up 2
        (fn [_]
          (pause)
          (lock:with-write
            (fn []
              (assign writing (+ writing 1))
              (defer (assign writing (- writing 1))
                (look)
                (pause)
                (look)))))))
    (run-all read write read write read)
    (check (lock:try-write-acquire) "the lock was lost")
    (lock:write-release)))
