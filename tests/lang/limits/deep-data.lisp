## no-stress
# Nothing that walks data recurses.
(def deep (let [@d []] (repeat 200000 (assign d [d])) d))
(= deep (let [@d []] (repeat 200000 (assign d [d])) d))      # => true
(integer? (hash deep))                                       # => true
(> (length (string deep)) 400000)                            # => true
(compare deep deep)                                          # => 0
(def mutable-deep (let [@d @[]] (repeat 100000 (assign d @[d])) d))
(= mutable-deep (deep-freeze mutable-deep))                  # => true
(def nested-list (let [@d ()] (repeat 100000 (assign d (list d))) d))
(empty? (flatten nested-list))                               # => true
