(ev/map (fn [x] (* x x)) [1 2 3 4])                        # => [1 4 9 16]
(ev/map inc (list 1 2))                                    # => [2 3]
(ev/map inc |2 1|)                                         # => [2 3]
(ev/map inc [])                                            # => []
(ev/map inc nil)                                           # raises :type-error
(ev/map (fn [x] (ev/sleep (/ 0.03 x)) x) [1 2 3])          # => [1 2 3]
(let [log @[]] (ev/map (fn [x] (push log [:start x]) (ev/sleep 0) (push log [:end x])) [1 2]) log)   # => @[[:start 1] [:start 2] [:end 1] [:end 2]]
(ev/map (fn [x] (if (= x 2) (error {:error :bad :x x}) x)) [1 2 3])     # raises {:error :bad :x 2}
