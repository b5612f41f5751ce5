(unbox 5)                              # raises {:error :type-error :message "unbox: expected box, got integer"}
(get nil :a)                           # raises {:error :type-error :message "get: expected collection (list, array, @array, string, @string, or struct), got nil"}
(get [1] :a)                           # raises {:error :type-error :message "get: array index must be integer, got keyword"}
(length 5)                             # raises {:error :type-error :message "expected collection type, got integer"}
(first [])                             # raises {:error :argument-error :message "first: empty sequence"}
(put [1 2] 2 9)                        # raises {:error :argument-error :message "put: index 2 out of bounds (length 2)"}
(pop @[])                              # raises {:error :argument-error :message "pop: empty array"}
(string/trim 5)                        # raises {:error :type-error :message "string-trim: expected string or buffer, got integer"}
(string/split "a" "")                  # raises {:error :argument-error :message "string-split: delimiter cannot be empty"}
(error)                                # raises nil
(error "text")                         # raises "text"
(error 42)                             # raises 42
(let [e {:error :x :extra [1 2]}] (try (error e) (catch c (= c e))))   # => true
