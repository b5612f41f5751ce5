(let [a [1]] (%identical? a a))   # => true
(integer? (hash [1 2]))   # => true
(bytes? @b[1])   # => true
(intersection |1| @|1|)   # raises {:error :type-error :message "intersection: both arguments must be sets or both must be mutable sets"}
(intersection @|1 2| @|2|)   # => @|2|
(set->array |3 1|)   # => [1 3]
(set->array @|3 1|)   # => @[1 3]
(set->array [1])   # raises {:error :type-error :message "set->array: expected set, got array"}
(seq->set [2 1 1])   # => |1 2|
(seq->set @[2 1])   # => @|1 2|
(seq->set "aé")   # => |"a" "é"|
(seq->set "👨‍👩‍👧")   # => |"‍" "👧" "👨" "👩"|
(seq->set b[1 2])   # => |1 2|
(seq->set @b[1 2])   # => @|1 2|
(seq->set (list 1))   # => |1|
(seq->set nil)   # raises {:error :type-error :message "seq->set: expected sequence (list, array, string, bytes), got nil"}
(seq->set |1|)   # => |1|
(seq->set {:a 1})   # raises {:error :type-error :message "seq->set: expected sequence (list, array, string, bytes), got struct"}
(bytes 1 2)   # => b[1 2]
(bytes "hé")   # => b[104 195 169]
(bytes :ab)   # => b[97 98]
(bytes @"a")   # => b[97]
(bytes b[1])   # => b[1]
(bytes @b[1])   # => b[1]
(@bytes b[1])   # => @b[1]
(@bytes "ab")   # => @b[97 98]
(bytes [1 2])   # raises {:error :type-error :message "bytes: expected integer, got array at position 0"}
(bytes (list 1 2))   # raises {:error :type-error :message "bytes: expected integer, got list at position 0"}
(bytes 1 256)   # raises {:error :argument-error :message "bytes: byte 1 out of range 0-255: 256"}
(bytes 1 :a)   # raises {:error :type-error :message "bytes: expected integer, got keyword at position 1"}
(bytes -1)   # raises {:error :argument-error :message "bytes: byte 0 out of range 0-255: -1"}
(bytes "a" 1)   # raises {:error :type-error :message "bytes: expected integer, got string at position 0"}
(bytes)   # => b[]
(seq->hex b[1 255])   # => "01ff"
(seq->hex @b[1 255])   # => @"01ff"
(seq->hex [1 255])   # => "01ff"
(seq->hex @[1 255])   # => @"01ff"
(seq->hex (list 1))   # => "01"
(seq->hex 255)   # => "ff"
(seq->hex 4660)   # => "1234"
(seq->hex 0)   # => "00"
(seq->hex -1)   # raises {:error :value-error :message "seq->hex: integer must be non-negative"}
(seq->hex [256])   # raises {:error :value-error :message "seq->hex: byte out of range 0-255: 256"}
(seq->hex [:a])   # raises {:error :type-error :message "seq->hex: expected integer, got keyword"}
(seq->hex "ab")   # raises {:error :type-error :message "seq->hex: expected bytes, array, list, or integer, got string"}
(seq->hex nil)   # raises {:error :type-error :message "seq->hex: expected bytes, array, list, or integer, got nil"}
(seq->hex 1.5)   # raises {:error :type-error :message "seq->hex: expected bytes, array, list, or integer, got float"}
(interpose 0 "ab")   # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(interpose 0 nil)   # raises {:error :type-error :message "expected collection type, got nil"}
(interpose 0 [])   # => []
(interpose 0 @[1])   # => @[1]
(interpose 0 ())   # => ()
(freeze @[1])   # => [1]
(freeze (list 1))   # raises {:error :type-error :message "freeze: expected collection (@array, @struct, @set, @string, @bytes), got list"}
(freeze nil)   # raises {:error :type-error :message "freeze: expected collection (@array, @struct, @set, @string, @bytes), got nil"}
(thaw (box 1))   # raises {:error :type-error :message "thaw: expected collection (array, struct, set, string, bytes), got box"}
(deep-freeze @[@{:a @|1|}])   # => [{:a |1|}]
(deep-freeze (box @[1]))   # => <box @[1]>
(let [a [1]] (%identical? a (freeze a)))   # => true
(let [a @[1]] (%identical? a (thaw a)))   # => true
(let [a @[1]] (push a a) (deep-freeze a))   # raises {:error :argument-error :message "deep-freeze: a collection that contains itself has no frozen form"}
(integer 3.9)   # => 3
(integer -3.9)   # => -3
(integer (nan))   # => 0
(integer :a)   # raises {:error :type-error :message "integer: expected number, got keyword"}
(parse-int "12")   # => 12
(parse-int "zz" 36)   # => 1295
(parse-int "1_0")   # raises {:error :parse-error :input "1_0" :message "integer: cannot parse \"1_0\" as base-10 integer"}
(parse-int "5" 1)   # raises {:error :argument-error :message "parse-int: radix must be between 2 and 36, got 1"}
(parse-int "")   # raises {:error :parse-error :input "" :message "integer: cannot parse \"\" as base-10 integer"}
(parse-int "-")   # raises {:error :parse-error :input "-" :message "integer: cannot parse \"-\" as base-10 integer"}
(parse-int "5" :a)   # raises {:error :type-error :message "parse-int: expected integer, got keyword"}
(parse-int nil)   # raises {:error :type-error :message "parse-int: expected string or keyword, got nil"}
(parse-float "1e3")   # => 1000.0
(parse-float "nan")   # => NaN
(parse-float "infinity")   # => inf
(parse-float "")   # raises {:error :parse-error :input "" :message "float: cannot parse \"\" as float"}
(parse-float 5)   # raises {:error :type-error :message "parse-float: expected string or keyword, got integer"}
(parse-float :1.5)   # => 1.5
(number->string 255 2)   # => "11111111"
(number->string "a")   # raises {:error :type-error :message "number->string: expected number, got string"}
(->list |2 1|)   # => (1 2)
(->list "ab")   # => ("a" "b")
(->list b[1])   # => (1)
(->list nil)   # raises {:error :type-error :message "expected collection, got nil"}
(->array nil)   # raises {:error :type-error :message "expected collection, got nil"}
(->array 5)   # raises {:error :type-error :message "expected collection, got integer"}
(->array (pair 1 2))   # raises {:error :type-error :message "Not a proper list"}
(->list @{:a 1})   # => ([:a 1])
(->array b[1 2])   # => [1 2]
(let [a [1]] (%identical? a (->array a)))   # => true
