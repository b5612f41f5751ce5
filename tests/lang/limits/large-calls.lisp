## no-stress
(length (list ;(range 200000)))            # => 200000
((fn [& xs] (length xs)) ;(range 100000))  # => 100000
(apply + (range 100000))                   # => 4999950000
(length [;(range 100000) ;(range 100000)]) # => 200000
(length (apply string (map string (range 100000))))  # => 488890
