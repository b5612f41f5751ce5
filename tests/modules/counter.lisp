# A module with named arguments and state of its own.
(fn [&named start]
  (def @n (or start 0))
  {:next (fn [] (assign n (+ n 1)) n)})
