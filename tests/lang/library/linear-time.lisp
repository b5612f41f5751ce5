## no-stress
# Appending and prepending many: linear.
(let [a @[]] (each i in (range 100000) (push a i)) (length a))        # => 100000
(let [@l ()] (each i in (range 100000) (assign l (pair i l))) (length l))   # => 100000
(length (map inc (range 100000)))                            # => 100000
(length (sort-with compare (range 20000)))                   # => 20000
(length (distinct (range 100000)))                           # => 100000
(length (partition 2 (->list (range 100000))))               # => 50000
(length (flatten (map (fn [i] [i [i]]) (range 50000))))      # => 100000
(length (mapcat (fn [i] (list i i)) (->list (range 50000)))) # => 100000
(length (map identity (string/repeat "é" 50000)))            # => 50000
