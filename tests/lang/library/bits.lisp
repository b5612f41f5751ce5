(bit/and 6 3)   # => 2
(bit/and 7 6 5)   # => 4
(bit/or 1 2 4)   # => 7
(bit/xor 1 3)   # => 2
(bit/not 0)   # => -1
(bit/shl 1 3)   # => 8
(bit/shift-left 1 100)   # => -9223372036854775808
(bit/shr -8 1)   # => -4
(bit/shr -1 100)   # => -1
(bit/shl 1 -1)   # raises {:error :argument-error :message "bit/shift-left: shift amount must be non-negative"}
(bit/and 6.9 3)   # => 2
(bit/and (inf) 1)   # raises {:error :type-error :message "bit/and: expected finite number, got float"}
(bit/and "a" 1)   # raises {:error :type-error :message "bit/and: expected number, got string"}
(bit/shl 1 "a")   # raises {:error :type-error :message "bit/shift-left: expected integer, got string"}
(bit/shl 1.5 1)   # => 2
(bit/shl 1 1.0)   # raises {:error :type-error :message "bit/shift-left: expected integer, got float"}
