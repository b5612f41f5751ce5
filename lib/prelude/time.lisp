# Measuring time.

(defn time/elapsed [thunk]
  "The list of the thunk's result and of the seconds it took.
  (first (time/elapsed (fn [] 5)))  # => 5
  (time/elapsed 5)  # raises :type-error"
  (let [start (clock/monotonic) result (thunk)]
    (list result (- (clock/monotonic) start))))

(defn time/stopwatch []
  "A stream of the seconds since it was first resumed.
  (float? (fiber/resume (time/stopwatch)))  # => true"
  (fiber/new
    (fn []
      (let [start (clock/monotonic)]
        (forever (yield (- (clock/monotonic) start)))))
    :yield))
