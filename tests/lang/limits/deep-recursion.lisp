## no-stress
(defn depth [n] (if (= n 0) 0 (+ 1 (depth (- n 1)))))
(depth 100000)                                          # => 100000
(depth 900000)                                          # => 900000
(try (depth 1100000) (catch e e:error))                 # => :stack-overflow
# The fiber goes on after the overflow.
(depth 1000)                                            # => 1000
(let [[ok e] (protect (depth 5000000))] [ok e:error])   # => [false :stack-overflow]
# A violation passes any number of closures that squelch it, and each makes it its own.
(defn squelched [n] (if (= n 0) (error :x) (+ 1 ((squelch squelched :error) (- n 1)))))
(get (last (protect (squelched 100000))) :error)           # => :signal-violation
