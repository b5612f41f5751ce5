(map inc [1 2])                                       # => [2 3]
(map inc @[1 2])                                      # => @[2 3]
(map inc (list 1 2))                                  # => (2 3)
(map identity "abc")                                  # => ["a" "b" "c"]
(map identity @"ab")                                  # => @["a" "b"]
(map (fn [x] (mod x 2)) |1 2 3|)                      # => |0 1|
(map identity @|2 1|)                                 # => @|1 2|
(map inc b[1 2])                                      # => [2 3]
(map inc {:a 1})                                      # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(map inc nil)                                         # raises {:error :type-error :message "expected collection type, got nil"}
(filter odd? [1 2 3])                                 # => [1 3]
(filter odd? |1 2 3|)                                 # => |1 3|
(filter odd? @|1 2 3|)                                # => @|1 3|
(filter (fn [c] (= c "a")) "abca")                    # => ["a" "a"]
(fold (fn [a c] (string c a)) "" "abc")               # => "cba"
(fold + 0 |1 2|)                                      # raises {:error :type-error :message "first: expected sequence (list, array, string, bytes), got set"}
(fold + 0 nil)                                        # raises {:error :type-error :message "expected collection type, got nil"}
(reduce + [1 2])                                      # raises {:error :arity-error :message "expected 3 arguments, got 2"}
(map-indexed (fn [i x] [i x]) [:a :b])                # => @[[0 :a] [1 :b]]
(map-indexed list (list :a :b))                       # => ((0 :a) (1 :b))
(mapcat (fn [x] [x x]) [1 2])                         # => @[1 1 2 2]
(mapcat (fn [x] (list x x)) (list 1 2))               # => (1 1 2 2)
(mapcat (fn [x] [x x]) (list 1 2))                    # raises {:error :type-error :message "append: both arguments must be same type, got list and array"}
(zip (list 1 2) [3 4])                                # => ((1 3) (2 4))
(zip [1 2 3] (list 4 5))                              # => @[(1 4) (2 5)]
(zip)                                                 # => ()
(zip "ab" [1])                                        # raises :type-error
(flatten [1 [2 (list 3 [4])]])                        # => @[1 2 3 4]
(flatten (list 1 (list 2 [3])))                       # => (1 2 3)
(flatten [])                                          # => ()
(take-while odd? [1 3 4 5])                           # => @[1 3]
(take-while odd? [2])                                 # => @[]
(take-while odd? [])                                  # => ()
(drop-while odd? (list 1 4 5))                        # => (4 5)
(distinct [1 2 1])                                    # => @[1 2]
(distinct (list "a" "a"))                             # => ("a")
(distinct [1.5])                                      # raises :type-error
(partition 2 [1 2 3])                                 # => @[@[1 2] @[3]]
(partition 2 (list 1 2 3))                            # => ((1 2) (3))
(partition 0 (list 1))                                # => ()
(partition 0 [1])                                     # raises :argument-error
(interpose 0 [1 2 3])                                 # => @[1 0 2 0 3]
(interpose 0 [1])                                     # => [1]
(interpose 0 (list 1 2))                              # => (1 0 2)
[(any? odd? [2 3]) (any? odd? []) (all? odd? [1 3]) (all? odd? [1 2]) (all? odd? [])]   # => [true false true false true]
[(find odd? [2 3 5]) (find odd? [2]) (find-index odd? [2 3]) (find-index odd? [2])]      # => [3 nil 1 nil]
(find nil? [1 nil 2])                                 # => nil
(find-index nil? [1 nil 2])                           # => 1
(count odd? [1 2 3])                                  # => 2
(find odd? |1|)                                       # raises :type-error
(any? odd? "")                                        # => false
(any? odd? "x")                                       # raises :type-error
[(min-key abs -3 2 -2) (max-key abs -3 2 3)]          # => [2 -3]
(group-by odd? [1 2 3])                               # => @{false @[2] true @[1 3]}
(frequencies "aab")                                   # => {"a" 2 "b" 1}
(sum [1 2.5])                                         # => 3.5
(product (list 2 3))                                  # => 6
((juxt first last length) [7 8 9])                    # => (7 9 3)
((compose string inc) 4)                              # => "5"
((compose) 7)                                         # => 7
((partial + 1 2) 3 4)                                 # => 10
((complement odd?) 2)                                 # => true
(let [calls @[] f (memoize (fn [x] (push calls x) (* x x)))] [(f 3) (f 3) (length calls)])          # => [9 9 1]
(let [calls @[] f (memoize (fn [a b] (push calls a) (string a b)))] [(f 1 2) (f "1" 2) (f 1 2) (length calls)])   # => ["12" "12" "12" 2]
