# The examples of the seed document that need spawn, join and map.
(def f (ev/spawn (fn [] (+ 1 2))))
(ev/join f)                                               # => 3
(def [a b] (ev/join [(ev/spawn (fn [] :first))
                      (ev/spawn (fn [] :second))]))
[a b]                                                     # => [:first :second]
(ev/map (fn [x] (* x x)) [1 2 3 4])                       # => [1 4 9 16]
(let [[ok? val] (ev/join-protected (ev/spawn (fn [] (+ 1 2))))]
  (if ok? val :failed))                                   # => 3
