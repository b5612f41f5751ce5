# Declarations of signals are accepted; they do not change what a valid program does.
(defn f [x] (silence) (+ x 1))
(f 1)                                          # => 2
(defn g [h] (silence h) (h 1))
(g inc)                                        # => 2
(defn m [x] (muffle :error) x)
(m 1)                                          # => 1
(defn a [x] (attune! |:yield :io|) x)
(a 2)                                          # => 2
(defn n [x] (numeric!) (silent!) (immutable! x) x)
(n 3)                                          # => 3
(signal :progress-made)                        # => :progress-made
(get (signals) :yield)                         # => 1
(get (signals) :error)                         # => 0

# A function that is declared silent gives its caller an error in place of any other signal.
(defn quiet [thunk] (silence) (thunk) :done)
(quiet (fn [] 1))                              # => :done
(quiet (fn [] (yield 1)))                      # raises :signal-violation
(quiet (fn [] (ev/sleep 0)))                   # raises :signal-violation
(quiet (fn [] (error :own)))                   # raises :own
(try (quiet (fn [] (yield 1))) (catch e (get e :error)))   # => :signal-violation
(def @count 0)
(defn counting [n] (silence) (assign count (+ count 1)) (if (= n 0) (yield count) (counting (- n 1))))
(counting 3)                                   # raises :signal-violation
count                                          # => 4
(map (fn [x] (silence) (* x 2)) [1 2])         # => [2 4]
# A parameter that is declared silent: calls of what it holds.
(defn g2 [h] (silence h) (h 1))
(g2 (fn [x] (yield x)))                        # raises :signal-violation
(g2 (fn [x] (* x 10)))                         # => 10
(defn g3 [h] (silence h) (fn [] (h 2)))
((g3 inc))                                     # => 3
((g3 (fn [x] (ev/sleep 0) x)))                 # raises :signal-violation
# Budgets end silent functions as any others.
(def f4 (fiber/new (fn [] ((fn [n] (silence) (def @i 0) (while (< i n) (assign i (+ i 1))) i) 1000)) :fuel))
(fiber/set-fuel f4 100)
(fiber/resume f4)                              # => nil
(begin (fiber/clear-fuel f4) (fiber/resume f4))  # => 1000
