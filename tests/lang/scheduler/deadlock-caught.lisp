(try (ev/futex-wait :nobody @[0] 0) (catch e e:error))                                               # => :deadlock
# In a scope, the error comes from the fiber that cannot go on.
(let [log @[]] [(try (ev/scope (fn [spawn] (spawn (fn [] (ev/futex-wait :nobody @[0] 0))) 1)) (catch e e:error)) (length (ev/fibers))])   # => [:deadlock 1]
(ev/scope (fn [spawn] (spawn (fn [] (protect (ev/futex-wait :nobody @[0] 0)))) :recovered))          # => :recovered
# A timer is not a deadlock.
(ev/timeout 0.001 (fn [] (ev/futex-wait :nobody @[0] 0)) :late)                                      # => :late
