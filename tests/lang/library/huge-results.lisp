# Results that cannot be made are errors, whatever the heap's limit.

(string/repeat "x" 1000000000000)             # raises :argument-error
(array/new 1000000000000 nil)                 # raises :argument-error
(range 1000000000000)                         # raises :argument-error
(string/repeat "" 1000000000000)              # => ""
(string/format "{:99999999999}" 1)            # raises :format-error
(bit/shl 1 1000000000000)                     # => -9223372036854775808
(partition 0 [1])                             # raises :argument-error
(slice [1 2 3] -1000000000000 1000000000000)  # => [1 2 3]
(popn @[1 2] 1000000000000)                   # => @[1 2]
(remove @[1 2] 0 1000000000000)               # => @[]
