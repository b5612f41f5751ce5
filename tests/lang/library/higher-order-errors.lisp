(map %pair? [1 (list 1)])   # => [false true]
(sort @[3 1 2])   # => @[1 2 3]
(sort (list 3 1))   # => (1 3)
(sort nil)   # raises {:error :type-error :message "sort: expected list, array, or @array, got nil"}
(sort {:a 1})   # raises {:error :type-error :message "sort: expected list, array, or @array, got struct"}
(map {:a 1 :b 2} [:a :b])   # => [1 2]
(filter |1 3| [1 2 3])   # => [1 3]
(map first {:a 1})   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(map 5 [1])   # raises {:error :type-error :message "Cannot call 5"}
(map inc 5)   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(map nil [])   # => []
(filter 5 [])   # => []
(filter nil? {:a 1})   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(fold + 0 {:a 1})   # raises {:error :type-error :message "first: expected sequence (list, array, string, bytes), got struct"}
(fold + 0 "ab")   # raises {:error :type-error :message "+: expected number, got string"}
(fold + 0 5)   # raises {:error :type-error :message "expected collection type, got integer"}
(fold 5 0 [])   # => 0
(fold + 0 {})   # => 0
(map-indexed (fn [i x] [i x]) "ab")   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(map-indexed list nil)   # raises {:error :type-error :message "expected collection type, got nil"}
(map-indexed list [])   # => @[]
(map-indexed list {:a 1})   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(mapcat (fn [x] x) [[1] (list 2) "ab" |3|])   # => @[1 2 "a" "b" 3]
(mapcat (fn [x] x) [1])   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(mapcat (fn [x] x) "ab")   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(mapcat (fn [x] 5) (list 1))   # raises {:error :type-error :message "append: both arguments must be same type, got list and integer"}
(zip [1 2] (list 3))   # => @[(1 3)]
(zip (list 1) [2] @[3])   # => ((1 2 3))
(zip nil)   # raises {:error :type-error :message "expected collection type, got nil"}
(zip [1] 5)   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(zip [])   # => @[]
(zip () [1])   # => ()
(zip [1 2])   # => @[(1) (2)]
(flatten nil)   # raises {:error :type-error :message "expected collection type, got nil"}
(flatten 5)   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(flatten "ab")   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(flatten [1 "ab" |2| {:a 1} nil])   # => @[1 "ab" |2| {:a 1} nil]
(flatten @[@[1] [2]])   # => @[1 2]
(flatten (list [] ()))   # => ()
(take-while odd? "ab")   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(take-while odd? nil)   # raises {:error :type-error :message "expected collection type, got nil"}
(take-while odd? "")   # => ()
(take-while odd? {})   # => ()
(drop-while odd? @[1 2])   # => @[2]
(drop-while odd? |1|)   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(distinct (list 1 2 1))   # => (1 2)
(distinct "aab")   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(distinct nil)   # raises {:error :type-error :message "expected collection type, got nil"}
(distinct [@[1]])   # raises {:error :type-error :message "struct keys must be immutable (got @array)"}
(partition 2 "abc")   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(partition -1 [1])   # raises {:error :argument-error :message "partition: group size must be positive, got -1"}
(partition :a [1])   # raises {:error :type-error :message ">: incomparable types keyword and integer"}
(partition 2 nil)   # raises {:error :type-error :message "expected collection type, got nil"}
(partition 2 [])   # => @[]
(partition 2 ())   # => ()
(sort-by length "abc")   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(sort-by identity (list 3 1))   # => (1 3)
(sort-by identity @[2 1])   # => @[1 2]
(sort-by identity [(nan) 1])   # => @[1 NaN]
(sort-by identity nil)   # raises {:error :type-error :message "expected collection type, got nil"}
(sort-with compare "ab")   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(sort-with (fn [a b] "x") [1 2])   # raises {:error :type-error :message "<=: incomparable types string and integer"}
(sort-with (fn [a b] nil) [1])   # => [1]
(sort-by-cmp compare [2 1])   # => [1 2]
(sort-with compare [])   # => []
(min-key abs -1 1)   # => -1
(max-key abs -1 1)   # => -1
(min-key abs)   # raises {:error :argument-error :message "first: empty sequence"}
(min-key identity "a" "b")   # => "a"
(min-key identity :a 1)   # raises {:error :type-error :message "<: incomparable types integer and keyword"}
(any? odd? nil)   # raises {:error :type-error :message "expected collection type, got nil"}
(all? odd? |1|)   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(find odd? {})   # => nil
(find-index odd? "x")   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(count odd? (list 1 3))   # => 2
(count odd? |1|)   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(count odd? nil)   # raises {:error :type-error :message "expected collection type, got nil"}
(any? (fn [x] x) [nil 5])   # => true
((compose) 5)   # => 5
((comp inc inc) 1)   # => 3
((partial + 1) 2)   # => 3
(partial)   # raises {:error :arity-error :message "expected at least 1 arguments, got 0"}
((juxt) 1)   # => ()
((memoize (fn [] 5)))   # => 5
((memoize inc) 1)   # => 2
((memoize inc) 1.5)   # raises {:error :type-error :message "struct keys must be immutable (got float)"}
((memoize (fn [a b] (+ a b))) 1 2)   # => 3
((memoize first) @[1])   # raises {:error :type-error :message "struct keys must be immutable (got @array)"}
((complement nil?) 1)   # => true
((constantly 1))   # => 1
(identity)   # raises {:error :arity-error :message "expected 1 arguments, got 0"}
