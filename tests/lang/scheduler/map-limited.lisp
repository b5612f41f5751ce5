(ev/map-limited (fn [x] (* x x)) [1 2 3 4] 2)                                                        # => [1 4 9 16]
(ev/map-limited inc (list 1 2) 5)                                                                    # => [2 3]
(ev/map-limited inc [] 1)                                                                            # => []
(ev/map-limited inc [1] 0)                                                                           # raises :argument-error
(ev/map-limited inc [1] :two)                                                                        # raises :type-error
(ev/map-limited inc 5 2)                                                                             # raises :type-error
# Never more than n at a time, begun in order.
(let [@now 0 @most 0 log @[]]
  (ev/map-limited (fn [x] (push log x) (assign now (+ now 1)) (assign most (max most now)) (ev/sleep 0.001) (assign now (- now 1))) (range 10) 3)
  [most log])                                                                                        # => [3 @[0 1 2 3 4 5 6 7 8 9]]
# The first error in the order of the elements; the rest is aborted, or never begins.
(let [log @[]]
  [(try (ev/map-limited
          (fn [x] (case x 1 (begin (ev/sleep 0.01) (error :one)) 2 (error :two) 3 (defer (push log :aborted) (ev/sleep 9)) (push log x)))
          [1 2 3 4 5] 3)
     (catch e e))
   log])                                                                                             # => [:one @[:aborted]]
# An abort takes all with it, for ev/map too.
(let [f (ev/spawn (fn [] (ev/map-limited (fn [x] (ev/sleep 9)) (range 5) 2)))] (ev/sleep 0) (ev/abort f) (length (ev/fibers)))   # => 1
(let [f (ev/spawn (fn [] (ev/map (fn [x] (ev/sleep 9)) (range 5))))] (ev/sleep 0) (ev/abort f) (length (ev/fibers)))             # => 1
