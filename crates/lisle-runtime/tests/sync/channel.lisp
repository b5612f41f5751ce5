# What was accepted is received once, whoever selects, gives up, or is aborted.
(defn scenario []
  (let [[tx rx] (match (roll 3) 0 (chan) 1 (chan 0) _ (chan 2))
        [ty ry] (chan 1)
        accepted @{}
        out @[]]
    (defn send-some [who sender]
      (fn []
        (count-up 3
          (fn [i]
            (let [v (+ (* who 100) i)]
              (pause)
              (put accepted v :maybe)
              (put accepted v
                (match (if (= 0 (roll 2)) (chan/send-wait sender v) (chan/send sender v))
                  [:ok] true
                  _ false)))))))
    (defn receive [receiver]
      (fn []
        (count-up 3
          (fn [_]
            (pause)
            (match (chan/recv-wait receiver (roll 2))
              [:ok v] (push out v)
              _ nil)))))
    (defn choose []
      (count-up 3
        (fn [_]
          (pause)
          (match (chan/select [rx ry] (roll 3))
            [_ v] (push out v)
            _ nil))))
    (let [drain (ev/spawn (fn []
                            (count-up 60 (fn [_] (ev/sleep 0)))
                            (forever
                              (match (chan/select [rx ry] 5)
                                [:timeout] (break)
                                [:disconnected] (break)
                                [_ v] (push out v)
                                _ nil))))]
      (run-all (send-some 1 tx) (receive rx) (send-some 2 ty) choose (receive ry) (send-some 3 tx))
      (ev/join drain))
    (let [seen @{}]
      (each v in out
        (check (not (has? seen v)) "a value was received twice")
        (put seen v true)
        (check (get accepted v) "a value was received that was refused"))
      (each [v state] in (pairs accepted)
        (when (= state true) (check (has? seen v) "a value was lost"))))))
