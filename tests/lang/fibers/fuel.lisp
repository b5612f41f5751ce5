(defn busy [n] (let [@i 0] (while (< i n) (assign i (+ i 1))) i))
(let [f (fiber/new (fn [] (busy 1000)) :fuel)]
  (fiber/set-fuel f 10)
  (fiber/resume f)
  [(fiber/status f) (fiber/fuel f) (begin (fiber/clear-fuel f) (fiber/resume f)) (fiber/status f)])   # => [:paused 0 1000 :dead]
(fiber/fuel (fiber/new (fn [] 1) :fuel))                                  # => nil
(fiber/set-fuel (fiber/new (fn [] 1) :fuel) -1)                           # raises :type-error
(let [f (fiber/new (fn [] (+ 1 2)) :fuel)] (fiber/set-fuel f 0) [(fiber/resume f) (fiber/status f)])     # => [3 :dead]
# A small budget, many times: the same result, and nothing done twice.
(let [log @[] f (fiber/new (fn [] (each x in [1 2 3] (push log x)) (busy 50)) :fuel) @rounds 0]
  (forever
    (fiber/set-fuel f 5)
    (fiber/resume f)
    (assign rounds (+ rounds 1))
    (when (fiber/done? f) (break)))
  [log (fiber/value f) (> rounds 3)])                                     # => [@[1 2 3] 50 true]
# What was spent before a budget was given is not taken from it.
(def late (fiber/new (fn [] (each x (range 1000) nil) (fiber/set-fuel (fiber/self) 500) (each x (range 100) nil) :end) |:fuel|))
(fiber/resume late)                       # => :end
(def @spent 0)
(def outer (fiber/new (fn [] (each x (range 1000) nil) (let [f (fiber/new (fn [] (each x (range 1000) nil) :inner) |:fuel|)] (fiber/set-fuel f 5000) (fiber/resume f))) |:fuel|))
(do (fiber/set-fuel outer 1500) (fiber/resume outer))    # => :inner
