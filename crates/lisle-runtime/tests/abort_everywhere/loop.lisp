
(each [name make] in (pairs cases)
  (let [@tried 0]
    (each turns in (range 12)
      (let [@steps 0]
        (forever
          (let [[ok value] (protect (try-case name make turns steps))]
            (unless ok
              (println name ": turn " turns ", step " steps ": " value)
              (sys/exit 1))
            (assign tried (+ tried 1))
            (assign steps (+ steps 1))
            (when (or value (> steps 100)) (break))))))
    (println name " " tried)))
