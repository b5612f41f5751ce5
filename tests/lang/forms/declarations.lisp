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
