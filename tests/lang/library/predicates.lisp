(list? ())   # => true
(list? (pair 1 2))   # => true
(pair? ())   # => false
(list? [1])   # => false
(fn? first)   # => true
(fn? inc)   # => true
(closure? first)   # => false
(native-fn? first)   # => true
(primitive? inc)   # => false
(callable? {:a 1})   # => true
(callable? :a)   # => false
(callable? "a")   # => true
(callable? (list 1))   # => false
(callable? b[1])   # => true
(callable? |1|)   # => true
(array? @[1])   # => true
(tuple? [1])   # => true
(table? @{})   # => true
(string? @"a")   # => true
(immutable? 5)   # => true
(mutable? @[1])   # => true
(zero? :a)   # => false
(nonzero? :a)   # => true
(nonzero? nil)   # => true
(zero? 0.0)   # => true
(nan? :a)   # => false
(pos? :a)   # raises {:error :type-error :message "pos?: expected number, got keyword"}
(positive? 1)   # => true
(negative? "a")   # raises {:error :type-error :message "neg?: expected number, got string"}
(inf? (-inf))   # => true
(ptr? 1)   # => false
(coro? 1)   # => false
(type-of nil)   # => :nil
(type-of +)   # => :closure
(type-of get)   # => :native-fn
(type-of ())   # => :list
(type-of (pair 1 2))   # => :list
(type @"a")   # => :@string
(empty? nil)   # raises {:error :type-error :message "expected collection type, got nil"}
(nonempty? nil)   # raises {:error :type-error :message "expected collection type, got nil"}
(empty? :a)   # raises {:error :type-error :message "expected collection type, got keyword"}
(nonempty? [1])   # => true
