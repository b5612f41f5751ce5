# A fiber of the scheduler that failed.
(let [f (ev/spawn (fn [] (error :x)))] (ev/join-protected f) [(fiber/status f) (fiber/bits f) (fiber/value f)])    # => [:paused 1 :x]
(let [f (ev/spawn (fn [] 5))] (ev/join f) [(fiber/status f) (fiber/value f)])                                      # => [:dead 5]
(fiber/mask (ev/spawn (fn [] 1)))                                                                                  # => 18945
# Joining a sequence raises the first error in the order of the sequence.
(ev/join-protected [(ev/spawn (fn [] (ev/sleep 0.01) (error :slow))) (ev/spawn (fn [] (error :quick)))])           # => [[false :slow] [false :quick]]
(let [fs [(ev/spawn (fn [] (ev/sleep 0.01) (error :slow))) (ev/spawn (fn [] (error :quick)))]] (ev/join-protected fs) (ev/join fs))   # raises :slow
# Sleeping fibers with the same deadline wake in the order of their sleeps.
(let [log @[]] (ev/map (fn [i] (ev/sleep 0.01) (push log i)) (range 10)) log)                                      # => @[0 1 2 3 4 5 6 7 8 9]
(let [t0 (clock/monotonic)] (ev/sleep 0.5) (>= (- (clock/monotonic) t0) 0.5))                                      # => true
# One fiber's error does not disturb others.
(let [ok (ev/spawn (fn [] (ev/sleep 0.001) :fine)) bad (ev/spawn (fn [] (error :x)))] (ev/join-protected bad) (ev/join ok))   # => :fine
# Fibers spawned by fibers.
(ev/join (ev/spawn (fn [] (ev/join (ev/spawn (fn [] (ev/join (ev/spawn (fn [] :deep)))))))))                       # => :deep
# A set of fibers.
(sort (ev/join |(ev/spawn (fn [] 1))|))                                                                            # => [1]
