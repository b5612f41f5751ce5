(time/sleep -1)   # raises {:error :argument-error :message "time/sleep: seconds must be non-negative and finite"}
(time/sleep (nan))   # raises {:error :argument-error :message "time/sleep: seconds must be non-negative and finite"}
(time/sleep (inf))   # raises {:error :argument-error :message "time/sleep: seconds must be non-negative and finite"}
(time/sleep :a)   # raises {:error :type-error :message "time/sleep: expected number, got keyword"}
(first (time/elapsed (fn [] 5)))   # => 5
(time/elapsed 5)   # raises {:error :type-error :message "Cannot call 5"}
