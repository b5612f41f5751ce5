(ev/futex-wait :key @[1] 2)                                                                          # => :ok
(ev/futex-wake :key 1)                                                                               # => 0
(ev/futex-wait :key [1] 1)                                                                           # raises :type-error
(ev/futex-wake :key -1)                                                                              # raises :type-error
# First come, first served; keys are equal as values are.
(let [log @[] fs (map (fn [i] (ev/spawn (fn [] (ev/futex-wait (list :key 1) @[0] 0) (push log i)))) (range 4))]
  (ev/sleep 0)
  (let [counts [(ev/futex-wake (list :key 1) 1) (ev/futex-wake (list :key 1) 2) (ev/futex-wake (list :key 1) 9) (ev/futex-wake (list :key 1) 9)]]
    (ev/join fs)
    [counts log]))                                                                                   # => [[1 2 1 0] @[0 1 2 3]]
# What is woken waits again like any other.
(let [f (ev/spawn (fn [] (ev/futex-wait :key @[0] 0) (let [t (clock/monotonic)] (ev/sleep 0.01) (>= (- (clock/monotonic) t) 0.01))))]
  (ev/sleep 0)
  (ev/futex-wake :key 1)
  (ev/join f))                                                                                       # => true
