(struct :a 1 :b)   # raises {:error :arity-error :message "struct: requires an even number of arguments (key-value pairs)"}
(@struct :a)   # raises {:error :arity-error :message "@struct: requires an even number of arguments (key-value pairs)"}
(struct @[1] 2)   # raises {:error :type-error :message "struct keys must be immutable (got @array)"}
(@struct 1.5 2)   # raises {:error :type-error :message "struct keys must be immutable (got float)"}
(del @{:a 1} :a)   # => @{}
(del {:a 1} 1.5)   # raises {:error :type-error :message "struct keys must be immutable (got float)"}
(del nil 1)   # raises {:error :type-error :message "del: expected struct or set, got nil"}
(keys @{})   # => ()
(values 5)   # raises {:error :type-error :message "values: expected struct, got integer"}
(pairs 5)   # raises {:error :type-error :message "pairs: expected struct, got integer"}
(keys {:b 1 "a" 2 3 4})   # => (3 "a" :b)
(merge 1 {})   # raises {:error :type-error :message "first argument must be a struct" :position :first :reason :not-a-struct}
(merge {} 1)   # raises {:error :type-error :message "second argument must be a struct" :position :second :reason :not-a-struct}
(merge {} @{})   # raises {:error :type-error :message "arguments must both be mutable or both be immutable" :reason :mutability-mismatch}
(from-pairs [[:a 1] [:b 2]])   # => {:a 1 :b 2}
(from-pairs [[:a]])   # raises {:error :argument-error :message "second: sequence has fewer than 2 elements"}
(from-pairs [1])   # raises {:error :type-error :message "first: expected sequence (list, array, string, bytes), got integer"}
(from-pairs nil)   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(from-pairs {:a 1})   # => {:a 1}
(from-pairs (pairs {:a 1}))   # => {:a 1}
(from-pairs ["ab" (list 1 2)])   # => {1 2 "a" "b"}
(get-in {:a nil} [:a :b])   # raises {:error :type-error :message "get: expected collection (list, array, @array, string, @string, or struct), got nil"}
(get-in {:a 1} 5)   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(get-in nil [:a])   # raises {:error :type-error :message "get: expected collection (list, array, @array, string, @string, or struct), got nil"}
(put-in {:a {}} [:a :b :c] 1)   # raises {:error :type-error :message "put: expected array, struct, set, bytes, or string, got nil"}
(put-in @{:a @[1]} [:a 0] 2)   # => @{:a @[2]}
(put-in {:a 1} [] 2)   # => 2
(put-in {} [:a] 1)   # => {:a 1}
(update {:a 1} :a)   # raises {:error :arity-error :message "expected 3 arguments, got 2"}
(update [1 2] 1 inc)   # => [1 3]
(update @{:a 1} :a inc)   # => @{:a 2}
(update nil :a inc)   # raises {:error :type-error :message "get: expected collection (list, array, @array, string, @string, or struct), got nil"}
(update {:a nil} :a nil?)   # => {:a true}
(update [1] :a inc)   # raises {:error :type-error :message "get: array index must be integer, got keyword"}
(update |1| 1 inc)   # raises {:error :type-error :message "get: expected collection (list, array, @array, string, @string, or struct), got set"}
(update (list 1 2) 0 inc)   # raises {:error :type-error :message "put: expected array, struct, set, bytes, or string, got list"}
(update [1] 0.5 inc)   # raises {:error :type-error :message "get: array index must be integer, got float"}
(update-in {:a {}} [:a :b] inc)   # raises {:error :key-error :key :b :message "key not found: b" :reason :key-not-found}
(update-in {:a [1 2]} [:a 1] inc)   # => {:a [1 3]}
(frequencies "aab")   # => {"a" 2 "b" 1}
(frequencies [1.5])   # raises {:error :type-error :message "struct keys must be immutable (got float)"}
(frequencies nil)   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(frequencies 5)   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(frequencies ())   # => {}
(frequencies @[1 1])   # => {1 2}
(frequencies |1 2|)   # => {1 1 2 1}
(frequencies {:a 1})   # => {[:a 1] 1}
(group-by odd? (list 1 2 3))   # => @{false @[2] true @[1 3]}
(group-by identity [1.5])   # raises {:error :type-error :message "struct keys must be immutable (got float)"}
(group-by odd? nil)   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(group-by length ["a" "bb" "c"])   # => @{1 @["a" "c"] 2 @["bb"]}
(del @|1 2| 1)   # => @|2|
(del |1| 9)   # => |1|
