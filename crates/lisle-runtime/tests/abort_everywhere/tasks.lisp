# Operations on tasks. See `helpers.lisp`.

(def cases
  {:sleep (fn [] {:run (fn [] (ev/sleep 0.001) (ev/sleep 0) (ev/sleep 0.001))})
   :yield (fn [] {:run (fn [] (repeat 5 (yield 1)))})
   :join (fn []
     (let [f (ev/spawn (work 1 :value))]
       {:run (fn [] (ev/join f))
        :after (fn [_] (expect "the joined fiber goes on" (= (ev/join f) :value)))}))
   :join-many (fn []
     (let [fs [(ev/spawn (work 1 1)) (ev/spawn (work 0.5 2)) (ev/spawn (work 2 3))]]
       {:run (fn [] (ev/join fs))
        :after (fn [_] (expect "the joined fibers go on" (= (ev/join fs) [1 2 3])))}))
   :join-protected (fn []
     (let [fs (list (ev/spawn (failing 1)) (ev/spawn (work 0.5 2)))]
       {:run (fn [] (ev/join-protected fs))
        :after (fn [_] (expect "the results are there" (= (ev/join-protected fs) [[false :failed] [true 2]])))}))
   :abort (fn []
     (let [f (ev/spawn (slow-cleanup 1))]
       {:run (fn [] (ev/sleep 0) (ev/abort f))
        :after (fn [_] (ev/join-protected f))}))
   :select (fn []
     (let [fs [(ev/spawn (work 2 1)) (ev/spawn (work 1 2))]]
       {:run (fn [] (ev/select fs) (ev/select fs))
        :after (fn [_] (expect "the fibers go on" (= (ev/join fs) [1 2])))}))
   :race (fn [] {:run (fn [] (ev/race [(ev/spawn (work 1 1)) (ev/spawn (slow-cleanup 2)) (ev/spawn (work 3 3))]))})
   :race-failing (fn [] {:run (fn [] (ev/race [(ev/spawn (failing 1)) (ev/spawn (slow-cleanup 2))]))})
   :timeout (fn [] {:run (fn [] (ev/timeout 0.001 (slow-cleanup 3)))})
   :timeout-in-time (fn [] {:run (fn [] (ev/timeout 0.002 (work 1 :value)))})
   :timeout-zero (fn [] {:run (fn [] (ev/timeout 0 (slow-cleanup 1)))})
   :scope (fn []
     {:run (fn []
        (ev/scope (fn [spawn]
          (spawn (work 2 1))
          (spawn (slow-cleanup 1))
          (ev/join (spawn (work 0.5 2))))))})
   :scope-failing (fn []
     {:run (fn []
        (ev/scope (fn [spawn]
          (spawn (slow-cleanup 3))
          (spawn (failing 1))
          (spawn (fn [] (spawn (work 2 3)) (ev/sleep 5))))))})
   :scopes (fn []
     {:run (fn []
        (ev/scope (fn [outer]
          (outer (fn [] (ev/scope (fn [inner] (inner (slow-cleanup 1)) (inner (work 2 1)) (ev/sleep 0.001)))))
          (outer (slow-cleanup 2)))))})
   :map (fn [] {:run (fn [] (ev/map (fn [x] ((work x x))) [1 3 2]))})
   :map-failing (fn [] {:run (fn [] (ev/map (fn [x] ((if (= x 2) (failing x) (work x x)))) [1 2 0.5]))
      # The others go on after a failure, but not after an abort.
      :after (fn [outcome] (when (= outcome :failed) (settle)))})
   :map-limited (fn [] {:run (fn [] (ev/map-limited (fn [x] ((work x x))) [1 0.5 2 0.3 1] 2))})
   :map-limited-failing (fn []
     {:run (fn [] (ev/map-limited (fn [x] ((if (= x 0.5) (failing x) (slow-cleanup x)))) [1 0.5 2 0.3 1] 3))})
   :as-completed (fn []
     (let [fs [(ev/spawn (work 2 1)) (ev/spawn (work 1 2))] [next _] (ev/as-completed fs)]
       {:run (fn [] (next) (next) (next))
        :after (fn [_] (expect "the fibers go on" (= (ev/join fs) [1 2])))}))
   :run (fn [] {:run (fn [] (ev/run (work 1 1) (slow-cleanup 1.5) (work 0.5 2)))})
   :with-scheduler (fn [] {:run (fn [] (ev/with-scheduler nil (work 1 1) (slow-cleanup 1)))})
   :step (fn [] {:run (fn [] (ev/step) (ev/step 1))})
   :shield (fn []
     {:run (fn [] (ev/shield 0.001 (work 2 :value)))})
   :shield-to-end (fn []
     (let [log @[]]
       {:run (fn [] (ev/shield 9 (fn [] (ev/sleep 0.001) (push log :done))) (ev/sleep 0.001))
        :after (fn [outcome] (expect "what is shielded is finished" (or (= log @[:done]) (= outcome :not-started))))}))
   :shields (fn [] {:run (fn [] (ev/shield 0.002 (fn [] (ev/shield 0.001 (work 0.5 1)) ((work 1 2)))))})
   :futex (fn []
     (let [cell @[0] key (list :key)]
       {:run (fn [] (ev/futex-wait key cell 0))
        :after (fn [_] (expect "nobody waits any more" (= 0 (ev/futex-wake key 9))))}))
   :park (fn []
     (let [queue (%waiters)]
       {:run (fn [] (%park queue "news"))
        :after (fn [_] (expect "nobody waits any more" (= 0 (%waiting queue))))}))
   :park-late (fn []
     (let [queue (%waiters)]
       {:run (fn [] (%park queue "news" 0.001) (ev/sleep 0))
        :after (fn [_] (expect "nobody waits any more" (= 0 (%waiting queue))))}))
   # Three take turns with one permit, which is handed over.
   :hand-over (fn []
     (let [queue (%waiters)
           free @[true]
           release (fn [_] (unless (%unpark queue) (put free 0 true)))
           acquire (fn [] (if (get free 0) (put free 0 false) (%park queue ["the permit" release])))
           turn (fn [] (acquire) (defer (release nil) (ev/sleep 0)))
           other (ev/spawn (fn [] (repeat 3 (turn))))]
       {:run (fn [] (repeat 3 (turn)))
        :after (fn [_]
          (ev/join other)
          (turn)
          (expect "the permit is free" (get free 0)))}))
   :cleanup (fn []
     (let [log @[]]
       {:run (fn [] (defer (begin (ev/sleep 0.0002) (push log :clean)) (ev/sleep 0.001)))
        :after (fn [_] (expect "cleanup ran at most once" (<= (length log) 1)))}))
   :everything (fn []
     {:run (fn []
        (ev/timeout 0.004 (fn []
          (ev/race
            [(ev/spawn (fn []
               (ev/scope (fn [spawn]
                 (spawn (fn [] (ev/map (fn [x] ((slow-cleanup x))) [1 2])))
                 (ev/map-limited (fn [x] ((work x x))) [1 2 3] 2)))))
             (ev/spawn (fn [] (ev/timeout 0.003 (slow-cleanup 9))))]))))})})
