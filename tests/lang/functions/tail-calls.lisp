## no-stress
(defn down [n] (if (= n 0) :done (down (- n 1))))
(down 3000000)                                        # => :done
(defn ping [n] (if (= n 0) :ping (pong (- n 1))))
(defn pong [n] (if (= n 0) :pong (ping (- n 1))))
(ping 3000001)                                        # => :pong
(defn through [f n] (cond (= n 0) :end :else (f f (- n 1))))
(through through 1000000)                             # => :end
(defn spread [n & more] (if (= n 0) more (spread (- n 1) ;more)))
(spread 200000 :a)                                    # => (:a)
(defn in-when [n] (when true (unless false (if (= n 0) :end (in-when (- n 1))))))
(in-when 1000000)                                     # => :end
(defn in-match [n] (match n 0 :end x (let [m (- x 1)] (begin (in-match m)))))
(in-match 1000000)                                    # => :end
(defn in-and [n] (and true (or false (if (= n 0) :end (in-and (- n 1))))))
(in-and 1000000)                                      # => :end
