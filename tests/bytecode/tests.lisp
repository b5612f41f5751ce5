# Comparisons in test position jump themselves.
(defn class [x y]
  (cond
    (and (< x 1) (not (> y 2))) :low
    (or (nil? x) (= y :end) (not= x y)) :odd
    (if (<= x 10) (>= y 10) (= 1.5 x)) :nested
    :other))

(defn value [x y] (and x (< x y) (or y (nil? x))))

(defn effects [x f]
  (when (f x) (f 1))
  (unless (f x) (f 2))
  (and (f 3) (f 4))
  (case x 1 :one "two" :two (f 5) :five :none))
