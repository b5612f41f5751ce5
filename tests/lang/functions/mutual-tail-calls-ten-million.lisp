## no-stress
(defn a [n] (if (= n 0) :done (b (- n 1))))
(defn b [n] (if (= n 0) :done (a (- n 1))))
(a 10000000)    # => :done
