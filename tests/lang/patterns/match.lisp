(match 5 5 :five _ :other)                                # => :five
(match 5 x x)                                             # => 5
(match 'foo foo :bound)                                   # => :bound
(match nil nil :nil _ 0)                                  # => :nil
(match true true 1 false 2)                               # => 1
(match nil true 1 false 2)                                # => nil
(match 1.0 1 :same _ :no)                                 # => :same
(match 1 1.0 :same _ :no)                                 # => :same
(match "a" "a" 1 _ 2)                                     # => 1
(match @"a" "a" 1 _ 2)                                    # => 1
(match :k :k 1 _ 2)                                       # => 1
(match () () :empty _ 0)                                  # => :empty
(match [] () :empty _ 0)                                  # => 0
(match nil () :empty _ 0)                                 # => 0
(match (list 1 2) (a b) (+ a b) _ 0)                      # => 3
(match (list 1 2 3) (a b) :two _ 0)                       # => 0
(match (list 1 2 3) (a & r) r _ 0)                        # => (2 3)
(match (list) (a & r) 1 _ 2)                              # => 2
(match (pair 1 2) (a . b) [a b] _ 0)                      # => [1 2]
(match (list 1 2 3) (a b . r) r _ 0)                      # => (3)
(match [1 2] [a b] (+ a b) _ 0)                           # => 3
(match [1 2 3] [a b] :two [a & r] r _ 0)                  # => [2 3]
(match @[1] [a] :immutable @[a] :mutable _ 0)             # => :mutable
(match @[1 2] @[a & r] r _ 0)                             # => @[2]
(match {:a 1} {:a x} x _ 0)                               # => 1
(match {} {:a x} [:got x] _ 0)                            # => [:got nil]
(match {:kind :disc} {:kind :box} 1 {:kind :disc} 2 _ 3)  # => 2
(match {} {:kind :disc} 1 _ 2)                            # => 2
(match {} {:a {:b x}} x _ :no)                            # => :no
(match {:a 1} {} :any _ 0)                                # => :any
(match @{:a 1} {:a x} :immutable @{:a x} :mutable _ 0)    # => :mutable
(match {:a 1 :b 2} {:a x & m} m _ 0)                      # => {:b 2}
(match {'a 1} {'a x} x _ 0)                               # => 1
(match |1 2| |s| s _ 0)                                   # => |1 2|
(match @|1| |s| :immutable @|s| :mutable _ 0)             # => :mutable
(match 3 (or 1 2) :low (or 3 4) :mid _ :high)             # => :mid
(match [1 2] (or [x _] (x _)) x _ 0)                      # => 1
(match {:x 1} {:x (or 1 2)} :y _ :n)                      # => :y
(match 5 x when (> x 3) :big _ :small)                    # => :big
(match 1 a when false 1 b b)                              # => 1
(match [1 2 3] [a b c] when (= c 3) :c3 _ :no)            # => :c3
(match [1 2] [a a] a _ 0)                                 # => 2
(match [1 [2 [3 4]]] [a [b & [c]]] [a b c] _ nil)         # => [1 2 [3 4]]
(let [n @[]] (match 1 x when (begin (push n 1) false) 0 x when (begin (push n 2) true) 0 _ 1) n)   # => @[1 2]
(defn simplify [e]
  (match e
    [:add 0 x]                    (simplify x)
    [:add a b]                    [:add (simplify a) (simplify b)]
    [:neg [:neg x]]               (simplify x)
    (or [:lit n] [:const n])      n
    {:kind :var :name n}          (string "$" n)
    n when (number? n)            n
    other                         other))
(simplify [:add 0 [:neg [:neg 7]]])                       # => 7
(simplify {:kind :var :name "q"})                         # => "$q"
(simplify [:add [:const 1] [:lit 2]])                     # => [:add 1 2]
(match 5 5 :five)                                         # compile-error non-exhaustive match: add a wildcard (_) or variable pattern as the last arm
(match 5 x when true 1)                                   # compile-error non-exhaustive match: add a wildcard (_) or variable pattern as the last arm
(match 5)                                                 # compile-error match requires value, pattern, and body
(match 5 'x 1 _ 2)                                        # compile-error invalid pattern
(match 5 b[1] 1 _ 2)                                      # compile-error invalid pattern
(match [1 2] (or [a _] [_ b]) 1 _ 2)                      # compile-error or-pattern alternative 2 binds different variables than alternative 1
