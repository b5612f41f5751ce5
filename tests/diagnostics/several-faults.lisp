# Several faults in one file are reported together, in the order of their places.
(defn area [width height]
  (* widht height))

(def @total 0)
(assign totl 5)
(printn "total " total)
(area 1)
(let [x 1] (assign x 2))
(if)
(break)
