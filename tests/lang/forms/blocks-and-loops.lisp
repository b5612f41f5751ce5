(begin)                                                         # => nil
(begin 1 2)                                                     # => 2
(do 1 2)                                                        # => 2
(block 1 2)                                                     # => 2
(block (break 7) 2)                                             # => 7
(block :a (block :b (break :a 1)) 2)                            # => 1
(block :a (break :a) 2)                                         # => nil
(let [@i 0] (while (< i 3) (assign i (+ i 1))))                 # => nil
(let [@i 0] (while true (assign i (+ i 1)) (when (= i 2) (break i))))       # => 2
(let [@i 0] (forever (assign i (+ i 1)) (when (= i 5) (break i))))          # => 5
(let [@i 0] (repeat 3 (assign i (+ i 1))) i)                    # => 3
(let [@n 0] (repeat (begin (assign n (+ n 1)) 3) nil) n)        # => 1
(let [a @[]] (each x in [1 2 3] (push a x)) a)                  # => @[1 2 3]
(let [a @[]] (each x [1 2 3] (push a x)) a)                     # => @[1 2 3]
(each x in [4 8 15] (when (> x 7) (break x)))                   # => 8
(let [a @[]] (each [k v] in {:b 2 :a 1} (push a k v)) a)        # compile-error arity error: push expects 2 arguments, got 3
(let [a @[]] (each [k v] in {:b 2 :a 1} (push a [k v])) a)      # => @[[:a 1] [:b 2]]
(let [a @[]] (each c in "héy" (push a c)) a)                    # => @["h" "é" "y"]
(let [a @[]] (each c in @"ab" (push a c)) a)                    # => @["a" "b"]
(let [a @[]] (each x in b[1 2] (push a x)) a)                   # => @[1 2]
(let [a @[]] (each x in |3 1 2| (push a x)) a)                  # => @[1 2 3]
(let [a @[]] (each x in (list 1 2) (push a x)) a)               # => @[1 2]
(let [a @[]] (each x in (pair 1 2) (push a x)) a)               # => @[1]
(let [a @[1 2 3]] (each x in a (when (= x 1) (push a 9))) a)    # => @[1 2 3 9]
(let [a @[1 2 3] seen @[]] (each x in a (push seen x) (pop a)) seen)        # => @[1 2 nil]
(let [s @|1 2|] (each x in s (add s (+ x 10))) s)               # => @|1 2 11 12|
(let [s @{:a 1}] (each [k _] in s (put s :b 2)) s)              # => @{:a 1 :b 2}
(each x in () x)                                                # => nil
(each x in nil x)                                               # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
(each x in 5 x)                                                 # raises {:error :type-error :message "not a sequence" :reason :not-a-sequence}
# Each iteration has a fresh variable.
(map (fn [f] (f)) (let [fs @[]] (each x in [1 2 3] (push fs (fn [] x))) (freeze fs)))   # => [1 2 3]
(let [fs @[] @i 0] (while (< i 3) (let [j i] (push fs (fn [] j))) (assign i (+ i 1))) (map (fn [f] (f)) fs))  # => @[0 1 2]
(let [fs @[] @i 0] (while (< i 3) (push fs (fn [] i)) (assign i (+ i 1))) (map (fn [f] (f)) fs))  # => @[3 3 3]
(while true)                                                    # compile-error while requires condition and body
(break)                                                         # compile-error break outside of any block
(block :a (break :b))                                           # compile-error no block named :b in scope
(block :a ((fn [] (break :a 1))))                               # compile-error break cannot cross function boundary
(block :a (try (break :a 1) (catch e 2)))                       # compile-error break cannot cross function boundary
