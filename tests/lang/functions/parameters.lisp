((fn [x] x) 1)                                 # => 1
((fn (x) x) 1)                                 # => 1
((fn [] 5))                                    # => 5
((fn [x &opt y] [x y]) 1)                      # => [1 nil]
((fn [x &opt y z] [x y z]) 1 2)                # => [1 2 nil]
((fn [x & r] [x r]) 1 2 3)                     # => [1 (2 3)]
((fn [& r] r))                                 # => ()
((fn [x &keys k] [x k]) 1 :a 2)                # => [1 {:a 2}]
((fn [&keys k] k))                             # => {}
((fn [&keys {:a a}] a) :a 1)                   # => 1
((fn [&keys {:a a}] a) :b 1)                   # raises :type-error
((fn [&named a b] [a b]) :b 1)                 # => [nil 1]
((fn [&named a] a) :c 1)                       # raises {:error :argument-error :message "unknown named parameter :c, valid parameters are: :a"}
((fn [&named a] a) :a 1 :a 2)                  # raises {:error :argument-error :message "duplicate keyword argument :a"}
((fn [&named a] a) 1)                          # raises {:error :argument-error :message "odd number of keyword arguments (1 args)"}
((fn [&keys k] k) 1 2)                         # raises {:error :argument-error :message "keyword argument key must be a keyword, got integer"}
((fn [x &opt y &named z] [x y z]) 1 2 :z 3)    # => [1 2 3]
((fn [x &opt y &named z] [x y z]) 1 :z 3)      # => [1 nil 3]
((fn [[a b] {:k k}] [a b k]) [1 2] {:k 3})     # => [1 2 3]
((fn [x &opt [a b]] [x a b]) 1)                # => [1 nil nil]
((fn [x &opt [a b]] [x a b]) 1 5)              # => [1 nil nil]
((fn [@x] (assign x (+ x 1)) x) 1)             # => 2
((fn [x & @r] (assign r 5) r) 1)               # => 5
((fn [_ _ x] x) 1 2 3)                         # => 3
((fn [x x] x) 1 2)                             # => 2
((fn [x] "doc") 1)                             # => "doc"
((fn [x] "doc" x) 1)                           # => 1
(defn window [title &named @w @h]
  "Describe a window."
  (default w 640)
  (default h 480)
  {:title title :size [w h]})
(window "log" :h 100)                          # => {:size [640 100] :title "log"}
(window "log" :w false)                        # => {:size [false 480] :title "log"}
((fn [x] x))                                   # compile-error arity error: <lambda> expects 1 argument, got 0
((fn [x &opt y] x) 1 2 3)                      # compile-error arity error: <lambda> expects 1-2 arguments, got 3
(let [f (fn [a b] a)] (f 1))                   # compile-error arity error: f expects 2 arguments, got 1
(let [f (fn [a & b] a)] (f))                   # compile-error arity error: f expects 1+ arguments, got 0
(concat)                                       # compile-error arity error: concat expects 1+ arguments, got 0
(fn [x])                                       # compile-error lambda requires parameters and body
(fn [&opt] 1)                                  # compile-error &opt must be followed by at least one parameter
(fn [& a &keys b] 1)                           # compile-error multiple collectors (& / &keys / &named)
(fn [& a b] 1)                                 # compile-error & must be followed by exactly one pattern
(fn [&named] 1)                                # compile-error &named must be followed by at least one symbol
(fn [&opt a &opt b] 1)                         # compile-error duplicate &opt
(let [fs [(fn [a b] a)]] ((fs 0) 1))           # raises {:error :arity-error :message "expected 2 arguments, got 1"}
(let [fs [(fn [a & b] a)]] ((fs 0)))           # raises {:error :arity-error :message "expected at least 1 arguments, got 0"}
(let [fs [(fn [a &opt b] a)]] ((fs 0) 1 2 3))  # raises {:error :arity-error :message "expected 1-2 arguments, got 3"}
(map + [1 2] [3 4])                            # raises {:error :arity-error :message "expected 2 arguments, got 3"}
(- )                                           # raises {:error :arity-error :message "expected at least 1 arguments, got 0"}
(fn/arity (fn [a b] 1))                        # => 2
(fn/arity (fn [a &opt b] 1))                   # => (1 . 2)
(fn/arity (fn [a & b] 1))                      # => (1 . nil)
