# Values go to another thread and come back: what was accepted arrives once, whoever is aborted here.
(defn echo [rx ty]
  (let [seen @[]]
    (forever
      (match (chan/recv-wait rx)
        [:ok v] (begin (push seen v) (chan/send-wait ty v))
        _ (break)))
    seen))

(defn scenario []
  (let [[tx rx] (chan (roll 3))
        [ty ry] (chan (roll 3))
        accepted @{}
        out @[]
        thread (sys/spawn (fn [] (echo rx ty)))]
    (chan/close-recv rx)
    (chan/close ty)
    (defn send-some [who]
      (fn []
        (count-up 3
          (fn [i]
            (let [v (+ (* who 100) i)]
              (pause)
              # One that is aborted may have been accepted.
              (put accepted v :maybe)
              (when (= (chan/send-wait tx v) [:ok]) (put accepted v true)))))))
    (defn take-some []
      (count-up 3
        (fn [_]
          (pause)
          (match (if (= 0 (roll 2)) (chan/recv-wait ry 0.001) (chan/select [ry] 1))
            [(or :ok 0) v] (push out v)
            _ nil))))
    (let [rest (ev/spawn
                 (fn []
                   (forever
                     (match (chan/recv-wait ry)
                       [:ok v] (push out v)
                       _ (break)))))]
      (run-all (send-some 1) take-some (send-some 2) take-some (send-some 3))
      (chan/close tx)
      (ev/join rest))
    (let [seen @{}]
      (each v in out
        (check (not (has? seen v)) "a value came out twice")
        (put seen v true)
        (check (get accepted v) "a value came out that was not sent"))
      (each [v state] in (pairs accepted)
        (when (= state true) (check (has? seen v) "a value was lost")))
      (check (= (length out) (length (sys/join thread))) "what the other thread saw came back"))))
