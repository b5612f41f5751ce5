
(defn try-all [name make turns late]
  "Stops the victim later and later, until it ends before. Gives the number of attempts."
  (let [@steps 0]
    (forever
      (let [[ok value] (protect (try-case name make turns steps late))]
        (unless ok
          (println name ": " (if late "timeout" (string "turn " turns)) ", step " steps ": " value)
          (sys/exit 1))
        (assign steps (+ steps 1))
        (when (or value (> steps 100)) (break steps))))))

(each [name make] in (pairs cases)
  (let [by-abort (fold + 0 (map (fn [turns] (try-all name make turns false)) (range 12)))]
    (println name " " by-abort " " (try-all name make 0 true))))
