# Top-level names are visible in the whole file, also in functions written earlier.
(defn early [] (later 1))
(defn read-early [] not-yet)
(read-early)                  # => nil
(def not-yet 7)
(read-early)                  # => 7
(defn later [n] (+ n 1))
(early)                       # => 2
# A second definition sees the first one.
(def twice 1)
(def twice (+ twice 10))
twice                         # => 11
# A def in a begin at top level is visible afterwards.
(begin (def inside 3))
inside                        # => 3
# A let has a scope of its own.
(let [] (def inner 1) inner)  # => 1
(let [] (def hidden-in-let 1)) 
(begin (let [] (def h 1)) h)  # compile-error undefined variable: h
# Built-ins may be shadowed for the whole file; the library is not affected.
(def first-original first)
(def second (fn [x] :mine))
(second [1 2])                # => :mine
(from-pairs [[:a 1]])         # => {:a 1}
# Arithmetic names, too.
(let [+ (fn [a b] :plus)] (+ 1 2))     # => :plus
(let [not (fn [a] :not)] (not 1))      # => :not
(let [< (fn [a b] :less)] (if (< 2 1) (< 2 1) 0))  # => :less
