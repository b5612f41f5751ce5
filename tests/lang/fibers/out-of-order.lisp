# A fiber may be resumed past the one that waits for it: that one then has nothing to go on with but the value that it
# is resumed with itself.
(let [inner (fiber/new (fn [] (yield 1) (yield 2) :end) 0)
      outer (fiber/new (fn [] [:outer (fiber/resume inner)]) |:yield|)]
  [(fiber/resume outer) (fiber/resume (fiber/new (fn [] (fiber/resume inner)) |:yield|)) (fiber/resume outer :value)])    # => [1 2 [:outer :value]]
# The one that waits may be resumed by the one that it waits for.
(def @outer nil)
(def @inner nil)
(assign inner (fiber/new (fn [] (yield 1) [:inner (fiber/resume outer 5)]) 0))
(assign outer (fiber/new (fn [] [:outer (fiber/resume inner)]) |:yield|))
(fiber/resume outer)                      # => 1
(fiber/resume inner)                      # => [:inner [:outer 5]]
[(fiber/status outer) (fiber/status inner)]    # => [:dead :dead]
# The fiber that is waited for may have been cancelled, or have ended.
(let [inner (fiber/new (fn [] (yield 1)) 0) outer (fiber/new (fn [] [:outer (fiber/resume inner)]) |:yield|)]
  (fiber/resume outer)
  (fiber/cancel inner :gone)
  [(fiber/resume outer 5) (fiber/status inner) (fiber/value inner)])           # => [[:outer 5] :error :gone]
(let [inner (fiber/new (fn [] (yield 1) :end) 0) outer (fiber/new (fn [] [:outer (fiber/resume inner)]) |:yield|)]
  (fiber/resume outer)
  [(fiber/resume inner) (fiber/resume outer 5)])                               # => [:end [:outer 5]]
# What a task waits for is between it and the scheduler.
(let [task (ev/spawn (fn [] (ev/sleep 0) :end))]
  (ev/sleep 0)
  [(get (last (protect (fiber/propagate task))) :error) (ev/join task)])       # => [:state-error :end]
(let [task (ev/spawn (fn [] (error :x)))]
  [(ev/join-protected task) (protect (fiber/propagate task))])                 # => [[false :x] [false :x]]
# A fiber that waits within one task may be resumed by another.
(let [gen (fiber/new (fn [] (yield (ev/sleep 0)) :end) |:yield|)
      first (ev/spawn (fn [] [:first (fiber/resume gen)]))
      second (ev/spawn (fn [] [:second (fiber/resume gen :early)]))]
  [(ev/join [first second]) (fiber/status gen)])                               # => [[[:first nil] [:second :early]] :paused]
