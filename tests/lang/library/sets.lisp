(set? @|1|)   # => true
(set 1 1.0)   # => |1|
(@set 1 @[2])   # => @|1 [2]|
(add |1| 2)   # => |1 2|
(add [1] 2)   # raises {:error :type-error :message "add: expected set, got array"}
(add @|1| 2)   # => @|1 2|
(union |1| @|2|)   # raises {:error :type-error :message "cannot combine set and @set"}
(union [1] [2])   # => [1 2]
(union {:a 1} {:b 2})   # => {:a 1 :b 2}
(difference [1] [2])   # raises {:error :type-error :message "difference: both arguments must be sets or both must be mutable sets"}
(difference |1 2| |2|)   # => |1|
