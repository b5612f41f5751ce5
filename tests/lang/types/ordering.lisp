(sort [3 "a" :k nil true 1.5 [1] (list 1) ()])      # => [nil true 1.5 3 :k () "a" (1) [1]]
(sort @[3 1 2])                                     # => @[1 2 3]
(sort (list 3 1 2))                                 # => (1 2 3)
(sort ["b" "a" "B"])                                # => ["B" "a" "b"]
(compare 1 2)                                       # => -1
(compare "b" "a")                                   # => 1
(compare [1 2] [1 2])                               # => 0
(compare [1] [1 2])                                 # => -1
(compare nil 1)                                     # => -1
(compare 1 1.0)                                     # => 0
(< 1 2 3)                                           # => true
(< 1 3 2)                                           # => false
(< "a" "b")                                         # => true
(< :a :b)                                           # => true
(<= 1 1 2)                                          # => true
(> 1.5 1)                                           # => true
(< (math/nan) 1)                                    # => false
(< 9007199254740992 9007199254740993)               # => true
(< 1 "a")                                           # raises {:error :type-error :message "<: incomparable types integer and string"}
(< [1] [2])                                         # raises {:error :type-error :message "<: expected number, string, or keyword, got array"}
(< 2 1 :never)                                      # => false
(let [lt <] (lt 1 2 3))                             # => true
(let [lt <] (lt 1 :a))                              # raises :type-error
(keys {:z 1 "a" 2 3 4 nil 5 true 6 [1] 7})          # => (nil true 3 "a" :z [1])
