(read "(a 1 \"s\" :k [1 {:a 2}])")   # => ('a 1 "s" :k [1 ('struct :a 2)])
(read "")   # raises {:error :read-error :message "<read>:1:1: unexpected end of input"}
(read "1 2")   # raises {:error :read-error :message "<read>:1:3: unexpected text after the datum"}
(read "(")   # raises {:error :read-error :message "<read>:1:1: unterminated list (1 closing paren needed)"}
(read 5)   # raises {:error :type-error :message "read: expected string, got integer"}
(read-all "1 2 (a)")   # => (1 2 ('a))
(read-all "(")   # raises {:error :read-error :message "<read>:1:1: unterminated list (1 closing paren needed)"}
