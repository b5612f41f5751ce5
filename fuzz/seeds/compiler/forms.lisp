(defmacro m [a & b] `(let [x ,a] [x ,;b])) (m 1 2) (match [1 {:a 2}] [x {:a y & r}] when y [x r] (or 1 2) 3 _ 4) (let ([a 1] [[b & c] [2]]) (fn [d &opt e &named f] (assign d 1)))
