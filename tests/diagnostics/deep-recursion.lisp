(defn down [n] (+ 1 (down (- n 1))))
(println (down 0))
