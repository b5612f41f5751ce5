(apply = [1])   # raises {:error :arity-error :message "expected at least 2 arguments, got 1"}
(|0.0 -0.0| 0.0)   # => true
(length nil)   # => 0
(length 'abc)   # => 3
(length (pair 1 2))   # raises {:error :type-error :message "length: Not a proper list"}
(length "👨‍👩‍👧")   # => 1
(length @b[1 2])   # => 2
(length 1.5)   # raises {:error :type-error :message "expected collection type, got float"}
(first "👨‍👩‍👧x")   # => "👨‍👩‍👧"
(first b[7 8])   # => 7
(first @[])   # raises {:error :argument-error :message "first: empty sequence"}
(first 5)   # raises {:error :type-error :message "first: expected sequence (list, array, string, bytes), got integer"}
(rest (pair 1 2))   # => 2
(rest @"abc")   # => @"bc"
(rest @[])   # => @[]
(rest "")   # => ""
(rest @b[1 2])   # => @b[2]
(second [1])   # raises {:error :argument-error :message "second: sequence has fewer than 2 elements"}
(second nil)   # raises {:error :argument-error :message "second: sequence has fewer than 2 elements"}
(second {:a 1})   # raises {:error :argument-error :message "second: sequence has fewer than 2 elements"}
(second (list 1 2))   # => 2
(second "ab")   # => "b"
(last ())   # raises {:error :argument-error :message "last: empty sequence"}
(last nil)   # raises {:error :type-error :message "last: expected sequence (list, array, string, bytes), got nil"}
(last b[1 2])   # => 2
(last (pair 1 2))   # => 1
(butlast [1 2])   # => [1]
(butlast "")   # => ""
(butlast @b[])   # => @b[]
(butlast nil)   # raises {:error :type-error :message "butlast: expected sequence (list, array, string, bytes), got nil"}
(nth 1 [5 6])   # => 6
(nth 9 [5 6])   # => nil
(nth 1 "ab")   # => "b"
(nth :a [1])   # raises {:error :type-error :message "get: array index must be integer, got keyword"}
(nth 0 nil)   # raises {:error :type-error :message "get: expected collection (list, array, @array, string, @string, or struct), got nil"}
(get "héy" 1)   # => "é"
(get @"héy" -1)   # => "y"
(get (list 1 2) -1)   # => 2
(get (list 1 2) :a)   # raises {:error :type-error :message "get: list index must be integer, got keyword"}
(get {:a nil} :a 5)   # => nil
(get {} :a 5)   # => 5
(get @{:a 1} 1.5)   # raises {:error :type-error :message "struct keys must be immutable (got float)"}
(get b[1] 1)   # raises {:error :argument-error :message "get: index 1 out of bounds (length 1)"}
(get b[1] -1)   # => 1
(get b[1] :a)   # raises {:error :type-error :message "get: bytes index must be integer, got keyword"}
(get "abc" 1.0)   # raises {:error :type-error :message "get: string index must be integer, got float"}
(put [1] 1 2)   # raises {:error :argument-error :message "put: index 1 out of bounds (length 1)"}
(put "abc" 5 "x")   # raises {:error :argument-error :message "put: index 5 out of bounds (length 3)"}
(put "abc" 1 5)   # raises {:error :type-error :message "put: expected string, got integer"}
(put @"abc" 1 "é")   # => @"a\xc3\xa9c"
(put [1] :a 2)   # raises {:error :type-error :message "put: array index must be integer, got keyword"}
(put @[1 2] -3 2)   # raises {:error :argument-error :message "put: index -3 out of bounds (length 2)"}
(put {:a 1} 1.5 2)   # raises {:error :type-error :message "struct keys must be immutable (got float)"}
(put @b[1] 0 256)   # raises {:error :argument-error :message "put: byte out of range 0-255: 256"}
(put @b[1] 5 2)   # raises {:error :argument-error :message "put: index 5 out of bounds (length 1)"}
(put |1| 1.5)   # => |1 1.5|
(put |1| @[1])   # => |1 [1]|
(put {:a 1} :b)   # raises {:error :arity-error :message "put: 2-argument form requires a set, got struct"}
(has? "abc" "bc")   # => true
(has? "abc" 1)   # raises {:error :type-error :message "has?: expected string, got integer"}
(has? {:a nil} :a)   # => true
(has-key? {:a 1} :b)   # => false
(contains? |1| 1.0)   # => true
(has? nil 1)   # raises {:error :type-error :message "has?: expected struct, set, or string, got nil"}
(has? {:a 1} 1.5)   # raises {:error :type-error :message "struct keys must be immutable (got float)"}
(slice "héllo" -2)   # => "lo"
(slice @[1 2 3] 0 -1)   # => @[1 2]
(slice () 0)   # => ()
(slice (list 1 2 3) 1 2)   # => (2)
(slice @b[1 2 3] 1)   # => @b[2 3]
(slice nil 1)   # raises {:error :type-error :message "slice: expected sequence (list, array, string, bytes), got nil"}
(slice {:a 1} 0)   # raises {:error :type-error :message "slice: expected sequence (list, array, string, bytes), got struct"}
(slice [1] :a)   # raises {:error :type-error :message "slice: expected integer, got keyword"}
(slice [1 2 3] 5)   # => []
(slice [1 2 3] -10 -1)   # => [1 2]
(slice [1 2 3] nil 2)   # raises {:error :type-error :message "slice: expected integer, got nil"}
(slice [1 2 3] 1 nil)   # raises {:error :type-error :message "slice: expected integer, got nil"}
(reverse ())   # => ()
(reverse "éa👨‍👩‍👧")   # => "👨‍👩‍👧aé"
(reverse b[1 2])   # => b[2 1]
(reverse nil)   # raises {:error :type-error :message "reverse: expected sequence (list, array, string, bytes), got nil"}
(let [a @[1 2]] (reverse a) a)   # => @[1 2]
(append @[1] @[2])   # => @[1 2]
(let [a @[1]] (append a [2]) a)   # => @[1 2]
(append @|1| |2|)   # raises {:error :type-error :message "cannot combine @set and set"}
(append |1| @|2|)   # raises {:error :type-error :message "cannot combine set and @set"}
(append @{:a 1} {:a 2})   # raises {:error :type-error :message "cannot combine @struct and struct"}
(append "a" @"b")   # raises {:error :type-error :message "cannot combine string and @string"}
(append @"a" @"b")   # => @"ab"
(append [1] @[2])   # raises {:error :type-error :message "cannot combine array and @array"}
(append b[1] @b[2])   # raises {:error :type-error :message "cannot combine bytes and @bytes"}
(append 1 2)   # raises {:error :type-error :message "append: both arguments must be same type, got integer and integer"}
(append nil nil)   # raises {:error :type-error :message "append: both arguments must be same type, got nil and nil"}
(append () ())   # => ()
(append [1] nil)   # raises {:error :type-error :message "cannot combine array and nil"}
(append "a" 1)   # raises {:error :type-error :message "cannot combine string and integer"}
(concat [1])   # => [1]
(concat 5)   # raises {:error :type-error :message "concat: expected collection, got integer"}
(concat [1] @[2])   # raises {:error :type-error :message "concat: argument 2 is @array, expected array"}
(concat |1| |2|)   # => |1 2|
(concat nil nil)   # raises {:error :type-error :message "concat: expected collection, got nil"}
(concat (list 1) (list 2))   # => (1 2)
(concat @[1] @[2])   # => @[1 2]
(take 0 (list 1))   # => ()
(take 9 (list 1 2))   # => (1 2)
(take 1.5 (list 1))   # raises {:error :type-error :message "take: expected integer, got float"}
(drop 9 (list 1))   # => ()
(drop -1 (list 1))   # raises {:error :argument-error :message "drop: count must be non-negative, got -1"}
(take 1 nil)   # raises {:error :type-error :message "take: Not a proper list"}
(take 1 (pair 1 2))   # raises {:error :type-error :message "take: Not a proper list"}
(array/new -1 0)   # raises {:error :argument-error :message "array/new: count must be non-negative, got -1"}
(array/new :a 0)   # raises {:error :type-error :message "array/new: expected integer, got keyword"}
(push "a" 1)   # raises {:error :type-error :message "push: expected string, got integer"}
(push @"a" "é")   # => @"a\xc3\xa9"
(push b[1] 256)   # raises {:error :argument-error :message "push: byte out of range 0-255: 256"}
(push b[1] :a)   # raises {:error :type-error :message "push: expected integer, got keyword"}
(push nil 1)   # raises {:error :type-error :message "push: expected array, @array, string, @string, bytes, or @bytes, got nil"}
(push b[1] 2)   # => b[1 2]
(pop @"")   # raises {:error :argument-error :message "pop: empty @string"}
(pop @b[])   # raises {:error :argument-error :message "pop: empty @bytes"}
(pop @b[1 2])   # => 2
(popn @"héé" 2)   # => @"\xc3\xa9"
(popn @[1] -1)   # raises {:error :argument-error :message "popn: count must be non-negative, got -1"}
(popn @[1] :a)   # raises {:error :type-error :message "popn: expected integer, got keyword"}
(popn [1] 1)   # raises {:error :type-error :message "popn: expected @array or @string, got array"}
(insert @[1 2] -5 :x)   # raises {:error :argument-error :message "insert: index -5 out of bounds (length 2)"}
(insert @"abc" 1 65)   # => @"aAbc"
(insert @"abc" 1 "x")   # raises {:error :type-error :message "insert: expected integer, got string"}
(insert @[1] :a 1)   # raises {:error :type-error :message "insert: expected integer, got keyword"}
(range 3.0)   # => [0 1 2]
(range 0 1 0.5)   # => [0 0.5]
(range :a)   # raises {:error :type-error :message "range: expected number, got keyword"}
(range 1 2 :a)   # raises {:error :type-error :message "range: expected number, got keyword"}
(range 1 :b)   # raises {:error :type-error :message "range: expected number, got keyword"}
(range -3)   # => []
(range 3 0)   # => []
(range 0 9223372036854775807)   # raises {:error :argument-error :message "range: too many elements"}
(range 0 (inf))   # raises {:error :argument-error :message "range: too many elements"}
(range 0 10 (nan))   # raises {:error :argument-error :message "range: bounds and step must be finite"}
(range (nan))   # raises {:error :argument-error :message "range: bounds and step must be finite"}
(begin (defn zork [x] "Docs." 1) (doc zork))   # => "Docs."
(begin (defn zork [x] 1) (doc zork))   # => "No documentation found for 'zork'"
