(= 1 1.0)   # => true
(= [1] [1.0])   # => false
(= 1 1 2)   # => false
(identical? 1 1.0)   # => false
(identical? [1] [1])   # => true
(= (nan) (nan))   # => true
(= 0.0 -0.0)   # => true
(= [0.0] [-0.0])   # => false
|0.0 -0.0|   # => |-0.0 0.0|
|1 1.0|   # => |1|
(= (list 1) [1])   # => false
(= "a" @"a")   # => true
(= |1| @|1|)   # => true
(= b[1] @b[1])   # => true
(= nil ())   # => false
(= :a 'a)   # => false
(= inc inc)   # => true
(let [a @[1]] (push a a) (= a a))   # => true
(let [a @[1] b @[1]] (push a a) (push b b) (= a b))   # => true
(compare 1 2)   # => -1
(compare "a" "b")   # => -1
(compare nil false)   # => -1
(compare false true)   # => -1
(compare (nan) 1)   # => 1
(compare (nan) (inf))   # => 1
(compare 1 1.0)   # => 0
(compare 'a :a)   # => -1
(compare :a ())   # => -1
(compare () "a")   # => -1
(compare "a" (list 1))   # => -1
(compare (list 1) [1])   # => -1
(compare [1] @[1])   # => -1
(compare @[1] b[1])   # => -1
(compare b[1] @"a")   # => -1
(compare @"a" @b[1])   # => -1
(compare @b[1] {:a 1})   # => -1
(compare {:a 1} @{:a 1})   # => -1
(compare @{} inc)   # => -1
(compare first (fiber/new (fn [] 1) :yield))   # => -1
(compare (fiber/new (fn [] 1) :yield) |1|)   # => -1
(compare |1| @|1|)   # => -1
(compare [1 2] [1])   # => 1
(compare {:a 1} {:a 2})   # => -1
(= (hash 1) (hash 1.0))   # => true
(= (hash [1]) (hash @[1]))   # => true
(= (hash "a") (hash @"a"))   # => true
(= (hash (nan)) (hash (nan)))   # => true
(= (hash {:a 1 :b 2}) (hash @{:b 2 :a 1}))   # => true
(= (hash 0.0) (hash -0.0))   # => true
(not nil nil)   # => true
(xor)   # => false
(xor true)   # => true
(xor true true true)   # => true
(xor 1 nil)   # => true
(assert false)   # raises {:error :failed-assertion :message "assertion failed"}
(assert (= 1 2) "no")   # raises {:error :failed-assertion :message "no"}
(assert 5)   # => 5
(assert false :msg)   # raises {:error :failed-assertion :message ":msg"}
