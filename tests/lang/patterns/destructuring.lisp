(let [[a b] [1 2]] (+ a b))                               # => 3
(let [[a b] @[1 2 3]] b)                                  # => 2
(let [@[a b] [1 2]] b)                                    # => 2
(let [[a & r] [1 2 3]] r)                                 # => [2 3]
(let [[a & r] @[1 2 3]] r)                                # => @[2 3]
(let [[a & r] [1]] r)                                     # => []
(let [(a b) (list 1 2 3)] b)                              # => 2
(let [(a & r) (list 1 2 3)] r)                            # => (2 3)
(let [(a & r) (list 1)] r)                                # => ()
(let [{:a x} {:a 1 :b 2}] x)                              # => 1
(let [{:a x} @{:a 1}] x)                                  # => 1
(let [@{:a x} {:a 1}] x)                                  # => 1
(let [{'a x} {'a 1}] x)                                   # => 1
(let [{:a x} {:a nil}] x)                                 # => nil
(let [{:a x & more} {:a 1 :b 2}] more)                    # => {:b 2}
(let [{:a x & more} @{:a 1 :b 2}] more)                   # => {:b 2}
(let [[_ [x {:k (y & z)}]] [0 [1 {:k (list 2 3)}]]] [x y z])  # => [1 2 (3)]
(let [[@a b] [1 2]] (assign a 5) [a b])                   # => [5 2]
(let [{:a @x} {:a 1}] (assign x 2) x)                     # => 2
(let [[a a] [1 2]] a)                                     # => 2
(let [[a & _] [1 2 3]] a)                                 # => 1
(def {:host h :ports [main & spare]} {:host "db" :ports [5432 5433 5434]})
[h main spare]                                            # => ["db" 5432 [5433 5434]]
(var [v w] [1 2])
(assign v 9)                                              # => 9
(defn norm1 [[x y]] (+ (abs x) (abs y)))
(norm1 [3 -4])                                            # => 7
(let [[a b] [1]] a)                                       # raises {:error :type-error :message "destructuring: array index 1 out of bounds (length 1)"}
(let [[a & r] []] r)                                      # raises {:error :type-error :message "destructuring: array index 0 out of bounds (length 0)"}
(let [[a b] (list 1 2)] b)                                # raises {:error :type-error :message "destructuring: expected array, got list"}
(let [(a b) [1 2]] b)                                     # raises {:error :type-error :message "destructuring: expected list, got array"}
(let [(a b) (list 1)] b)                                  # raises {:error :type-error :message "destructuring: expected list, got list"}
(let [[a] "x"] a)                                         # raises {:error :type-error :message "destructuring: expected array, got string"}
(let [{:a x} {:b 1}] x)                                   # raises {:error :type-error :message "destructuring: key :a not found"}
(let [{:a x} nil] x)                                      # raises {:error :type-error :message "destructuring: expected struct, got nil"}
(let [{"a" x} {}] x)                                      # compile-error struct destructuring key must be a keyword or quoted symbol, got "a"
(let [[a 1] [1 2]] a)                                     # compile-error destructuring pattern element must be a symbol, list, tuple, array, struct, or table
(let [|a| |1|] a)                                         # compile-error sets cannot be destructured (unordered collection)
(let [[a & b & c] []] a)                                  # compile-error multiple & in pattern
(let [[a & b c] []] a)                                    # compile-error & must be followed by exactly one pattern
