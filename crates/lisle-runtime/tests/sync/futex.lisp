# A lock made of a futex.
(defn scenario []
  (let [futex (sync:make-futex 0) @inside 0]
    (defn acquire []
      (while (= (futex:get) 1) (futex:wait 1))
      (futex:set 1))
    (defn release []
      (futex:set 0)
      (futex:wake 1))
    (defn work []
      (count-up 3
        (fn [_]
          (pause)
          (acquire)
          (defer (release)
            (assign inside (+ inside 1))
            (check (= inside 1) "two holders")
            (defer (assign inside (- inside 1))
              (pause))))))
    (run-all work work work)
    (check (= (futex:get) 0) "the lock was lost")))
