({:a 1} :a)                        # => 1
({:a 1} :b)                        # => nil
({:a 1} :b 9)                      # => 9
(@{:a 1} :a)                       # => 1
([1 2 3] 1)                        # => 2
([1 2 3] -1)                       # => 3
([1 2 3] 9)                        # => nil
([1 2 3] 9 :d)                     # => :d
("héy" 1)                          # => "é"
(b[1 2] 1)                         # => 2
(|1 2| 1)                          # => true
(|1 2| 3)                          # => false
(:a {:a 1})                        # raises {:error :type-error :message "Cannot call :a"}
((list 1 2) 0)                     # raises {:error :type-error :message "Cannot call (1 2)"}
(5 1)                              # raises {:error :type-error :message "Cannot call 5"}
(nil)                              # raises {:error :type-error :message "Cannot call nil"}
({:a 1} :a :b :c)                  # raises {:error :arity-error :message "struct call: expected 1-2 arguments, got 3"}
("a" "b")                          # raises {:error :type-error :message "string call: index must be integer, got string"}
(map {:a 1 :b 2} [:a :c])          # => [1 nil]
(filter |1 3| [1 2 3])             # => [1 3]
(apply + 1 [2 3])                  # => 6
(apply +)                          # => 0
(apply max @[1 5 3])               # => 5
(apply + (list 1 2))               # => 3
(apply + 1)                        # raises {:error :type-error :message "splice: expected array, tuple, or list, got integer"}
(+ ;[1 2] ;(list 3 4))             # => 10
((fn [& xs] xs) ;[1 2] 3)          # => (1 2 3)
(let [xs [1 2 3]] ((fn [a b] a) ;xs))    # raises :arity-error
# Arguments are evaluated from left to right, the function first.
(let [log @[]]
  ((begin (push log :f) list) (push log :a) (push log :b))
  log)                             # => @[:f :a :b]
