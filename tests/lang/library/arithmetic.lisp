(+)   # => 0
(+ 1 :a)   # raises {:error :type-error :message "+: expected number, got keyword"}
(- 5)   # => -5
(-)   # raises {:error :arity-error :message "expected at least 1 arguments, got 0"}
(apply - [])   # raises {:error :arity-error :message "expected at least 1 arguments, got 0"}
(*)   # => 1
(/ 4)   # => 0.25
(/ 0)   # raises {:error :division-by-zero :message "/: division by zero"}
(/ 0.0)   # raises {:error :division-by-zero :message "/: division by zero"}
(/ 1 0.0)   # => inf
(/ 7 2)   # => 3
(/ -7 2)   # => -3
(rem 5.5 2)   # => 1.5
(rem 1 0)   # raises {:error :division-by-zero :message "rem: division by zero"}
(mod 1 0)   # raises {:error :division-by-zero :message "mod: division by zero"}
(mod 5.0 2)   # raises {:error :type-error :message "mod: expected integer, got float"}
(inc :a)   # raises {:error :type-error :message "+: expected number, got keyword"}
(dec "a")   # raises {:error :type-error :message "-: expected number, got string"}
(even? 2.0)   # raises {:error :type-error :message "even?: expected integer, got float"}
(sum (list 1 2))   # => 3
(sum [1 :a])   # raises {:error :type-error :message "+: expected number, got keyword"}
(product [1 "b"])   # raises {:error :type-error :message "*: expected number, got string"}
(sum nil)   # raises {:error :type-error :message "expected collection type, got nil"}
(sum |1|)   # raises {:error :type-error :message "first: expected sequence (list, array, string, bytes), got set"}
(sum "ab")   # raises {:error :type-error :message "+: expected number, got string"}
(min 1)   # => 1
(min 2 2.0)   # => 2
(max 2.0 2)   # => 2.0
(max 1 "a")   # raises {:error :type-error :message "max: expected number, got string"}
(remove @"abc" 1)   # => @"ac"
(remove @[1 2 3] -2 1)   # => @[1 3]
(remove @[1 2 3] -9)   # => @[1 2 3]
(remove @[1 2 3] 0 -1)   # => @[1 2 3]
(remove @[1 2 3] 0 99)   # => @[]
