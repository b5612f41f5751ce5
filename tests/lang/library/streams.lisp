(defn numbers [n]
  (fiber/new (fn [] (let [@i 0] (while (< i n) (yield i) (assign i (+ i 1)))) :returned) :yield))
(stream/collect (numbers 3))                                          # => (0 1 2)
(stream/into-array (numbers 3))                                       # => @[0 1 2]
(stream/fold + 0 (numbers 4))                                         # => 6
(stream/for-each println (numbers 2))                                 # prints 0⏎1
                                                                      # => nil
(stream/collect (stream/map inc (numbers 3)))                         # => (1 2 3)
(stream/collect (stream/filter odd? (numbers 6)))                     # => (1 3 5)
(stream/collect (stream/take 2 (numbers 5)))                          # => (0 1)
(stream/collect (stream/take 9 (numbers 2)))                          # => (0 1)
(stream/collect (stream/drop 3 (numbers 5)))                          # => (3 4)
(stream/collect (stream/drop 9 (numbers 2)))                          # => ()
(stream/collect (stream/concat (numbers 2) (numbers 2)))              # => (0 1 0 1)
(stream/collect (stream/zip (numbers 2) (numbers 5)))                 # => ([0 0] [1 1])
(stream/collect (stream/pipe (numbers 9) (partial stream/filter odd?) (partial stream/map inc)))   # => (2 4 6 8)
(defn evens [] (fiber/new (fn [] (def @n 0) (forever (yield n) (assign n (+ n 2)))) |:yield|))
(stream/collect (stream/take 3 (stream/map inc (evens))))             # => (1 3 5)
# Nothing is pulled before it is asked for.
(let [log @[] s (stream/map (fn [v] (push log v) v) (numbers 3))] (fiber/resume s) log)   # => @[0]
(let [s (numbers 0)] (stream/collect s) (stream/done? s))             # => true
(let [s (numbers 0)] (stream/collect s) (stream/collect s))           # raises :state-error
(stream/collect (fiber/new (fn [] (yield 1) (error :broken)) :yield)) # raises :broken
