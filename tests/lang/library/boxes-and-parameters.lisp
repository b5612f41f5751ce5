(= (box 1) (box 1))   # => true
(compare inc (box 1))   # => -1
(compare (box 1) first)   # => -1
(callable? (parameter 1))   # => true
(fn? (parameter 1))   # => false
(mutable? (box 1))   # => true
(parameter? (parameter 1))   # => true
(type-of (parameter 1))   # => :parameter
(type-of (box 1))   # => :box
(length (box 1))   # raises {:error :type-error :message "expected collection type, got box"}
(unbox 5)   # raises {:error :type-error :message "unbox: expected box, got integer"}
(rebox 5 1)   # raises {:error :type-error :message "rebox: expected box, got integer"}
(rebox (box 1) 2)   # => 2
((parameter 5))   # => 5
((parameter 5) 1)   # raises {:error :arity-error :message "parameter call: expected 0 arguments, got 1"}
(parameterize ((5 1)) 1)   # raises {:error :type-error :message "parameterize: integer is not a parameter"}
