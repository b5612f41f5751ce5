[1 "two" :three]                       # => [1 "two" :three]
@[1 2]                                 # => @[1 2]
@ [1]                                  # => @[1]
{:b 1 "a" 2 3 4}                       # => {3 4 "a" 2 :b 1}
{:a 1 :a 2}                            # => {:a 2}
{}                                     # => {}
{:a}                                   # raises :arity-error
@{:k 1}                                # => @{:k 1}
|3 1 2 1|                              # => |1 2 3|
||                                     # => ||
@|2 1|                                 # => @|1 2|
[|1| |2|]                              # => [|1| |2|]
|[|1|]|                                # => |[|1|]|
b[0 255]                               # => b[0 255]
@b[1]                                  # => @b[1]
b[256]                                 # raises :argument-error
()                                     # => ()
(let [order @[]] [(push order 1) (push order 2)] order)         # => @[1 2]
(let [array (fn [& _] :shadowed)] [1])                          # => [1]
(let [f (fn [] @[])] (push (f) 1) (f))                          # => @[]
{1.5 2}                                                         # raises {:error :type-error :message "struct keys must be immutable (got float)"}
[0 ;[10 20] ;(list 5) ;@[6]]                                    # => [0 10 20 5 6]
@[;[1 2]]                                                       # => @[1 2]
(max 10 ;[30 40] 20)                                            # => 40
b[;[1 2] 3]                                                     # => b[1 2 3]
[;"ab"]                                                         # raises :type-error
{:a ;[1]}                                                       # compile-error splice is not supported in struct constructors (key-value types require key-value pairs)
|;[1]|                                                          # compile-error splice is not supported in set constructors (unordered collection)
