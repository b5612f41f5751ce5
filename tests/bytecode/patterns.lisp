(defn simplify [e]
  (match e
    [:add 0 x] x
    (or [:lit n] [:const n]) n
    (a b & c) [a b c]
    {:kind :var :name n & more} [n more]
    @[] :empty
    (x . y) y
    n when (number? n) n
    "text" :text
    other other))

(defn norm [[x y] {:scale s & opts} &opt (a & b) &named key]
  [x y s opts a b key])

(defn checks [f]
  (let [[a _] (f) () (f) [] (f) {} (f) (& r) (f)] [a r]))
