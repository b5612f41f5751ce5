# Nobody passes before the latch is open, and everybody after.
(defn scenario []
  (let [latch (sync:make-latch) @open false]
    (defn wait []
      (pause)
      (latch:wait)
      (check open "passed a closed latch"))
    (let [opener (ev/spawn (fn [] (pause) (pause) (pause) (assign open true) (latch:open)))]
      (run-all wait wait wait wait)
      (ev/join opener))
    (latch:wait)
    (check (latch:open?) "the latch is not open")))
